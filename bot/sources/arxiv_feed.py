"""arXiv's announcement feeds as papers: RSS 2.0, Atom, and the old RDF form, told apart item by item by what they say.

The guid carries the version (`oai:arXiv.org:2203.01250v3`): papers are keyed by the bare id, else every replacement
and cross-list would be a new paper. No form has a comments field.
"""

import calendar
import html
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from xml.sax import SAXException
from zoneinfo import ZoneInfo

import feedparser

from bot.domain.paper import Announcement, FetchedPaper, PaperId, parse_paper_id
from bot.domain.text import ABSTRACT_LIMIT, NAME_LIMIT, TITLE_LIMIT, clean
from bot.errors import FetchError, Unreadable
from bot.sources.arxiv_parse import categories_of, ids_of, midnight, refuse_declarations, version_of
from bot.sources.arxiv_rss import Told, read_usual

_AUTHORS_LIMIT = 200_000  # characters; the largest collaborations have 3,000 names
_NESTED = 4  # how deep brackets in brackets are looked for
MANY_ITEMS = 1_900  # of 2,000 at most, and the new ones are cut first
_HEAD = re.compile(r"arXiv:(?P<id>\S+?)\s+Announce Type:\s*(?P<type>[\w-]+)\s*(?:Abstract:\s*)?")
_TAIL = re.compile(r"\.?\s*\(arXiv:(?P<id>\S+?)\s+\[(?P<category>[\w.-]+)\](?P<marks>[A-Z ,]*)\)\s*$")
_OAI = re.compile(r"^oai:arxiv\.org:", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BRACKETS = re.compile(r"\([^()]*\)")
_BETWEEN = re.compile(r"\s*[,;:]\s*(?:and\s+)?|\s+and\s+")
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))


@dataclass(frozen=True, slots=True)
class Announced:
    """A feed as read: `at` is the day's midnight, US Eastern, as UTC; also on days without papers."""

    title: str
    papers: tuple[FetchedPaper, ...]
    at: datetime | None
    warnings: tuple[str, ...]


def read_announcement(body: bytes, name: str) -> Announced:
    """The papers of a feed, each once; `name` is what the feed is called in messages.

    Raises FetchError for arXiv's error in the form of a feed, Unreadable for what isn't a feed.
    """
    refuse_declarations(body)
    told = read_usual(body) or _read_unusual(body)
    title = clean(_string(told.head, "title"), TITLE_LIMIT)
    if not told.is_feed:
        raise Unreadable(f"arXiv's answer for {name} is not a feed")
    if title.startswith("Feed error"):
        raise FetchError(f"arXiv refused {name}: {clean(_string(told.head, 'subtitle'), 200) or title}")
    at = _day(told.head)
    papers = (paper for item in told.items if (paper := _paper(item, at)))
    return Announced(title, _merged(papers), at, tuple(_warnings(told, name)))


def _read_unusual(body: bytes) -> Told:
    """Whatever feedparser makes of it."""
    # A stream, since feedparser would take bytes for a file's name; texts as they are, since they're no markup
    # ("x<y" is mathematics) and whoever shows them escapes them.
    parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    is_feed = bool(parsed.get("version") or parsed.entries)  # no version at all: an empty document
    is_broken = bool(parsed.bozo) and isinstance(parsed.get("bozo_exception"), SAXException)
    return Told(parsed.feed, parsed.entries, is_feed, is_broken)


def _warnings(told: Told, name: str) -> list[str]:
    count, found = len(told.items), []
    if count >= MANY_ITEMS:
        found.append(f"{name}: {count:,} items of 2,000 at most; arXiv cuts the new ones first, so follow its parts")
    if told.is_broken:
        found.append(f"{name}: its XML is broken; {count:,} items could be read")
    return found


def _merged(papers: Any) -> tuple[FetchedPaper, ...]:
    """Each id once: its newest version, the announcement as new before the cross-list, all categories."""
    known: dict[PaperId, FetchedPaper] = {}
    for paper in papers:
        before = known.get(paper.ids[0])
        known[paper.ids[0]] = _both(before, paper) if before else paper
    return tuple(known.values())


