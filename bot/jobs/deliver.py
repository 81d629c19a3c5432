"""Delivering: claim what is due, send it, and store each outcome as soon as it is known."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.domain.news import Delivery
from bot.errors import ChannelDown, DeliveryFailed, MessageRefused
from storage import Storage

log = logging.getLogger("paperwire.deliver")

LEASE: Final = timedelta(minutes=2)
TRIES: Final = 10
_LONGEST_WAIT: Final = timedelta(hours=6)
_AT_ONCE: Final = 30


class Channel(Protocol):
    """A way to reach chats. Raises DeliveryFailed (for this delivery) or ChannelDown (for all of the channel's)."""

    async def send(self, delivery: Delivery) -> None: ...


@dataclass(frozen=True, slots=True)
class DeliverCount:
    """How a round went."""

    sent: int = 0
    later: int = 0
    dead: int = 0


async def deliver(
    storage: Storage, channels: Mapping[str, Channel], *, now: datetime, real_now: datetime
) -> DeliverCount:
    """One round: everything that was due at `now` is tried once. Leases run on the real clock.

    Must be called by one process at a time (a lock file sees to it): call `storage.outbox.free_leases()` first, so that
    what an earlier process claimed and didn't answer for is claimed again.
    """
    rounds = (_round(storage, platform, channel, now=now, real_now=real_now) for platform, channel in channels.items())
    counts = await asyncio.gather(*rounds)  # side by side: a slow channel delays no other
    return DeliverCount(sum(c.sent for c in counts), sum(c.later for c in counts), sum(c.dead for c in counts))


async def _round(
    storage: Storage, platform: str, channel: Channel, *, now: datetime, real_now: datetime
) -> DeliverCount:
    states: list[str] = []
    while claimed := await asyncio.to_thread(_claim, storage, platform, now, real_now):
        for delivery in claimed:
            outcome = await _send(channel, delivery)
            states.append(await asyncio.to_thread(_record, storage, delivery, outcome, now))
            if isinstance(outcome, ChannelDown):
                return _count(states)  # the rest keeps its lease, and is free again at the next round
    return _count(states)


def _count(states: list[str]) -> DeliverCount:
    return DeliverCount(states.count("sent"), states.count("later"), states.count("dead"))


def _claim(storage: Storage, platform: str, now: datetime, real_now: datetime) -> tuple[Delivery, ...]:
    with storage.write():
        return storage.outbox.claim([platform], now=now, lease_until=real_now + LEASE, limit=_AT_ONCE)


async def _send(channel: Channel, delivery: Delivery) -> DeliveryFailed | None:
    try:
        await channel.send(delivery)
    except DeliveryFailed as failure:
        return failure
    except Exception as bug:
        log.exception("delivery %d: the channel broke", delivery.key)
        return DeliveryFailed(f"{type(bug).__name__} in the channel; see the log")
    return None


def _record(storage: Storage, delivery: Delivery, failure: DeliveryFailed | None, now: datetime) -> str:
    """Store the outcome; what it came to: sent, later or dead."""
    with storage.write():
        if failure is None:
            storage.outbox.sent(delivery.key, now)
            return "sent"
        if failure.moved_to:
            storage.chats.move(delivery.chat.key, failure.moved_to)
            storage.outbox.later(delivery.key, now, "the chat has moved", counts=True)
            return "later"
        if isinstance(failure, MessageRefused):
            storage.outbox.give_up(delivery.key, str(failure), now)
            return "dead"
        if failure.permanent:
            storage.chats.pause(delivery.chat.key, str(failure), now)
            storage.outbox.later(delivery.key, now, str(failure), counts=False)
            return "later"
        if failure.counts and delivery.attempts + 1 >= TRIES:
            log.warning("delivery %d is given up after %d tries: %s", delivery.key, TRIES, failure)
            storage.outbox.give_up(delivery.key, str(failure), now)
            return "dead"
        storage.outbox.later(delivery.key, _when(delivery, failure, now), str(failure), counts=failure.counts)
        return "later"


def _when(delivery: Delivery, failure: DeliveryFailed, now: datetime) -> datetime:
    backoff = min(timedelta(seconds=30 * 2**delivery.attempts), _LONGEST_WAIT)
    return max(failure.retry_at or now + backoff, now + timedelta(seconds=1))
