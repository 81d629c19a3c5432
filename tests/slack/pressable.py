"""What can be pressed in a message or view: buttons in rows and in cards, and what is in menus."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pressable:
    label: str
    value: str
    action_id: str
    menu: bool = False

    @property
    def how(self) -> Json:
        """As the fake Slack is told to press it."""
        return {"action_id": self.action_id, "menu": self.menu}


def pressable(payload: Json) -> dict[str, Pressable]:
    """By their labels."""
    return {one.label: one for block in payload.get("blocks") or () for one in _of_block(block)}


def _of_block(block: Json) -> Iterator[Pressable]:
    beside = [block["accessory"]] if "accessory" in block else []
    for element in [*block.get("elements", ()), *block.get("actions", ()), *beside]:
        if element.get("type") == "button":
            yield Pressable(element["text"]["text"], element["value"], element["action_id"])
        elif element.get("type") == "overflow":
            for option in element["options"]:
                yield Pressable(option["text"]["text"], option["value"], element["action_id"], menu=True)
