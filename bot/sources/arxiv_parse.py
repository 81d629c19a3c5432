"""What arXiv's query API (Atom) and OAI-PMH say, as papers.

Elements are found by local name alone: prefixes and order have changed before. A document type declaration is refused
before parsing, since entities declared there could unfold without end; arXiv sends none.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.paper import Announcement, FetchedPaper, PaperId, parse_paper_id
from bot.domain.text import ABSTRACT_LIMIT, NAME_LIMIT, TITLE_LIMIT, clean
from bot.errors import FetchError, Unreadable

_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]+(?:-[a-z]+)?)?")
_VERSION = re.compile(r"\dv(\d{1,3})(?:\.pdf)?$")
_WITHDRAWN = re.compile(
    r"(?:^|[.;(]\s*)(?:(?:this|the|these|paper|papers|article|manuscript|submission|work|preprint|note|version|"
    r"has|have|been|is|was|being)\s+)*withdrawn\b",
    re.IGNORECASE,
)
# How long after its submission a paper may be announced for the first time: over a long weekend, and when moderators
# hold it (which shows only while it has no second version).
_USUAL_DELAY = timedelta(days=5)
_LONGEST_DELAY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Results:
    """A page of the query API: its papers, how many entries it had, and how many the whole answer has."""

    papers: tuple[FetchedPaper, ...]
    entries: int
    total: int


@dataclass(frozen=True, slots=True)
class Records:
    """A page of OAI-PMH: its papers, how many records it had (deleted ones too), and the token of the next page.

    `error` is the protocol's code where it refused, such as noRecordsMatch, and `reason` its words.
    """

    papers: tuple[FetchedPaper, ...] = ()
    records: int = 0
    token: str = ""
    error: str = ""
    reason: str = ""


def refuse_declarations(body: bytes) -> None:
    """Raise Unreadable for a document with a document type declaration, or in an encoding that could hide one."""
    if b"\0" in body:
        raise Unreadable("arXiv's answer is not text in UTF-8")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Unreadable("arXiv's answer declares a document type, which no feed of its does: not read")


def tree(body: bytes, root: str) -> ET.Element:
    """The document's root element, which has to be called `root`; else Unreadable."""
    refuse_declarations(body)
    try:
        found = ET.fromstring(body)  # noqa: S314 - documents that declare entities are refused above
    except (ET.ParseError, ValueError, LookupError) as error:
        raise Unreadable(f"arXiv's answer is not XML: {error}") from error
    if _local(found) != root:
        raise Unreadable(f"arXiv's answer is <{clean(_local(found), 50)}>, not <{root}>")
    return found


def read_results(body: bytes) -> Results:
    """A page of the query API. Raises FetchError for an error in the form of an entry, Unreadable for garbage."""
    feed = tree(body, "feed")
    entries = list(_children(feed, "entry"))
    for entry in entries:
        if text(entry, "title").strip() == "Error" and "/errors" in text(entry, "id"):
            raise FetchError(f"arXiv refused the question: {clean(text(entry, 'summary'), 200)}")
    total = text(feed, "totalResults").strip()
    papers = tuple(paper for entry in entries if (paper := _paper_of_entry(entry)))
    return Results(papers, len(entries), int(total) if total.isascii() and total.isdigit() else len(entries))


def _paper_of_entry(entry: ET.Element) -> FetchedPaper | None:
    address = text(entry, "id")
    found = parse_paper_id(address)
    if found is None or found.scheme != "arxiv":
        return None
    terms = [e.get("term", "") for name in ("primary_category", "category") for e in _children(entry, name)]
    comment = clean(text(entry, "comment"), ABSTRACT_LIMIT)
    return FetchedPaper(
        ids=ids_of(found, text(entry, "doi")),
        title=clean(text(entry, "title"), TITLE_LIMIT),
        abstract=clean(text(entry, "summary"), ABSTRACT_LIMIT),
        authors=_names(text(author, "name") for author in _children(entry, "author")),
        categories=categories_of(terms),
        comment=comment,
        version=version_of(address),
        published=moment(text(entry, "published")),
        withdrawn=is_withdrawn(comment),
    )


