"""When a source may be asked again. On the real clock, and shared by all processes on this data folder."""

import time
from datetime import UTC, datetime

from storage.database import Database


class Allowances:
    def __init__(self, database: Database) -> None:
        self._db = database

    def reserve(self, name: str, interval_s: float) -> float:
        """Reserve the next free slot of a pace; the seconds to wait until it."""
        now = time.time()
        with self._db.write():
            # A slot further off than any queue explains comes from a clock that was set back.
            known = self._db.value("SELECT next_slot FROM allowances WHERE name = ?", (name,)) or 0.0
            slot = max(now, known) if known - now < 3600 else now
            self._upsert(name, "next_slot", slot + interval_s)
        return slot - now

    def blocked_until(self, name: str) -> datetime | None:
        until = self._db.value("SELECT blocked_until FROM allowances WHERE name = ?", (name,)) or 0.0
        return datetime.fromtimestamp(until, UTC) if until > time.time() else None

    def block(self, name: str, until: datetime) -> None:
        """Not before then; a longer block stands."""
        longest = max(until, self.blocked_until(name) or until)
        with self._db.write():
            self._upsert(name, "blocked_until", longest.timestamp())

    def _upsert(self, name: str, column: str, value: float) -> None:
        self._db.execute(
            f"INSERT INTO allowances (name, {column}) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET {column} "
            f"= excluded.{column}",
            (name, value),
        )
