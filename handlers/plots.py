"""What a chart of trends shows, before anybody draws it: lines over months or days, or bars."""

from dataclasses import dataclass
from enum import StrEnum

Point = tuple[float, float]


class Unit(StrEnum):
    SHARE = "share"  # 0.15 is 15 %
    COUNT = "count"


class Axis(StrEnum):
    MONTHS = "months"  # as Month.number
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Series:
    """A line with its name beside it; `band` is its interval (x, low, high); `aside`: what it is compared with.

    A line breaks where a month is missing, unless it is `bridged`: what lies between two of its points is like them.
    """

    name: str
    points: tuple[Point, ...]
    band: tuple[tuple[float, float, float], ...] = ()
    aside: bool = False
    bridged: bool = False
    steps: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its name and its figure in words; `low` and `high` its interval; `other`: of the second kind."""

    name: str
    value: float
    said: str
    low: float | None = None
    high: float | None = None
    other: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart: `name` for its file, `title` says what is shown, `finding` what is to be seen there."""

    name: str
    title: str
    finding: str
    series: tuple[Series, ...] = ()
    bars: tuple[Bar, ...] = ()
    unit: Unit = Unit.SHARE
    axis: Axis = Axis.MONTHS
