"""Arrivals that couldn't wait for the database: on disk all the same, each in a line of a file beside it.

A long transaction holds up every other one; nothing holds up this. Who has them in the inbox clears them here.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from bot.domain.arrival import Arrival
from bot.errors import NoSpace


class Arrivals:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, platform: str, arrivals: Sequence[Arrival]) -> None:
        """Returns once they are on disk. Raises NoSpace."""
        # Each begins a new line: one that a crash has cut off spoils no other.
        lines = "".join(f"\n{json.dumps((one.key, one.body))}" for one in arrivals).encode()
        path = self._path(platform)
        try:
            with open(path, "ab", opener=_private) as file:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise NoSpace(f"{path} can't be written: {error.strerror}. Check the folder's disk and rights.") from error

    def all(self, platform: str) -> tuple[Arrival, ...]:
        """In the order in which they came. Raises NoSpace where they can't be read."""
        path = self._path(platform)
        try:
            return tuple(_read(path.read_bytes().splitlines()))
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise NoSpace(f"{path} can't be read: {error.strerror}. Check its rights.") from error

    def clear(self, platform: str) -> None:
        with suppress(OSError):  # they are known when they come again
            os.truncate(self._path(platform), 0)

    def _path(self, platform: str) -> Path:
        return self._folder / f"arrivals-{platform}.jsonl"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _read(lines: Sequence[bytes]) -> Iterator[Arrival]:
    for line in lines:
        with suppress(ValueError, TypeError):  # cut off by a crash, so never confirmed
            key, body = json.loads(line)
            yield Arrival(str(key), str(body))
