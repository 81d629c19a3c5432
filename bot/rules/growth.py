"""How fast the number of papers grows: least squares on the logarithms of the monthly counts.

The slope's interval is Student's ("The probable error of a mean", Biometrika 6, 1908), with the quantile from the
closed form for whole degrees of freedom (Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 26.7.3 and
26.7.4). The next year's sum has its interval by the delta method: from the fit's covariance, and each month's own
scatter. What the logarithm hides (a mean lies above a median) is left out: with a scatter of 10 % it is half a percent.
"""

from collections.abc import Sequence
from math import atan, cos, exp, expm1, log, pi, sin, sqrt
from typing import Final, NamedTuple

from bot.domain.trends import Estimate, Growth, Month, MonthCount, TooFew
from bot.rules.proportions import LEVEL

FEWEST: Final = 6  # months
MOST: Final = 36
A_MONTH: Final = 10  # papers; a month with fewer tells of the catalogue, not of the field
_YEAR: Final = 12
MOORE: Final = 2 ** (_YEAR / 24) - 1  # a doubling every two years (G. E. Moore, 1975)


def growth(counts: Sequence[MonthCount], last: Month) -> Growth | TooFew:
    """The growth of the months up to `last`, as many as there are without a gap, 36 at most.

    A month in which papers began to come in is no whole one, so the first after a gap is left out.
    """
    run = _run({one.month: one.papers for one in counts}, last)
    if len(run) < FEWEST:
        return TooFew(len(run), FEWEST, "months")
    fitted = line([float(n) for n in range(len(run))], [log(papers) for _, papers in run])
    width = student(LEVEL, len(run) - 2)
    low, high = (fitted.slope + sign * width * fitted.slope_error for sign in (-1, 1))
    return Growth(
        run[0][0],
        last,
        Estimate(expm1(fitted.slope), expm1(low), expm1(high)),
        Estimate(expm1(_YEAR * fitted.slope), expm1(_YEAR * low), expm1(_YEAR * high)),
        exp(fitted.at(len(run) - 1)),
        log(2) / fitted.slope if fitted.slope > 0 else None,
        _next_year(fitted, len(run), width),
    )


def _run(papers: dict[Month, int], last: Month) -> list[tuple[Month, int]]:
    """The months without a gap before `last`, the first one of the catalogue left out."""
    run: list[tuple[Month, int]] = []
    month = last
    while len(run) < MOST and papers.get(month, 0) >= A_MONTH:
        run.append((month, papers[month]))
        month += -1
    if papers.get(month, 0) < A_MONTH:
        run = run[:-1]
    return run[::-1]


class Line(NamedTuple):
    """A fitted line; `scatter` is the residuals' standard deviation, `points` and `middle` the number and mean of x."""

    slope: float
    intercept: float
    slope_error: float
    scatter: float
    points: int
    middle: float

    def at(self, x: float) -> float:
        return self.intercept + self.slope * x


def line(xs: Sequence[float], ys: Sequence[float]) -> Line:
    """Ordinary least squares of at least three points."""
    n = len(xs)
    x_mean, y_mean = sum(xs) / n, sum(ys) / n
    spread = sum((x - x_mean) ** 2 for x in xs)
    slope = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True)) / spread
    intercept = y_mean - slope * x_mean
    left = sum((y - intercept - slope * x) ** 2 for x, y in zip(xs, ys, strict=True))
    scatter = sqrt(left / (n - 2))
    return Line(slope, intercept, scatter / sqrt(spread), scatter, n, x_mean)


def _next_year(fitted: Line, begin: int, width: float) -> Estimate:
    """The sum of twelve months from x = `begin` on."""
    ahead = range(begin, begin + _YEAR)
    months = [exp(fitted.at(x)) for x in ahead]
    total = sum(months)
    by_slope = sum(month * (x - fitted.middle) for x, month in zip(ahead, months, strict=True))
    variance = (
        (total * fitted.scatter) ** 2 / fitted.points
        + (by_slope * fitted.slope_error) ** 2
        + sum((month * fitted.scatter) ** 2 for month in months)
    )
    around = width * sqrt(variance) / total
    return Estimate(total, total * exp(-around), total * exp(around))


def student(level: float, freedom: int) -> float:
    """How many standard errors lie within `level` of Student's distribution, by halving."""
    low, high = 0.0, 1000.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < level else (low, middle)
    return high


def _within(t: float, freedom: int) -> float:
    """How probable a value between -t and t is."""
    angle = atan(t / sqrt(freedom))
    odd = freedom % 2
    term = cos(angle) if odd else 1.0
    total = term if freedom > 1 else 0.0
    for k in range(2 + odd, freedom - 1, 2):
        term *= cos(angle) ** 2 * (k - 1) / k
        total += term
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total
