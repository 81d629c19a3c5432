"""A file of the archive, read ahead by a process of its own while this one stores: two cores instead of one.

The process sends rows as lines of JSON, five hundred in a line, and waits while nobody takes them; it ends with its
reader, however that ends.
"""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any, Final

from bot.domain.archive import ArchiveDetail, ArchiveLink, ArchivePaper, ArchiveRow, BadRow, Stage
from bot.domain.link import Claim
from bot.domain.paper import PaperId
from bot.domain.repository import RepositoryAddress
from bot.errors import FetchError, TooLarge, Unreadable
from bot.rules.archive import EVIDENCE
from bot.sources.archive import ArchiveFile

SMALL: Final = 1_000_000  # bytes; they are read before a process has started
_AT_ONCE: Final = 500  # rows in a line
_LINES_AHEAD: Final = 10
_ERRORS: Final[Mapping[str, type[FetchError]]] = {kind.id: kind for kind in (FetchError, TooLarge, Unreadable)}


class ReadAhead(ArchiveFile):
    """As ArchiveFile. Files up to `small` bytes are read in this process, and all files where there is one core."""

    def __init__(self, path: Path, *, small: int = SMALL) -> None:
        super().__init__(path)
        self._small = small if (os.cpu_count() or 1) > 1 else self.size
        self._behind = 0

    @property
    def read(self) -> int:
        return super().read if self.size <= self._small else self._behind

    def rows(self, stage: Stage, *, skip: int = 0) -> Iterator[ArchiveRow | BadRow]:
        return super().rows(stage, skip=skip) if self.size <= self._small else self._read_ahead(stage, skip)

    def _read_ahead(self, stage: Stage, skip: int) -> Iterator[ArchiveRow | BadRow]:
        decode = _DECODERS[stage]
        with _reader(self.path, stage, skip) as process:
            try:
                for line in process.stdout or ():
                    said = json.loads(line)
                    if "error" in said:
                        raise _ERRORS[said["error"]](said["words"])
                    if "rows" not in said:
                        return
                    self._behind = said["read"]
                    yield from map(decode, said["rows"])
            finally:
                process.kill()
        raise Unreadable(f"{self.name} wasn't read to its end: the process that reads it was ended")


def _reader(path: Path, stage: Stage, skip: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", __name__, str(path), stage.value, str(skip)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    # In a session of its own, as Ctrl-C is the business of the process that stores.
    return subprocess.Popen(  # noqa: S603  it is our own program
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environment, start_new_session=True
    )


def main(path: str, stage: str, skip: str) -> None:
    """The process: all rows as lines of JSON on stdout, and at the end an empty object, or an error."""
    gc.disable()  # rows hold no cycles, and to look for them takes a sixth of the time
    lines: Queue[str] = Queue(_LINES_AHEAD)
    writing = Thread(target=_write, args=(lines,), daemon=True)
    writing.start()
    try:
        file = ArchiveFile(Path(path))
        rows = file.rows(Stage(stage), skip=int(skip))
        while some := [_encoded(row) for row in islice(rows, _AT_ONCE)]:
            lines.put(json.dumps({"rows": some, "read": file.read}))
        lines.put("{}")
    except FetchError as error:
        lines.put(json.dumps({"error": error.id, "words": str(error)}))
    lines.put("")
    writing.join()


def _write(lines: "Queue[str]") -> None:
    """Reading goes on while this waits for somebody to take a line."""
    while line := lines.get():
        try:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
        except BrokenPipeError:  # nobody reads any more
            os._exit(0)


# Rows as lists --------------------------------------------------------------------------------------------------------


def _encoded(row: ArchiveRow | BadRow) -> list[Any]:
    """A row as a list; its ids come first, or the number of a bad row."""
    if isinstance(row, BadRow):
        return [row.number, row.reason]
    ids = [(i.scheme, i.value) for i in row.ids]
    if isinstance(row, ArchivePaper):
        return [ids, row.title, row.published and row.published.timestamp()]
    if isinstance(row, ArchiveLink):
        a, claim = row.claim.address, row.claim
        said = (a.host, a.owner, a.name, a.path), claim.official, claim.confidence, claim.evidence[0].official
        return [ids, row.title, said, row.framework, row.in_paper, row.in_readme]
    published = row.published and row.published.timestamp()
    return [ids, row.abstract, row.authors, published, row.tasks, row.methods, row.venue]


def _paper(row: list[Any]) -> ArchivePaper | BadRow:
    return BadRow(*row) if len(row) == 2 else ArchivePaper(_ids(row[0]), row[1], _day(row[2]))


def _link(row: list[Any]) -> ArchiveLink | BadRow:
    if len(row) == 2:
        return BadRow(*row)
    ids, title, (address, official, confidence, said), *rest = row
    claim = Claim(RepositoryAddress(*address), official, confidence, EVIDENCE[said])
    return ArchiveLink(_ids(ids), title, claim, *rest)


def _detail(row: list[Any]) -> ArchiveDetail | BadRow:
    if len(row) == 2:
        return BadRow(*row)
    ids, abstract, authors, published, tasks, methods, venue = row
    return ArchiveDetail(_ids(ids), abstract, tuple(authors), _day(published), tuple(tasks), tuple(methods), venue)


def _ids(pairs: list[list[str]]) -> tuple[PaperId, ...]:
    return tuple([PaperId(scheme, value) for scheme, value in pairs])


def _day(stamp: float | None) -> datetime | None:
    return None if stamp is None else datetime.fromtimestamp(stamp, UTC)


_DECODERS: Final[Mapping[Stage, Callable[[list[Any]], ArchiveRow | BadRow]]] = {
    Stage.LINKS: _link,
    Stage.TITLES: _paper,
    Stage.DETAILS: _detail,
}


if __name__ == "__main__":
    main(*sys.argv[1:])
