"""What a query is made of once it is understood: conditions on a paper, held together by All, Any and No.

No stands before single conditions only: what a person negates as a whole is turned inside out (`negated`), so that
whoever reads the tree sees at once what a paper must have.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.paper import PaperId

Phrase = tuple[str, ...]


class Where(StrEnum):
    """The text in which words are looked for."""

    TEXT = "title or abstract"
    TITLE = "title"
    ABSTRACT = "abstract"
    COMMENT = "arXiv's comments"
    REPOSITORY = "the repository's description"


@dataclass(frozen=True, slots=True)
class Words:
    """Folded words that stand side by side in this order; a single word is a phrase of one."""

    phrase: Phrase
    where: Where = Where.TEXT


@dataclass(frozen=True, slots=True)
class Author:
    """All of these words are part of one author's name."""

    name: Phrase


@dataclass(frozen=True, slots=True)
class Category:
    """A category, or an archive as a whole; in lower case."""

    name: str


@dataclass(frozen=True, slots=True)
class Repository:
    """The paper is linked with this repository (host/owner/name in lower case), or with one of its owner's (…/*)."""

    address: str


@dataclass(frozen=True, slots=True)
class PaperIs:
    id: PaperId


@dataclass(frozen=True, slots=True)
class Language:
    """The main language of one of its repositories, in lower case."""

    name: str


@dataclass(frozen=True, slots=True)
class Framework:
    name: str


@dataclass(frozen=True, slots=True)
class Stars:
    """One of its repositories has so many stars; no `most`: any number from `least` on."""

    least: int
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Official:
    """It has code of its authors (True), or of others (False)."""

    yes: bool


@dataclass(frozen=True, slots=True)
class HasCode:
    """It has code that is worth telling."""


Condition = Words | Author | Category | Repository | PaperIs | Language | Framework | Stars | Official | HasCode


@dataclass(frozen=True, slots=True)
class No:
    """The condition doesn't hold."""

    part: Condition


@dataclass(frozen=True, slots=True)
class All:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Any:
    parts: "tuple[Node, ...]"


Node = Condition | No | All | Any


def all_of(parts: Sequence[Node]) -> Node:
    """All of at least one part, flat."""
    return parts[0] if len(parts) == 1 else All(_flat(All, parts))


def any_of(parts: Sequence[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Any(_flat(Any, parts))


def _flat(how: type[All] | type[Any], parts: Sequence[Node]) -> "tuple[Node, ...]":
    return tuple(inner for part in parts for inner in (part.parts if isinstance(part, how) else (part,)))


def negated(node: Node) -> Node:
    """The opposite: of all not one at least, of any none."""
    match node:
        case No():
            return node.part
        case All():
            return any_of(tuple(map(negated, node.parts)))
        case Any():
            return all_of(tuple(map(negated, node.parts)))
        case _:
            return No(node)


def wanted(node: Node) -> Iterator[Condition]:
    """The conditions that may speak for a paper, in order: all but those behind a No."""
    match node:
        case No():
            return
        case All() | Any():
            for part in node.parts:
                yield from wanted(part)
        case _:
            yield node


def conditions(node: Node) -> Iterator[Condition]:
    """Every condition, also those behind a No."""
    match node:
        case No():
            yield node.part
        case All() | Any():
            for part in node.parts:
                yield from conditions(part)
        case _:
            yield node
