"""Raw items to clean entries, each once, and to papers where an item's own address is a paper's."""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urldefrag

from bot.domain.feed import Entry
from bot.domain.paper import FetchedPaper, PaperId, arxiv_ids_in, parse_paper_id
from bot.domain.text import ABSTRACT_LIMIT, NAME_LIMIT, TITLE_LIMIT, clean
from bot.errors import Refused
from bot.sources.markup import plain
from bot.sources.rss_read import RawItem
from bot.sources.web import checked_address

MOST_ENTRIES = 500
SUMMARY_LIMIT = 5_000
_MARKUP_LIMIT = 200_000  # characters of one item that are looked at
_GUID_LIMIT = 500
_SHORT_TITLE = 100  # of an item without one: its first words
_URL_LIMIT = 2_000
_MOST_MENTIONS = 50
_FUTURE = timedelta(days=2)  # a clock may be wrong by a time zone, hardly by more
_FIRST_YEAR = 1990  # before the web: an unset clock
_ADDRESS_SAFE = "%/:=&?~#+!$,;'@()*[]"
_ARXIV_HEAD = re.compile(r"^arXiv:\S+ Announce Type: [\w-]+ Abstract: ")  # of arXiv's own feeds, given as any feed
_OAI = re.compile(r"^oai:arxiv\.org:", re.IGNORECASE)
_STATED_ID = re.compile(r"oai:arxiv\.org:|arxiv:|doi:|10\.\d{4,9}/|https?://", re.IGNORECASE)


def entry_of(item: RawItem, base: str, now: datetime) -> Entry | None:
    """The item as an entry; None when it says nothing at all. `base` is the feed's own address."""
    link = link_of(item.link, base)
    title = clean(plain(item.title[:_MARKUP_LIMIT]), TITLE_LIMIT)
    summary = _words_of(item, SUMMARY_LIMIT)
    if not (link or title or summary):
        return None
    return Entry(
        guid=_guid(item, title or summary),
        title=title or clean(summary, _SHORT_TITLE),
        url=link,
        summary=summary,
        author=clean(plain(item.author[:_MARKUP_LIMIT]), NAME_LIMIT),
        published=_sane_time(item.published, now),
        paper=_paper_id(item, link),
        mentions=_mentions(item),
    )


def paper_of(item: RawItem, entry: Entry) -> FetchedPaper | None:
    """The paper that an entry is, as far as a feed tells it."""
    if entry.paper is None:
        return None
    title = entry.title if item.title else ""  # a title made of the first words isn't the paper's
    abstract = _ARXIV_HEAD.sub("", _words_of(item, ABSTRACT_LIMIT), count=1)
    return FetchedPaper((entry.paper,), title, abstract, announced=entry.published)


def newest(entries: Iterable[tuple[RawItem, Entry]]) -> list[tuple[RawItem, Entry]]:
    """Each guid once (the first one wins), and of too many the newest by date, in the feed's order."""
    once: dict[str, tuple[RawItem, Entry]] = {}
    for item, entry in entries:
        once.setdefault(entry.guid, (item, entry))
    if len(once) <= MOST_ENTRIES:
        return list(once.values())
    # Feeds put new items first as a rule, so one without a date counts as new as its place says.
    latest = datetime.max.replace(tzinfo=UTC)
    by_age = sorted(once.values(), key=lambda pair: pair[1].published or latest, reverse=True)
    kept = {entry.guid for _, entry in by_age[:MOST_ENTRIES]}
    return [pair for guid, pair in once.items() if guid in kept]


def link_of(link: str, base: str) -> str:
    """An absolute http(s) address that can be shown and opened, without login; "" for anything else (javascript:)."""
    link = clean(link, _URL_LIMIT * 4)
    if not link:
        return ""
    try:
        address = checked_address(link, base=base)
    except Refused:
        return ""
    fragment = urldefrag(link).fragment
    address = quote(f"{address}#{fragment}" if fragment else address, safe=_ADDRESS_SAFE)
    return address if len(address) <= _URL_LIMIT else ""


def _guid(item: RawItem, words: str) -> str:
    guid = clean(item.guid, _GUID_LIMIT * 4)
    if guid and len(guid) <= _GUID_LIMIT:
        return guid
    # The link as written: made absolute, it would change with the feed's own address.
    basis = guid or f"{clean(item.link, _URL_LIMIT * 4)}\n{words}"
    return "sha256:" + hashlib.sha256(basis.encode()).hexdigest()


def _words_of(item: RawItem, limit: int) -> str:
    return clean(plain((item.summary or item.content)[:_MARKUP_LIMIT]), limit)


def _sane_time(when: datetime | None, now: datetime) -> datetime | None:
    return when if when and when.year >= _FIRST_YEAR and when <= now + _FUTURE else None


def _paper_id(item: RawItem, link: str) -> PaperId | None:
    """The paper whose address the link, the guid or a stated identifier is, in this order."""
    stated = (_stated(text) for text in (item.guid, *item.identifiers))
    return next((found for text in (link, *stated) if text and (found := parse_paper_id(text))), None)


def _stated(text: str) -> str:
    """The text if it is an address or says its kind of id: a guid may look like one by chance (post/1234567)."""
    text = text.strip()
    return _OAI.sub("arxiv:", text) if _STATED_ID.match(text) else ""


def _mentions(item: RawItem) -> tuple[str, ...]:
    # In the markup, not in its words: most papers are cited by what a link leads to.
    parts = (item.title, item.summary, item.content)
    return arxiv_ids_in("\n".join(part[:_MARKUP_LIMIT] for part in parts))[:_MOST_MENTIONS]
