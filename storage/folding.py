"""Folding: several waiting messages to a chat become one."""

from datetime import datetime
from typing import Final

from bot.domain.news import NewsKind
from storage.database import Database, marks, stamp

_UNTOUCHED: Final = "lease_until IS NULL AND parts = 0"  # nobody has begun to send it
SINGLE: Final = f"deliveries.state = 'due' AND folded = 0 AND deliveries.digest IS NULL AND {_UNTOUCHED}"
_ALONE: Final = (NewsKind.FEED, NewsKind.REPORT, NewsKind.ROUTE)  # about the service: they say what to do
_MISSED: Final = (
    f"state = 'due' AND digest IS NULL AND {_UNTOUCHED} AND attempts = 0 AND due_at <= ? AND chat = ? "
    f"AND NOT EXISTS (SELECT 1 FROM alerts WHERE delivery = deliveries.id AND kind IN ({marks(_ALONE)}))"
)


def open_folded(db: Database, chat: int, folded: int, *, not_before: int | None = None) -> int | None:
    """The message of this kind that nobody has begun to send, of this hour if that is given; its key."""
    key: int | None = db.value(
        f"SELECT id FROM deliveries WHERE chat = ? AND state = 'due' AND folded = ? AND {_UNTOUCHED} "
        "AND attempts = 0 AND (? IS NULL OR not_before = ?)",
        (chat, folded, not_before, not_before),
    )
    return key


def fold_surplus(db: Database, chat: int, *, keep: int, now: datetime) -> None:
    """Of the messages that wait apart, the newest stay so; the others join one folded message."""
    rows = db.rows(
        f"SELECT id FROM deliveries WHERE {SINGLE} AND chat = ? ORDER BY due_at DESC, id DESC LIMIT -1 OFFSET ?",
        (chat, keep),
    )
    surplus = [key for (key,) in rows]
    if surplus:
        _join(db, surplus, open_folded(db, chat, 1) or surplus.pop(), now)


def fold_missed(db: Database, chat: int, now: datetime) -> None:
    """What waited while a chat was out of reach is one message; a digest stays one of its own."""
    rows = db.rows(f"SELECT id FROM deliveries WHERE {_MISSED} ORDER BY id", (stamp(now), chat, *_ALONE))
    first, *others = [key for (key,) in rows] or [0]
    if others:
        _join(db, others, first, now)


def _join(db: Database, gone: list[int], into: int, now: datetime) -> None:
    db.execute("UPDATE deliveries SET folded = 1, due_at = ? WHERE id = ?", (stamp(now), into))
    db.execute_many("UPDATE alerts SET delivery = ? WHERE delivery = ?", [(into, one) for one in gone])
    db.execute_many("DELETE FROM deliveries WHERE id = ?", [(one,) for one in gone])
