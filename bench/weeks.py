"""Two real weeks, day by day, by the command line; what was stored and told beside what the world knows it did.

Each day is polled twice, then the console reads its alerts; every command is a process of its own, so that each is a
stop and a start. `--kill` shoots a poll with SIGKILL before each day's first one, `--strict` has arXiv and GitHub
refuse whoever asks too fast. Needs the recordings and the replay server in ../shared.

    not_stored, stored_twice     papers of the announcements with no row, or with two
    told_twice                   papers that a chat was told of twice
    again_asked_in_full          unconditional requests for lists in a day's second poll
    again_stored                 what a day's second poll stored
    weekends_unexplained         polls of a Saturday or Sunday that don't say why there is nothing
    late_code_told_on_its_day    share of the papers whose repository appeared later and was told when it did
    errors                       failed fetches
"""

import argparse
import contextlib
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from bench.figures import options, show
from tests.replay import PRESENT, World, world

_DAYS: Final = 14
_CATEGORIES: Final = ("cs.LG", "cs.CL", "cs.CV", "cs.AI", "cs.NE", "cs.RO", "stat.ML")
_SUBSCRIPTIONS: Final = ("cat:cs.CV", "cat:cs.CL", "cat:cs.LG", "cat:cs.AI", "diffusion kind:papers")
_LISTS: Final = ("/arxiv/rss", "/github/trending", "/hf/api/daily_papers")
_LISTED: Final = ("arxiv", "rss", "trending", "huggingface")
_APPEARS_AFTER: Final = timedelta(days=5)  # from a paper to a repository that comes late


class House:
    """A data folder, the commands on it, and what they said."""

    def __init__(self, data: Path, town: World, *, interval: str) -> None:
        self.data = data
        self.env = {
            **os.environ,
            **town.settings(),
            "PAPERWIRE_DATA": str(data),
            "PAPERWIRE_ARXIV_INTERVAL": interval,
            "PAPERWIRE_ARXIV_CATEGORIES": " ".join(_CATEGORIES),
            "PAPERWIRE_FEEDS": "",
            "PAPERWIRE_LOG_LEVEL": "ERROR",
            "GITHUB_TOKEN": "replayed",
        }

    def call(self, now: str, *words: str) -> str:
        done = subprocess.run(
            self._command(now, *words), env=self.env, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        if done.returncode or done.stderr:
            print(f"{words}: exit {done.returncode} {done.stderr.strip()[:2000]}", file=sys.stderr)
        return done.stdout

    def poll(self, now: str, *sources: str) -> dict[str, dict[str, Any]]:
        counts: dict[str, dict[str, Any]] = json.loads(self.call(now, "poll", *sources, "--json").splitlines()[-1])
        return counts

    def shoot(self, now: str) -> None:
        """Begin a poll, and kill -9 it on the way."""
        with subprocess.Popen(
            self._command(now, "poll"), env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as victim:
            with contextlib.suppress(subprocess.TimeoutExpired):
                victim.wait(random.uniform(0.5, 6))
            victim.kill()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.data / "paperwire.db")) as database:
            return database.execute(sql).fetchall()

    def _command(self, now: str, *words: str) -> list[str]:
        return [sys.executable, "-m", "bot", "--now", now, *words]


def main() -> None:
    args = options(__doc__, more=_more)
    if not PRESENT:
        raise SystemExit("bench/weeks.py needs the recordings and the replay server in ../shared.")
    days = [args.first + timedelta(n) for n in range(max(1, round(_DAYS * args.scale)))]
    flags = ["--arxiv-strict", "--github-strict"] if args.strict else []
    with world(str(args.first), *flags) as town, TemporaryDirectory() as folder:
        house = House(Path(folder), town, interval="3" if args.strict else "0")
        for words in _SUBSCRIPTIONS:
            house.call(f"{args.first}T05:00:00Z", "ask", f"/subscribe {words}")
        tally, announced = Counter[str](), set[str]()
        for day in days:
            tally += _one_day(house, town, day, kill=args.kill)
            announced |= _announced(town, pace_s=3.2 if args.strict else 0.0)
        show({**_figures(house, town, days, announced), **_told(tally)}, as_json=args.json)


