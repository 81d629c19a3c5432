"""The terms by which subscriptions and papers find each other without trying all pairs.

A query stands in places of which every matching paper passes at least one; a paper asks for all the terms that it has.
A term is a word, two neighbours ("optical+flow"), or a field's value ("au:bengio"). A place is a term, and often
another one beside it that the paper must have as well ("diffusion" beside "cat:cs.cv"). Pairs aren't listed by the
paper, which would have thousands: who looks up a term goes through all that stands beside it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, NamedTuple

from bot.domain.chat import Subscription
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

_Pair = tuple[str, str]
ALWAYS: Final = "*"  # what has no term of its own, such as stars:>100 alone, stands here
# Words that would begin like another kind's terms do.
_ESCAPED: Final = {"new": "new_", "state": "state_"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a paper asks for: its terms, and what stands before each of them for this kind of news."""

    terms: tuple[str, ...]
    prefix: str = ""


# What stands under that: a subscription, and whether it matches for certain, as the terms say all that it asks.
Candidate = tuple[Subscription, bool]


def paper_terms(paper: Document, kind: NewsKind) -> Asked:
    """Every term under which a query that wants this kind of news, and that this paper matches, may stand."""
    said = paper.words.union(_neighbours(paper.title.split()), _neighbours(paper.abstract.split()))
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


def _neighbours(said: Iterable[str]) -> list[str]:
    """Two neighbours as terms. Words of every text, which tell little, are passed over: "lens of matrix theory" has
    lens~matrix and matrix+theory.
    """
    found, before, joined = list[str](), "", "+"
    for word in said:
        if word in _EVERYWHERE:
            joined = "~"
            continue
        if before:
            found.append(f"{before}{joined}{word}")
        before, joined = word, "+"
    return found


# Papers without code are ten times as many as those with, and few queries want them: they never meet the other ones.
_PREFIX: Final = {
    NewsKind.CODE: "",
    NewsKind.PAPER: "new ",
    NewsKind.STATE: "state ",
    NewsKind.SURGE: "!surge ",  # no word begins with a sign
    NewsKind.MILESTONE: "!milestone ",
    NewsKind.RELEASE: "!release ",
}


class Place(NamedTuple):
    """Where a query stands: under a term, perhaps beside another one. `whole`: they say all that it asks."""

    term: str
    beside: str = ""
    whole: bool = False


def query_terms(query: Query, rarity: Mapping[str, int]) -> tuple[Place, ...]:
    """The places where a query stands, for each kind of news that it wants.

    `rarity`: in how many titles a word stands.
    """
    stand = _stand(query.root, rarity)
    pairs = dict.fromkeys(stand.pairs) if stand else ((ALWAYS, ""),)
    return tuple(
        Place(_PREFIX[kind] + term, beside, kind is not NewsKind.STATE and _is_said_by(query.root, (term, beside)))
        for kind in sorted(query.kinds)
        for term, beside in pairs
    )


def _is_said_by(node: Node, terms: _Pair) -> bool:
    """Whether every paper that has these terms fulfils this."""
    match node:
        case All():
            return all(_is_said_by(part, terms) for part in node.parts)
        case Any():
            return any(_is_said_by(part, terms) for part in node.parts)
        case _:
            return _only_term(node) in terms


def _only_term(node: Node) -> str | None:
    """The one term that says the same as this condition, if there is such a one."""
    match node:
        case Words(phrase=(word,), where=Where.TEXT):
            return _ESCAPED.get(word, word)
        case Words(phrase=(one, other), where=Where.TEXT) if _EVERYWHERE.isdisjoint((one, other)):
            return f"{one}+{other}"
        case Author() if len(set(node.name)) <= _MOST_NAMES:
            return _TERMS[Author][1](node)
        case Category() | PaperIs() | Repository():
            return _TERMS[type(node)][1](node)
        case _:
            return None


class _Stand(NamedTuple):
    """Pairs of terms of which a matching paper has one, and roughly how many papers have (in titles, as rarity counts).

    The second of a pair may be "".
    """

    papers: float
    pairs: tuple[_Pair, ...]

    @property
    def is_said(self) -> bool:
        """Whether another one may stand beside it."""
        (term, beside), *more = self.pairs
        return not more and not beside and ":" not in term and term != ALWAYS

    @property
    def may_be_second(self) -> bool:
        return len(self.pairs) <= _MOST_SECOND and not any(beside for _, beside in self.pairs)


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
            return _Stand(sum(s.papers for s in known), tuple(pair for s in known for pair in s.pairs))
        case _:
            return _of_all([_places(node, rarity)])


