"""What a person typed, cut into tokens: brackets, operators, values with and without a field. In linear time."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from bot.errors import BadQuery

# Quotation marks as telephones and word processors set them.
_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
# A space, a bracket, dashes, or a phrase or word that may have a field. A phrase without its end matches nothing.
_TOKEN = re.compile(r'\s+|([()])|(-+)|(?:([A-Za-z_]{1,30}):)?(?:"([^"]*)"|([^\s"]+))')
_BRACKET, _DASHES, _FIELD, _PHRASE, _WORD = range(1, 6)
_LETTER = re.compile(r"[^\W_]")


class Kind(StrEnum):
    VALUE = "value"
    OPEN = "("
    CLOSE = ")"
    NOT = "NOT"
    AND = "AND"
    OR = "OR"
    END = ""


_OPERATORS: Final = {kind.value: kind for kind in (Kind.NOT, Kind.AND, Kind.OR)}


class Token(NamedTuple):
    """`place` is where it begins in the text; `field` is in lower case, "" for plain words."""

    kind: Kind
    place: int
    value: str = ""
    field: str = ""


def tokens(text: str) -> Iterator[Token]:
    """Signs without a letter or digit, such as a dash between words, are left out; END comes last. Raises BadQuery."""
    text, at, end = text if text.isascii() else text.translate(_QUOTES), 0, len(text)
    while at < end:
        found, place = _TOKEN.match(text, at), at
        if found is None:
            raise BadQuery(
                "A quotation mark is missing its partner.", place=at, hint='Write a phrase as "optical flow".'
            )
        at, kind = found.end(), found.lastindex
        if kind == _WORD:
            token, at = _word(found)
        elif kind == _PHRASE:
            token = Token(Kind.VALUE, place, found[_PHRASE], (found[_FIELD] or "").lower())
        elif kind == _DASHES and at < end and not text[at].isspace() and text[at] != ")":
            token = Token(Kind.NOT, place, "-")
        elif kind == _BRACKET:
            token = Token(Kind(found[_BRACKET]), place)
        else:
            continue
        if token.kind is not Kind.VALUE or token.field or _LETTER.search(token.value):
            yield token
    yield Token(Kind.END, end)


def _word(found: "re.Match[str]") -> tuple[Token, int]:
    """A word, an operator or field:word; and where the next token begins."""
    field, value, place, end = found[_FIELD], found[_WORD], found.start(), found.end()
    if ")" in value:
        end -= len(value) - _own_length(value)
        value = value[: _own_length(value)]
    if field:
        return Token(Kind.VALUE, place, value, field.lower()), end
    if value in _OPERATORS:
        return Token(_OPERATORS[value], place, value), end
    if value[-1] == ":" and _LETTER.search(
        value
    ):  # a field without a value, or a word with a colon: whoever knows the fields knows which
        return Token(Kind.VALUE, place, "", value[:-1].lower()), end
    return Token(Kind.VALUE, place, value), end


def _own_length(value: str) -> int:
    """A word ends before a bracket that it hasn't opened itself (as DOIs do)."""
    depth = 0
    for place, sign in enumerate(value):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return place
    return len(value)