def _more(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--first", type=date.fromisoformat, default=date(2026, 3, 4), help="the first day")
    parser.add_argument("--kill", action="store_true", help="kill a poll before each day's first one")
    parser.add_argument("--strict", action="store_true", help="arXiv and GitHub refuse whoever asks too fast")


def _one_day(house: House, town: World, day: date, *, kill: bool) -> Counter[str]:
    town.day(str(day))
    if kill:
        house.shoot(f"{day}T06:00:00Z")
    first = house.poll(f"{day}T06:00:00Z")
    town.clear_log()
    again = house.poll(f"{day}T06:30:00Z", *_LISTED)
    asked = [row for row in town.log() if row["path"].startswith(_LISTS)]
    house.call(f"{day}T07:00:00Z", "chat")
    weekend = day.weekday() > 4 and f"{day:%A}" not in house.call(f"{day}T08:00:00Z", "poll", "arxiv")
    stored = sum(count[k] for count in again.values() for k in ("new_papers", "updated_papers", "new_links", "alerts"))
    return Counter(
        again_asked_in_full=sum(not row.get("If-None-Match") for row in asked),
        again_stored=stored,
        weekends_unexplained=int(weekend),
        errors=sum(len(count["errors"]) for counts in (first, again) for count in counts.values()),
    )


def _told(tally: Counter[str]) -> dict[str, int]:
    names = ("again_asked_in_full", "again_stored", "weekends_unexplained", "errors")
    return {name: tally[name] for name in names}


def _announced(town: World, *, pace_s: float) -> set[str]:
    """The ids in the day's lists."""
    found: set[str] = set()
    for category in _CATEGORIES:
        time.sleep(pace_s)
        with urlopen(f"{town.base}/arxiv/rss/{category}", timeout=30) as answer:
            found |= set(re.findall(r"oai:arXiv\.org:([\w./-]+?)v\d+<", answer.read().decode()))
    return found


def _figures(house: House, town: World, days: Sequence[date], announced: set[str]) -> dict[str, float | int | str]:
    stored = Counter(row[0] for row in house.rows("SELECT value FROM paper_ids WHERE scheme = 'arxiv'"))
    titles = house.rows("SELECT count(*) FROM papers GROUP BY title HAVING count(*) > 1 AND title != ''")
    told = dict(
        house.rows(
            "SELECT value, date(alerts.at, 'unixepoch') FROM alerts "
            "JOIN paper_ids ON paper = subject AND scheme = 'arxiv' WHERE kind = 'code'"
        )
    )
    twice = house.rows("SELECT 1 FROM alerts GROUP BY chat, kind, subject HAVING count(*) > 1")
    late = list(_late_code(town, days, set(stored)))
    return {
        "days": len(days),
        "papers_announced": len(announced),
        "not_stored": len(announced - set(stored)),
        "stored_twice": len(titles),
        "code_alerts": len(told),
        "told_twice": len(twice),
        "late_code_papers": len(late),
        "late_code_told_on_its_day": round(sum(told.get(p) == d for p, d in late) / max(len(late), 1), 4),
        "integrity": str(house.rows("PRAGMA integrity_check")[0][0]),
    }


def _late_code(town: World, days: Sequence[date], seen: set[str]) -> Iterator[tuple[str, str]]:
    """(paper, day) of the repositories that appear in these days, of papers that were announced in them."""
    for row in town.invented()["late_code"]:
        if str(days[0] + _APPEARS_AFTER) <= row["date"] <= str(days[-1]):
            yield from ((paper, row["date"]) for paper in row["papers"] if paper in seen)


if __name__ == "__main__":
    main()
