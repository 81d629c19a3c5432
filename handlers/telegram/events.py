"""An update -> what happened beside what was typed, if anything. Pure.

Telegram tells of our own membership when it changes: whether we are there, and may write. Of a group that becomes a
supergroup it tells in both, with the other's id; and in the new one that we came, which isn't news to anybody.
"""

from enum import Enum
from typing import Final

from telegram import Chat, ChatMember, ChatMemberUpdated, Message, Update

from bot.domain.chat import Address, Loss
from handlers.events import Came, Event, Gone, Moved
from handlers.telegram.posts import posted
from handlers.telegram.reactions import reacted

KINDS: Final = ("my_chat_member", "message_reaction")  # of updates, beside messages


class _Standing(Enum):
    AWAY = "away"
    SILENCED = "silenced"
    WRITES = "writes"


def happened(update: Update) -> Event | None:
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    if update.message_reaction is not None:
        return reacted(update.message_reaction)
    message = update.message or update.channel_post
    return _moved(message) or posted(message) if message is not None else None


def _membership(change: ChatMemberUpdated) -> Event | None:
    chat = change.chat
    before, now = _standing(change.old_chat_member, chat), _standing(change.new_chat_member, chat)
    if before is now:
        return None
    place, alone = Address("telegram", str(chat.id)), chat.type == Chat.PRIVATE
    if now is _Standing.WRITES:
        anew, greets = before is _Standing.AWAY, chat.type != Chat.CHANNEL
        return Came(place, chat.effective_name or "", str(change.from_user.id), alone, anew, greets)
    if alone:
        return Gone(place, Loss.BLOCKED)
    return Gone(place, Loss.REMOVED if now is _Standing.AWAY else Loss.MUTED, change.from_user.full_name)


def _standing(member: ChatMember, chat: Chat) -> _Standing:
    if member.status in (ChatMember.LEFT, ChatMember.BANNED):
        return _Standing.AWAY
    if member.status == ChatMember.RESTRICTED:
        there, writes = getattr(member, "is_member", False), getattr(member, "can_send_messages", False)
        return (_Standing.WRITES if writes else _Standing.SILENCED) if there else _Standing.AWAY
    if chat.type != Chat.CHANNEL or member.status == ChatMember.OWNER:
        return _Standing.WRITES
    return _Standing.WRITES if getattr(member, "can_post_messages", False) else _Standing.SILENCED


def _moved(message: Message) -> Moved | None:
    if message.migrate_to_chat_id:
        return Moved(Address("telegram", str(message.chat.id)), str(message.migrate_to_chat_id))
    if message.migrate_from_chat_id:
        return Moved(Address("telegram", str(message.migrate_from_chat_id)), str(message.chat.id))
    return None
