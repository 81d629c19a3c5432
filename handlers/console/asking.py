"""A line typed at the console -> a Request. Whoever sits there may read their own files: /import PATH."""

import re
from pathlib import Path
from typing import Final

from bot.domain.chat import Address
from bot.domain.moving import FILE_LIMIT
from handlers.files import is_taken, text_of
from handlers.incoming import FileTrouble, Request

ADDRESS: Final = Address("console", "local")
_IMPORT: Final = re.compile(r"/?import\s+(\S.*)", re.IGNORECASE)


def asked(line: str) -> Request:
    """The words as they are; of a file that they name, its text. What looks like a path and is none is told."""
    words = line.strip()
    named = _IMPORT.fullmatch(words)
    path = _path(named[1]) if named else None
    if path is None:
        return Request(ADDRESS, words, is_owner=True)
    content, trouble = _read(path)
    return Request(ADDRESS, "/import", is_owner=True, file=content, file_trouble=trouble)


def _path(words: str) -> Path | None:
    """The file that is meant; None for a list or an address."""
    bare = words.strip("\"'")
    if "://" in bare or "\0" in bare:
        return None
    try:
        path = Path(bare).expanduser()
        there = path.is_file()
    except (OSError, RuntimeError):  # too long for a name, or of somebody who has no home
        return None
    return path if there or bare.startswith(("~", "/", "./", "../")) or (is_taken(bare) and " " not in bare) else None


def _read(path: Path) -> tuple[str | None, FileTrouble | None]:
    try:
        if not path.is_file():
            return None, FileTrouble.NOT_THERE
        with path.open("rb") as file:
            return text_of(file.read(FILE_LIMIT + 1), limit=FILE_LIMIT)
    except OSError:
        return None, FileTrouble.NOT_REACHED
