"""Message -> Slack's blocks and text, within the documented limits; pure.

A part becomes pieces (a piece is one block and how much it says); pieces are joined where there are too many, then cut
where they are too much, then built. The top-level text is the summary: notifications and screen readers read it alone.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Literal

from handlers.messages import (
    Bullets,
    Button,
    Buttons,
    Chart,
    Code,
    Facts,
    File,
    Folded,
    Heading,
    Image,
    Line,
    Link,
    Message,
    Part,
    Quiet,
    Table,
    Text,
)
from handlers.slack import mrkdwn

Block = dict[str, Any]  # Slack's own JSON, built at the very border
Kind = Literal["header", "section", "context", "actions"]

BLOCKS_LIMIT = 50
SECTION_LIMIT = 3000
HEADER_LIMIT = 150
SUM_LIMIT = 10_000  # all block texts of one message together; Slack refuses at about 13,200
TEXT_LIMIT = 4000
SUMMARY_LIMIT = 1000
ROW_LIMIT = 25
LABEL_LIMIT = 75
COMMAND_LIMIT = 2000
_NOTE_ROOM = 40

# How a button's action_id begins: its value is a command, and these say where the answer goes.
ACTION = "command:"
HERE = "here:"
SHARE = "share:"
IN = "in:"  # with the chat in which it is said


@dataclass(frozen=True, slots=True)
class Rendered:
    """`text` is one line; `whole` is everything as text, for when Slack refuses the blocks; `files` go beside it."""

    text: str
    blocks: tuple[Block, ...]
    whole: str
    files: tuple[File | Image, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: Kind
    text: str
    says: int = 1  # how many things are lost when it is left out; headings say nothing by themselves
    heads: int = 0  # how many headings with an address are in it: each stands for one paper
    label: str = ""  # of a header, whose block formats nothing
    row: tuple[Button, ...] = ()

    @property
    def size(self) -> int:
        return mrkdwn.size(self.text)

    @property
    def shown_size(self) -> int:
        """As a block; what a button types is no text of its block."""
        labels = sum(mrkdwn.size(_label(button.label, LABEL_LIMIT)) for button in self.row)
        return labels or mrkdwn.size(self.label) or self.size


def render(message: Message, *, most: int = BLOCKS_LIMIT) -> Rendered:
    """At most so many blocks."""
    pieces = [piece for part in message.parts for piece in _pieces(part) if piece.text.strip()]
    blocks = list(_joined(pieces)) if len(pieces) > most else pieces
    blocks = _cut(blocks, [piece.shown_size for piece in blocks], SUM_LIMIT, most)
    lines = _cut(pieces, [piece.size + 1 for piece in pieces], TEXT_LIMIT, len(pieces))
    summary = mrkdwn.fitted((mrkdwn.one_line(message.summary),), SUMMARY_LIMIT)
    text = summary or (pieces[0].text if pieces else "paperwire")  # Slack takes no message without a text
    files = tuple(part for part in message.parts if isinstance(part, File | Image))
    return Rendered(text, tuple(_built(blocks)), "\n".join(piece.text for piece in lines) or text, files)


def shareable(rendered: Rendered, label: str, command: str) -> Rendered:
    """With a button below that shows the answer to all, where there is room for it."""
    if not rendered.blocks or len(rendered.blocks) >= BLOCKS_LIMIT or mrkdwn.size(command) > COMMAND_LIMIT:
        return rendered
    button = _button(Button(label, command), "0", SHARE)
    return replace(rendered, blocks=(*rendered.blocks, {"type": "actions", "elements": [button]}))


def _pieces(part: Part) -> Iterable[_Piece]:
    match part:
        case Heading(text, url):
            return [_heading(text, url)]
        case Text(line) | Chart(instead=line):
            quiet = all(isinstance(span, Quiet) for span in line)
            return [_Piece("context" if quiet else "section", mrkdwn.fitted(line, SECTION_LIMIT))]
        case Bullets(lines) | Table(lines=lines):
            return _listed([("• ", line) for line in lines])
        case Folded(opened=parts):
            return [piece for inner in parts for piece in _pieces(inner)]
        case Facts(pairs):
            return _listed([(f"{_name(name)}: ", value) for name, value in pairs])
        case Buttons():
            sendable = map(_sendable, part.commands)
            return _rows([button for button in sendable if 0 < len(button.command) <= COMMAND_LIMIT])
        case Code(content):
            return [_Piece("section", mrkdwn.preformatted(content, SECTION_LIMIT))]
        case File() | Image():
            return []


def _heading(text: str, url: str) -> _Piece:
    if mrkdwn.address(url):
        return _Piece("section", f"*{mrkdwn.fitted((Link(text, url),), SECTION_LIMIT - 2)}*", says=0, heads=1)
    return _Piece("header", mrkdwn.marked("*", text[:HEADER_LIMIT]), says=0, label=_label(text, HEADER_LIMIT))


def _label(text: str, limit: int) -> str:
    """Plain text, which formats nothing; escaped all the same, as Slack decodes the three entities in every text."""
    text = mrkdwn.one_line(text)
    kept = text[:limit]
    while mrkdwn.size(shown := mrkdwn.escape(kept if kept == text else f"{kept}…")) > limit:
        kept = kept[:-1]
    return shown


def _name(name: str) -> str:
    return mrkdwn.marked("*", name[: SECTION_LIMIT // 10])


def _listed(rows: Sequence[tuple[str, Line]]) -> Iterator[_Piece]:
    lines = [mark + mrkdwn.fitted(line, SECTION_LIMIT - mrkdwn.size(mark)) for mark, line in rows]
    return _joined([_Piece("section", line) for line in lines])


def _sendable(button: Button) -> Button:
    command = mrkdwn.one_line(button.command)
    return replace(button, label=mrkdwn.one_line(button.label) or command, command=command)


def _rows(buttons: Sequence[Button]) -> Iterator[_Piece]:
    for start in range(0, len(buttons), ROW_LIMIT):
        row = tuple(buttons[start : start + ROW_LIMIT])
        typed = (f"{mrkdwn.literal(button.label)}: {mrkdwn.typed(button.command)}" for button in row)
        yield _Piece("actions", "\n".join(typed), len(row), row=row)


def _joined(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Neighbours that are running text, in as few sections as they fit."""
    last: _Piece | None = None
    for piece in pieces:
        if last and _both_run(last, piece) and last.size + piece.size < SECTION_LIMIT:
            text, heads = f"{last.text}\n{piece.text}", last.heads + piece.heads
            last = _Piece("section", text, last.says + piece.says, heads)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last


