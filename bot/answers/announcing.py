"""arXiv's announcements as seen from now: what today's feeds hold, and when the next one is expected."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.answers.values import Announcing
from bot.domain.evening import Evening
from bot.domain.feed import Feed
from bot.rules import arxiv_calendar as calendar

_PATIENCE: Final = timedelta(hours=6)  # its feeds are sometimes made some hours late


def announcing(now: datetime, zone: str, feeds: Sequence[Feed]) -> Announcing:
    """By the clock of this zone; `feeds` are arXiv's."""
    today = calendar.of_feeds(calendar.feed_day(now))
    *passed_over, coming = calendar.upcoming(now)
    here = ZoneInfo(zone)
    return Announcing(
        today,
        coming,
        calendar.announced_at(coming.day).astimezone(here),
        calendar.in_feeds_at(coming.day).astimezone(here),
        zone,
        tuple(dict.fromkeys(one.instead for one in passed_over if one.is_holiday)),
        _is_late(today, feeds),
    )


def _is_late(today: Evening, feeds: Sequence[Feed]) -> bool:
    """Whether the feeds that are read still hold an older announcement, hours after this one should be there."""
    due = calendar.in_feeds_at(today.day)
    newest = max((feed.last_item_at for feed in feeds if feed.last_item_at), default=None)
    was_read = any(feed.succeeded_at and feed.succeeded_at >= due + _PATIENCE for feed in feeds)
    return today.announces and today.sure and was_read and newest is not None and newest < due
