"""Why a paper matches a query, or why it doesn't: in the words of the query language."""

from dataclasses import dataclass
from typing import Final

from bot.rules.matching import Document, holds
from bot.rules.query import ONE_WILL_DO, Query
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
    wanted,
)

_PREFIX: Final = {
    Where.TEXT: "",
    Where.TITLE: "ti:",
    Where.ABSTRACT: "abs:",
    Where.COMMENT: "conf:",
    Where.REPOSITORY: "topic:",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A condition as it is typed, and where it holds: "title", "abstract", or "" where that says itself."""

    typed: str
    where: str = ""


def reasons(query: Query, paper: Document) -> tuple[Reason, ...]:
    """The conditions that speak for the paper, in the query's order."""
    held = [node for node in wanted(query.root) if holds(node, paper)]
    return tuple(dict.fromkeys(Reason(typed(node), _where(node, paper)) for node in held))


def lacking(query: Query, paper: Document) -> tuple[str, ...]:
    """The parts of the query that the paper doesn't fulfil, as typed; () where it matches."""
    parts = query.root.parts if isinstance(query.root, All) else (query.root,)
    return tuple(typed(part) for part in parts if not holds(part, paper))


def _where(node: Node, paper: Document) -> str:
    if not isinstance(node, Words) or node.where is not Where.TEXT:
        return ""
    return "title" if f" {' '.join(node.phrase)} " in paper.title else "abstract"


def typed(node: Node) -> str:
    """A node as somebody may type it."""
    match node:
        case All():
            # Side by side any of two categories would do; here both must hold.
            kinds = [type(part) for part in node.parts if isinstance(part, ONE_WILL_DO)]
            return (" " if len(set(kinds)) == len(kinds) else " AND ").join(map(typed, node.parts))
        case Any():
            return f"({' OR '.join(map(typed, node.parts))})"
        case No():
            return f"-{typed(node.part)}"
        case Words():
            return _PREFIX[node.where] + _quoted(" ".join(node.phrase))
        case _:
            return _field(node)


def _field(node: Node) -> str:
    match node:
        case Author():
            return f"au:{_quoted(' '.join(node.name))}"
        case Category():
            return f"cat:{node.name}"
        case Repository():
            return f"repo:{node.address.removeprefix('github.com/')}"
        case PaperIs():
            return f"id:{node.id.value}"
        case Language():
            return f"lang:{_quoted(node.name)}"
        case Framework():
            return f"framework:{node.name}"
        case Stars():
            return f"stars:{node.least}..{'*' if node.most is None else node.most}"
        case Official():
            return f"official:{'yes' if node.yes else 'no'}"
        case HasCode():
            return "has:code"
        case _:
            raise TypeError(node)


def _quoted(words: str) -> str:
    return f'"{words}"' if " " in words else words
