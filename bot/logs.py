"""Logs: one line a record on stderr, for people or as JSON, without secrets and without forged lines.

Whatever is logged, by us or by a library, passes the formatters below: known secrets and whatever looks like a token
are replaced, and control characters (of a hostile title, say) are written as escapes. A traceback stays readable in
text, each of its lines indented, and is a field in JSON. Uses nothing of ours.
"""

import json as json_format
import logging
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TextIO
from urllib.parse import quote

HIDDEN = "***"
_SHORTEST_SECRET = 4  # hiding shorter ones would hide half of every word
_NOISY = ("httpx", "httpcore", "slack_bolt", "slack_sdk", "apscheduler")
_OURS = ("bot.", "handlers.", "storage.")
# What tokens look like, and what stays of them.
_TOKENS = (
    (re.compile(r"/bot\d+(?::|%3A)[\w-]+", re.IGNORECASE), f"/bot{HIDDEN}"),
    (re.compile(r"\b\d{6,}:[\w-]{30,}"), HIDDEN),
    (re.compile(r"\b(?:xox[a-z]|xapp)-[\w.-]+"), HIDDEN),
    (re.compile(r"\b(?:gh[a-z]_|github_pat_)\w{4,}"), HIDDEN),
    (re.compile(r"\bhf_[A-Za-z0-9]{8,}"), HIDDEN),
    (re.compile(r"\b(Bearer\s+)[\w.~+/=-]{4,}", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"(://)[^\s/@]+@"), rf"\1{HIDDEN}@"),
)
# Control, line-separating, direction-changing and unencodable characters.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def set_up(level: str, *, json: bool, secrets: Sequence[str]) -> None:
    """Log from `level` up to stderr; called again, it replaces what it had set up. `secrets` are never shown."""
    hide = redactor(secrets)
    handler = _Stderr()
    handler.setFormatter(_Json(hide) if json else _Text(hide, short=sys.stderr.isatty()))
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old, _Stderr)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # its warnings on headers hold whole addresses


def redactor(secrets: Sequence[str]) -> Callable[[str], str]:
    """A function that hides these secrets (also as they stand in addresses) and whatever looks like a token."""
    known = {form for secret in secrets for form in (secret, quote(secret, safe="")) if len(secret) >= _SHORTEST_SECRET}
    exact = re.compile("|".join(map(re.escape, sorted(known, key=len, reverse=True))) or r"(?!)")

    def hide(text: str) -> str:
        text = exact.sub(HIDDEN, text)
        for form, rest in _TOKENS:
            text = form.sub(rest, text)
        return text

    return hide


def escape(text: str) -> str:
    """The text on one line: control characters become escapes that can be read."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to whatever stderr is at the moment: the console chat puts its own there, so that lines don't collide."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # the base keeps the one of its making
        return sys.stderr


class _Hiding(logging.Formatter):
    """What both forms share: a record's parts without secrets."""

    def __init__(self, hide: Callable[[str], str]) -> None:
        super().__init__()
        self._hide = hide

    def message(self, record: logging.LogRecord) -> str:
        try:
            return self._hide(record.getMessage())
        except Exception:  # noqa: BLE001  wrong arguments must cost no line, and the library would print them as they are
            return self._hide(f"{record.msg} {record.args}")

    def trace(self, record: logging.LogRecord) -> str:
        """The traceback and the stack, if the record has any. Not the cached text, which another handler made."""
        parts = [self.formatException(record.exc_info)] if record.exc_info and record.exc_info[0] else []
        return self._hide("\n".join([*parts, *([record.stack_info] if record.stack_info else [])]))


class _Text(_Hiding):
    """12:03:11 arxiv  cs.LG: 241 entries, 12 new. Unless `short` (a terminal) with the date in UTC and the level."""

    def __init__(self, hide: Callable[[str], str], *, short: bool) -> None:
        super().__init__(hide)
        self._short = short

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self._head(record)} {escape(self.message(record))}"
        return "\n".join([line, *(f"    {escape(below)}" for below in self.trace(record).split("\n") if below)])

    def _head(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        name = record.name.rpartition(".")[2] if record.name.startswith(_OURS) else record.name
        if not self._short:
            return f"{at:%Y-%m-%dT%H:%M:%SZ} {record.levelname} {name}:"
        level = f" {record.levelname}:" if record.levelno >= logging.WARNING else ""
        return f"{at.astimezone():%H:%M:%S} {name:<6}{level}"


class _Json(_Hiding):
    """One object a line, in ASCII: whatever a title holds, a line stays a line."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        fields = {"time": at, "level": record.levelname, "name": record.name, "message": self.message(record)}
        if trace := self.trace(record):
            fields["traceback"] = trace
        return json_format.dumps(fields)
