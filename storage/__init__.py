"""The room that remembers: one SQLite file, one writer, readers per thread.

    database       connections, pragmas, the one writer; sqlite3's errors become StorageError
    schema         the schema, readable whole; numbered migrations
    papers         papers, their ids, their titles' index          links          who implements what, and the evidence
    repositories   repositories, their names over time, sightings   chats          chats and their state
    subscriptions  queries under their required terms              feeds          what is looked at, and how it went
    outbox         alerts and deliveries                            allowances     when a source may be asked again
    search         finding papers by title                          authors        finding them by their authors
    evidence       what stands behind a link, weighed               reports        what readers say of links
    catalogue      the starter catalogue that ships                 archive        the Papers With Code archive
    paces          when chats want to hear, and what they muted     digests        what a digest says
    stars          how many stars there were when          happenings     surges, milestones, releases
    rankings       trending pages, who gained most         trends         sums by month, from which trends are told
    facts          single facts about this installation             merging        two that turn out to be one
    folding        several waiting messages become one
    cards          sent messages that are shown anew               history        what became of what was told
    inbox          what came in and isn't answered yet              allowed        who is let in, where not all are
    votes          what chats save, and want less of              arrivals       what came while that was held up

Storage gathers them. Reading needs nothing; all writing happens inside `with storage.write():`, one transaction.
SQL stays in this room; what leaves it are domain values. May use: domain, errors, rules (key terms of queries).
An alert belongs to one chat (chat, kind, subject is its unique key), so that folding, muting and "why this?" are
properties of a row; a delivery is one message and carries one or several alerts.
"""

import os
import shutil
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.errors import DamagedDatabase, NewerDatabase, StorageError
from storage.allowances import Allowances
from storage.allowed import Allowed
from storage.arrivals import Arrivals
from storage.cards import Cards
from storage.chats import Chats
from storage.database import Database, version_of
from storage.digests import Digests
from storage.facts import Facts
from storage.feeds import Feeds
from storage.happenings import Happenings
from storage.history import History
from storage.inbox import Inbox
from storage.links import Links
from storage.outbox import Outbox
from storage.paces import Paces
from storage.papers import Papers
from storage.rankings import Rankings
from storage.reports import Reports
from storage.repositories import Repositories
from storage.stars import Stars
from storage.subscriptions import Subscriptions
from storage.trends import Trends
from storage.votes import Votes

FILE = "paperwire.db"


class Storage:
    """All that is remembered. Opening creates or migrates the file; close it, or use it as a context manager.

    Raises NewerDatabase, DamagedDatabase, NoSpace or StorageError, each with what to do.
    """

    def __init__(self, path: Path) -> None:
        self.database = Database(path)
        self.papers = Papers(self.database)
        self.repositories = Repositories(self.database)
        self.links = Links(self.database)
        self.feeds = Feeds(self.database)
        self.chats = Chats(self.database)
        self.subscriptions = Subscriptions(self.database)
        self.outbox = Outbox(self.database)
        self.cards = Cards(self.database)
        self.inbox = Inbox(self.database)
        self.arrivals = Arrivals(path.parent)
        self.history = History(self.database)
        self.allowances = Allowances(self.database)
        self.allowed = Allowed(self.database)
        self.facts = Facts(self.database)
        self.reports = Reports(self.database)
        self.paces = Paces(self.database)
        self.digests = Digests(self.database)
        self.votes = Votes(self.database)
        self.stars = Stars(self.database)
        self.happenings = Happenings(self.database)
        self.rankings = Rankings(self.database)
        self.trends = Trends(self.database)
        self.database.before_commit = self.trends.settle

    def write(self) -> AbstractContextManager[None]:
        """One transaction: all of it is kept, or nothing."""
        return self.database.write()

    def read(self) -> AbstractContextManager[None]:
        """One look, in which all that is read is of one moment. It holds nobody up."""
        return self.database.read()

    def back_up(self, file: Path) -> None:
        """A consistent copy, complete under its name or not there at all. Raises StorageError."""
        if file.exists() and file.samefile(self.database.path):
            raise StorageError(f"{file} is the database itself. Give the backup another name.")
        part = file.with_name(f".{file.name}.part")
        try:
            part.unlink(missing_ok=True)
            self.database.copy_to(part)
            part.replace(file)
        except OSError as error:
            raise StorageError(f"{file} can't be written: {error.strerror}.") from error
        finally:
            part.unlink(missing_ok=True)

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def restore(file: Path, folder: Path) -> Path | None:
    """Put a backup in the database's place; where the database before was put (None: there was none).

    The caller holds the run lock. Raises DamagedDatabase or NewerDatabase, and changes nothing, when the file won't do.
    """
    part = folder / f".{FILE}.restoring"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, part)
        _check_restorable(part, file)
        return _take_place(part, folder)
    except OSError as error:
        raise StorageError(f"{error.filename or file} can't be used: {error.strerror}.") from error
    finally:
        for leftover in folder.glob(f".{FILE}.restoring*"):
            leftover.unlink()
        part.with_suffix(".lock").unlink(missing_ok=True)


def _check_restorable(part: Path, file: Path) -> None:
    """The copy of a backup is opened, and migrated where it is old; the backup itself stays as it is."""
    try:
        if version_of(part) == 0:
            raise DamagedDatabase(f"{file} is empty")  # opening it would make a new database of it
        with Storage(part) as backup:
            damage = backup.database.check()
    except NewerDatabase as error:
        raise NewerDatabase(f"{file} was written by a newer paperwire. Update paperwire to restore it.") from error
    except DamagedDatabase as error:
        raise DamagedDatabase(f"{file} is damaged, or no backup of paperwire.") from error
    if damage != "ok":
        raise DamagedDatabase(f"{file} is damaged ({damage}).")
    with part.open("rb") as copied:
        os.fsync(copied.fileno())


def _take_place(part: Path, folder: Path) -> Path | None:
    target, kept = folder / FILE, folder / f"{FILE}.before-restore"
    found = target.exists()
    target.with_name(FILE + "-shm").unlink(missing_ok=True)
    for suffix in ("", "-wal"):  # after a kill, the write-ahead log holds what was committed last
        kept.with_name(kept.name + suffix).unlink(missing_ok=True)
        if (old := target.with_name(FILE + suffix)).exists():
            old.replace(kept.with_name(kept.name + suffix))
    part.replace(target)
    return kept if found else None
