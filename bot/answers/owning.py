"""Who owns the bot: whoever sits at its console, and one person on a platform who said the one-time code.

The code lives in the memory of the process that printed it, so that no file and no backup holds it.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.domain.chat import Address
from storage import Storage

CONSOLE: Final = Address("console", "local")
_FACT: Final = "owner"
_LASTS: Final = timedelta(hours=24)


class Claimed(StrEnum):
    """What came of somebody's wish to own the bot."""

    YES = "yes"
    NOT_ALONE = "not alone"  # said where others read it
    NO = "no"  # a wrong code, an old one, or none is given out
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class _Owner:
    person: str
    platform: str
    chat: str
    workspace: str


class Owning:
    """`person` is the platform's id of who speaks, "" where it hides that; `alone`: nobody else reads the chat."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._clock = clock
        self._code = ""
        self._until: datetime | None = None

    def new_code(self) -> str | None:
        """A code that makes whoever says it the owner, once, within 24 hours; None where there is one already."""
        if self._owner():
            return None
        self._code, self._until = secrets.token_hex(10), self._clock() + _LASTS
        return self._code

    def claim(self, address: Address, person: str, code: str, *, alone: bool) -> Claimed:
        if not (self._until and self._clock() < self._until and person):
            return Claimed.NO
        if not secrets.compare_digest(code.strip().lower().encode(), self._code.encode()):
            return Claimed.NO
        if not alone:
            return Claimed.NOT_ALONE
        with self._storage.write():
            if self._owner():
                return Claimed.NO
            owner = _Owner(person, address.platform, address.chat, address.workspace)
            self._storage.facts.set(_FACT, json.dumps(asdict(owner)))
        self._until = None
        return Claimed.YES

    def give_up(self) -> Claimed:
        """Nobody but the console owns the bot; the next start gives out a new code."""
        with self._storage.write():
            self._storage.facts.set(_FACT, "")
        return Claimed.GIVEN_UP

    def owns(self, address: Address, person: str) -> bool:
        owner = self._owner()
        return owner is not None and (owner.platform, owner.workspace, owner.person) == (
            address.platform,
            address.workspace,
            person,
        )

    def chat(self) -> Address:
        """Where the owner reads what readers report."""
        owner = self._owner()
        return Address(owner.platform, owner.chat, workspace=owner.workspace) if owner else CONSOLE

    def _owner(self) -> _Owner | None:
        kept = self._storage.facts.get(_FACT)
        return _Owner(**json.loads(kept)) if kept else None
