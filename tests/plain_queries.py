"""Queries with what they mean, said without any of the program's own reading of them: for tests to compare with."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import strategies as st

from bot.domain.link import CodeLink
from bot.domain.paper import Paper, PaperId
from bot.domain.repository import Repository
from bot.rules.query import LIMIT

WORDS = [
    "deep",
    "net",
    "nets",
    "optical",
    "flow",
    "gan",
    "video",
    "a",
    "of",
    "loss",
    "class",
    "few",
    "shot",
    "new",
    "state",
]
_NAMES = ["Yoshua Bengio", "Ada B. Lin", "Li Fei-Fei", "Kaiming He", "Lin Ma"]
_CATEGORIES = ["cs.CV", "cs.LG", "stat.ML", "math"]
_COMMENTS = [None, "", "CVPR 2026, 8 pages", "Accepted to NeurIPS2025", "10 pages; code at CVPR"]

Meaning = Callable[["Seen"], bool]


@dataclass(frozen=True, slots=True)
class Seen:
    """A paper with its links."""

    paper: Paper
    links: tuple[CodeLink, ...] = ()

    @property
    def repositories(self) -> list[Repository]:
        return [link.repository for link in self.links]


@dataclass(frozen=True, slots=True)
class Plain:
    """A query's text and its meaning. `one_of` is the field of which any value will do."""

    text: str
    means: Meaning
    one_of: str = ""


# A letter for each word: Hypothesis draws a text in one go, a list piece by piece, and the drawing is what takes time.
_LETTERS = {chr(ord("a") + number): word for number, word in enumerate(WORDS)}


def _words(least: int, most: int) -> st.SearchStrategy[str]:
    letters = st.text("".join(_LETTERS), min_size=least, max_size=most)
    return letters.map(lambda drawn: " ".join(_LETTERS[letter] for letter in drawn))


_said = _words(0, 9)
_repositories = st.builds(
    Repository,
    key=st.just(1),
    host=st.just("github.com"),
    owner=st.sampled_from(["Ada", "bob"]),
    name=st.sampled_from(["nets", "Flow"]),
    stars=st.sampled_from([None, 0, 5, 50]),
    description=_said,
    language=st.sampled_from([None, "Python", "Jupyter Notebook"]),
    frameworks=st.sampled_from([(), ("pytorch",), ("jax", "pytorch")]),
)
_links = st.builds(
    CodeLink,
    key=st.just(1),
    paper=st.just(1),
    repository=_repositories,
    path=st.just(""),
    official=st.booleans(),
    confidence=st.just(0.95),
    first_seen=st.just(datetime(2026, 3, 5, tzinfo=UTC)),
)
papers = st.builds(
    Seen,
    st.builds(
        Paper,
        key=st.just(1),
        ids=st.sampled_from([(PaperId("arxiv", "2603.00001"),), (PaperId("doi", "10.1/x"),)]),
        title=_said,
        abstract=_said,
        authors=st.lists(st.sampled_from(_NAMES), max_size=3).map(tuple),
        categories=st.lists(st.sampled_from(_CATEGORIES), max_size=2).map(tuple),
        comment=st.sampled_from(_COMMENTS),
    ),
    st.lists(_links, max_size=2).map(tuple),
)


def _simple(text: str) -> list[str]:
    """Lower case, letters apart from digits, the s of plurals gone."""
    found = re.findall("[a-z]+|[0-9]+", text.lower())
    return [word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] != "s" else word for word in found]


def _stands(phrase: str, *texts: str | None) -> bool:
    wanted = _simple(phrase)
    cut = [_simple(text or "") for text in texts]
    return any(said[at : at + len(wanted)] == wanted for said in cut for at in range(len(said)))


def _plain_words(phrase: str) -> list[Plain]:
    shown = f'"{phrase}"' if " " in phrase else phrase
    return [
        Plain(shown, lambda seen: _stands(phrase, seen.paper.title, seen.paper.abstract)),
        Plain(f"ti:{shown}", lambda seen: _stands(phrase, seen.paper.title)),
        Plain(f"abs:{shown}", lambda seen: _stands(phrase, seen.paper.abstract)),
        Plain(f"task:{shown}", lambda seen: _stands(phrase, seen.paper.title, seen.paper.abstract)),
        Plain(f"topic:{shown}", lambda seen: _stands(phrase, *(there.description for there in seen.repositories))),
    ]


def _category(name: str) -> Plain:
    return Plain(
        f"cat:{name}", lambda seen: any(name in (c, c.split(".")[0]) for c in seen.paper.categories), one_of="cat"
    )


def _author(text: str, *parts: str) -> Plain:
    def means(seen: Seen) -> bool:
        return any(set(parts) <= set(re.findall("[a-z]+", name.lower())) for name in seen.paper.authors)

    return Plain(f"au:{text}", means, one_of="au")


def _stars(text: str, low: int, high: int) -> Plain:
    return Plain(
        f"stars:{text}", lambda seen: any(low <= r.stars <= high for r in seen.repositories if r.stars is not None)
    )


