"""Backups while others write, and restoring: the good, the bad and the newer file."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import DamagedDatabase, NewerDatabase, StorageError
from storage import FILE, Storage, restore, schema
from tests.builders import NOW, paper


def papers_in(path: Path) -> int:
    with Storage(path) as opened:
        return opened.papers.count()


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A good backup with one paper."""
    with Storage(tmp_path / "other" / FILE) as opened:
        with opened.write():
            opened.papers.store(paper(), NOW)
        opened.back_up(tmp_path / "backup.db")
    return tmp_path / "backup.db"


def test_a_backup_onto_the_database_itself_is_refused(storage: Storage) -> None:
    with pytest.raises(StorageError, match="itself"):
        storage.back_up(storage.database.path)
    assert storage.database.check() == "ok"


def test_a_backup_into_a_folder_that_is_not_there_fails_and_leaves_nothing(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        storage.back_up(tmp_path / "nowhere" / "backup.db")
    assert not (tmp_path / "nowhere").exists()


def test_a_backup_that_fails_leaves_the_one_before_and_no_part(storage: Storage, tmp_path: Path) -> None:
    target = tmp_path / "backups" / "backup.db"
    target.mkdir(parents=True)  # a folder can't be replaced by a file
    with pytest.raises((StorageError, OSError)):
        storage.back_up(target)
    assert [file.name for file in target.parent.iterdir()] == ["backup.db"]


def test_a_backup_while_others_write_ends_and_is_whole(storage: Storage, tmp_path: Path) -> None:
    with storage.write():
        for n in range(3000):
            storage.papers.store(paper(f"2601.{n:05}", abstract="words " * 200), NOW)
    stop = threading.Event()

    def keep_writing() -> None:
        n = 0
        while not stop.is_set():
            with storage.write():
                storage.papers.store(paper(f"2602.{n:05}"), NOW)
            n += 1

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        storage.back_up(tmp_path / "backup.db")
    finally:
        stop.set()
        writer.join()
    with closing(sqlite3.connect(tmp_path / "backup.db")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert copy.execute("SELECT count(*) FROM papers").fetchone()[0] >= 3000
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)  # one file is all of it


def test_a_backup_is_restored_into_an_empty_folder(tmp_path: Path, backup: Path) -> None:
    assert restore(backup, tmp_path / "data") is None
    assert papers_in(tmp_path / "data" / FILE) == 1


def test_restoring_keeps_the_database_before_with_all_that_was_committed(tmp_path: Path, backup: Path) -> None:
    data = tmp_path / "data"
    killed = Storage(data / FILE)
    with killed.write():
        killed.papers.store(paper("2603.00007"), NOW)
        killed.papers.store(paper("2603.00008"), NOW)
    copied = {file.name: file.read_bytes() for file in data.iterdir()}
    killed.close()
    for name, content in copied.items():  # as kill -9 leaves it: the write-ahead log still holds everything
        (data / name).write_bytes(content)
    kept = restore(backup, data)
    assert papers_in(data / FILE) == 1
    assert kept is not None
    assert papers_in(kept) == 2


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def garbage(path: Path) -> None:
    path.write_bytes(b"garbage" * 1000)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def another_programs(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE songs (title)")


def empty_database(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as empty:
        empty.execute("VACUUM")


@pytest.mark.parametrize("spoil", [nothing, garbage, truncated, another_programs, empty_database])
def test_a_file_that_is_no_backup_changes_nothing(tmp_path: Path, backup: Path, spoil: Callable[[Path], None]) -> None:
    data = tmp_path / "data"
    with Storage(data / FILE) as mine, mine.write():
        mine.facts.set("whose", "mine")
    spoil(backup)
    with pytest.raises(DamagedDatabase, match=r"backup\.db"):
        restore(backup, data)
    with Storage(data / FILE) as mine:
        assert mine.facts.get("whose") == "mine"
    assert [file.name for file in data.iterdir() if "restor" in file.name] == []


def test_a_backup_of_a_newer_version_changes_nothing_and_says_which_file(tmp_path: Path, backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as newer:
        newer.execute(f"PRAGMA user_version = {schema.LATEST + 1}")
    with pytest.raises(NewerDatabase, match=r"backup\.db"):
        restore(backup, tmp_path / "data")
    assert not (tmp_path / "data" / FILE).exists()
    assert [file.name for file in (tmp_path / "data").iterdir() if "restor" in file.name] == []


def test_a_backup_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"none\.db"):
        restore(tmp_path / "none.db", tmp_path / "data")
