"""Chats: where messages go, and whether they can."""

import json
from collections.abc import Collection
from datetime import datetime

from bot.domain.access import NOT_LET_IN
from bot.domain.chat import Address, Chat, ChatState
from bot.domain.news import NewsKind
from bot.domain.pace import first_pace
from storage.database import Database, Row, marks, stamp
from storage.folding import fold_missed
from storage.merging import join_alerts, join_votes

BUDGET = 20  # messages of a day, unless the chat wants more; the console has no limit
_COLUMNS = "id, platform, workspace, chat, topic, title, state, reason, sound"
_SETTLED = (  # what a chat settles for itself
    "zone, quiet_start, quiet_end, budget, digest, weekday, hour, silent_until, sound, links, last_digest, "
    "next_digest_at, created_at"
)


class Chats:
    def __init__(self, database: Database) -> None:
        self._db = database

    def find(self, address: Address) -> Chat | None:
        row = self._db.row(
            f"SELECT {_COLUMNS} FROM chats WHERE platform = ? AND workspace = ? AND chat = ? AND topic = ?",
            _key(address),
        )
        return _chat(row) if row else None

    def get(self, key: int) -> Chat:
        row = self._db.row(f"SELECT {_COLUMNS} FROM chats WHERE id = ?", (key,))
        if row is None:
            raise KeyError(key)
        return _chat(row)

    def meet(self, address: Address, now: datetime, *, title: str = "") -> Chat:
        """The chat at this address, made if it is new, awake if it was paused: whoever writes can be reached."""
        self._db.execute(
            "INSERT INTO chats (platform, workspace, chat, topic, title, created_at, budget, links) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET title = CASE WHEN excluded.title = '' THEN title ELSE excluded.title END",
            (
                *_key(address),
                title,
                stamp(now),
                None if address.platform == "console" else BUDGET,
                int(first_pace(address.platform).links),
            ),
        )
        found = self.find(address)
        assert found is not None
        if found.state is ChatState.PAUSED:
            self.wake(found.key, now)
            return self.get(found.key)
        return found

    def wake(self, key: int, now: datetime) -> None:
        """It can be reached again; what has waited for that comes in one message."""
        self._db.execute("UPDATE chats SET state = 'active', reason = '', paused_at = NULL WHERE id = ?", (key,))
        fold_missed(self._db, key, now)

    def speaking(self, platform: str, workspace: str, places: Collection[str]) -> tuple[Chat, ...]:
        """Those of these places that have a subscription, or in which another chat's speaks."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM chats WHERE platform = ? AND workspace = ? AND topic = '' "
            "AND chat IN (SELECT value FROM json_each(?)) "
            "AND (EXISTS (SELECT 1 FROM subscriptions WHERE subscriptions.chat = chats.id) "
            "OR EXISTS (SELECT 1 FROM subscriptions WHERE route = chats.id))",
            (platform, workspace, json.dumps(list(places))),
        )
        return tuple(map(_chat, rows))

    def everywhere(self, address: Address) -> tuple[Chat, ...]:
        """The chats at this place, whatever their topic."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM chats WHERE platform = ? AND workspace = ? AND chat = ? ORDER BY topic",
            _key(address)[:3],
        )
        return tuple(map(_chat, rows))

    def pause(self, key: int, reason: str, now: datetime) -> None:
        """Stop sending to a chat; its subscriptions and what is due are kept. A trial that fails keeps the old date."""
        self._db.execute(
            "UPDATE chats SET state = 'paused', reason = ?, paused_at = coalesce(paused_at, ?) WHERE id = ?",
            (reason, stamp(now), key),
        )

    def try_again(self, platform: str, paused_before: datetime, now: datetime) -> None:
        """One message goes to each chat out of reach for which some wait; its `reason` stays until that arrives."""
        rows = self._db.rows(
            "SELECT id FROM chats WHERE state = 'paused' AND platform = ? AND paused_at < ? AND reason != ? "
            "AND EXISTS (SELECT 1 FROM deliveries WHERE chat = chats.id AND deliveries.state = 'due' AND due_at <= ?)",
            (platform, stamp(paused_before), NOT_LET_IN, stamp(now)),
        )
        for (key,) in rows:
            self._db.execute("UPDATE chats SET state = 'active' WHERE id = ?", (key,))
            fold_missed(self._db, key, now)

    def move(self, key: int, address: str) -> None:
        """The platform gave the chat a new address (a group became a supergroup): all of its topics move.

        Where the new address is a known chat already, that one takes over all that the old one has; of what both have
        settled, what the older one has.
        """
        row = self._db.row(f"SELECT {_COLUMNS} FROM chats WHERE id = ?", (key,))
        if row is None:  # it has been taken over already
            return
        old = _chat(row).address
        self._db.execute(
            "UPDATE OR REPLACE allowed SET who = ? WHERE platform = ? AND workspace IN ('', ?) AND who = ?",
            (address, old.platform, old.workspace, old.chat),
        )
        for topic_key, topic in self._db.rows(
            "SELECT id, topic FROM chats WHERE platform = ? AND workspace = ? AND chat = ?",
            (old.platform, old.workspace, old.chat),
        ):
            taken = self.find(Address(old.platform, address, old.workspace, topic))
            if taken is None or taken.key != topic_key:  # what was sent has other names there, or none
                self._db.execute(
                    "UPDATE deliveries SET message = '', parts = 0, edit_at = NULL WHERE chat = ?", (topic_key,)
                )
            if taken is None:
                self._db.execute("UPDATE chats SET chat = ? WHERE id = ?", (address, topic_key))
            elif taken.key != topic_key:
                self._take_over(topic_key, taken.key)

    def _take_over(self, gone: int, into: int) -> None:
        self._db.execute(
            "UPDATE subscriptions SET chat = ?, number = number + (SELECT coalesce(max(number), 0) FROM subscriptions "
            "WHERE chat = ?) WHERE chat = ?",
            (into, into, gone),
        )
        self._db.execute("UPDATE subscriptions SET route = nullif(?, chat) WHERE route = ?", (into, gone))
        self._db.execute("UPDATE deliveries SET chat = ? WHERE chat = ?", (into, gone))
        for table in ("hidden_links", "reports", "mutes", "digests"):
            self._db.execute(f"UPDATE OR IGNORE {table} SET chat = ? WHERE chat = ?", (into, gone))
        join_alerts(self._db, "chat", gone, into, NewsKind)
        join_alerts(self._db, "subject", gone, into, [NewsKind.ROUTE])
        join_votes(self._db, "chat", gone, into)
        self._db.execute(
            f"UPDATE chats SET ({_SETTLED}) = (SELECT {_SETTLED} FROM chats old WHERE old.id = ?) "
            "WHERE id = ? AND created_at >= (SELECT created_at FROM chats WHERE id = ?)",
            (gone, into, gone),
        )
        self._db.execute("DELETE FROM chats WHERE id = ?", (gone,))

    def hide(self, chat: int, link: int) -> None:
        """The chat doesn't want to see this link."""
        self._db.execute("INSERT OR IGNORE INTO hidden_links VALUES (?, ?)", (chat, link))

    def show(self, chat: int, link: int) -> None:
        self._db.execute("DELETE FROM hidden_links WHERE chat = ? AND link = ?", (chat, link))

    def hidden(self, chat: int, links: Collection[int]) -> frozenset[int]:
        """Which of these links the chat doesn't want to see."""
        rows = self._db.rows(
            f"SELECT link FROM hidden_links WHERE chat = ? AND link IN ({marks(tuple(links))})", (chat, *links)
        )
        return frozenset(row[0] for row in rows)

    def all_hidden(self, chat: int) -> tuple[int, ...]:
        """The keys of all links that the chat doesn't want to see."""
        rows = self._db.rows("SELECT link FROM hidden_links WHERE chat = ? ORDER BY link", (chat,))
        return tuple(link for (link,) in rows)

    def paused(self) -> tuple[Chat, ...]:
        return tuple(
            map(
                _chat, self._db.rows(f"SELECT {_COLUMNS} FROM chats WHERE state = 'paused' ORDER BY paused_at LIMIT 20")
            )
        )


def _key(address: Address) -> tuple[str, str, str, str]:
    return address.platform, address.workspace, address.chat, address.topic


def _chat(row: Row) -> Chat:
    key, platform, workspace, chat, topic, title, state, reason, sound = row
    return Chat(key, Address(platform, chat, workspace, topic), title, ChatState(state), reason, bool(sound))
