"""Routes: a subscription of one chat that speaks in another: a channel, a group, a topic, a thread, a private chat.

Who routes proves with a code that they may decide for both chats: it is given out in the one and said in the other.
So nobody hunts for ids, and it works from each platform to each. The codes live in memory, for a quarter of an hour.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.answers.settling import Settling
from bot.domain.chat import Address, Chat, Subscription
from bot.errors import BadQuery
from storage import Storage

CODE_LASTS: Final = timedelta(minutes=15)
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz"  # none that is taken for another, and no number
_LENGTH: Final = 8
_MOST_OPEN: Final = 1000


@dataclass(frozen=True, slots=True)
class Offered:
    """What to say in the chat where the subscription shall speak."""

    subscription: Subscription
    code: str


@dataclass(frozen=True, slots=True)
class Routed:
    """A subscription speaks in this chat now; `came_from` is the chat whose it is."""

    subscription: Subscription
    came_from: Chat


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """Subscriptions that speak in their own chats again."""

    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True)
class _Open:
    subscription: int
    until: datetime


class Routing:
    """Words that can't be understood raise BadQuery."""

    def __init__(self, storage: Storage, settling: Settling, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._settling = settling
        self._clock = clock
        self._open: dict[str, _Open] = {}

    def route(self, address: Address, text: str, *, title: str = "") -> Offered | Routed | BroughtBack:
        """NUMBER: a code for it; CODE: it speaks here; NUMBER off, or off for all others' that speak here: back again.

        `title` is what this chat is called.
        """
        first, _, rest = " ".join(text.lower().lstrip("#").split()).partition(" ")
        if first == "off":
            return self._send_home(address)
        if not first.isdecimal():
            return self._take(address, first, title)
        return self._back(address, first) if rest in ("off", "here", "back") else self._offer(address, first)

    def _offer(self, address: Address, number: str) -> Offered:
        subscription = self._mine(address, number)
        now = self._clock()
        self._open = {code: one for code, one in self._open.items() if now < one.until}
        if len(self._open) >= _MOST_OPEN:
            raise BadQuery(
                "Too many routes are being made right now.", hint="Please try again in a quarter of an hour."
            )
        code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        self._open[code] = _Open(subscription.key, now + CODE_LASTS)
        return Offered(subscription, code)

    def _take(self, address: Address, code: str, title: str) -> Routed:
        found = self._open.pop(code, None)
        subscription = self._storage.subscriptions.get(found.subscription) if found else None
        if found is None or subscription is None or self._clock() >= found.until:
            raise BadQuery(
                "That is neither a subscription's number nor a code that I gave out.",
                hint="Say /route and a subscription's number where it is: I answer with a code for here.",
            )
        with self._storage.write():
            here = self._storage.chats.meet(address, self._clock(), title=title)
            self._turn(subscription, here.key)
        return Routed(subscription, self._storage.chats.get(subscription.chat))

    def _back(self, address: Address, number: str) -> BroughtBack:
        subscription = self._mine(address, number)
        with self._storage.write():
            self._turn(subscription, None)
        return BroughtBack((subscription,))

    def _send_home(self, address: Address) -> BroughtBack:
        here = self._storage.chats.find(address)
        sent = self._storage.subscriptions.routed_to(here.key) if here else ()
        with self._storage.write():
            for subscription in sent:
                self._turn(subscription, None)
        return BroughtBack(sent)

    def _turn(self, subscription: Subscription, to: int | None) -> None:
        """Both chats' digests are planned anew: one may have nothing left to say, the other its first."""
        self._storage.subscriptions.route(subscription.key, to)
        for chat in {subscription.chat, subscription.speaks_in, to} - {None}:
            assert chat is not None
            self._settling.plan_digest(chat)

    def _mine(self, address: Address, number: str) -> Subscription:
        chat = self._storage.chats.find(address)
        found = self._storage.subscriptions.numbered(chat.key, number) if chat else None
        if found is None:
            raise BadQuery(f"There is no subscription #{number[:9]} here.", hint="/subscriptions shows them.")
        return found
