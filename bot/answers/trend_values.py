"""The answers about trends; what they say in words is the handlers' business."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.stars import Ranked, StarSample
from bot.domain.trends import (
    Coverage,
    FieldShare,
    FrameworkShare,
    Growth,
    Month,
    MonthCount,
    Period,
    Share,
    TooFew,
    Waiting,
)
from bot.rules.proportions import ENOUGH


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: a scope ("" for all papers, a category, or "topic …"), a period, and the one before.

    `until` is the period's end, or now where it isn't over; `official` None: any code; `gaps` are those of its months
    of which hardly any papers are known.
    """

    scope: str
    period: Period
    before: Period
    now: datetime
    until: datetime
    gaps: tuple[Month, ...] = ()
    official: bool | None = None
    by_repository: bool = False

    @property
    def about(self) -> str:
        """The field or topic, as people call it."""
        return self.scope.removeprefix("topic ")

    @property
    def over(self) -> bool:
        return self.period.end <= self.now


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """The share with code: by month, in the period, and by field there (with any code)."""

    asked: Asked
    coverage: Coverage
    period: Share | TooFew
    fields: tuple[tuple[str, Share], ...]
    waiting: Waiting | TooFew
    counts: MonthCount


@dataclass(frozen=True, slots=True)
class PapersAnswer:
    """Papers month by month up to the last whole one, their growth, those of the period and of all time.

    `fields`: each field's papers in the period, and their growth.
    """

    asked: Asked
    growth: Growth | TooFew
    months: tuple[MonthCount, ...]
    in_period: int
    in_all: int
    fields: tuple[tuple[str, int, Growth | TooFew], ...] = ()

    @property
    def last(self) -> MonthCount | None:
        """The period's last whole month, where it says how often a paper comes: the first of all isn't whole."""
        if len(self.months) < 2 or self.months[-2].month != self.months[-1].month + -1:
            return None
        last = self.months[-1]
        return last if last.month in self.asked.period and last.papers >= ENOUGH else None


@dataclass(frozen=True, slots=True)
class FrameworksAnswer:
    """Frameworks' shares in the period, and of each month together with the two before it.

    The files of `unknown` implementations haven't been read.
    """

    asked: Asked
    shares: tuple[FrameworkShare, ...] | TooFew
    unknown: int
    months: tuple[tuple[Month, tuple[FrameworkShare, ...]], ...]


@dataclass(frozen=True, slots=True)
class FieldsAnswer:
    """Fields and topics of the period; `hottest`: the fields of those `hot` implementations that gained most stars."""

    asked: Asked
    fields: tuple[FieldShare, ...] | TooFew
    topics: tuple[FieldShare, ...] | TooFew
    hottest: tuple[tuple[str, int], ...]
    hot: int
    papers: int
    papers_before: int


@dataclass(frozen=True, slots=True)
class Popular:
    """A repository that gained stars: on how many days it was on a trending page, and its counts in the period."""

    row: Ranked
    days_trending: int
    counts: tuple[StarSample, ...]


@dataclass(frozen=True, slots=True)
class PopularAnswer:
    """Who gained most stars in the period; the stars of `counted` repositories with papers are known, of `of`."""

    asked: Asked
    official: tuple[Popular, ...]
    community: tuple[Popular, ...]
    counted: int
    of: int


@dataclass(frozen=True, slots=True)
class TimeAnswer:
    """How long papers wait for their code, of all that were followed since their announcement; `since` which month."""

    asked: Asked
    waiting: Waiting | TooFew
    since: Month | None


@dataclass(frozen=True, slots=True)
class CommunityAnswer:
    """The period's papers by whose code they have; of those with code, the share whose only code is by others."""

    asked: Asked
    counts: MonthCount
    alone: Share | TooFew
    alone_before: Share | TooFew
    implementers: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A period in a line, to be compared; `gaps` are those of its months of which hardly any papers are known."""

    period: Period
    papers: int
    with_code: int
    code: Share | TooFew
    official: Share | TooFew
    gaps: tuple[Month, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """A period's review; `compared` is the period, the one before, and the same a year ago.

    `papers` are all in the catalogue, `undated` those of them without a date.
    """

    asked: Asked
    compared: tuple[Compared, ...]
    code: CodeAnswer
    growth: PapersAnswer
    frameworks: tuple[FrameworksAnswer, FrameworksAnswer]  # official, community
    fields: FieldsAnswer
    popular: PopularAnswer
    time: TimeAnswer
    community: CommunityAnswer
    papers: int
    undated: int
