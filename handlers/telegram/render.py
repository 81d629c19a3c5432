"""Message -> the pieces that Telegram takes: HTML, buttons, one preview. Pure; the only place that makes its markup."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from handlers.invitations import payload_of
from handlers.messages import (
    Bullets,
    Button,
    Buttons,
    Chart,
    Code,
    Copy,
    Facts,
    File,
    Folded,
    Heading,
    Image,
    Invite,
    Line,
    Link,
    Maths,
    Message,
    Part,
    Pressable,
    Quiet,
    Share,
    Span,
    Strong,
    Table,
    Text,
    Typed,
)
from handlers.telegram.layout import (
    CAPTION_LIMIT,
    TEXT_LIMIT,
    Block,
    Run,
    Runs,
    cut_text,
    escape,
    is_blank,
    measure,
    pack,
    preformatted,
    safe,
    text_of,
    typed,
    units,
)
from handlers.telegram.rich import rich
from handlers.telegram.urls import web

COMMAND_LIMIT = 64  # bytes of callback data
HERE = "."  # before the command of a button whose answer takes the message's place
COPY_LIMIT = 256  # characters
SHARED_LIMIT = 256  # characters
LABEL_LIMIT = 64  # longer ones are cut by every client
SHOWN_WHOLE = {4: 6, 3: 10, 2: 18}  # so many buttons share a row, and a phone shows so many characters of each
KEYBOARD_LIMIT = 40  # rows; the platform takes 100 buttons, nobody reads them
_LINKED = re.compile(r'<a href="([^"]*)">(.*?)</a>')
_UNCOPIED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_TAG = re.compile(r"</?\w[^>]*>")


@dataclass(frozen=True, slots=True)
class Piece:
    """One message to send. `keyboard` is rows of buttons; `preview` the address to preview ("" for none).

    With a `file`, which may be a picture, the text is its caption, and may be empty. `rich` says all of the message
    where the platform takes that; it stands on the first piece, and stands for all of them.
    """

    html: str
    keyboard: tuple[tuple[Pressable, ...], ...] = ()
    preview: str = ""
    file: File | Image | None = None
    rich: str = ""

    @property
    def plain(self) -> str:
        """The same without markup, for when the platform can't read ours: addresses stand behind their labels."""
        bare = html.unescape(_TAG.sub("", _LINKED.sub(r"\2 (\1)", self.html)))
        return cut_text(bare, CAPTION_LIMIT if self.file else TEXT_LIMIT)[0]


def render(message: Message) -> tuple[Piece, ...]:
    """At least one piece, at most three; the first carries the preview, the last the buttons. Files come after them.

    The first file or picture carries the text, where that is short enough for a caption.
    """
    pressed = _pressable(message.parts)
    blocks = tuple(_blocks(message.parts, pressed)) or (Block((_fallback(message),)),)
    texts = pack(blocks)
    pieces = [Piece("".join(run.html for run in runs)) for runs in texts]
    pieces[0] = replace(pieces[0], preview=web(message.preview))
    pieces[-1] = replace(pieces[-1], keyboard=tuple(islice(_keyboard(message.parts, pressed), KEYBOARD_LIMIT)))
    files = [part for part in message.parts if isinstance(part, File | Image)]
    if files and len(texts) == 1 and measure(texts[0]) <= CAPTION_LIMIT and not pieces[0].preview:
        pieces[0] = replace(pieces[0], file=files.pop(0))
    if not files and not any(piece.file for piece in pieces):
        pieces[0] = replace(pieces[0], rich=rich(message))
    return (*pieces, *(Piece(_caption(file), file=file) for file in files))


def _caption(file: File | Image) -> str:
    """What a file says that has no text with it; a picture tells those who can't see it what it shows."""
    return escape(cut_text(safe(file.alt), CAPTION_LIMIT)[0]) if isinstance(file, Image) else ""


def _fallback(message: Message) -> Runs:
    return (Run("…" if is_blank(safe(message.summary)) else safe(message.summary)),)


# Parts to lines


