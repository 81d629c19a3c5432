"""Stars: what is on the trending pages, how one repository does, and which gained most."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bot.domain.repository import Repository, parse_repository
from bot.domain.stars import Curve, Happening, Pattern, Ranked, StarSample
from bot.errors import BadQuery
from bot.rules import sampling
from bot.rules.query import parse
from bot.rules.query_nodes import Category, Framework
from storage import Storage

_SPANS: Final = {
    "day": 1,
    "today": 1,
    "daily": 1,
    "week": 7,
    "weekly": 7,
    "month": 30,
    "monthly": 30,
    "year": 365,
    "yearly": 365,
}
_SINCE: Final = ("daily", "weekly", "monthly")
_TOP_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class TrendingAnswer:
    """A trending page as last seen, and the surges of repositories with papers in its span.

    `only_papers`: those without one are left out; `hidden` is how many. `searched`: the page can't be read, and these
    are new repositories by their stars.
    """

    page: str
    day: date | None
    rows: tuple[Ranked, ...]
    surges: tuple[Happening, ...]
    only_papers: bool = False
    hidden: int = 0
    searched: bool = False


@dataclass(frozen=True, slots=True)
class StarsAnswer:
    """A repository's stars: the curve of four weeks; gained in 1, 7 and 28 days (None: not known).

    `rank` is where it stands by the week's gain, of how many.
    """

    repository: Repository
    curve: Curve | None
    gained: tuple[int | None, int | None, int | None]
    rank: tuple[int, int] | None
    since: datetime | None
    happenings: tuple[Happening, ...]
    unusual: tuple[Pattern, ...]
    papers: tuple[Ranked, ...] = ()


@dataclass(frozen=True, slots=True)
class TopAnswer:
    """Who gained most in so many days; `about` is the field or framework that was asked for."""

    days: int
    about: str
    official: tuple[Ranked, ...]
    community: tuple[Ranked, ...]
    asked: bool | None = None


class Starring:
    def __init__(self, storage: Storage, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._clock = clock

    def trending(self, text: str) -> TrendingAnswer:
        """The page of a language (none: the overall one) of a day, a week or a month. Raises BadQuery."""
        words = text.lower().split()
        only = any(word in ("papers", "paper") for word in words)
        since = next((word for word in words if word in _SINCE), "daily")
        rest = "-".join(word for word in words if word not in (*_SINCE, "papers", "paper"))
        page = f"{rest} {since}" if rest else since
        known = self._storage.rankings.pages()
        if page not in known:
            raise BadQuery(f"I don't look at the page {page[:40]}.", hint=f"There are: {', '.join(known)}.")
        day, rows, searched = self._storage.rankings.trending(page)
        shown = tuple(row for row in rows if row.paper) if only else rows
        begin = self._clock() - timedelta(days=_SPANS[since] + 1)
        surges = self._storage.rankings.surging(begin, _TOP_SHOWN)
        told = tuple(map(self._storage.happenings.get, surges))
        return TrendingAnswer(page, day, shown, told, only, len(rows) - len(shown), searched)

    def stars(self, text: str) -> StarsAnswer:
        """How a repository's stars have grown. Raises BadQuery for one that isn't known."""
        address = parse_repository(text)
        found = self._storage.repositories.find(address) if address else None
        if found is None:
            raise BadQuery(
                "I don't know that repository." if address else "That is no repository.",
                hint="Name one as owner/name; /watch owner/name lets me count its stars.",
            )
        now = self._clock()
        samples = self._storage.stars.samples(found.key, now - timedelta(days=sampling.SHOWN + 1))
        happenings = self._storage.happenings.of(found.key, limit=5)
        curve = sampling.curve(found.slug, samples, [(one.surge, one.at) for one in happenings if one.surge])
        gains = curve.gains[::-1] if curve else ()
        return StarsAnswer(
            found,
            curve,
            (_sum(gains, 1), _sum(gains, 7), _sum(gains, 28)),
            self._storage.rankings.rank(found.key, now - timedelta(days=7)),
            _first(samples),
            happenings,
            sampling.unusual(samples, forks=found.forks, born=self._storage.repositories.born(found.key)),
            self._storage.rankings.papers(found.key),
        )

    def top(self, text: str) -> TopAnswer:
        """Who gained most: official or community code, in a period, of a field or framework. Raises BadQuery."""
        span, asked, category, framework = 7, None, "", ""
        for word in text.split():
            low = word.lower()
            if low in ("official", "community"):
                asked = low == "official"
            elif low in _SPANS:
                span = _SPANS[low]
            else:
                category, framework = _field(word, category, framework)
        since = self._clock() - timedelta(days=span)
        lists = [
            self._storage.rankings.top(
                since, official=said, category=category, framework=framework, limit=_TOP_SHOWN * (1 + (asked is said))
            )
            if asked in (None, said)
            else ()
            for said in (True, False)
        ]
        return TopAnswer(span, " ".join(filter(None, (category, framework))), lists[0], lists[1], asked)


def _field(word: str, category: str, framework: str) -> tuple[str, str]:
    """The word as a category or a framework, beside what was said before. Raises BadQuery."""
    hint = "Say /top, then official or community, day, week, month or year, and cs.CV or pytorch."
    for prefix in ("framework", "cat"):
        try:
            node = parse(f"{prefix}:{word}").root
        except BadQuery:
            continue
        if isinstance(node, Framework):
            return category, node.name
        if isinstance(node, Category) and ("." in word or word in ("cs", "stat", "eess", "math", "q-bio")):
            return word, framework
    raise BadQuery(f"I don't know what {word[:30]} is.", hint=hint)


def _sum(gains: Sequence[float], days: int) -> int | None:
    return round(sum(gains[:days])) if len(gains) >= days else None


def _first(samples: Sequence[StarSample]) -> datetime | None:
    return samples[0].at.astimezone(UTC) if samples else None
