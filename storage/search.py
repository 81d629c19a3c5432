"""Finding papers by the words of their titles, among very many, without reading very many.

Exact titles and the names before a title's colon stand under a hash. All else goes through FTS5: the AND of the three
rarest known words, then of two, then one (a plain AND over all words has a p99 of over a second at 600,000 titles).
"""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import combinations

from rapidfuzz.distance import DamerauLevenshtein

from bot.domain.text import words
from storage.database import Database, marks

CANDIDATES = 300
_SHORT_NAME_WORDS = 5
_QUERY_WORDS = 40


class TitleIndex:
    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, key: int, title: str) -> None:
        found = words(title)
        self._db.execute("INSERT INTO titles (rowid, words) VALUES (?, ?)", (key, " ".join(found)))
        self._db.execute_many(
            "INSERT INTO title_words VALUES (?, 1) ON CONFLICT DO UPDATE SET papers = papers + 1",
            [(word,) for word in set(found)],
        )
        self._db.execute_many("INSERT OR IGNORE INTO paper_names VALUES (?, ?)", [(h, key) for h in name_hashes(title)])

    def remove(self, key: int, title: str) -> None:
        found = words(title)
        self._db.execute("INSERT INTO titles (titles, rowid, words) VALUES ('delete', ?, ?)", (key, " ".join(found)))
        self._db.execute_many(
            "UPDATE title_words SET papers = papers - 1 WHERE word = ?", [(word,) for word in set(found)]
        )
        self._db.execute_many(
            "DELETE FROM paper_names WHERE hash = ? AND paper = ?", [(h, key) for h in name_hashes(title)]
        )

    def add_names(self, key: int, names: Iterable[str]) -> None:
        """Names that people use for a paper, beside its title."""
        rows = [(_hash(found), key) for name in names if (found := words(name))]
        self._db.execute_many("INSERT OR IGNORE INTO paper_names VALUES (?, ?)", rows)

    def named(self, text: str, limit: int = 50) -> list[int]:
        """Keys of the papers whose whole title, or name before the colon, is this text."""
        found = words(text)
        rows = (
            self._db.rows("SELECT paper FROM paper_names WHERE hash = ? LIMIT ?", (_hash(found), limit))
            if found
            else []
        )
        return [row[0] for row in rows]

    def rarity(self, asked: Iterable[str]) -> dict[str, int]:
        """In how many titles each word stands; words that stand in none are left out."""
        unique = list(dict.fromkeys(asked))[:_QUERY_WORDS]
        rows = self._db.rows(
            f"SELECT word, papers FROM title_words WHERE papers > 0 AND word IN ({marks(unique)})", unique
        )
        return dict(rows)

    def candidates(self, text: str) -> list[tuple[int, str]]:
        """(key, title) of the papers that share the rarest words with the text, unranked, at most CANDIDATES."""
        asked = words(text)[:_QUERY_WORDS]
        known = self.rarity(asked)
        if not known or (len(known) < 2 and len(set(asked)) > len(known)):
            known |= self.rarity(word for unknown in asked if unknown not in known for word in self._near(unknown))
        rarest = sorted(known, key=lambda word: (known[word], word))[:3]
        phrase = " ".join(asked)
        for size in range(len(rarest), 0, -1):
            found: dict[int, str] = {}
            for some in combinations(rarest, size):
                found |= self._match(some, phrase, known)
            if found:
                return list(found.items())[:CANDIDATES]
        return []

    def _match(self, some: Sequence[str], phrase: str, known: dict[str, int]) -> dict[int, str]:
        """Papers with all of these words; where they may be too many, those with the whole phrase come first."""
        query = " AND ".join(f'"{word}"' for word in some)
        found: dict[int, str] = {}
        if known[some[0]] > CANDIDATES and " " in phrase:
            found |= self._fts(f'"{phrase}"')
        if len(found) < CANDIDATES:
            found |= self._fts(query)
        return found

    def _fts(self, query: str) -> dict[int, str]:
        rows = self._db.rows(
            "SELECT papers.id, papers.title FROM (SELECT rowid FROM titles WHERE titles MATCH ? LIMIT ?) found "
            "JOIN papers ON papers.id = found.rowid",
            (query, CANDIDATES),
        )
        return dict(rows)

    def _near(self, word: str) -> list[str]:
        """Known words within one slip of the pen (Damerau-Levenshtein distance 1), most frequent first."""
        if len(word) < 4:
            return []
        rows = self._db.rows(
            "SELECT word, papers FROM title_words WHERE papers > 0 AND (word BETWEEN ? AND ?) AND length(word) BETWEEN ? AND ?",
            (word[0], word[0] + "\uffff", len(word) - 1, len(word) + 1),
        )
        counts: dict[str, int] = dict(rows)
        near = [known for known in counts if DamerauLevenshtein.distance(word, known, score_cutoff=1) <= 1]
        return sorted(near, key=lambda known: -counts[known])[:3]


def name_hashes(title: str) -> set[int]:
    """The hashes under which a title can be asked for: all of it, and the name before its colon."""
    whole = words(title)
    before, colon, _ = title.partition(":")
    name = words(before) if colon else []
    return {_hash(found) for found in (whole, name if len(name) <= _SHORT_NAME_WORDS else []) if found}


def _hash(found: Sequence[str]) -> int:
    return int.from_bytes(hashlib.blake2b(" ".join(found).encode(), digest_size=8).digest(), signed=True)
