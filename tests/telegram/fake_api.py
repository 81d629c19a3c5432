"""A stand-in for api.telegram.org: real HTTP over a real socket, as strict as the platform in all that we use.

with FakeTelegram() as telegram:
    telegram.person(7, "Ada").group(-100, "Readers", admins=(7,))
    telegram.says(7, "/code bert")                          # an update that waits to be fetched
    telegram.fail("sendMessage", Fault.DROP_AFTER)          # the next one is accepted, its answer lost
    assert telegram.sent[0].text == "…"
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

from tests.clock import PATIENCE_S
from tests.telegram.fake_files import Documents, upload_of
from tests.telegram.fake_forms import Keyboard, is_silent, keyboard_of, text_of
from tests.telegram.fake_http import FakeServer, Fault, Refusal
from tests.telegram.fake_inline import TOO_OLD, InlineQueries
from tests.telegram.fake_menus import Menus
from tests.telegram.fake_rich import read_rich
from tests.telegram.fake_webhook import Webhook
from tests.telegram.markup import Entity

TOKEN = "123456:AAH-made-up_token_of_the_tests_x0"
NAME = "paperwire_bot"
GENUINE_LIMIT_S = 10.0  # a long poll of the fake never lasts longer, so that a lost test ends


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was accepted."""

    chat: int
    text: str
    entities: tuple[Entity, ...] = ()
    keyboard: Keyboard = ()
    quote: int | None = None
    topic: int | None = None
    preview: str = ""
    at: float = 0.0
    id: int = 0
    file: str = ""
    rich: str = ""
    content: bytes = b""
    silent: bool = False


@dataclass(slots=True)
class Room:
    """A chat as the platform knows it; `refuses` is what each message to it is answered with."""

    id: int
    kind: str
    title: str
    admins: tuple[int, ...] = ()
    topics: set[int] = field(default_factory=set)
    refuses: Refusal | None = None

    def json(self) -> dict[str, Any]:
        named = {"first_name": self.title} if self.kind == "private" else {"title": self.title}
        return {"id": self.id, "type": self.kind, **named}


