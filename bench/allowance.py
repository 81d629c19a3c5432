"""What does counting the stars of 5,000 repositories ask of GitHub in a day? By the replay server's own log.

The hours of the service's counting are played in one process, on a clock that is set: the first day, on which each
repository is new, gets its history and is counted hourly; and a usual one, five days later. The server refuses whoever
asks for more than GitHub allows in an hour, and its hours are real ones: both days have to fit into one or two of them.
Needs ../shared.

    repositories               of the recorded series, and of the recorded trending pages
    first_day_…, usual_day_…   requests by GraphQL and REST, refused ones, the most in a played hour (5,000 of each)
"""

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from bench.figures import Figures, options, show
from bench.surges import read
from bot.app import App
from bot.config import load
from bot.domain.feed import Sighting, Source
from tests.replay import PRESENT, SHARED, World, world

_DATA: Final = SHARED / "data" / "github"
_REPOSITORIES: Final = 5000
_FIRST: Final = date(2026, 3, 20)
_USUAL: Final = date(2026, 3, 25)
_HOURS: Final = 24
_ROUNDS: Final = 6  # an hour
_LONG_AGO: Final = timedelta(days=60)


def main() -> None:
    args = options(__doc__)
    if not PRESENT:
        raise SystemExit("bench/allowance.py needs the recordings and the replay server in ../shared.")
    names = list(islice(dict.fromkeys(_names()), round(_REPOSITORIES * args.scale)))
    with world(str(_FIRST), "--github-strict") as town, TemporaryDirectory() as folder, _Clock(town, folder) as clock:
        show({"repositories": clock.meet(names), **_days(clock)}, as_json=args.json)


def _names() -> Iterator[str]:
    yield from read(_DATA / "stars")
    for month in sorted((_DATA / "trending-series").glob("languages-*.json*")):
        told = gzip.decompress(month.read_bytes()) if month.suffix == ".gz" else month.read_bytes()
        pages = [page for day in json.loads(told)["days"].values() for page in day]
        yield from (row["repo"].lower() for page in pages for row in page["repos"])


def _days(clock: "_Clock") -> Figures:
    first = clock.day(_FIRST)
    clock.hour(_USUAL - timedelta(days=1), 0)  # what has waited since then is counted once
    usual = clock.day(_USUAL)
    told = (("first_day", first), ("usual_day", usual))
    return {f"{day}_{kind}": number for day, found in told for kind, number in found.items()}


class _Clock:
    """A service whose hours a benchmark plays."""

    def __init__(self, town: World, folder: str) -> None:
        self._town = town
        self._now = datetime.combine(_FIRST, datetime.min.time(), UTC)
        given = {**town.settings(), "PAPERWIRE_DATA": folder, "PAPERWIRE_FEEDS": "", "GITHUB_TOKEN": "replayed"}
        self._app = App(load(given, env_file=None), clock=lambda: self._now)

    def __enter__(self) -> "_Clock":
        return self

    def __exit__(self, *_: object) -> None:
        self._app.close()

    def meet(self, names: Iterable[str]) -> int:
        """Repositories of which some stars are known; how many of them are counted."""
        storage, long_ago = self._app.storage, self._now - _LONG_AGO
        (page, *_) = storage.feeds.all(Source.TRENDING)
        with storage.write():
            for name in names:
                storage.repositories.sight(page.key, long_ago.date(), Sighting(name, 99, 100, None, None), long_ago)
            return storage.stars.enrol(self._now, pace=3600)

    def day(self, day: date) -> Mapping[str, int]:
        """Its hours' requests, summed up, and the most in an hour."""
        asked = [self.hour(day, hour) for hour in range(_HOURS)]
        kinds = ("graphql", "rest", "refused")
        most = {f"{kind}_most_an_hour": max(one[kind] for one in asked) for kind in kinds[:2]}
        return {**{kind: sum(one[kind] for one in asked) for kind in kinds}, **most}

    def hour(self, day: date, hour: int) -> Counter[str]:
        """What the rounds of an hour ask for."""
        if hour == 0:
            self._town.day(str(day))
        self._town.clear_log()
        for number in range(_ROUNDS):
            begun = timedelta(hours=hour + number / _ROUNDS)
            self._now = datetime.combine(day, datetime.min.time(), UTC) + begun
            self._app.count_stars()
        return Counter(kind for row in self._town.log() for kind in _kinds(row))


def _kinds(row: Mapping[str, Any]) -> Iterable[str]:
    yield "graphql" if row["path"].endswith("/graphql") else "rest"
    if row["status"] in (403, 429):
        yield "refused"


if __name__ == "__main__":
    main()
