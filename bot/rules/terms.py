"""The terms by which subscriptions and papers find each other without trying all pairs.

A query stands under terms of which every matching paper has at least one; a paper asks for all the terms that it has.
A term is a word, two neighbours ("optical+flow"), a field's value ("au:bengio"), or a pair: one of the first two kinds
and something else that the paper must have ("diffusion&cat:cs.cv", "agent&language+model"). Pairs aren't listed by the
paper, which would have thousands: who looks up a term goes through the pairs that begin with it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final, NamedTuple

from bot.domain.news import NewsKind
from bot.rules.matching import Document
from bot.rules.query import Query
from bot.rules.query_nodes import (
    All,
    Any,
    Author,
    Category,
    Framework,
    HasCode,
    Language,
    Node,
    Official,
    PaperIs,
    Phrase,
    Repository,
    Where,
    Words,
)

PAIR: Final = "&"
ALWAYS: Final = "*"  # what has no term of its own, such as stars:>100 alone, stands here
# Words that would begin like another kind's terms do.
_ESCAPED: Final = {"new": "new_", "state": "state_"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a paper asks for: its terms, and what stands before each of them for this kind of news."""

    terms: tuple[str, ...]
    prefix: str = ""


def paper_terms(paper: Document, kind: NewsKind) -> Asked:
    """Every term under which a query that wants this kind of news, and that this paper matches, may stand."""
    said = paper.words.union(_neighbours(paper.text.split()))
    if not said.isdisjoint(_ESCAPED):
        said = frozenset(_ESCAPED.get(word, word) for word in said)
    terms = (
        *sorted(said),  # in order: what is near in the index comes one after the other
        ALWAYS,
        *(f"cat:{category}" for category in paper.categories),
        *{term for name in paper.authors for term in _of_name(name)},
        *(f"id:{i}" for i in paper.ids),
        *_of_code(paper),
    )
    return Asked(terms, _PREFIX[kind])


def _of_name(name: Collection[str]) -> Iterable[str]:
    """Each word of a name, and each two: of those who are called Wang or Zhang there are many."""
    yield from (f"au:{word}" for word in name)
    yield from (f"au:{one}+{other}" for one, other in combinations(sorted(name, key=_longest_first), 2))


def _longest_first(word: str) -> tuple[int, str]:
    return -len(word), word


def _of_code(paper: Document) -> Iterable[str]:
    if paper.comment != " ":
        yield from (f"conf:{word}" for word in set(paper.comment.split()))
    yield from (f"repo:{address}" for address in paper.repositories)
    if not paper.official:
        return
    yield from (f"topic:{word}" for word in set(paper.descriptions.split()))
    yield from (f"lang:{name}" for name in paper.languages)
    yield from (f"framework:{name}" for name in paper.frameworks)
    yield from (f"official:{yes}" for yes in paper.official)
    if paper.has_code:
        yield "has:code"


def _neighbours(said: Sequence[str]) -> list[str]:
    """Two neighbours as terms; those with a word of every text would tell little, and be half of all."""
    telling = [None if word in _EVERYWHERE else word for word in said]
    return [f"{one}+{other}" for one, other in pairwise(telling) if one and other]


# Papers without code are ten times as many as those with, and few queries want them: they never meet the other ones.
_PREFIX: Final = {
    NewsKind.CODE: "",
    NewsKind.PAPER: "new ",
    NewsKind.STATE: "state ",
    NewsKind.SURGE: "!surge ",  # no word begins with a sign
    NewsKind.MILESTONE: "!milestone ",
    NewsKind.RELEASE: "!release ",
}


def query_terms(query: Query, rarity: Mapping[str, int]) -> tuple[str, ...]:
    """The terms under which a query stands, for each kind of news that it wants.

    `rarity`: in how many titles a word stands.
    """
    stand = _stand(query.root, rarity)
    terms = dict.fromkeys(stand.terms) if stand else (ALWAYS,)
    return tuple(_PREFIX[kind] + term for kind in sorted(query.kinds) for term in terms)


class _Stand(NamedTuple):
    """Terms of which a matching paper has one, and roughly how many papers have (in titles, as rarity counts)."""

    papers: float
    terms: tuple[str, ...]

    @property
    def is_said(self) -> bool:
        """Whether it may begin a pair."""
        return len(self.terms) == 1 and not {":", PAIR, ALWAYS}.intersection(self.terms[0])

    @property
    def may_be_second(self) -> bool:
        return len(self.terms) <= _MOST_SECOND and not any(PAIR in term for term in self.terms)


