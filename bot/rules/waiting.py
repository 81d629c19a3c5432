"""How long papers wait for their code, and what share of the last months' papers will have some.

The product-limit estimate of Kaplan and Meier ("Nonparametric estimation from incomplete observations", JASA 53, 1958):
a paper counts as long as it could be seen. Papers are grouped by the month in which they were announced; a month takes
part in a day of waiting only when its youngest paper has lived through that day. Intervals by Greenwood's variance
(1926) on the scale of log(-log) (Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, 1980).

The correction divides what is seen by the part that has usually come by that age (as for reporting delays: Kalbfleisch
and Lawless, "Inference based on retrospective ascertainment", JASA 84, 1989).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Final, NamedTuple

from bot.domain.trends import Estimate, LagCount, Month, Share, TooFew, Waiting
from bot.rules.proportions import LEVEL

DAYS: Final = (0, 7, 30, 90, 180, 365)
FEWEST: Final = 50  # papers followed
_AT_RISK: Final = 30  # papers; with fewer left, a day tells nothing
_DAY: Final = timedelta(days=1)
_Z: Final = NormalDist().inv_cdf((1 + LEVEL) / 2)


class Step(NamedTuple):
    """The share still waiting after a day, and Greenwood's sum up to it."""

    waiting: float
    greenwood: float


def survival(days: Iterable[tuple[int, int]]) -> Iterator[Step]:
    """After each day, from how many could still be seen waiting before it and how many of them had code on it."""
    waiting, greenwood = 1.0, 0.0
    for at_risk, came in days:
        waiting *= 1 - came / at_risk
        greenwood += came / (at_risk * (at_risk - came)) if came < at_risk else 0.0
        yield Step(waiting, greenwood)


def waiting(lags: Sequence[LagCount], now: datetime) -> Waiting | TooFew:
    """The share with code after 0, 7, 30 … 365 days, as far as enough papers could be seen for so long."""
    papers = sum(one.papers for one in lags)
    if papers < FEWEST:
        return TooFew(papers, FEWEST, "papers followed since they were announced")
    steps = list(survival(_days(lags, now)))
    if not steps:
        return TooFew(0, FEWEST, "papers followed for a day")
    came = [one for one in lags if one.days is not None]
    return Waiting(
        papers,
        sum(one.papers for one in came),
        sum(one.papers for one in came if one.official),
        tuple((day, _estimate(steps[day])) for day in DAYS if day < len(steps)),
        tuple(1 - step.waiting for step in steps),
    )


def _days(lags: Sequence[LagCount], now: datetime) -> Iterator[tuple[int, int]]:
    """For each day of waiting, how many papers could be seen then, and how many had code on it."""
    sizes: dict[Month, int] = defaultdict(int)
    came: dict[Month, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for one in lags:
        sizes[one.month] += one.papers
        if one.days is not None:
            came[one.month][one.days] += one.papers
    left = dict(sizes)
    for day in range(DAYS[-1] + 1):
        seen = [month for month in left if now >= month.end + _DAY * (day + 1)]
        at_risk = sum(left[month] for month in seen)
        if at_risk < _AT_RISK:
            return
        yield at_risk, sum(came[month][day] for month in seen)
        for month in seen:
            left[month] -= came[month][day]


def _estimate(step: Step) -> Estimate:
    """The share that has code, with its interval."""
    if step.waiting in (0.0, 1.0):
        return Estimate(1 - step.waiting, 1 - step.waiting, 1 - step.waiting)
    scale = log(step.waiting)
    around = _Z * sqrt(step.greenwood) / abs(scale)
    return Estimate(1 - step.waiting, 1 - exp(scale * exp(-around)), 1 - exp(scale * exp(around)))


def corrected(seen: Share, month: Month, known: Waiting | TooFew, now: datetime) -> Estimate | None:
    """A month's share as it will be when its papers are as old as the oldest of which we know; None: nothing to add."""
    if isinstance(known, TooFew) or not seen.part or not known.curve[-1]:
        return None
    age = (now - (month.begin + (month.end - month.begin) / 2)) / _DAY
    if age >= len(known.curve):
        return None
    ratio = known.curve[-1] / known.by(age) if known.by(age) else 0.0
    if ratio <= 1.0:
        return None
    return Estimate(*(min(value * ratio, 1.0) for value in (seen.value, seen.low, seen.high)))
