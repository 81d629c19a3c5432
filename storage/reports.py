"""What readers say of links: for the owner to decide, and what the owner has decided."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.link import EvidenceKind
from bot.domain.report import Correction, Report, Says
from storage.database import Database, marks, moment, stamp

_DECIDED = (EvidenceKind.CONFIRMED, EvidenceKind.REJECTED)


class Reports:
    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, chat: int, link: int, says: Says, now: datetime) -> int | None:
        """A report's key; None where this chat has said that before."""
        cursor = self._db.execute(
            "INSERT INTO reports (chat, link, says, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (chat, link, says, stamp(now)),
        )
        return int(cursor.lastrowid or 0) if cursor.rowcount else None

    def get(self, key: int) -> Report:
        """Raises KeyError for a key that isn't there."""
        row = self._db.row(
            "SELECT reports.id, link, says, platform, CASE WHEN title = '' THEN chats.chat ELSE title END FROM reports "
            "JOIN chats ON chats.id = reports.chat WHERE reports.id = ?",
            (key,),
        )
        if row is None:
            raise KeyError(key)
        report, link, says, platform, name = row
        return Report(report, link, Says(says), platform, name)

    def decisions(self) -> Iterator[Correction]:
        """Every link that the owner has decided, with the last word on it, by paper."""
        rows = self._db.rows(
            "SELECT (SELECT min(scheme || ' ' || value) FROM paper_ids WHERE paper = links.paper), title, "
            "host || '/' || owner || '/' || name, evidence.kind, evidence.official, max(last_seen) FROM evidence "
            "JOIN links ON links.id = link JOIN papers ON papers.id = links.paper "
            f"JOIN repositories ON repositories.id = links.repository WHERE kind IN ({marks(_DECIDED)}) "
            "GROUP BY links.id ORDER BY links.paper, links.id",
            _DECIDED,
        )
        for paper, title, repository, kind, official, at in rows:
            says = Says.WRONG if kind == EvidenceKind.REJECTED else Says.OFFICIAL if official else Says.COMMUNITY
            decided = moment(at)
            assert decided is not None
            yield Correction(paper.replace(" ", ":", 1), title, f"https://{repository}", says, decided)
