"""Subscriptions: what each chat wants, found by the terms of what arrives."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from bot.domain.chat import Subscription
from bot.domain.pace import Rhythm
from bot.rules.terms import Asked, Candidate, Place
from storage.database import Database, Row, moment, stamp

_COLUMNS = (
    "subscriptions.id, subscriptions.chat, subscriptions.number, text, subscriptions.created_at, feed, rhythm, "
    "priority, route"
)
_UNDER = f"""
SELECT coalesce(route, subscriptions.chat), {_COLUMNS}, whole FROM json_each(:terms)
CROSS JOIN subscription_terms ON term = :prefix || value
CROSS JOIN subscriptions ON subscriptions.id = subscription
WHERE beside = '' OR beside IN (SELECT value FROM json_each(:terms))
"""
_RHYTHMS = {rhythm.value: rhythm for rhythm in Rhythm}  # thrice as fast as Rhythm(…)


class Subscriptions:
    def __init__(self, database: Database) -> None:
        self._db = database

    def of_chat(self, chat: int) -> tuple[Subscription, ...]:
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM subscriptions WHERE chat = ? ORDER BY number", (chat,))
        return tuple(map(_subscription, rows))

    def numbered(self, chat: int, number: str) -> Subscription | None:
        """The one that a chat calls by this number, as typed."""
        return next((one for one in self.of_chat(chat) if str(one.number) == number), None)

    def routed_to(self, chat: int) -> tuple[Subscription, ...]:
        """Other chats' subscriptions that speak in this one."""
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM subscriptions WHERE route = ? ORDER BY id", (chat,))
        return tuple(map(_subscription, rows))

    def made_by(self, chat: int) -> dict[str, list[Subscription]]:
        """A chat's subscriptions that speak in it, by the platform's id of who made each."""
        rows = self._db.rows(
            f"SELECT maker, {_COLUMNS} FROM subscriptions WHERE chat = ? AND route IS NULL AND maker != '' "
            "ORDER BY number",
            (chat,),
        )
        found: dict[str, list[Subscription]] = {}
        for maker, *one in rows:
            found.setdefault(maker, []).append(_subscription(tuple(one)))
        return found

    def any_speaks_in(self, chat: int) -> bool:
        """Whether this chat is told anything: by a subscription of its own, or by another chat's."""
        found = self._db.value(
            "SELECT 1 FROM subscriptions WHERE chat = ? AND route IS NULL UNION ALL "
            "SELECT 1 FROM subscriptions WHERE route = ? LIMIT 1",
            (chat, chat),
        )
        return found is not None

    def get(self, key: int) -> Subscription | None:
        row = self._db.row(f"SELECT {_COLUMNS} FROM subscriptions WHERE id = ?", (key,))
        return _subscription(row) if row else None

    def of_feed(self, feed: int) -> tuple[Subscription, ...]:
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM subscriptions WHERE feed = ? ORDER BY id", (feed,))
        return tuple(map(_subscription, rows))

    def under(self, asked: Asked) -> Iterator[Candidate]:
        """The subscriptions that stand under what a paper asks for, chat by chat as they speak, the oldest first."""
        rows = self._db.rows(_UNDER, {"terms": json.dumps(asked.terms), "prefix": asked.prefix})
        rows.sort()
        once = {row[1]: row for row in rows}  # some stand in several places; the last is whole, if any of them is
        return ((_subscription(row[1:-1]), row[-1] == 1) for row in once.values())

    def count(self) -> int:
        return int(self._db.value("SELECT count(*) FROM subscriptions"))

    def add(
        self,
        chat: int,
        text: str,
        places: Sequence[Place],
        now: datetime,
        *,
        feed: int | None = None,
        maker: str = "",
    ) -> Subscription:
        """A new subscription and where it stands (nowhere, if it follows a feed).

        `maker` is the platform's id of the person who hears when its chat is lost, "" for none.
        """
        number = int(self._db.value("SELECT coalesce(max(number), 0) + 1 FROM subscriptions WHERE chat = ?", (chat,)))
        key = self._db.insert(
            "INSERT INTO subscriptions (chat, number, text, feed, created_at, maker) VALUES (?, ?, ?, ?, ?, ?)",
            (chat, number, text, feed, stamp(now), maker),
        )
        self._stand(key, places)
        return Subscription(key, chat, number, text, now, feed)

    def rewrite(
        self, one: Subscription, text: str, places: Sequence[Place], now: datetime, *, feed: int | None
    ) -> Subscription:
        """It wants something else from now on; its number, its rhythm and where it speaks stay."""
        self._db.execute(
            "UPDATE subscriptions SET text = ?, feed = ?, created_at = ? WHERE id = ?",
            (text, feed, stamp(now), one.key),
        )
        self._db.execute("DELETE FROM subscription_terms WHERE subscription = ?", (one.key,))
        self._stand(one.key, places)
        if one.feed != feed:
            self._leave(one.feed)
        return replace(one, text=text, feed=feed, created_at=now)

    def _stand(self, key: int, places: Sequence[Place]) -> None:
        self._db.execute_many("INSERT INTO subscription_terms VALUES (?, ?, ?, ?)", [(*place, key) for place in places])

    def pace(self, key: int, rhythm: Rhythm) -> None:
        """How often it speaks."""
        self._db.execute("UPDATE subscriptions SET rhythm = ? WHERE id = ?", (rhythm, key))

    def prefer(self, key: int, priority: bool) -> None:
        """Whether it passes quiet hours and the budget."""
        self._db.execute("UPDATE subscriptions SET priority = ? WHERE id = ?", (priority, key))

    def route(self, key: int, chat: int | None) -> None:
        """Let it speak in that chat; None: in its own."""
        self._db.execute("UPDATE subscriptions SET route = nullif(?, chat) WHERE id = ?", (chat, key))

    def remove(self, key: int) -> None:
        """End a subscription; a feed that nobody else asks for is no longer looked at."""
        feed = self._db.value("SELECT feed FROM subscriptions WHERE id = ?", (key,))
        self._db.execute("DELETE FROM subscriptions WHERE id = ?", (key,))
        self._leave(feed)

    def _leave(self, feed: int | None) -> None:
        self._db.execute(
            "UPDATE feeds SET wanted = 0 WHERE id = ? AND trusted = 0 AND NOT EXISTS (SELECT 1 FROM "
            "subscriptions WHERE feed = feeds.id)",
            (feed,),
        )


@lru_cache(maxsize=20_000)  # some 8 MB when full: popular ones are candidates for paper after paper
def _subscription(row: Row) -> Subscription:
    key, chat, number, text, created, feed, rhythm, priority, route = row
    at = moment(created)
    assert at is not None
    return Subscription(key, chat, number, text, at, feed, _RHYTHMS[rhythm], bool(priority), route)
