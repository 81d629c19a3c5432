"""Taking in the Papers With Code archive, a batch in a transaction: killed anywhere, it goes on where it was.

First of all files what answers need, titles and links; then the details. How far a file has been read stands beside
the batch's rows, under what the file is known by. Between the batches others may write. Nothing of it is news.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final, Protocol, cast

from bot.domain.archive import ArchiveDetail, ArchiveLink, ArchivePaper, ArchiveRow, BadRow, Stage
from storage import Storage
from storage.archive import Archive

AT_ONCE: Final = 5_000  # rows: others wait for half a second at most
LISTED: Final = 20  # bad rows
Progress = Callable[[str, int, int], None]  # what is done, how much of it, out of how much


class ArchiveFile(Protocol):
    """A file of the archive; `read` of its `size` bytes are behind us. Reading raises FetchError."""

    name: str
    identity: str
    stages: tuple[Stage, ...]
    size: int

    @property
    def read(self) -> int: ...
    def rows(self, stage: Stage, *, skip: int = 0) -> Iterator[ArchiveRow | BadRow]: ...


@dataclass(frozen=True, slots=True)
class StageCount:
    """What a stage of a file came to, with all that earlier runs did of it; `listed` are this run's first bad rows."""

    file: str
    stage: Stage
    rows: int = 0
    new_papers: int = 0
    new_links: int = 0
    bad: int = 0
    listed: tuple[BadRow, ...] = ()
    done_before: bool = False


def import_archive(
    storage: Storage, files: Sequence[ArchiveFile], *, now: datetime, progress: Progress, at_once: int = AT_ONCE
) -> Iterator[StageCount]:
    """Read what hasn't been read of these files; a count when a stage of a file is done. Raises FetchError."""
    archive = Archive(storage.database, storage.papers)
    with archive.hurrying(), _not_collecting():
        for stages in ((Stage.LINKS, Stage.TITLES), (Stage.DETAILS,)):
            for file in files:
                for stage in stages:
                    if stage in file.stages:
                        yield _Reading(storage, archive, now, progress, at_once).read(file, stage)


@contextmanager
def _not_collecting() -> Iterator[None]:
    """No search for cycles meanwhile: among the many thousand rows of a batch there are none, and it takes a sixth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Reading:
    storage: Storage
    archive: Archive
    now: datetime
    progress: Progress
    at_once: int

    def read(self, file: ArchiveFile, stage: Stage) -> StageCount:
        """Read a stage of a file from where an earlier run left off."""
        name = f"archive {stage} {file.identity}"
        count = _known(self.storage.facts.get(name), file, stage)
        rows = iter(()) if count.done_before else file.rows(stage, skip=count.rows)
        while batch := list(islice(rows, self.at_once)):
            with self.storage.write():
                count = _store(self.archive, batch, count, self.now)
                self.storage.facts.set(name, _position(count))
            self.progress(f"{file.name}: {stage}, MB", file.read // 1_000_000, max(file.size // 1_000_000, 1))
        if not count.done_before:
            with self.storage.write():
                self.storage.facts.set(name, f"{_position(count)} done")
            self.progress(f"{file.name}: {stage}", 1, 1)
        return count


def _position(count: StageCount) -> str:
    return f"{count.rows} {count.new_papers} {count.new_links} {count.bad}"


def _known(position: str | None, file: ArchiveFile, stage: Stage) -> StageCount:
    """Where an earlier run left off."""
    rows, papers, links, bad, *end = (position or "0 0 0 0").split()
    return StageCount(file.name, stage, int(rows), int(papers), int(links), int(bad), done_before=bool(end))


def _store(archive: Archive, batch: Sequence[ArchiveRow | BadRow], count: StageCount, now: datetime) -> StageCount:
    good = [row for row in batch if not isinstance(row, BadRow)]
    bad = [row for row in batch if isinstance(row, BadRow)]
    papers, links = _add(archive, count.stage, good, now)
    return StageCount(
        count.file,
        count.stage,
        count.rows + len(batch),
        count.new_papers + papers,
        count.new_links + links,
        count.bad + len(bad),
        (*count.listed, *bad)[:LISTED],
    )


def _add(archive: Archive, stage: Stage, rows: Sequence[ArchiveRow], now: datetime) -> tuple[int, int]:
    """How many papers and links are new."""
    match stage:
        case Stage.LINKS:
            return archive.add_links(cast(Sequence[ArchiveLink], rows), now)
        case Stage.TITLES:
            return archive.add_papers(cast(Sequence[ArchivePaper], rows), now), 0
        case Stage.DETAILS:
            archive.add_details(cast(Sequence[ArchiveDetail], rows))
            return 0, 0
