"""The import as a job: stages, batches, resuming, bad rows, the same rows after a kill, and others' turns."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.archive import ArchiveDetail, ArchiveLink, ArchivePaper, ArchiveRow, BadRow, Stage
from bot.domain.paper import PaperId
from bot.domain.repository import RepositoryAddress
from bot.errors import Unreadable
from bot.jobs.import_archive import LISTED, StageCount, import_archive
from bot.rules.archive import claim
from bot.sources.archive import ArchiveFile
from storage import FILE, Storage

HOME = Path(__file__).parents[2]
BATCH = 50
TABLES = (
    "papers paper_ids paper_names paper_authors title_words repositories repository_names links evidence "
    "archive_papers archive_links facts"
).split()


class FakeFile:
    """A file of so many rows; `breaks` is the row at which it can't be read on."""

    def __init__(self, *stages: Stage, rows: int = 3, breaks: int = 0, bad: int = 0) -> None:
        self.name, self.identity, self.stages = "a file", "abc", stages
        self.size, self.read = 10_000_000, 0
        self.count, self.breaks, self.bad = rows, breaks, bad
        self.asked: list[tuple[Stage, int]] = []

    def rows(self, stage: Stage, *, skip: int = 0) -> Iterator[ArchiveRow | BadRow]:
        self.asked.append((stage, skip))
        for n in range(skip, self.count):
            if n + 1 == self.breaks:
                raise Unreadable("a file breaks off")
            self.read = self.size * (n + 1) // self.count
            yield BadRow(n + 1, "has no title") if n < self.bad else a_row(stage, n)


def a_row(stage: Stage, n: int) -> ArchiveRow:
    ids = (PaperId("arxiv", f"1803.{n + 1:05}"), PaperId("pwc", f"bees-{n}"))
    if stage is Stage.TITLES:
        return ArchivePaper(ids, f"Bees {n}")
    if stage is Stage.DETAILS:
        return ArchiveDetail(ids, f"Bees are {n}.")
    return ArchiveLink(ids, f"Bees {n}", claim(RepositoryAddress("github.com", "ada", f"hive-{n}"), True))


PAPERS = (Stage.TITLES, Stage.DETAILS)


def run(storage: Storage, now: datetime, *files: FakeFile, progress: Any = lambda *_: None) -> list[StageCount]:
    return list(import_archive(storage, files, now=now, progress=progress, at_once=BATCH))


def test_a_file_that_breaks_keeps_what_was_read_in_whole_batches(storage: Storage, now: datetime) -> None:
    file = FakeFile(*PAPERS, rows=2 * BATCH, breaks=BATCH + 10)
    with pytest.raises(Unreadable):
        run(storage, now, file)
    assert storage.papers.count() == BATCH


def test_the_next_run_goes_on_behind_the_last_batch(storage: Storage, now: datetime) -> None:
    file = FakeFile(*PAPERS, rows=BATCH + 20, breaks=BATCH + 10)
    with pytest.raises(Unreadable):
        run(storage, now, file)
    file.breaks = 0
    titles, details = run(storage, now, file)
    assert file.asked == [(Stage.TITLES, 0), (Stage.TITLES, BATCH), (Stage.DETAILS, 0)]
    assert (titles.rows, titles.new_papers, details.rows) == (BATCH + 20, BATCH + 20, BATCH + 20)


def test_a_file_that_is_done_is_not_read_again(storage: Storage, now: datetime) -> None:
    file = FakeFile(*PAPERS, bad=1)
    first = run(storage, now, file)
    file.asked.clear()
    again = run(storage, now, file)
    assert file.asked == []
    assert [(c.rows, c.new_papers, c.bad, c.done_before) for c in again] == [(3, 2, 1, True), (3, 0, 1, True)]
    assert [c.done_before for c in first] == [False, False]


@pytest.mark.parametrize("papers_first", [True, False])
def test_titles_and_links_come_before_details_in_whatever_order(
    storage: Storage, now: datetime, papers_first: bool
) -> None:
    links, papers = FakeFile(Stage.LINKS), FakeFile(*PAPERS)
    links.identity = "links"
    counts = run(storage, now, *((papers, links) if papers_first else (links, papers)))
    assert counts[-1].stage is Stage.DETAILS
    assert {count.stage for count in counts[:2]} == {Stage.LINKS, Stage.TITLES}
    assert (storage.papers.count(), storage.links.count()) == (3, 3)


def test_bad_rows_are_counted_and_the_first_are_listed(storage: Storage, now: datetime) -> None:
    (count,) = run(storage, now, FakeFile(Stage.LINKS, rows=40, bad=30))
    assert (count.rows, count.bad, count.new_links) == (40, 30, 10)
    assert [row.number for row in count.listed] == list(range(1, LISTED + 1))


