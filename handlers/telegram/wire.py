"""One token's connection: opening it, calling it, pacing it. Whatever the library raises leaves here as our errors."""

import asyncio
import logging
import os
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, EndPointNotFound

from bot.domain.chat import Address
from bot.errors import ChannelDown, DeliveryFailed, StorageError
from handlers.files import bytes_of, name_of
from handlers.invitations import WORDLESS, payload_of
from handlers.messages import Button, Copy, File, Image, Invite, Pressable, Share
from handlers.messages import Message as Said
from handlers.telegram.failures import failure_of, is_bad_markup, pause_s
from handlers.telegram.pace import GAP_S, Pace, Slot
from handlers.telegram.render import Piece, callback_data, render
from handlers.telegram.transport import Transport
from handlers.waits import Waits

# A first piece that must wait is the outbox's to keep; one in the middle of a message is worth a moment.
LATER_PIECE_PATIENCE_S = 2.0
PATIENCE_S = 20.0  # a time-out after sending is ambiguous and may repeat a message: better to wait for longer

_LETS_GO_FIRST = 5  # answers, before something else has a place
_NAME = "telegram"  # of the token's wait, as it is remembered

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(slots=True)
class Parcel:
    """The pieces of a message that haven't been accepted yet; `first` is the platform's id of the first that was.

    `silent`: it makes no sound; `about` is the one paper that it is about, "" for none.
    """

    pieces: deque[Piece]
    first: str = ""
    silent: bool = False
    about: str = ""


def packed(message: Said) -> Parcel:
    return Parcel(deque(render(message)), silent=message.silent, about=message.about)


