"""What the fake platform demands of a text and of its buttons."""

from typing import Any

from tests.telegram.fake_http import Refusal
from tests.telegram.markup import BadMarkup, Entity, read_html, utf16

BLANK = set(" \t\n\r\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2800\u3000\u00a0\ufeff\ufffc")
Keyboard = tuple[tuple[tuple[str, str], ...], ...]


def text_of(arguments: dict[str, Any], name: str = "text") -> tuple[str, tuple[Entity, ...]]:
    source = str(arguments.get(name, ""))
    try:
        text, entities = read_html(source) if arguments.get("parse_mode") == "HTML" else (source, ())
    except BadMarkup as error:
        raise Refusal(400, f"Bad Request: can't parse entities: {error}") from None
    if not set(text) - BLANK:
        raise Refusal(400, "Bad Request: message text is empty")
    if utf16(text) > {"text": 4096, "caption": 1024}[name]:
        raise Refusal(400, f"Bad Request: message {'caption ' if name == 'caption' else ''}is too long")
    if len(entities) > 100:  # the platform drops the surplus in silence; here nobody should come so far
        raise Refusal(400, "Bad Request: too many entities")
    return text, entities


def keyboard_of(markup: dict[str, Any]) -> Keyboard:
    """Rows of (label, what the press brings: the data, an address, or copy:TEXT)."""
    rows = tuple(tuple((b["text"], _does(b)) for b in row) for row in markup.get("inline_keyboard", []))
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise Refusal(400, "Bad Request: reply markup is too long")
    return rows


def _does(button: dict[str, Any]) -> str:
    if not set(button["text"]) - BLANK:
        raise Refusal(400, "Bad Request: inline keyboard button text is empty")
    match {key: value for key, value in button.items() if key != "text"}:
        case {"callback_data": data, **rest} if not rest:
            if not 1 <= len(data.encode()) <= 64:
                raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
            return str(data)
        case {"url": url, **rest} if not rest:
            if not url.startswith(("http://", "https://", "tg://")) or " " in url:
                raise Refusal(400, f"Bad Request: inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
            return str(url)
        case {"switch_inline_query": words, **rest} if not rest:
            if len(words) > 256:
                raise Refusal(400, "Bad Request: BUTTON_TYPE_INVALID")
            return f"share:{words}"
        case {"copy_text": {"text": words}, **rest} if not rest:
            if not 1 <= utf16(words) <= 256:
                raise Refusal(400, "Bad Request: BUTTON_COPY_TEXT_INVALID")
            return f"copy:{words}"
        case _:
            raise Refusal(400, "Bad Request: text buttons are unallowed in the inline keyboard")


def is_silent(arguments: dict[str, Any]) -> bool:
    silent = arguments.get("disable_notification", False)
    if not isinstance(silent, bool):
        raise Refusal(400, 'Bad Request: field "disable_notification" must be of type Boolean')
    return silent
