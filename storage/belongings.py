"""What a chat has beside its subscriptions and settings: the papers that it saved, the links that it hides."""

from datetime import datetime

from storage.database import Database, moment, stamp

_SAVED = 1  # a vote for a paper


class Belongings:
    def __init__(self, database: Database) -> None:
        self._db = database

    def saved(self, chat: int) -> tuple[tuple[int, datetime], ...]:
        """The keys of the papers that a chat saved, each with when; the first one first."""
        rows = self._db.rows(
            "SELECT paper, at FROM votes WHERE chat = ? AND vote = ? ORDER BY at, paper", (chat, _SAVED)
        )
        return tuple((paper, saved) for paper, at in rows if (saved := moment(at)))

    def save(self, chat: int, paper: int, at: datetime) -> bool:
        """Save a paper that the chat has said nothing of yet; False where it has."""
        cursor = self._db.execute(
            "INSERT INTO votes (chat, paper, vote, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (chat, paper, _SAVED, stamp(at)),
        )
        return cursor.rowcount > 0

    def hidden(self, chat: int) -> tuple[int, ...]:
        """The keys of the links that a chat doesn't want to see."""
        rows = self._db.rows("SELECT link FROM hidden_links WHERE chat = ? ORDER BY link", (chat,))
        return tuple(link for (link,) in rows)
