"""Spans as Slack's mrkdwn. All escaping happens here; what strangers wrote never formats and never rings anybody.

`&`, `<` and `>` become entities, so that `<!channel>` stays text. Slack has no escape for `* _ ~` and the backtick.
They format only where they stand at a word's border: "snake_case" and "2 * 3" are left alone, so that they can be
copied as they are; elsewhere the mark gets a zero-width space on both sides, which makes it neither open nor close.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, urlsplit

from handlers.messages import Line, Link, Maths, Quiet, Span, Strong, Typed

ZERO_WIDTH = "\u200b"
_MARKS = "*_~`"
# Controls, spaces without width, and the marks that turn the direction of all that follows in the line.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_FENCE = "```"
_SURROGATE = re.compile("[\ud800-\udfff]")
_ACTIVE_MARK = re.compile(r"(?<![A-Za-z0-9])[*_~`]|[*_~`](?![A-Za-z0-9])")
# Slack quotes a line that begins with an escaped ">" too.
_QUOTING = re.compile(r"^(?=\s*&gt;)", re.MULTILINE)
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f-\xa0<>|\"`\\^{}\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
_CLICKABLE = re.compile(r"https?://", re.IGNORECASE)
_COMMAND = re.compile(r"/([a-z]+)")
_OWN_SLASH_COMMANDS = ("code", "paperwire")
URL_LIMIT = 2000
_known = lru_cache(1000)  # because: the same news goes to many channels, and most buttons are on every message


def size(text: str) -> int:
    """The length as the stricter of Slack's counters sees it: an emoji is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain(text: str) -> str:
    """The text without what can't be seen or can't be sent."""
    return _SURROGATE.sub("\ufffd", _UNSEEN.sub(" ", text))


@_known
def one_line(text: str) -> str:
    return " ".join(plain(text).split())


def escape(text: str) -> str:
    """The three characters that Slack reads as markup everywhere, in plain text too."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literal(text: str) -> str:
    """Text that shows as it stands."""
    return _QUOTING.sub(ZERO_WIDTH, escape(_ACTIVE_MARK.sub(_stilled, plain(text))))


def _stilled(mark: re.Match[str]) -> str:
    begin, end = mark.span()
    before, after = mark.string[max(begin - 1, 0) : begin], mark.string[end : end + 1]
    alone = before.isspace() and after.isspace()
    return mark[0] if alone else f"{ZERO_WIDTH}{mark[0]}{ZERO_WIDTH}"


@_known
def address(url: str) -> str:
    """The address as it may stand inside `<…|…>`; "" when it is nothing to click (no http, no host, too long)."""
    url = _SURROGATE.sub("", url.strip())
    try:
        if not _CLICKABLE.match(url) or not urlsplit(url).hostname:
            return ""
    except ValueError:
        return ""
    safe = _UNSAFE_IN_URL.sub(lambda found: quote(found[0]), url)
    return "" if size(safe) > URL_LIMIT else escape(safe)


def link(label: str, url: str) -> str:
    """A link; only its label where the address can't be clicked. A bar in the label would end the address."""
    target, shown = address(url), literal(one_line(label)).replace("|", "¦")
    return f"<{target}|{shown or target}>" if target else shown


def marked(mark: str, text: str) -> str:
    """Spaces at its ends stay outside of the marks, which would format nothing there."""
    shown = literal(one_line(text))
    before, after = (" " * bool(end[:1].isspace()) for end in (text, text[::-1]))
    return f"{before}{mark}{shown}{mark}{after}" if shown else ""


def to_type(command: str) -> str:
    """A command as it must be typed here: Slack sends us only its own two slash commands, and refuses all others."""
    name = _COMMAND.match(command)
    return command if not name or name[1] in _OWN_SLASH_COMMANDS else f"/paperwire {command[1:]}"


def typed(text: str) -> str:
    shown = escape(to_type(one_line(text)).replace("`", "'"))  # a code span can't hold its own mark
    return f"`{shown}`" if shown else ""


def preformatted(text: str, room: int) -> str:
    """Lines as they are, within `room` characters as written."""
    lines = "\n".join(_SURROGATE.sub("", line).replace(_FENCE, "'" * 3) for line in text.splitlines()).strip("\n")
    while lines and (over := size(escape(lines)) + 2 * len(_FENCE) + 2 - room) > 0:
        lines = lines[: -(over // 6 + 1)]
    return f"{_FENCE}\n{escape(lines)}\n{_FENCE}" if lines.strip() else ""


@_known
def written(span: Span) -> str:
    match span:
        case Link(label, url):
            return link(label, url)
        case Strong(text):
            return marked("*", text)
        case Quiet(text):
            return marked("_", text)
        case Typed(text):
            return typed(text)
        case Maths():
            return literal(span.text)
        case _:
            return literal(span)


def written_line(line: Line) -> str:
    return joined(written(span) for span in line)


def joined(pieces: Iterable[str]) -> str:
    """Pieces side by side; a mark that touches a letter or another mark wouldn't format without a space between."""
    line = ""
    for piece in pieces:
        line += ZERO_WIDTH + piece if line and piece and _glued(line[-1], piece[0]) else piece
    return line


def _glued(before: str, after: str) -> bool:
    return (before in _MARKS and (after.isalnum() or after in _MARKS)) or (after in _MARKS and before.isalnum())


def fitted(line: Line, room: int) -> str:
    """The line within `room` characters as written; what is too long ends in "…", outside of any markup."""
    whole = written_line(line)
    if size(whole) <= room:
        return whole
    kept: list[str] = []
    for span in line:
        if size(joined([*kept, written(span)])) >= room:
            return joined([*kept, _shortened(span, room - size(joined(kept)) - 2)]) + "…"
        kept.append(written(span))
    return joined(kept)


def _shortened(span: Span, room: int) -> str:
    text = span if isinstance(span, str) else span.label if isinstance(span, Link) else span.text
    text = text[: max(room, 0)]
    shown = written(_with_text(span, text)) if text else ""
    while text and (over := size(shown) - room) > 0:
        text = text[: -(over // 6 + 1)]  # one character is written with six at most, so never too much goes
        shown = written(_with_text(span, text)) if text else ""
    return shown if size(shown) <= room else ""


def _with_text(span: Span, text: str) -> Span:
    match span:
        case Link(_, url):
            return Link(text, url)
        case Strong() | Quiet() | Typed():
            return type(span)(text)
        case _:
            return text
