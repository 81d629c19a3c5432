"""What a chat takes along when it moves: written into a file, and read from one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.pace import Rhythm
from bot.domain.paper import PaperId
from bot.domain.repository import RepositoryAddress

FILE_LIMIT: Final = 2_000_000  # bytes: ten thousand feeds with their titles


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands: in which line, or as which one of a list, such as "mutes"."""

    number: int
    of: str = "line"


@dataclass(frozen=True, slots=True)
class Wish:
    """A subscription: to a query, `text`; or to the feed at an address, to all of it where there is no text.

    `name` is what the feed is called.
    """

    text: str = ""
    feed: str = ""
    name: str = ""
    rhythm: Rhythm = Rhythm.AT_ONCE
    priority: bool = False
    place: Place = Place(0)


@dataclass(frozen=True, slots=True)
class MutedWords:
    """A query that isn't to be heard of; `until` None is for good."""

    text: str
    until: datetime | None = None
    place: Place = Place(0)


@dataclass(frozen=True, slots=True)
class SavedPaper:
    """A paper that was kept, by any of its ids; `at` is when, where that is told."""

    ids: tuple[PaperId, ...]
    title: str = ""
    at: datetime | None = None
    place: Place = Place(0)


@dataclass(frozen=True, slots=True)
class HiddenLink:
    """A link that the chat has called wrong."""

    ids: tuple[PaperId, ...]
    repository: RepositoryAddress
    title: str = ""
    place: Place = Place(0)


@dataclass(frozen=True, slots=True)
class Unread:
    """What couldn't be understood, or isn't known here: where, what stands there, and why not."""

    place: Place
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Luggage:
    """All of it. `settings` are names with the words that one would type to settle them."""

    wishes: tuple[Wish, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    mutes: tuple[MutedWords, ...] = ()
    saved: tuple[SavedPaper, ...] = ()
    hidden: tuple[HiddenLink, ...] = ()
    unread: tuple[Unread, ...] = ()
