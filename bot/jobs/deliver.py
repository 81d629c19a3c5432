"""Delivering: claim what is due, send it, and store each outcome as soon as it is known.

A lane is free for its next message once the outcome of the last one is stored: so many as there are lanes may come
twice after a crash. Outcomes that become known during a commit wait for it, and are then stored in one together.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import ClassVar, Final, Protocol

from bot.domain.chat import ChatState
from bot.domain.news import Begun, Delivery
from bot.errors import ChannelDown, DeliveryFailed, MessageRefused
from bot.rules.turns import Turns
from bot.telling import tell_of_lost
from storage import Storage

log = logging.getLogger("paperwire.deliver")

LEASE: Final = timedelta(minutes=2)
TRIES: Final = 10
_LONGEST_WAIT: Final = timedelta(hours=6)
_AT_ONCE: Final = 30
_IN_LINE: Final = 5_000  # deliveries that a look finds
_REST_S: Final = 5.0  # a chat that must wait for longer comes in another round
_RESTS_S: Final = 10.0  # of a round, in which chats may rest: then others get a look at what is due
_ASLEEP_S: Final = 0.25  # a stop waits no longer than that
_Outcome = DeliveryFailed | Begun | str  # how it failed, how much is there, or the message's name


class Channel(Protocol):
    """A way to reach chats. Raises DeliveryFailed (for this delivery) or ChannelDown (for all of the channel's).

    `send` returns the platform's name for the message, "" where it has none; of one in several it sends the next, and
    says what is there as long as others are to come. As many chats as `side_by_side` are sent to at once, which is
    enough for the platform's pace at its distance; after a crash so many messages may come twice.
    """

    side_by_side: ClassVar[int]

    async def send(self, delivery: Delivery) -> str | Begun: ...


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
    """A round of one channel: a chat's messages one after the other, several chats at once.

    A chat that may have its next message soon rests, claimed as that is, while others are sent to.
    """

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
        self._begun = monotonic()
        self._turns = Turns(())
        self._claimed: dict[int, Delivery] = {}
        self._next_up: deque[Delivery] = deque()
        self._calling: asyncio.Task[None] | None = None
        self._outcomes = _Outcomes(storage, now=now, real_now=real_now)
        self._down = False
        self.states: list[str] = []

    async def run(self) -> None:
        while self._goes_on() and (due := await asyncio.to_thread(self._due)):  # again: what has moved is due again
            self._turns = Turns(due)
            lanes = (self._lane() for _ in range(self._channel.side_by_side))
            ended = await asyncio.gather(*lanes, return_exceptions=True)
            if self._calling:
                await asyncio.wait([self._calling])
            for trouble in filter(None, ended):  # once all that was in flight is stored
                raise trouble

    def _goes_on(self) -> bool:
        """Where it doesn't, the rest keeps its lease, and is free again at the next round."""
        return not self._down and self._going()

    def _due(self) -> tuple[tuple[int, int], ...]:
        return self._storage.outbox.due(self._platform, now=self._now, limit=_IN_LINE)

    async def _lane(self) -> None:
        while delivery := await self._next():
            await self._send(delivery)

    async def _next(self) -> Delivery | None:
        """Whose turn it is, once it is. None where nobody is in line; who has a chat in hand goes on with that."""
        while self._goes_on():
            if self._next_up:
                first = self._next_up.popleft()
                if len(self._next_up) < self._channel.side_by_side:
                    self._begin_call()  # while others are sent: no lane waits for that
                return first
            if calling := self._begin_call():
                await asyncio.wait([calling])
            elif (wait := self._turns.wait(monotonic())) is None:
                return None
            else:
                await asyncio.sleep(min(wait, _ASLEEP_S))
        return None

    def _begin_call(self) -> asyncio.Task[None] | None:
        """The call that is under way, or begins as it is somebody's turn."""
        if self._calling and self._calling.done():
            self._calling.result()
            self._calling = None
        if self._calling is None and self._turns.wait(monotonic()) == 0.0:
            self._calling = asyncio.create_task(self._call())
        return self._calling

    async def _call(self) -> None:
        """Claims those whose turn it is, but for what has been taken back since, or whose chat is out of reach now."""
        called = self._turns.come(monotonic(), _AT_ONCE)
        if fresh := [key for key in called if key not in self._claimed]:
            self._claimed |= await asyncio.to_thread(self._claim, fresh)
        for key in called:
            if delivery := self._claimed.get(key):
                self._next_up.append(delivery)
            else:
                self._turns.is_over(key, monotonic())

    def _claim(self, keys: Sequence[int]) -> dict[int, Delivery]:
        outbox = self._storage.outbox
        with self._storage.write():
            mine = outbox.claim(keys, now=self._now, lease_until=self._real_now + LEASE)
        return {delivery.key: delivery for delivery in outbox.deliveries(mine)}

    async def _send(self, delivery: Delivery) -> None:
        outcome = await _send(self._channel, delivery)
        if isinstance(outcome, DeliveryFailed) and (rest := self._rest(outcome)) is not None:
            self._turns.again(delivery.key, monotonic() + rest)
            return
        self._down |= isinstance(outcome, ChannelDown)
        try:
            self.states.append(await self._outcomes.store(delivery, outcome))
        except BaseException:
            self._down = True  # while nothing can be stored nothing more may be sent: it would come twice
            raise
        if isinstance(outcome, Begun):
            self._claimed[delivery.key] = replace(delivery, message=outcome.message, parts=outcome.parts)
            self._turns.again(delivery.key, monotonic())
            return
        del self._claimed[delivery.key]
        if isinstance(outcome, str) or not _is_for_all(outcome):
            self._turns.is_over(delivery.key, monotonic())

    def _rest(self, failure: DeliveryFailed) -> float | None:
        """Seconds for which its chat rests; None where it had better come in another round."""
        if not _is_a_wait(failure) or failure.retry_at is None:
            return None
        passed = monotonic() - self._begun
        rest = max(0.0, (failure.retry_at - self._real_now).total_seconds() - passed)
        return rest if rest < _REST_S and passed < _RESTS_S else None


def _is_a_wait(failure: DeliveryFailed) -> bool:
    """The platform asks to come later with this, or our own pace does."""
    return failure.retry_at is not None and not failure.counts and not failure.permanent


def _is_for_all(failure: DeliveryFailed) -> bool:
    """What else is due for its chat wouldn't fare better now."""
    return failure.moved_to is not None or _is_about_the_chat(failure) or _is_a_wait(failure)


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
    """A delivery whose outcome is known; `state` is what it came to (begun, sent, later, dead) once that is stored."""

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
        """What it came to: begun, sent, later or dead. Returns when it is stored."""
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
        if isinstance(outcome, Begun):
            storage.outbox.begun(delivery.key, outcome.message, outcome.parts)
            return "begun"
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
        moved, lost = failure.moved_to, _is_about_the_chat(failure)
        due = now if moved or lost else now + _wait(delivery, failure, self._real_now)
        if _is_for_all(failure):
            storage.outbox.put_off(delivery.chat.key, due, now)
        if moved:
            storage.chats.move(delivery.chat.key, moved)
        elif lost:
            self._lose(delivery.chat.key, str(failure))
        said = "the chat has moved" if moved else str(failure)
        storage.outbox.later(delivery.key, due, said, counts=bool(moved) or _counts(failure))
        return "later"

    def _lose(self, key: int, why: str) -> None:
        chat = self._storage.chats.get(key)
        if chat.state is ChatState.ACTIVE:  # else its platform has told it already
            self._storage.chats.pause(key, why, self._now)
            if not chat.reason:  # else it was tried again, and its loss has been told
                tell_of_lost(self._storage, key, now=self._now)


def _counts(failure: DeliveryFailed) -> bool:
    """Whether this was one of a delivery's tries; a channel that is down, or a chat out of reach, uses none up."""
    return failure.counts and not isinstance(failure, ChannelDown) and not _is_about_the_chat(failure)


def _wait(delivery: Delivery, failure: DeliveryFailed, real_now: datetime) -> timedelta:
    """How long to wait, from the round's beginning; what a platform asks for runs on the real clock."""
    backoff = min(timedelta(seconds=30 * 2**delivery.attempts), _LONGEST_WAIT)
    return max(failure.retry_at - real_now if failure.retry_at else backoff, timedelta(seconds=1))
