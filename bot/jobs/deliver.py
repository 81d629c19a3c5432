"""Delivering: claim what is due, send it, and store each outcome as soon as it is known.

A lane is free for its next message once the outcome of the last one is stored: so many as there are lanes may come
twice after a crash. Outcomes that become known during a commit wait for it, and are then stored in one together.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.domain.chat import ChatState
from bot.domain.news import Delivery
from bot.errors import ChannelDown, DeliveryFailed, MessageRefused
from bot.telling import tell_of_lost
from storage import Storage

log = logging.getLogger("paperwire.deliver")

LEASE: Final = timedelta(minutes=2)
TRIES: Final = 10
_LONGEST_WAIT: Final = timedelta(hours=6)
SIDE_BY_SIDE: Final = 4  # enough for a platform's pace at its distance; after a crash so many may come twice
_AT_ONCE: Final = 30
_Outcome = DeliveryFailed | str  # how it failed, or the message's name


class Channel(Protocol):
    """A way to reach chats. Raises DeliveryFailed (for this delivery) or ChannelDown (for all of the channel's).

    `send` returns the platform's name for the message, "" where it has none.
    """

    async def send(self, delivery: Delivery) -> str: ...


@dataclass(frozen=True, slots=True)
class DeliverCount:
    """How a round went."""

    sent: int = 0
    later: int = 0
    dead: int = 0


async def deliver(
    storage: Storage,
    channels: Mapping[str, Channel],
    *,
    now: datetime,
    real_now: datetime,
    going: Callable[[], bool] = lambda: True,
) -> DeliverCount:
    """One round: everything that was due at `now` is tried once. Leases run on the real clock.

    Between two messages it is asked whether to go on: `going` is false once the service stops.

    Must be called by one process at a time (a lock file sees to it): call `storage.outbox.free_leases()` first, so that
    what an earlier process claimed and didn't answer for is claimed again.
    """
    rounds = [_Round(storage, *one, now=now, real_now=real_now, going=going) for one in channels.items()]
    await asyncio.gather(*(one.run() for one in rounds))  # side by side: a slow channel delays no other
    states = [state for one in rounds for state in one.states]
    return DeliverCount(states.count("sent"), states.count("later"), states.count("dead"))


class _Round:
    """A round of one channel: a chat's messages one after the other, SIDE_BY_SIDE chats at once."""

    def __init__(
        self,
        storage: Storage,
        platform: str,
        channel: Channel,
        *,
        now: datetime,
        real_now: datetime,
        going: Callable[[], bool],
    ) -> None:
        self._storage, self._platform, self._channel = storage, platform, channel
        self._now, self._real_now, self._going = now, real_now, going
        self._lanes = asyncio.Semaphore(SIDE_BY_SIDE)
        self._outcomes = _Outcomes(storage, now=now, real_now=real_now)
        self._lost: dict[int, DeliveryFailed] = {}  # by chat: why it is out of reach
        self._down = False
        self.states: list[str] = []

    async def run(self) -> None:
        claimed = await asyncio.to_thread(self._claim)
        while self._goes_on() and claimed:
            by_chat: dict[int, list[Delivery]] = {}
            for delivery in claimed:
                by_chat.setdefault(delivery.chat.key, []).append(delivery)
            claiming = asyncio.create_task(asyncio.to_thread(self._claim))  # meanwhile: no lane waits for that
            ended = await asyncio.gather(*map(self._send, by_chat.values()), return_exceptions=True)
            await asyncio.wait([claiming])
            for trouble in filter(None, ended):  # once all that was in flight is stored
                raise trouble
            claimed = claiming.result() or await asyncio.to_thread(self._claim)  # what has moved is due again

    def _goes_on(self) -> bool:
        """Where it doesn't, the rest keeps its lease, and is free again at the next round."""
        return not self._down and self._going()

    def _claim(self) -> tuple[Delivery, ...]:
        """What is due; none either where all that was claimed has been taken back since."""
        lease_until, outbox = self._real_now + LEASE, self._storage.outbox
        with self._storage.write():
            keys = outbox.claim([self._platform], now=self._now, lease_until=lease_until, limit=_AT_ONCE)
        return outbox.deliveries(keys)

    async def _send(self, deliveries: Sequence[Delivery]) -> None:
        """To one chat; where it is out of reach, what was claimed together with the first isn't tried."""
        known = self._lost.get(deliveries[0].chat.key)
        for delivery in deliveries:
            async with self._lanes:
                if not self._goes_on():
                    return
                outcome = await _send(self._channel, delivery) if known is None else known
                self._down |= isinstance(outcome, ChannelDown)
                self.states.append(await self._store(delivery, outcome))
            if not isinstance(outcome, str) and (outcome.moved_to or _is_about_the_chat(outcome)):
                known = outcome
        if known and _is_about_the_chat(known):
            self._lost[deliveries[0].chat.key] = known

    async def _store(self, delivery: Delivery, outcome: _Outcome) -> str:
        try:
            return await self._outcomes.store(delivery, outcome)
        except BaseException:
            self._down = True  # while nothing can be stored nothing more may be sent: it would come twice
            raise


def _is_about_the_chat(failure: DeliveryFailed) -> bool:
    return failure.permanent and not failure.moved_to and not isinstance(failure, MessageRefused | ChannelDown)


async def _send(channel: Channel, delivery: Delivery) -> _Outcome:
    try:
        return await channel.send(delivery)
    except DeliveryFailed as failure:
        return failure
    except Exception as bug:
        log.exception("delivery %d: the channel broke", delivery.key)
        return DeliveryFailed(f"{type(bug).__name__} in the channel; see the log")


@dataclass(slots=True, eq=False)
class _Known:
    """A delivery whose outcome is known; `state` is what it came to (sent, later or dead) once that is stored."""

    delivery: Delivery
    outcome: _Outcome
    state: str = ""


class _Outcomes:
    """Stores outcomes, as few transactions as that takes: what becomes known during one goes into the next."""

    def __init__(self, storage: Storage, *, now: datetime, real_now: datetime) -> None:
        self._storage, self._now, self._real_now = storage, now, real_now
        self._known: list[_Known] = []
        self._storing = asyncio.Lock()

    async def store(self, delivery: Delivery, outcome: _Outcome) -> str:
        """What it came to: sent, later or dead. Returns when it is stored."""
        mine = _Known(delivery, outcome)
        self._known.append(mine)
        async with self._storing:
            if mine in self._known:
                together, self._known = self._known, []
                with suppress(Exception):  # alone it comes again, if the fault was its own
                    await asyncio.to_thread(self._write, together)
            if not mine.state:
                await asyncio.to_thread(self._write, [mine])
        return mine.state

    def _write(self, together: Sequence[_Known]) -> None:
        with self._storage.write():
            states = [self._record(one.delivery, one.outcome) for one in together]
        for one, state in zip(together, states, strict=True):
            one.state = state

    def _record(self, delivery: Delivery, outcome: _Outcome) -> str:
        storage, now = self._storage, self._now
        if isinstance(outcome, str):
            storage.outbox.sent(delivery.key, now, message=outcome)
            if delivery.chat.reason:  # it was only tried again
                storage.chats.wake(delivery.chat.key, now)
            return "sent"
        failure = outcome
        if isinstance(failure, MessageRefused) or (_counts(failure) and delivery.attempts + 1 >= TRIES):
            log.warning("delivery %d is given up at try %d: %s", delivery.key, delivery.attempts + 1, failure)
            storage.outbox.give_up(delivery.key, str(failure), now)
            return "dead"
        if failure.moved_to:
            storage.chats.move(delivery.chat.key, failure.moved_to)
            storage.outbox.later(delivery.key, now, "the chat has moved", counts=True)
        elif _is_about_the_chat(failure):
            chat = storage.chats.get(delivery.chat.key)
            if chat.state is ChatState.ACTIVE:  # else its platform has told it already
                storage.chats.pause(chat.key, str(failure), now)
                if not chat.reason:  # else it was tried again, and its loss has been told
                    tell_of_lost(storage, chat.key, now=now)
            storage.outbox.later(delivery.key, now, str(failure), counts=False)
        else:
            due = now + _wait(delivery, failure, self._real_now)
            storage.outbox.later(delivery.key, due, str(failure), counts=_counts(failure))
        return "later"


def _counts(failure: DeliveryFailed) -> bool:
    """Whether this was one of a delivery's tries; a channel that is down, or a chat out of reach, uses none up."""
    return failure.counts and not isinstance(failure, ChannelDown) and not _is_about_the_chat(failure)


def _wait(delivery: Delivery, failure: DeliveryFailed, real_now: datetime) -> timedelta:
    """How long to wait, from the round's beginning; what a platform asks for runs on the real clock."""
    backoff = min(timedelta(seconds=30 * 2**delivery.attempts), _LONGEST_WAIT)
    return max(failure.retry_at - real_now if failure.retry_at else backoff, timedelta(seconds=1))
