"""Feeds (everything that is looked at again and again) and what one look brings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.paper import FetchedPaper, PaperId


class Source(StrEnum):
    """The sources, by the names that the command line and the status use."""

    ARXIV = "arxiv"
    RSS = "rss"
    TRENDING = "trending"
    GITHUB = "github"
    HUGGING_FACE = "huggingface"
    PAPERS_WITH_CODE = "paperswithcode"  # asked for single papers only


POLLED: Final = tuple(source for source in Source if source is not Source.PAPERS_WITH_CODE)
SOURCES: Final = tuple(source.value for source in POLLED)


class FeedState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"  # failed for 14 days; its subscribers have been told
    GONE = "gone"  # 410


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes the next request conditional. `body_hash` catches servers that answer 200 with the same bytes."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as known. `name` is short and for people: a category, a site's title, "python weekly".

    `last_item_at` is the newest announcement that the feed has brought; a failing feed has `failures` > 0 and an
    `error`.
    """

    key: int
    source: Source
    url: str
    name: str
    state: FeedState = FeedState.ACTIVE
    validators: Validators = Validators()
    interval_s: int = 3600
    next_check_at: datetime | None = None
    checked_at: datetime | None = None
    succeeded_at: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    error: str = ""
    moved_to: str | None = None
    moved_times: int = 0
    last_item_at: datetime | None = None
    trusted: bool = False
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A feed item as fetched. It is a paper only if its own address or guid is a paper's (`paper`)."""

    guid: str
    title: str
    url: str
    summary: str = ""
    author: str = ""
    published: datetime | None = None
    paper: PaperId | None = None
    mentions: tuple[str, ...] = ()  # arXiv ids in the text


@dataclass(frozen=True, slots=True)
class Sighting:
    """A repository on a trending page; `gained` is the page's own count for its span."""

    slug: str
    rank: int
    stars: int | None
    gained: int | None
    language: str | None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one look at a feed brought, as fetched. `moved_to` is set when the server says "moved for good"."""

    validators: Validators = Validators()
    not_modified: bool = False
    title: str = ""
    papers: tuple[FetchedPaper, ...] = ()
    entries: tuple[Entry, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    moved_to: str | None = None
    announced: datetime | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that a page names; or that it is, then with what it holds."""

    url: str
    title: str
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class PollCount:
    """What polling one source came to; `+` adds two."""

    fetched: int = 0
    new_papers: int = 0
    updated_papers: int = 0
    new_links: int = 0
    alerts: int = 0
    not_modified: int = 0
    errors: tuple[str, ...] = field(default=())

    @property
    def failed(self) -> bool:
        """Something was tried, and nothing of it succeeded."""
        return bool(self.errors) and not self.fetched and not self.not_modified

    def __add__(self, other: "PollCount") -> "PollCount":
        return PollCount(
            self.fetched + other.fetched,
            self.new_papers + other.new_papers,
            self.updated_papers + other.updated_papers,
            self.new_links + other.new_links,
            self.alerts + other.alerts,
            self.not_modified + other.not_modified,
            self.errors + other.errors,
        )


def total(counts: Iterable[PollCount]) -> PollCount:
    return sum(counts, PollCount())
