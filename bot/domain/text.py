"""Texts of strangers: made safe to store and show, and cut into words for finding and matching."""

import re
import unicodedata
from functools import lru_cache

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ufff9-\uffff\ud800-\udfff]")
# They stand inside words (soft hyphens, joiners, directions, tags), so that no space takes their place.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\U000e0000-\U000e0fff]"
)
# Marks heaped on one letter; normalising takes a time that grows with the square of their number.
_HEAP = re.compile(r"([^\w\s\x00-\x7f]{30})[^\w\s\x00-\x7f]+")
_WORD = re.compile(r"[^\W_]+")
_ASCII_BETWEEN = {code: " " for code in range(128) if not chr(code).isalnum()}

TITLE_LIMIT = 500
ABSTRACT_LIMIT = 20_000
NAME_LIMIT = 200


def clean(text: str | None, limit: int) -> str:
    """One line without control, bidirectional-override and invisible characters, at most `limit` characters long."""
    if not text:
        return ""
    text = text[: limit * 4]
    if not text.isascii() or not text.isprintable():
        visible = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
        text = unicodedata.normalize("NFC", _HEAP.sub(r"\1", visible))
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def fold(text: str) -> str:
    """Letter case and accents removed: "Schrödinger" and "schrodinger" are one word."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", _HEAP.sub(r"\1", text)).casefold()  # some letters are capitals only then
    return "".join(c for c in parts if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The words of a text in order, folded; hyphens, punctuation and underscores separate."""
    if text.isascii():  # most texts, in a fifth of the time
        return text.lower().translate(_ASCII_BETWEEN).split()
    return _WORD.findall(fold(text))


@lru_cache(maxsize=16_384)  # asked for every word of every paper: half the time, for a few MB
def singular(word: str) -> str:
    """A plural's singular, roughly: enough to let "transformer" meet "transformers"."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
