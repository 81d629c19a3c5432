"""The period of a review, as people write it: 2018-H2, 2025-Q4, 2026-02, 2025, 2025-11..2026-02, last month."""

import re
from datetime import datetime
from typing import Final

from bot.domain.trends import Month, Period
from bot.errors import BadQuery

HINT: Final = "Such as 2018-H2, 2025-Q4, 2026-02, 2025, 2025-11..2026-02, last month, last quarter, this year."
_PERIOD = re.compile(r"(\d{4})(?:-?(?:h([12])|q([1-4])|(\d{2})))?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_RANGE = re.compile(r"\s*(?:\.\.+|\bto\b|–|—)\s*")
_SPANS: Final = {"month": 1, "quarter": 3, "half": 6, "half-year": 6, "half year": 6, "year": 12}
_EARLIEST: Final = 1900


def period(text: str, now: datetime) -> Period:
    """The period that is meant. Raises BadQuery for none, a reversed one, a day, and one that hasn't begun."""
    said = " ".join(text.lower().split())
    if not said:
        raise BadQuery("Of which period?", hint=HINT)
    if said in ("last", "this"):
        raise BadQuery(f"{said.capitalize()} what?", hint=HINT)
    found = _relative(said, now) or _between(said)
    if found.begin > now:
        raise BadQuery(f"{found.name} hasn't begun yet.", hint=HINT)
    return found


def before(one: Period) -> Period:
    """The period of the same length that ends where this one begins."""
    return named(one.first + -one.months, one.first + -1)


def year_ago(one: Period) -> Period:
    return named(one.first + -12, one.last + -12)


def _relative(said: str, now: datetime) -> Period | None:
    which, _, span = said.partition(" ")
    if which not in ("last", "this") or span not in _SPANS:
        return None
    months = _SPANS[span]
    first = Month(Month.at(now).number // months * months)
    first += 0 if which == "this" else -months
    return named(first, first + (months - 1))


def _between(said: str) -> Period:
    ends = _RANGE.split(said)
    if len(ends) == 1:
        return _one(said)
    if len(ends) != 2:
        raise BadQuery("I can't read that period.", hint=HINT)
    first, last = _one(ends[0]), _one(ends[1])
    if last.last < first.first:
        raise BadQuery(f"{first.name} comes after {last.name}: turn them round.", hint=HINT)
    return named(first.first, last.last)


def _one(said: str) -> Period:
    if _DAY.fullmatch(said):
        raise BadQuery("A day is too short: it takes whole months.", hint=HINT)
    found = _PERIOD.fullmatch(said)
    if not found or int(found[1]) < _EARLIEST:
        raise BadQuery("I can't read that period.", hint=HINT)
    year, half, quarter, month = int(found[1]), *(int(group or 0) for group in found.groups()[1:])
    if found[4] and not 1 <= month <= 12:
        raise BadQuery(f"There is no month {month}.", hint=HINT)
    begin = Month(year * 12)
    if half:
        return named(begin + 6 * (half - 1), begin + (6 * half - 1))
    if quarter:
        return named(begin + 3 * (quarter - 1), begin + (3 * quarter - 1))
    return named(begin + (month - 1), begin + (month - 1)) if month else named(begin, begin + 11)


def named(first: Month, last: Month) -> Period:
    """The months from the first to the last, as people call them."""
    months, offset = last.number - first.number + 1, first.number % 12
    if months == 1:
        name = str(first)
    elif months == 12 and not offset:
        name = str(first.year)
    elif months == 6 and offset % 6 == 0:
        name = f"{first.year}-H{offset // 6 + 1}"
    elif months == 3 and offset % 3 == 0:
        name = f"{first.year}-Q{offset // 3 + 1}"
    else:
        name = f"{first}..{last}"
    return Period(first, last, name)
