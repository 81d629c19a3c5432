"""Stars: how many a repository had when, and what is made of that."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.link import CodeLink
from bot.domain.paper import Paper
from bot.domain.repository import Repository


@dataclass(frozen=True, slots=True)
class StarSample:
    """How many stars a repository had at a time."""

    at: datetime
    stars: int


@dataclass(frozen=True, slots=True)
class Surge:
    """More stars than usual: `gained` in `days` (1, 3 or 7), where `usual` a day are.

    `p` is how often chance alone would bring as many; `since` is the surge's first day.
    """

    days: int
    gained: int
    usual: float
    p: float
    since: date
    stars: int

    @property
    def ratio(self) -> float:
        """How many times as many as usual."""
        return self.gained / (self.usual * self.days)


@dataclass(frozen=True, slots=True)
class Episode:
    """A surge as it goes on: when it was told, and when it was last seen to go on."""

    told_at: datetime
    seen_at: datetime
    pace: float  # stars a day when it was told


@dataclass(frozen=True, slots=True)
class Curve:
    """How the stars of the repository of this name grew: counts in order of time, and what each day brought.

    `gains` begins with the oldest day; `surges` come each with when it was told.
    """

    name: str
    counts: tuple[StarSample, ...]
    gains: tuple[float, ...]
    surges: tuple[tuple[Surge, datetime], ...] = ()

    def stars_at(self, at: datetime) -> float:
        return stars_at(self.counts, at)


def stars_at(counts: Sequence[StarSample], at: datetime) -> float:
    """How many there were then: between two counts on a straight line, before the first one as many as there."""
    after = min(bisect_left(counts, at, key=lambda one: one.at), len(counts) - 1)
    end = counts[after]
    if after == 0 or end.at <= at:
        return end.stars
    begin = counts[after - 1]
    return begin.stars + (end.stars - begin.stars) * ((at - begin.at) / (end.at - begin.at))


def within(counts: Sequence[StarSample], begin: datetime, end: datetime) -> tuple[StarSample, ...]:
    """The counts between two times, and those times themselves as far as they lie between counts."""
    inside = [one for one in counts if begin < one.at < end]
    ends = [at for at in (begin, end) if counts and counts[0].at <= at <= counts[-1].at]
    found = [*inside, *(StarSample(at, round(stars_at(counts, at))) for at in ends)]
    return tuple(sorted(found, key=lambda one: one.at))


@dataclass(frozen=True, slots=True)
class StarDay:
    """How many stars a repository gained on a day, by its host's own history."""

    day: date
    gained: int


class Pattern(StrEnum):
    """What is unusual about a repository's stars; whatever the reason."""

    HALF_AT_ONCE = "half at once"  # at least half of them came within three days, long after its first month
    MANY_LOST = "many lost"  # a tenth of them went within a month
    FEW_FORKS = "few forks"


@dataclass(frozen=True, slots=True)
class Watched:
    """A repository whose stars are counted; `pace` in seconds. `asked`: somebody watches it."""

    repository: Repository
    since: datetime
    pace: int
    next_at: datetime
    asked: bool = False
    past_at: datetime | None = None
    episode: Episode | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a repository: a surge, a milestone or a release, with what is told beside it.

    `value` is the surge's first day, the round number of stars, or the release's tag. `trending` is a page's name and
    the rank there; `released` a late release, with how many days before; `unusual` are patterns, never judgements.
    `curve` is that of the weeks up to a surge, where more than its line is told.
    """

    key: int
    repository: Repository
    kind: str
    value: str
    url: str
    at: datetime
    surge: Surge | None = None
    stars: int | None = None
    trending: tuple[str, int] | None = None
    released: tuple[str, int] | None = None
    unusual: tuple[Pattern, ...] = ()
    papers: tuple[tuple[Paper, CodeLink], ...] = ()
    curve: Curve | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A repository in a ranking: its rank, what it gained, the paper behind it; `new`: not there the day before."""

    repository: Repository
    rank: int
    gained: int | None
    paper: Paper | None = None
    link: CodeLink | None = None
    new: bool = False
