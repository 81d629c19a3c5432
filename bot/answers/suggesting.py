"""Papers for words that are still being typed, from the catalogue alone: nobody else is asked, nothing is written.

An id or a repository's address, as far as it goes; au:NAME; what is called just so; else titles whose last word may
have more letters. For no words at all: what the chat saved, then the latest papers with code.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.answers.finding import Finding, author_in
from bot.answers.values import FoundPaper
from bot.domain.chat import Address
from bot.domain.paper import parse_paper_id
from bot.domain.repository import HOSTS
from bot.domain.text import clean
from bot.domain.vote import Vote
from bot.rules import titles
from storage import Storage

PAGE: Final = 10
MOST: Final = 50
_NAMED: Final = 10  # papers that are called just so
_LATEST: Final = 30
_LONGEST: Final = 256  # characters
_ID: Final = re.compile(
    r"(?:(?:https?://)?(?:www\.)?arxiv\.org/(?:abs|pdf|html)/|arxiv:)?([0-9]{4}(?:\.[0-9]{0,5})?)", re.IGNORECASE
)
_ADDRESS: Final = re.compile(r"(?:https?://)?(?:www\.)?([\w.-]+/\S*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Suggested:
    """A page of papers, the likeliest first; `more`: whether another page follows."""

    papers: tuple[FoundPaper, ...]
    more: bool = False


class Suggesting:
    def __init__(self, storage: Storage, finding: Finding) -> None:
        self._storage = storage
        self._finding = finding

    def suggest(self, text: str, chat: Address, page: int = 1) -> Suggested:
        """Pages count from 1. `chat` is the private one of whoever types."""
        unfinished = text == text.rstrip()
        keys = list(dict.fromkeys(self._keys(clean(text, _LONGEST), chat, unfinished)))[:MOST]
        begin, end = PAGE * (page - 1), PAGE * page
        shown = self._storage.papers.many(keys[begin:end])
        return Suggested(tuple(map(self._finding.seen, shown)), len(keys) > end)

    def _keys(self, asked: str, chat: Address, unfinished: bool) -> Iterable[int]:
        if not asked:
            return (*self._saved(chat), *self._latest())
        if (named := parse_paper_id(asked)) and (paper := self._storage.papers.find(named)):
            return [paper.key]
        if (begun := _ID.fullmatch(asked)) and (keys := self._storage.papers.with_id_begun(begun[1], MOST)):
            return keys
        if name := author_in(asked):
            return self._storage.papers.authors.with_code(name, limit=MOST)
        if " " not in asked and (keys := self._of_address(asked)):
            return keys
        return self._by_words(asked, unfinished)

    def _saved(self, chat: Address) -> list[int]:
        known = self._storage.chats.find(chat)
        return self._storage.votes.papers(known.key, Vote.SAVED, limit=MOST) if known else []

    def _latest(self) -> list[int]:
        """The best-known first."""
        latest = [paper.key for paper in self._storage.papers.latest_with_code(_LATEST)]
        return self._best_known_first(latest)

    def _of_address(self, asked: str) -> list[int]:
        """The papers of the repositories whose address begins so."""
        found = _ADDRESS.fullmatch(asked)
        if not found:
            return []
        address = found[1] if found[1].split("/")[0].lower() in HOSTS else f"github.com/{found[1]}"
        repositories = self._storage.repositories.with_address_begun(address.rstrip("/"), MOST)
        return [link.paper for key in repositories[:PAGE] for link in self._storage.links.of_repository(key)]

    def _by_words(self, asked: str, unfinished: bool) -> list[int]:
        called = self._storage.papers.titles.named(asked, _NAMED)
        if " " not in asked:
            repositories = self._storage.repositories.called(asked, _NAMED)
            called += [link.paper for one in repositories for link in self._storage.links.of_repository(one.key)]
        found = self._storage.papers.titles.candidates(asked, unfinished=unfinished)
        stars = self._storage.links.stars([key for key, _ in found])
        return [*self._best_known_first(called), *titles.as_typed(asked, found, stars, MOST)]

    def _best_known_first(self, keys: list[int]) -> list[int]:
        stars = self._storage.links.stars(keys)
        return sorted(keys, key=lambda key: -stars.get(key, 0))
