"""Code links and their evidence."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.link import Claim, CodeLink, Evidence, EvidenceKind
from storage import evidence
from storage.database import Database, Row, marks, moment, stamp
from storage.repositories import COLUMNS, repository

_LINK = "links.id, links.paper, links.path, links.official, links.confidence, links.first_seen"
BEST_FIRST = "ORDER BY links.official IS NOT 1, state = 'missing', stars DESC, links.confidence DESC, links.id"


class Links:
    def __init__(self, database: Database) -> None:
        self._db = database

    def of_paper(self, paper: int) -> tuple[CodeLink, ...]:
        """A paper's links with their evidence: official ones first, then by stars."""
        return self._read("links.paper = ?", (paper,), limit=50)

    def of_repository(self, repository_key: int, limit: int = 50) -> tuple[CodeLink, ...]:
        return self._read("links.repository = ?", (repository_key,), limit=limit)

    def stars(self, papers: Sequence[int]) -> dict[int, int]:
        """The most stars that the code of each of these papers has; papers without code are left out."""
        rows = self._db.rows(
            "SELECT paper, max(coalesce(stars, 0)) FROM links JOIN repositories ON repositories.id = repository "
            f"WHERE paper IN ({marks(papers)}) AND confidence > 0 GROUP BY paper",
            papers,
        )
        return dict(rows)

    def get(self, keys: Sequence[int]) -> tuple[CodeLink, ...]:
        return self._read(f"links.id IN ({marks(keys)})", keys, limit=len(keys))

    def count(self) -> int:
        return int(self._db.value("SELECT count(*) FROM links"))

    def _read(self, where: str, parameters: Sequence[object], *, limit: int) -> tuple[CodeLink, ...]:
        rows = self._db.rows(
            f"SELECT {_LINK}, {COLUMNS} FROM links JOIN repositories ON repositories.id = links.repository "
            f"WHERE {where} {BEST_FIRST} LIMIT ?",
            (*parameters, limit),
        )
        pieces: dict[int, list[Evidence]] = {row[0]: [] for row in rows}
        for link, *row in self._db.rows(
            f"SELECT link, {evidence.COLUMNS} FROM evidence WHERE link IN ({marks(rows)}) ORDER BY first_seen",
            list(pieces),
        ):
            pieces[link].append(evidence.piece(row))
        return tuple(_link(row, pieces[row[0]]) for row in rows)

    def store(self, paper: int, claim: Claim, repository_key: int, now: datetime) -> bool:
        """Keep a claim: a new link (True), or more evidence for a known one; all of it together is weighed anew."""
        key = self._db.value("SELECT id FROM links WHERE paper = ? AND repository = ?", (paper, repository_key))
        new = key is None
        if new:
            key = self._db.insert(
                "INSERT INTO links (paper, repository, path, official, confidence, first_seen) VALUES "
                "(?, ?, ?, ?, ?, ?)",
                (paper, repository_key, claim.address.path, claim.official, claim.confidence, stamp(now)),
            )
        self._db.execute_many(
            "INSERT INTO evidence (link, kind, place, snippet, official, first_seen, last_seen) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET last_seen = excluded.last_seen, "
            "snippet = excluded.snippet, official = excluded.official",
            [(key, e.kind, e.where, e.snippet, e.official, stamp(now), stamp(now)) for e in claim.evidence],
        )
        if not new:
            evidence.weigh_anew(self._db, key)
        return new

    def forget(self, key: int, kinds: Sequence[EvidenceKind]) -> None:
        """Take back pieces of evidence of these kinds; to be followed by others that say more."""
        self._db.execute(f"DELETE FROM evidence WHERE link = ? AND kind IN ({marks(kinds)})", (key, *kinds))


def _link(row: Row, pieces: list[Evidence]) -> CodeLink:
    key, paper, path, official, confidence, first_seen = row[:6]
    seen = moment(first_seen)
    assert seen is not None
    return CodeLink(
        key,
        paper,
        repository(row[6:]),
        path,
        None if official is None else bool(official),
        confidence,
        seen,
        tuple(pieces),
    )
