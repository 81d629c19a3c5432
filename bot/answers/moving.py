"""What a chat takes along: all that it has as one file; and such a file, OPML or a list, taken in by any chat.

text, or the file at an address -> unpacking -> luggage -> papers that aren't known are asked for -> one transaction
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from bot.answers.finding import Live
from bot.answers.settling import Settling
from bot.answers.taking import Taken, Taking, wish_of
from bot.domain.chat import Address
from bot.domain.moving import FILE_LIMIT, HiddenLink, Luggage, MutedWords, SavedPaper
from bot.domain.paper import FetchedPaper, arxiv_of
from bot.errors import FetchError, Refused
from bot.ingest import ingest
from bot.rules import opml, packing, unpacking
from bot.rules.query import Query
from bot.rules.wishes import as_query
from storage import Storage

MOST_ASKED: Final = 100  # papers that arXiv is asked for, with one request
_AT_ONCE: Final = 500
_FILES: Final = (".opml", ".xml", ".json", ".txt")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Packed:
    """A file to take along; `luggage` is what it holds, `others` how many subscriptions it can't."""

    content: str
    luggage: Luggage
    others: int = 0


class Moving:
    """`look_for` notes that somebody waits for a query's papers."""

    def __init__(
        self,
        storage: Storage,
        live: Live,
        settling: Settling,
        clock: Callable[[], datetime],
        *,
        look_for: Callable[[Query, datetime], None],
    ) -> None:
        self._storage = storage
        self._live = live
        self._settling = settling
        self._clock = clock
        self._look_for = look_for

    # Out ------------------------------------------------------------------------------------------------------------

    def pack(self, address: Address) -> Packed:
        """All that a chat has."""
        now = self._clock()
        pace = self._settling.settings(address).pace
        chat = self._storage.chats.find(address)
        assert chat is not None  # asking for its settings has met it
        luggage = Luggage(
            tuple(wish_of(self._storage, one) for one in self._storage.subscriptions.of_chat(chat.key)),
            packing.settings(pace),
            tuple(MutedWords(mute.text, mute.until) for mute in self._storage.paces.mutes(chat.key, now)),
            tuple(self._saved(chat.key)),
            tuple(self._hidden(chat.key)),
        )
        return Packed(packing.written(luggage, now), luggage)

    def pack_feeds(self, address: Address, *, title: str) -> Packed:
        """The feeds that a chat follows, as OPML under this title."""
        chat = self._storage.chats.find(address)
        mine = self._storage.subscriptions.of_chat(chat.key) if chat else ()
        feeds = tuple(wish_of(self._storage, one) for one in mine if one.is_whole)
        content = opml.written(feeds, title=title, now=self._clock())
        return Packed(content, Luggage(feeds), others=len(mine) - len(feeds))

    def _saved(self, chat: int) -> Iterator[SavedPaper]:
        for some in _parts(self._storage.votes.saved(chat)):
            saved = dict(some)
            for paper in self._storage.papers.many(list(saved)):
                yield SavedPaper(paper.ids, paper.title, saved[paper.key])

    def _hidden(self, chat: int) -> Iterator[HiddenLink]:
        for some in _parts(self._storage.chats.all_hidden(chat)):
            links = sorted(self._storage.links.get(some), key=lambda link: link.key)
            papers = {paper.key: paper for paper in self._storage.papers.many([link.paper for link in links])}
            for link in links:
                paper = papers[link.paper]
                yield HiddenLink(paper.ids, link.repository.address, paper.title)

    # In -------------------------------------------------------------------------------------------------------------

    def take(self, address: Address, text: str, *, most: int, title: str = "", maker: str = "") -> Taken:
        """Take in what a text holds, or the file at the address that it is; a chat has `most` subscriptions at most.

        Raises BadQuery and FetchError; then nothing was taken.
        """
        luggage = unpacking.read(self._fetched(text))
        told, trouble = self._ask_for(luggage)
        now = self._clock()
        with self._storage.write():
            ingest(self._storage, told, now=now, quiet=True)
            chat = self._storage.chats.meet(address, now, title=title)
            taking = Taking(self._storage, chat.key, now, most=most, look_for=self._look_for, maker=maker)
            taken = taking.take(luggage, trouble)
            self._settling.plan_digest(chat.key)
        return taken

    def _fetched(self, text: str) -> str:
        """The text; of an address alone the file there, unless it is a list of one: a paper's or a repository's."""
        url = text.strip()
        if "://" not in url or len(url.split()) > 1 or url.startswith(("<", "{")):
            return text
        if as_query(url) != url and not url.lower().endswith(_FILES):
            return text
        if self._live.files is None:
            raise Refused("addresses aren't read here")
        return self._live.files.read(url, limit=FILE_LIMIT)

    def _ask_for(self, luggage: Luggage) -> tuple[tuple[FetchedPaper, ...], str]:
        """What arXiv tells of papers that aren't known here, or why it doesn't. What the file says isn't believed."""
        named = [one.ids for one in luggage.saved] + [one.ids for one in luggage.hidden]
        unknown = [arxiv for ids in named if (arxiv := arxiv_of(ids)) and self._storage.papers.find(*ids) is None]
        if not unknown:
            return (), ""
        try:
            return self._live.papers.look_up(list(dict.fromkeys(unknown))[:MOST_ASKED]), ""
        except FetchError as error:
            return (), str(error)


def _parts(things: Sequence[T]) -> Iterator[Sequence[T]]:
    return (things[start : start + _AT_ONCE] for start in range(0, len(things), _AT_ONCE))
