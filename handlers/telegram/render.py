"""Message -> the pieces that Telegram takes: HTML, buttons, one preview. Pure; the only place that makes its markup."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlsplit

from handlers.messages import (
    Bullets,
    Button,
    Buttons,
    Facts,
    File,
    Heading,
    Line,
    Link,
    Message,
    Part,
    Quiet,
    Span,
    Strong,
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
    is_blank,
    measure,
    pack,
    safe,
    text_of,
    typed,
)

COMMAND_LIMIT = 64  # bytes of callback data
URL_LIMIT = 2048
LABEL_LIMIT = 64  # longer ones are cut by every client
NARROW = 18  # characters up to which two buttons share a row on a phone
KEYBOARD_LIMIT = 40  # rows; the platform takes 100 buttons, nobody reads them
_LINKED = re.compile(r'<a href="([^"]*)">(.*?)</a>')
_TAG = re.compile(r"</?\w[^>]*>")


@dataclass(frozen=True, slots=True)
class Piece:
    """One message to send. `keyboard` is rows of buttons; `preview` the address to preview ("" for none).

    With a `file` the text is its caption, which may be empty.
    """

    html: str
    keyboard: tuple[tuple[Button, ...], ...] = ()
    preview: str = ""
    file: File | None = None

    @property
    def plain(self) -> str:
        """The same without markup, for when the platform can't read ours: addresses stand behind their labels."""
        bare = html.unescape(_TAG.sub("", _LINKED.sub(r"\2 (\1)", self.html)))
        return cut_text(bare, CAPTION_LIMIT if self.file else TEXT_LIMIT)[0]


def render(message: Message) -> tuple[Piece, ...]:
    """At least one piece, at most three; the first carries the preview, the last the buttons. Files come after them.

    The first file carries the text, where that is short enough for a caption.
    """
    pressed = _pressable(message.parts)
    blocks = tuple(_blocks(message.parts, pressed)) or (Block((_fallback(message),)),)
    texts = pack(blocks)
    pieces = [Piece("".join(run.html for run in runs)) for runs in texts]
    pieces[0] = replace(pieces[0], preview=_web(message.preview))
    pieces[-1] = replace(pieces[-1], keyboard=tuple(islice(_keyboard(message.parts, pressed), KEYBOARD_LIMIT)))
    files = [part for part in message.parts if isinstance(part, File)]
    if files and len(texts) == 1 and measure(texts[0]) <= CAPTION_LIMIT and not pieces[0].preview:
        pieces[0] = replace(pieces[0], file=files.pop(0))
    return (*pieces, *(Piece("", file=file) for file in files))


def _fallback(message: Message) -> Runs:
    return (Run("…" if is_blank(safe(message.summary)) else safe(message.summary)),)


# Parts to lines


def _blocks(parts: tuple[Part, ...], pressed: frozenset[Button]) -> Iterator[Block]:
    gap = ""
    for part in parts:
        lines = tuple(line for line in _lines(part, pressed) if not is_blank(text_of(line)))
        if lines:
            yield Block(lines, gap)
            gap = "\n" if isinstance(part, Heading) else "\n\n"


def _lines(part: Part, pressed: frozenset[Button]) -> Iterator[Runs]:
    match part:
        case Heading(text, url):
            yield (_link(text, url, "b"),)
        case Text(line):
            yield _runs(line)
        case Bullets(items):
            yield from ((Run("• "), *_runs(item)) for item in items if _runs(item))
        case Facts(pairs):
            yield from ((Run(safe(name), "b"), Run(": "), *_runs(value)) for name, value in pairs)
        case Buttons(row):
            yield from (_to_type(button) for button in row if button not in pressed and not part.minor)
        case File():
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
        case Link(label, url):
            return _link(label, url)
        case _:
            return Run(safe(span))


def _link(label: str, url: str, tag: str = "") -> Run:
    return Run(safe(url if is_blank(safe(label)) else label), tag, _web(url))


def _web(url: str) -> str:
    """The address if a browser may be sent there, else "": a label never hides javascript:, tg: or a bad address."""
    url = url.strip()
    if len(url) > URL_LIMIT or url != typed(url) or " " in url:
        return ""
    try:
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


# Buttons


def _pressable(parts: tuple[Part, ...]) -> frozenset[Button]:
    """The buttons whose command fits into the platform's 64 bytes; the others are shown to be typed."""
    buttons = [button for part in parts if isinstance(part, Buttons) for button in part.row]
    return frozenset([button for button in buttons if _fits(button.command)][:KEYBOARD_LIMIT])


def _fits(command: str) -> bool:
    return command == typed(command) and not is_blank(command) and len(command.encode()) <= COMMAND_LIMIT


def _keyboard(parts: tuple[Part, ...], pressed: frozenset[Button]) -> Iterator[tuple[Button, ...]]:
    for part in parts:
        if isinstance(part, Buttons):
            yield from _rows([_labelled(button) for button in part.row if button in pressed])


def _labelled(button: Button) -> Button:
    label = typed(button.label).strip()
    return replace(button, label=cut_text(button.command if is_blank(label) else label, LABEL_LIMIT)[0])


def _rows(buttons: list[Button]) -> Iterator[tuple[Button, ...]]:
    while buttons:
        pair = tuple(buttons[:2])
        count = 2 if all(len(button.label) <= NARROW for button in pair) else 1
        yield pair[:count]
        buttons = buttons[count:]
