"""The two files of the Papers With Code archive, row by row: JSON lists of objects, plain or gzipped, of any size.

A window slides over the text, and the standard library's decoder takes one row at a time off its beginning. A row that
can't be used is a BadRow and the next one follows; a file that can't be read on is Unreadable or TooLarge.
"""

import codecs
import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final

from bot.domain.archive import ArchiveDetail, ArchiveLink, ArchivePaper, ArchiveRow, BadRow, Stage
from bot.domain.paper import PaperId, parse_paper_id
from bot.domain.repository import RepositoryAddress, parse_repository
from bot.domain.text import ABSTRACT_LIMIT, NAME_LIMIT, TITLE_LIMIT, clean
from bot.errors import TooLarge, Unreadable
from bot.rules.archive import claim
from bot.sources.packing import GZIP_MAGIC

LARGEST_ROW: Final = 4_000_000  # characters; the archive's largest have a tenth of that
_CHUNK: Final = 262_144
_HEAD: Final = 1_000_000  # bytes by which, with the size, a file is known again
_SPACE = re.compile(r"[ \t\r\n]*")
_SLUG = re.compile(r"https?://(?:www\.)?paperswithcode\.com/paper/([A-Za-z0-9_-]{1,300})/?(?:[?#].*)?")
_ADDRESSES = ("url_abs", "url_pdf", "conference_url_abs", "conference_url_pdf")
_LINK_ADDRESSES = ("paper_url_abs", "paper_url_pdf")
_PLAIN = re.compile(r"https?://github\.com/([A-Za-z0-9][A-Za-z0-9-]{0,38})/([A-Za-z0-9_-]{0,99}[A-Za-z0-9])")
_FRAMEWORK = re.compile(r"[a-z0-9]{1,20}")


class ArchiveFile:
    """One of the two files. Opening it tells which one; raises Unreadable when it is neither."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self._stream: IO[bytes] | None = None
        with _told(self.name), path.open("rb") as stream:
            head = stream.read(_HEAD)
            self.size = stream.seek(0, 2)
        self.identity = hashlib.sha256(b"%d " % self.size + head).hexdigest()[:16]
        self.stages = self._stages()

    @property
    def read(self) -> int:
        """How many bytes of the file are behind the row that came last."""
        return self.size if self._stream is None or self._stream.closed else self._stream.tell()

    def _stages(self) -> tuple[Stage, ...]:
        first = next((row for row in self._values() if isinstance(row, dict)), {})
        if "repo_url" in first:
            return (Stage.LINKS,)
        if "title" in first and "paper_url" in first:
            return (Stage.TITLES, Stage.DETAILS)
        raise Unreadable(f"{self.name} is neither of the archive's two files: {_fields(first)}")

    def rows(self, stage: Stage, *, skip: int = 0) -> Iterator[ArchiveRow | BadRow]:
        """What each row tells in this stage, beginning behind the first `skip` rows."""
        parse = _PARSERS[stage]
        for number, value in enumerate(self._values(), 1):
            if number > skip:
                yield _row(parse, number, value)

    def _values(self) -> Iterator[object]:
        with self.path.open("rb") as stream:
            packed = stream.read(2) == GZIP_MAGIC[:2]
            stream.seek(0)
            with gzip.open(stream) if packed else stream as text:
                self._stream = stream
                yield from _list(_Window(text, self.name))


def _fields(first: Mapping[str, Any]) -> str:
    return f"its rows have {', '.join(map(str, list(first)[:6]))[:200]}" if first else "it holds no row"


class _Window:
    """The part of the text that is being read: from `at` on it is still to be taken."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, name: str) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._scan = json.JSONDecoder().raw_decode
        self.name = name
        self.text = ""
        self.at = 0

    def _more(self) -> bool:
        with _told(self.name):
            chunk = self._stream.read(_CHUNK)
            self.text, self.at = self.text[self.at :] + self._decode(chunk, final=not chunk), 0
        return bool(chunk)

    def mark(self) -> str:
        """The next character that isn't space; "" at the end."""
        while True:
            space = _SPACE.match(self.text, self.at)
            assert space
            self.at = space.end()
            if self.at < len(self.text):
                return self.text[self.at]
            if not self._more():
                return ""

    def value(self, number: int) -> object:
        """The JSON value that begins here, taken off."""
        while True:
            try:
                value, end = self._scan(self.text, self.at)
            except RecursionError:
                raise Unreadable(f"{self.name}: row {number} is nested too deeply") from None
            except ValueError as error:
                self._read_on(number, error)
                continue
            if end == len(self.text) and self._more():  # a number may go on
                continue
            self.at = end
            return value

    def _read_on(self, number: int, error: ValueError) -> None:
        """A value ends behind the window, unless it is broken for good."""
        if len(self.text) - self.at > LARGEST_ROW:
            raise TooLarge(f"{self.name}: row {number} is larger than {LARGEST_ROW / 1e6:g} MB, or never ends")
        if not (isinstance(error, json.JSONDecodeError) and _may_go_on(error)):
            raise Unreadable(f"{self.name}: row {number} is not JSON") from None
        if not self._more():
            raise Unreadable(f"{self.name} breaks off in row {number}") from None


def _may_go_on(error: json.JSONDecodeError) -> bool:
    """Whether the decoder failed at the end of the text (within a word or an escape of it), or missed a quote's end."""
    return error.pos > len(error.doc) - 16 or error.msg.startswith("Unterminated string")


