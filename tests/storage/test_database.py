"""One file, one writer, many readers; and everything that can be wrong with a file or a disk."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from bot.domain.pace import Pace
from bot.errors import DamagedDatabase, NewerDatabase, NoSpace, StorageError
from storage import FILE, Storage, schema
from storage.migrations import migrate, migrations
from tests.builders import NOW, paper
from tests.killing import processes

OLD_SCHEMAS = Path(__file__).parent / "schemas"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE


@pytest.fixture
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """SQLite itself, beside the storage."""
    with closing(sqlite3.connect(path)) as connection:
        yield connection


# Files that won't do --------------------------------------------------------------------------------------------------


def test_a_file_from_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    Storage(path).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {schema.LATEST + 1}")
    before = path.read_bytes()
    with pytest.raises(NewerDatabase, match="newer paperwire"):
        Storage(path)
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_and_not_a_byte_of_it_changed(path: Path, raw: sqlite3.Connection) -> None:
    raw.execute("CREATE TABLE songs (title)")
    before = path.read_bytes()
    with pytest.raises(DamagedDatabase, match="another program's"):
        Storage(path)
    assert path.read_bytes() == before
    assert sorted(file.name for file in path.parent.iterdir()) == [FILE]


@pytest.mark.parametrize("size", [1, 100, 4096, 100_000])
def test_a_file_of_garbage_is_refused_with_what_to_do(path: Path, size: int) -> None:
    path.write_bytes(b"garbage " * (size // 8 + 1))
    with pytest.raises(DamagedDatabase, match="restore"):
        Storage(path)


def test_a_truncated_file_is_damage_and_not_a_bug(path: Path) -> None:
    fill(path, 300)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    assert damage_of(path) != "ok"


def test_a_file_with_overwritten_pages_is_damage_and_the_check_says_so(path: Path) -> None:
    fill(path, 300)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 20_000)
    assert damage_of(path) != "ok"


def damage_of(path: Path) -> str:
    """What reading all of the file comes to; a damaged page may be met while reading or by the check."""
    try:
        with Storage(path) as opened:
            opened.papers.many(range(1, 300))
            return opened.database.check()
    except DamagedDatabase as damage:
        return str(damage)


def test_a_path_below_a_file_says_that_the_folder_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageError, match="PAPERWIRE_DATA"):
        Storage(tmp_path / "file" / FILE)


def test_a_folder_in_the_files_place_is_a_clear_error(path: Path) -> None:
    path.mkdir()
    with pytest.raises(NoSpace, match="can't be opened"):
        Storage(path)


def test_a_refused_file_is_closed_again(path: Path, raw: sqlite3.Connection) -> None:
    raw.execute("CREATE TABLE songs (title)")
    for _ in range(3):
        with pytest.raises(DamagedDatabase):
            Storage(path)
    raw.execute("BEGIN EXCLUSIVE")  # nobody holds it


def test_a_full_disk_is_a_clear_error_and_loses_nothing(storage: Storage) -> None:
    with storage.write():
        storage.papers.store(paper(), NOW)
    pages = storage.database.value("PRAGMA page_count")
    with storage.write():
        storage.database.execute(f"PRAGMA max_page_count = {pages + 5}")  # SQLite's own way to be full
    with pytest.raises(NoSpace, match="full"):
        store_many(storage, 2000)
    assert storage.papers.count() == 1
    assert storage.database.check() == "ok"
    with storage.write():
        storage.database.execute("PRAGMA max_page_count = 100000")
        storage.papers.store(paper("2603.00002"), NOW)
    assert storage.papers.count() == 2


def store_and_raise(storage: Storage, error: BaseException, *, nested: bool = False) -> None:
    with storage.write():
        with storage.write() if nested else nullcontext():
            storage.papers.store(paper(), NOW)
        assert storage.papers.count() == 1  # inside, it is seen
        raise error


def store_many(storage: Storage, papers: int) -> None:
    with storage.write():
        for n in range(papers):
            storage.papers.store(paper(f"2604.{n:05}", f"Paper number {n}", abstract="words " * 100), NOW)


# Transactions ---------------------------------------------------------------------------------------------------------


def test_an_exception_keeps_nothing_of_the_transaction(storage: Storage) -> None:
    with pytest.raises(ZeroDivisionError):
        store_and_raise(storage, ZeroDivisionError())
    assert storage.papers.count() == 0
    assert storage.papers.titles.candidates("Deep Nets") == []


def test_an_interrupt_keeps_nothing_of_the_transaction(storage: Storage) -> None:
    with pytest.raises(KeyboardInterrupt):
        store_and_raise(storage, KeyboardInterrupt())
    assert storage.papers.count() == 0
    with storage.write():
        storage.papers.store(paper(), NOW)


def test_a_write_inside_a_write_joins_it(storage: Storage) -> None:
    with pytest.raises(ZeroDivisionError):
        store_and_raise(storage, ZeroDivisionError(), nested=True)
    assert storage.papers.count() == 0


def test_writing_outside_a_write_is_refused(storage: Storage) -> None:
    with pytest.raises(RuntimeError, match="writing needs"):
        storage.papers.store(paper(), NOW)
    with pytest.raises(RuntimeError, match="writing needs"):
        storage.database.execute_many("INSERT INTO facts VALUES (?, ?)", [("a", "b")])


def test_a_write_in_one_thread_gives_no_right_to_another(storage: Storage) -> None:
    refused: list[Exception] = []

    def intrude() -> None:
        try:
            storage.facts.set("name", "value")
        except RuntimeError as error:
            refused.append(error)

    with storage.write():
        thread = threading.Thread(target=intrude)
        thread.start()
        thread.join()
    assert len(refused) == 1


def test_readers_see_what_was_committed_while_a_writer_writes(storage: Storage) -> None:
    seen: list[int] = []
    with storage.write():
        storage.papers.store(paper(), NOW)
        reader = threading.Thread(target=lambda: seen.append(storage.papers.count()))
        reader.start()
        reader.join(timeout=5)
    assert seen == [0]
    assert storage.papers.count() == 1


def test_readers_of_ended_threads_are_closed(storage: Storage) -> None:
    for _ in range(30):
        thread = threading.Thread(target=storage.papers.count)
        thread.start()
        thread.join()
    assert len(storage.database._readers) <= 2


def test_threads_that_write_at_once_wait_for_each_other(storage: Storage) -> None:
    def add(worker: int) -> None:
        for n in range(25):
            with storage.write():
                storage.papers.store(paper(f"26{worker:02}.{n:05}"), NOW)

    threads = [threading.Thread(target=add, args=(n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert storage.papers.count() == 100


def write_papers(path: Path, month: int) -> None:
    with Storage(path) as opened:
        for n in range(60):
            with opened.write():
                opened.papers.store(paper(f"26{month:02}.{n:05}"), NOW)


def test_two_processes_write_at_once_without_a_lock_error(path: Path) -> None:
    """They also open the new file at the same moment: one makes the schema, the other one waits for it."""
    writers = [processes().Process(target=write_papers, args=(path, month)) for month in (1, 2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    with Storage(path) as opened:
        assert opened.papers.count() == 120
        assert opened.database.check() == "ok"


def test_threads_that_open_a_new_file_at_the_same_moment_all_get_it(tmp_path: Path) -> None:
    for attempt in range(8):
        path, start = tmp_path / f"{attempt}" / FILE, threading.Barrier(4)
        errors: list[Exception] = []

        def open_it(path: Path = path, start: threading.Barrier = start, errors: list[Exception] = errors) -> None:
            start.wait()
            try:
                Storage(path).close()
            except StorageError as error:
                errors.append(error)

        threads = [threading.Thread(target=open_it) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []


# The schema -----------------------------------------------------------------------------------------------------------


def schema_of(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    return connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '%sqlite_%' AND sql IS NOT NULL ORDER BY name"
    ).fetchall()


def test_all_migrations_together_give_exactly_the_schema() -> None:
    with closing(sqlite3.connect(":memory:")) as migrated, closing(sqlite3.connect(":memory:")) as written:
        migrate(migrated)
        written.executescript(schema.SCHEMA)
        assert [row for row in schema_of(migrated) if row[1] != "idx__sqlite_migrations"] == schema_of(written)
        assert migrated.execute("PRAGMA user_version").fetchone() == (schema.LATEST,)
        assert migrated.execute("PRAGMA application_id").fetchone() == (schema.APPLICATION_ID,)


def shape_of(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Each table's columns, without their order, and each index's: what a file must have, however it came there."""
    shape = {}
    for kind, name, _ in schema_of(connection):
        if not name.startswith("idx__"):
            rows = connection.execute(f"PRAGMA {kind}_info({name})")
            shape[name] = sorted((row[1:] if kind == "table" else row[2:] for row in rows), key=str)
    return shape


