"""What a chat keeps: the papers that it saved, or wants less of; and which papers are like one.

In a group the votes are the group's. Anybody there may save: that only adds to a common list, and can be taken back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.answers.finding import Finding
from bot.answers.similar import similar
from bot.answers.values import Choice, Choices, FoundAuthor, FoundPaper, FoundRepository, NotFound
from bot.domain.chat import Address, Chat, Subscription
from bot.domain.link import CodeLink
from bot.domain.paper import Paper, parse_paper_id
from bot.domain.text import words
from bot.domain.vote import Vote
from bot.errors import BadQuery
from bot.rules.bibtex import bibtex
from storage import Storage

PAGE: Final = 10
MOST_EXPORTED: Final = 1_000
_ALIKE: Final = 8
_CHOICES: Final = 5
_MOST_CALLED_LESS: Final = 1_000  # that /more leaves out

Unclear = Choices | NotFound  # which paper was meant


@dataclass(frozen=True, slots=True)
class Kept:
    """A paper after a vote or its end; `changed` is False where that was so before. `saved`: how many papers are."""

    paper: Paper
    changed: bool
    saved: int


@dataclass(frozen=True, slots=True)
class Mutable:
    """What can be muted with a paper: an author, or the owner of its repository; `query` is the words that mute it."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Lessened:
    """A paper of which a chat wants less, what of it can be muted, and the subscriptions that brought it."""

    paper: Paper
    changed: bool
    mutable: tuple[Mutable, ...]
    brought: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page of the saved papers, the latest first, each with its best link; pages count from 1."""

    papers: tuple[Choice, ...]
    page: int
    pages: int
    saved: int


@dataclass(frozen=True, slots=True)
class Export:
    """The saved papers in the order in which they were saved (the latest thousand), and as BibTeX.

    `nameless` counts those without authors, as arXiv couldn't be asked for them; `saved`: how many there are in all.
    """

    papers: tuple[Choice, ...]
    bibtex: str
    nameless: int
    saved: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Cited:
    """A paper as BibTeX."""

    paper: Paper
    bibtex: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Papers like this one, the likest first."""

    paper: Paper
    papers: tuple[Choice, ...]


