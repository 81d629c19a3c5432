"""Slack's blocks as lines of a transcript."""

import html
import re
import textwrap
from collections.abc import Iterator
from typing import Any, Final

WIDTH: Final = 60
_LINK: Final = re.compile(r"<[^<>|]+\|([^<>]*)>")


def lines_of(block: dict[str, Any]) -> Iterator[str]:
    match block:
        case {"type": "actions", "elements": elements}:
            yield from wrapped(_row(elements))
        case {"type": "input", "label": label, "element": element}:
            yield f"{label['text']} ({element['type'].replace('_', ' ')})"
        case {"type": "context", "elements": elements}:
            for element in elements:
                yield from wrapped(element["text"])
        case {"type": "header", "text": text}:
            yield from wrapped(f"# {text['text']}")
        case {"text": text}:
            beside = f" {_row([block['accessory']])}" if "accessory" in block else ""
            yield from wrapped(f"{text['text']}{beside}")
        case _:
            yield from _newer(block)


def _newer(block: dict[str, Any]) -> Iterator[str]:
    match block:
        case {"type": "card", "actions": actions}:
            texts = [block[name]["text"] for name in ("title", "subtitle", "body") if name in block]
            yield "┌" + "─" * (WIDTH - 3)
            yield from (f"│ {line}" for text in texts for line in wrapped(text))
            yield f"│ {_row(actions)}"
            yield "└" + "─" * (WIDTH - 3)
        case {"type": "table", "rows": rows}:
            cells = [
                ["".join(piece["text"] for piece in cell["elements"][0]["elements"]) for cell in row] for row in rows
            ]
            widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
            for row in cells:
                yield " | ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        case {"type": "data_visualization", "title": title, "chart": chart}:
            yield from wrapped(f"({chart['type']} chart) {title}")
            for one in chart["series"]:
                told = ", ".join(f"{point['label']} {point['value']}" for point in one["data"])
                yield from wrapped(f"{one['name']}: {told}")


def _row(elements: list[dict[str, Any]]) -> str:
    return f"[ {' | '.join(map(_label, elements))} ]"


def _label(element: dict[str, Any]) -> str:
    if element["type"] == "overflow":
        return f"⋯ {', '.join(option['text']['text'] for option in element['options'])}"
    return str(element["text"]["text"])


def wrapped(text: str) -> Iterator[str]:
    plain = html.unescape(_LINK.sub(r"\1", text)).replace("\u200b", "")
    for line in plain.split("\n"):
        yield from textwrap.wrap(line, WIDTH - 2, break_long_words=False, break_on_hyphens=False) or [""]
