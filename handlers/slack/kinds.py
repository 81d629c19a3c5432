"""Which newer kinds of blocks a workspace takes: all are tried until it refuses them, then left alone for a while.

Slack gives new kinds to one workspace after the other, and one that lacks a kind refuses the whole message. To a call
it names the kind that it doesn't know: that one is left out for weeks, there and in such a place (a message, or Home).
A response_url says no more than that blocks are wrong: if the same message in plain blocks is taken, its kinds are left
out for a day. What Slack has against something inside of a block is said of one message, and nothing is kept of it.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from handlers.slack.newer import CARD, CHART, TABLE
from handlers.slack.until import Until

NAMED_FOR: Final = timedelta(weeks=4)
DOUBTED_FOR: Final = timedelta(days=1)

log = logging.getLogger(__name__)


class Place(StrEnum):
    MESSAGE = "message"
    HOME = "home"


_KINDS: Final = {Place.MESSAGE: (CARD, TABLE, CHART), Place.HOME: (CARD, TABLE)}


@dataclass(frozen=True, slots=True)
class Taken:
    """The newer kinds that a workspace takes in a place, as far as it is known."""

    workspace: str
    place: Place
    kinds: frozenset[str]


NONE: Final = Taken("", Place.MESSAGE, frozenset())


class Kinds:
    """What is remembered of it, in storage too."""

    def __init__(self, until: Until) -> None:
        self._until = until
        self._refused: dict[str, datetime] = {}  # by name: until when
        self._unsettled: dict[str, datetime] = {}

    async def taken(self, workspace: str, place: Place = Place.MESSAGE) -> Taken:
        now = datetime.now(UTC)
        kinds = [kind for kind in _KINDS[place] if await self._refused_until(_name(kind, place, workspace)) <= now]
        return Taken(workspace, place, frozenset(kinds))

    async def missing(self, workspace: str) -> list[str]:
        """The kinds that its messages don't have now."""
        return sorted({*_KINDS[Place.MESSAGE]} - (await self.taken(workspace)).kinds)

    async def _refused_until(self, name: str) -> datetime:
        if name not in self._refused:
            self._refused[name] = await self._until.recalled(name) or datetime.min.replace(tzinfo=UTC)
        return self._refused[name]

    def refuse(self, used: Taken, kinds: frozenset[str], wait: timedelta) -> None:
        """These aren't taken; asked again after so long. What is to be sent waits for no storage: see `settle`."""
        until = datetime.now(UTC) + wait
        for kind in sorted(kinds & used.kinds):
            log.info("Slack takes no block of kind %s: plain ones until %s", kind, f"{until:%-d %b %Y}")
            name = _name(kind, used.place, used.workspace)
            self._refused[name] = self._unsettled[name] = until

    async def settle(self) -> None:
        """Keep what was refused."""
        while self._unsettled:
            await self._until.keep(*self._unsettled.popitem())


def _name(kind: str, place: Place, workspace: str) -> str:
    return f"slack block {kind} {place} {workspace}"
