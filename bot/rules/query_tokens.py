"""What a person typed, cut into tokens: brackets, operators, values with and without a field. In linear time."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from bot.domain.text import words
from bot.errors import BadQuery

# Quotation marks as telephones and word processors set them.
_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_FIELD = re.compile(r"([A-Za-z_]{1,30}):")
_CHUNK = re.compile(r'[^\s"]+')
_DASHES = re.compile("-+")


class Kind(StrEnum):
    VALUE = "value"
    OPEN = "("
    CLOSE = ")"
    NOT = "NOT"
    AND = "AND"
    OR = "OR"


_OPERATORS: Final = {kind.value: kind for kind in (Kind.NOT, Kind.AND, Kind.OR)}


class Token(NamedTuple):
    """`place` is where it begins in the text; `field` is in lower case, "" for plain words."""

    kind: Kind
    place: int
    value: str = ""
    field: str = ""


def tokens(text: str) -> Iterator[Token]:
    """Signs without a letter or digit, such as a dash between words, are left out. Raises BadQuery."""
    text, at, end = text.translate(_QUOTES), 0, len(text)
    while at < end:
        sign = text[at]
        if sign.isspace():
            at += 1
        elif sign in "()":
            yield Token(Kind(sign), at)
            at += 1
        elif sign == "-":
            after = _past(_DASHES, text, at)
            if after < end and not text[after].isspace() and text[after] != ")":
                yield Token(Kind.NOT, at, "-")
            at = after
        else:
            token, at = _value(text, at)
            if token.kind is not Kind.VALUE or token.field or words(token.value):
                yield token


def _past(pattern: "re.Pattern[str]", text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _value(text: str, place: int) -> tuple[Token, int]:
    """A word, a phrase, an operator or field:value; and where the next token begins."""
    found = _FIELD.match(text, place)
    field, at = (found[1].lower(), found.end()) if found else ("", place)
    if text.startswith('"', at):
        end = text.find('"', at + 1)
        if end < 0:
            raise BadQuery(
                "A quotation mark is missing its partner.", place=at, hint='Write a phrase as "optical flow".'
            )
        return Token(Kind.VALUE, place, text[at + 1 : end], field), end + 1
    end = _end_of_word(text, at)
    value = text[at:end]
    if not field and value in _OPERATORS:
        return Token(_OPERATORS[value], place, value), end
    return Token(Kind.VALUE, place, value, field), end


def _end_of_word(text: str, at: int) -> int:
    """A word ends before a space, a quotation mark, or a bracket that it hasn't opened itself (as DOIs do)."""
    end = _past(_CHUNK, text, at)
    if text.find(")", at, end) < 0:
        return end
    depth = 0
    for place in range(at, end):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth < 0:
            return place
    return end
