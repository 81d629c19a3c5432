"""When something is looked at next: by its own rhythm while it works, ever more rarely while it doesn't."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from bot.domain.code import ContentState
from bot.domain.feed import Feed, FeedState, Source
from bot.domain.repository import Repository, RepositoryState
from bot.rules import arxiv_calendar

SHORTEST: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=24)
PATIENCE: Final = timedelta(days=14)
STEADY: Final = {
    Source.ARXIV: 3600,
    Source.TRENDING: 3 * 3600,
    Source.HUGGING_FACE: 2 * 3600,
    Source.GITHUB: 3600,
    Source.RSS: 3600,
    Source.PAPERS_WITH_CODE: 3600,
}
_FEEDS_MADE: Final = timedelta(minutes=10)  # after midnight in New York
_SOONEST: Final = timedelta(seconds=30)
MOVES_TO_BELIEVE: Final = 3
_FRESH: Final = timedelta(days=30)
_HOPEFUL: Final = timedelta(days=90)
_YOUNG: Final = timedelta(days=180)
_SETTLED: Final = timedelta(days=14)
LADDER: Final = (0, 1, 3, 7, 14, 30, 60, 90, 180)  # days after a paper's first sight
WAITED_FOR: Final = timedelta(days=30)  # between two looks beyond the ladder's end, while a chat waits


def interval(feed: Feed, published: Sequence[datetime]) -> int:
    """Seconds between two looks: a quarter of the median gap between the last entries, from 15 minutes to 24 hours."""
    if feed.source is not Source.RSS:
        return STEADY[feed.source]
    times = sorted(published, reverse=True)[:20]
    gaps = sorted((a - b).total_seconds() for a, b in pairwise(times))
    if not gaps:
        return feed.interval_s
    return int(min(max(gaps[len(gaps) // 2] / 4, SHORTEST.total_seconds()), LONGEST.total_seconds()))


def next_look(interval_s: int, *, now: datetime, jitter: float, source: Source = Source.RSS) -> datetime:
    """`jitter` in [0, 1) spreads feeds over a tenth of their interval; arXiv's new announcement is looked at soon."""
    due = now + timedelta(seconds=interval_s * (1 + jitter / 10))
    evening = arxiv_calendar.evening(arxiv_calendar.feed_day(now))
    if source is not Source.ARXIV or (evening.sure and not evening.announces):
        return due
    return min(due, arxiv_calendar.in_feeds_at(evening.day) + _FEEDS_MADE * (1 + jitter))


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


def next_check(state: RepositoryState, *, named_at: datetime, now: datetime, hollow: bool = False) -> datetime | None:
    """When to look at a repository again: daily while it is young news, weekly later; a lost cause no more.

    One that is missing, or `hollow` (without source), may be filled any day: it is young for longer.
    """
    waited_for = hollow or state is RepositoryState.MISSING
    again = now + timedelta(days=1 if now - named_at < (_HOPEFUL if waited_for else _FRESH) else 7)
    return None if state is RepositoryState.MISSING and now - named_at >= _YOUNG else again


def wants_look_inside(repository: Repository, *, now: datetime) -> bool:
    """Whether somebody should look into it: never done, no source found so far, or pushed to and some weeks gone."""
    if repository.inside_at is None or repository.contents is not ContentState.SOURCE:
        return True
    return now - repository.inside_at >= _SETTLED and repository.pushed != repository.inside_pushed


def next_rung(since: datetime, now: datetime) -> tuple[int, datetime | None]:
    """How many rungs of the ladder lie behind a paper that is known since then, and when the next one is (None: never).

    Rungs that were missed are not made up for: one look is worth all of them.
    """
    ahead = [since + timedelta(days=days) for days in LADDER if since + timedelta(days=days) > now]
    return len(LADDER) - len(ahead), min(ahead, default=None)
