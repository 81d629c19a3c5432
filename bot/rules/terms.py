"""The terms by which subscriptions and papers find each other without trying all pairs.

A query stands under terms of which every matching paper has at least one; a paper asks for all the terms that it has.
A term is a word, two or three neighbours ("optical+flow"), a field's value ("au:bengio"), or a pair: one of the first
two kinds and something else that the paper must have ("diffusion&cat:cs.cv", "agent&planning"). Pairs aren't listed by
the paper, which would have thousands: who looks them up goes through those that begin with what the paper says.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
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
_LONGEST: Final = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What a paper asks for: its terms, those of them that it says (words and neighbours: they may begin a pair), and
    what stands before each term for this kind of news.
    """

    terms: tuple[str, ...]
    said: tuple[str, ...]
    prefix: str = ""


def paper_terms(paper: Document, kind: NewsKind) -> Asked:
    """Every term under which a query that wants this kind of news, and that this paper matches, may stand."""
    said = sorted(paper.words | _grams(paper.text.split()))  # in order: neighbours in the index, too, are near
    terms = (
        *said,
        ALWAYS,
        *(f"cat:{category}" for category in paper.categories),
        *{term for name in paper.authors for term in _of_name(name)},
        *(f"id:{i}" for i in paper.ids),
        *_of_code(paper),
    )
    return Asked(terms, tuple(said), _PREFIX[kind])


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


def _grams(said: Sequence[str]) -> set[str]:
    """Two and three neighbours as terms; those with a word of every text would tell little, and be half of all."""
    found = set()
    before = last = ""
    for word in said:
        if word in _EVERYWHERE:
            before = last = ""
            continue
        if last:
            found.add(f"{last}+{word}")
            if before:
                found.add(f"{before}+{last}+{word}")
        before, last = last, word
    return found


# Papers without code are ten times as many as those with, and few queries want them: they never meet the other ones.
_PREFIX: Final = {NewsKind.CODE: "", NewsKind.PAPER: "new ", NewsKind.STATE: "state "}


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
            return _of_all([stand for part in node.parts if (stand := _stand(part, rarity))])
        case Any():
            found = [_stand(part, rarity) for part in node.parts]
            known = [stand for stand in found if stand]
            if len(known) < len(found):
                return None
            return _Stand(sum(s.papers for s in known), tuple(term for s in known for term in s.terms))
        case Words() if node.where in _IN_TEXT:
            return _of_phrase(node.phrase, rarity)
        case _:
            return _of_field(node)


def _of_all(stands: Sequence[_Stand]) -> _Stand | None:
    """The best of them, or the best that is said together with something else."""
    ranked = sorted(set(stands))
    first = next((stand for stand in ranked if stand.is_said), None)
    second = next((stand for stand in ranked if stand is not first and stand.may_be_second), None)
    pairs = [_pair(first, second)] if first and second else []
    return min([*ranked, *pairs], default=None)


def _pair(first: _Stand, second: _Stand) -> _Stand:
    share = _SHARE if second.papers < _COMMON else _SHARE_OF_FIELD
    return _Stand(first.papers * share, tuple(f"{first.terms[0]}{PAIR}{term}" for term in second.terms))


def _of_phrase(phrase: Phrase, rarity: Mapping[str, int]) -> _Stand:
    """Neighbours, or the rarest word; where no neighbours are telling ("chain of thought"), the rarest two."""
    ranked = sorted({_rank(word, rarity): word for word in phrase}.items())
    words = [_Stand(rank[1] + 1.0, (word,)) for rank, word in ranked]
    if len(words) == 1:
        return words[0]
    return _gram(phrase, rarity) or _pair(*words[:2])


def _rank(word: str, rarity: Mapping[str, int]) -> tuple[bool, int, int, str]:
    """The rarer, the less; of equally rare words the longer one."""
    return word in _EVERYWHERE, rarity.get(word, 0), -len(word), word


def _gram(phrase: Phrase, rarity: Mapping[str, int]) -> _Stand | None:
    """The best two or three neighbours of a phrase: those whose most frequent word is rarest."""
    for length in range(min(_LONGEST, len(phrase)), 1, -1):
        windows = [phrase[at : at + length] for at in range(len(phrase) - length + 1)]
        telling = [window for window in windows if _EVERYWHERE.isdisjoint(window)]
        if telling:
            best = min(telling, key=lambda window: sorted(_rank(word, rarity) for word in window))
            rarest = min(rarity.get(word, 0) for word in best) + 1
            return _Stand(rarest * _NEIGHBOUR ** (length - 1), ("+".join(best),))
    return None


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
