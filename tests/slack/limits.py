"""Slack's documented limits on blocks, and what would ring people: as strict as the real thing, or stricter.

https://docs.slack.dev/reference/block-kit/blocks and …/composition-objects/text-object
"""

import re
from collections.abc import Iterator
from typing import Any

from tests.slack.newer_limits import (
    CHARTS,
    NEWER,
    TABLE_CHARACTERS,
    cells_size,
    is_card,
    is_chart,
    is_table,
)
from tests.slack.newer_limits import units as units

BLOCKS = 50
SUM = 13_200  # where msg_blocks_too_long begins, as measured
_RINGS = re.compile(r"<(?:!(?:channel|here|everyone|subteam)|@|#)[^>]*>")
_RINGS_UNLESS_VERBATIM = re.compile(r"@(?:channel|here|everyone)\b")
_MARKUP = re.compile(r"<[^<>]*>")
_LINK = re.compile(r"<https?://[^\s<>|]+(?:\|[^<>|]+)?>")


def message_fault(body: dict[str, Any], takes: frozenset[str] = NEWER) -> str:
    """Slack's error for a message, in a workspace that takes such newer kinds of blocks; "" when it is fine."""
    if not isinstance(body.get("text"), str) or not body["text"].strip():
        return "no_text"
    if units(body["text"]) > 40_000:
        return "msg_too_long"
    return fault_of(body["blocks"], takes=takes) if body.get("blocks") is not None else ""


def refused(error: str, body: dict[str, Any], takes: frozenset[str]) -> dict[str, Any]:
    """The answer to a call, with what is wrong with the blocks."""
    told = sentences(body["blocks"], takes=takes) if error == "invalid_blocks" else []
    return {"ok": False, "error": error, **({"response_metadata": {"messages": told}} if told else {})}


def fault_of(blocks: object, *, takes: frozenset[str] = NEWER) -> str:
    """Slack's error for these blocks, in a workspace that takes such newer ones; "" when they are fine."""
    if not isinstance(blocks, list) or not blocks or len(blocks) > BLOCKS or sentences(blocks, takes=takes):
        return "invalid_blocks"
    kinds = [block["type"] for block in blocks]
    if kinds.count("table") > 1:
        return "invalid_attachments"  # Slack's word for it
    if kinds.count("data_visualization") > CHARTS or cells_size(blocks) > TABLE_CHARACTERS:
        return "invalid_blocks"
    return "msg_blocks_too_long" if sum(map(units, _words(blocks))) > SUM else ""


def sentences(blocks: list[Any], *, takes: frozenset[str] = NEWER) -> list[str]:
    """What Slack says of each block that it doesn't take, in its form."""
    wrong = [
        f"[ERROR] something is wrong [json-pointer:/blocks/{n}/text]"
        for n, block in enumerate(blocks)
        if not (isinstance(block, dict) and is_valid(block))
    ]
    return unsupported(blocks, takes=takes) + wrong


def unsupported(blocks: list[Any], *, takes: frozenset[str], at: str = "/blocks") -> list[str]:
    kinds = [block.get("type") if isinstance(block, dict) else "" for block in blocks]
    found = [(n, kind) for n, kind in enumerate(kinds) if kind in NEWER - takes]
    return [f"[ERROR] unsupported type: {kind} [json-pointer:{at}/{n}/type]" for n, kind in found]


def is_valid(block: dict[str, Any]) -> bool:
    """A block of a message."""
    match block:
        case {"type": "header", "text": text, **rest}:
            return not rest and is_text(text, "plain_text", 150)
        case {"type": "divider", **rest}:
            return not rest
        case {"type": "section", "text": text, **rest}:
            beside = "accessory" not in rest or _is_menu(rest.pop("accessory"))
            return not rest and beside and is_text(text, "mrkdwn", 3000)
        case {"type": "context", "elements": [*texts_], **rest}:
            return not rest and 1 <= len(texts_) <= 10 and all(is_text(text, "mrkdwn", 3000) for text in texts_)
        case {"type": "actions", "elements": [*buttons], **rest}:
            ids = {button.get("action_id") for button in buttons}
            well = all(_is_button(button) or _is_menu(button) for button in buttons)
            return not rest and 1 <= len(buttons) <= 25 and len(ids) == len(buttons) and well
        case {"type": "card"}:
            return is_card(block, is_text, _is_button)
        case {"type": "table"}:
            return is_table(block)
        case {"type": "data_visualization"}:
            return is_chart(block)
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


def _is_menu(element: object) -> bool:
    match element:
        case {"type": "overflow", "action_id": str(id_), "options": [*options], **rest}:
            return not rest and 0 < len(id_) <= 255 and 1 <= len(options) <= 5 and all(map(_is_option, options))
    return False


def _is_option(option: object) -> bool:
    match option:
        case {"text": text, "value": str(value), **rest}:
            return not rest and is_text(text, "plain_text", 75) and 0 < units(value) <= 150
    return False


def _sendable(words: str) -> bool:
    """Control characters and lone surrogates aren't; every bracket belongs to a well-formed link or mention."""
    if re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", words):
        return False
    return not re.search("[<>]", _MARKUP.sub("", words))


def texts(blocks: object) -> Iterator[dict[str, Any]]:
    """All text objects in these blocks. The cells of tables are rich text, where nothing written is markup."""
    if isinstance(blocks, list):
        for block in blocks:
            yield from texts(block)
    elif isinstance(blocks, dict):
        if isinstance(blocks.get("text"), str) and blocks.get("type") in ("plain_text", "mrkdwn"):
            yield blocks
        for value in blocks.values():
            yield from texts(value)


def _words(blocks: object) -> Iterator[str]:
    """All that is to be read in these blocks."""
    if isinstance(blocks, list):
        for block in blocks:
            yield from _words(block)
    elif isinstance(blocks, dict):
        yield from (blocks[name] for name in ("text", "title", "label") if isinstance(blocks.get(name), str))
        for value in blocks.values():
            yield from _words(value)


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
