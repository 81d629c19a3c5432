"""History: what a chat was told, which message held it, and what became of that."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.news import DeliveryState, Held
from storage.cards import ABOUT
from storage.database import Database, moment


@dataclass(frozen=True, slots=True)
class Told:
    """What became of an alert: why it has no message of its own, or when its message was queued, was to wait for, and
    was sent; its message's last error, whether that held others too, and when a digest held it.
    """

    held: Held | None
    queued_at: datetime | None
    not_before: datetime | None
    sent_at: datetime | None
    error: str
    together: bool
    digest_at: datetime | None


class History:
    def __init__(self, database: Database) -> None:
        self._db = database

    def about(self, chat: int, paper: int) -> list[int]:
        """Keys of the chat's alerts about a paper, the oldest first."""
        rows = self._db.rows(
            f"SELECT alerts.id FROM ({ABOUT}) found JOIN alerts ON alerts.id = found.id ORDER BY at, alerts.id",
            (paper, chat, paper, chat),
        )
        return [row[0] for row in rows]

    def of_chat(self, chat: int, *, alert: int = 0, delivery: int = 0) -> list[int]:
        """Keys of the chat's alerts: the one of this key, or those of a message, also if that is a digest."""
        rows = self._db.rows(
            "SELECT id FROM alerts WHERE id = ? AND chat = ? UNION ALL SELECT id FROM alerts WHERE delivery = ? "
            "AND chat = ? UNION ALL SELECT alerts.id FROM deliveries JOIN alerts ON alerts.digest = deliveries.digest "
            "WHERE deliveries.id = ? AND deliveries.chat = ?",
            (alert, chat, delivery, chat, delivery, chat),
        )
        return [row[0] for row in rows]

    def last(self, chat: int) -> int | None:
        """The key of the last message that the chat has had."""
        key: int | None = self._db.value(
            "SELECT id FROM deliveries WHERE chat = ? AND state = 'sent' ORDER BY done_at DESC, id DESC LIMIT 1",
            (chat,),
        )
        return key

    def told(self, alert: int) -> Told:
        """What became of an alert."""
        row = self._db.row(
            "SELECT held, deliveries.created_at, not_before, done_at, state, error, "
            "(SELECT count(*) FROM alerts others WHERE others.delivery = deliveries.id), digests.until FROM alerts "
            "LEFT JOIN deliveries ON deliveries.id = alerts.delivery LEFT JOIN digests ON digests.id = alerts.digest "
            "WHERE alerts.id = ?",
            (alert,),
        )
        assert row is not None
        held, queued, not_before, done, state, error, number, digest = row
        return Told(
            Held(held) if held else None,
            moment(queued),
            moment(not_before or None),
            moment(done) if state == DeliveryState.SENT else None,
            error or "",
            number > 1,
            moment(digest),
        )