def _blocks(parts: tuple[Part, ...], pressed: frozenset[Pressable]) -> Iterator[Block]:
    gap = ""
    for part in parts:
        lines = tuple(line for line in _lines(part, pressed) if not is_blank(text_of(line)))
        if lines:
            yield Block(lines, gap)
            gap = "\n" if isinstance(part, Heading) else "\n\n"


def _lines(part: Part, pressed: frozenset[Pressable]) -> Iterator[Runs]:
    match part:
        case Heading(text, url):
            yield (_link(text, url, "b"),)
        case Text(line):
            yield _runs(line)
        case Bullets(lines) | Table(lines=lines):
            yield from ((Run("• "), *_runs(line)) for line in lines if _runs(line))
        case Folded(opened=parts):
            yield from (line for inner in parts for line in _lines(inner, pressed))
        case Facts(pairs):
            yield from ((Run(safe(name), "b"), Run(": "), *_runs(value)) for name, value in pairs)
        case Code(content):
            yield (Run(preformatted(content), "pre"),)
        case Buttons():
            yield from (_to_type(button) for button in part.commands if button not in pressed and not part.minor)
        case Chart():
            yield _runs(part.instead)
        case File() | Image():
            yield from ()


def _to_type(button: Button) -> Runs:
    label, command = safe(button.label).strip(), typed(button.command).strip()
    return (Run(f"{label}: " if label else ""), Run(command, "code")) if command else ()


def _runs(line: Line) -> Runs:
    return tuple(run for run in map(_run, line) if run.text)


def _run(span: Span) -> Run:
    match span:
        case Strong(text):
            return Run(safe(text), "b")
        case Quiet(text):
            return Run(safe(text), "i")
        case Typed(text):
            return Run(typed(text), "code")
        case Maths():
            return Run(safe(span.text))
        case Link(label, url):
            return _link(label, url)
        case _:
            return Run(safe(span))


def _link(label: str, url: str, tag: str = "") -> Run:
    return Run(safe(url if is_blank(safe(label)) else label), tag, web(url))


# Buttons


def _pressable(parts: tuple[Part, ...]) -> frozenset[Pressable]:
    """The buttons that the platform takes; the others are shown to be typed, where they can be."""
    buttons = [button for part in parts if isinstance(part, Buttons) for button in part.row]
    return frozenset([button for button in buttons if _fits(button)][:KEYBOARD_LIMIT])


def _fits(button: Pressable) -> bool:
    match button:
        case Button():
            return button.command == typed(button.command) and not is_blank(button.command) and _has_room(button)
        case Copy():
            return 0 < units(button.content) <= COPY_LIMIT and not _UNCOPIED.search(button.content)
        case Invite():
            return button.group or bool(payload_of(button.words))
        case Share():
            return len(button.words) <= SHARED_LIMIT and button.words == typed(button.words)


def _has_room(button: Button) -> bool:
    return len(callback_data(button).encode()) <= COMMAND_LIMIT


def callback_data(button: Button) -> str:
    """What a press brings back to us."""
    return (HERE if button.here else "") + button.command


def _keyboard(parts: tuple[Part, ...], pressed: frozenset[Pressable]) -> Iterator[tuple[Pressable, ...]]:
    for part in parts:
        if isinstance(part, Buttons):
            yield from _rows([_labelled(button) for button in part.row if button in pressed])


def _labelled(button: Pressable) -> Pressable:
    label = typed(button.label).strip()
    instead = button.command if isinstance(button, Button) else "…"
    return replace(button, label=cut_text(instead if is_blank(label) else label, LABEL_LIMIT)[0])


def _rows(buttons: list[Pressable]) -> Iterator[tuple[Pressable, ...]]:
    """As many side by side as a phone shows whole; those of a row are equally wide."""
    while buttons:
        count = next((n for n, most in SHOWN_WHOLE.items() if _share_a_row(buttons[:n], n, most)), 1)
        yield tuple(buttons[:count])
        buttons = buttons[count:]


def _share_a_row(buttons: list[Pressable], count: int, most: int) -> bool:
    return len(buttons) == count and all(len(button.label) <= most for button in buttons)
