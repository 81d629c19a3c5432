"""What an address that leads to us carries: a command, in the few characters that such an address may have."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Final

LONGEST: Final = 47  # bytes of words: Telegram's payload has at most 64 characters of A-Z a-z 0-9 _ -
WORDLESS: Final = "here"  # a payload without words
_MARK: Final = "w"


def payload_of(words: str) -> str:
    """The words as a payload; "" where they are too long."""
    raw = words.encode("utf-8", "replace")
    return _MARK + urlsafe_b64encode(raw).decode().rstrip("=") if 0 < len(raw) <= LONGEST else ""


def words_of(payload: str) -> str:
    """The words that a payload carries; "" for one that isn't ours."""
    if not payload.startswith(_MARK) or not payload.isascii():
        return ""
    coded = payload[len(_MARK) :]
    try:
        words = urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
    except (Error, ValueError):
        return ""
    return words if payload_of(words) == payload else ""
