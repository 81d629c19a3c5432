"""Trends: how many papers, how much code, month by month; and what is made of that.

A month is that of a paper's first version. "Code" is a link that may be told as the paper's: known whose, sure enough,
at a repository that isn't missing or without source.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

MONTH_MINUTES: Final = 365 * 1440 / 12
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month in UTC; `number` counts them from the year 0 on."""

    number: int

    @classmethod
    def at(cls, moment: datetime) -> "Month":
        return cls(moment.year * 12 + moment.month - 1)

    @property
    def year(self) -> int:
        return self.number // 12

    @property
    def begin(self) -> datetime:
        return datetime(self.year, self.number % 12 + 1, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return (self + 1).begin

    def __add__(self, months: int) -> "Month":
        return Month(self.number + months)

    def __str__(self) -> str:
        return f"{self.year}-{self.number % 12 + 1:02}"

    @property
    def label(self) -> str:
        return f"{MONTHS[self.number % 12]} {self.year}"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months, the first and the last; `name` is how people call it: "2018-H2"."""

    first: Month
    last: Month
    name: str

    @property
    def months(self) -> int:
        return self.last.number - self.first.number + 1

    @property
    def begin(self) -> datetime:
        return self.first.begin

    @property
    def end(self) -> datetime:
        return self.last.end

    def __iter__(self) -> Iterator[Month]:
        return (Month(number) for number in range(self.first.number, self.last.number + 1))

    def __contains__(self, month: Month) -> bool:
        return self.first <= month <= self.last


# As counted -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MonthCount:
    """A month's papers: all, and those whose code is by others alone, by the authors alone, by both."""

    month: Month
    papers: int
    community: int = 0
    official: int = 0
    both: int = 0

    @property
    def with_code(self) -> int:
        return self.community + self.official + self.both

    @property
    def with_official(self) -> int:
        return self.official + self.both


@dataclass(frozen=True, slots=True)
class LagCount:
    """Papers announced in a month whose code came so many days later (366: more than a year; None: not yet).

    Only papers that were followed from their announcement on. `official`: the authors' own code came first.
    """

    month: Month
    days: int | None
    papers: int
    official: bool = True


@dataclass(frozen=True, slots=True)
class FrameworkCount:
    """Implementations of a month by their primary framework; "none": their files name none; "unknown": not read."""

    month: Month
    official: bool
    framework: str
    implementations: int


@dataclass(frozen=True, slots=True)
class FieldCounts:
    """A field's or topic's papers in a period and in the one before, and those of them with code."""

    name: str
    papers: int
    with_code: int
    papers_before: int
    with_code_before: int


# As told --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TooFew:
    """There is too little to tell: `have` of what is counted, of the `need` that there should be."""

    have: int
    need: int
    of: str = "papers"


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, with the interval that holds the true share in 95 of 100 such cases."""

    part: int
    whole: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.part / self.whole if self.whole else 0.0

    @property
    def one_in(self) -> int:
        """15 % are "1 in 7"; 0 for none."""
        return round(self.whole / self.part) if self.part else 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval of 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MonthShare:
    """A month's share with code; `corrected` for the code that is still to come (None: not needed, or not known)."""

    month: Month
    share: Share
    corrected: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The share of papers with code: by month, of the last six months of the period, of all until its end."""

    months: tuple[MonthShare, ...]
    recent: Share | TooFew
    recent_official: Share | TooFew
    everything: Share | TooFew


@dataclass(frozen=True, slots=True)
class Growth:
    """Compound growth, fitted to the months from `first` to `last`; rates are shares (0.035 is 3.5 %).

    `a_month` papers at its end, by the fit; `doubling` in months (None: it doesn't grow); `next_year` is the sum of the
    twelve months after the last.
    """

    first: Month
    last: Month
    monthly: Estimate
    yearly: Estimate
    a_month: float
    doubling: float | None
    next_year: Estimate

    @property
    def minutes(self) -> float:
        """Between two papers."""
        return MONTH_MINUTES / self.a_month

    @property
    def clear(self) -> bool:
        """Whether the interval leaves no doubt that there is growth, or decline."""
        return self.monthly.low > 0 or self.monthly.high < 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """Which share of papers has code so many days after being announced; as far as it could be seen.

    `papers` are those followed, `with_code` those of them whose code has come, `official_first` by the authors first.
    """

    papers: int
    with_code: int
    official_first: int
    after: tuple[tuple[int, Estimate], ...]
    curve: tuple[float, ...]  # the share on day 0, 1, 2 …

    def by(self, days: float) -> float:
        """The share that has code by then; the last known one for later."""
        return self.curve[min(max(int(days), 0), len(self.curve) - 1)]


@dataclass(frozen=True, slots=True)
class FrameworkShare:
    """A framework among a period's implementations, in the period before, and how that has changed."""

    framework: str
    share: Share
    before: Share | None = None
    change: Estimate | None = None


@dataclass(frozen=True, slots=True)
class FieldShare:
    """A field among a period's papers: its share, how that has changed (in shares of all), how many have code."""

    name: str
    share: Share
    change: Estimate | None
    code: Share

    @property
    def rises(self) -> bool:
        return self.change is not None and self.change.low > 0

    @property
    def falls(self) -> bool:
        return self.change is not None and self.change.high < 0
