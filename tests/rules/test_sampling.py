"""How often stars are counted, what a history comes to, and what is unusual."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.repository import Repository
from bot.domain.stars import Episode, Pattern, StarDay, StarSample, Watched
from bot.rules import sampling
from bot.rules.surge import Days

NOW = datetime(2026, 3, 12, 6, tzinfo=UTC)
OLD = Watched(Repository(1, "github.com", "ada", "nets"), NOW - timedelta(days=90), 3600, NOW)
MIDNIGHT = NOW.replace(hour=0)


def gains(*told: float) -> Days:
    return Days(NOW, 1000, tuple(told) + (0.0,) * (36 - len(told)))


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        (gains(12), sampling.HOURLY),
        (gains(2, 3, 2, 1), sampling.SIX_HOURS),
        (gains(0, 0, 0, 1), sampling.DAILY),
        (gains(), sampling.WEEKLY),
        (None, sampling.DAILY),
    ],
)
def test_each_has_its_own_pace(told: Days | None, seconds: int) -> None:
    assert sampling.pace(OLD, told, trending=False, now=NOW) == seconds


def test_what_is_young_watched_trending_or_taking_off_is_counted_hourly() -> None:
    quiet, repository = gains(), OLD.repository
    young = Watched(repository, NOW - timedelta(days=1), 3600, NOW)
    asked = Watched(repository, OLD.since, 3600, NOW, asked=True)
    surging = Watched(repository, OLD.since, 3600, NOW, episode=Episode(NOW, NOW, 50.0))
    assert {sampling.pace(one, quiet, trending=False, now=NOW) for one in (young, asked, surging)} == {sampling.HOURLY}
    assert sampling.pace(OLD, quiet, trending=True, now=NOW) == sampling.HOURLY


def test_a_history_becomes_counts_at_midnights() -> None:
    told = [StarDay(date(2026, 3, 9), 5), StarDay(date(2026, 3, 10), 0), StarDay(date(2026, 3, 11), 184)]
    found = sampling.past(told, 1204, NOW)
    assert [(sample.at.day, sample.stars) for sample in found] == [(9, 1015), (10, 1020), (11, 1020), (12, 1204)]


def test_a_history_of_more_than_there_is_ends_at_nothing() -> None:
    assert min(sample.stars for sample in sampling.past([StarDay(date(2026, 3, 11), 900)], 10, NOW)) == 0


def test_no_history_is_the_count_of_now() -> None:
    assert sampling.past([], 10, NOW) == (StarSample(MIDNIGHT, 10),)


def counts(*stars: int) -> list[StarSample]:
    return [StarSample(NOW - timedelta(days=len(stars) - 1 - at), count) for at, count in enumerate(stars)]


def test_half_of_all_at_once_is_unusual_but_not_at_the_launch() -> None:
    sudden = counts(*[100] * 10, 400, 410)
    assert sampling.unusual(sudden, forks=50, born=NOW - timedelta(days=400)) == (Pattern.HALF_AT_ONCE,)
    assert sampling.unusual(sudden, forks=50, born=NOW - timedelta(days=14)) == ()


def test_many_stars_that_went_and_few_forks_are_unusual() -> None:
    assert sampling.unusual(counts(1000, 990, 880), forks=100, born=None) == (Pattern.MANY_LOST,)
    assert sampling.unusual(counts(1000, 1000), forks=2, born=None) == (Pattern.FEW_FORKS,)
    assert sampling.unusual(counts(1000), forks=2, born=None) == ()


@pytest.mark.parametrize(
    ("hours", "stars"),
    [({}, None), ({-30: 10}, 10), ({-8: 10, -4: 30}, 20), ({-2: 40, 0: 90}, 40), ({-30: 10, -6: 34, 0: 90}, 34)],
)
def test_how_many_there_were_when_today_began(hours: dict[int, int], stars: int | None) -> None:
    own = [StarSample(NOW + timedelta(hours=hour), count) for hour, count in hours.items()]
    assert sampling.at_midnight(own, NOW) == stars