def test_progress_is_told_after_each_batch_and_at_the_end(storage: Storage, now: datetime) -> None:
    seen: list[tuple[str, int, int]] = []
    run(storage, now, FakeFile(Stage.LINKS, rows=BATCH * 2), progress=lambda *what: seen.append(what))
    assert seen == [("a file: links, MB", 5, 10), ("a file: links, MB", 10, 10), ("a file: links", 1, 1)]


def test_no_alert_comes_of_it(storage: Storage, now: datetime) -> None:
    run(storage, now, FakeFile(Stage.LINKS))
    assert storage.database.value("SELECT count(*) FROM alerts") == 0


def test_others_write_while_it_runs(storage: Storage, now: datetime) -> None:
    def write(*_: Any) -> None:
        with Storage(storage.database.path) as other, other.write():
            other.facts.set("written beside", str(int(other.facts.get("written beside") or 0) + 1))

    run(storage, now, FakeFile(Stage.LINKS, rows=3 * BATCH), progress=write)
    assert storage.facts.get("written beside") == "4"


# Killed ---------------------------------------------------------------------------------------------------------------

WORKER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from bot.jobs.import_archive import import_archive
from bot.sources.archive import ArchiveFile
from storage import Storage
with Storage(Path(sys.argv[1])) as storage:
    files = [ArchiveFile(Path(name)) for name in sys.argv[2:]]
    tell = lambda *_: print("batch", flush=True)
    list(import_archive(storage, files, now=datetime(2026, 3, 5, tzinfo=UTC), progress=tell, at_once=50))
"""


def made_up(folder: Path, count: int = 1_000) -> list[Path]:
    """Both files: every second link names a repository of two papers, every tenth row of a link is bad."""
    page = "https://paperswithcode.com/paper/bees-{}"
    papers = [
        {"paper_url": page.format(n), "arxiv_id": f"1803.{n + 1:05}", "title": f"Bees {n}: Hives", "abstract": f"{n}."}
        | {"authors": ["Ada Bee", f"Bo{n} Hive"], "tasks": ["Wax"], "date": "2018-03-01", "methods": []}
        for n in range(count)
    ]
    links = [
        {
            "paper_url": page.format(n),
            "paper_title": f"Bees {n}: Hives",
            "paper_arxiv_id": None,
            "is_official": n % 3 == 0,
        }
        | {"repo_url": f"https://github.com/ada/hive-{n // 2}" if n % 10 else "nowhere", "framework": "tf"}
        for n in range(0, count, 2)
    ]
    files = [folder / "links.json", folder / "papers.json"]
    for file, rows in zip(files, (links, papers), strict=True):
        file.write_text(json.dumps(rows))
    return files


def rows_of(path: Path) -> dict[str, list[str]]:
    with Storage(path) as storage:
        assert storage.database.check() == "ok"
        found = {table: sorted(map(repr, storage.database.rows(f"SELECT * FROM {table}"))) for table in TABLES}
        return found | {"titles": list(map(str, storage.papers.titles.candidates("hives")))}


def take_in(path: Path, files: list[Path]) -> None:
    with Storage(path) as storage:
        now = datetime(2026, 3, 5, tzinfo=UTC)
        list(import_archive(storage, [ArchiveFile(file) for file in files], now=now, progress=print, at_once=BATCH))


def killed(path: Path, files: list[Path], batches: int) -> int:
    """Kill the worker a moment after so many batches; its exit code."""
    command = [sys.executable, "-c", WORKER, str(path), *map(str, files)]
    with subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for _ in range(batches):
            process.stdout.readline()
        time.sleep(0.001 * batches)
        process.kill()
        process.stdout.read()
    return process.returncode


def test_killed_at_many_moments_it_ends_with_the_same_rows(tmp_path: Path) -> None:
    files = made_up(tmp_path)
    take_in(tmp_path / "whole" / FILE, files)
    codes = [killed(tmp_path / "killed" / FILE, files, batches) for batches in (1, 2, 3, 5, 8)]
    assert codes[0] == -signal.SIGKILL
    take_in(tmp_path / "killed" / FILE, files)
    assert rows_of(tmp_path / "killed" / FILE) == rows_of(tmp_path / "whole" / FILE)


def test_the_order_of_the_files_is_no_matter(tmp_path: Path) -> None:
    files = made_up(tmp_path, 300)
    take_in(tmp_path / "one" / FILE, files)
    take_in(tmp_path / "other" / FILE, files[::-1])
    counted = []
    for name in ("one", "other"):
        with Storage(tmp_path / name / FILE) as storage:
            counts = [storage.database.value(f"SELECT count(*) FROM {table}") for table in TABLES]
            said = storage.database.rows(
                "SELECT title, abstract, code_state, official FROM papers LEFT JOIN links ON paper = papers.id "
                "ORDER BY title"
            )
            counted.append((counts, said))
    assert counted[0] == counted[1]
