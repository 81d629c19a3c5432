"""The whole wire at a glance."""

from collections.abc import Sequence
from datetime import datetime

from bot.answers.values import Announcing, SourceStatus, Status
from bot.domain.feed import Feed, FeedState, Source
from storage import Storage


def status(storage: Storage, now: datetime, troubles: tuple[str, ...], announcing: Announcing) -> Status:
    """`troubles` are the channels'."""
    feeds = storage.feeds.all()
    sources = [_source_status(source, [f for f in feeds if f.source is source]) for source in Source]
    return Status(
        now=now,
        papers=storage.papers.count(),
        links=storage.links.count(),
        subscriptions=storage.subscriptions.count(),
        sources=tuple(told for told in sources if told.source is not Source.PAPERS_WITH_CODE or told.failing),
        waiting=storage.outbox.waiting(),
        dead=storage.outbox.dead(),
        paused=storage.chats.paused(),
        troubles=troubles,
        announcing=announcing,
    )


def _source_status(source: Source, feeds: Sequence[Feed]) -> SourceStatus:
    active = [f for f in feeds if f.state is FeedState.ACTIVE]
    return SourceStatus(
        source,
        len(feeds),
        max((f.succeeded_at for f in feeds if f.succeeded_at), default=None),
        min((f.next_check_at for f in active if f.next_check_at), default=None),
        tuple(f for f in active if f.failures),
        tuple(f for f in feeds if f.state is not FeedState.ACTIVE),
        tuple(f for f in active if f.warning),
    )
