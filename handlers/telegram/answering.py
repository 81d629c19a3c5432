"""An update's answer: what was asked goes to `respond`, and what that says goes back where it belongs."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from telegram import Update

from bot.errors import DeliveryFailed
from handlers import wording
from handlers.charts import drawn
from handlers.events import Event
from handlers.incoming import FileTrouble, Request
from handlers.messages import NOTHING, Message
from handlers.recent import Recent
from handlers.telegram.asking import Asked, Attached, asked
from handlers.telegram.events import happened
from handlers.telegram.files import fetched
from handlers.telegram.layout import cut_text
from handlers.telegram.noting import Noting
from handlers.telegram.people import is_admin
from handlers.telegram.wire import Parcel, Wire, packed

Respond = Callable[[Request], Message]
Admits = Callable[[Request], bool]
Note = Callable[[Event], tuple[Message, ...]]

SIDE_BY_SIDE = 8  # answers in the making
FILES_AT_ONCE = 4  # each is in memory as a whole
REPLY_TRIES = 8  # two minutes
SPINNER_S = 1.0  # how long a pressed button may look busy
TOAST_LIMIT = 200  # characters

log = logging.getLogger(__name__)


class Press:
    """A pressed button. Its spinner is stopped once: in time, or with the words that are shown above the chat."""

    def __init__(self, wire: Wire, key: str) -> None:
        self._wire = wire
        self._key = key
        self.told = key == ""  # nothing was pressed

    @asynccontextmanager
    async def in_time(self) -> AsyncIterator[None]:
        """While the answer is made; the spinner doesn't wait for one that takes long."""
        late = asyncio.create_task(self._tell_late())
        try:
            yield
        finally:
            late.cancel()

    async def _tell_late(self) -> None:
        await asyncio.sleep(SPINNER_S)
        await self.tell()

    async def tell(self, words: str = "") -> bool:
        """Whether the person sees these words. A press from before a restart is too old for it."""
        if self.told:
            return False
        self.told = True
        bot, shown = await self._wire.bot(), cut_text(words, TOAST_LIMIT)[0]
        try:
            await self._wire.call(bot.answer_callback_query(self._key, shown or None))
        except DeliveryFailed as failure:
            log.info("a press can't be acknowledged: %s", failure)
            return False
        return bool(shown)


class Answering:
    """Answers updates over one wire. Of a stranger who isn't let in nothing is asked, and no file is fetched."""

    def __init__(self, wire: Wire, respond: Respond, admits: Admits, note: Note) -> None:
        self._wire = wire
        self._recent = Recent()
        self._noting = Noting(wire, self._note, admits, self._post, self._recent)
        self._let_know = note
        self._respond = respond
        self._admits = admits
        self._responding = asyncio.Semaphore(SIDE_BY_SIDE)
        self._fetching = asyncio.Semaphore(FILES_AT_ONCE)

    async def answer(self, update: Update) -> None:
        """Never raises for what the platform refuses: that is logged."""
        if event := happened(update):
            await self._noting.take(event)
            return
        bot = await self._wire.bot()
        press = Press(self._wire, update.callback_query.id if update.callback_query else "")
        question = asked(update, bot_name=bot.username)
        if question is None:
            await press.tell()
            return
        async with press.in_time():
            message = await self._respond_to(question)
        if message.passing and await press.tell(message.summary):
            return
        await press.tell()
        if message != NOTHING:
            await self._reply(question, packed(message))

    async def _respond_to(self, question: Asked) -> Message:
        request = Request(
            question.address,
            question.text,
            may_manage=False,
            sender="" if question.as_group or not question.sender else str(question.sender),
            alone=not question.in_group,
            chat_title=question.title,
        )
        if await asyncio.to_thread(self._admits, request):
            content, trouble = await self._fetch_file(question.file) if question.file else (None, None)
            manages = await self._may_manage(question)
            request = replace(request, may_manage=manages, file=content, file_trouble=trouble)
        async with self._responding:
            return await asyncio.to_thread(lambda: drawn(self._respond(request)))

    async def _note(self, event: Event) -> tuple[Message, ...]:
        async with self._responding:
            return await asyncio.to_thread(self._let_know, event)

    async def _fetch_file(self, attached: Attached) -> tuple[str | None, FileTrouble | None]:
        async with self._fetching:
            return await fetched(self._wire, attached)

    async def _may_manage(self, question: Asked) -> bool:
        """In a group only administrators manage subscriptions, and only then is asked who is one."""
        if not question.in_group:
            return True
        if not question.manages or question.as_group:
            return question.manages
        return await is_admin(self._wire, question.address, question.sender)

    async def _reply(self, question: Asked, parcel: Parcel) -> None:
        if question.here and await self._put_in_place(question, parcel):
            self._recent.note(question.address, str(question.here), parcel.about)
            return
        await self._post(question, parcel)

    async def _put_in_place(self, question: Asked, parcel: Parcel) -> bool:
        """Whether the answer could take the place of the message that was pressed: one piece, and no file."""
        piece, *more = parcel.pieces
        if more or piece.file:
            return False
        try:
            edit = partial(self._wire.edit, question.address, str(question.here), piece, first=True)
            await self._wire.insist(edit, tries=1)
        except DeliveryFailed as failure:
            log.info("a message can't be changed, so a new one says it: %s", failure)
            return False
        return True

    async def _post(self, question: Asked, parcel: Parcel) -> None:
        post = partial(self._wire.post, question.address, parcel, quote=question.quote, first=True)
        try:
            await self._wire.insist(post, tries=REPLY_TRIES)
            self._recent.note(question.address, parcel.first, parcel.about)
        except DeliveryFailed as failure:
            if failure.moved_to:
                moved = replace(question.address, chat=failure.moved_to)
                await self._post(replace(question, address=moved), parcel)
            elif parcel.pieces[0].file:
                log.warning("a file can't be sent: %s", failure)
                await self._post(question, packed(wording.file_not_sent(str(failure))))
            else:
                log.warning("an answer can't be sent: %s", failure)
