"""Connections to the one SQLite file: a writer behind a lock, a read-only reader for each thread."""

import fcntl
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bot.errors import DamagedDatabase, NewerDatabase, NoSpace, StorageError
from storage import schema

BUSY_TIMEOUT_S: Final = 10.0
Row = tuple[Any, ...]
Parameters = Sequence[Any] | dict[str, Any]


class Database:
    """Reads go to this thread's reader, or to the writer inside `write()`; writes are refused outside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._local = threading.local()
        self._readers: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self.before_commit: Callable[[], None] = _nothing  # what each transaction ends with
        self._readers_lock = threading.Lock()  # not `_lock`: a first read must not wait for a running write
        with _translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = _connect(path)
            try:
                self._prepare()
            except BaseException:
                self._writer.close()
                raise

    def _prepare(self) -> None:
        """Check whose file it is before anything is written into it; then bring it to our form."""
        version = _check_ours(self._writer, self.path)
        mode = self._writer.execute("PRAGMA journal_mode").fetchone()[0]
        if version < schema.LATEST or mode != "wal":
            with self.path.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # two commands may open a new folder at the same moment
                from storage.migrations import migrate  # because: costs a tenth of a second, needed once in a version

                self._writer.execute("PRAGMA journal_mode = WAL")
                migrate(self._writer)

    @contextmanager
    def write(self) -> Iterator[None]:
        """One IMMEDIATE transaction of this thread; a `write` inside it joins it."""
        with self._lock, _translated(self.path):
            if self._writing:
                yield
                return
            self._writer.execute("BEGIN IMMEDIATE")
            self._local.writing = True
            try:
                yield
                self.before_commit()
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
            finally:
                self._local.writing = False

    @contextmanager
    def read(self) -> Iterator[None]:
        """One look: all that this thread reads inside is of one moment, whatever is written meanwhile."""
        with _translated(self.path):
            connection = self._connection
            if connection.in_transaction:
                yield
                return
            connection.execute("BEGIN")
            try:
                yield
            finally:
                connection.execute("COMMIT")

    @property
    def _writing(self) -> bool:
        return getattr(self._local, "writing", False)

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._writing:
            return self._writer
        reader: sqlite3.Connection | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = self._open_reader()
        return reader

    def _open_reader(self) -> sqlite3.Connection:
        """A read-only connection for this thread; those of threads that have ended are closed."""
        reader = _connect(self.path)
        reader.execute("PRAGMA query_only = 1")
        with self._readers_lock:
            for thread, connection in self._readers:
                if not thread.is_alive():
                    connection.close()
            self._readers = [(t, c) for t, c in self._readers if t.is_alive()] + [(threading.current_thread(), reader)]
        return reader

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        with _translated(self.path):
            return self._connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        with _translated(self.path):
            found: Row | None = self._connection.execute(sql, parameters).fetchone()
            return found

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        found = self.row(sql, parameters)
        return found[0] if found else None

    def execute(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """A writing statement; its cursor tells `rowcount` and `lastrowid` and stays inside storage."""
        if not self._writing:
            raise RuntimeError("writing needs `with storage.write():`")
        return self._writer.execute(sql, parameters)

    def insert(self, sql: str, parameters: Parameters = ()) -> int:
        """A single-row INSERT; the new row's key."""
        return int(self.execute(sql, parameters).lastrowid or 0)

    def execute_many(self, sql: str, rows: Iterable[Parameters]) -> int:
        if not self._writing:
            raise RuntimeError("writing needs `with storage.write():`")
        return self._writer.executemany(sql, rows).rowcount

    @property
    def engine_version(self) -> str:
        return sqlite3.sqlite_version

    def check(self) -> str:
        """SQLite's own word on the file: "ok", or the first damage."""
        return str(self.value("PRAGMA quick_check(1)"))

    def copy_to(self, path: Path) -> None:
        """A consistent copy of the whole file, while others read and write."""
        with _translated(path):
            target = sqlite3.connect(path)
            try:
                self._connection.backup(target)  # in one step: in several it begins anew at every write of others
                target.execute("PRAGMA journal_mode = DELETE")
            finally:
                target.close()

    def close(self) -> None:
        with self._lock, self._readers_lock:
            for connection in (*(reader for _, reader in self._readers), self._writer):
                connection.close()
            self._readers.clear()


def _nothing() -> None:
    pass


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    for pragma in ("synchronous = FULL", "foreign_keys = 1", "mmap_size = 0", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def version_of(path: Path) -> int:
    """The schema version of the file there (0: nothing of ours is in it), without changing it."""
    with _translated(path), closing(_connect(path)) as connection:
        return _check_ours(connection, path)


def _check_ours(connection: sqlite3.Connection, path: Path) -> int:
    """The schema version of the file (0: new). Raises for a newer one and for other programs' files."""
    connection.execute("BEGIN")  # one look: another process may be making the schema right now
    tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    connection.execute("COMMIT")
    if tables and owner != schema.APPLICATION_ID:
        raise DamagedDatabase(
            f"{path} is another program's database. Move it away, or set PAPERWIRE_DATA to another folder."
        )
    if version > schema.LATEST:
        raise NewerDatabase(
            f"{path} was written by a newer paperwire (schema {version}; this one knows {schema.LATEST}). "
            "Update paperwire, or restore a backup made by this version."
        )
    return version


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """sqlite3's errors, as ours, with what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _ours(error, path) from error
    except PermissionError as error:
        raise NoSpace(
            f"{path.parent} can't be written: {error.strerror}. Give this user the right, or set PAPERWIRE_DATA."
        ) from error
    except (FileExistsError, NotADirectoryError) as error:
        raise StorageError(f"{path.parent} is not a folder. Set PAPERWIRE_DATA to a folder.") from error


def _ours(error: sqlite3.DatabaseError, path: Path) -> Exception:
    code = getattr(error, "sqlite_errorname", "") or ""
    if code.startswith("SQLITE_FULL"):
        return NoSpace(f"The disk of {path.parent} is full. Free some space; nothing that was stored is lost.")
    if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return NoSpace(
            f"{path} can't be opened for writing. Check the folder's rights and that its disk isn't read-only."
        )
    if code.startswith("SQLITE_IOERR"):
        return NoSpace(f"{path}: the disk failed ({code}). Check it; nothing that was stored is lost.")
    if code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return DamagedDatabase(f"{path} is damaged. Move it away and run `paperwire restore FILE` with a backup.")
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StorageError(f"{path} was busy for {BUSY_TIMEOUT_S:.0f} s: another program holds it. Try again.")
    return error  # a bug of ours: loud


def stamp(moment: datetime | None) -> int | None:
    """A time as stored: whole seconds since 1970, UTC."""
    return None if moment is None else int(moment.timestamp())


def moment(stored: int | None) -> datetime | None:
    return None if stored is None else datetime.fromtimestamp(stored, UTC)


def marks(values: Sequence[Any]) -> str:
    """Question marks for an IN list."""
    return ",".join("?" * len(values))
