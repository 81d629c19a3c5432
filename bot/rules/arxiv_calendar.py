"""When arXiv announces: from Sunday to Thursday, at 20:00 in New York, but not on the holidays that it keeps.

- What an evening brings is dated the next day, and stands in the feeds from that day's midnight in New York on.
- A holiday has no announcement. What comes in on a Friday is announced on Sunday: a holiday on a Friday takes Sunday's.
- The holidays are those that arXiv has kept since 2023; neither Memorial Day nor the day after Thanksgiving is one. One
  that falls on a Saturday is kept on Friday, one on a Sunday on Monday.
- Between Christmas and New Year it leaves out one or two days more, and publishes which (with the other holidays of the
  year, at info.arxiv.org/help/availability). For years whose list isn't here, nobody knows them: any of these days is
  unsure, and so are a moved holiday and New Year's Day (in 2024 it wasn't kept).

Retreats and break-downs make further gaps that no calendar knows.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.evening import WEEKEND, Evening

NEW_YORK: Final = ZoneInfo("America/New_York")
_HOUR: Final = time(20)
_DAY: Final = timedelta(days=1)
_MONDAY, _THURSDAY, _FRIDAY, _SATURDAY, _SUNDAY = 0, 3, 4, 5, 6
_FIXED: Final = ((6, 19, "Juneteenth"), (7, 4, "Independence Day"), (12, 25, "Christmas"))
_BREAKS: Final[Mapping[int, tuple[date, ...]]] = {  # the days beside Christmas, in the years whose list is known
    2025: (date(2025, 12, 30),),
    2026: (date(2026, 12, 29), date(2026, 12, 31)),
}


def evening(day: date) -> Evening:
    """What happens in this day's evening."""
    if day.weekday() in (_FRIDAY, _SATURDAY):
        return Evening(day, False, WEEKEND)
    decides = day - 2 * _DAY if day.weekday() == _SUNDAY else day
    if kept := _kept(decides.year).get(decides):
        name, sure = kept
        return Evening(day, False, name, sure)
    return Evening(day, True, sure=not _in_unknown_break(decides))


def _in_unknown_break(day: date) -> bool:
    return day.month == 12 and day.day >= 24 and day.year not in _BREAKS


@lru_cache(maxsize=32)
def _kept(year: int) -> Mapping[date, tuple[str, bool]]:
    return {day: (name, sure) for day, name, sure in _holidays(year)}


def _holidays(year: int) -> Iterator[tuple[date, str, bool]]:
    """The days without an announcement, and whether that is sure."""
    is_listed = year in _BREAKS
    new_year = date(year, 1, 1)
    if new_year.weekday() < _SATURDAY:
        yield new_year, "New Year's Day", is_listed
    yield _nth(3, _MONDAY, year, 1), "Martin Luther King Day", True
    for month, number, name in _FIXED:
        day = date(year, month, number)
        yield _observed(day), name, is_listed or day.weekday() < _SATURDAY
    yield _nth(1, _MONDAY, year, 9), "Labor Day", True
    yield _nth(4, _THURSDAY, year, 11), "Thanksgiving", True
    yield from ((day, "winter break", True) for day in _BREAKS.get(year, ()))


def _nth(n: int, weekday: int, year: int, month: int) -> date:
    """The month's n-th such weekday."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _observed(day: date) -> date:
    return day + {_SATURDAY: -_DAY, _SUNDAY: _DAY}.get(day.weekday(), timedelta())


# Seen from a moment ---------------------------------------------------------------------------------------------------


def announced_at(day: date) -> datetime:
    """The hour of an evening's announcement, as UTC."""
    return datetime.combine(day, _HOUR, NEW_YORK).astimezone(UTC)


def in_feeds_at(day: date) -> datetime:
    """When an evening's announcement stands in the feeds, as UTC."""
    return datetime.combine(day + _DAY, time(), NEW_YORK).astimezone(UTC)


def feed_day(now: datetime) -> date:
    """The date that the present feeds carry."""
    return now.astimezone(NEW_YORK).date()


def of_feeds(day: date) -> Evening:
    """The evening whose announcement the feeds of this date hold."""
    return evening(day - _DAY)


def upcoming(now: datetime) -> tuple[Evening, ...]:
    """The evenings that are in no feeds yet, up to the next one with an announcement."""
    day, found = feed_day(now), list[Evening]()
    while not (found and found[-1].announces):
        found.append(evening(day))
        day += _DAY
    return tuple(found)


def between(since: datetime, until: datetime) -> tuple[Evening, ...]:
    """The evenings whose announcements came into the feeds in this time."""
    first = feed_day(since) - 2 * _DAY
    days = (first + timedelta(days=n) for n in range((until - since).days + 5))
    return tuple(evening(day) for day in days if since < in_feeds_at(day) <= until)


def missed_days(last: date, now: datetime) -> list[date]:
    """The dates of feeds after that one and before the present ones; none that surely had nothing."""
    days = (last + timedelta(days=n) for n in range(1, (feed_day(now) - last).days))
    told = ((day, of_feeds(day)) for day in days)
    return [day for day, evening_before in told if evening_before.announces or not evening_before.sure]
