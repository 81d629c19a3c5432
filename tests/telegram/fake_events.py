"""What happens in the fake platform's chats beside what is written, as the platform tells it."""

import re
from typing import Any

from tests.telegram.fake_api import FakeTelegram
from tests.telegram.markup import utf16

US = {"id": 123456, "is_bot": True, "first_name": "Paperwire", "username": "paperwire_bot"}
_AT = 1772690400
_ADDRESS = re.compile(r"(?:https?://|\b[\w-]+\.(?:org|com|co|net)/)[^\s()<>]+")
_RIGHTS = (
    *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos"),
    *("can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages"),
    *("can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics"),
    *("can_edit_tag", "can_react_to_messages"),
)
_ADMIN = (
    *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats"),
    *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories"),
    *("can_edit_stories", "can_delete_stories"),
)

LEFT: dict[str, Any] = {"status": "left"}
MEMBER: dict[str, Any] = {"status": "member"}
KICKED: dict[str, Any] = {"status": "kicked", "until_date": 0}
SILENCED: dict[str, Any] = {"status": "restricted", "is_member": True, "until_date": 0, **dict.fromkeys(_RIGHTS, False)}
ADMIN: dict[str, Any] = {"status": "administrator", **dict.fromkeys(_ADMIN, False), "can_post_messages": True}
MUTE_ADMIN = ADMIN | {"can_post_messages": False}
OWNER: dict[str, Any] = {"status": "creator", "is_anonymous": False}


def person(id: int, name: str = "Ada") -> dict[str, Any]:
    return {"id": id, "is_bot": False, "first_name": name}


def member(
    telegram: FakeTelegram, chat: int, before: dict[str, Any], now: dict[str, Any], *, by: int = 7, name: str = "Ada"
) -> None:
    """What we are in a chat is another thing now; somebody, `by` id and name, has done that."""
    change = {"chat": telegram._room(chat).json(), "from": person(by, name), "date": _AT}
    roles = {"old_chat_member": {"user": US, **before}, "new_chat_member": {"user": US, **now}}
    telegram._add({"my_chat_member": change | roles})


def reacts(
    telegram: FakeTelegram, chat: int, message: int, before: str, now: str, *, sender: int = 7, anonymous: bool = False
) -> None:
    """Somebody's reactions to a message are others now: emoji side by side; * is a custom one, $ a paid one.

    Of groups the platform tells only where we are an admin; and whose they are, unless somebody acts as the group.
    """
    room = telegram._room(chat).json()
    who = {"actor_chat": room} if anonymous else {"user": person(sender)}
    told = {"old_reaction": list(map(_reaction, before.split())), "new_reaction": list(map(_reaction, now.split()))}
    telegram._add({"message_reaction": {"chat": room, "message_id": message, "date": _AT, **who, **told}})


def _reaction(sign: str) -> dict[str, Any]:
    special = {"*": {"type": "custom_emoji", "custom_emoji_id": "5368324170671202286"}, "$": {"type": "paid"}}
    return special.get(sign, {"type": "emoji", "emoji": sign})


def posts(
    telegram: FakeTelegram,
    chat: int,
    text: str,
    *hidden: tuple[str, str],
    sender: int = 7,
    topic: int = 0,
    caption: bool = False,
    **fields: Any,
) -> int:
    """Somebody posts a text, below a picture if it is a `caption`; the message's id.

    The platform marks each address in it, and what is `hidden`: words that lead to an address.
    """
    message = telegram._message(telegram._room(chat), sender, topic) | fields
    marks = [_mark("url", text, found.group()) for found in _ADDRESS.finditer(text)]
    marks += [_mark("text_link", text, words) | {"url": address} for words, address in hidden]
    named = ("caption", "caption_entities") if caption else ("text", "entities")
    message |= {named[0]: text, named[1]: marks} | ({"photo": []} if caption else {})
    kind = "channel_post" if telegram._room(chat).kind == "channel" else "message"
    telegram._add({kind: message})
    return int(message["message_id"])


def _mark(kind: str, text: str, words: str) -> dict[str, Any]:
    """Where the words stand, counted as the platform counts: in UTF-16."""
    before = text[: text.index(words)]
    return {"type": kind, "offset": utf16(before), "length": utf16(words)}


def upgraded(telegram: FakeTelegram, old: int, new: int, *, told_by: str = "both", joined_first: bool = False) -> None:
    """A group has become a supergroup, in which we are members; which of the two chats tells it."""
    if joined_first:
        member(telegram, new, LEFT, MEMBER)
    for chat, key, other in ((old, "migrate_to_chat_id", new), (new, "migrate_from_chat_id", old)):
        if told_by in ("both", key):
            telegram._add({"message": telegram._message(telegram._room(chat), 7, 0) | {key: other}})
    if not joined_first:
        member(telegram, new, LEFT, MEMBER)
