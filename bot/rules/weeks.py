"""A week beside those before it: how many of its papers have code, and which topic rises.

Code comes late, so of every week that code counts that was there at its end.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from bot.domain.news import Beside, WeekShare
from bot.domain.trends import FieldCounts, FieldShare, TooFew
from bot.rules.proportions import ENOUGH, difference, share
from bot.rules.trends import fields

WEEKS: Final = 12  # this one and those before
_FEWEST: Final = 4  # weeks before, for something to be usual


class WeekCount(NamedTuple):
    """Papers of a topic ("" for none) that were announced so many weeks ago, and those with code at that week's end."""

    ago: int
    topic: str
    papers: int
    with_code: int


def shares(counts: Sequence[WeekCount]) -> tuple[WeekShare, ...]:
    """The weeks that have enough papers, the oldest first; none where this one hasn't, or too few before it have."""
    papers, coded = Counter[int](), Counter[int]()
    for one in counts:
        papers[one.ago] += one.papers
        coded[one.ago] += one.with_code
    kept = sorted((ago for ago, n in papers.items() if n >= ENOUGH), reverse=True)
    if not kept or kept[-1] or len(kept) <= _FEWEST:
        return ()
    return tuple(WeekShare(ago, share(coded[ago], papers[ago])) for ago in kept)


def code(weeks: Sequence[WeekShare]) -> Beside | None:
    """This week's share with code beside the usual."""
    if not weeks:
        return None
    *past, this = (week.share for week in weeks)
    before = share(sum(one.part for one in past), sum(one.whole for one in past))
    change = difference(this, before)
    return Beside("code", this, before, (change.low > 0) - (change.high < 0))


def riser(counts: Sequence[WeekCount], weeks: Sequence[WeekShare]) -> Beside | None:
    """The topic whose share of the papers is most above the usual, where that is beyond chance."""
    kept = {week.ago for week in weeks}
    now, before = Counter[str](), Counter[str]()
    for one in counts:
        if one.ago in kept:
            (before if one.ago else now)[one.topic] += one.papers
    topics = [FieldCounts(name, now[name], 0, before[name], 0) for name in now | before if name]
    told = fields(topics, now.total(), before.total())
    rising = [] if isinstance(told, TooFew) else [one for one in told if one.rises]
    if not rising:
        return None
    most = max(rising, key=_change)
    return Beside(most.name, most.share, share(before[most.name], before.total()), 1)


def _change(one: FieldShare) -> float:
    return one.change.value if one.change else 0.0