def _both_run(one: _Piece, other: _Piece) -> bool:
    return {one.kind, other.kind} <= {"section", "context"}


def _cut(pieces: list[_Piece], sizes: list[int], room: int, blocks: int) -> list[_Piece]:
    """What fits, in order; the rest is counted in a last line."""
    if sum(sizes) <= room and len(pieces) <= blocks:
        return pieces
    fitting = bisect_right(list(accumulate(sizes)), room - _NOTE_ROOM)
    kept = pieces[: min(fitting, blocks - 1)]
    while kept and not kept[-1].says:  # a heading without what it heads
        kept.pop()
    return [*kept, _rest(pieces[len(kept) :])]


def _rest(left: Sequence[_Piece]) -> _Piece:
    count = sum(piece.heads for piece in left) or sum(piece.says for piece in left) or len(left)
    return _Piece("context", f"… and {count} more")


def _built(pieces: Iterable[_Piece]) -> Iterator[Block]:
    for number, piece in enumerate(pieces):
        match piece.kind:
            case "header":
                yield {"type": "header", "text": plain_text(piece.label)}
            case "section":
                yield {"type": "section", "text": _mrkdwn(piece.text)}
            case "context":
                yield {"type": "context", "elements": [_mrkdwn(piece.text)]}
            case "actions":
                row = (_button(b, f"{number}.{n}", _way(b)) for n, b in enumerate(piece.row))
                yield {"type": "actions", "elements": [*row]}


def _way(button: Button) -> str:
    return f"{IN}{button.place}:" if button.place else HERE if button.here else ACTION


def plain_text(text: str) -> Block:
    """Words that format nothing, where Slack wants such."""
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(text: str) -> Block:
    # verbatim: otherwise Slack looks for @names and #channels in the text by itself
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _button(button: Button, number: str, action: str) -> Block:
    label = _label(button.label, LABEL_LIMIT)
    return {"type": "button", "text": plain_text(label), "action_id": f"{action}{number}", "value": button.command}
