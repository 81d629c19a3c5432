"""Fetching large files to the disk: the polite client, whose answers are poured into a file instead of into memory.

A file is there under its name when it is complete; until then it is called NAME.part.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

import requests

from bot.errors import NoSpace, TooLarge
from bot.sources.web import Allowances, Web

ARCHIVE_FILES: Final = (  # under {base}/files/resolve/main/; the last dumps of Papers With Code
    "jul-28-links-between-papers-and-code.json.gz",
    "jul-29-papers-with-abstracts.json.gz",
)
LARGEST: Final = 2_000_000_000  # bytes; the larger one had 564 MB
_AT_MOST_S: Final = 7_200.0
_PIECE: Final = 262_144
Progress = Callable[[str, int, int], None]  # what is done, how much of it, out of how much


class Downloads(Web):
    """One download at a time. Raises FetchError and its kinds, and NoSpace when the disk won't take it."""

    def __init__(self, *, user_agent: str, allowances: Allowances, progress: Progress, limit: int = LARGEST) -> None:
        super().__init__(user_agent=user_agent, allowances=allowances, timeout_s=_AT_MOST_S)
        self._progress = progress
        self._limit = limit
        self._into: IO[bytes] | None = None

    def archive(self, base: str, folder: Path) -> tuple[Path, ...]:
        """The archive's files in a folder, fetched unless they are there."""
        return tuple(self._fetch(f"{base}/files/resolve/main/{name}", folder / name) for name in ARCHIVE_FILES)

    def _fetch(self, url: str, file: Path) -> Path:
        if file.exists():
            return file
        part = file.with_name(f"{file.name}.part")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as self._into:
                self.get(url, limit=self._limit, trusted=True)
            part.replace(file)
        except OSError as error:
            raise _no_space(file, error) from error
        finally:
            self._into = None
            with suppress(OSError):  # what is wrong has been told
                part.unlink()
        return file

    def _read(self, response: requests.Response, *more: Any) -> Any:
        if response.status_code == 200 and self._into:
            total = int(response.headers.get("Content-Length") or 0)
            response.raw = _Poured(response.raw, self._into, total, self._limit, self._progress)
        return super()._read(response, *more)


class _Poured:
    """An answer's raw body, which runs into a file as soon as it is read; what is left to read is nothing."""

    def __init__(self, raw: Any, into: IO[bytes], total: int, limit: int, progress: Progress) -> None:
        self._raw, self._into, self._total, self._limit, self._progress = raw, into, total, limit, progress

    def read1(self, *_: Any, **__: Any) -> bytes:
        done, name = 0, Path(self._into.name).stem
        while piece := self._raw.read1(_PIECE, decode_content=False):
            done += len(piece)
            if done > self._limit:
                raise TooLarge(f"larger than {self._limit / 1e6:g} MB")
            self._write(piece)
            self._progress(f"{name}, MB", done // 1_000_000, max(self._total // 1_000_000, 1))
        return b""

    def _write(self, piece: bytes) -> None:
        try:
            self._into.write(piece)
        except OSError as error:
            raise _no_space(Path(self._into.name), error) from error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


def _no_space(file: Path, error: OSError) -> NoSpace:
    return NoSpace(f"{file} can't be written: {error.strerror}. Free some space, or set PAPERWIRE_DATA.")
