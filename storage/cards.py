"""Cards: messages about one paper that were sent, and are shown anew when more is known of it.

An edit is no alert: it makes no sound, and one that can't be made is dropped, as the next change brings it again.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from storage.database import Database, marks, stamp

LIVES: Final = timedelta(days=14)  # nobody scrolls back further
# A chat's alerts about a paper: its key, the chat's, and both again; by subject, as a chat has thousands of alerts.
ABOUT: Final = (
    "SELECT id FROM alerts WHERE subject = ? AND kind IN ('code', 'paper') AND chat = ? UNION ALL "
    "SELECT alerts.id FROM code_events JOIN alerts ON subject = code_events.id AND kind = 'state' "
    "WHERE paper = ? AND chat = ?"
)
SETTLE: Final = timedelta(minutes=10)  # for what else changes: one edit shows all of it


class Cards:
    def __init__(self, database: Database) -> None:
        self._db = database

    def touch(self, papers: Collection[int], now: datetime) -> None:
        """More is known of these papers: what was sent of each alone is shown anew soon."""
        soon = stamp(now + SETTLE)
        self._db.execute_many(
            "UPDATE deliveries SET edit_at = min(coalesce(edit_at, ?), ?) WHERE id IN "
            "(SELECT delivery FROM alerts WHERE subject = ? AND kind IN ('code', 'paper')) "
            "AND state = 'sent' AND message != '' AND folded = 0 AND digest IS NULL AND done_at >= ?",
            [(soon, soon, paper, stamp(now - LIVES)) for paper in papers],
        )

    def due(self, platforms: Collection[str], now: datetime, limit: int) -> list[int]:
        """Keys of deliveries that are to be shown anew, the longest due first."""
        rows = self._db.rows(
            "SELECT deliveries.id FROM deliveries CROSS JOIN chats ON chats.id = deliveries.chat WHERE edit_at <= ? "
            f"AND chats.state = 'active' AND platform IN ({marks(tuple(platforms))}) ORDER BY edit_at LIMIT ?",
            (stamp(now), *platforms, limit),
        )
        return [row[0] for row in rows]

    def shown(self, key: int, *, again_at: datetime | None = None) -> None:
        """It tells all that is known; or is to be tried again then."""
        self._db.execute("UPDATE deliveries SET edit_at = ? WHERE id = ?", (stamp(again_at), key))

    def paper_of(self, chats: Collection[int], message: str) -> tuple[int, int] | None:
        """In which of these chats a message of this name was sent, and its paper; None for none, or several."""
        rows = self._db.rows(
            "SELECT deliveries.chat, coalesce(code_events.paper, subject), kind FROM deliveries "
            "JOIN alerts ON delivery = deliveries.id "
            "LEFT JOIN code_events ON kind = 'state' AND code_events.id = subject "
            f"WHERE deliveries.chat IN ({marks(tuple(chats))}) AND message = ? AND message != '' LIMIT 2",
            (*chats, message),
        )
        if len(rows) != 1 or rows[0][2] not in ("code", "paper", "state"):
            return None
        return rows[0][0], rows[0][1]

    def parent(self, chat: int, paper: int, before: int) -> str:
        """The platform's name for the chat's first message about this paper alone, sent before that delivery; or ""."""
        found: str | None = self._db.value(
            f"SELECT message FROM ({ABOUT}) found JOIN alerts ON alerts.id = found.id "
            "JOIN deliveries ON deliveries.id = delivery "
            "WHERE deliveries.id < ? AND message != '' AND folded = 0 AND deliveries.digest IS NULL "
            "ORDER BY deliveries.id LIMIT 1",
            (paper, chat, paper, chat, before),
        )
        return found or ""
