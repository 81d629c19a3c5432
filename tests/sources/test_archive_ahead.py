"""Reading ahead in a process of its own tells the same rows and the same errors, and ends with its reader."""

import gzip
import json
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from bot.domain.archive import Stage
from bot.errors import FetchError, TooLarge, Unreadable
from bot.sources.archive import ArchiveFile
from bot.sources.archive_ahead import ReadAhead
from tests.clock import PATIENCE_S

HOME = Path(__file__).parents[2]


def a_row(n: int, **more: Any) -> dict[str, Any]:
    """A row that would do for either file."""
    link = {
        "paper_arxiv_id": f"1803.{n + 1:05}",
        "paper_title": f"Bées {n}",
        "repo_url": f"https://github.com/ada/b{n}",
    }
    paper = {"title": f"Bées {n}", "abstract": "Slow.", "authors": ["Ada Bee"], "date": "2018-03-01", "tasks": ["Wax"]}
    said = {"is_official": (True, False, None)[n % 3], "mentioned_in_paper": True, "framework": "jax"}
    return {"paper_url": f"https://paperswithcode.com/paper/bees-{n}", **link, **paper, **said, **more}


def a_file(folder: Path, *rows: object, cut: int = 0) -> Path:
    file = folder / "rows.json.gz"
    data = json.dumps(rows).encode()
    file.write_bytes(gzip.compress(data[: len(data) - cut]))
    return file


@pytest.mark.parametrize(
    ("broken", "error"),
    [({"cut": 1}, Unreadable), ({"cut": 30}, Unreadable), ({"large": True}, TooLarge)],
    ids=["the end is missing", "within a row", "too large a row"],
)
def test_an_error_is_told_as_it_would_be_here(tmp_path: Path, broken: dict[str, Any], error: type[FetchError]) -> None:
    last = {"x": "y" * 9_000_000} if broken.get("large") else a_row(9)
    file = a_file(tmp_path, *map(a_row, range(2_000)), last, cut=broken.get("cut", 0))
    words = []
    for opened in (ArchiveFile(file), ReadAhead(file, small=0)):
        with pytest.raises(error) as caught:
            list(opened.rows(Stage.LINKS))
        words.append(str(caught.value))
    assert words[0] == words[1]


def test_a_file_that_has_gone_is_told(tmp_path: Path) -> None:
    file = a_file(tmp_path, a_row(1))
    opened = ReadAhead(file, small=0)
    file.unlink()
    with pytest.raises(Unreadable, match="can't be read"):
        list(opened.rows(Stage.LINKS))


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("skip", [0, 1_234])
def test_the_rows_are_the_same(tmp_path: Path, stage: Stage, skip: int) -> None:
    rows = [a_row(n) if n % 7 else [n] for n in range(2_000)]
    file = a_file(tmp_path, a_row(1, repo_url="https://github.com/tensorflow/models/tree/master/bees"), *rows)
    ahead = ReadAhead(file, small=0)
    assert list(ahead.rows(stage, skip=skip)) == list(ArchiveFile(file).rows(stage, skip=skip))
    assert ahead.read == ahead.size


def test_who_stops_early_need_not_wait_for_the_rest(tmp_path: Path) -> None:
    rows = ReadAhead(a_file(tmp_path, *map(a_row, range(20_000))), small=0).rows(Stage.LINKS)
    assert len(list(islice(rows, 10))) == 10
    del rows


def test_the_process_ends_when_nobody_reads_any_more(tmp_path: Path) -> None:
    file = a_file(tmp_path, *map(a_row, range(20_000)))
    command = [sys.executable, "-m", "bot.sources.archive_ahead", str(file), "links", "0"]
    process = subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(PATIENCE_S) == 0


def test_small_files_are_read_here(tmp_path: Path) -> None:
    opened = ReadAhead(a_file(tmp_path, a_row(1)))
    assert len(list(opened.rows(Stage.LINKS))) == 1
    assert opened.read == opened.size
