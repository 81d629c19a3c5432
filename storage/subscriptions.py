"""Subscriptions: what each chat wants, found by the terms of what arrives."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache

from bot.domain.chat import Subscription
from storage.database import Database, Row, marks, moment, stamp

_COLUMNS = "subscriptions.id, subscriptions.chat, subscriptions.number, text, subscriptions.created_at, feed"
_SLICE = 30_000  # SQLite takes 32,766 parameters
_ROUND = 32


class Subscriptions:
    def __init__(self, database: Database) -> None:
        self._db = database

    def of_chat(self, chat: int) -> tuple[Subscription, ...]:
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM subscriptions WHERE chat = ? ORDER BY number", (chat,))
        return tuple(map(_subscription, rows))

    def of_feed(self, feed: int) -> tuple[Subscription, ...]:
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM subscriptions WHERE feed = ? ORDER BY id", (feed,))
        return tuple(map(_subscription, rows))

    def under(self, terms: Collection[str]) -> tuple[Subscription, ...]:
        """The subscriptions that stand under any of these terms: candidates, whose whole query is yet to be checked."""
        asked: Sequence[str] = tuple(terms)[:_SLICE]
        # Filled up to a round number: few statements that are prepared once, instead of one for every number of terms.
        filled = (*asked, *("",) * (-len(asked) % _ROUND))
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM subscription_terms CROSS JOIN subscriptions ON subscriptions.id = subscription "
            f"WHERE term IN ({marks(filled)})",
            filled,
        )
        return tuple(map(_subscription, {row[0]: row for row in rows}.values()))

    def count(self) -> int:
        return int(self._db.value("SELECT count(*) FROM subscriptions"))

    def add(
        self, chat: int, text: str, terms: Sequence[str], now: datetime, *, feed: int | None = None
    ) -> Subscription:
        """A new subscription under its terms (none for one that follows a feed)."""
        number = int(self._db.value("SELECT coalesce(max(number), 0) + 1 FROM subscriptions WHERE chat = ?", (chat,)))
        key = self._db.insert(
            "INSERT INTO subscriptions (chat, number, text, feed, created_at) VALUES (?, ?, ?, ?, ?)",
            (chat, number, text, feed, stamp(now)),
        )
        self._db.execute_many("INSERT INTO subscription_terms VALUES (?, ?)", [(term, key) for term in terms])
        return Subscription(key, chat, number, text, now, feed)

    def remove(self, key: int) -> None:
        """End a subscription; a feed that nobody else asks for is no longer looked at."""
        feed = self._db.value("SELECT feed FROM subscriptions WHERE id = ?", (key,))
        self._db.execute("DELETE FROM subscriptions WHERE id = ?", (key,))
        self._db.execute(
            "UPDATE feeds SET wanted = 0 WHERE id = ? AND trusted = 0 AND NOT EXISTS (SELECT 1 FROM "
            "subscriptions WHERE feed = feeds.id)",
            (feed,),
        )


@lru_cache(maxsize=20_000)  # the same few are candidates for paper after paper, and a row is never half changed
def _subscription(row: Row) -> Subscription:
    key, chat, number, text, created, feed = row
    at = moment(created)
    assert at is not None
    return Subscription(key, chat, number, text, at, feed)
