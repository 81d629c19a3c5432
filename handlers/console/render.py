"""Message -> text for a terminal or a pipe. Colours only where asked for; lines wrapped to the width."""

import re
from collections.abc import Iterable
from typing import Final

import click

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
    Maths,
    Message,
    Part,
    Quiet,
    Span,
    Strong,
    Table,
    Text,
    Typed,
)

_NARROWEST: Final = 40
_SPACE: Final = re.compile(r"[ \t\n\r\f\v]+")


def render(message: Message, *, width: int = 100, colour: bool = False) -> str:
    """The message as lines; addresses are never broken."""
    lines = [line for part in message.parts for line in _part(part, max(width, _NARROWEST), colour=colour)]
    return "\n".join(lines)


def _part(part: Part, width: int, *, colour: bool) -> Iterable[str]:
    match part:
        case Heading(words, url):
            yield from _wrap(_style(words, colour, bold=True), width)
            yield from [f"  {url}"] if url else []
        case Text(line) | Chart(instead=line):
            yield from _wrap(_spans(line, colour), width)
        case Bullets(lines) | Table(lines=lines):
            for line in lines:
                yield from _wrap(_spans(line, colour), width, first="  • ", rest="    ")
        case Folded(opened=parts):
            yield from (line for inner in parts for line in _part(inner, width, colour=colour))
        case Facts(pairs):
            yield from _facts(pairs, width, colour)
        case Buttons():
            yield from () if part.minor or not part.commands else _buttons(part.commands, width, colour)
        case File(_, content) | Code(content):
            yield from content.splitlines()
        case Image():
            yield from _wrap(part.alt, width)


def _facts(pairs: Iterable[tuple[str, Line]], width: int, colour: bool) -> Iterable[str]:
    room = max((len(name) for name, _ in pairs), default=0)
    for name, line in pairs:
        yield from _wrap(_spans(line, colour), width, first=f"  {name:<{room}}  ", rest=" " * (room + 4))


def _buttons(row: tuple[Button, ...], width: int, colour: bool) -> list[str]:
    """One command with what it is for; of several, what they are about stands above them."""
    if len(row) != 1:
        return _commands([button.command for button in row], width, colour)
    command = _style(row[0].command, colour, bold=True)
    return _wrap(f"{command} — {row[0].label}", width, first="  → ", rest="    ")


def _commands(commands: list[str], width: int, colour: bool) -> list[str]:
    """Several commands to choose from; none is broken in two."""
    glue = "\N{NO-BREAK SPACE}"
    typed = [_style(command.replace(" ", glue), colour, bold=True) for command in commands]
    return [line.replace(glue, " ") for line in _wrap(" · ".join(typed), width, first="  → ", rest="    ")]


def _spans(line: Line, colour: bool) -> str:
    return "".join(_span(span, colour) for span in line)


def _span(span: Span, colour: bool) -> str:
    match span:
        case str():
            return span
        case Maths():
            return span.text
        case Link(label, url):
            bare = url.removeprefix("https://").removeprefix("http://")
            return bare if bare.lower().endswith(label.lower()) else f"{label} <{url}>"
        case Strong(words) | Typed(words):
            return _style(words, colour, bold=True)
        case Quiet(words):
            return _style(words, colour, dim=True)


def _style(words: str, colour: bool, *, bold: bool = False, dim: bool = False) -> str:
    return click.style(words, bold=bold or None, dim=dim or None) if colour else words


def _wrap(words: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """Lines of at most this width as it is seen (colours take no room), broken at plain spaces alone."""
    lines: list[list[str]] = [[]]
    room = width - len(first)
    for word in filter(None, _SPACE.split(words)):
        length = len(click.unstyle(word))
        if lines[-1] and length + 1 > room:
            lines.append([])
            room = width - len(rest)
        room -= length + bool(lines[-1])
        lines[-1].append(word)
    return [((rest if n else first) + " ".join(line)).rstrip() for n, line in enumerate(lines)]
