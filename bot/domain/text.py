"""Texts of strangers: made safe to store and show, and cut into words for finding and matching."""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")

TITLE_LIMIT = 500
ABSTRACT_LIMIT = 20_000
NAME_LIMIT = 200


def clean(text: str | None, limit: int) -> str:
    """One line without control, bidirectional-override and invisible characters, at most `limit` characters long."""
    if not text:
        return ""
    text = text[: limit * 4]
    if not text.isascii() or not text.isprintable():
        text = _INVISIBLE.sub(" ", unicodedata.normalize("NFC", text))
    text = _SPACE.sub(" ", text).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def fold(text: str) -> str:
    """Letter case and accents removed: "Schrödinger" and "schrodinger" are one word."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The words of a text in order, folded; hyphens, punctuation and underscores separate."""
    return _WORD.findall(fold(text))


def singular(word: str) -> str:
    """A plural's singular, roughly: enough to let "transformer" meet "transformers"."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
