"""Coming and going: what becomes of a chat when somebody blocks the bot, removes it, or lets it in again.

What a lost chat has is kept: people come back. What it missed comes in one message then.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from bot.answers.owning import Owning
from bot.answers.settling import Settling
from bot.domain.access import NOT_LET_IN
from bot.domain.chat import Address, Chat, ChatState, Loss
from bot.domain.news import News, NewsKind, Tell
from bot.domain.text import clean
from bot.telling import send_out, tell_of_lost
from storage import Storage

_NAME: Final = 60
_REMEMBERED: Final = 1_000  # places that groups have moved to


@dataclass(frozen=True, slots=True)
class Back:
    """A place where the bot is again, or for the first time: whether it is known there, and was asleep.

    `subscriptions` are those that speak there or are its own, `missed` the pieces of news that come now, `lost` the
    messages that had waited for too long.
    """

    known: bool = False
    slept: bool = False
    subscriptions: int = 0
    missed: int = 0
    lost: int = 0


class Coming:
    """A place is a chat with all of its topics."""

    def __init__(self, storage: Storage, settling: Settling, owning: Owning, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._settling = settling
        self._owning = owning
        self._clock = clock
        self._moved: deque[Address] = deque(maxlen=_REMEMBERED)

    def gone(self, place: Address, loss: Loss, *, by: str = "") -> None:
        """Nothing is sent there any more. Whose subscriptions spoke there hears of it, and the owner of a lost group.

        `by` is the name of whoever did it.
        """
        now, name = self._clock(), clean(by, _NAME)
        reason = f"{loss}, by {name}" if name and loss is not Loss.BLOCKED else str(loss)
        lost = [chat for chat in self._storage.chats.everywhere(place) if chat.reason != NOT_LET_IN]
        with self._storage.write():
            for chat in lost:
                self._storage.chats.pause(chat.key, reason, now)
                if chat.state is ChatState.ACTIVE:
                    tell_of_lost(self._storage, chat.key, now=now)
            if loss is not Loss.BLOCKED and (spoken_in := next(filter(self._subscriptions, lost), None)):
                self._tell_owner(spoken_in, now)

    def _tell_owner(self, lost: Chat, now: datetime) -> None:
        """Once, also where it is told in the same breath that a subscription of the owner's spoke there."""
        if self._made_some(lost):
            return
        address = self._owning.chat()
        owner = self._storage.chats.find(address) or self._storage.chats.meet(address, now)
        routed = self._storage.subscriptions.routed_to(lost.key)
        if not any(one.chat == owner.key for one in routed):
            told = News(NewsKind.ROUTE, lost.key, now)
            self._storage.outbox.forget(told, chat=owner.key)
            send_out(self._storage, [Tell(owner.key, told, (), now)], now=now)

    def _made_some(self, lost: Chat) -> bool:
        """Whether the owner made a subscription there, and has heard of its loss for that."""
        mine = filter(partial(self._owning.owns, lost.address), self._storage.subscriptions.made_by(lost.key))
        return any(self._storage.chats.find(replace(lost.address, chat=maker, topic="")) for maker in mine)

    def came(self, place: Address) -> Back:
        """It can be written there, again or for the first time. A chat that the owner doesn't let in sleeps on."""
        now = self._clock()
        known = self._storage.chats.everywhere(place)
        asleep = [chat for chat in known if chat.state is ChatState.PAUSED and chat.reason != NOT_LET_IN]
        lost = sum(self._storage.outbox.lost_for(chat.key) for chat in asleep)
        with self._storage.write():
            for chat in asleep:
                self._storage.chats.wake(chat.key, now)
                self._settling.plan_digest(chat.key)  # what a digest would have told in between is in the one message
        missed = sum(self._storage.outbox.due_for(chat.key, now) for chat in asleep)
        return Back(bool(known), bool(asleep), sum(map(self._subscriptions, known)), missed, lost)

    def moved(self, place: Address, to: str) -> None:
        """The platform gave the place a new id: all that its chats have goes along, at once."""
        there = replace(place, chat=to)
        self._moved.append(there)
        with self._storage.write():
            for chat in self._storage.chats.everywhere(place):
                self._storage.chats.move(chat.key, to)
            for chat in self._storage.chats.everywhere(there):
                if chat.state is ChatState.PAUSED and chat.reason != NOT_LET_IN:
                    self._storage.chats.wake(chat.key, self._clock())

    def has_moved_to(self, place: Address) -> bool:
        """Whether a place moved here lately, as far as is remembered: then nobody has just let the bot in."""
        return place in self._moved

    def _subscriptions(self, chat: Chat) -> int:
        mine, others = self._storage.subscriptions.of_chat(chat.key), self._storage.subscriptions.routed_to(chat.key)
        return len(mine) + len(others)
