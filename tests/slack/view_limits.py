"""Slack's documented limits on modals and Homes, as strict as the real thing, or stricter.

https://docs.slack.dev/reference/views, …/block-kit/blocks/input-block and …/block-kit/block-elements
"""

from typing import Any

from tests.slack.limits import is_text, is_valid, units

BLOCKS = 100
_SOME_TEXT = {"type": "plain_text", "text": "…"}


def fault_of(view: dict[str, Any]) -> str:
    """What is wrong with a view; "" for nothing."""
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not 0 < len(blocks) <= BLOCKS:
        return "blocks"
    if wrong := [block for block in blocks if not (_is_for(block, view["type"]) or _is_input(block))]:
        return f"a block: {wrong[0]}"
    if len(ids := [block["block_id"] for block in blocks if "block_id" in block]) != len(set(ids)):
        return "a block_id that is there twice"
    words = [view.get(name) for name in ("title", "submit", "close") if name in view]
    if not all(is_text(text, "plain_text", 24) for text in words) or (view["type"] == "modal" and "title" not in view):
        return "title, submit or close"
    if units(view.get("private_metadata", "")) > 3000 or len(view.get("callback_id", "")) > 255:
        return "private_metadata or callback_id"
    inputs = any(block["type"] == "input" for block in blocks)
    return "inputs without submit" if inputs and view["type"] == "modal" and "submit" not in view else ""


def _is_for(block: dict[str, Any], view: str) -> bool:
    """A block that may stand in such a view."""
    elsewhere = {"home": ("data_visualization",), "modal": ("data_visualization", "table")}[view]
    return block.get("type") not in elsewhere and is_valid(block)


def _is_input(block: dict[str, Any]) -> bool:
    match block:
        case {"type": "input", "block_id": str(), "label": label, "element": element, **rest}:
            hint = is_text(rest.get("hint", _SOME_TEXT), "plain_text", 2000)
            named = rest.keys() <= {"hint", "optional", "dispatch_action"}
            return named and hint and is_text(label, "plain_text", 2000) and _is_element(element)
    return False


def _is_element(element: dict[str, Any]) -> bool:
    placeholder = is_text(element.get("placeholder", _SOME_TEXT), "plain_text", 150)
    match element:
        case {"type": "plain_text_input", "action_id": str(), **rest}:
            named = {"placeholder", "initial_value", "max_length", "dispatch_action_config"}
            when = (rest.get("dispatch_action_config") or {}).get("trigger_actions_on", ["on_enter_pressed"])
            known = {"on_enter_pressed", "on_character_entered"}
            return rest.keys() <= named and placeholder and rest.get("max_length", 1) <= 3000 and set(when) <= known
        case {"type": "conversations_select", "action_id": str(), **rest}:
            named = {"placeholder", "initial_conversation", "filter"}
            include = (rest.get("filter") or {}).get("include", ["public"])
            return rest.keys() <= named and placeholder and set(include) <= {"public", "private", "im", "mpim"}
        case {"type": "static_select", "action_id": str(), "options": [*options], **rest}:
            chosen = rest.get("initial_option", options[0]) in options
            return rest.keys() <= {"placeholder", "initial_option"} and chosen and all(map(_is_option, options))
    return False


def _is_option(option: dict[str, Any]) -> bool:
    named = set(option) == {"text", "value"}
    return named and is_text(option["text"], "plain_text", 75) and len(option["value"]) <= 150
