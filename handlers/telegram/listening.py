"""The long-polling loop. An update is confirmed only after it has been answered: a kill repeats, it never loses.

Telegram forgets updates below the offset of the next getUpdates, so the offset is the oldest unanswered update.
While one is unanswered Telegram returns it again at once; it is known by its id, and the loop takes short breaths.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from telegram import Update

from bot.errors import ChannelDown, DeliveryFailed
from handlers.telegram.asking import chat_of
from handlers.telegram.failures import pause_s

POLL = timedelta(seconds=30)
AT_ONCE = timedelta()
BREATH_S = 0.3
STOP_WAIT_S = 2.0
CONFIRM_WAIT_S = 1.0

# Takes offset and time-out of one getUpdates; raises DeliveryFailed, or ChannelDown when polling on is useless.
Fetch = Callable[[int | None, timedelta], Awaitable[tuple[Update, ...]]]
Answer = Callable[[Update], Awaitable[None]]

log = logging.getLogger(__name__)


class Listener:
    """Updates of one chat are answered in order, chats side by side. `trouble` is "" or one line for the operator."""

    def __init__(self, fetch: Fetch, answer: Answer) -> None:
        self._fetch = fetch
        self._answer = answer
        self._next: int | None = None  # one past the newest update that was seen
        self._open: set[int] = set()  # taken and not yet answered
        self._done: set[int] = set()  # answered, but an older one isn't: Telegram still returns them
        self._last: dict[int, asyncio.Task[None]] = {}  # each chat's newest answer in the making
        self._answered = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._failures = 0
        self.trouble = ""

    def start(self) -> None:
        self._loop = asyncio.create_task(self._listen(), name="telegram-listen")

    async def stop(self) -> None:
        """Ends within about 3 s: gives answers in the making a moment, then confirms what has been answered."""
        if self._loop is None:
            return
        self._loop.cancel()
        await asyncio.wait([self._loop])
        await self._finish(set(self._last.values()))
        if not self.trouble and self._offset is not None:
            with suppress(DeliveryFailed, TimeoutError):
                async with asyncio.timeout(CONFIRM_WAIT_S):
                    await self._fetch(self._offset, AT_ONCE)

    @property
    def _offset(self) -> int | None:
        return min(self._open, default=self._next)

    async def _finish(self, answers: set[asyncio.Task[None]]) -> None:
        if answers:
            _, late = await asyncio.wait(answers, timeout=STOP_WAIT_S)
            for answer in late:
                answer.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _listen(self) -> None:
        while True:
            try:
                self._take(await self._fetch(self._offset, AT_ONCE if self._open else POLL))
            except ChannelDown as failure:
                self.trouble = str(failure)
                log.error("Telegram: listening has stopped: %s", failure)
                return
            except DeliveryFailed as failure:
                await self._pause(failure)
                continue
            self._recover()
            if self._open:
                await self._breathe()

    def _take(self, updates: tuple[Update, ...]) -> None:
        """Starts an answer for each new update. Ids aren't assumed to rise: after a quiet week they start anew."""
        if updates:
            self._next = updates[-1].update_id + 1
        self._done &= {update.update_id for update in updates}
        for update in updates:
            if update.update_id not in self._open and update.update_id not in self._done:
                self._open.add(update.update_id)
                chat = chat_of(update)
                self._last[chat] = asyncio.create_task(self._answer_after(self._last.get(chat), update, chat))

    async def _answer_after(self, earlier: asyncio.Task[None] | None, update: Update, chat: int) -> None:
        if earlier:
            await asyncio.wait([earlier])
        try:
            await self._answer(update)
        except Exception:  # a bug: it is shown, and must not come back for ever
            log.exception("Telegram: update %d can't be answered", update.update_id)
        self._open.discard(update.update_id)
        self._done.add(update.update_id)
        if self._last.get(chat) is asyncio.current_task():
            del self._last[chat]
        self._answered.set()

    async def _breathe(self) -> None:
        self._answered.clear()
        with suppress(TimeoutError):  # not wait_for, which in Python 3.11 may swallow the cancellation by stop()
            async with asyncio.timeout(BREATH_S):
                await self._answered.wait()

    async def _pause(self, failure: DeliveryFailed) -> None:
        self.trouble = str(failure)
        if self._failures == 0:
            log.warning("%s; trying again until it answers", failure)
        self._failures += 1
        await asyncio.sleep(pause_s(failure, self._failures))

    def _recover(self) -> None:
        if self._failures:
            log.info("Telegram answers again")
        self._failures = 0
        self.trouble = ""
