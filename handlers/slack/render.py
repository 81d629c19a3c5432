"""Message -> Slack's blocks and text, within the documented limits; pure. Newer kinds of blocks where they are taken.

A part becomes pieces (a piece is one block and how much it says); pieces are joined where there are too many, then cut
where they are too much, then built. The top-level text is the summary: notifications and screen readers read it alone.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Literal

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
from handlers.slack.kinds import NONE, Taken
from handlers.slack.natives import Native, Shown, natives
from handlers.slack.objects import (
    COMMAND_LIMIT,
    SHARE,
    Block,
    Placed,
    button,
    formatted,
    label,
    menu,
    placed,
    plain_text,
)

Kind = Literal["header", "section", "context", "actions", "native"]

BLOCKS_LIMIT = 50
SECTION_LIMIT = 3000
HEADER_LIMIT = 150
SUM_LIMIT = 10_000  # all block texts of one message together; Slack refuses at about 13,200
TEXT_LIMIT = 4000
SUMMARY_LIMIT = 1000
ROW_LIMIT = 25
_NOTE_ROOM = 40


@dataclass(frozen=True, slots=True)
class Rendered:
    """`text` is one line; `whole` is everything as text, for when Slack refuses the blocks; `files` go beside it.

    `newer` are the newer kinds among its blocks; then `plain` makes the same without them.
    """

    text: str
    blocks: tuple[Block, ...]
    whole: str
    files: tuple[File | Image, ...] = ()
    newer: Taken = NONE
    plain: "Callable[[], Rendered] | None" = None


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: Kind
    text: str
    says: int = 1  # how many things are lost when it is left out; headings say nothing by themselves
    heads: int = 0  # how many headings with an address are in it: each stands for one paper
    label: str = ""  # of a header, whose block formats nothing
    row: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()
    block: Block | None = None  # of a newer kind
    extent: int = 0  # characters in that

    @property
    def size(self) -> int:
        return mrkdwn.size(self.text)

    @property
    def shown_size(self) -> int:
        """As a block; what a button types is no text of its block."""
        labels = sum(mrkdwn.size(label(one.label)) for one in (*self.row, *self.menu))
        words = 0 if self.kind == "actions" else self.extent or mrkdwn.size(self.label) or self.size
        return words + labels


def render(message: Message, taken: Taken = NONE, *, most: int = BLOCKS_LIMIT) -> Rendered:
    """At most so many blocks, of the newer kinds that are taken."""
    parts = natives(message, taken.kinds)
    pieces = _beside([piece for part in parts for piece in _shown(part) if piece.block or piece.text.strip()])
    blocks = list(_joined(pieces)) if len(pieces) > most else pieces
    blocks = _cut(blocks, [piece.shown_size for piece in blocks], SUM_LIMIT, most)
    lines = _cut(pieces, [piece.size + 1 for piece in pieces], TEXT_LIMIT, len(pieces))
    summary = mrkdwn.fitted((mrkdwn.one_line(message.summary),), SUMMARY_LIMIT)
    text = summary or (pieces[0].text if pieces else "paperwire")  # Slack takes no message without a text
    files = tuple(part for part in message.parts if isinstance(part, File | Image))
    used = frozenset(piece.block["type"] for piece in blocks if piece.block)
    newer = replace(taken, kinds=used) if used else NONE
    return Rendered(text, tuple(_built(blocks)), "\n".join(piece.text for piece in lines) or text, files, newer)


def shareable(rendered: Rendered, words: str, command: str) -> Rendered:
    """With a button below that shows the answer to all, where there is room for it."""
    if not rendered.blocks or len(rendered.blocks) >= BLOCKS_LIMIT or mrkdwn.size(command) > COMMAND_LIMIT:
        return rendered
    share = {"type": "actions", "elements": [button(Button(words, command), "0", SHARE)]}
    plain = rendered.plain
    also = (lambda: shareable(plain(), words, command)) if plain else None
    return replace(rendered, blocks=(*rendered.blocks, share), plain=also)


def _shown(part: Shown) -> Iterable[_Piece]:
    match part:
        case Native(block, extent, instead):
            said = "\n".join(piece.text for inner in instead for piece in _pieces(inner) if piece.text.strip())
            heads = sum(isinstance(inner, Heading) and bool(inner.url) for inner in instead)
            return [_Piece("native", said, heads=heads, block=block, extent=extent)]
        case Placed():
            return _rows(part)
        case _:
            return _pieces(part)


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
            return _rows(placed(part))
        case Code(content):
            return [_Piece("section", mrkdwn.preformatted(content, SECTION_LIMIT))]
        case File() | Image():
            return []


def _heading(text: str, url: str) -> _Piece:
    if mrkdwn.address(url):
        return _Piece("section", f"*{mrkdwn.fitted((Link(text, url),), SECTION_LIMIT - 2)}*", says=0, heads=1)
    return _Piece("header", mrkdwn.marked("*", text[:HEADER_LIMIT]), says=0, label=label(text, HEADER_LIMIT))


def _name(name: str) -> str:
    return mrkdwn.marked("*", name[: SECTION_LIMIT // 10])


def _listed(rows: Sequence[tuple[str, Line]]) -> Iterator[_Piece]:
    lines = [mark + mrkdwn.fitted(line, SECTION_LIMIT - mrkdwn.size(mark)) for mark, line in rows]
    return _joined([_Piece("section", line) for line in lines])


def _rows(buttons: Placed) -> Iterator[_Piece]:
    most = ROW_LIMIT - 1 if buttons.menu else ROW_LIMIT
    for start in range(0, len(buttons.standing) or len(buttons.menu), most):
        row, last = buttons.standing[start : start + most], start + most >= len(buttons.standing)
        behind = buttons.menu if last else ()
        typed = [f"{mrkdwn.literal(one.label)}: {mrkdwn.typed(one.command)}" for one in (*row, *behind)]
        yield _Piece("actions", "\n".join(typed), len(typed), row=row, menu=behind)


def _beside(pieces: list[_Piece]) -> list[_Piece]:
    """The menu of a card, where it is by itself, stands beside quiet words below that, and takes no line of its own."""
    alone = next((piece for piece in pieces if piece.menu and not piece.row), None)
    quiet = next((piece for piece in pieces if piece.kind == "context"), None)
    if not alone or not quiet:
        return pieces
    words = replace(quiet, kind="section", menu=alone.menu)
    return [words if piece is quiet else piece for piece in pieces if piece is not alone]


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
    return {one.kind, other.kind} <= {"section", "context"} and not (one.menu or other.menu)


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
                beside = {"accessory": menu(piece.menu, f"{number}.menu")} if piece.menu else {}
                yield {"type": "section", "text": formatted(piece.text), **beside}
            case "context":
                yield {"type": "context", "elements": [formatted(piece.text)]}
            case "actions":
                row = [button(one, f"{number}.{n}") for n, one in enumerate(piece.row)]
                yield {"type": "actions", "elements": row + [menu(piece.menu, f"{number}.menu")] * bool(piece.menu)}
            case "native":
                assert piece.block
                yield piece.block
