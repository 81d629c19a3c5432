"""What a person typed after /subscribe, understood.

Words and "phrases" must all stand in title or abstract, -word must not; of several values of one field any will do, and
different fields must all hold: `diffusion "optical flow" cat:cs.CV cat:eess.IV au:ho -video`.
"""

import difflib
import re
from dataclasses import dataclass, field
from typing import Final

from bot.domain.code import CodeState
from bot.domain.news import NewsKind
from bot.domain.paper import PaperId, parse_paper_id
from bot.domain.repository import parse_repository
from bot.domain.text import singular, words
from bot.errors import BadQuery

LIMIT: Final = 500
FIELDS: Final = {
    "cat": "a category, such as cat:cs.CV",
    "au": "an author, such as au:bengio",
    "repo": "a repository, such as repo:owner/name",
    "id": "a paper, such as id:1703.06870",
    "kind": "kind:papers for new papers without code too",
    "code": "code:placeholder, code:any … to hear of other changes of a paper's code",
}
# The changes of a paper's code that a subscription may ask for; "released" is what all of them hear.
STATES: Final = {
    "promised": CodeState.PROMISED,
    "placeholder": CodeState.PLACEHOLDER,
    "weights": CodeState.WEIGHTS,
    "archived": CodeState.ARCHIVED,
    "gone": CodeState.GONE,
}
_ALIASES: Final = {"category": "cat", "author": "au", "repository": "repo", "arxiv": "id", "paper": "id"}
_TOKEN = re.compile(r'(?P<no>-?)(?:(?P<field>[A-Za-z_]+):(?=\S))?(?:"(?P<phrase>[^"]*)"|(?P<word>\S+))')
_CATEGORY = re.compile(r"[a-z-]+(?:\.[a-z-]{2,})?")

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A query as parsed. A phrase is its folded words in order, a single word a phrase of one."""

    phrases: tuple[Phrase, ...] = ()
    without: tuple[Phrase, ...] = ()
    categories: tuple[str, ...] = ()
    authors: tuple[Phrase, ...] = ()
    repositories: tuple[str, ...] = ()
    papers: tuple[PaperId, ...] = ()
    kinds: frozenset[NewsKind] = frozenset({NewsKind.CODE})
    states: frozenset[CodeState] = frozenset()


def parse(text: str) -> Query:
    """Raises BadQuery, with the place of the first thing that can't be understood and what to type instead."""
    if len(text) > LIMIT:
        raise BadQuery(
            f"That is {len(text):,} characters long; {LIMIT} is the most.",
            place=LIMIT,
            hint="Make two subscriptions of it.",
        )
    if text.count('"') % 2:
        raise BadQuery(
            "A quotation mark is missing its partner.", place=text.rindex('"'), hint='Write a phrase as "optical flow".'
        )
    parts = _Parts()
    for token in _TOKEN.finditer(text):
        _read(token, parts)
    query = parts.query()
    if not (query.phrases or query.categories or query.authors or query.repositories or query.papers):
        raise BadQuery("There is nothing to look for in that.", hint="Say at least a word, cat:, au:, repo: or id:.")
    return query


@dataclass(slots=True)
class _Parts:
    """A query in the making: what has been read so far, each once."""

    phrases: dict[Phrase, None] = field(default_factory=dict)
    without: dict[Phrase, None] = field(default_factory=dict)
    categories: dict[str, None] = field(default_factory=dict)
    authors: dict[Phrase, None] = field(default_factory=dict)
    repositories: dict[str, None] = field(default_factory=dict)
    papers: dict[PaperId, None] = field(default_factory=dict)
    kinds: set[NewsKind] = field(default_factory=lambda: {NewsKind.CODE})
    states: set[CodeState] = field(default_factory=set)

    def query(self) -> Query:
        return Query(
            tuple(self.phrases),
            tuple(self.without),
            tuple(self.categories),
            tuple(self.authors),
            tuple(self.repositories),
            tuple(self.papers),
            frozenset(self.kinds | ({NewsKind.STATE} if self.states else set())),
            frozenset(self.states),
        )


def _read(token: "re.Match[str]", parts: _Parts) -> None:
    value = token["phrase"] if token["phrase"] is not None else token["word"]
    name = (token["field"] or "").lower()
    name = _ALIASES.get(name, name)
    if not name:
        _read_words(token["no"], value, parts)
    elif name not in FIELDS:
        _refuse_field(token, name)
    elif token["no"]:
        raise BadQuery("Only words can be left out with a minus.", place=token.start(), hint="Leave this part out.")
    else:
        _read_field(name, value, token.start("field"), parts)


def _read_words(no: str, value: str, parts: _Parts) -> None:
    found = tuple(map(singular, words(value)))
    if found:
        (parts.without if no else parts.phrases)[found] = None


def _read_field(name: str, value: str, place: int, parts: _Parts) -> None:
    match name:
        case "cat":
            parts.categories[_category(value, place)] = None
        case "au":
            parts.authors[_author(value, place)] = None
        case "repo":
            parts.repositories[_repository(value, place)] = None
        case "id":
            parts.papers[_paper(value, place)] = None
        case "kind":
            parts.kinds.add(_kind(value, place))
        case "code":
            parts.states |= _states(value, place)


def _refuse_field(token: "re.Match[str]", name: str) -> None:
    near = difflib.get_close_matches(name, [*FIELDS, *_ALIASES], n=1, cutoff=0.5)
    hint = (
        f"Did you mean {_ALIASES.get(near[0], near[0])}: ?"
        if near
        else "Known are " + " ".join(f"{known}:" for known in FIELDS)
    )
    raise BadQuery(f"I don't know the field {name}:", place=token.start("field"), hint=hint)


def _category(value: str, place: int) -> str:
    if not _CATEGORY.fullmatch(value.lower()):
        raise BadQuery(
            f"“{value[:40]}” is no arXiv category.", place=place, hint="They look like cs.CV, stat.ML or math."
        )
    return value.lower()


def _author(value: str, place: int) -> Phrase:
    found = tuple(words(value))
    if not found:
        raise BadQuery("There is no name after au:", place=place, hint='Write au:bengio or au:"yoshua bengio".')
    return found


def _repository(value: str, place: int) -> str:
    address = parse_repository(value)
    if address is None:
        raise BadQuery(
            f"“{value[:60]}” names no repository.", place=place, hint="Write repo:owner/name or its address."
        )
    return address.id


def _paper(value: str, place: int) -> PaperId:
    found = parse_paper_id(value)
    if found is None:
        raise BadQuery(f"“{value[:60]}” is no paper's id.", place=place, hint="Write id:1703.06870, or a DOI.")
    return found


def _kind(value: str, place: int) -> NewsKind:
    kinds = {"paper": NewsKind.PAPER, "papers": NewsKind.PAPER, "code": NewsKind.CODE}
    if value.lower() not in kinds:
        raise BadQuery(
            f"I don't know kind:{value[:20]}", place=place, hint="There are kind:code (always on) and kind:papers."
        )
    return kinds[value.lower()]


def _states(value: str, place: int) -> set[CodeState]:
    name = value.lower()
    if name in ("any", "all"):
        return set(STATES.values())
    if name == "released":
        return set()
    if name not in STATES:
        raise BadQuery(
            f"I don't know code:{value[:20]}", place=place, hint=f"There are code:any and {', '.join(STATES)}."
        )
    return {STATES[name]}