def _list(window: _Window) -> Iterator[object]:
    """The values of a JSON list, one at a time."""
    if window.mark() != "[":
        raise Unreadable(f"{window.name} is no list of rows in JSON")
    window.at += 1
    number, mark = 0, "" if window.mark() == "]" else ","
    while mark == ",":
        number += 1
        window.mark()
        yield window.value(number)
        mark = window.mark()
        window.at += 1
        if mark not in (",", "]"):
            raise Unreadable(f"{window.name}: row {number} is not JSON" if mark else _cut(window.name, number))


def _cut(name: str, number: int) -> str:
    return f"{name} breaks off behind row {number}"


@contextmanager
def _told(name: str) -> Iterator[None]:
    """What a file's bytes can do wrong, as ours."""
    try:
        yield
    except EOFError:
        raise Unreadable(f"{name} breaks off: the rest of its gzip stream is missing") from None
    except (gzip.BadGzipFile, zlib.error):
        raise Unreadable(f"{name} is damaged: its gzip stream can't be unpacked") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{name} is not UTF-8 text") from None
    except OSError as error:
        raise Unreadable(f"{name} can't be read: {error.strerror}") from None


# Rows -----------------------------------------------------------------------------------------------------------------


class _Bad(Exception):
    """Why a row can't be used."""


def _row(parse: Callable[[Mapping[str, Any]], ArchiveRow], number: int, value: object) -> ArchiveRow | BadRow:
    if not isinstance(value, dict):
        return BadRow(number, "is no object")
    try:
        return parse(value)
    except _Bad as bad:
        return BadRow(number, str(bad))


def _paper(row: Mapping[str, Any]) -> ArchivePaper:
    return ArchivePaper(_ids(row, row.get("arxiv_id"), _ADDRESSES), _title(row.get("title")), _day(row.get("date")))


def _detail(row: Mapping[str, Any]) -> ArchiveDetail:
    _title(row.get("title"))  # what is no paper has no details
    methods = (method.get("name") if isinstance(method, dict) else method for method in _items(row.get("methods")))
    return ArchiveDetail(
        _ids(row, row.get("arxiv_id"), _ADDRESSES),
        clean(_text(row.get("abstract")) or _text(row.get("short_abstract")), ABSTRACT_LIMIT),
        _names(_items(row.get("authors"))),
        _day(row.get("date")),
        _names(_items(row.get("tasks"))),
        _names(methods),
        clean(_text(row.get("proceeding")) or _text(row.get("conference")), NAME_LIMIT),
    )


def _link(row: Mapping[str, Any]) -> ArchiveLink:
    address = _repository(_text(row.get("repo_url")))
    if address is None:
        raise _Bad(f"names no repository: {clean(str(row.get('repo_url')), 100)}")
    framework = _text(row.get("framework")).lower()
    return ArchiveLink(
        _ids(row, row.get("paper_arxiv_id"), _LINK_ADDRESSES),
        _title(row.get("paper_title")),
        claim(address, _said(row.get("is_official"))),
        framework if _FRAMEWORK.fullmatch(framework) else "",
        _said(row.get("mentioned_in_paper")),
        _said(row.get("mentioned_in_github")),
    )


def _repository(text: str) -> RepositoryAddress | None:
    """As `parse_repository`; most addresses are plain ones, and take a fifth of the time."""
    plain = _PLAIN.fullmatch(text)
    if plain and _is_owner(plain[1]):
        return RepositoryAddress("github.com", plain[1], plain[2])
    return parse_repository(text)


@lru_cache(maxsize=65_536)
def _is_owner(name: str) -> bool:
    """Whether it isn't the name of one of GitHub's own pages."""
    return parse_repository(f"https://github.com/{name}/x") is not None


_PARSERS: Final[Mapping[Stage, Callable[[Mapping[str, Any]], ArchiveRow]]] = {
    Stage.LINKS: _link,
    Stage.TITLES: _paper,
    Stage.DETAILS: _detail,
}


def _ids(row: Mapping[str, Any], arxiv: object, addresses: tuple[str, ...]) -> tuple[PaperId, ...]:
    """All ids that a row names, and last the archive's own name of the paper."""
    own = parse_paper_id(arxiv) if isinstance(arxiv, str) else None
    ids = [own] if own and own.scheme == "arxiv" else []
    said = bool(ids)  # then its addresses at arXiv say the same again
    if isinstance(forum := row.get("openreview_id"), str):
        ids += filter(None, [parse_paper_id(f"openreview:{forum}")])
    for name in addresses:
        text = row.get(name)
        if text and isinstance(text, str) and _may_be_id(text, said) and (found := parse_paper_id(text)):
            ids.append(found)
    if slug := _SLUG.fullmatch(_text(row.get("paper_url"))[:500]):
        ids.append(PaperId("pwc", slug[1].lower()))
    if not ids:
        raise _Bad("has no address of a paper")
    return tuple(ids) if len(ids) < 3 else tuple(dict.fromkeys(ids))


def _may_be_id(text: str, arxiv_is_said: bool) -> bool:
    """Most addresses name no id, or the same again: to see that takes a tenth of the time."""
    if "arxiv" in text:
        return not arxiv_is_said
    return "doi.org/" in text or "acl" in text or "openreview.net/" in text


def _title(value: object) -> str:
    title = clean(_text(value), TITLE_LIMIT)
    if not title:
        raise _Bad("has no title")
    return title


def _day(value: object) -> datetime | None:
    try:
        day = datetime.fromisoformat(_text(value)[:10]).replace(tzinfo=UTC)
    except ValueError:
        return None
    return day if day.year >= 1900 else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _said(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _names(values: Iterator[Any] | list[Any]) -> tuple[str, ...]:
    """Names, cleaned, each once."""
    return tuple(dict.fromkeys(name for value in values if (name := clean(_text(value), NAME_LIMIT))))
