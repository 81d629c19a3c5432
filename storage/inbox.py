"""The inbox: what came in from a platform is kept before it is confirmed there, and until it has been answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.arrival import Arrival
from storage.database import Database, moment, stamp


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits of one platform: how many, and since when the first."""

    platform: str
    count: int
    oldest: datetime | None


class Inbox:
    def __init__(self, database: Database) -> None:
        self._db = database

    def take(self, platform: str, arrivals: Sequence[Arrival], now: datetime) -> tuple[Arrival, ...]:
        """Keep these; those that haven't come before."""
        return tuple(
            arrival
            for arrival in arrivals
            if self._db.execute(
                "INSERT INTO inbox (platform, key, body, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (platform, arrival.key, arrival.body, stamp(now)),
            ).rowcount
        )

    def waiting(self, platform: str) -> tuple[Arrival, ...]:
        """What hasn't been answered, in the order in which it came."""
        rows = self._db.rows(
            "SELECT key, body FROM inbox WHERE platform = ? AND done_at IS NULL ORDER BY id", (platform,)
        )
        return tuple(Arrival(key, body) for key, body in rows)

    def backlog(self) -> tuple[Backlog, ...]:
        """How much hasn't been answered, of each platform that has some."""
        rows = self._db.rows("SELECT platform, count(*), min(at) FROM inbox WHERE done_at IS NULL GROUP BY platform")
        return tuple(Backlog(platform, count, moment(oldest)) for platform, count, oldest in rows)

    def done(self, platform: str, key: str, now: datetime) -> None:
        """It has been answered, or never will be. That it came is still known."""
        self._db.execute(
            "UPDATE inbox SET done_at = ?, body = '' WHERE platform = ? AND key = ?", (stamp(now), platform, key)
        )

    def forget(self, before: datetime) -> None:
        """No longer remember what was answered before then."""
        self._db.execute("DELETE FROM inbox WHERE done_at < ?", (stamp(before),))
