"""Two replayed weeks with subscribers: is each surge told, once, through kills and restarts, within GitHub's allowance?

Each day of 2026-03-04 to 03-18 is polled twice by the command line, each command a process of its own; before each
day's first poll one is shot with SIGKILL. The replay server refuses whoever goes over GitHub's allowance, and
tells which surges of papers' repositories it has made up; those of the watched ones are real. Needs ../shared.

    surges_true         made-up surges, seen within these days, of papers' repositories that were known before
    surges_told         share of them that a subscriber heard of, and how many days after they began (delay_days)
    watched_told        share of the watched repositories that took off in these days and were told within a day
    told_twice          repositories of which a chat heard of the same surge twice
    refused             requests that the server refused
    graphql_most_an_hour, rest_most_an_hour   of 5,000 each
"""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from bench.figures import Figures, options, show
from bench.weeks import House
from tests.replay import PRESENT, World, world

_FIRST: Final = date(2026, 3, 4)
_DAYS: Final = 15
# The first morning on which the count shows it: +1,388 and +873 stars of the day before; the last one is made up.
_WATCHED: Final = {
    "lightpanda-io/browser": "2026-03-13",
    "pathwaycom/pathway": "2026-03-18",
    "fscdc/dVoting": "2026-03-05",
}
_SUBSCRIPTIONS: Final = (
    "cat:cs.CV kind:surges",
    "cat:cs.CL kind:surges",
    "cat:cs.AI kind:surges",
    "cat:cs.LG kind:surges",
)


def main() -> None:
    args = options(__doc__)
    if not PRESENT:
        raise SystemExit("bench/takeoff.py needs the recordings and the replay server in ../shared.")
    days = [_FIRST + timedelta(n) for n in range(max(2, round(_DAYS * args.scale)))]
    log: list[dict[str, Any]] = []
    with world(str(_FIRST), "--github-strict") as town, TemporaryDirectory() as folder:
        house = House(Path(folder), town, interval="0")
        for words in _SUBSCRIPTIONS:
            house.call(f"{_FIRST}T05:00:00Z", "ask", f"/subscribe {words}")
        for name in _WATCHED:
            house.call(f"{_FIRST}T05:00:00Z", "ask", f"/watch {name}")
        house.call(f"{_FIRST}T05:00:00Z", "ask", "/budget off")
        for day in days:
            log += _one_day(house, town, day)
        show({**_figures(house, town, days), **_requests(log)}, as_json=args.json)


def _one_day(house: House, town: World, day: date) -> list[dict[str, Any]]:
    """The day's requests to GitHub's API, each with the day and the poll."""
    town.day(str(day))
    town.clear_log()
    house.shoot(f"{day}T05:30:00Z")
    house.poll(f"{day}T06:00:00Z")
    morning = [row | {"poll": f"{day} 06"} for row in town.log()]
    town.clear_log()
    house.poll(f"{day}T18:00:00Z")
    house.call(f"{day}T18:30:00Z", "chat")
    evening = [row | {"poll": f"{day} 18"} for row in town.log()]
    return [row for row in (*morning, *evening) if row["path"].startswith("/github/api")]


def _figures(house: House, town: World, days: Sequence[date]) -> Figures:
    told = _told(house)
    true = list(_true(house, town, days))
    delays = [(date.fromisoformat(told[name]) - begin).days for name, begin in true if name in told]
    watched = [(name.lower(), date.fromisoformat(day)) for name, day in _WATCHED.items() if day <= str(days[-1])]
    soon = [abs((date.fromisoformat(told[name]) - day).days) <= 1 if name in told else False for name, day in watched]
    again = house.rows(
        "SELECT 1 FROM alerts JOIN repository_events ON repository_events.id = subject WHERE alerts.kind = 'surge' "
        "GROUP BY chat, repository HAVING count(*) > 1 AND max(alerts.at) - min(alerts.at) < 7 * 86400"
    )
    return {
        "days": len(days),
        "repositories_counted": house.rows("SELECT count(*) FROM star_watch")[0][0],
        "surges_true": len(true),
        "surges_told": round(len(delays) / max(len(true), 1), 4),
        "delay_days": round(fmean(delays), 2) if delays else "-",
        "watched": len(watched),
        "watched_told": round(sum(soon) / max(len(soon), 1), 4),
        "told": len(told),
        "told_twice": len(again),
        "undelivered": house.rows("SELECT count(*) FROM deliveries WHERE state != 'sent' AND digest IS NULL")[0][0],
        "integrity": str(house.rows("PRAGMA integrity_check")[0][0]),
    }


def _told(house: House) -> dict[str, str]:
    """The day on which each repository's first surge was told."""
    rows = house.rows(
        "SELECT lower(owner || '/' || repositories.name), min(date(alerts.at, 'unixepoch')) FROM alerts "
        "JOIN repository_events ON repository_events.id = subject JOIN repositories ON repositories.id = repository "
        "WHERE alerts.kind = 'surge' GROUP BY repositories.id"
    )
    return dict(rows)


def _true(house: House, town: World, days: Sequence[date]) -> list[tuple[str, date]]:
    """(repository, first day) of the made-up surges that lie within these days, of repositories known on the eve."""
    known = dict(
        house.rows(
            "SELECT lower(owner || '/' || name), date(since, 'unixepoch') FROM star_watch "
            "JOIN repositories ON repositories.id = repository"
        )
    )
    found = [(row["repository"].lower(), date.fromisoformat(row["date"])) for row in town.invented()["surges"]]
    return [(name, begin) for name, begin in found if known.get(name, "9999") < str(begin) < str(days[-1])]


def _requests(log: Sequence[Mapping[str, Any]]) -> Figures:
    """What each poll, which is well within an hour, asked of GitHub's API."""
    graphql = Counter(row["poll"] for row in log if row["path"].endswith("/graphql"))
    rest = Counter(row["poll"] for row in log if "/repos/" in row["path"])
    return {
        "refused": sum(row["status"] in (403, 429) for row in log),
        "graphql_most_an_hour": max(graphql.values(), default=0),
        "rest_most_an_hour": max(rest.values(), default=0),
        "histories": sum(row["path"].endswith("/history") for row in log),
    }


if __name__ == "__main__":
    main()
