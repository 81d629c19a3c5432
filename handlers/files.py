"""Files that come and go, the same on every platform: which ones are meant to be taken in, and their text."""

import re
from typing import Final

from handlers.incoming import FileTrouble
from handlers.messages import File, Image

TAKEN: Final = (".opml", ".xml", ".json", ".txt")
_NAME_LIMIT: Final = 100
_ODD = re.compile(r"[^\w.() -]+")


def is_taken(name: str) -> bool:
    """Whether a file of this name, sent to us alone, is meant to be taken in."""
    return name.lower().endswith(TAKEN)


def text_of(content: bytes, *, limit: int) -> tuple[str | None, FileTrouble | None]:
    """A file's text, or why there is none."""
    if len(content) > limit:
        return None, FileTrouble.TOO_LARGE
    try:
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        return None, FileTrouble.NOT_TEXT


def bytes_of(file: File | Image) -> bytes:
    """A file's content to be sent; platforms take no empty ones."""
    if isinstance(file, Image):
        return file.content
    return file.content.encode("utf-8", "replace") or b"\n"


def name_of(file: File | Image) -> str:
    """A name that every platform and every disk takes."""
    name = _ODD.sub("_", file.name)
    return name[-_NAME_LIMIT:].strip(" .") or "file.txt"
