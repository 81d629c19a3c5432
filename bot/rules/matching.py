"""Does a paper match a query: a paper as matching sees it, and what each condition asks of it.

terms.py has the index terms by which the two find each other without trying all pairs.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.domain.link import CodeLink
from bot.domain.paper import Paper, PaperId
from bot.domain.repository import Repository as Repo
from bot.domain.text import singular, words
from bot.errors import BadQuery
from bot.rules.linking import worth_telling
from bot.rules.query import Query, parse
from bot.rules.query_fields import comment_words
from bot.rules.query_nodes import (
    All,
    Any,
    Author,
    Category,
    Framework,
    HasCode,
    Language,
    No,
    Node,
    Official,
    PaperIs,
    Repository,
    Stars,
    Where,
    Words,
)
from bot.rules.weighing import SURE


@lru_cache(maxsize=20_000)  # some 10 MB when full; half of what is asked for was asked for lately
def cached_parse(text: str) -> Query | None:
    """A stored query, understood; None for one that an older version took and this one doesn't."""
    try:
        return parse(text)
    except BadQuery:
        return None


@dataclass(frozen=True, slots=True)
class Document:
    """A paper as matching sees it: folded words, and their running texts for phrases.

    What its repositories are like counts for the links that are believed; `stars` has one number a repository. `feed`
    is the address of the feed whose entry it is, "" for a paper.
    """

    words: frozenset[str]
    text: str
    title: str
    abstract: str
    categories: frozenset[str]
    authors: tuple[frozenset[str], ...]
    ids: frozenset[PaperId]
    repositories: frozenset[str]
    comment: str = " "
    descriptions: str = " "
    languages: frozenset[str] = frozenset()
    frameworks: frozenset[str] = frozenset()
    stars: tuple[int, ...] = ()
    official: frozenset[bool] = frozenset()
    has_code: bool = False
    feed: str = ""


def document(paper: Paper, links: Iterable[CodeLink]) -> Document:
    title, abstract = _folded(paper.title), _folded(paper.abstract)
    links = tuple(links)
    believed = [link for link in links if link.official is not None and link.confidence >= SURE]
    first, second = f" {' '.join(title)} ", f" {' '.join(abstract)} "
    return Document(
        frozenset(title).union(abstract),
        f"{first}|{second}",  # no phrase reaches from one into the other
        first,
        second,
        frozenset(_with_archives(paper.categories)),
        tuple(frozenset(words(name)) for name in paper.authors),
        frozenset(paper.ids),
        frozenset(name for link in links for name in (link.repository.address.id, link.repository.address.owned)),
        f" {' '.join(comment_words(paper.comment))} " if paper.comment else " ",
        *(_of_repositories(believed) if believed else ()),
    )


def bare_document(repository: Repo, names: frozenset[str]) -> Document:
    """A repository that no paper names, as matching sees it: only who asks for it by name finds it."""
    stars = () if repository.stars is None else (repository.stars,)
    return Document(
        frozenset(),
        " ",
        " ",
        " ",
        frozenset(),
        (),
        frozenset(),
        names,
        frameworks=frozenset(repository.frameworks),
        languages=frozenset({repository.language.casefold()} if repository.language else ()),
        stars=stars,
    )


def _of_repositories(
    links: list[CodeLink],
) -> tuple[str, frozenset[str], frozenset[str], tuple[int, ...], frozenset[bool], bool]:
    there = [link.repository for link in links]
    return (
        " | ".join(f" {' '.join(_folded(repository.description))} " for repository in there),
        frozenset(repository.language.casefold() for repository in there if repository.language),
        frozenset(framework for repository in there for framework in repository.frameworks),
        tuple(repository.stars for repository in there if repository.stars is not None),
        frozenset(link.official for link in links if link.official is not None),
        any(map(worth_telling, links)),
    )


def _folded(text: str) -> list[str]:
    return [singular(word) if word[-1] == "s" else word for word in words(text)]  # few words are worth the call


def _with_archives(categories: Iterable[str]) -> Iterable[str]:
    """cs.CV, and cs for those who take all of it."""
    for category in categories:
        yield category.lower()
        yield category.lower().partition(".")[0]


def matches(query: Query, paper: Document) -> bool:
    return holds(query.root, paper)


def holds(node: Node, paper: Document) -> bool:
    """As deep as the query's brackets, which the parser bounds."""
    return _HOLDS[type(node)](node, paper)


def _all(node: All, paper: Document) -> bool:
    for part in node.parts:  # noqa: SIM110  # because: most candidates end here: no generator is worth its making
        if not _HOLDS[type(part)](part, paper):
            return False
    return True


def _any(node: Any, paper: Document) -> bool:
    return any(_HOLDS[type(part)](part, paper) for part in node.parts)


def _no(node: No, paper: Document) -> bool:
    return not _HOLDS[type(node.part)](node.part, paper)


def _words(node: Words, paper: Document) -> bool:
    phrase = node.phrase
    if node.where is Where.TEXT:
        if phrase[0] not in paper.words:
            return False
        return len(phrase) == 1 or f" {' '.join(phrase)} " in paper.text
    return f" {' '.join(phrase)} " in _TEXTS[node.where](paper)


def _author(node: Author, paper: Document) -> bool:
    return any(name.issuperset(node.name) for name in paper.authors)


def _stars(node: Stars, paper: Document) -> bool:
    return any(node.least <= stars and (node.most is None or stars <= node.most) for stars in paper.stars)


_TEXTS: Final[dict[Where, Callable[[Document], str]]] = {
    Where.TITLE: lambda paper: paper.title,
    Where.ABSTRACT: lambda paper: paper.abstract,
    Where.COMMENT: lambda paper: paper.comment,
    Where.REPOSITORY: lambda paper: paper.descriptions,
}
_HOLDS: Final[dict[type, Callable[..., bool]]] = {
    All: _all,
    Any: _any,
    No: _no,
    Words: _words,
    Author: _author,
    Stars: _stars,
    Category: lambda node, paper: node.name in paper.categories,
    Repository: lambda node, paper: node.address in paper.repositories,
    PaperIs: lambda node, paper: node.id in paper.ids,
    Language: lambda node, paper: node.name in paper.languages,
    Framework: lambda node, paper: node.name in paper.frameworks,
    Official: lambda node, paper: node.yes in paper.official,
    HasCode: lambda _node, paper: paper.has_code,
}
