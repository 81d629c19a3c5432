"""The fields of a query: their names, what each of them takes, and what is said to a value that won't do."""

import difflib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from bot.domain.paper import parse_paper_id
from bot.domain.repository import parse_repository
from bot.domain.text import singular, words
from bot.errors import BadQuery
from bot.rules.framework_names import STRONG
from bot.rules.query_nodes import (
    Author,
    Category,
    Condition,
    Framework,
    HasCode,
    Language,
    Official,
    PaperIs,
    Phrase,
    Repository,
    Stars,
    Where,
    Words,
)
from bot.rules.query_tokens import Token

_CATEGORY = re.compile(r"[a-z-]+(?:\.[a-z-]{2,})?")
_COMPARED = re.compile(r"(>=|<=|>|<|=?)([0-9]{1,9})(k?)")
_RANGE = re.compile(r"([0-9]{1,9}|\*)\.\.([0-9]{1,9}|\*)")
_LETTERS_DIGITS = re.compile(r"(?<=[^\W\d_])(?=[0-9])")
_YES: Final = {"yes": True, "true": True, "no": False, "false": False}
_LANGUAGES: Final = {
    "py": "python",
    "cpp": "c++",
    "js": "javascript",
    "ts": "typescript",
    "csharp": "c#",
    "golang": "go",
    "jupyter": "jupyter notebook",
    "notebook": "jupyter notebook",
}
_FRAMEWORKS: Final = {name: name for found in STRONG.values() for name in found} | {
    "tf": "tensorflow",
    "torch": "pytorch",
    "torch7": "torch",
    "paddlepaddle": "paddle",
    "scikit-learn": "sklearn",
}
OPTIONS: Final = ("kind", "code")


def condition(token: Token) -> Condition:
    """The condition that a field and its value, or a plain word or phrase, come to. Raises BadQuery."""
    if not token.field:
        return _plain(token.value)
    if not token.value and (said := _before_colon(token)):
        return Words(said)
    name = field_of(token)
    if not token.value:
        raise BadQuery(
            f"There is nothing after {token.field}:", place=token.place, hint=f"{_EXAMPLES[name]}, without a space."
        )
    if token.value.startswith("("):
        raise BadQuery(
            f"{name}: takes one word, or one phrase in quotation marks.",
            place=token.place,
            hint=f"Name the field each time: ({name}:… OR {name}:…)",
        )
    return _READERS[name](token)


@lru_cache(maxsize=16_384)  # many queries share their words: they share them in memory, too
def _plain(text: str) -> Words:
    return Words(folded(text))


def _before_colon(token: Token) -> Phrase:
    """A word with a colon at its end, as titles have them; a field's name isn't one."""
    known = token.field in _ALIASES or token.field in FIELDS
    return () if known else folded(token.field)


def folded(text: str) -> Phrase:
    return tuple(map(singular, words(text)))


def comment_words(text: str) -> list[str]:
    """The folded words of a comment; "CVPR2026" and "CVPR 2026" are the same."""
    return [singular(word) for word in words(_LETTERS_DIGITS.sub(" ", text))]


def field_of(token: Token) -> str:
    """The field's proper name. Raises BadQuery where there is none."""
    name = _ALIASES.get(token.field, token.field)
    if name in _READERS or name in OPTIONS:
        return name
    near = difflib.get_close_matches(name, [*FIELDS, *_ALIASES], n=1, cutoff=0.5)
    known = " ".join(f"{known}:" for known in FIELDS)
    hint = f"Did you mean {_ALIASES.get(near[0], near[0])}: ?" if near else f"Known are {known}"
    raise BadQuery(f"I don't know the field {name}:", place=token.place, hint=hint)


def _within(where: Where) -> Callable[[Token], Condition]:
    def read(token: Token) -> Condition:
        found = tuple(comment_words(token.value)) if where is Where.COMMENT else folded(token.value)
        if not found:
            raise _refused(token, "There is no word in that.")
        return Words(found, where)

    return read


def _author(token: Token) -> Condition:
    found = tuple(words(token.value))
    if not found:
        raise _refused(token, "There is no name after au:")
    return Author(found)


def _category(token: Token) -> Condition:
    name = token.value.lower()
    if not _CATEGORY.fullmatch(name):
        raise BadQuery(
            f"“{name[:40]}” is no arXiv category.", place=token.place, hint="They look like cs.CV, stat.ML or math."
        )
    return Category(name)


