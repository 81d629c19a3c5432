"""The bytes of a feed, whatever its kind, to raw items: RSS 0.9x/1.0/2.0 and Atom by feedparser, JSON Feed by json.

Nothing here is clean yet: the texts are as the site wrote them.
"""

import io
import json
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.parsers import expat
from xml.sax import SAXException

import feedparser

from bot.errors import Unreadable

# Broken XML is taken apart by feedparser's lenient parser, which needs up to 7 s a megabyte; well-formed XML costs 2 s.
_MOST_BROKEN = 1_000_000
_BEFORE_ROOT = re.compile(rb"(?:\s+|<\?[^>]{0,500}\?>|<!--.{0,2000}?-->)*", re.DOTALL)
_ROOT = re.compile(rb"<(!doctype\s+)?([a-z][\w:.-]{0,60})", re.IGNORECASE)
# One such link or character in one item, and feedparser gives up the whole feed.
_NO_ADDRESS = re.compile(rb"://\[")
_NO_CHARACTER = re.compile(rb"&#(?:[0-9]{7,}|[xX][0-9a-fA-F]{6,});?")
_OF_PAGES = ("html", "head", "body", "meta", "title", "script", "style", "div", "p")
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class RawItem:
    """An item as the feed has it: any text may be markup, empty, or anything else; times are aware UTC."""

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""
    published: datetime | None = None
    identifiers: tuple[str, ...] = ()  # other ids that it states as its own, such as a DOI


@dataclass(frozen=True, slots=True)
class RawFeed:
    title: str
    items: tuple[RawItem, ...]
    warnings: tuple[str, ...] = ()


def read_feed(body: bytes, content_type: str) -> RawFeed:
    """The feed in these bytes. Raises Unreadable, with what came instead, when there is none."""
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise Unreadable("an empty answer, not a feed")
    if start.startswith((b"{", b"[")):
        return _read_json(body)
    if is_web_page(body):
        raise Unreadable("a web page, not a feed")
    return _read_xml(body, content_type)


def is_web_page(body: bytes) -> bool:
    return _root(body) in _OF_PAGES


def _root(body: bytes) -> str:
    """The name of the first element or document type, in lower case; "" where the beginning isn't markup."""
    head = body[:16_384]
    if head.startswith(_BYTE_ORDER_MARKS):
        # UTF-16's zero bytes stand between the letters of what is plain ASCII here.
        head = head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"")
    before = _BEFORE_ROOT.match(head)
    found = _ROOT.match(head, before.end() if before else 0)
    return found[2].decode("ascii", "replace").lower() if found else ""


def _read_xml(body: bytes, content_type: str) -> RawFeed:
    whole = len(body) <= _MOST_BROKEN or _is_well_formed(body)
    parsed = _parsed(body if whole else body[:_MOST_BROKEN], content_type)
    broken = isinstance(parsed.get("bozo_exception"), SAXException)
    if not parsed.entries and (broken or not parsed.version):
        raise Unreadable(_what_came(body, content_type, str(parsed.version or "")))
    items = tuple(_xml_item(entry) for entry in parsed.entries)
    return RawFeed(_text(parsed.feed, "title"), items, tuple(_warnings(len(items), broken=broken, whole=whole)))


def _parsed(body: bytes, content_type: str) -> Any:
    try:
        return _by_feedparser(body, content_type)
    except Unreadable:
        return _by_feedparser(_NO_CHARACTER.sub(b"", _NO_ADDRESS.sub(b"://%5B", body)), content_type)


def _by_feedparser(body: bytes, content_type: str) -> Any:
    try:
        return feedparser.parse(
            io.BytesIO(body),  # a stream, since bytes would be taken for a file's name, and the file opened
            response_headers={"content-type": content_type},
            sanitize_html=False,  # nothing of the markup is kept
            resolve_relative_uris=False,
        )
    except Exception as error:
        # Not our code, given anything that the internet may hold: whatever it stumbles on is the feed's fault.
        raise Unreadable("a feed that can't be taken apart") from error


def _is_well_formed(body: bytes) -> bool:
    if b"<!ENTITY" in body:
        return False  # not worth finding out: entities may be a bomb
    try:
        expat.ParserCreate().Parse(body, True)
    except expat.ExpatError:
        return False
    return True


def _warnings(count: int, *, broken: bool, whole: bool) -> Iterator[str]:
    if broken or not whole:
        part = "" if whole else f" of its first {_MOST_BROKEN / 1e6:.0f} MB"
        yield f"its XML is broken; {count:,} item{'' if count == 1 else 's'}{part} could be read"


def _what_came(body: bytes, content_type: str, version: str) -> str:
    if version:
        return "a feed whose XML is broken before its first item"
    if root := _root(body):
        return f"XML, but not a feed (its root is <{root}>)"
    kind = re.match(r"[\w.+-]+/[\w.+-]+", content_type)
    return f"not a feed (it calls itself {kind[0][:60]})" if kind else "not a feed"


def _xml_item(entry: Mapping[str, Any]) -> RawItem:
    contents = [_text(part, "value") for part in _list(entry, "content")]
    return RawItem(
        guid=_text(entry, "id"),
        link=_text(entry, "link") or _first_link(entry),
        title=_text(entry, "title"),
        summary=_text(entry, "summary"),
        content="\n".join(contents),
        author=_text(entry, "author"),
        published=_first_time(entry),
        identifiers=(_text(entry, "dc_identifier"), _text(entry, "prism_doi")),
    )


def _first_link(entry: Mapping[str, Any]) -> str:
    """A link of an item that names none as its own page: not what is attached, nor the feed itself."""
    links = (link for link in _list(entry, "links") if _text(link, "rel") not in ("enclosure", "self", "edit"))
    return next((_text(link, "href") for link in links), "")


def _first_time(entry: Mapping[str, Any]) -> datetime | None:
    # Asked for an update that isn't there, feedparser gives the publication in its place, with a warning.
    keys = (key for key in ("published_parsed", "updated_parsed") if key in entry)
    return next((when for key in keys if (when := _time(entry.get(key)))), None)


def _time(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _read_json(body: bytes) -> RawFeed:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("broken JSON, not a feed") from None
    if not isinstance(told, dict) or "jsonfeed.org/version" not in _text(told, "version"):
        raise Unreadable("JSON, but not a feed")
    items = (item for item in _list(told, "items") if isinstance(item, dict))
    return RawFeed(_text(told, "title"), tuple(_json_item(item) for item in items))


def _json_item(item: Mapping[str, Any]) -> RawItem:
    authors = [item.get("author"), *_list(item, "authors")]  # 1.0 has one, 1.1 a list
    content = _text(item, "content_html") or _text(item, "content_text")
    return RawItem(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        summary=_text(item, "summary"),
        content=content,
        author=", ".join(
            dict.fromkeys(name for one in authors if isinstance(one, dict) and (name := _text(one, "name")))
        ),
        published=_json_time(_text(item, "date_published") or _text(item, "date_modified")),
    )


def _json_time(value: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(value.strip())
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text(told: Any, key: str) -> str:
    """A text, or a number as one (JSON feeds number their items); "" for anything else."""
    value = told.get(key) if isinstance(told, Mapping) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def _list(told: Mapping[str, Any], key: str) -> list[Any]:
    value = told.get(key)
    return value if isinstance(value, list) else []
