"""Tidying: everything that waits has an end, and what is no longer needed goes."""

from datetime import datetime, timedelta

from storage import Storage

PAUSED_KEPT = timedelta(days=30)
ARRIVALS_KEPT = timedelta(days=2)  # twice as long as any platform delivers something again


def tidy(storage: Storage, now: datetime) -> None:
    """What waits for chats that have been out of reach for 30 days is given up (and shown as such)."""
    with storage.write():
        storage.inbox.forget(now - ARRIVALS_KEPT)
        storage.outbox.give_up_on_paused(now - PAUSED_KEPT, now)
