"""What Slack brings, kept in the inbox before it is acknowledged, answered once, and done once it has been answered.

    a question -> kept -> answered -> done (many at a time, in one transaction, on a thread of its own)

A kill loses nothing that was acknowledged after it was kept: it is answered after the next start. Who waits for an
acknowledgement sets how long; what can't be kept by then is kept later, and answered then. What can't be kept at all is
answered all the same, unless Slack brings it again. An answer's address is a secret: `done` forgets it.
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

log = logging.getLogger(__name__)


class Keeper:
    """`answer` never raises for what Slack refuses."""

    def __init__(self, inbox: Inbox, answer: Answer) -> None:
        self._inbox, self._answer = inbox, answer
        self._thread = ThreadPoolExecutor(1, "slack-inbox")  # because: slow answers fill the threads of all
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

    async def take(self, question: Question, *, within_s: float) -> bool:
        """Whether it is kept by then. New or not, it is answered once."""
        taking = self._run(self._take(question))
        await asyncio.wait([taking], timeout=within_s)
        return taking.done() and taking.result() is True

    async def stop(self) -> None:
        """Gives the answers under way two seconds; the others wait in the inbox."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *((self._writing,) if self._writing else ()), return_exceptions=True)
        self._thread.shutdown(wait=False)

    async def _take(self, question: Question) -> bool:
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._coming.append((question, kept))
        self._write()
        try:
            new = await kept
        except StorageError as error:
            log.error("what Slack brings can't be kept: %s", error)
            if question.comes_again:
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
        arrivals = {question.key: Arrival(question.key, to_json(question)) for question, _ in coming}
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

    def _run(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
