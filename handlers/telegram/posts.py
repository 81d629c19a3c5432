"""A message that isn't a question, with links that are worth a card. Pure.

Talk is looked at for its links alone: in a group, where that is wanted; in a private chat, where a link stands among
words, below a picture, behind a word, or in what was forwarded.
"""

from collections.abc import Iterator

from telegram import Message, MessageEntity

from bot.domain.posting import links_in
from handlers.commands import is_command
from handlers.events import Posted
from handlers.telegram.asking import is_import, place_of


def posted(message: Message) -> Posted | None:
    """None for commands and files to be imported, for what bots say and bring, and where no link counts."""
    text = message.text or message.caption or ""
    address, alone = place_of(message)
    if text.startswith("/") or is_import(message) or _is_a_bots(message):
        return None
    if alone and message.forward_origin is None and (is_command(f"/{text}") or _is_one_address(message)):
        return None
    links = links_in(_addresses(message))
    if not links:
        return None
    sender = str(message.from_user.id) if message.from_user and message.sender_chat is None else ""
    return Posted(address, links, message.chat.effective_name or "", sender, alone, message.message_id)


def _is_a_bots(message: Message) -> bool:
    """Said by a bot (groups and channels that speak are shown as one), or brought by one."""
    by_bot = message.from_user is not None and message.from_user.is_bot and message.sender_chat is None
    return by_bot or message.via_bot is not None


def _is_one_address(message: Message) -> bool:
    """Such a question is answered like any other, also with why there is no answer."""
    return message.text is not None and [message.text.strip()] == list(_addresses(message))


def _addresses(message: Message) -> Iterator[str]:
    """In the order in which they stand."""
    kinds: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]
    found = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    for entity in sorted(found, key=lambda one: one.offset):
        yield entity.url or found[entity]
