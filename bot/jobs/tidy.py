"""Tidying: everything that waits has an end, and what is no longer needed goes."""

from datetime import datetime, timedelta

from storage import Storage

PAUSED_KEPT = timedelta(days=30)
TRIED_AGAIN = timedelta(hours=1)
ARRIVALS_KEPT = timedelta(days=2)  # twice as long as any platform delivers something again
_THINNED = "stars thinned out"


def tidy(storage: Storage, now: datetime) -> None:
    """What waits for chats that have been out of reach for 30 days is given up (and shown as such).

    Until then those on Slack are tried again, as it doesn't tell of settings that let us write. Old counts of stars are
    thinned out.
    """
    with storage.write():
        storage.inbox.forget(now - ARRIVALS_KEPT)
        storage.outbox.give_up_on_paused(now - PAUSED_KEPT, now)
        storage.chats.try_again("slack", now - TRIED_AGAIN, now)
        _thin_out(storage, now)


def _thin_out(storage: Storage, now: datetime) -> None:
    """Once a day, as all counts are looked through."""
    last = storage.facts.get(_THINNED)
    since = datetime.fromisoformat(last) if last else None
    if since is None or not timedelta(0) <= now - since < timedelta(days=1):
        storage.stars.compact(now, since=min(since, now) if since else None)
        storage.facts.set(_THINNED, now.isoformat())