KEPT = """
INSERT INTO papers (id, title, seen_at, changed_at) VALUES (7, 'Kept', 1, 1);
INSERT INTO chats (id, platform, workspace, chat, topic, created_at) VALUES (1, 'telegram', '', '7', '', 1);
INSERT INTO subscriptions (id, chat, number, text, created_at) VALUES (2, 1, 1, 'diffusion', 1);
INSERT INTO alerts (chat, kind, subject, at, why, held) VALUES (1, 'code', 7, 5, 'nets', 'muted');
"""
TERMS = {
    "1": "INSERT INTO subscription_terms (term, subscription) VALUES ('flow', 2), ('new diffusion&cat:cs.cv', 2), "
    "('id:doi:10.1/a&b', 2)",
    **dict.fromkeys(
        ("2", "3", "4"),
        "INSERT INTO subscription_terms (term, beside, subscription) VALUES ('flow', '', 2), "
        "('new diffusion', 'cat:cs.cv', 2), ('id:doi:10.1/a&b', '', 2)",
    ),
}


def an_old_file(path: Path, old: Path) -> None:
    """What the version of that number has left behind, with a paper in it."""
    with closing(sqlite3.connect(path)) as before:
        before.executescript(old.read_text(encoding="utf-8"))
        book = sqlite_utils.Database(before)
        migrations.ensure_migrations_table(book)
        for migration in migrations.pending(book)[: int(old.stem)]:
            book.execute(
                "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('paperwire', ?, 'then')",
                (migration.name,),
            )
        before.executescript(f"{KEPT}{TERMS[old.stem]}")
        before.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        before.execute(f"PRAGMA user_version = {old.stem}")
        before.commit()


