"""Votes: the papers that a chat saved, and those of which it wants less. One vote a chat and paper, the last one."""

from datetime import datetime
from typing import Final

from bot.domain.vote import Vote, Voted
from storage.database import Database, Row, moment, stamp
from storage.links import BEST_FIRST

LATEST: Final = 200  # votes that say what a chat likes; older ones speak of their own papers alone
_OWNER: Final = (
    "(SELECT lower(host || '/' || owner) FROM links JOIN repositories ON repositories.id = repository "
    f"WHERE links.paper = votes.paper AND links.confidence > 0 {BEST_FIRST} LIMIT 1)"
)


class Votes:
    def __init__(self, database: Database) -> None:
        self._db = database

    def cast(self, chat: int, paper: int, vote: Vote, now: datetime) -> bool:
        """Vote, in place of what was said before; whether that changed anything."""
        cursor = self._db.execute(
            "INSERT INTO votes (chat, paper, vote, at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
            "SET vote = excluded.vote, at = excluded.at WHERE votes.vote != excluded.vote",
            (chat, paper, vote, stamp(now)),
        )
        return cursor.rowcount > 0

    def save_unless_said(self, chat: int, paper: int, at: datetime) -> bool:
        """Save a paper that the chat has said nothing of yet; False where it has."""
        cursor = self._db.execute(
            "INSERT INTO votes (chat, paper, vote, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (chat, paper, Vote.SAVED, stamp(at)),
        )
        return cursor.rowcount > 0

    def saved(self, chat: int) -> tuple[tuple[int, datetime], ...]:
        """The keys of the papers that a chat saved, each with when; the first one first."""
        rows = self._db.rows(
            "SELECT paper, at FROM votes WHERE chat = ? AND vote = ? ORDER BY at, paper", (chat, Vote.SAVED)
        )
        return tuple((paper, saved) for paper, at in rows if (saved := moment(at)))

    def take_back(self, chat: int, paper: int, vote: Vote) -> bool:
        """Whether there was such a vote to take back."""
        cursor = self._db.execute("DELETE FROM votes WHERE chat = ? AND paper = ? AND vote = ?", (chat, paper, vote))
        return cursor.rowcount > 0

    def count(self, chat: int, vote: Vote) -> int:
        return int(self._db.value("SELECT count(*) FROM votes WHERE chat = ? AND vote = ?", (chat, vote)))

    def papers(self, chat: int, vote: Vote, *, limit: int, offset: int = 0) -> list[int]:
        """Keys of the papers with this vote, the latest vote first."""
        rows = self._db.rows(
            "SELECT paper FROM votes WHERE chat = ? AND vote = ? ORDER BY at DESC, paper DESC LIMIT ? OFFSET ?",
            (chat, vote, limit, offset),
        )
        return [row[0] for row in rows]

    def all(self, chat: int) -> tuple[Voted, ...]:
        """Every vote, the latest first; the latest of them with what else they say something of."""
        rows = self._db.rows(
            f"SELECT votes.paper, vote, authors, categories, {_OWNER} FROM votes "
            "JOIN papers ON papers.id = votes.paper WHERE chat = ? ORDER BY at DESC, votes.paper DESC LIMIT ?",
            (chat, LATEST),
        )
        older = self._db.rows(
            "SELECT paper, vote FROM votes WHERE chat = ? ORDER BY at DESC, paper DESC LIMIT -1 OFFSET ?",
            (chat, LATEST),
        )
        return (*map(_voted, rows), *(Voted(paper, Vote(vote)) for paper, vote in older))


def _voted(row: Row) -> Voted:
    paper, vote, authors, categories, owner = row
    names = tuple(authors.split("\n")) if authors else ()
    return Voted(paper, Vote(vote), names, tuple(categories.split()), owner or "")
