"""Slack's documented limits on blocks, and what would ring people: as strict as the real thing, or stricter.

https://docs.slack.dev/reference/block-kit/blocks and …/composition-objects/text-object
"""

import re
from collections.abc import Iterator
from typing import Any

BLOCKS = 50
SUM = 13_200  # where msg_blocks_too_long begins, as measured
_RINGS = re.compile(r"<(?:!(?:channel|here|everyone|subteam)|@|#)[^>]*>")
_RINGS_UNLESS_VERBATIM = re.compile(r"@(?:channel|here|everyone)\b")
_MARKUP = re.compile(r"<[^<>]*>")
_LINK = re.compile(r"<https?://[^\s<>|]+(?:\|[^<>|]+)?>")


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fault_of(blocks: object) -> str:
    """Slack's error for these blocks; "" when they are fine."""
    if not isinstance(blocks, list) or not blocks or len(blocks) > BLOCKS:
        return "invalid_blocks"
    if not all(isinstance(block, dict) and is_valid(block) for block in blocks):
        return "invalid_blocks"
    return "msg_blocks_too_long" if sum(units(text["text"]) for text in texts(blocks)) > SUM else ""


def is_valid(block: dict[str, Any]) -> bool:
    """A block of a message."""
    match block:
        case {"type": "header", "text": text, **rest}:
            return not rest and is_text(text, "plain_text", 150)
        case {"type": "divider", **rest}:
            return not rest
        case {"type": "section", "text": text, **rest}:
            return not rest and is_text(text, "mrkdwn", 3000)
        case {"type": "context", "elements": [*texts_], **rest}:
            return not rest and 1 <= len(texts_) <= 10 and all(is_text(text, "mrkdwn", 3000) for text in texts_)
        case {"type": "actions", "elements": [*buttons], **rest}:
            ids = {button.get("action_id") for button in buttons}
            return not rest and 1 <= len(buttons) <= 25 and len(ids) == len(buttons) and all(map(_is_button, buttons))
    return False


def is_text(text: object, kind: str, limit: int) -> bool:
    """Text that is nothing but unseen spaces counts as empty."""
    match text:
        case {"type": str(type_), "text": str(words), **rest}:
            allowed = {"verbatim"} if kind == "mrkdwn" else {"emoji"}
            seen = words.replace("\u200b", "").strip()
            return (
                type_ == kind and rest.keys() <= allowed and bool(seen) and units(words) <= limit and _sendable(words)
            )
    return False


def _is_button(button: object) -> bool:
    match button:
        case {"type": "button", "text": text, "action_id": str(id_), "value": str(value), **rest}:
            return not rest and is_text(text, "plain_text", 75) and 0 < len(id_) <= 255 and 0 < units(value) <= 2000
    return False


def _sendable(words: str) -> bool:
    """Control characters and lone surrogates aren't; every bracket belongs to a well-formed link or mention."""
    if re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", words):
        return False
    return not re.search("[<>]", _MARKUP.sub("", words))


def texts(blocks: object) -> Iterator[dict[str, Any]]:
    """All text objects in these blocks."""
    if isinstance(blocks, list):
        for block in blocks:
            yield from texts(block)
    elif isinstance(blocks, dict):
        if isinstance(blocks.get("text"), str):
            yield blocks
        for value in blocks.values():
            yield from texts(value)


def rung(payload: dict[str, Any]) -> list[str]:
    """Whom a message would ring: mentions anywhere, and bare ones wherever Slack would look for them by itself."""
    found: list[str] = []
    for text in [{**payload, "type": "mrkdwn", "verbatim": _names_stay(payload)}, *texts(payload.get("blocks") or [])]:
        found += _RINGS.findall(text["text"])
        if text["type"] == "mrkdwn" and not text.get("verbatim"):
            found += _RINGS_UNLESS_VERBATIM.findall(text["text"])
    return found


def _names_stay(payload: dict[str, Any]) -> bool:
    return payload.get("parse") in (None, "none") and not payload.get("link_names")


def odd_markup(text: str) -> list[str]:
    """What stands in angle brackets and is no link to click."""
    return [found for found in _MARKUP.findall(text) if not _LINK.fullmatch(found)]
