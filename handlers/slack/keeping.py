"""What Slack brings, kept in the inbox before it is acknowledged, answered once, and done once it has been answered.

    a question -> kept -> answered -> done (many at a time, in one transaction, on a thread of its own)

A kill loses nothing that was acknowledged: it is answered after the next start. Where a long transaction holds up the
inbox, what comes is put down beside it, acknowledged, and answered once it is in the inbox. What can't be kept at all
is answered all the same, unless Slack brings it again. An answer's address is a secret: `done` forgets it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from bot.domain.arrival import Arrival
from bot.errors import StorageError
from handlers.incoming import Inbox
from handlers.slack.questions import Question, from_json, to_json

Answer = Callable[[Question], Awaitable[None]]
T = TypeVar("T")

STOP_S: Final = 2.0
KEPT_S: Final = 0.1  # what isn't in the inbox by then is put down beside it
LATE_S: Final = 2.3  # Slack gives three seconds

log = logging.getLogger(__name__)


class Keeper:
    """`answer` never raises for what Slack refuses."""

    def __init__(self, inbox: Inbox, answer: Answer) -> None:
        self._inbox, self._answer = inbox, answer
        self._thread = ThreadPoolExecutor(1, "slack-inbox")  # because: slow answers fill the threads of all
        self._beside = ThreadPoolExecutor(1, "slack-beside")  # because: the other one waits
        self._put_down: set[str] = set()
        self._coming: list[tuple[Question, asyncio.Future[bool]]] = []
        self._answered: list[tuple[str, asyncio.Event]] = []
        self._writing: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[object]] = set()
        self._waiting: tuple[Arrival, ...] = ()

    async def look(self) -> None:
        """See what an earlier process kept, and didn't answer. Raises StorageError."""
        self._waiting = await self._in_thread(self._inbox.waiting)

    def take_up(self) -> None:
        """Answer that now, once."""
        waiting, self._waiting = self._waiting, ()
        for arrival in waiting:
            try:
                question = from_json(arrival.body)
            except (ValueError, TypeError, KeyError):  # as another version kept it
                log.error("what Slack brought before the last stop can't be read, and has no answer")
                self._run(self._note(arrival.key))
            else:
                self._begin(question)

    async def take(self, question: Question) -> bool:
        """Whether it is on disk, so that it may be acknowledged. New or not, it is answered once."""
        taking = self._run(self._take(question))
        await asyncio.wait([taking], timeout=KEPT_S)
        if not taking.done() and await self._is_put_down(question):
            return True
        await asyncio.wait([taking], timeout=LATE_S)
        return taking.done() and taking.result() is True

    async def _is_put_down(self, question: Question) -> bool:
        self._put_down.add(question.key)
        try:
            await self._run_beside(self._inbox.put_down, (_arrival(question),))
        except StorageError as error:
            log.error("what Slack brings can't be put down: %s", error)
            self._put_down.discard(question.key)
            return False
        return True

    async def stop(self) -> None:
        """Gives the answers under way two seconds; the others wait in the inbox."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *((self._writing,) if self._writing else ()), return_exceptions=True)
        self._thread.shutdown(wait=False)
        self._beside.shutdown(wait=False)

    async def _take(self, question: Question) -> bool:
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._coming.append((question, kept))
        self._write()
        try:
            new = await kept
        except StorageError as error:
            log.error("what Slack brings can't be kept: %s", error)
            if question.comes_again and question.key not in self._put_down:
                return False
            new = True
        if new:
            self._begin(question)
        return True

    def _write(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        """All that has come and has been answered meanwhile, again and again, until there is nothing."""
        while self._coming or self._answered:
            if self._coming:
                await self._keep()
            if self._answered:
                await self._note_all()

    async def _keep(self) -> None:
        coming, self._coming = self._coming, []
        arrivals = {question.key: _arrival(question) for question, _ in coming}
        try:
            fresh = {arrival.key for arrival in await self._in_thread(self._inbox.take, tuple(arrivals.values()))}
        except Exception as error:  # noqa: BLE001  # because: whoever waits must hear of it, of a bug too
            for _, kept in coming:
                if not kept.done():
                    kept.set_exception(error)
            return
        for question, kept in coming:
            if not kept.done():
                kept.set_result(question.key in fresh)
            fresh.discard(question.key)
        if self._put_down and not self._coming:
            self._put_down.clear()
            await self._run_beside(self._inbox.clear)

    async def _note_all(self) -> None:
        answered, self._answered = self._answered, []
        try:
            await self._in_thread(self._inbox.done, *(key for key, _ in answered))
        except StorageError as error:  # after the next start it is answered again
            log.error("it can't be noted that %d questions in Slack are answered: %s", len(answered), error)
        finally:
            for _, noted in answered:
                noted.set()

    def _begin(self, question: Question) -> None:
        self._run(self._answer_and_note(question))

    async def _answer_and_note(self, question: Question) -> None:
        try:
            await self._answer(question)
        except Exception:  # one question's bug must be seen, and must not touch the others, nor come back for ever
            log.exception("a question in Slack's channel %s has no answer", question.request.address.chat)
        await self._note(question.key)

    async def _note(self, key: str) -> None:
        noted = asyncio.Event()
        self._answered.append((key, noted))
        self._write()
        await noted.wait()

    async def _in_thread(self, work: Callable[..., T], *given: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)

    async def _run_beside(self, work: Callable[..., T], *given: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._beside, work, *given)

    def _run(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _arrival(question: Question) -> Arrival:
    return Arrival(question.key, to_json(question))
