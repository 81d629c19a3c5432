"""Shares and their uncertainty.

Wilson's score interval for a share (E. B. Wilson, "Probable inference, the law of succession, and statistical
inference", JASA 22, 1927); Newcombe's for the difference of two (R. G. Newcombe, "Interval estimation for the
difference between independent proportions", Statistics in Medicine 17, 1998, his method 10); Dunn's stricter level for
many comparisons at once ("Multiple comparisons among means", JASA 56, 1961).
"""

from math import sqrt
from statistics import NormalDist
from typing import Final

from bot.domain.trends import Estimate, Share, TooFew

LEVEL: Final = 0.95
ENOUGH: Final = 30  # papers; below that a share is too few to tell
_Z: Final = NormalDist().inv_cdf((1 + LEVEL) / 2)


def share(part: int, whole: int) -> Share:
    """`part` of `whole` with Wilson's interval; of nothing it is all of 0 to 1."""
    return Share(part, whole, *_wilson(part, whole, _Z))


def enough(part: int, whole: int) -> Share | TooFew:
    """The share, where there is enough to tell one."""
    return share(part, whole) if whole >= ENOUGH else TooFew(whole, ENOUGH)


def difference(now: Share, before: Share, *, comparisons: int = 1) -> Estimate:
    """How a share has changed; the interval is as wide as so many comparisons at once need."""
    z = NormalDist().inv_cdf(1 - (1 - LEVEL) / 2 / comparisons)
    (low1, high1), (low0, high0) = (_wilson(one.part, one.whole, z) for one in (now, before))
    change = now.value - before.value
    return Estimate(
        change,
        change - sqrt((now.value - low1) ** 2 + (high0 - before.value) ** 2),
        change + sqrt((high1 - now.value) ** 2 + (before.value - low0) ** 2),
    )


def _wilson(part: int, whole: int, z: float) -> tuple[float, float]:
    if not whole:
        return 0.0, 1.0
    p, squared = part / whole, z * z
    middle = p + squared / (2 * whole)
    around = z * sqrt(p * (1 - p) / whole + squared / (4 * whole * whole))
    low, high = ((middle + sign * around) / (1 + squared / whole) for sign in (-1, 1))
    return (low if part else 0.0), (high if part < whole else 1.0)