class Wire:
    """Opens itself on first use. `trouble` is "" or why the platform refuses this token."""

    def __init__(self, token: str, *, api_url: str, waits: Waits | None = None) -> None:
        self._token = token.strip()
        self._api_url = api_url.rstrip("/")
        self._waits = waits
        self._bot: Bot | None = None
        self._opening = asyncio.Lock()
        self._pace = Pace()
        self._hurrying = 0  # answers that wait for the token
        self._letting = 0  # others that do
        self._went_first = 0  # answers since the last of these
        self._takes_rich = True  # until the server turns out not to know them
        self.trouble = ""

    async def bot(self) -> Bot:
        """The open connection, whose name is known. Raises DeliveryFailed and ChannelDown."""
        async with self._opening:
            if self._bot is None:
                await self._recall_wait()
                self._bot = await self.call(self._open(), anyway=True)
        return self._bot

    async def close(self) -> None:
        if self._bot:
            bot, self._bot = self._bot, None
            await bot.shutdown()

    async def name(self) -> str:
        """The bot's name. Raises DeliveryFailed and ChannelDown."""
        async with self.visit() as bot:
            return bot.username

    @asynccontextmanager
    async def visit(self) -> AsyncIterator[Bot]:
        """A connection of its own, of which nothing stays open. Raises DeliveryFailed and ChannelDown."""
        bot = await self.call(self._open(), anyway=True)
        try:
            yield bot
        finally:
            await bot.shutdown()

    async def call(self, call: Coroutine[Any, Any, T], *, anyway: bool = False) -> T:
        """Awaits a call of the library. Raises DeliveryFailed and ChannelDown, with neither token nor cause.

        While the platform has asked for silence nothing is called, but what sends nothing, and so goes `anyway`.
        """
        if not anyway and (wait := self._pace.closed_for(monotonic())):
            call.close()
            raise _too_soon(wait)
        try:
            result = await call
        except Exception as error:  # noqa: BLE001 - a malformed answer makes the library raise anything
            failure = failure_of(error, token=self._token, now=datetime.now(UTC))
            if failure.retry_at:
                await self._wait_until(failure.retry_at)
            if isinstance(failure, ChannelDown):
                self.trouble = str(failure)
            raise failure from None
        self.trouble = ""
        return result

    async def post(self, address: Address, parcel: Parcel, *, quote: int | None = None, first: bool = False) -> None:
        """Sends and takes each piece off as soon as it has been accepted; `quote`, a message id, goes with the first.

        What is to be `first` (somebody waits for it) takes the token's next place, before all that isn't; it alone is
        said richly, as news is changed later, and must be read on any phone. Raises DeliveryFailed
        and ChannelDown; also, without asking the platform, when the pace forbids the first piece.
        """
        bot, patience = await self.bot(), 0.0
        if first and parcel.pieces[0].rich and self._takes_rich:
            async with self._turn(address.chat, patience, first):
                parcel.first = await self.call(self._say_richly(bot, address, parcel, quote))
            if parcel.first:
                parcel.pieces.clear()
            patience = LATER_PIECE_PATIENCE_S
        while parcel.pieces:
            async with self._turn(address.chat, patience, first):
                accepted = await self.call(_say(bot, address, parcel, quote))
            parcel.first = parcel.first or str(accepted.message_id)
            parcel.pieces.popleft()
            patience, quote = LATER_PIECE_PATIENCE_S, None

    async def _say_richly(self, bot: Bot, address: Address, parcel: Parcel, quote: int | None) -> str:
        """The message's id; "" where the platform doesn't take it so, which is remembered if it never will."""
        told = {
            "chat_id": _chat_id(address),
            "message_thread_id": int(address.topic) if address.topic else None,
            "rich_message": {"html": parcel.pieces[0].rich, "skip_entity_detection": True},
            "disable_notification": parcel.silent or None,
            "reply_markup": keyboard_of(bot, parcel.pieces[-1].keyboard),
            "reply_parameters": _reply_to(quote),
        }
        try:
            answer = await bot.do_api_request(
                "sendRichMessage", {name: value for name, value in told.items() if value is not None}
            )
        except EndPointNotFound:  # an older server; or a refused token, which the next call tells
            log.info("this Bot API server takes no rich messages, so all go as HTML")
            self._takes_rich = False
            return ""
        except BadRequest as error:
            if not _is_about_the_form(error):
                raise
            log.warning("Telegram can't read a rich message of ours, so it goes as HTML: %s", error.message)
            return ""
        return str(answer["message_id"])

    async def edit(self, address: Address, message: str, piece: Piece, *, first: bool = False) -> None:
        """Lets a message that was sent say this instead. Raises DeliveryFailed and ChannelDown, as `post` does."""
        bot = await self.bot()
        async with self._turn(address.chat, 0.0, first):
            await self.call(_change(bot, address, int(message), piece))

    async def insist(self, attempt: Callable[[], Awaitable[T]], *, tries: int) -> T:
        """Tries again while waiting helps; `tries` limits failures that count, not waits that were asked for."""
        failed = 0
        while True:
            try:
                return await attempt()
            except DeliveryFailed as failure:
                failed += failure.counts
                if failure.permanent or failure.moved_to or isinstance(failure, ChannelDown) or failed >= tries:
                    raise
                await asyncio.sleep(pause_s(failure, failed))

    async def _open(self) -> Bot:
        _hush()
        sending, polling = (Transport(self._api_url, patience_s=PATIENCE_S) for _ in range(2))
        addresses = f"{self._api_url}/bot", f"{self._api_url}/file/bot"
        bot = Bot(self._token, *addresses, request=sending, get_updates_request=polling)
        try:
            await bot.initialize()
        except BaseException:
            await bot.shutdown()
            raise
        return bot

    @asynccontextmanager
    async def _turn(self, chat: str, patience: float, first: bool) -> AsyncIterator[None]:
        """Waits for the token's pace, and at most `patience` seconds for the chat's; the block makes the call."""
        while wait := self._pace.claim(chat, monotonic()):
            if wait > patience:
                raise _too_soon(wait)
            await asyncio.sleep(wait)
        slot = await self._slot(first)
        try:
            self._pace.departs(chat, monotonic())
            yield
        finally:
            slot.answered_at = monotonic()

    async def _slot(self, first: bool) -> Slot:
        """The token's next place; whoever isn't first lets those be who are, but not for ever."""
        self._hurrying += first
        self._letting += not first
        try:
            while True:
                slot = self._pace.slot(monotonic()) if self._may_go(first) else GAP_S
                if isinstance(slot, Slot):
                    self._went_first = self._went_first + 1 if first else 0
                    return slot
                await asyncio.sleep(slot)
        finally:
            self._hurrying -= first
            self._letting -= not first

    def _may_go(self, first: bool) -> bool:
        if self._letting and self._went_first >= _LETS_GO_FIRST:
            return not first
        return first or not self._hurrying

    async def _wait_until(self, moment: datetime) -> None:
        """The platform wants silence: from now on, and after a restart."""
        self._pace.close(monotonic() + (moment - datetime.now(UTC)).total_seconds())
        if self._waits:
            try:
                await asyncio.to_thread(self._waits.block, _NAME, moment)
            except StorageError as error:
                log.warning("until when Telegram wants silence can't be remembered: %s", error)

    async def _recall_wait(self) -> None:
        if self._waits and (moment := await asyncio.to_thread(self._waits.blocked_until, _NAME)):
            self._pace.close(monotonic() + (moment - datetime.now(UTC)).total_seconds())


