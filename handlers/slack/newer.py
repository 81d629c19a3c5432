"""Slack's newer kinds of blocks: cards and tables, within their documented limits; pure. Charts are in `charts`.

What is documented, and where, as looked up in November 2026 (https://docs.slack.dev/reference/block-kit/blocks/…, which
slack_sdk 3.47 repeats in slack_sdk.models.blocks; and the guides of https://github.com/slackapi/slack-skills-plugin):

    card                title and subtitle 150 characters, body 200, texts in mrkdwn; 3 buttons and nothing else to
    (card-block)        press; in messages, modals and Home. A bare string as a text is refused.
    table               one in a message; 100 rows with the head, 20 cells a row, 10,000 characters in all; cells are
    (table-block)       raw_text, raw_number or rich_text, never empty; each of column_settings an object. In messages
                        and Home, not in modals.
    data_visualization  title 50 characters; two in a message; a line, bar or area chart has series with names of 20
    (data-visualization characters, each with one value for every category, at most 20 of these with 20 characters;
     -block, since      labels of axes 50. Series: 6 by the block's page, 12 by the newer guides. Charts of intervals
     June 2026)         or of marks: none. In messages; in Home too by the guides, not by the page, so not here.
    alert, carousel     alerts are for modals alone, where ours has words at its fields; carousels hold cards to choose
                        from sideways, which hides what a list shows: neither is used.
    overflow            1 to 5 options, a text of 75 characters and a value of 150 each; in actions and as a section's
                        accessory, not in cards.

A workspace that doesn't have a kind yet refuses the whole message: `kinds` tells what is done then.
"""

from collections.abc import Sequence
from typing import Final

from handlers.messages import Button, Heading, Line, Link, Quiet, Span, Strong, Table, Typed
from handlers.slack import mrkdwn
from handlers.slack.objects import Block, button, fitted

CARD: Final = "card"
TABLE: Final = "table"
CHART: Final = "data_visualization"

TITLE_LIMIT: Final = 150
BODY_LIMIT: Final = 200
CARD_BUTTONS: Final = 3
ROWS_LIMIT: Final = 100
COLUMNS_LIMIT: Final = 20
CELLS_LIMIT: Final = 5_000  # characters, so that there is room for words beside it
_CELL: Final = 600  # characters, so that one cell is no wall of text
_NOTHING: Final = "–"  # in an empty cell, as Slack takes no empty one


def card(title: Heading, byline: Line, body: Line, buttons: Sequence[Button], number: str) -> Block | None:
    """A card with the first of these buttons; None where an address has no room in it, as people need that most."""
    head, said = fitted((Link(title.text, title.url),), TITLE_LIMIT), fitted(body, BODY_LIMIT)
    links = [title.url, *(span.url for span in body if isinstance(span, Link))]
    if not (head["text"].strip() and said["text"].strip()) or not all(
        _is_in(url, head["text"] + said["text"]) for url in links
    ):
        return None
    block: Block = {"type": CARD, "title": head}
    if (below := fitted(tuple(map(_loud, byline)), TITLE_LIMIT))["text"].strip():
        block["subtitle"] = below
    block["body"] = said
    if buttons:
        block["actions"] = [button(one, f"{number}.{n}") for n, one in enumerate(buttons[:CARD_BUTTONS])]
    return block


def _is_in(url: str, shown: str) -> bool:
    return f"<{mrkdwn.address(url)}|" in shown if mrkdwn.address(url) else True


def _loud(span: Span) -> Span:
    """Without a style, where the place has one."""
    return span.text if isinstance(span, Quiet) else span


def table(part: Table) -> Block | None:
    """None where it has more rows or columns than Slack takes, or more words than leave room for others."""
    rows = [[_cell((name,)) for name in part.head], *([_cell(cell) for cell in row] for row in part.rows)]
    columns = len(part.head)
    if not part.rows or len(rows) > ROWS_LIMIT or not 0 < columns <= COLUMNS_LIMIT:
        return None
    if any(len(row) != columns for row in rows) or cells_size(rows) > CELLS_LIMIT:
        return None
    settings = [{"is_wrapped": True}, *({"is_wrapped": True, "align": _align(part, n)} for n in range(1, columns))]
    return {"type": TABLE, "column_settings": settings, "rows": rows}


def cells_size(rows: Sequence[Sequence[Block]]) -> int:
    """Characters in all cells, as they are seen."""
    return sum(mrkdwn.size(piece["text"]) for row in rows for cell in row for piece in cell["elements"][0]["elements"])


def _align(part: Table, column: int) -> str:
    """Figures stand right, under each other."""
    cells = ["".join(map(_words, row[column])) for row in part.rows]
    figures = all(cell.lstrip("+-−★ ")[:1].isdigit() for cell in cells if cell)
    return "right" if figures and any(cells) else "left"


def _cell(line: Line) -> Block:
    """Rich text, in which nothing that strangers wrote is markup, so that nothing in it is escaped."""
    pieces, room = list[Block](), _CELL
    for span in line:
        words = _cut(mrkdwn.plain(_words(span)).replace("\n", " "), room)
        if words:
            pieces.append(_piece(span, words))
            room -= mrkdwn.size(words)
    if not any(piece["text"].strip() for piece in pieces):
        pieces = [{"type": "text", "text": _NOTHING}]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": pieces}]}


def _piece(span: Span, words: str) -> Block:
    match span:
        case Link(_, url) if target := mrkdwn.address(url).replace("&amp;", "&"):
            return {"type": "link", "url": target, "text": words}
        case Strong():
            return {"type": "text", "text": words, "style": {"bold": True}}
        case Quiet():
            return {"type": "text", "text": words, "style": {"italic": True}}
        case Typed():
            return {"type": "text", "text": mrkdwn.to_type(words), "style": {"code": True}}
    return {"type": "text", "text": words}


def _words(span: Span) -> str:
    match span:
        case str():
            return span
        case Link(label, url):
            return label if mrkdwn.one_line(label) else url
    return span.text


def _cut(words: str, room: int) -> str:
    if mrkdwn.size(words) <= room:
        return words
    while words and mrkdwn.size(words) >= room:
        words = words[: -max((mrkdwn.size(words) - room) // 2, 1)]
    return f"{words}…" if words else ""