class FakeTelegram:
    """See the module. Everything it accepted stands in `sent`, `pressed` and `calls`.

    `local`: a Bot API server of one's own, which brings updates also to addresses of this host.
    """

    def __init__(self, *, local: bool = False) -> None:
        self.sent: list[Sent] = []
        self.pressed: list[str] = []  # callback ids that were answered
        self.toasts: list[str] = []  # what was shown for a moment to those who pressed
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.other_poller = False
        self.revoked = False
        self.takes_rich = False  # as an older Bot API server: the method isn't known
        self.documents = Documents()
        self.inline = InlineQueries()
        self.menus = Menus()
        self._rooms: dict[int, Room] = {}
        self._updates: list[dict[str, Any]] = []
        self._presses: set[str] = set()
        self._faults: defaultdict[str, list[Fault | Refusal | None]] = defaultdict(list)
        self._ids = 1000
        self._poll = 0
        self._changed = threading.Condition(threading.RLock())
        self._server = FakeServer(self)
        self.webhook = Webhook(self._updates, self._changed, local=local)

    def __enter__(self) -> Self:
        self._server.begin()
        self.webhook.begin()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        with self._changed:
            self._poll += 1
            self._changed.notify_all()
        self.webhook.end()
        self._server.end()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    # The world

    def person(self, id: int, name: str = "Ada") -> Self:
        self._rooms[id] = Room(id, "private", name)
        return self

    def group(
        self, id: int, title: str = "Readers", *, admins: tuple[int, ...] = (), topics: tuple[int, ...] = ()
    ) -> Self:
        self._rooms[id] = Room(id, "supergroup", title, admins, set(topics))
        return self

    def channel(self, id: int, title: str = "News") -> Self:
        self._rooms[id] = Room(id, "channel", title)
        return self

    def posts(self, channel: int, text: str) -> None:
        """An admin of a channel posts there, in its name."""
        message = self._message(self._rooms[channel], 0, 0) | {"text": text}
        del message["from"]
        self._add({"channel_post": message | {"sender_chat": self._rooms[channel].json()}})

    def refuse(self, chat: int, code: int, description: str, **parameters: int) -> Self:
        """Every message to this chat is answered like this: blocked (403), no rights (400), migrated, and so on."""
        self._rooms[chat].refuses = Refusal(code, description, **parameters)
        return self

    def fail(self, method: str, *faults: Fault | Refusal | None) -> Self:
        """The next calls of this method fail so, one after the other; None lets one pass."""
        self._faults[method] += faults
        return self

    def says(
        self,
        chat: int,
        text: str,
        *,
        sender: int = 7,
        topic: int = 0,
        anonymous: bool = False,
        photo: bool = False,
        document: dict[str, Any] | None = None,
        to: dict[str, Any] | None = None,
    ) -> int:
        """Somebody writes, perhaps below a `document` or in reply `to` one (both from `documents.add`); the message's
        id.
        """
        message = self._message(self._rooms[chat], sender, topic)
        message |= {"caption": text, "photo": []} if photo else {"text": text}
        if document:
            del message["text"]
            message |= {"document": document} | ({"caption": text} if text else {})
        if to:
            message["reply_to_message"] = self._message(self._rooms[chat], sender, topic) | {"document": to}
        if anonymous:
            group = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
            message |= {"sender_chat": self._rooms[chat].json(), "from": group}
        self._add({"message": message})
        return int(message["message_id"])

    def presses(
        self, chat: int, data: str, *, sender: int = 7, topic: int = 0, too_old: bool = False, on: int = 0
    ) -> int:
        """Somebody presses a button of a message of ours; that message's id (`on`, if given).

        `too_old`: it can't be acknowledged.
        """
        with self._changed:
            self._ids += 1
            press = str(self._ids)
        if not too_old:
            self._presses.add(press)
        message = self._message(self._rooms[chat], sender, topic) | {"text": "a card"}
        message |= {"message_id": on} if on else {}
        who = {"id": sender, "is_bot": False, "first_name": "Ada"}
        self._add(
            {"callback_query": {"id": press, "from": who, "chat_instance": "1", "message": message, "data": data}}
        )
        return int(message["message_id"])

    def types(self, text: str, *, sender: int = 7, offset: str = "", too_old: bool = False) -> None:
        """Somebody types our name and this in any chat."""
        with self._changed:
            self._ids += 1
            query = str(self._ids)
        self._add(self.inline.update(query, sender, text, offset, too_old=too_old))

    def presses_elsewhere(self, data: str, *, sender: int = 7) -> None:
        """Somebody presses a button of what was posted in a chat where we may not be."""
        with self._changed:
            self._ids += 1
            press = str(self._ids)
            self._presses.add(press)
        who = {"id": sender, "is_bot": False, "first_name": "Ada"}
        told = {"id": press, "from": who, "chat_instance": "1", "inline_message_id": "abc", "data": data}
        self._add({"callback_query": told})

    def wait(self, until: Callable[[], bool], seconds: float = PATIENCE_S) -> bool:
        """Whether it becomes true in time."""
        with self._changed:
            return self._changed.wait_for(until, seconds)

    @property
    def unconfirmed(self) -> int:
        return len(self._updates)

    def count(self, method: str) -> int:
        return sum(name == method for name, _ in self.calls)

    # Answering

    def answer(self, token: str, method: str, arguments: dict[str, Any]) -> Any:
        """The result of one call; raises Refusal."""
        if token != TOKEN or self.revoked:
            raise Refusal(401, "Unauthorized") if ":" in token else Refusal(404, "Not Found")
        known = {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "setWebhook": self.webhook.set,
            "deleteWebhook": self.webhook.delete,
            "getWebhookInfo": self.webhook.info,
            "sendMessage": self._send_message,
            "editMessageText": self._edit_message,
            "sendDocument": self._send_document,
            "sendPhoto": self._send_photo,
            **({"sendRichMessage": self._send_rich} if self.takes_rich else {}),
            "getFile": self.documents.get_file,
            "answerCallbackQuery": self._answer_callback,
            "answerInlineQuery": self._answer_inline,
            **self.menus.methods(),
            "getChatMember": self._get_member,
        }
        if method not in known:
            raise Refusal(404, "Not Found")
        return known[method](arguments)

    def file(self, token: str, path: str) -> bytes:
        """What lies at a path that getFile told; raises Refusal."""
        if token != TOKEN or self.revoked:
            raise Refusal(401, "Unauthorized")
        return self.documents.fetch(path)

    def called(self, method: str, arguments: dict[str, Any]) -> Fault | Refusal | None:
        with self._changed:
            self.calls.append((method, arguments))
            self._changed.notify_all()
            return self._faults[method].pop(0) if self._faults[method] else None

    def _get_me(self, arguments: dict[str, Any]) -> Any:
        return {"id": 123456, "is_bot": True, "first_name": "Paperwire", "username": NAME} | self.inline.me()

    def _get_updates(self, arguments: dict[str, Any]) -> Any:
        offset, limit = int(arguments.get("offset", 0)), int(arguments.get("limit", 100))
        with self._changed:
            if self.webhook.url:
                raise Refusal(
                    409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
                )
            if self.other_poller:
                raise Refusal(
                    409, "Conflict: terminated by other getUpdates request; make sure that only one bot is running"
                )
            self._poll += 1
            self._changed.notify_all()
            mine = self._poll
            self._updates[:] = [update for update in self._updates if update["update_id"] >= offset]
            patience = min(float(arguments.get("timeout", 0)), GENUINE_LIMIT_S)
            self._changed.wait_for(lambda: self._updates or self.webhook.url or self._poll != mine, patience)
            if self.webhook.url:
                raise Refusal(409, "Conflict: terminated by setWebhook request")
            if self._poll != mine:
                raise Refusal(
                    409, "Conflict: terminated by other getUpdates request; make sure that only one bot is running"
                )
            allowed = arguments.get("allowed_updates") or ["message", "callback_query"]
            return [update for update in self._updates if set(update) & set(allowed)][:limit]

    def _send_message(self, arguments: dict[str, Any]) -> Any:
        room = self._room_for(arguments)
        text, entities = text_of(arguments)
        preview = arguments.get("link_preview_options", {})
        shown = "" if preview.get("is_disabled") else preview.get("url", "the first address")
        return self._accept(room, arguments, text=text, entities=entities, preview=shown)

    def _edit_message(self, arguments: dict[str, Any]) -> Any:
        room, number = self._room(arguments["chat_id"]), int(arguments["message_id"])
        text, entities = text_of(arguments)
        keyboard, preview = keyboard_of(arguments.get("reply_markup", {})), arguments.get("link_preview_options", {})
        at = next((n for n, sent in enumerate(self.sent) if (sent.chat, sent.id) == (room.id, number)), None)
        if at is None:
            raise Refusal(400, "Bad Request: message to edit not found")
        before = self.sent[at]
        if before.file:
            raise Refusal(400, "Bad Request: there is no text in the message to edit")
        address = "" if preview.get("is_disabled") else preview.get("url", "the first address")
        after = replace(before, text=text, entities=entities, keyboard=keyboard, preview=address)
        if after == before:
            raise Refusal(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the "
                "same as a current content and reply markup of the message",
            )
        with self._changed:
            self.sent[at] = after
            self._changed.notify_all()
            return self._message(room, 123456, 0) | {"message_id": number, "text": text}

    def _send_document(self, arguments: dict[str, Any]) -> Any:
        room, upload = self._room_for(arguments), upload_of(arguments)
        if "text" in arguments or "link_preview_options" in arguments:
            raise Refusal(400, "Bad Request: a document has a caption")
        text, entities = text_of(arguments, "caption") if arguments.get("caption") else ("", ())
        return self._accept(room, arguments, text=text, entities=entities, file=upload.name, content=upload.content)

    def _send_rich(self, arguments: dict[str, Any]) -> Any:
        room, told = self._room_for(arguments), arguments["rich_message"]
        return self._accept(room, arguments, text=read_rich(told), rich=told["html"])

    def _send_photo(self, arguments: dict[str, Any]) -> Any:
        room, upload = self._room_for(arguments), upload_of(arguments, "photo")
        if not upload.content.startswith(b"\x89PNG\r\n"):
            raise Refusal(400, "Bad Request: IMAGE_PROCESS_FAILED")
        text, entities = text_of(arguments, "caption") if arguments.get("caption") else ("", ())
        return self._accept(room, arguments, text=text, entities=entities, file=upload.name, content=upload.content)

    def _room_for(self, arguments: dict[str, Any]) -> Room:
        """Where a message goes, if it may."""
        room, topic = self._room(arguments["chat_id"]), arguments.get("message_thread_id")
        if room.refuses:
            raise room.refuses
        if topic is not None and topic not in room.topics:
            raise Refusal(400, "Bad Request: message thread not found")
        return room

    def _accept(self, room: Room, arguments: dict[str, Any], **told: Any) -> Any:
        quote, topic = arguments.get("reply_parameters", {}).get("message_id"), arguments.get("message_thread_id")
        keyboard = keyboard_of(arguments.get("reply_markup", {}))
        message, at = self._message(room, 123456, topic or 0), time.monotonic()
        number = message["message_id"]
        silent = is_silent(arguments)
        sent = Sent(room.id, keyboard=keyboard, quote=quote, topic=topic, at=at, id=number, silent=silent, **told)
        with self._changed:
            self.sent.append(sent)
            self._changed.notify_all()
            return message | {"text": sent.text}

    def _answer_callback(self, arguments: dict[str, Any]) -> Any:
        press = str(arguments["callback_query_id"])
        if press not in self._presses:
            raise Refusal(400, TOO_OLD)
        if len(words := str(arguments.get("text", ""))) > 200:
            raise Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
        with self._changed:
            self._presses.discard(press)
            self.pressed.append(press)
            self.toasts += [words] if words else []
            self._changed.notify_all()
        return True

    def _answer_inline(self, arguments: dict[str, Any]) -> Any:
        with self._changed:
            result = self.inline.answer(arguments)
            self._changed.notify_all()
            return result

    def _get_member(self, arguments: dict[str, Any]) -> Any:
        room, user = self._room(arguments["chat_id"]), int(arguments["user_id"])
        who = {"user": {"id": user, "is_bot": False, "first_name": "Ada"}}
        return (
            {**who, "status": "creator", "is_anonymous": False} if user in room.admins else {**who, "status": "member"}
        )

    def _room(self, chat: Any) -> Room:
        if int(chat) not in self._rooms:
            raise Refusal(400, "Bad Request: chat not found")
        return self._rooms[int(chat)]

    def _message(self, room: Room, sender: int, topic: int) -> dict[str, Any]:
        with self._changed:
            self._ids += 1
            message: dict[str, Any] = {"message_id": self._ids, "date": 1772690400, "chat": room.json()}
        message["from"] = {"id": sender, "is_bot": sender == 123456, "first_name": "Ada"}
        return message | ({"message_thread_id": topic, "is_topic_message": True} if topic else {})

    def _add(self, update: dict[str, Any]) -> None:
        with self._changed:
            self._ids += 1
            self._updates.append({"update_id": self._ids, **update})
            self._changed.notify_all()
