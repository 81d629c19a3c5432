"""Does a paper match a query; and the terms by which the two find each other without trying all pairs.

A query stands under terms of which every matching paper has at least one; a paper asks for all the terms that it has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.domain.link import CodeLink
from bot.domain.news import NewsKind
from bot.domain.paper import Paper, PaperId
from bot.domain.text import singular, words
from bot.rules.query import Phrase, Query, parse

cached_parse = lru_cache(maxsize=20_000)(parse)


@dataclass(frozen=True, slots=True)
class Document:
    """A paper as matching sees it: folded words, and their running text for phrases."""

    words: frozenset[str]
    text: str
    categories: frozenset[str]
    authors: tuple[frozenset[str], ...]
    ids: frozenset[PaperId]
    repositories: frozenset[str]


def document(paper: Paper, links: Iterable[CodeLink]) -> Document:
    title, abstract = _folded(paper.title), _folded(paper.abstract)
    return Document(
        frozenset(title).union(abstract),
        f" {' '.join(title)} | {' '.join(abstract)} ",  # no phrase reaches from one into the other
        frozenset(_with_archives(paper.categories)),
        tuple(frozenset(words(name)) for name in paper.authors),
        frozenset(paper.ids),
        frozenset(link.repository.address.id for link in links),
    )


def _folded(text: str) -> list[str]:
    return [singular(word) if word[-1] == "s" else word for word in words(text)]  # few words are worth the call


def _with_archives(categories: Iterable[str]) -> Iterable[str]:
    """cs.CV, and cs for those who take all of it."""
    for category in categories:
        yield category.lower()
        yield category.lower().partition(".")[0]


def matches(query: Query, paper: Document) -> bool:
    for phrase in query.phrases:  # most candidates end here: no generator is worth its making
        if not _has(paper, phrase):
            return False
    return (
        not any(_has(paper, phrase) for phrase in query.without)
        and (not query.categories or not paper.categories.isdisjoint(query.categories))
        and (not query.authors or any(name >= set(wanted) for wanted in query.authors for name in paper.authors))
        and (not query.repositories or not paper.repositories.isdisjoint(query.repositories))
        and (not query.papers or not paper.ids.isdisjoint(query.papers))
    )


def _has(paper: Document, phrase: Phrase) -> bool:
    if phrase[0] not in paper.words:
        return False
    return len(phrase) == 1 or f" {' '.join(phrase)} " in paper.text


def paper_terms(paper: Document, kind: NewsKind) -> list[str]:
    """Every term under which a query that wants this kind of news, and that this paper matches, may stand."""
    terms = [
        *paper.words,
        *set(_pairs(paper.text.split())),
        *(f"cat:{category}" for category in paper.categories),
        *(f"au:{word}" for name in paper.authors for word in name),
        *(f"id:{i}" for i in paper.ids),
        *(f"repo:{address}" for address in paper.repositories),
    ]
    prefix = _PREFIX[kind]
    return [prefix + term for term in terms] if prefix else terms


def query_terms(query: Query, rarity: Mapping[str, int]) -> tuple[str, ...]:
    """The terms under which a query stands, for each kind of news that it wants.

    `rarity`: in how many titles a word stands.
    """
    return tuple(_PREFIX[kind] + term for kind in sorted(query.kinds) for term in _most_selective(query, rarity))


# Papers without code are ten times as many as those with, and few queries want them: they never meet the other ones.
_PREFIX = {NewsKind.CODE: "", NewsKind.PAPER: "new ", NewsKind.STATE: "state "}


def _most_selective(query: Query, rarity: Mapping[str, int]) -> tuple[str, ...]:
    if query.papers:
        return tuple(f"id:{i}" for i in query.papers)
    if query.repositories:
        return tuple(f"repo:{address}" for address in query.repositories)
    if query.authors:
        return tuple(dict.fromkeys(f"au:{max(name, key=len)}" for name in query.authors))
    if query.phrases:
        return (_rarest(query.phrases, rarity),)
    return tuple(f"cat:{category}" for category in query.categories)


def _rarest(phrases: Iterable[Phrase], rarity: Mapping[str, int]) -> str:
    """The rarest word; in a phrase, with its rarer neighbour, since "large language models" are all common."""

    def common(word: str) -> tuple[int, int]:
        return rarity.get(word, 0), -len(word)

    phrase, at = min(((p, n) for p in phrases for n in range(len(p))), key=lambda where: common(where[0][where[1]]))
    beside = [phrase[n : n + 2] for n in (at - 1, at) if n >= 0]
    pairs = {pair: term for pair in beside for term in _pairs(pair)}
    return pairs[min(pairs, key=lambda pair: max(map(common, pair)))] if pairs else phrase[at]


def _pairs(said: Sequence[str]) -> list[str]:
    """Neighbours as terms; pairs with a word of every text would tell little, and be half of all."""
    telling = [None if word in _EVERYWHERE else word for word in said]
    return [f"{one}+{other}" for one, other in pairwise(telling) if one and other]


_EVERYWHERE = frozenset(
    "| a an and are as at be by can for from has have how in into is it its more not of on or our such than that the "
    "their these this to using via we which while with without".split()
)
