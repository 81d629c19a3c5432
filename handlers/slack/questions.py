"""Slack's payloads as questions: what was typed, as it was typed, and where the answer belongs. Pure.

Slack sends a person's words with its own markup: `&`, `<`, `>` as entities, links and mentions in angle brackets.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.chat import Address
from handlers.files import is_taken
from handlers.incoming import Request

Payload = Mapping[str, Any]

_BRACKETED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_IMPORT = re.compile(r"/?import\b", re.IGNORECASE)
_REMEMBERED = 2000


@dataclass(frozen=True, slots=True)
class Shared:
    """A file in a message: where it can be fetched, and its size in bytes (0: not told)."""

    url: str
    size: int


@dataclass(frozen=True, slots=True)
class Question:
    """A Request and its way back. `key` is the same in every redelivery.

    The answer goes to `response_url`, seen by the asker alone; without one it is posted, in `thread` if that is set.
    `file` is to be taken in.
    """

    request: Request
    key: str
    response_url: str = ""
    thread: str = ""
    file: Shared | None = None


class Seen:
    """The last questions, so that a redelivery is answered once. The oldest are forgotten."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}

    def is_new(self, key: str) -> bool:
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > _REMEMBERED:
            del self._keys[next(iter(self._keys))]
        return True


def of_command(body: Payload, workspace: str) -> Question:
    """/paperwire TEXT and /code TEXT."""
    text = as_typed(body.get("text") or "").strip()
    text = f"/code {text}".rstrip() if body["command"] == "/code" else f"/{text.lstrip('/ ') or 'help'}"
    address = Address("slack", body["channel_id"], workspace=body.get("team_id") or workspace)
    request = _request(address, text, body.get("user_id") or "", title=_title(body.get("channel_name") or ""))
    return Question(request, body["trigger_id"], response_url=body["response_url"])


def of_mention(body: Payload, workspace: str, me: str) -> Question | None:
    """@paperwire TEXT in a channel, answered in its thread; None for another bot's words."""
    event = body["event"]
    if event.get("bot_id"):
        return None
    thread = event.get("thread_ts") or event["ts"]
    return _with_file(Question(_asked(body, workspace, me), body["event_id"], thread=thread), event)


def of_direct(body: Payload, workspace: str, me: str) -> Question | None:
    """A person's own words in a direct message, or a file to be taken in.

    None for edits, joins, other files, and everything that a bot says.
    """
    event, shares = body["event"], body["event"].get("subtype") == "file_share"
    if event.get("channel_type") != "im" or event.get("bot_id") or not event.get("user"):
        return None
    if event.get("subtype") and not shares:
        return None
    question = _with_file(Question(_asked(body, workspace, me), body["event_id"]), event, alone=True)
    return question if question.file or not shares else None


def _with_file(question: Question, event: Payload, *, alone: bool = False) -> Question:
    """With the first file of the message, if its words say import, or, to us alone, if it is of that kind."""
    files = event.get("files") or [{}]
    url = files[0].get("url_private_download") or files[0].get("url_private") or ""
    kind = alone and is_taken(files[0].get("name") or "")
    if not url or not (kind or _IMPORT.match(question.request.text)):
        return question
    request = replace(question.request, text="/import")
    return replace(question, request=request, file=Shared(url, int(files[0].get("size") or 0)))


def of_press(body: Payload, workspace: str) -> Question:
    """A button: its value is the command. The workspace is ours, as the presser may be a guest from another one."""
    address = Address("slack", body["channel"]["id"], workspace=workspace)
    command = _without_entities(body["actions"][0]["value"])
    title = _title(body["channel"].get("name") or "")
    thread = body.get("container", {}).get("thread_ts") or ""
    request = _request(address, command, body["user"]["id"], title=title)
    return Question(replace(request, thread=thread), body["trigger_id"], body["response_url"], thread)


def _asked(body: Payload, workspace: str, me: str) -> Request:
    """The words of an event without the mention of us, `me` being our user id; an empty question asks for help."""
    text = as_typed(re.sub(rf"<@{re.escape(me)}(?:\|[^<>]*)?>", " ", body["event"].get("text") or "")).strip()
    address = Address("slack", body["event"]["channel"], workspace=body.get("team_id") or workspace)
    request = _request(address, text or "/help", body["event"].get("user") or "")
    return replace(request, thread=body["event"].get("thread_ts") or "")


def _request(address: Address, text: str, sender: str, *, title: str = "") -> Request:
    alone = address.chat.startswith("D")  # Slack's ids say what they are of: D is a direct message
    return Request(address, text, sender=sender, alone=alone, chat_title=title)


def _title(channel_name: str) -> str:
    # Slack gives these words in place of the names of direct messages and private channels
    return "" if channel_name in ("", "directmessage", "privategroup") else f"#{channel_name}"


def as_typed(text: str) -> str:
    """The words as the person typed them: no link brackets, no entities."""
    return _without_entities(_BRACKETED.sub(_unwrapped, text))


def _unwrapped(found: re.Match[str]) -> str:
    target, label = found[1], found[2] or ""
    if target.startswith(("@", "#")):
        return f"{target[0]}{label}" if label else target
    if target.startswith("!"):
        return label or f"@{target[1:]}"
    if target.startswith(("mailto:", "tel:")):
        return label or target.partition(":")[2]
    return label if target == f"http://{label}" else target  # "fast.ai" is two words of a title to Slack's eye, a link


def _without_entities(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
