"""Who is answered: everybody, or (an allow-list) those whom the owner lets in.

A person who is let in has their private chat with the bot; a group or channel is let in as a whole, with all of its
topics. The console and the owner always are, and a chat in which the owner settles something.
"""

import re
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.answers.owning import Owning
from bot.domain.access import LetIn
from bot.domain.chat import Address
from bot.errors import BadQuery
from storage import Storage

_TELLS_AGAIN: Final = timedelta(hours=1)
_REMEMBERED: Final = 5_000  # chats that were turned away; the one that was told longest ago is forgotten first
_IDS: Final = {"telegram": re.compile(r"-?[0-9]{1,20}"), "slack": re.compile(r"[A-Z][A-Z0-9]{1,30}")}


class Access:
    """`closed`: whether the settings name an allow-list. Words that can't be understood raise BadQuery."""

    def __init__(self, storage: Storage, owning: Owning, clock: Callable[[], datetime], *, closed: bool) -> None:
        self._storage = storage
        self._owning = owning
        self._clock = clock
        self._told: OrderedDict[tuple[str, str, str], datetime] = OrderedDict()
        self.closed = closed

    def lets_in(self, address: Address, person: str, *, alone: bool, name: str = "") -> bool:
        """Whether this person, or everybody in this chat, is answered here; the owner is another question."""
        if not self.closed or address.platform == "console":
            return True
        if not alone:
            return self._storage.allowed.has(address, [address.chat])
        if not self._storage.allowed.has(address, [person or address.chat]):
            return False
        if person not in ("", address.chat) and not self._storage.allowed.is_noted(address, person):
            with self._storage.write():
                self._storage.allowed.writes_alone(address, person, name)
        return True

    def tells_why(self, address: Address) -> bool:
        """Whether a chat that isn't let in shall hear why: once an hour, in memory."""
        where, now = (address.platform, address.workspace, address.chat), self._clock()
        last = self._told.get(where)
        if last and timedelta(0) <= now - last < _TELLS_AGAIN:
            return False
        self._told[where] = now
        self._told.move_to_end(where)
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        return True

    def let_chat_in(self, address: Address, name: str = "") -> LetIn:
        """Everybody in this chat is answered from now on."""
        return self._add(LetIn(address.platform, address.chat, address.workspace, name))

    def allow(self, text: str, address: Address) -> LetIn:
        """PLATFORM ID, of a person or a chat; `address` is where the owner says it."""
        platform, who = _named(text)
        workspace = address.workspace if address.platform == platform else ""
        known = self._storage.chats.find(Address(platform, who, workspace))
        return self._add(LetIn(platform, who, workspace, known.title if known else ""))

    def _add(self, one: LetIn) -> LetIn:
        with self._storage.write():
            self._storage.allowed.add(one, self._clock())
            self._storage.allowed.let_back(self._clock())
        return one

    def allowed(self) -> tuple[LetIn, ...]:
        return self._storage.allowed.all()

    def deny(self, text: str) -> LetIn:
        """By the number that /allowed shows, or PLATFORM ID: what is on its way to these chats waits from now on."""
        mine, asked = self.allowed(), text.strip().lstrip("#")
        if asked.isdecimal():
            found = [one for number, one in enumerate(mine, 1) if str(number) == asked]
        else:
            platform, who = _named(asked)
            found = [one for one in mine if (one.platform, one.who) == (platform, who)]
        if not found:
            raise BadQuery("I let nobody in by that.", hint="/allowed shows whom, with numbers.")
        with self._storage.write():
            for one in found:
                self._storage.allowed.remove(one)
            self._shut_out()
        return found[0]

    def settle(self) -> int:
        """At the start: pause the chats that the settings don't let in any more, or wake them. How many changed."""
        with self._storage.write():
            return self._shut_out() + self._storage.allowed.let_back(self._clock(), everybody=not self.closed)

    def _shut_out(self) -> int:
        return self._storage.allowed.shut_out(self._owning.chat(), self._clock()) if self.closed else 0


def _named(text: str) -> tuple[str, str]:
    """A platform and an id on it."""
    platform, _, who = " ".join(text.split()).partition(" ")
    platform, who = platform.lower(), who.lstrip("@#").upper()
    if platform not in _IDS:
        raise BadQuery(f"I know no platform “{platform[:20]}”.", hint="Write telegram 12345, or slack U0ADA.")
    if not _IDS[platform].fullmatch(who):
        raise BadQuery(
            f"That is no id of {platform.capitalize()}.",
            hint="Whoever isn't let in is told theirs: a number on Telegram, U0ADA or C0PAPERS on Slack.",
        )
    return platform, who