class Keeping:
    """Words that name no known paper, or several, come back as a NotFound, or as the Choices."""

    def __init__(self, storage: Storage, finding: Finding, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._finding = finding
        self._clock = clock

    def save(self, address: Address, text: str, *, title: str = "") -> Kept | Unclear:
        """Also a paper that was called less of: the last word counts."""
        paper = self._which(text)
        if not isinstance(paper, Paper):
            return paper
        with self._storage.write():
            chat = self._storage.chats.meet(address, self._clock(), title=title)
            changed = self._storage.votes.cast(chat.key, paper.key, Vote.SAVED, self._clock())
        return self._kept(chat, paper, changed)

    def unsave(self, address: Address, text: str) -> Kept | Unclear:
        return self._take_back(address, text, Vote.SAVED)

    def _take_back(self, address: Address, text: str, vote: Vote) -> Kept | Unclear:
        paper = self._which(text)
        if not isinstance(paper, Paper):
            return paper
        with self._storage.write():
            chat = self._storage.chats.meet(address, self._clock())
            changed = self._storage.votes.take_back(chat.key, paper.key, vote)
        return self._kept(chat, paper, changed)

    def _kept(self, chat: Chat, paper: Paper, changed: bool) -> Kept:
        return Kept(paper, changed, self._storage.votes.count(chat.key, Vote.SAVED))

    def less(self, address: Address, text: str) -> Lessened | Unclear:
        """The paper, and what is like it, falls in this chat's digests; and what else could be done."""
        paper = self._which(text)
        if not isinstance(paper, Paper):
            return paper
        with self._storage.write():
            chat = self._storage.chats.meet(address, self._clock())
            changed = self._storage.votes.cast(chat.key, paper.key, Vote.LESS, self._clock())
        reasons = self._storage.outbox.reasons(chat.key, paper.key)
        brought = tuple(s for s in self._storage.subscriptions.of_chat(chat.key) if s.text in reasons)
        return Lessened(paper, changed, _mutable(paper, self._shown_links(chat, paper)), brought)

    def less_no_more(self, address: Address, text: str) -> Kept | Unclear:
        """It falls no longer."""
        return self._take_back(address, text, Vote.LESS)

    def react(self, place: Address, message: str, vote: Vote | None, *, before: Vote | None, about: str) -> bool:
        """A vote on the one paper of a message that was sent, or that vote taken back; whether that changed anything.

        `message` is the platform's name for it. An answer is no delivery: `about` names its paper by an id, if any.
        """
        chats = self._storage.chats.everywhere(place)
        found = self._storage.cards.paper_of([chat.key for chat in chats], message)
        paper = self._storage.papers.find(named) if not found and (named := parse_paper_id(about)) else None
        if not found and paper is None:
            return False
        with self._storage.write():
            chat, key = found or (self._storage.chats.meet(place, self._clock()).key, paper.key if paper else 0)
            if vote:
                return self._storage.votes.cast(chat, key, vote, self._clock())
            return before is not None and self._storage.votes.take_back(chat, key, before)

    def saved(self, address: Address, page: int = 1) -> SavedPage:
        """Raises BadQuery for a page that there isn't."""
        chat = self._storage.chats.find(address)
        saved = self._storage.votes.count(chat.key, Vote.SAVED) if chat else 0
        pages = max(-(-saved // PAGE), 1)
        if not 1 <= page <= pages:
            raise BadQuery(f"There is no page {page}.", hint=f"/saved has {pages}." if pages > 1 else "/saved has one.")
        keys = self._storage.votes.papers(chat.key, Vote.SAVED, limit=PAGE, offset=PAGE * (page - 1)) if chat else []
        return SavedPage(self._choices(chat, self._storage.papers.many(keys)), page, pages, saved)

    def export(self, address: Address) -> Export:
        """All that is saved; authors that aren't known yet are asked for."""
        chat = self._storage.chats.find(address)
        keys = self._storage.votes.papers(chat.key, Vote.SAVED, limit=MOST_EXPORTED) if chat else []
        papers = self._finding.complete(self._storage.papers.many(keys[::-1]))
        stated = self._storage.papers.venues([paper.key for paper in papers])
        return Export(
            self._choices(chat, papers),
            bibtex(papers, stated),
            sum(not paper.authors for paper in papers),
            self._storage.votes.count(chat.key, Vote.SAVED) if chat else 0,
            self._clock(),
        )

    def cite(self, text: str) -> Cited | Unclear:
        """A paper as BibTeX; authors that aren't known yet are asked for."""
        paper = self._which(text)
        if not isinstance(paper, Paper):
            return paper
        (paper,) = self._finding.complete([paper])
        return Cited(paper, bibtex([paper], self._storage.papers.venues([paper.key])))

    def like(self, address: Address, text: str) -> Alike | Unclear:
        """Papers like this one, without those that the chat called less of."""
        paper = self._which(text)
        if not isinstance(paper, Paper):
            return paper
        paper = next(iter(self._finding.complete([paper])), paper)
        chat = self._storage.chats.find(address)
        less = self._storage.votes.papers(chat.key, Vote.LESS, limit=_MOST_CALLED_LESS) if chat else []
        keys = [key for key in similar(self._storage, paper, _ALIKE + len(less)) if key not in less]
        return Alike(paper, self._choices(chat, self._storage.papers.many(keys[:_ALIKE])))

    def _which(self, text: str) -> Paper | Unclear:
        """The paper that is meant; of a repository with several papers, or an author, a choice of them."""
        match found := self._finding.known(text):
            case Paper():
                return found
            case FoundPaper():
                return found.paper
            case FoundRepository(papers=(only,)):
                return only.paper
            case FoundRepository(papers=()):
                return NotFound(text, address=found.repository.address)
            case FoundRepository() | FoundAuthor():
                return Choices(text, found.papers[:_CHOICES])
            case _:
                return found

    def _choices(self, chat: Chat | None, papers: Sequence[Paper]) -> tuple[Choice, ...]:
        return tuple(Choice(paper, next(iter(self._shown_links(chat, paper)), None)) for paper in papers)

    def _shown_links(self, chat: Chat | None, paper: Paper) -> list[CodeLink]:
        """Its links, the best first, without those that are wrong for all or for this chat."""
        links = [link for link in self._storage.links.of_paper(paper.key) if link.confidence > 0]
        hidden = self._storage.chats.hidden(chat.key, [link.key for link in links]) if chat else frozenset()
        return [link for link in links if link.key not in hidden]


def _mutable(paper: Paper, links: Sequence[CodeLink]) -> tuple[Mutable, ...]:
    """Its first author, and the owner of its best repository."""
    found = []
    if paper.authors and (name := " ".join(words(paper.authors[0]))):
        found.append(Mutable(paper.authors[0], f'au:"{name}"'))
    if links:
        at = links[0].repository.address
        owned = f"{at.owner}/*" if at.host == "github.com" else at.owned
        found.append(Mutable(owned, f"repo:{owned}"))
    return tuple(found)
