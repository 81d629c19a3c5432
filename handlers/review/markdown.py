"""The review as Markdown: what strangers wrote is escaped."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot.answers.trend_values import Review
from handlers.messages import Bullets, Chart, Line, Link, Part, Quiet, Span, Strong, Table, Text, Typed
from handlers.wording import review as wording

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~])")


def markdown(review: Review, *, pictures: str = "") -> str:
    """The review; its charts are named as files that begin with `pictures`, or told in words where it is ""."""
    lines = [f"# {wording.title(review)}", "", _escaped(wording.known(review)), ""]
    lines += [f"- {_line(one)}" for one in wording.lead(review)]
    lines += ["", "## Beside the periods before", "", *_table(wording.compared(review))]
    for section in wording.sections(review):
        lines += ["", f"## {section.title}", ""]
        for part in section.parts:
            lines += [*_part(part, pictures), ""]
    lines += ["## How this is counted", ""]
    for method in wording.METHODS:
        lines += [_escaped(method), ""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _part(part: Part, pictures: str) -> Iterable[str]:
    match part:
        case Text(line):
            return [_line(line)]
        case Bullets(items):
            return [f"- {_line(item)}" for item in items]
        case Table():
            return _table(part)
        case Chart():
            alt = _escaped(part.alt)
            return [f"![{alt}]({pictures}{part.curve.name}.png)" if pictures else f"{alt}."]
    return []


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(table.head)} |"
    yield f"|{'---|' * len(table.head)}"
    for row in table.rows:
        yield f"| {' | '.join(_line(cell) or '–' for cell in row)} |"


def _line(line: Line) -> str:
    return "".join(map(_span, line))


def _span(span: Span) -> str:
    match span:
        case Link(label, url):
            return f"[{_escaped(label)}](<{url}>)"
        case Strong(words):
            return f"**{_escaped(words)}**"
        case Quiet(words):
            return _escaped(words)
        case Typed(words):
            return f"`{words.replace('`', '')}`"
        case str():
            return _escaped(span)
    return _escaped(span.text)


def _escaped(words: str) -> str:
    return _SPECIAL.sub(r"\\\1", words.replace("\n", " "))