def _repository(token: Token) -> Condition:
    """A repository, or with owner/* all of its owner's."""
    owned = token.value.endswith("/*")
    address = parse_repository(f"{token.value[:-1]}any" if owned else token.value)
    if address is None:
        raise _refused(token, f"“{token.value[:60]}” names no repository.")
    return Repository(address.owned if owned else address.id)


def _paper(token: Token) -> Condition:
    found = parse_paper_id(token.value)
    if found is None:
        raise _refused(token, f"“{token.value[:60]}” is no paper's id.")
    return PaperIs(found)


def _language(token: Token) -> Condition:
    name = " ".join(token.value.casefold().split())
    return Language(_LANGUAGES.get(name, name))


def _framework(token: Token) -> Condition:
    name = token.value.strip().lower()
    if name in _FRAMEWORKS:
        return Framework(_FRAMEWORKS[name])
    near = difflib.get_close_matches(name[:40], _FRAMEWORKS, n=1, cutoff=0.5)
    hint = (
        f"Did you mean framework:{_FRAMEWORKS[near[0]]} ?" if near else "Write framework:pytorch, :jax, :tensorflow …"
    )
    raise BadQuery(f"I don't know framework:{name[:30]}", place=token.place, hint=hint)


def _stars(token: Token) -> Condition:
    text = token.value.replace(" ", "").lower()
    if found := _RANGE.fullmatch(text):
        least, most = (None if end == "*" else int(end) for end in found.groups())
        return _between(token, least or 0, most)
    compared = _COMPARED.fullmatch(text)
    if compared is None:
        raise _refused(token, f"“{token.value[:30]}” is no number of stars.")
    sign, number = compared[1], int(compared[2]) * (1000 if compared[3] else 1)
    match sign:
        case ">" | ">=":
            return _between(token, number + (sign == ">"), None)
        case "<" | "<=":
            return _between(token, 0, number - (sign == "<"))
        case _:
            return _between(token, number, number)


def _between(token: Token, least: int, most: int | None) -> Condition:
    if most is not None and most < least:
        raise _refused(token, f"No number of stars is {token.value[:30]}.")
    return Stars(least, most)


def _has(token: Token) -> Condition:
    if token.value.lower() != "code":
        raise _refused(token, f"I don't know has:{token.value[:20]}")
    return HasCode()


def _official(token: Token) -> Condition:
    if token.value.lower() not in _YES:
        raise _refused(token, f"I don't know official:{token.value[:20]}")
    return Official(_YES[token.value.lower()])


def _refused(token: Token, why: str) -> BadQuery:
    return BadQuery(why, place=token.place, hint=f"{_EXAMPLES[field_of(token)]}.")


_READERS: Final[dict[str, Callable[[Token], Condition]]] = {
    "ti": _within(Where.TITLE),
    "abs": _within(Where.ABSTRACT),
    "au": _author,
    "cat": _category,
    "id": _paper,
    "conf": _within(Where.COMMENT),
    "task": _within(Where.TEXT),
    "repo": _repository,
    "topic": _within(Where.REPOSITORY),
    "lang": _language,
    "framework": _framework,
    "stars": _stars,
    "official": _official,
    "has": _has,
}
_ALIASES: Final = {
    "title": "ti",
    "abstract": "abs",
    "author": "au",
    "category": "cat",
    "arxiv": "id",
    "paper": "id",
    "conference": "conf",
    "venue": "conf",
    "repository": "repo",
    "language": "lang",
    "star": "stars",
}
FIELDS: Final = (*_READERS, *OPTIONS, "feed")
_EXAMPLES: Final = {
    "ti": 'Write ti:word or ti:"a phrase"',
    "abs": 'Write abs:word or abs:"a phrase"',
    "au": 'Write au:bengio or au:"yoshua bengio"',
    "cat": "Write cat:cs.CV or cat:cs",
    "id": "Write id:1703.06870, or a DOI",
    "conf": 'Write conf:neurips or conf:"CVPR 2026"',
    "task": 'Write task:"object detection"',
    "repo": "Write repo:owner/name or its address, or repo:owner/*",
    "topic": "Write topic:robotics",
    "lang": "Write lang:python",
    "framework": "Write framework:pytorch",
    "stars": "Write stars:>100, stars:<=20 or stars:10..50",
    "official": "Write official:yes or official:no",
    "has": "Write has:code",
    "kind": "Write kind:papers",
    "code": "Write code:any or code:promised",
}
