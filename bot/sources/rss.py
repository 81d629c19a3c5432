"""Any feed: RSS 0.9x/1.0/2.0, Atom, JSON Feed; and finding the feeds of a page.

A feed's item is an Entry; it is a paper only if its own address is a paper's. `rss_read` takes the bytes apart,
`rss_entry` cleans what it finds.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from bs4 import Tag

from bot.domain.feed import Batch, Feed, FoundFeed
from bot.domain.text import NAME_LIMIT, clean
from bot.errors import Unreadable
from bot.sources.markup import plain
from bot.sources.pages import tree
from bot.sources.rss_entry import entry_of, link_of, newest, paper_of
from bot.sources.rss_read import RawFeed, is_web_page, read_feed
from bot.sources.web import Answer, Web, checked_address

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.5, */*;q=0.1"
)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_HEAD_OF_PAGE = 1_000_000  # characters: what names a page's feeds stands at its top
_MOST_FOUND = 10


class Rss:
    """The source of general feeds."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def fetch(self, feed: Feed) -> Batch:
        """What the feed holds now, or an empty batch when it didn't change. Raises FetchError; Unreadable: no feed."""
        answer = self._web.get(feed.url, known=feed.validators, accept=_ACCEPT, trusted=feed.trusted)
        if answer.not_modified:
            return Batch(answer.validators, not_modified=True, moved_to=answer.moved_to)
        return _batch(answer, read_feed(answer.body, _type(answer)), now=datetime.now(UTC))

    def discover(self, url: str, *, trusted: bool = False) -> tuple[FoundFeed, ...]:
        """The feed at this address, or those that the page there names, at most 10. Raises FetchError and its kinds."""
        answer = self._web.get(url, accept=_ACCEPT, trusted=trusted)
        try:
            feed = read_feed(answer.body, _type(answer))
        except Unreadable as no_feed:
            return _found(answer, no_feed)
        batch = _batch(answer, feed, now=datetime.now(UTC))
        return (FoundFeed(answer.moved_to or checked_address(url), batch.title, batch.entries),)


def _found(answer: Answer, no_feed: Unreadable) -> tuple[FoundFeed, ...]:
    """The feeds that a page names; `no_feed` says what came instead of one."""
    found: dict[str, FoundFeed] = {}
    for feed in _named_by(answer):
        found.setdefault(feed.url, feed)
    if not found:
        raise Unreadable("a web page that names no feed") if is_web_page(answer.body) else no_feed
    return tuple(found.values())[:_MOST_FOUND]


def _batch(answer: Answer, feed: RawFeed, *, now: datetime) -> Batch:
    entries = ((item, entry) for item in feed.items if (entry := entry_of(item, answer.url, now)))
    kept = newest(entries)
    return Batch(
        answer.validators,
        title=_title(feed.title),
        papers=tuple(paper for item, entry in kept if (paper := paper_of(item, entry))),
        entries=tuple(entry for _, entry in kept),
        moved_to=answer.moved_to,
        warnings=feed.warnings,
    )


def _title(markup: str) -> str:
    return clean(plain(markup[: 8 * NAME_LIMIT]), NAME_LIMIT)


def _type(answer: Answer) -> str:
    return answer.headers.get("Content-Type", "")


def _named_by(answer: Answer) -> Iterator[FoundFeed]:
    """The feeds that a page names in its <link>s, in its order."""
    tags = tree(answer.text()[:_HEAD_OF_PAGE]).find_all(["base", "link"])
    base = next((link for tag in tags if tag.name == "base" and (link := link_of(_of(tag, "href"), answer.url))), "")
    for tag in tags:
        kind = _of(tag, "type").partition(";")[0].strip().lower()
        if tag.name == "link" and "alternate" in _of(tag, "rel").lower().split() and kind in _FEED_TYPES:
            link = link_of(_of(tag, "href"), base or answer.url)
            if link:
                yield FoundFeed(link, _title(_of(tag, "title")))


def _of(tag: Tag, name: str) -> str:
    value = tag.get(name) or ""
    return value if isinstance(value, str) else " ".join(value)
