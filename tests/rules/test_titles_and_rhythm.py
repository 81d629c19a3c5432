"""Which title was meant, and when things are looked at next."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.feed import Feed, FeedState, Source
from bot.domain.repository import RepositoryState
from bot.rules import rhythm, titles
from tests.builders import NOW

TITLES = [
    (1, "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding"),
    (2, "RoBERTa: A Robustly Optimized BERT Pretraining Approach"),
    (3, "Deep Residual Learning for Image Recognition"),
    (4, "Deep Metric Learning for Image Retrieval"),
]


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("deep residual learning for image recognition", 3),
        ("deep resdiual learning for image recognition", 3),
        ("Bidirectional Transformers for", 1),
        ("BERT pretraining approach", 2),
    ],
)
def test_the_title_that_was_meant_comes_first(asked: str, key: int) -> None:
    assert titles.rank(asked, TITLES)[0].key == key


def test_a_whole_title_is_clear_and_words_of_two_are_not() -> None:
    assert titles.is_clear(titles.rank("deep residual learning for image recognition", TITLES))
    assert not titles.is_clear(titles.rank("deep learning image", TITLES))
    assert not titles.is_clear(())


def test_at_most_five_related_ones_are_offered() -> None:
    many = [(n, f"Deep Learning of Images {n}") for n in range(20)]
    assert len(titles.related(titles.rank("deep learning of images", many, limit=20))) == titles.CHOICES


BLOG = Feed(1, Source.RSS, "https://blog.example/feed", "blog", interval_s=3600)


@pytest.mark.parametrize(
    ("hours_apart", "seconds"),
    [(0.1, 15 * 60), (8, 2 * 3600), (24 * 30, 24 * 3600)],
    ids=["at least 15 minutes", "a quarter of the usual gap", "at most a day"],
)
def test_a_feed_is_looked_at_by_its_own_rhythm(hours_apart: float, seconds: int) -> None:
    published = [NOW - timedelta(hours=hours_apart * n) for n in range(10)]
    assert rhythm.interval(BLOG, published) == seconds


def test_failures_back_off_to_a_day() -> None:
    waits = [rhythm.next_try(replace(BLOG, failures=n), now=NOW, jitter=0, wait=None) - NOW for n in (0, 1, 2, 8, 100)]
    quarter = timedelta(minutes=15)
    assert waits == [quarter, 2 * quarter, 4 * quarter, timedelta(days=1), timedelta(days=1)]


def test_a_source_that_says_when_is_tried_then() -> None:
    hour = timedelta(hours=1)
    assert rhythm.next_try(BLOG, now=NOW, jitter=0.9, wait=hour) == NOW + hour
    assert rhythm.next_try(BLOG, now=NOW, jitter=0, wait=timedelta(0)) > NOW


def test_jitter_spreads_over_a_tenth_of_the_interval() -> None:
    assert rhythm.next_look(1000, now=NOW, jitter=0.5) == NOW + timedelta(seconds=1050)


@pytest.mark.parametrize(
    ("now", "jitter", "due"),
    [
        ("2026-03-05T04:30", 0, "05:10"),  # Wednesday's announcement stands in the feeds from 05:00 on
        ("2026-03-05T04:30", 0.5, "05:15"),
        ("2026-03-05T05:01", 0, "06:01"),
        ("2026-03-05T03:30", 0, "04:30"),
        ("2026-03-07T04:30", 0, "05:30"),  # nothing is announced on a Friday
        ("2026-11-27T04:30", 0, "05:30"),  # nor on Thanksgiving
        ("2028-01-01T04:30", 0, "05:30"),
        ("2029-01-02T04:30", 0, "05:10"),  # perhaps there is something
    ],
)
def test_a_new_announcement_is_looked_at_soon(now: str, jitter: float, due: str) -> None:
    told = rhythm.next_look(3600, now=datetime.fromisoformat(f"{now}Z"), jitter=jitter, source=Source.ARXIV)
    assert f"{told:%H:%M}" == due


def test_gone_ends_a_blog_and_two_weeks_of_failures_pause_it() -> None:
    tired = replace(BLOG, failing_since=NOW - timedelta(days=14))
    assert rhythm.state_after_failure(BLOG, now=NOW, gone=True) is FeedState.GONE
    assert rhythm.state_after_failure(tired, now=NOW, gone=False) is FeedState.PAUSED
    assert rhythm.state_after_failure(BLOG, now=NOW, gone=False) is FeedState.ACTIVE


def test_the_sources_it_is_all_about_are_tried_for_ever() -> None:
    arxiv = replace(BLOG, source=Source.ARXIV, failing_since=NOW - timedelta(days=400))
    assert rhythm.state_after_failure(arxiv, now=NOW, gone=True) is FeedState.ACTIVE


@pytest.mark.parametrize(
    ("state", "named_days_ago", "days"),
    [
        (RepositoryState.PRESENT, 1, 1),
        (RepositoryState.PRESENT, 100, 7),
        (RepositoryState.MISSING, 1, 1),
        (RepositoryState.MISSING, 100, 7),
        (RepositoryState.MISSING, 200, None),
    ],
)
def test_repositories_are_looked_at_daily_then_weekly_and_a_lost_cause_no_more(
    state: RepositoryState, named_days_ago: int, days: int | None
) -> None:
    due = rhythm.next_check(state, named_at=NOW - timedelta(days=named_days_ago), now=NOW)
    assert due == (NOW + timedelta(days=days) if days else None)
