"""The menus of commands, and the words that a stranger reads first: told to Telegram once for each wording.

Dozens of calls, which nobody waits for: they go one after the other in the background, and what has been told is
marked, so that the next start makes none.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from telegram import (
    Bot,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)

from bot.errors import ChannelDown, DeliveryFailed, StorageError
from handlers.menus import Marks, Readers, menus
from handlers.telegram.wire import Wire
from handlers.wording.menus import DESCRIPTIONS

PAUSE_S = 1.0  # between two calls
TRIES = 6  # of one call, in half a minute; the next start tries again
_SCOPES: Mapping[Readers, Callable[[], BotCommandScope]] = {
    Readers.EVERYBODY: BotCommandScopeDefault,
    Readers.ALONE: BotCommandScopeAllPrivateChats,
    Readers.GROUPS: BotCommandScopeAllGroupChats,
    Readers.ADMINS: BotCommandScopeAllChatAdministrators,
}
_MENUS, _DESCRIPTION = "menus", "description"

log = logging.getLogger(__name__)


class Menus:
    """A description that the bot's owner wrote at @BotFather is left alone."""

    def __init__(self, wire: Wire, marks: Marks) -> None:
        self._wire = wire
        self._marks = marks
        self._task: asyncio.Task[None] | None = None

    def begin(self, bot: Bot) -> None:
        """Once; called again it does nothing."""
        if self._task is None:
            self._task = asyncio.create_task(self._tell(bot), name="telegram-menus")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _tell(self, bot: Bot) -> None:
        try:
            await self._tell_menus(bot)
            await self._describe(bot)
        except (DeliveryFailed, ChannelDown, StorageError) as failure:
            log.warning("the menus of commands can't be registered, until the next start: %s", failure)
        except Exception:  # a bug: it must not die unseen
            log.exception("Telegram: the menus of commands can't be registered")

    async def _tell_menus(self, bot: Bot) -> None:
        wanted = menus()
        wording = hashlib.sha256(repr((bot.id, wanted)).encode()).hexdigest()
        if await self._marked(_MENUS) == wording:
            return
        for menu in wanted:
            scope, language = _SCOPES[menu.readers](), menu.language or None
            await self._call(partial(bot.set_my_commands, menu.rows, scope=scope, language_code=language))
        await self._mark(_MENUS, wording)

    async def _describe(self, bot: Bot) -> None:
        """Where there is none; and anew, where the one that is there is ours."""
        wanted, ours = DESCRIPTIONS[""], await self._marked(_DESCRIPTION)
        if wanted == ours:
            return
        present = await self._call(bot.get_my_description)
        if present.description not in ("", ours):
            return
        for language, words in DESCRIPTIONS.items():
            await self._call(partial(bot.set_my_description, words, language_code=language or None))
        await self._mark(_DESCRIPTION, wanted)

    async def _call(self, call: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        result = await self._wire.insist(lambda: self._wire.call(call()), tries=TRIES)
        await asyncio.sleep(PAUSE_S)
        return result

    async def _marked(self, name: str) -> str:
        return await asyncio.to_thread(self._marks.marked, name)

    async def _mark(self, name: str, value: str) -> None:
        await asyncio.to_thread(self._marks.mark, name, value)
