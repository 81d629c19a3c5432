"""import-archive as people use it: wrong files, bad rows, both files, again, beside a writer, stopped and killed."""

import gzip
import json
import signal
from pathlib import Path
from typing import Any

import pytest

from bot.sources.download import ARCHIVE_FILES
from storage import FILE, Storage
from tests.small_world import NOWHERE, OFFLINE, House
from tests.sources.server import Server

PAGE = "https://paperswithcode.com/paper/slow-bees"


def a_link(**more: Any) -> dict[str, Any]:
    link = {"paper_url": PAGE, "paper_title": "Slow Bees: Fast Hives", "paper_arxiv_id": "1803.00001"}
    return {**link, "repo_url": "https://github.com/ada/hives", "is_official": True, "framework": "jax", **more}


def a_paper(**more: Any) -> dict[str, Any]:
    return {"paper_url": PAGE, "title": "Slow Bees: Fast Hives", "abstract": "Bees.", "authors": ["Ada Bee"], **more}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, {**OFFLINE, "PAPERWIRE_ARCHIVE_URL": f"{NOWHERE}/archive"}).settle()


def a_file(folder: Path, *rows: dict[str, Any], name: str = "links.json.gz") -> str:
    data = json.dumps(rows).encode()
    (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return str(folder / name)


def test_without_a_file_it_says_what_is_missing(house: House) -> None:
    result = house.call("import-archive")
    assert result.exit_code == 2
    assert "--download" in result.output


def test_a_file_that_is_none_of_the_archives_is_told_in_one_line(house: House) -> None:
    result = house.call("import-archive", a_file(house.folder, {"colour": "red"}))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "links.json.gz is neither of the archive's two files: its rows have colour\n"


def test_a_file_that_breaks_off_is_told(house: House) -> None:
    file = Path(a_file(house.folder, *[a_link(paper_title=f"Bees {n}") for n in range(2_000)]))
    file.write_bytes(file.read_bytes()[:-20])
    result = house.call("import-archive", str(file))
    assert result.exit_code == 1
    assert "breaks off" in result.stderr
    assert "Traceback" not in result.output


def test_bad_rows_are_counted_and_the_first_twenty_listed(house: House) -> None:
    rows = [a_link(repo_url="nowhere") for _ in range(30)]
    result = house.call("import-archive", a_file(house.folder, *rows, a_link()))
    assert result.exit_code == 0
    assert "links.json.gz, links: 31 rows, 1 new papers, 1 new links\n" in result.stdout
    assert "30 rows can't be used, such as:\n" in result.stdout
    assert result.stdout.count("names no repository: nowhere") == 20
    assert "row 1 names no repository" in result.stdout


def test_both_files_answer_questions_and_the_source_is_named(house: House) -> None:
    papers = a_file(house.folder, a_paper(), name="papers.json")
    result = house.call("import-archive", papers, a_file(house.folder, a_link()))
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.splitlines() == [
        "papers.json, titles: 1 rows, 1 new papers",
        "links.json.gz, links: 1 rows, 1 new links",
        "papers.json, details: 1 rows",
        "Source: the Papers With Code archive as of July 2025, CC-BY-SA 4.0.",
    ]
    answer = house.call("ask", "/code slow bees").stdout
    assert "github.com/ada/hives" in answer
    assert "Slow Bees: Fast Hives" in answer


def test_the_same_files_again_are_not_read(house: House) -> None:
    file = a_file(house.folder, a_link())
    house.call("import-archive", file)
    assert "links.json.gz, links: 1 rows, read before\n" in house.call("import-archive", file).stdout


def test_download_fetches_both_files_and_takes_them_in(house: House) -> None:
    bodies = [gzip.compress(json.dumps([row]).encode()) for row in (a_link(), a_paper())]
    with Server() as server:
        for name, body in zip(ARCHIVE_FILES, bodies, strict=True):
            server.route(f"/archive/files/resolve/main/{name}", body=body, type="application/gzip")
        result = house.call("import-archive", "--download", PAPERWIRE_ARCHIVE_URL=server.url("/archive"))
    assert result.exit_code == 0
    assert "1 new links" in result.stdout
    assert {file.name for file in (house.data / "archive").iterdir()} == set(ARCHIVE_FILES)


def test_a_home_that_does_not_answer_is_told_in_one_line(house: House) -> None:
    result = house.call("import-archive", "--download")
    assert result.exit_code == 1
    assert result.stderr == "connection refused\n"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_stopped_in_the_middle_it_goes_on(house: House, how: signal.Signals) -> None:
    page = "https://paperswithcode.com/paper/bees-{}"
    rows = [a_paper(paper_url=page.format(n), title=f"Bees {n}") for n in range(12_000)]
    papers = a_file(house.folder, *rows, name="papers.json")
    running = house.start("import-archive", a_file(house.folder, a_link()), papers)
    running.wait_for("1 new links")
    running.end(how)
    result = house.call("import-archive", papers)
    assert result.exit_code == 0
    assert "papers.json, titles: 12,000 rows" in result.stdout
    with Storage(house.data / FILE) as storage:
        assert storage.database.check() == "ok"
        assert storage.database.value("SELECT count(*) FROM archive_papers") == 12_000
