"""Who is let in, and the chats that are paused because they aren't."""

from collections.abc import Collection
from datetime import datetime

from bot.domain.access import NOT_LET_IN, LetIn
from bot.domain.chat import Address
from storage.chats import Chats
from storage.database import Database, Row, marks, moment, stamp

_COLUMNS = "platform, who, workspace, name, at"
_IS_LET_IN = (
    "EXISTS (SELECT 1 FROM allowed WHERE allowed.platform = chats.platform "
    "AND allowed.workspace IN ('', chats.workspace) AND chats.chat IN (allowed.who, allowed.direct))"
)


class Allowed:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._chats = Chats(database)

    def all(self) -> tuple[LetIn, ...]:
        """In the order in which they were let in."""
        return tuple(map(_let_in, self._db.rows(f"SELECT {_COLUMNS} FROM allowed ORDER BY at, platform, who")))

    def has(self, address: Address, who: Collection[str]) -> bool:
        """Whether one of these ids is let in, on this address's platform and workspace."""
        found = self._db.value(
            "SELECT count(*) FROM allowed WHERE platform = ? AND workspace IN ('', ?) "
            f"AND who IN ({marks(tuple(who))})",
            (address.platform, address.workspace, *who),
        )
        return bool(found)

    def add(self, one: LetIn, now: datetime) -> None:
        """Let in; who is in already keeps their place."""
        self._db.execute(
            "INSERT INTO allowed (platform, workspace, who, name, at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET name = CASE WHEN excluded.name = '' THEN name ELSE excluded.name END",
            (one.platform, one.workspace, one.who, one.name, stamp(now)),
        )

    def remove(self, one: LetIn) -> None:
        self._db.execute(
            "DELETE FROM allowed WHERE platform = ? AND workspace = ? AND who = ?",
            (one.platform, one.workspace, one.who),
        )

    def writes_alone(self, address: Address, person: str, name: str) -> None:
        """A person who is let in has their direct chat here: where its id isn't the person's own, it is noted."""
        self._db.execute(
            "UPDATE allowed SET direct = ?, name = CASE WHEN ? = '' THEN name ELSE ? END "
            "WHERE platform = ? AND workspace IN ('', ?) AND who = ?",
            (address.chat, name, name, address.platform, address.workspace, person),
        )

    def is_noted(self, address: Address, person: str) -> bool:
        """Whether a person's direct chat is known to be this one."""
        found = self._db.value(
            "SELECT 1 FROM allowed WHERE platform = ? AND workspace IN ('', ?) AND who = ? AND direct = ?",
            (address.platform, address.workspace, person, address.chat),
        )
        return found is not None

    # The chats --------------------------------------------------------------------------------------------------------

    def shut_out(self, owner: Address, now: datetime) -> int:
        """Pause the chats that aren't let in, but the owner's and the console's: how many. All that they have stays."""
        cursor = self._db.execute(
            "UPDATE chats SET state = 'paused', reason = ?, paused_at = ? WHERE state = 'active' "
            "AND platform != 'console' AND NOT (platform = ? AND workspace = ? AND chat = ?) "
            f"AND NOT {_IS_LET_IN}",
            (NOT_LET_IN, stamp(now), owner.platform, owner.workspace, owner.chat),
        )
        return cursor.rowcount

    def let_back(self, now: datetime, *, everybody: bool = False) -> int:
        """Wake the chats that were paused for this reason alone and are let in, or all of them: how many."""
        rows = self._db.rows(
            f"SELECT id FROM chats WHERE state = 'paused' AND reason = ? AND (? OR {_IS_LET_IN})",
            (NOT_LET_IN, everybody),
        )
        for (key,) in rows:
            self._chats.wake(key, now)
        return len(rows)


def _let_in(row: Row) -> LetIn:
    platform, who, workspace, name, at = row
    return LetIn(platform, who, workspace, name, moment(at))
