"""What comes in, polled or brought. An update is kept in the inbox before it is confirmed, and done once answered.

A kill loses nothing: what was confirmed is answered after the next start. Only what was answered, and not yet noted as
done, is answered twice.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from telegram import Update

from bot.domain.arrival import Arrival
from bot.errors import ChannelDown, DeliveryFailed, StorageError
from handlers.incoming import Inbox
from handlers.telegram.asking import chat_of
from handlers.telegram.failures import pause_s

POLL = timedelta(seconds=30)
MOST_OPEN = 200  # updates being answered; the others wait where they are
BREATH_S = 0.3
STOP_WAIT_S = 2.0

# Opens the connection over which answers go out; raises as Fetch does.
Connect = Callable[[], Awaitable[object]]
# Takes offset and time-out of one getUpdates; raises DeliveryFailed, or ChannelDown when going on is useless.
# Where updates are brought, it returns from time to time, without any.
Fetch = Callable[[int | None, timedelta], Awaitable[tuple[Update, ...]]]
Answer = Callable[[Update], Awaitable[None]]
# Whether an update is of those that aren't kept: it is served at once, by somebody else.
Aside = Callable[[Update], bool]

log = logging.getLogger(__name__)


class Listener:
    """Updates of one chat are answered in order, chats side by side. `trouble` is "" or one line for the operator."""

    def __init__(self, connect: Connect, fetch: Fetch, answer: Answer, inbox: Inbox, *, aside: Aside) -> None:
        self._connect = connect
        self._fetch = fetch
        self._answer = answer
        self._inbox = inbox
        self._aside = aside
        self._next: int | None = None  # one past the newest update that was kept
        self._taking = False  # whether what an earlier process left has been taken up
        self._keeping = asyncio.Lock()  # what came first is begun first
        self._open = 0
        self._last: dict[int, asyncio.Task[None]] = {}  # each chat's newest answer in the making
        self._answered = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._failures = 0
        self._trouble = ""
        self._unkept = ""  # why what came last can't be kept

    @property
    def trouble(self) -> str:
        return self._trouble or self._unkept

    def start(self) -> None:
        self._loop = asyncio.create_task(self._listen(), name="telegram-listen")

    async def stop(self) -> None:
        """Ends within about 3 s: answers in the making get a moment; what isn't answered then waits in the inbox."""
        self._taking = False
        if self._loop is None:
            return
        self._loop.cancel()
        await asyncio.wait([self._loop])
        await self._finish(set(self._last.values()))

    async def _finish(self, answers: set[asyncio.Task[None]]) -> None:
        if answers:
            _, late = await asyncio.wait(answers, timeout=STOP_WAIT_S)
            for answer in late:
                answer.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _listen(self) -> None:
        step = self._take_up
        while True:
            try:
                await step()
            except ChannelDown as failure:
                self._trouble = str(failure)
                log.error("Telegram: listening has stopped: %s", failure)
                return
            except StorageError as error:
                await self._pause(DeliveryFailed(_unkept(error)))
                continue
            except DeliveryFailed as failure:
                await self._pause(failure)
                continue
            self._recover()
            step = self._take_in

    async def _take_up(self) -> None:
        """What an earlier process kept, and didn't answer. Without a connection no answer could leave."""
        await self._connect()
        for arrival in await asyncio.to_thread(self._inbox.waiting):
            self._begin(arrival)
        self._taking = True

    async def _take_in(self) -> None:
        """The next updates. They are confirmed by asking for what follows them, and kept before that."""
        updates = await self._fetch(self._next, POLL)
        if updates:
            await self.keep(updates)
            self._next = updates[-1].update_id + 1

    async def keep(self, updates: Sequence[Update]) -> None:
        """Keeps them, and begins to answer those that haven't come before; waits while too many are being answered.

        Raises StorageError, and DeliveryFailed before the start and after the stop: then they may not be confirmed.
        """
        kept = [update for update in updates if not (self._taking and self._aside(update))]
        arrivals = [Arrival(str(update.update_id), update.to_json()) for update in kept]
        if updates and not arrivals:
            return
        async with self._keeping:
            while self._open >= MOST_OPEN:
                await self._breathe()
            if not self._taking:
                raise DeliveryFailed("nothing is taken in at the moment")
            try:
                fresh = await asyncio.to_thread(self._inbox.take, arrivals)
            except StorageError as error:
                self._unkept = _unkept(error)
                raise
            self._unkept = ""
            for arrival in fresh:
                self._begin(arrival)

    def _begin(self, arrival: Arrival) -> None:
        update = Update.de_json(json.loads(arrival.body))
        chat = chat_of(update)
        self._open += 1
        self._last[chat] = asyncio.create_task(self._answer_after(self._last.get(chat), update, chat))

    async def _answer_after(self, earlier: asyncio.Task[None] | None, update: Update, chat: int) -> None:
        if earlier:
            await asyncio.wait([earlier])
        try:
            await self._answer(update)
        except Exception:  # a bug: it is shown, and must not come back for ever
            log.exception("Telegram: update %d can't be answered", update.update_id)
        await self._note(update)
        self._open -= 1
        if self._last.get(chat) is asyncio.current_task():
            del self._last[chat]
        self._answered.set()

    async def _note(self, update: Update) -> None:
        try:
            await asyncio.to_thread(self._inbox.done, str(update.update_id))
        except StorageError as error:  # after the next start it is answered again
            log.error("Telegram: it can't be noted that update %d is answered: %s", update.update_id, error)

    async def _breathe(self) -> None:
        self._answered.clear()
        with suppress(TimeoutError):  # not wait_for, which in Python 3.11 may swallow the cancellation by stop()
            async with asyncio.timeout(BREATH_S):
                await self._answered.wait()

    async def _pause(self, failure: DeliveryFailed) -> None:
        self._trouble = str(failure)
        if self._failures == 0:
            log.warning("%s; trying again until it works", failure)
        self._failures += 1
        await asyncio.sleep(pause_s(failure, self._failures))

    def _recover(self) -> None:
        if self._failures:
            log.info("Telegram answers again")
        self._failures = 0
        self._trouble = ""


def _unkept(error: StorageError) -> str:
    return f"what Telegram brings can't be kept ({error}), so it waits there"
