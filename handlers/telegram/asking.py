"""An update -> what was asked, where, and by whom. Pure; who may manage the chat is found out by the adapter."""

import re
from dataclasses import dataclass, replace
from typing import Final

from telegram import Chat, Document, MaybeInaccessibleMessage, Message, Update

from bot.domain.chat import Address
from handlers.commands import is_command, manages
from handlers.files import is_taken
from handlers.telegram.render import HERE

_IMPORT: Final = "/import"
_COMMAND = re.compile(r"(/\w+)(?:@(\w+))?(?!\S)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came along: the platform's id of it, and its size in bytes (0: not told)."""

    id: str
    size: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. `sender` is 0 for an anonymous administrator; `quote` the message to quote in a group, else None.

    `file` is to be taken in; `here` the message whose place the answer takes, 0 for none.
    """

    address: Address
    text: str
    title: str
    sender: int
    in_group: bool
    quote: int | None
    as_group: bool = False
    file: Attached | None = None
    here: int = 0

    @property
    def manages(self) -> bool:
        """Whether the words would change something for all of the chat."""
        return manages(self.text)


def asked(update: Update, *, bot_name: str) -> Asked | None:
    """None for what isn't meant for us: talk in groups and channels, other bots' commands, media without text.

    Who posts in a channel is its admin, or acts for one: a command of ours is taken from there.
    """
    if update.callback_query is not None:
        query = update.callback_query
        return _pressed(query.message, query.data, query.from_user.id) if query.message and query.data else None
    message = update.message or update.channel_post
    text = _unaddressed(message.text or message.caption or "", bot_name) if message else None
    if message is None or text is None:
        return None
    if message.document is not None:
        return _with_document(message, message.document, text)
    if message.text is None or (_is_shared(message.chat) and not text.startswith("/")):
        return None
    if message.chat.type == Chat.CHANNEL and not is_command(text):
        return None
    said, replied = _said(message, text), message.reply_to_message
    if text.strip().lower() == _IMPORT and replied and replied.document:
        return replace(said, file=_attached(replied.document))
    return said


def chat_of(update: Update) -> int:
    """The chat in whose order the update is answered; 0 for none."""
    return update.effective_chat.id if update.effective_chat else 0


def _said(message: Message, text: str) -> Asked:
    group = _is_shared(message.chat)
    return Asked(
        _address(message.chat, message),
        text,
        message.chat.effective_name or "",
        message.from_user.id if message.from_user else 0,
        group,
        message.message_id if group else None,
        as_group=message.sender_chat is not None and message.sender_chat.id == message.chat.id,
    )


def _with_document(message: Message, document: Document, caption: str) -> Asked | None:
    """A file with /import as its caption; to us alone the bare word will do, or the kind of file that it is."""
    first = caption.lower().split()[:1]
    alone = not _is_shared(message.chat)
    meant = first == [_IMPORT] or (alone and first == ["import"])
    kind = alone and not caption.startswith("/") and is_taken(document.file_name or "")
    return replace(_said(message, _IMPORT), file=_attached(document)) if meant or kind else None


def _attached(document: Document) -> Attached:
    return Attached(document.file_id, document.file_size or 0)


def _pressed(message: MaybeInaccessibleMessage, data: str, sender: int) -> Asked:
    group = _is_shared(message.chat)
    shown = message if isinstance(message, Message) else None
    title = message.chat.effective_name or ""
    quote, here = message.message_id if group else None, message.message_id if data.startswith(HERE) else 0
    return Asked(_address(message.chat, shown), data.removeprefix(HERE), title, sender, group, quote, here=here)


def is_import(message: Message) -> bool:
    """Whether a file came along that is meant to be taken in."""
    document = message.document
    return document is not None and _with_document(message, document, message.caption or "") is not None


def place_of(message: Message) -> tuple[Address, bool]:
    """Where it was said, and whether nobody else reads it."""
    return _address(message.chat, message), not _is_shared(message.chat)


def _address(chat: Chat, message: Message | None) -> Address:
    topic = str(message.message_thread_id) if message and message.is_topic_message else ""
    return Address("telegram", str(chat.id), topic=topic)


def _is_shared(chat: Chat) -> bool:
    """Whether others read the chat."""
    return chat.type in (Chat.GROUP, Chat.SUPERGROUP, Chat.CHANNEL)


def _unaddressed(text: str, bot_name: str) -> str | None:
    """ "/code@us bert" -> "/code bert"; None for another bot's command; other texts as they are."""
    command = _COMMAND.fullmatch(text)
    if not command or not command[2]:
        return text
    return command[1] + command[3] if command[2].lower() == bot_name.lower() else None
