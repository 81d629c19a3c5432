"""arXiv's calendar: what it has published of its holidays, every day of many years, and New York's clock changes."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.evening import WEEKEND, Evening
from bot.rules import arxiv_calendar as calendar
from bot.rules.arxiv_calendar import evening

# The days without a deadline that arXiv has published for these years, ad hoc ones (retreats) left out.
PUBLISHED: Final = {
    2023: "01-16 06-19 07-04 09-04 11-23 12-25 12-27",
    2024: "01-15 06-19 07-04 09-02 11-28 12-25 12-26 12-31",
    2025: "01-01 01-20 06-19 07-04 09-01 11-27 12-25 12-30",
    2026: "01-01 01-19 06-19 07-03 09-07 11-26 12-25 12-29 12-31",
}
LISTED: Final = (2025, 2026)


def published(year: int) -> set[date]:
    return {date.fromisoformat(f"{year}-{day}") for day in PUBLISHED[year].split()}


def days(year: int, years: int = 1) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + years, 1, 1) - first).days)]


def decides(day: date) -> date:
    """The day whose deadline an evening announces: Sunday's was on Friday."""
    return day - timedelta(days=2) if day.weekday() == 6 else day


@pytest.mark.parametrize("year", LISTED)
def test_in_the_years_whose_list_is_known_it_says_what_the_list_says(year: int) -> None:
    for day in days(year):
        told = evening(day)
        silent = day.weekday() in (4, 5) or decides(day) in published(year)
        assert (told.announces, told.sure) == (not silent, True), day


@pytest.mark.parametrize("year", PUBLISHED)
def test_what_it_is_sure_of_is_true_of_every_year_that_was_published(year: int) -> None:
    for day in days(year):
        told = evening(day)
        silent = day.weekday() in (4, 5) or decides(day) in published(year)
        assert told.announces is not silent or not told.sure, day


def test_every_day_of_ten_years_has_one_answer() -> None:
    for year in range(2025, 2035):
        told = [evening(day) for day in days(year)]
        assert all(one.announces == (not one.instead) for one in told)
        assert all((one.day.weekday() in (4, 5)) == (one.instead == WEEKEND) for one in told)
        assert 6 <= sum(one.is_holiday for one in told) <= 10
        assert 240 <= sum(one.announces for one in told) <= 256
        unsure = [one.day for one in told if not one.sure]
        assert year not in LISTED or not unsure
        assert all(day.month in (1, 6, 7, 12) for day in unsure)


@pytest.mark.parametrize(
    ("day", "announces", "instead", "sure"),
    [
        ("2026-11-25", True, "", True),
        ("2026-11-26", False, "Thanksgiving", True),
        ("2026-11-27", False, WEEKEND, True),
        ("2026-11-29", True, "", True),  # the day after Thanksgiving is a working day
        ("2026-05-25", True, "", True),  # Memorial Day
        ("2026-02-16", True, "", True),  # Presidents' Day
        ("2026-06-21", False, "Juneteenth", True),  # Friday's batch would have come on Sunday
        ("2026-07-05", False, "Independence Day", True),
        ("2026-12-27", False, "Christmas", True),
        ("2026-12-29", False, "winter break", True),
        ("2027-07-05", False, "Independence Day", False),  # a Monday, as the fourth is a Sunday
        ("2027-12-26", False, "Christmas", False),
        ("2027-12-28", True, "", False),
        ("2029-01-01", False, "New Year's Day", False),
        ("2028-12-25", False, "Christmas", True),
    ],
)
def test_holidays_by_name(day: str, announces: bool, instead: str, sure: bool) -> None:
    assert evening(date.fromisoformat(day)) == Evening(date.fromisoformat(day), announces, instead, sure)


# Seen from a moment


@pytest.mark.parametrize(
    ("day", "announced", "in_feeds"),
    [
        ("2026-01-07", "2026-01-08T01:00", "2026-01-08T05:00"),
        ("2026-03-07", "2026-03-08T01:00", "2026-03-08T05:00"),  # the night in which the clocks go forward
        ("2026-03-08", "2026-03-09T00:00", "2026-03-09T04:00"),
        ("2026-10-31", "2026-11-01T00:00", "2026-11-01T04:00"),  # … and back
        ("2026-11-01", "2026-11-02T01:00", "2026-11-02T05:00"),
    ],
)
def test_its_clock_is_new_yorks(day: str, announced: str, in_feeds: str) -> None:
    when = date.fromisoformat(day)
    assert calendar.announced_at(when) == datetime.fromisoformat(f"{announced}Z")
    assert calendar.in_feeds_at(when) == datetime.fromisoformat(f"{in_feeds}Z")


FIRST: Final = datetime(2025, 1, 1, tzinfo=UTC)
moments = st.integers(0, 10 * 365 * 24 * 3600).map(lambda seconds: FIRST + timedelta(seconds=seconds))


@given(moments)
def test_at_any_moment_one_evening_is_in_the_feeds_and_another_is_next(now: datetime) -> None:
    today = calendar.of_feeds(calendar.feed_day(now))
    *before, coming = calendar.upcoming(now)
    assert calendar.in_feeds_at(today.day) <= now
    first = [*before, coming][0].day
    assert first == today.day + timedelta(days=1)
    assert now < calendar.in_feeds_at(first) <= now + timedelta(hours=25)
    assert coming.announces
    assert not any(one.announces for one in before)
    assert calendar.announced_at(coming.day) - now < timedelta(days=6)


@given(moments, st.integers(1, 40 * 24), st.integers(1, 40 * 24))
def test_periods_side_by_side_share_no_evening_and_leave_none_out(now: datetime, one: int, other: int) -> None:
    middle, end = now + timedelta(hours=one), now + timedelta(hours=one + other)
    whole = calendar.between(now, end)
    assert calendar.between(now, middle) + calendar.between(middle, end) == whole
    assert abs(len(whole) - (one + other) / 24) <= 1
    assert [told.day for told in whole] == sorted({told.day for told in whole})


def test_days_that_surely_had_nothing_are_never_missed() -> None:
    now = datetime(2026, 11, 30, 18, tzinfo=UTC)
    assert calendar.missed_days(date(2026, 11, 25), now) == [date(2026, 11, 26)]
    assert calendar.missed_days(date(2026, 11, 26), now) == []
    assert calendar.missed_days(date(2026, 12, 31), now) == []


def test_days_that_perhaps_had_something_are() -> None:
    missed = calendar.missed_days(date(2027, 12, 23), datetime(2028, 1, 3, 18, tzinfo=UTC))
    assert [f"{day:%m-%d}" for day in missed] == ["12-24", "12-27", "12-28", "12-29", "12-30", "12-31"]


def test_late_in_new_yorks_evening_its_own_day_isnt_over() -> None:
    """In UTC the next day has begun, but its feeds aren't made."""
    assert calendar.missed_days(date(2026, 3, 4), datetime(2026, 3, 6, 3, tzinfo=UTC)) == []
