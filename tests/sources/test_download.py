"""Large files: poured to the disk, there only when complete, from a store elsewhere, never beyond the limit."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.errors import FetchError, Missing, NoSpace, Refused, TooLarge, Unreadable
from bot.sources.download import ARCHIVE_FILES, Downloads, Progress
from bot.sources.web import LocalAllowances
from tests.sources.clients import redirect
from tests.sources.server import Reply, Server

LINKS, PAPERS = (f"/archive/files/resolve/main/{name}" for name in ARCHIVE_FILES)
BODY = bytes(range(256)) * 8_000


@contextmanager
def downloads(limit: int = 10_000_000, progress: Progress = lambda *_: None) -> Iterator[Downloads]:
    agent = "paperwire-test (+https://example.org)"
    with closing(Downloads(user_agent=agent, allowances=LocalAllowances(), progress=progress, limit=limit)) as made:
        yield made


def fetch(server: Server, folder: Path, limit: int = 10_000_000) -> tuple[Path, ...]:
    with downloads(limit) as made:
        return made.archive(server.url("/archive"), folder)


@pytest.mark.parametrize(
    ("reply", "error", "reason"),
    [
        (Reply(404), Missing, "HTTP 404"),
        (Reply(500), FetchError, "HTTP 500"),
        (Reply(body=BODY, manner="truncate"), Unreadable, "broke off"),
        (Reply(body=BODY * 6), TooLarge, "larger than 10 MB"),
        (Reply(body=b"x" * 100_000, manner="endless"), TooLarge, "larger than 10 MB"),
    ],
    ids=["missing", "failing", "truncated", "too large", "endless"],
)
def test_what_goes_wrong_leaves_no_file(
    server: Server, tmp_path: Path, reply: Reply, error: type[Exception], reason: str
) -> None:
    server.route(LINKS, reply)
    with pytest.raises(error, match=reason):
        fetch(server, tmp_path / "archive")
    assert list((tmp_path / "archive").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(server: Server, tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file")
    server.route(LINKS, body=BODY)
    with pytest.raises(NoSpace, match="can't be written"):
        fetch(server, tmp_path / "archive")


def test_a_redirect_to_a_private_address_is_refused(server: Server, tmp_path: Path) -> None:
    server.route(LINKS, redirect(302, server.url("/store", host="localhost")))
    with pytest.raises(Refused, match="private address"):
        fetch(server, tmp_path)


def test_both_files_come_whole_and_are_not_fetched_again(server: Server, tmp_path: Path) -> None:
    server.route(LINKS, redirect(302, server.url("/store")))
    server.route("/store", body=BODY, type="application/gzip")
    server.route(PAPERS, body=b"")
    files = fetch(server, tmp_path / "archive")
    assert [file.read_bytes() for file in files] == [BODY, b""]
    assert [file.name for file in files] == list(ARCHIVE_FILES)
    server.asked.clear()
    assert fetch(server, tmp_path / "archive") == files
    assert server.asked == []


def test_progress_is_told_in_megabytes(server: Server, tmp_path: Path) -> None:
    server.route(LINKS, body=BODY)
    server.route(PAPERS, body=b"")
    seen: list[tuple[str, int, int]] = []
    with downloads(progress=lambda *what: seen.append(what)) as made:
        made.archive(server.url("/archive"), tmp_path)
    assert seen[-1] == (f"{ARCHIVE_FILES[0]}, MB", 2, 2)
