"""Figures of trends in words: shares, estimates, changes with their intervals, periods."""

from bot.domain.trends import MONTH_MINUTES, Estimate, Period, Share, TooFew
from handlers.wording.plain import count


def too_few(told: TooFew) -> str:
    what, _, more = told.of.partition(" ")
    said = " ".join(filter(None, (count(told.have, what.removesuffix("s")), more)))
    return f"too few to tell ({said}; I need {told.need})."


def percent(value: float, digits: int = 1) -> str:
    return f"{round(100 * value, digits) + 0.0:.{digits}f} %"


def interval(low: float, high: float) -> str:
    """ "14.4–15.7 %"; "-1.2 to 3.4 %", where a dash could be taken for a minus."""
    begin, end = (round(100 * value, 1) + 0.0 for value in (low, high))  # because: + 0.0 makes 0.0 of -0.0
    return f"{begin:.1f}{' to ' if begin < 0 else '–'}{end:.1f} %"


def share(one: Share) -> str:
    """ "15.0 % (14.4–15.7 %; 1,800 of 12,000)"."""
    return f"{percent(one.value)} ({interval(one.low, one.high)}; {one.part:,} of {one.whole:,})"


def one_in_words(one: Share) -> str:
    return (
        f"1 in {one.one_in}" if one.one_in > 1 else "Nearly all of the" if one.value > 0.9 else "More than half of the"
    )


def estimate(one: Estimate) -> str:
    return f"{percent(one.value)} ({interval(one.low, one.high)})"


def points(one: Estimate) -> str:
    """A change in percentage points: "+3.1 (+1.2 to +5.0) points"; with more digits where it would touch nought."""
    said = [100 * value for value in (one.value, one.low, one.high)]
    digits = 2 if 0 < min(abs(said[1]), abs(said[2])) < 0.05 else 1
    value, low, high = (f"{round(part, digits) + 0.0:+.{digits}f}" for part in said)
    return f"{value} ({low} to {high}) points"


def minutes(a_month: float) -> float:
    """Between two papers."""
    return MONTH_MINUTES / a_month


def every(minutes: float) -> str:
    if minutes < 1:
        return f"Every {60 * minutes:.0f} seconds"
    return f"Every {minutes:.0f} minutes" if minutes < 90 else f"Every {minutes / 60:.0f} hours"


def spoken(period: Period) -> str:
    """ "Jul to Dec 2018", "Feb 2026"."""
    if period.months == 1:
        return period.first.label
    first = period.first.label if period.first.year != period.last.year else period.first.label.split()[0]
    return f"{first} to {period.last.label}"
