"""Dates that are kept by name, over restarts too; where they can't be kept or recalled, that is logged, and no more."""

import asyncio
import logging
from datetime import datetime

from bot.errors import StorageError
from handlers.waits import Waits

log = logging.getLogger(__name__)


class Until:
    def __init__(self, waits: Waits | None) -> None:
        self._waits = waits

    async def keep(self, name: str, until: datetime) -> None:
        if not self._waits:
            return
        try:
            await asyncio.to_thread(self._waits.block, name, until)
        except StorageError as error:
            log.warning("until when Slack takes no %s can't be remembered: %s", name.removeprefix("slack "), error)

    async def recalled(self, name: str) -> datetime | None:
        """None for one that is over, or isn't known."""
        if not self._waits:
            return None
        try:
            return await asyncio.to_thread(self._waits.blocked_until, name)
        except StorageError as error:
            log.warning("until when Slack takes no %s can't be looked up: %s", name.removeprefix("slack "), error)
            return None