def _stand(node: Node, rarity: Mapping[str, int]) -> _Stand | None:
    """The best place for what this node asks; None where any paper may fulfil it."""
    match node:
        case All():
            return _of_all([_places(part, rarity) for part in node.parts])
        case Any():
            found = [_stand(part, rarity) for part in node.parts]
            known = [stand for stand in found if stand]
            if len(known) < len(found):
                return None
            return _Stand(sum(s.papers for s in known), tuple(term for s in known for term in s.terms))
        case _:
            return _of_all([_places(node, rarity)])


def _places(node: Node, rarity: Mapping[str, int]) -> list[_Stand]:
    """Where it may stand, the best first: under each two neighbours of a phrase, or else under its words."""
    if not isinstance(node, Words) or node.where not in _IN_TEXT:
        stand = _stand(node, rarity) if isinstance(node, All | Any) else _of_field(node)
        return [stand] if stand else []
    near = [two for two in pairwise(node.phrase) if _EVERYWHERE.isdisjoint(two)]
    if not near:
        return sorted(_Stand(_titles(word, rarity), (_ESCAPED.get(word, word),)) for word in set(node.phrase))
    papers = {two: min(_titles(word, rarity) for word in two) * _NEIGHBOUR for two in near}
    return sorted(_Stand(papers[two], ("+".join(two),)) for two in papers)


def _of_all(parts: Sequence[Sequence[_Stand]]) -> _Stand | None:
    """The best of them, or the best that is said together with the best of another part, or else of its own."""
    ranked = sorted(stand for places in parts for stand in places)
    first = next((stand for stand in ranked if stand.is_said), None)
    if first is None:
        return min(ranked, default=None)
    others = sorted(places[0] for places in parts if places and first not in places)
    rest = [stand for stand in (*others, *ranked) if stand != first and stand.may_be_second]
    return min([*ranked, *(_pair(first, second) for second in rest[:1])])


def _pair(first: _Stand, second: _Stand) -> _Stand:
    share = _SHARE if second.papers < _COMMON else _SHARE_OF_FIELD
    return _Stand(first.papers * share, tuple(f"{first.terms[0]}{PAIR}{term}" for term in second.terms))


def _titles(word: str, rarity: Mapping[str, int]) -> float:
    return _COMMON if word in _EVERYWHERE else rarity.get(word, 0) + 1.0


def _of_field(node: Node) -> _Stand | None:
    """A field's one term; the dearer the field, the more papers share a value of it."""
    if type(node) not in _TERMS:
        return None
    papers, term = _TERMS[type(node)]
    return _Stand(papers, (term(node),))


def _longest(prefix: str, said: Phrase) -> str:
    return prefix + max(said, key=len)


def _elsewhere(node: Words) -> str:
    return _longest("topic:" if node.where is Where.REPOSITORY else "conf:", node.phrase)


# How many papers share a value of a field, beside what rarity says of words; and how much rarer than the rarest of
# them neighbours and pairs are. Rough: they only have to choose between the places where a query may stand.
_AUTHOR: Final = 20.0
_DESCRIBED: Final = 5_000.0
_COMMON: Final = 1e6
_NEIGHBOUR: Final = 0.3
_SHARE: Final = 0.1
_SHARE_OF_FIELD: Final = 0.4
_MOST_SECOND: Final = 4
_IN_TEXT: Final = (Where.TEXT, Where.TITLE, Where.ABSTRACT)
_EVERYWHERE: Final = frozenset(
    "| a an and are as at be by can for from has have how in into is it its more not of on or our such than that the "
    "their these this to using via we which while with without".split()
)
_TERMS: Final[dict[type, tuple[float, Callable[..., str]]]] = {
    PaperIs: (0, lambda node: f"id:{node.id}"),
    Repository: (0, lambda node: f"repo:{node.address}"),
    Author: (_AUTHOR, lambda node: "au:" + "+".join(sorted(set(node.name), key=_longest_first)[:2])),
    Words: (_DESCRIBED, _elsewhere),
    Framework: (_COMMON, lambda node: f"framework:{node.name}"),
    Language: (_COMMON, lambda node: f"lang:{node.name}"),
    Category: (_COMMON, lambda node: f"cat:{node.name}"),
    Official: (2 * _COMMON, lambda node: f"official:{node.yes}"),
    HasCode: (3 * _COMMON, lambda _node: "has:code"),
}
