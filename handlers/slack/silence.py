"""Until when Slack wants no call of a method, for one channel or for all: what a 429 asked for, after a restart too.

Slack counts per method, workspace and, for messages, channel; its 429 doesn't say which of these it means. So the
channel that was refused is left alone, and where a second one is refused meanwhile, the method is.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from time import monotonic

from bot.errors import StorageError
from handlers.waits import Waits

log = logging.getLogger(__name__)


class Silence:
    def __init__(self, waits: Waits | None) -> None:
        self._waits = waits
        self._until: dict[tuple[str, str], float] = {}  # by method and channel, on the monotonic clock

    async def left(self, method: str, channel: str = "") -> float:
        """Seconds for which it mustn't be called."""
        keys = {(method, ""), (method, channel)}
        for key in keys - self._until.keys():
            self._until[key] = await self._recalled(key)
        return max(0.0, *(self._until[key] - monotonic() for key in keys))

    async def keep(self, method: str, channel: str, seconds: float) -> None:
        """Slack asks to wait for so long."""
        now = monotonic()
        others = any(m == method and c != channel and until > now for (m, c), until in self._until.items())
        for key in {(method, channel), (method, "")} if others else {(method, channel)}:
            self._until[key] = max(now + seconds, self._until.get(key, 0.0))
            await self._remember(key, seconds)

    async def _remember(self, key: tuple[str, str], seconds: float) -> None:
        if not self._waits:
            return
        try:
            await asyncio.to_thread(self._waits.block, _name(key), datetime.now(UTC) + timedelta(seconds=seconds))
        except StorageError as error:
            log.warning("until when Slack wants to wait can't be remembered: %s", error)

    async def _recalled(self, key: tuple[str, str]) -> float:
        if not self._waits:
            return 0.0
        try:
            until = await asyncio.to_thread(self._waits.blocked_until, _name(key))
        except StorageError as error:
            log.warning("until when Slack wants to wait can't be looked up: %s", error)
            return 0.0
        return monotonic() + (until - datetime.now(UTC)).total_seconds() if until else 0.0


def _name(key: tuple[str, str]) -> str:
    return " ".join(("slack", *filter(None, key)))
