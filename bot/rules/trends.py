"""The bird's-eye view: coverage, frameworks and fields, from monthly counts. The methods stand in `proportions`,
`growth` and `waiting`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from bot.domain.trends import (
    Coverage,
    FieldCounts,
    FieldShare,
    FrameworkCount,
    FrameworkShare,
    Month,
    MonthCount,
    MonthShare,
    Period,
    Share,
    TooFew,
    Waiting,
)
from bot.rules import waiting
from bot.rules.proportions import ENOUGH, difference, enough, share

RECENT: Final = 6  # months
_TOGETHER: Final = 3  # months
_WORTH_A_LINE: Final = 20  # papers of a field, in this period or the one before


def coverage(
    counts: Sequence[MonthCount], until: Month, known: Waiting | TooFew, now: datetime, *, official: bool = False
) -> Coverage:
    """The share with code by month up to `until`; any code, or `official` code alone. Months with too few are left out.

    The last six months' share is told as it is seen: "1 in 7 new papers has code".
    """
    past = sorted((one for one in counts if one.month <= until), key=lambda one: one.month)
    recent = [one for one in past if one.month > until + -RECENT]
    months = []
    for one in past:
        if one.papers >= ENOUGH:
            seen = share(_code(one, official=official), one.papers)
            months.append(MonthShare(one.month, seen, waiting.corrected(seen, one.month, known, now)))
    return Coverage(
        tuple(months),
        _sum(recent, official=official),
        _sum(recent, official=True),
        _sum(past, official=official),
    )


def _sum(counts: Sequence[MonthCount], *, official: bool) -> Share | TooFew:
    return enough(sum(_code(one, official=official) for one in counts), sum(one.papers for one in counts))


def _code(count: MonthCount, *, official: bool) -> int:
    return count.with_official if official else count.with_code


def in_period(counts: Iterable[MonthCount], period: Period) -> MonthCount:
    """All of a period as one count, under its first month."""
    inside = [one for one in counts if one.month in period]
    return MonthCount(
        period.first,
        sum(one.papers for one in inside),
        sum(one.community for one in inside),
        sum(one.official for one in inside),
        sum(one.both for one in inside),
    )


def frameworks(
    now: Iterable[FrameworkCount], before: Iterable[FrameworkCount], *, official: bool | None = None
) -> tuple[FrameworkShare, ...] | TooFew:
    """Each framework's share of all implementations, "none" included; those whose files weren't read are left out."""
    counts, earlier = (_known(some, official) for some in (now, before))
    whole, whole_before = counts.total(), earlier.total()
    if whole < ENOUGH:
        return TooFew(whole, ENOUGH, "implementations")
    names = sorted(counts, key=lambda name: (-counts[name], name))
    shares = [share(counts[name], whole) for name in names]
    if whole_before < ENOUGH:
        return tuple(map(FrameworkShare, names, shares))
    past = [share(earlier[name], whole_before) for name in names]
    changes = [difference(one, old, comparisons=len(names)) for one, old in zip(shares, past, strict=True)]
    return tuple(map(FrameworkShare, names, shares, past, changes))


def frameworks_by_month(
    counts: Sequence[FrameworkCount], until: Month, *, official: bool | None = None
) -> tuple[tuple[Month, tuple[FrameworkShare, ...]], ...]:
    """The shares of each month together with the two before it, as those of one alone jump; up to `until`."""
    found = []
    for month in sorted({one.month for one in counts if one.month <= until}):
        shares = frameworks([one for one in counts if month + -_TOGETHER < one.month <= month], (), official=official)
        if not isinstance(shares, TooFew):
            found.append((month, shares))
    return tuple(found)


def _known(counts: Iterable[FrameworkCount], official: bool | None) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in counts:
        if official in (None, one.official) and one.framework != "unknown" and one.implementations:
            found[one.framework] += one.implementations
    return found


def fields(counts: Sequence[FieldCounts], papers: int, papers_before: int) -> tuple[FieldShare, ...] | TooFew:
    """Fields by their papers, of all `papers` of the period; changes where the period before has enough."""
    if papers < ENOUGH:
        return TooFew(papers, ENOUGH)
    shown = [one for one in counts if max(one.papers, one.papers_before) >= _WORTH_A_LINE]
    return tuple(
        FieldShare(
            one.name,
            share(one.papers, papers),
            difference(share(one.papers, papers), share(one.papers_before, papers_before), comparisons=len(shown))
            if papers_before >= ENOUGH
            else None,
            share(one.with_code, one.papers),
        )
        for one in sorted(shown, key=lambda one: (-one.papers, one.name))
    )