def _conference(text: str, phrase: str) -> Plain:
    return Plain(f"conf:{text}", lambda seen: _stands(phrase, seen.paper.comment), one_of="conf")


_FIELDS = [
    *map(_category, ["cs.CV", "cs", "stat.ML", "math"]),
    _author("bengio", "bengio"),
    _author('"ada lin"', "ada", "lin"),
    _author("he", "he"),
    _author("nobody", "nobody"),
    _stars(">5", 6, 10**9),
    _stars(">=5", 5, 10**9),
    _stars("<5", 0, 4),
    _stars("5..50", 5, 50),
    _conference("cvpr", "cvpr"),
    _conference('"NeurIPS 2025"', "neurips 2025"),
    Plain("id:2603.00001", lambda seen: PaperId("arxiv", "2603.00001") in seen.paper.ids, one_of="id"),
    Plain("id:10.1234/y", lambda _seen: False, one_of="id"),
    Plain("repo:ada/nets", lambda seen: any(r.slug.lower() == "ada/nets" for r in seen.repositories), one_of="repo"),
    Plain("repo:bob/flow", lambda seen: any(r.slug.lower() == "bob/flow" for r in seen.repositories), one_of="repo"),
    Plain("repo:ada/*", lambda seen: any(r.owner.lower() == "ada" for r in seen.repositories), one_of="repo"),
    Plain("lang:python", lambda seen: any(r.language == "Python" for r in seen.repositories), one_of="lang"),
    Plain("lang:jupyter", lambda seen: any(r.language == "Jupyter Notebook" for r in seen.repositories), one_of="lang"),
    Plain("framework:jax", lambda seen: any("jax" in r.frameworks for r in seen.repositories), one_of="framework"),
    Plain("official:yes", lambda seen: any(link.official for link in seen.links)),
    Plain("official:no", lambda seen: any(not link.official for link in seen.links)),
    Plain("has:code", lambda seen: bool(seen.links)),
]
_phrases = _words(1, 4)
_leaves = st.one_of(
    _phrases.map(lambda phrase: _plain_words(phrase)[0]),
    st.builds(lambda phrase, kind: _plain_words(phrase)[kind], _phrases, st.integers(0, 4)),
    st.sampled_from(_FIELDS),
)


def _left_out(sign: str, part: Plain) -> Plain:
    return Plain(f"{sign}{part.text}", lambda seen: not part.means(seen))


def _side_by_side(parts: Sequence[Plain]) -> Plain:
    alike: dict[object, list[Plain]] = {}
    for number, part in enumerate(parts):
        alike.setdefault(part.one_of or number, []).append(part)

    def means(seen: Seen) -> bool:
        return all(any(part.means(seen) for part in some) for some in alike.values())

    return Plain(" ".join(part.text for part in parts), means)


def _and(parts: Sequence[Plain]) -> Plain:
    return Plain(" AND ".join(part.text for part in parts), lambda seen: all(part.means(seen) for part in parts))


def _or(parts: Sequence[Plain]) -> Plain:
    return Plain(" OR ".join(part.text for part in parts), lambda seen: any(part.means(seen) for part in parts))


def _bracketed(part: Plain) -> Plain:
    return replace(part, text=f"({part.text})", one_of="")


_JOINING = [_or, _and, _side_by_side]  # the loosest first
_WRAPPED: list[Callable[[Plain], Plain]] = [
    lambda part: part,
    lambda part: part,
    lambda part: _left_out("-", part),
    lambda part: _left_out("NOT ", part),
    _bracketed,
]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A leaf of a query, how it and the bracket that it opens are wrapped, and how tightly it clings to the next."""

    leaf: Plain
    wrapped: int
    bracket: int
    tightness: int


def _grown(drawn: Sequence[_Drawn], depth: int = 0) -> Plain:
    """What clings most loosely is joined last; three steps tighter is one bracket deeper."""
    if len(drawn) == 1:
        return _WRAPPED[drawn[0].wrapped](drawn[0].leaf)
    loosest = min(one.tightness for one in drawn[:-1])
    if loosest >= 3 * (depth + 1):
        return _WRAPPED[drawn[0].bracket](_bracketed(_grown(drawn, depth + 1)))
    cuts = [0, *(at for at, one in enumerate(drawn[:-1], 1) if one.tightness == loosest), len(drawn)]
    return _JOINING[loosest % 3]([_grown(drawn[a:b], depth) for a, b in pairwise(cuts)])


_wrapping = st.integers(0, len(_WRAPPED) - 1)
_drawn = st.builds(_Drawn, _leaves, _wrapping, _wrapping, st.integers(0, 8))
_queries = st.one_of(
    st.lists(_leaves, min_size=1, max_size=4).map(_side_by_side),
    st.lists(_drawn, min_size=1, max_size=8).map(_grown),
    st.builds(
        lambda drawn, option: Plain(f"({(part := _grown(drawn)).text}) {option}", part.means),
        st.lists(_drawn, min_size=1, max_size=8),
        st.sampled_from(["kind:papers", "code:any"]),
    ),
)
queries = _queries.filter(lambda plain: len(plain.text) <= LIMIT)
