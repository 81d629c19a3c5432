"""OPML, the form in which feed readers hand over what they follow: written as 2.0, read in any version.

Read by the standard library's expat, one element after the other: no tree is built, so depth costs nothing. A file that
declares a document type is refused at that word; without one no entity can be declared, so none is ever expanded and
nothing is fetched. (That is what defusedxml does; feedparser reads feeds, not lists of them.)
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Final
from xml.parsers import expat

from bot.domain.moving import Place, Unread, Wish
from bot.domain.text import clean
from bot.errors import BadQuery
from bot.rules.wishes import of_feed

_FEEDS: Final = ("rss", "feed", "rdf")
_SHOWN: Final = 80


def written(feeds: Iterable[Wish], *, title: str, now: datetime) -> str:
    """The feeds as OPML 2.0."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        "  <head>",
        f"    <title>{escape(title)}</title>",
        f"    <dateCreated>{format_datetime(now, usegmt=True)}</dateCreated>",
        "  </head>",
        "  <body>",
        *(f'    <outline type="rss" text="{escape(f.name or f.feed)}" xmlUrl="{escape(f.feed)}"/>' for f in feeds),
        "  </body>",
        "</opml>",
    ]
    return "\n".join(lines) + "\n"


def read(text: str, *, most: int) -> tuple[tuple[Wish, ...], tuple[Unread, ...]]:
    """The feeds that it names, in its order, and the outlines that can't be understood. Raises BadQuery."""
    reader = _Reader(most)
    reader.feed(text)
    return tuple(reader.wishes), tuple(reader.unread)


class _Reader:
    """Takes up the outlines, however deep they stand and however their attributes are spelt."""

    def __init__(self, most: int) -> None:
        self.wishes: list[Wish] = []
        self.unread: list[Unread] = []
        self._most = most
        self._root = ""
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._begin
        self._parser.StartDoctypeDeclHandler = _refuse_doctype

    def feed(self, text: str) -> None:
        try:
            self._parser.Parse(text, True)
        except (expat.ExpatError, UnicodeError, ValueError) as error:
            line = getattr(error, "lineno", 1)
            raise BadQuery(f"That XML is broken in line {line}.", hint="I took nothing. Export it once more.") from None

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        name = name.lower()
        if not self._root:
            self._root = name
            _check_root(name)
        if name == "outline":
            self._outline({key.lower(): value for key, value in attributes.items()})

    def _outline(self, told: Mapping[str, str]) -> None:
        """One that names a feed; folders, notes and mere links name none."""
        is_feed = told.get("type", "").strip().lower() in (*_FEEDS, "atom")
        address = (told.get("xmlurl", "") or (told.get("url", "") if is_feed else "")).strip()
        if not address and not is_feed:
            return
        if len(self.wishes) + len(self.unread) >= self._most:
            raise BadQuery(f"That names more than {self._most:,} feeds.", hint="I took nothing. Make several of it.")
        name = told.get("title", "").strip() or told.get("text", "")
        place = Place(self._parser.CurrentLineNumber)
        try:
            self.wishes.append(of_feed(address, name, place))
        except BadQuery as error:
            self.unread.append(Unread(place, clean(address or name, _SHOWN), str(error) if address else "no xmlUrl"))


def _refuse_doctype(name: str, *_: object) -> None:
    if name.lower() == "html":
        raise _page()
    raise BadQuery(
        "That declares a document type, which OPML doesn't need and I don't read.",
        hint="I took nothing. Take the <!DOCTYPE …> out of it.",
    )


def _page() -> BadQuery:
    return BadQuery("That is a web page, not a file to take in.", hint="Follow its feed: /subscribe https://…")


def _check_root(name: str) -> None:
    if name.rpartition(":")[2] in _FEEDS:
        raise BadQuery(
            "That is a feed itself, not a list of them.", hint="Follow it by its address: /subscribe https://…"
        )
    if name == "html":
        raise _page()
    if name != "opml":
        raise BadQuery("That is XML, but not OPML.", hint="Feed readers export OPML; I read that.")