def _hush() -> None:
    """The libraries log addresses, which hold the token, and a traceback for each odd answer; our errors say it all."""
    for name, level in (("telegram", logging.CRITICAL), ("httpx", logging.WARNING), ("httpcore", logging.WARNING)):
        logging.getLogger(name).setLevel(level)
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # else the library warns of its own change at each RetryAfter


def _too_soon(wait: float) -> DeliveryFailed:
    retry_at = datetime.now(UTC) + timedelta(seconds=wait)
    return DeliveryFailed(f"Telegram's pace: next message in {wait:.1f} s", retry_at=retry_at, counts=False)


async def _say(bot: Bot, address: Address, parcel: Parcel, quote: int | None) -> Message:
    """The first piece that hasn't been accepted.

    A picture that isn't taken, as in groups that allow none, is no reason to be silent: its words are sent.
    """
    piece = parcel.pieces[0]
    try:
        return await _send(bot, address, piece, quote, silent=parcel.silent)
    except BadRequest as error:
        if not isinstance(piece.file, Image) or not piece.html:
            raise
        log.info("Telegram takes no picture here, so its words are sent: %s", error.message)
        return await _send(bot, address, replace(piece, file=None), quote, silent=parcel.silent)


async def _send(bot: Bot, address: Address, piece: Piece, quote: int | None, *, silent: bool) -> Message:
    say = partial(
        _sender(bot, piece),
        chat_id=_chat_id(address),
        message_thread_id=int(address.topic) if address.topic else None,
        disable_notification=silent or None,
        reply_markup=keyboard_of(bot, piece.keyboard),
        reply_parameters=_reply_to(quote),
    )
    return await _readable(say, piece)


def _reply_to(quote: int | None) -> ReplyParameters | None:
    return ReplyParameters(quote, allow_sending_without_reply=True) if quote else None


def _is_about_the_form(error: BadRequest) -> bool:
    return is_bad_markup(error) or "rich_" in error.message.lower()


def _sender(bot: Bot, piece: Piece) -> Callable[..., Awaitable[Message]]:
    """What sends a text; a picture; or a file as it is, whatever it looks like. The text is then the caption."""
    match piece.file:
        case None:
            return lambda text, **how: bot.send_message(text=text, link_preview_options=preview_of(piece), **how)
        case Image() as image:
            content, name = bytes_of(image), name_of(image)
            return lambda text, **how: bot.send_photo(photo=content, filename=name, caption=text or None, **how)
        case File() as file:
            content, name = bytes_of(file), name_of(file)
            return lambda text, **how: bot.send_document(
                document=content, filename=name, caption=text or None, disable_content_type_detection=True, **how
            )


async def _change(bot: Bot, address: Address, message: int, piece: Piece) -> None:
    change = partial(
        bot.edit_message_text,
        chat_id=_chat_id(address),
        message_id=message,
        reply_markup=keyboard_of(bot, piece.keyboard),
        link_preview_options=preview_of(piece),
    )
    try:
        await _readable(change, piece)
    except BadRequest as error:
        if "not modified" not in error.message.lower():  # it says that already
            raise


async def _readable(say: Callable[..., Awaitable[T]], piece: Piece) -> T:
    """As HTML; without markup where the platform can't read ours."""
    try:
        return await say(piece.html, parse_mode=ParseMode.HTML)
    except BadRequest as error:
        if not is_bad_markup(error):
            raise
        log.error("Telegram can't read our markup, so it is sent without: %s", error.message)
        return await say(piece.plain)


def _chat_id(address: Address) -> int | str:
    return int(address.chat) if address.chat.lstrip("-").isdigit() else address.chat


def preview_of(piece: Piece) -> LinkPreviewOptions:
    return LinkPreviewOptions(is_disabled=not piece.preview, url=piece.preview or None)


def keyboard_of(bot: Bot, keyboard: Sequence[Sequence[Pressable]]) -> InlineKeyboardMarkup | None:
    """Nothing can be shared as long as the bot's owner hasn't switched inline mode on."""
    able = bot.supports_inline_queries
    rows = [[_button(bot, button) for button in row if able or not isinstance(button, Share)] for row in keyboard]
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(bot: Bot, button: Pressable) -> InlineKeyboardButton:
    match button:
        case Button():
            return InlineKeyboardButton(button.label, callback_data=callback_data(button))
        case Copy():
            return InlineKeyboardButton(button.label, copy_text=CopyTextButton(button.content))
        case Share():
            return InlineKeyboardButton(button.label, switch_inline_query=button.words)
        case Invite():
            way = "startgroup" if button.group else "start"
            address = f"https://t.me/{bot.username}?{way}={payload_of(button.words) or WORDLESS}"
            return InlineKeyboardButton(button.label, url=address)
