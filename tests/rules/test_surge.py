"""What is a surge of stars, and what only looks like one."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.stars import Episode, StarSample, Surge
from bot.rules import surge

NOW = datetime(2026, 3, 12, 6, tzinfo=UTC)
DAY = timedelta(days=1)


def series(*gains: int, first: int = 1000, now: datetime = NOW) -> list[StarSample]:
    """A count a day, the last one now."""
    counts = [first]
    for gain in gains:
        counts.append(counts[-1] + gain)
    return [StarSample(now - DAY * (len(counts) - 1 - at), count) for at, count in enumerate(counts)]


QUIET = [3, 2, 4, 3, 0, 5, 3] * 5


def test_a_day_with_many_more_stars_than_usual_is_a_surge() -> None:
    found = surge.find(series(*QUIET, 184), NOW)
    assert found is not None
    assert (found.days, found.gained, found.stars) == (1, 184, 1000 + sum(QUIET) + 184)
    assert 2 < found.usual < 4
    assert found.p < 1e-6
    assert found.since == (NOW - DAY / 2).date()


def test_the_same_day_is_none_where_such_days_are_usual() -> None:
    assert surge.find(series(*[150, 200, 170, 130, 190, 160, 140] * 5, 184), NOW) is None


@pytest.mark.parametrize("last", [0, 5, 9, -40])
def test_little_is_no_surge_however_quiet_it_was_before(last: int) -> None:
    assert surge.find(series(*[0] * 35, last), NOW) is None


def test_ten_stars_after_weeks_of_silence_are_one() -> None:
    assert surge.find(series(*[0] * 35, 14, first=40), NOW) is not None


def test_a_rise_too_slow_for_a_day_shows_over_a_week() -> None:
    found = surge.find(series(*[0, 1, 0, 0, 0, 1, 0] * 4, 6, 7, 9, 8, 9, 8, 9, first=50), NOW)
    assert found is not None
    assert found.days in (3, 7)


def test_a_count_that_falls_by_thousands_and_comes_back_is_none() -> None:
    assert surge.find(series(*QUIET, -5000, 5004, first=9000), NOW) is None
    assert surge.find(series(*QUIET, -5000, 0, 0, 2, 5010, first=9000), NOW) is None


def test_what_a_purge_took_does_not_count_as_gained_when_it_comes_back() -> None:
    assert surge.find(series(*QUIET, -150, 0, 150), NOW) is None
    again = surge.find(series(*QUIET, -150, 0, 250), NOW)
    assert again is not None
    assert again.gained == 100


def test_a_gap_is_a_straight_line_and_not_a_day() -> None:
    whole = series(*[6] * 40)
    assert surge.find([*whole[:25], whole[-1]], NOW) is None


def test_a_surge_within_a_gap_shows_when_the_gap_ends() -> None:
    whole = series(*QUIET, 0, 0, 240)
    assert surge.find([*whole[:-3], whole[-1]], NOW) is not None


def test_hourly_counts_give_the_same_answer_as_daily_ones() -> None:
    gains = [*QUIET, 184]
    hours = [StarSample(NOW - DAY * len(gains), 1000)]
    for day, gain in enumerate(gains):
        begin = NOW - DAY * (len(gains) - day)
        before = hours[-1].stars
        hours += [StarSample(begin + timedelta(hours=h), before + gain * h // 24) for h in range(1, 25)]
    assert surge.find(hours, NOW) == surge.find(series(*gains), NOW)


@pytest.mark.parametrize("late", [timedelta(days=3), -timedelta(minutes=1)])
def test_old_counts_and_counts_of_a_clock_that_was_set_back_say_nothing(late: timedelta) -> None:
    assert surge.find(series(*QUIET, 184), NOW + late) is None


@pytest.mark.parametrize("samples", [[], series(), series(5, now=NOW)[1:], [StarSample(NOW, 5), StarSample(NOW, 900)]])
def test_too_little_is_known(samples: Sequence[StarSample]) -> None:
    assert surge.find(samples, NOW) is None


def test_a_repository_that_we_hardly_know_has_to_gain_more() -> None:
    assert surge.find(series(1, 20, first=30), NOW) is None
    assert surge.find(series(1, 40, first=30), NOW) is not None
    assert surge.find(series(31, 40, first=90_000), NOW) is None


def test_a_monday_is_not_measured_by_sundays() -> None:
    factors = [surge._WEEKDAYS[day] for day in range(7)]
    assert min(factors) == factors[6]


@given(st.lists(st.integers(0, 10**7), max_size=60), st.integers(1, 200))
def test_no_series_breaks_it(counts: list[int], hours: int) -> None:
    samples = [StarSample(NOW - timedelta(hours=hours * at), count) for at, count in enumerate(counts)][::-1]
    found = surge.find(samples, NOW)
    if found:
        assert found.gained >= 10
        assert 0 <= found.p < 1e-4
        assert found.usual > 0


@given(st.integers(1, 400), st.floats(0.2, 300), st.floats(0.1, 3))
def test_the_tail_is_the_sum_of_the_probabilities(count: int, mean: float, uneven: float) -> None:
    k = 1 / uneven
    p = mean / (mean + k)
    below = math.fsum(
        math.exp(math.lgamma(x + k) - math.lgamma(k) - math.lgamma(x + 1) + k * math.log1p(-p) + x * math.log(p))
        for x in range(count)
    )
    assert surge.tail(count, mean, uneven) == pytest.approx(1 - below, abs=1e-8)


SURGE = Surge(1, 184, 3, 1e-9, NOW.date(), 1204)


def test_an_episode_is_told_once_and_ends_after_a_quiet_week() -> None:
    episode: Episode | None = None
    told = []
    for day in range(30):
        found = SURGE if day in (0, 1, 2, 7, 20) else None
        episode, tell = surge.follow(episode, found, NOW + DAY * day)
        told += [day] if tell else []
    assert told == [0, 20]


def test_a_clock_set_back_tells_nothing_twice() -> None:
    episode, _ = surge.follow(None, SURGE, NOW)
    assert surge.follow(episode, SURGE, NOW - DAY) == (episode, False)


@pytest.mark.parametrize(
    ("before", "after", "passed"),
    [
        (90, 101, 100),
        (99, 100, 100),
        (100, 249, None),
        (90, 600, 500),
        (2400, 2600, 2500),
        (9000, 26_000, 25_000),
        (None, 5000, None),
        (600, 400, None),
        (8, 30, None),
    ],
)
def test_milestones_are_the_greatest_round_numbers_passed(before: int | None, after: int, passed: int | None) -> None:
    assert surge.milestone(before, after) == passed