def _both(one: FetchedPaper, other: FetchedPaper) -> FetchedPaper:
    best = max(one, other, key=lambda p: (p.version, p.announcement in (Announcement.NEW, Announcement.REPLACE)))
    if one.categories == other.categories:
        return best
    return replace(best, categories=tuple(dict.fromkeys(best.categories + one.categories + other.categories)))


def _paper(item: Mapping[str, Any], at: datetime | None) -> FetchedPaper | None:
    title, summary = " ".join(_string(item, "title")[: 4 * TITLE_LIMIT].split()), _string(item, "summary")
    head, tail = _HEAD.match(summary), _TAIL.search(title)
    found, version = _identity(item, head, tail)
    if found is None:
        return None
    if tail:
        title, summary = title[: tail.start()], html.unescape(_TAG.sub(" ", summary))
    return FetchedPaper(
        ids=ids_of(found, _string(item, "arxiv_doi")),
        title=clean(title, TITLE_LIMIT),
        abstract=clean(summary[head.end() :] if head else summary, ABSTRACT_LIMIT),
        authors=authors_of(", ".join(_string(author, "name") for author in item.get("authors", ()))),
        categories=_categories(item, tail),
        version=version,
        announced=_day(item) or at,
        announcement=_announcement(item, head, tail),
    )


def _identity(
    item: Mapping[str, Any], head: re.Match[str] | None, tail: re.Match[str] | None
) -> tuple[PaperId | None, int]:
    """The bare id and version (0: not told), from the guid, the description's head, the title's tail or the link."""
    told = [_string(item, "id"), head["id"] if head else "", tail["id"] if tail else "", _string(item, "link")]
    told = [_OAI.sub("", value) for value in told]
    found = (parse_paper_id(value) for value in told if value)
    paper = next((one for one in found if one and one.scheme == "arxiv"), None)
    return paper, next((version for value in told if (version := version_of(value))), 0)


def _categories(item: Mapping[str, Any], tail: re.Match[str] | None) -> tuple[str, ...]:
    return categories_of([tail["category"] if tail else "", *(_string(tag, "term") for tag in item.get("tags", ()))])


def _announcement(
    item: Mapping[str, Any], head: re.Match[str] | None, tail: re.Match[str] | None
) -> Announcement | None:
    if tail:
        return {
            (False, False): Announcement.NEW,
            (True, False): Announcement.REPLACE,
            (False, True): Announcement.CROSS,
            (True, True): Announcement.REPLACE_CROSS,
        }["UPDATED" in tail["marks"], "CROSS LISTED" in tail["marks"]]
    told = _string(item, "arxiv_announce_type") or (head["type"] if head else "")
    return next((kind for kind in Announcement if kind == told.strip().lower()), None)


def authors_of(text: str) -> tuple[str, ...]:
    """The names of a comma list; bracketed affiliations, however nested, and the old form's anchors are dropped."""
    text = " ".join(text[:_AUTHORS_LIMIT].split())
    text = html.unescape(_TAG.sub("", text)) if "<" in text else text
    for _ in range(_NESTED if "(" in text else 0):
        text = _BRACKETS.sub("", text)
    names: list[str] = []
    for part in _BETWEEN.split(text):
        name = clean(part, NAME_LIMIT)
        if names and name.lower().rstrip(".") in _SUFFIXES:
            names[-1] = f"{names[-1]} {name}"
        elif name.strip(".()"):
            names.append(name)
    return tuple(names)


def _day(told: Mapping[str, Any]) -> datetime | None:
    """The announcement's midnight: the day of `published`, else of `updated`, which may be the time of making."""
    # `in` first: asked for a missing date, feedparser warns and gives the other one
    stamp = next((told[name] for name in ("published_parsed", "updated_parsed") if name in told), None)
    if not stamp:
        return None
    try:
        seconds = calendar.timegm(stamp)
        return midnight(datetime.fromtimestamp(seconds, ZoneInfo("America/New_York")).date())
    except (ValueError, OverflowError, OSError):
        return None


def _string(told: Mapping[str, Any], key: str) -> str:
    value = told.get(key)
    return value if isinstance(value, str) else ""
