"""Lines typed at the console: whoever sits there may have their own files read."""

import os
from pathlib import Path

import pytest

from bot.domain.moving import FILE_LIMIT
from handlers.console.asking import ADDRESS, asked
from handlers.incoming import FileTrouble, Request


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    "line",
    [
        "/import nowhere.opml",
        "/import ~/nowhere",
        "/import ./nowhere",
        "/import /nowhere/x",
        "import 'no.txt'",
    ],
)
def test_what_looks_like_a_path_and_is_none_is_told(line: str) -> None:
    request = asked(line)
    assert (request.text, request.file, request.file_trouble) == ("/import", None, FileTrouble.NOT_THERE)


def test_a_file_that_is_too_large_or_no_text_is_told(here: Path) -> None:
    (here / "large.txt").write_bytes(b"x" * (FILE_LIMIT + 1))
    (here / "odd.txt").write_bytes(b"\xff")
    assert asked("/import large.txt").file_trouble is FileTrouble.TOO_LARGE
    assert asked("/import odd.txt").file_trouble is FileTrouble.NOT_TEXT


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(here: Path) -> None:
    (here / "closed.txt").touch(0o000)
    assert asked("/import closed.txt").file_trouble is FileTrouble.NOT_REACHED


@pytest.mark.parametrize(
    "line",
    [
        "/import diffusion models",
        "/import https://example.org/feeds.opml",
        "/import ada/nets",
        "/import",
        "/import .",
        "/important list.txt",
        "/code list.txt",
        "/import " + "x" * 5000,
        "/import ~nobody-has-this-name/x",
        "/import a\0b.txt",
        "/import read this.txt",
    ],
)
def test_other_words_stay_as_they_are(here: Path, line: str) -> None:
    (here / "list.txt").write_text("nets")
    assert asked(f" {line} ") == Request(ADDRESS, line, is_owner=True)


@pytest.mark.parametrize(
    "line", ["/import list", "IMPORT list", "/import  ~/list ", '/import "./list"', "/import my list"]
)
def test_a_file_is_read(here: Path, line: str) -> None:
    for name in ("list", "my list"):
        (here / name).write_bytes("\ufeffBérénice".encode())
    assert asked(line) == Request(ADDRESS, "/import", is_owner=True, file="Bérénice")