def _places(node: Node, rarity: Mapping[str, int]) -> list[_Stand]:
    """Where it may stand, the best first: under each two neighbours of a phrase, or else under its words."""
    if not isinstance(node, Words) or node.where not in _IN_TEXT:
        stand = _stand(node, rarity) if isinstance(node, All | Any) else _of_field(node)
        return [stand] if stand else []
    near = _neighbours(node.phrase)
    if not near:
        return sorted(_Stand(_titles(word, rarity), ((_ESCAPED.get(word, word), ""),)) for word in set(node.phrase))
    papers = {two: min(_titles(word, rarity) for word in _JOINED.split(two)) * _NEIGHBOUR for two in near}
    return sorted(_Stand(papers[two], ((two, ""),)) for two in papers)


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
    return _Stand(first.papers * share, tuple((first.pairs[0][0], term) for term, _ in second.pairs))


def _titles(word: str, rarity: Mapping[str, int]) -> float:
    if word in _EVERYWHERE:
        return _COMMON
    return _USUAL if word in _OF_ABSTRACTS else rarity.get(word, 0) + 1.0


def _of_field(node: Node) -> _Stand | None:
    """A field's one term; the dearer the field, the more papers share a value of it."""
    if type(node) not in _TERMS:
        return None
    papers, term = _TERMS[type(node)]
    return _Stand(papers, ((term(node), ""),))


def _longest(prefix: str, said: Phrase) -> str:
    return prefix + max(said, key=len)


def _elsewhere(node: Words) -> str:
    return _longest("topic:" if node.where is Where.REPOSITORY else "conf:", node.phrase)


# How many papers share a value of a field, beside what rarity says of words; and how much rarer than the rarest of
# them neighbours and pairs are. Rough: they only have to choose between the places where a query may stand.
_AUTHOR: Final = 20.0
_DESCRIBED: Final = 5_000.0
_COMMON: Final = 1e6
_USUAL: Final = 3e5
_NEIGHBOUR: Final = 0.3
_SHARE: Final = 0.1
_SHARE_OF_FIELD: Final = 0.4
_MOST_SECOND: Final = 4
_MOST_NAMES: Final = 2
_JOINED: Final = re.compile("[+~]")
_IN_TEXT: Final = (Where.TEXT, Where.TITLE, Where.ABSTRACT)
_EVERYWHERE: Final = frozenset(
    "a an and are as at be by can for from has have how in into is it its more not of on or our such than that the "
    "their these this to using via we which while with without".split()
)
# What nearly every tenth abstract says and few titles do, so that rarity would take it for rare.
_OF_ABSTRACTS: Final = frozenset(
    "0 1 2 3 4 5 accuracy achieve achieving across address all also application approache architecture art "
    "available baseline behavior between both but capabilitie capture challenge challenging code com compared "
    "complex computational condition consistency consistent consistently constraint content cost critical current "
    "demonstrate design designed different distribution diverse due during e each effective effectively "
    "effectiveness efficiency enable enabling enhance environment error evaluate even exhibit existing experiment "
    "experimental explicit extensive fail fidelity finding first further furthermore gain gap generalization "
    "generate github global however http improve improvement including input integrate introduce issue key lack "
    "leverage limitation limited making mechanism method metric module most multiple natural new non novel offer "
    "often one only outperform output over paper paradigm parameter pattern perform performance pipeline "
    "potential practical present prior problem process produce propose proposed provide quality rather recent "
    "reduce rely remain require research result reveal robustness s scenario score set setting show signal "
    "significant significantly single source specific specifically stage standard state step strategie strategy "
    "strong structure support target them then they thi three trained two typically up use used user when where "
    "within work yet".split()
)
_TERMS: Final[dict[type, tuple[float, Callable[..., str]]]] = {
    PaperIs: (0, lambda node: f"id:{node.id}"),
    Repository: (0, lambda node: f"repo:{node.address}"),
    Author: (_AUTHOR, lambda node: "au:" + "+".join(sorted(set(node.name), key=_longest_first)[:_MOST_NAMES])),
    Words: (_DESCRIBED, _elsewhere),
    Framework: (_COMMON, lambda node: f"framework:{node.name}"),
    Language: (_COMMON, lambda node: f"lang:{node.name}"),
    Category: (_COMMON, lambda node: f"cat:{node.name}"),
    Official: (2 * _COMMON, lambda node: f"official:{node.yes}"),
    HasCode: (3 * _COMMON, lambda _node: "has:code"),
}
