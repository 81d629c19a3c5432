"""Message -> the rich form that newer servers take: tables, maths, parts that unfold. Pure.

Only messages that gain by it have one; all others, and all where the platform doesn't take it, go as HTML. The form:
Bot API 10.1, "Rich Message Formatting Options": HTML with headings, paragraphs, lists, tables, details and formulas.
"""

from collections.abc import Iterator
from typing import Final

from handlers.messages import (
    Bullets,
    Chart,
    Code,
    Facts,
    Folded,
    Heading,
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
from handlers.telegram.layout import escape, is_blank, preformatted, safe, typed, units
from handlers.telegram.urls import web

LIMIT: Final = 32_768  # characters of text; here UTF-16 code units of the whole HTML, so that it always holds
BLOCKS: Final = 500
COLUMNS: Final = 20
_UNSAFE_IN_FORMULAS: Final = frozenset("<>&")


def rich(message: Message) -> str:
    """The message as rich HTML; "" where it gains nothing by it, or is too large for it."""
    if not any(map(_gains, message.parts)):
        return ""
    blocks = [block for part in message.parts for block in _blocks(part)]
    html = "".join(blocks)
    return html if html and units(html) <= LIMIT and sum(map(_size, message.parts)) <= BLOCKS else ""


def _gains(part: Part) -> bool:
    match part:
        case Text(line):
            return any(isinstance(span, Maths) for span in line)
        case Table(head, _):
            return len(head) <= COLUMNS
        case _:
            return isinstance(part, Folded)


def _size(part: Part) -> int:
    """How many blocks it is; list items and rows count as such."""
    match part:
        case Bullets(items):
            return 1 + len(items)
        case Facts(pairs):
            return 1 + len(pairs)
        case Table(_, rows):
            return 2 + len(rows)
        case Folded(_, parts):
            return 1 + sum(map(_size, parts))
        case _:
            return 1


def _blocks(part: Part) -> Iterator[str]:
    match part:
        case Heading(words, url):
            yield f"<h3>{_span(Link(words, url) if url else words)}</h3>"
        case Text(line) | Chart(instead=line):
            yield from _block("p", line)
        case Bullets(items):
            yield f"<ul>{''.join(f'<li>{_line(item)}</li>' for item in items)}</ul>" if items else ""
        case Facts(pairs):
            rows = (f"<li><b>{escape(safe(name))}</b>: {_line(value)}</li>" for name, value in pairs)
            yield f"<ul>{''.join(rows)}</ul>" if pairs else ""
        case Code(content):
            yield f"<pre>{escape(preformatted(content))}</pre>"
        case Table(head, rows):
            yield _table(head, rows)
        case Folded(title, parts):
            inner = "".join(block for inner in parts for block in _blocks(inner))
            yield f"<details><summary>{escape(safe(title))}</summary>{inner}</details>"
        case _:
            yield ""


def _block(tag: str, line: Line) -> Iterator[str]:
    inner = _line(line)
    if not is_blank(inner):
        yield f"<{tag}>{inner}</{tag}>"


def _table(head: tuple[str, ...], rows: tuple[tuple[Line, ...], ...]) -> str:
    named = "".join(f"<th>{escape(safe(name))}</th>" for name in head)
    told = "".join(f"<tr>{''.join(f'<td>{_line(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table bordered striped><tr>{named}</tr>{told}</table>"


def _line(line: Line) -> str:
    return "".join(map(_span, line))


def _span(span: Span) -> str:
    match span:
        case Strong(words):
            return _tagged("b", safe(words))
        case Quiet(words):
            return _tagged("i", safe(words))
        case Typed(words):
            return _tagged("code", typed(words))
        case Maths(source) if _UNSAFE_IN_FORMULAS.isdisjoint(source):
            return _tagged("tg-math", typed(source))
        case Maths():
            return escape(safe(span.text))
        case Link(label, url):
            shown = escape(safe(url if is_blank(safe(label)) else label))
            return f'<a href="{escape(web(url))}">{shown}</a>' if web(url) else shown
        case _:
            return escape(safe(span))


def _tagged(tag: str, words: str) -> str:
    return "" if is_blank(words) else f"<{tag}>{escape(words)}</{tag}>"
