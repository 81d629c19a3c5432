"""Digests once a local period in every zone of the world; quiet hours; zones by the names that people use."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pace import DigestRhythm, Pace, Quiet
from bot.rules.local_time import after_quiet, is_quiet, local_date, next_digest, zone_named

START = datetime(2026, 3, 1, tzinfo=UTC)
ZONES = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("posix", "right")))


@cache
def clocks() -> dict[str, list[datetime]]:
    """One zone for every way to change clocks in the next five years, and the days of its changes."""
    days, found = [START + timedelta(days=n) for n in range(5 * 366)], {}
    for zone in ZONES:
        info = ZoneInfo(zone)
        if len({day.astimezone(info).utcoffset() for day in days[::7]}) == 1:
            continue  # most zones; a change that is taken back within a week is none of anybody's
        offsets = tuple(day.astimezone(info).utcoffset() for day in days)
        if offsets not in found:
            found[offsets] = zone
    return {
        zone: [day for day, (before, after) in zip(days, pairwise(offsets), strict=False) if before != after]
        for offsets, zone in found.items()
    }


def run(pace: Pace, begin: datetime, end: datetime, step: timedelta) -> list[tuple[date, datetime]]:
    """The digests that are sent between two times by a service that looks every `step`."""
    sent, now = [], begin
    last = local_date(begin, pace.zone)
    while now < end:
        due = next_digest(pace, last=last, now=now)
        if due and due[1] <= now:
            last = due[0]
            sent.append((last, now))
        now += step
    return sent


@pytest.mark.parametrize("digest", [DigestRhythm.DAILY, DigestRhythm.WEEKLY])
def test_in_every_zone_whose_clocks_change_each_local_period_has_exactly_one(digest: DigestRhythm) -> None:
    step = timedelta(days=1 if digest is DigestRhythm.DAILY else 7)
    for zone, changes in clocks().items():
        for change in changes:
            for hour in (0, 2, 9):
                pace = Pace(zone, digest=digest, hour=hour, weekday=(change.weekday() + 1) % 7)
                begin = change - timedelta(days=9)
                days = [day for day, _ in run(pace, begin, change + timedelta(days=9), timedelta(hours=2))]
                assert days == [days[0] + n * step for n in range(len(days))], (zone, change)
                assert len(days) >= 18 // step.days - 1, (zone, change)


@given(
    st.sampled_from(ZONES),
    st.sampled_from([DigestRhythm.DAILY, DigestRhythm.WEEKLY]),
    st.integers(0, 6),
    st.integers(0, 23),
    st.integers(0, 5 * 365 * 24),
    st.lists(st.integers(1, 400), min_size=5, max_size=30),
)
def test_however_irregularly_it_is_looked_no_date_comes_twice_and_none_too_early(
    zone: str, digest: DigestRhythm, weekday: int, hour: int, begin: int, hours: list[int]
) -> None:
    pace = Pace(zone, digest=digest, weekday=weekday, hour=hour)
    now = START + timedelta(hours=begin)
    last, sent = local_date(now, zone), []
    for gap in hours:
        due = next_digest(pace, last=last, now=now)
        assert due is not None
        if due[1] <= now:
            last = due[0]
            sent.append(last)
            again = next_digest(pace, last=last, now=now)
            assert again is not None
            assert again[1] > now
        now += timedelta(hours=gap)
    assert sent == sorted(set(sent))
    assert digest is DigestRhythm.DAILY or all(day.weekday() == weekday for day in sent)


def test_a_service_that_was_down_for_weeks_sends_one_late() -> None:
    pace = Pace("Europe/Berlin", hour=9)
    due = next_digest(pace, last=date(2026, 3, 2), now=datetime(2026, 3, 25, 12, tzinfo=UTC))
    assert due == (date(2026, 3, 23), datetime(2026, 3, 25, 12, tzinfo=UTC))


def test_off_is_never() -> None:
    assert next_digest(Pace(digest=DigestRhythm.OFF), last=None, now=START) is None


def test_a_new_chat_waits_for_the_next_monday() -> None:
    due = next_digest(Pace("Asia/Tokyo"), last=None, now=datetime(2026, 3, 4, 6, tzinfo=UTC))
    assert due == (date(2026, 3, 9), datetime(2026, 3, 9, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("quiet", "local", "until"),
    [
        (Quiet(22 * 60, 7 * 60), "2026-03-05T23:30", "2026-03-06T07:00"),
        (Quiet(22 * 60, 7 * 60), "2026-03-05T06:59", "2026-03-05T07:00"),
        (Quiet(22 * 60, 7 * 60), "2026-03-05T07:00", "2026-03-05T07:00"),
        (Quiet(22 * 60, 7 * 60), "2026-03-05T12:00", "2026-03-05T12:00"),
        (Quiet(12 * 60, 13 * 60), "2026-03-05T12:30", "2026-03-05T13:00"),
        (Quiet(0, 0), "2026-03-05T00:00", "2026-03-05T00:00"),
    ],
)
def test_what_falls_into_quiet_hours_comes_at_their_end(quiet: Quiet, local: str, until: str) -> None:
    zone = ZoneInfo("Europe/Berlin")
    now = datetime.fromisoformat(local).replace(tzinfo=zone)
    assert after_quiet(Pace("Europe/Berlin", quiet), now) == datetime.fromisoformat(until).replace(tzinfo=zone)


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439), st.sampled_from(ZONES), st.integers(0, 40_000))
def test_the_end_of_quiet_hours_is_never_past_and_lies_within_a_day(
    start: int, end: int, minute: int, zone: str, hours: int
) -> None:
    pace = Pace(zone, Quiet(start, end))
    now = START + timedelta(hours=hours, minutes=minute)
    assert timedelta(0) <= after_quiet(pace, now) - now <= timedelta(hours=27)
    assert is_quiet(Quiet(start, end), minute) or not (start <= minute < end)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("San Francisco", "America/Los_Angeles"),
        ("utc", "UTC"),
        ("beijing", "Asia/Shanghai"),
        ("Atlantis", None),
        ("", None),
        ("../etc/passwd", None),
    ],
)
def test_zones_by_the_names_that_people_use(typed: str, zone: str | None) -> None:
    assert zone_named(typed) == zone