def read_records(body: bytes, *, category: str, since: date) -> Records:
    """A page of ListRecords; `category` and `since` are what was asked for, and tell a cross-list and a replacement."""
    root = tree(body, "OAI-PMH")
    for error in _children(root, "error"):
        return Records(error=error.get("code", "unknown"), reason=clean("".join(error.itertext()), 200))
    for page in _children(root, "ListRecords"):
        records = list(_children(page, "record"))
        found = (_paper_of_record(record, category, since) for record in records)
        token = text(page, "resumptionToken").strip()
        return Records(tuple(paper for paper in found if paper), len(records), token)
    raise Unreadable("arXiv's OAI-PMH answer has no records and names no error")


def _paper_of_record(record: ET.Element, category: str, since: date) -> FetchedPaper | None:
    told = next((e for e in record.iter() if _local(e) == "arXiv"), None)
    found = parse_paper_id(text(told, "id")) if told is not None else None
    if told is None or found is None or found.scheme != "arxiv":
        return None
    comment = clean(text(told, "comments"), ABSTRACT_LIMIT)
    categories = categories_of(text(told, "categories").split())
    created, updated = moment(text(told, "created")), text(told, "updated")
    return FetchedPaper(
        ids=ids_of(found, text(told, "doi")),
        title=clean(text(told, "title"), TITLE_LIMIT),
        abstract=clean(text(told, "abstract"), ABSTRACT_LIMIT),
        authors=_names(_full_name(e) for e in told.iter() if _local(e) == "author"),
        categories=categories,
        comment=comment,
        version=0 if updated else 1,
        published=created,
        announced=_stamped(record),
        announcement=_announced_as(created, bool(updated), since, _lies_in(categories[:1], category)),
        withdrawn=is_withdrawn(comment),
    )


def _announced_as(created: datetime | None, updated: bool, since: date, primary: bool) -> Announcement:
    """OAI-PMH doesn't tell why a record changed: old papers came again (a version, a journal), young ones are new."""
    delay = _USUAL_DELAY if updated else _LONGEST_DELAY
    if created is None or created.date() < since - delay:
        return Announcement.REPLACE if primary else Announcement.REPLACE_CROSS
    return Announcement.NEW if primary else Announcement.CROSS


def _lies_in(categories: tuple[str, ...], wanted: str) -> bool:
    return any(category == wanted or category.startswith(f"{wanted}.") for category in categories)


def _stamped(record: ET.Element) -> datetime | None:
    stamps = (moment(text(header, "datestamp")) for header in _children(record, "header"))
    return next((midnight(stamp.date()) for stamp in stamps if stamp), None)


def _full_name(author: ET.Element) -> str:
    return " ".join(part for name in ("forenames", "keyname", "suffix") if (part := text(author, name).strip()))


def _names(names: Iterator[str]) -> tuple[str, ...]:
    # A collaboration's colon comes as an author of its own.
    return tuple(name for raw in names if (name := clean(raw, NAME_LIMIT)).strip(":,. "))


def ids_of(found: PaperId, dois: str) -> tuple[PaperId, ...]:
    """The paper's own id, then its publishers' DOIs; arXiv's field may hold several, and things that are none."""
    parsed = (parse_paper_id(value) for value in re.split(r"[\s;,]+", dois) if value)
    return tuple(dict.fromkeys([found, *(other for other in parsed if other and other.scheme == "doi")]))


def categories_of(terms: list[str]) -> tuple[str, ...]:
    """arXiv's categories in order, each once; the field also holds classes of the ACM and the MSC."""
    return tuple(dict.fromkeys(term for raw in terms if _CATEGORY.fullmatch(term := raw.strip())))


def version_of(address: str) -> int:
    """The version at the end of an id or address; 0 when it has none."""
    found = _VERSION.search(address.strip())
    return int(found[1]) if found else 0


def is_withdrawn(comment: str) -> bool:
    """Whether the comment says that this paper has been withdrawn (and not that it speaks of another that was)."""
    return bool(_WITHDRAWN.search(comment))


def moment(stamp: str) -> datetime | None:
    """A time or a day as UTC; a day is its midnight. None for what is neither."""
    try:
        found = datetime.fromisoformat(stamp.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def midnight(day: date) -> datetime:
    """When that day's announcement is made: midnight, US Eastern; as UTC."""
    return datetime.combine(day, time(), ZoneInfo("America/New_York")).astimezone(UTC)


def text(element: ET.Element, name: str) -> str:
    """The whole text of the first child of that local name, "" where there is none."""
    return next(("".join(child.itertext()) for child in _children(element, name)), "")


def _children(element: ET.Element, name: str) -> Iterator[ET.Element]:
    return (child for child in element if _local(child) == name)


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
