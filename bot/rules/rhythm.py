"""When something is looked at next: by its own rhythm while it works, ever more rarely while it doesn't."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from bot.domain.feed import Feed, FeedState, Source
from bot.domain.repository import RepositoryState

SHORTEST: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=24)
PATIENCE: Final = timedelta(days=14)
STEADY: Final = {
    Source.ARXIV: 3600,
    Source.TRENDING: 3 * 3600,
    Source.HUGGING_FACE: 2 * 3600,
    Source.GITHUB: 3600,
    Source.RSS: 3600,
}
_SOONEST: Final = timedelta(seconds=30)
MOVES_TO_BELIEVE: Final = 3
_YOUNG: Final = timedelta(days=180)


def interval(feed: Feed, published: Sequence[datetime]) -> int:
    """Seconds between two looks: a quarter of the median gap between the last entries, from 15 minutes to 24 hours."""
    if feed.source is not Source.RSS:
        return STEADY[feed.source]
    times = sorted(published, reverse=True)[:20]
    gaps = sorted((a - b).total_seconds() for a, b in pairwise(times))
    if not gaps:
        return feed.interval_s
    return int(min(max(gaps[len(gaps) // 2] / 4, SHORTEST.total_seconds()), LONGEST.total_seconds()))


def next_look(interval_s: int, *, now: datetime, jitter: float) -> datetime:
    """`jitter` in [0, 1) spreads feeds over a tenth of their interval."""
    return now + timedelta(seconds=interval_s * (1 + jitter / 10))


def next_try(feed: Feed, *, now: datetime, jitter: float, wait: timedelta | None) -> datetime:
    """After a failure: from 15 minutes on twice as late each time, at most a day; where the source says when, then."""
    doubled: int = 2 ** min(feed.failures, 8)
    if wait is not None:
        return now + max(wait, _SOONEST * doubled)
    return now + min(SHORTEST * doubled, LONGEST) * (1 + jitter / 10)


def state_after_failure(feed: Feed, *, now: datetime, gone: bool) -> FeedState:
    """410 ends it, 14 days of failures pause it. Only feeds stop; the sources it is all about are tried for ever."""
    if gone and feed.source is Source.RSS:
        return FeedState.GONE
    failing = feed.failing_since is not None and now - feed.failing_since >= PATIENCE
    return FeedState.PAUSED if failing and feed.source is Source.RSS else FeedState.ACTIVE


def next_check(state: RepositoryState, *, named_at: datetime, now: datetime) -> datetime | None:
    """When to look at a repository again: daily while it is young news, weekly later; a lost cause no more."""
    young = now - named_at < timedelta(days=30)
    if state is RepositoryState.MISSING:
        return now + timedelta(days=1 if young else 7) if now - named_at < _YOUNG else None
    return now + timedelta(days=1 if young else 7)
