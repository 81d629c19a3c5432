"""An update -> what was asked, where, and by whom. Pure; who may manage the chat is found out by the adapter."""

import re
from dataclasses import dataclass

from telegram import Chat, MaybeInaccessibleMessage, Message, Update

from bot.domain.chat import Address
from handlers.commands import is_command, manages

_COMMAND = re.compile(r"(/\w+)(?:@(\w+))?(?!\S)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. `sender` is 0 for an anonymous administrator; `quote` the message to quote in a group, else None."""

    address: Address
    text: str
    title: str
    sender: int
    in_group: bool
    quote: int | None
    as_group: bool = False

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
    if message is None or message.text is None:
        return None
    text = _unaddressed(message.text, bot_name)
    if text is None or (_is_shared(message.chat) and not text.startswith("/")):
        return None
    if message.chat.type == Chat.CHANNEL and not is_command(text):
        return None
    return _said(message, text)


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


def _pressed(message: MaybeInaccessibleMessage, data: str, sender: int) -> Asked:
    group = _is_shared(message.chat)
    shown = message if isinstance(message, Message) else None
    title = message.chat.effective_name or ""
    return Asked(_address(message.chat, shown), data, title, sender, group, message.message_id if group else None)


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
