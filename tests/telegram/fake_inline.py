"""Inline mode as the platform has it: what somebody types, and how strict it is with what is offered."""

import re
from dataclasses import dataclass
from typing import Any

from tests.telegram.fake_forms import BLANK, Keyboard, keyboard_of, text_of
from tests.telegram.fake_http import Refusal
from tests.telegram.markup import Entity, utf16

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@dataclass(frozen=True, slots=True)
class Article:
    """What would be posted if somebody chose it, and how it is listed."""

    id: str
    title: str
    description: str
    text: str
    entities: tuple[Entity, ...]
    keyboard: Keyboard
    preview: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An answer that was accepted; `way` is the button above the list: its label, and the payload of /start."""

    query: str
    articles: tuple[Article, ...]
    next: str
    way: tuple[str, str] | None
    personal: bool
    cached_s: int


class InlineQueries:
    """What is typed, each with an id that takes one answer."""

    def __init__(self) -> None:
        self.listed: list[Listed] = []
        self.switched_on = False  # by the bot's owner, at @BotFather
        self._typed: dict[str, str] = {}

    def me(self) -> dict[str, Any]:
        """What getMe tells of it."""
        return {"supports_inline_queries": self.switched_on}

    def update(self, id: str, sender: int, text: str, offset: str, *, too_old: bool) -> dict[str, Any]:
        """What the bot is told when somebody types."""
        assert len(text) <= 256, "the platform passes on no more"
        if not too_old:
            self._typed[id] = text
        who = {"id": sender, "is_bot": False, "first_name": "Ada"}
        return {"inline_query": {"id": id, "from": who, "query": text, "offset": offset, "chat_type": "supergroup"}}

    def answer(self, arguments: dict[str, Any]) -> Any:
        """answerInlineQuery."""
        query, results = str(arguments["inline_query_id"]), arguments["results"]
        if query not in self._typed:
            raise Refusal(400, TOO_OLD)
        if len(results) > 50:
            raise Refusal(400, "Bad Request: RESULTS_TOO_MUCH")
        ids = [result["id"] for result in results]
        if len(set(ids)) < len(ids) or not all(1 <= len(one.encode()) <= 64 for one in ids):
            raise Refusal(400, "Bad Request: RESULT_ID_INVALID")
        following = str(arguments.get("next_offset", ""))
        if len(following.encode()) > 64:
            raise Refusal(400, "Bad Request: NEXT_OFFSET_INVALID")
        articles, way = tuple(map(_article, results)), arguments.get("button")
        self.listed.append(
            Listed(
                self._typed.pop(query),
                articles,
                following,
                _way(way) if way else None,
                bool(arguments.get("is_personal")),
                int(arguments.get("cache_time", 300)),
            )
        )
        return True


def _article(result: dict[str, Any]) -> Article:
    content = result["input_message_content"]
    if result["type"] != "article" or not set(result["title"]) - BLANK:
        raise Refusal(400, "Bad Request: RESULT_TYPE_INVALID")
    text, entities = text_of(content | {"text": content["message_text"]})
    preview = content.get("link_preview_options", {})
    keyboard = keyboard_of(result.get("reply_markup", {}))
    if any("://" not in does and not does.startswith(("copy:", "share:")) for row in keyboard for _, does in row):
        raise Refusal(400, "Bad Request: a press would come from a chat where we are not")  # stricter than the platform
    return Article(
        result["id"],
        result["title"],
        result.get("description", ""),
        text,
        entities,
        keyboard,
        "" if preview.get("is_disabled") else preview.get("url", "the first address"),
    )


def _way(button: dict[str, Any]) -> tuple[str, str]:
    label, payload = button["text"], button.get("start_parameter", "")
    if not set(label) - BLANK or utf16(label) > 64:
        raise Refusal(400, "Bad Request: BUTTON_TEXT_INVALID")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload):
        raise Refusal(400, "Bad Request: START_PARAM_INVALID")
    return label, payload
