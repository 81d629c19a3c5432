"""A replayed month: how many papers got code after their first day, from which evidence, and was it noticed in time?

Each day of 2026-03-04 to 04-03 is polled once by the command line. The replay server makes up repositories that appear
five days after their paper, repositories that hold nothing but "Code coming soon." for forty days, and links that come
with a paper's second version; it tells the truth about them, and this compares. Needs ../shared.

    late_found, filled_found, second_version_found   share of those events that were noticed within a day
    told_too_early                                   papers told as "has code" while their repository was a placeholder
    official_unnamed                                 links called official of repositories that the paper doesn't name
    got_code_later                                   papers whose code came after their first day
    by_… and rung_…                                  what told of it, and on which day of the ladder
    requests_…                                       what it took, by service
"""

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from bench.figures import Figures, options, show
from bench.weeks import House
from bot.rules.mentions import mentions
from bot.rules.rhythm import LADDER
from tests.replay import PRESENT, World, world

_FIRST: Final = date(2026, 3, 4)
_DAYS: Final = 31
_SERVICES: Final = {
    "arxiv_lists": "/arxiv/rss",
    "arxiv_api": "/arxiv/api",
    "arxiv_oai": "/arxiv/oai",
    "github_graphql": "/github/api/graphql",
    "github_search": "/github/api/search",
    "github_rest": "/github/api/repos",
    "github_trending": "/github/trending",
    "huggingface": "/hf",
}
_Event = tuple[str, date]  # a paper, and the day on which its code could be known


def main() -> None:
    args = options(__doc__)
    if not PRESENT:
        raise SystemExit("bench/month.py needs the recordings and the replay server in ../shared.")
    days = [_FIRST + timedelta(n) for n in range(max(8, round(_DAYS * args.scale)))]
    with world(str(_FIRST)) as town, TemporaryDirectory() as folder:
        house = House(Path(folder), town, interval="0")
        house.call(f"{_FIRST}T05:00:00Z", "ask", "/subscribe cat:cs code:any kind:papers")
        requests = Counter[str]()
        for day in days:
            town.day(str(day))
            town.clear_log()
            house.poll(f"{day}T06:00:00Z")
            requests.update(_service(row["path"]) for row in town.log())
        show({**_figures(house, town, days), **_counted("requests", requests)}, as_json=args.json)


def _service(path: str) -> str:
    return next((name for name, prefix in _SERVICES.items() if path.startswith(prefix)), "other")


def _counted(what: str, counts: Counter[str]) -> dict[str, int]:
    return {f"{what}_{name}": count for name, count in sorted(counts.items()) if name != "other"}


def _figures(house: House, town: World, days: Sequence[date]) -> Figures:
    told = {paper: date.fromisoformat(day) for paper, day in house.rows(_TOLD)}
    seen = {paper: date.fromisoformat(day) for paper, day in house.rows(_SEEN)}
    truth = town.invented()
    hollow = _events(truth["placeholders"], "until", seen)
    filled = [(paper, day) for paper, day in hollow if seen[paper] < day <= days[-1]]
    unfilled = {paper for paper, day in hollow if day > days[-1]}
    late = _events(truth["late_code"], "date", seen)
    late = [(paper, day) for paper, day in late if seen[paper] < day <= days[-1] and paper not in unfilled]
    second = [(row["paper"], date.fromisoformat(row["date"])) for row in truth["replaced"] if row["paper"] in seen]
    second = [(paper, day) for paper, day in second if seen[paper] < day <= days[-1] and _brought_code(house, paper)]
    second = [(paper, day) for paper, day in second if paper not in unfilled]
    later = {paper: (day - seen[paper]).days for paper, day in told.items() if day > seen[paper]}
    rungs = Counter(str(max(rung for rung in LADDER if rung <= age)) for age in later.values())
    kinds = Counter(kind for paper in later for (kind,) in house.rows(_KINDS.format(paper)))
    return {
        "days": len(days),
        "papers": len(seen),
        "code_alerts": len(told),
        "late_papers": len(late),
        "late_found": _in_time(late, told),
        "filled_papers": len(filled),
        "filled_found": _in_time(filled, told),
        "second_version_papers": len(second),
        "second_version_found": _in_time(second, told),
        "told_too_early": sum(paper in told and told[paper] < until for paper, until in hollow),
        "official_unnamed": sum(_unnamed(*row) for row in house.rows(_OFFICIAL)),
        "got_code_later": len(later),
        **_counted("by", kinds),
        **_counted("rung", rungs),
    }


def _events(rows: Sequence[dict[str, Any]], day: str, seen: dict[str, date]) -> list[_Event]:
    """(paper, day) of the papers that were announced in these days."""
    return [(paper, date.fromisoformat(row[day])) for row in rows for paper in row["papers"] if paper in seen]


def _in_time(events: Sequence[_Event], told: dict[str, date]) -> float:
    hits = [paper in told and timedelta(0) <= told[paper] - day <= timedelta(1) for paper, day in events]
    return round(sum(hits) / max(len(hits), 1), 4)


def _brought_code(house: House, paper: str) -> bool:
    """Whether the link of a paper that we know stands in its second version alone."""
    places = {place for (place,) in house.rows(_PLACES.format(paper))}
    return places == {"v2"}


def _unnamed(abstract: str, comment: str | None, address: str) -> bool:
    return address.lower() not in {mention.address.id for mention in mentions(f"{abstract}\n{comment or ''}")}


_TOLD: Final = (
    "SELECT value, date(alerts.at, 'unixepoch') FROM alerts JOIN paper_ids ON paper = subject AND scheme = 'arxiv' "
    "WHERE kind = 'code'"
)
_SEEN: Final = (
    "SELECT value, date(announced_at, 'unixepoch') FROM papers JOIN paper_ids ON paper = papers.id "
    "WHERE scheme = 'arxiv' AND announced_at IS NOT NULL"
)
_KINDS: Final = (
    "SELECT DISTINCT replace(kind, '-', '_') FROM evidence JOIN links ON links.id = link JOIN paper_ids USING (paper) "
    "WHERE scheme = 'arxiv' AND value = '{}' AND links.official = 1 AND evidence.official = 1"
)
_PLACES: Final = (
    "SELECT place FROM evidence JOIN links ON links.id = link JOIN paper_ids USING (paper) "
    "WHERE scheme = 'arxiv' AND value = '{}' AND kind IN ('abstract', 'comment')"
)
_OFFICIAL: Final = (
    "SELECT abstract, comment, host || '/' || owner || '/' || name FROM links JOIN papers ON papers.id = paper "
    "JOIN repositories ON repositories.id = repository WHERE official = 1 AND announced_at IS NOT NULL"
)


if __name__ == "__main__":
    main()