@pytest.mark.parametrize("old", sorted(OLD_SCHEMAS.glob("*.sql")), ids=lambda path: path.stem)
def test_an_old_file_comes_to_the_schema_and_keeps_what_it_has(path: Path, old: Path) -> None:
    an_old_file(path, old)
    with Storage(path) as opened:
        assert opened.papers.get(7).title == "Kept"
        assert opened.database.rows("SELECT * FROM subscription_terms ORDER BY term") == [
            ("flow", "", 0, 2),
            ("id:doi:10.1/a&b", "", 0, 2),
            ("new diffusion", "cat:cs.cv", 0, 2),
        ]
        assert opened.database.rows("SELECT chat, kind, subject, at, why, held FROM alerts") == [
            (1, "code", 7, 5, "nets", "muted")
        ]
        assert opened.paces.get(1) == Pace()
        assert opened.trends.drifted() == ()
        assert opened.database.rows("PRAGMA foreign_key_check") == []
        assert opened.database.check() == "ok"
    with closing(sqlite3.connect(path)) as migrated, closing(sqlite3.connect(":memory:")) as written:
        migrate(written)
        assert shape_of(migrated) == shape_of(written)
        assert migrated.execute("PRAGMA user_version").fetchone() == (schema.LATEST,)


def test_a_migration_that_was_killed_half_way_is_taken_up_again(path: Path, raw: sqlite3.Connection) -> None:
    Storage(path).close()
    tables = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite_%'").fetchall()
    assert tables
    raw.execute("PRAGMA user_version = 0")  # killed after the tables, before the version
    with Storage(path) as opened:
        assert opened.papers.count() == 0
    assert raw.execute("PRAGMA user_version").fetchone() == (schema.LATEST,)


class Dying(sqlite3.Connection):
    """Dies before its nth statement, as kill -9 would have it."""

    left = 0

    def execute(self, *args: Any) -> sqlite3.Cursor:
        self.left -= 1
        if self.left < 0:
            raise ConnectionAbortedError
        return super().execute(*args)


@pytest.mark.parametrize("statements", [1, 2, 3, 5, 8, 12, 20, 40])
def test_a_first_start_that_was_killed_leaves_a_file_that_opens(path: Path, statements: int) -> None:
    with closing(sqlite3.connect(path, isolation_level=None, factory=Dying)) as dying:
        dying.left = statements
        with pytest.raises(ConnectionAbortedError):
            migrate(dying)
    with Storage(path) as opened:
        assert opened.papers.count() == 0


def test_foreign_keys_are_on_and_writes_are_durable(storage: Storage) -> None:
    with storage.write():
        assert storage.database.value("PRAGMA foreign_keys") == 1
        assert storage.database.value("PRAGMA synchronous") == 2
    assert storage.database.value("PRAGMA journal_mode") == "wal"
    assert storage.database.value("PRAGMA query_only") == 1


def fill(path: Path, papers: int) -> None:
    with Storage(path) as opened:
        store_many(opened, papers)
