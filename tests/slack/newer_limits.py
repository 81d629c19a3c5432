"""Slack's documented limits on its newer kinds of blocks, as strict as the real thing, or stricter where it is vague.

https://docs.slack.dev/reference/block-kit/blocks/card-block, …/table-block and …/data-visualization-block
"""

from collections.abc import Callable
from math import isfinite
from typing import Any, Final

Json = dict[str, Any]
Check = Callable[..., bool]

NEWER: Final = frozenset({"card", "table", "data_visualization"})
TABLE_CHARACTERS: Final = 10_000
CHARTS: Final = 2


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_card(block: Json, is_text: Check, is_button: Check) -> bool:
    """`is_text` and `is_button` are those of all blocks."""
    texts = {"title": 150, "subtitle": 150, "body": 200}
    if block.keys() - {"type", "actions", *texts} or not block.keys() & {"title", "body", "actions"}:
        return False
    buttons = block.get("actions", [None])
    well = [is_text(block[name], "mrkdwn", limit) for name, limit in texts.items() if name in block]
    ids = [button.get("action_id") for button in buttons if button]
    pressed = "actions" not in block or (all(map(is_button, buttons)) and len(set(ids)) == len(ids))
    return all(well) and pressed and 1 <= len(buttons) <= 3


def is_table(block: Json) -> bool:
    rows, settings = block.get("rows"), block.get("column_settings", [])
    if block.keys() - {"type", "rows", "column_settings"} or not isinstance(rows, list) or not 1 <= len(rows) <= 100:
        return False
    columns = {len(row) for row in rows}
    well = len(columns) == 1 and 1 <= columns.pop() <= 20 and len(settings) <= 20
    return well and all(map(_is_column, settings)) and all(_is_cell(cell) for row in rows for cell in row)


def _is_column(settings: object) -> bool:
    if not isinstance(settings, dict) or not settings or settings.keys() - {"align", "is_wrapped"}:
        return False
    return settings.get("align", "left") in ("left", "center", "right") and settings.get("is_wrapped") in (None, True)


def _is_cell(cell: Json) -> bool:
    match cell:
        case {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [_, *_] as pieces, **more}]}:
            return cell.keys() == {"type", "elements"} and not more and all(map(_is_piece, pieces))
    return False


def _is_piece(piece: object) -> bool:
    match piece:
        case {"type": "text", "text": str(text), **rest}:
            return bool(text) and _is_style(rest)
        case {"type": "link", "url": str(url), "text": str(text), **rest}:
            return bool(text) and url.startswith(("http://", "https://")) and units(url) <= 3000 and _is_style(rest)
    return False


def _is_style(rest: dict[Any, Any]) -> bool:
    return not rest or (rest.keys() == {"style"} and set(rest["style"]) <= {"bold", "italic", "code"})


def cells_size(blocks: list[Json]) -> int:
    """Characters in the cells of all tables."""
    tables = [block for block in blocks if block.get("type") == "table"]
    cells = [cell for table in tables for row in table["rows"] for cell in row]
    return sum(units(piece["text"]) for cell in cells for piece in cell["elements"][0]["elements"])


def is_chart(block: Json) -> bool:
    title, chart = block.get("title"), block.get("chart")
    if block.keys() != {"type", "title", "chart"} or not isinstance(title, str) or not isinstance(chart, dict):
        return False
    if chart.keys() != {"type", "series", "axis_config"} or chart["type"] not in ("line", "bar", "area"):
        return False
    named = bool(title.strip()) and units(title) <= 50
    return named and _is_axes(chart["axis_config"]) and _are_series(chart["series"], chart["axis_config"]["categories"])


def _is_axes(axes: object) -> bool:
    match axes:
        case {"categories": [str(), *_] as names, **rest}:
            labels = [str(rest.get("x_label", "…")), str(rest.get("y_label", "…"))]
            well = all(_is_label(name) for name in names) and len(names) <= 20 and len(set(names)) == len(names)
            return well and rest.keys() <= {"x_label", "y_label"} and all(0 < units(label) <= 50 for label in labels)
    return False


def _are_series(series: object, categories: list[str]) -> bool:
    if not isinstance(series, list) or not 1 <= len(series) <= 6:
        return False
    if not all(isinstance(one, dict) and one.keys() == {"name", "data"} and _is_label(one["name"]) for one in series):
        return False
    unique = len({one["name"] for one in series}) == len(series)
    return unique and all(
        [point["label"] for point in one["data"]] == categories and _are_points(one) for one in series
    )


def _are_points(series: Json) -> bool:
    values = [point["value"] for point in series["data"] if point.keys() == {"label", "value"}]
    numbers = all(
        isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) for value in values
    )
    return numbers and len(values) == len(series["data"])


def _is_label(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip()) and units(text) <= 20
