"""Finding papers by the words of their titles, among very many, without reading very many.

Exact titles and the names before a title's colon stand under a hash. All else goes through FTS5: the AND of the three
rarest known words, then of fewer. A word that no title has is taken for those that it may be a slip of the pen for,
and the last word of what is still being typed for all that begin so. bench/search.py and bench/keystrokes.py measure
it.
"""

import hashlib
import heapq
import string
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from bot.domain.text import words
from storage.database import Database, marks

CANDIDATES: Final = 600
_A_QUERY: Final = 300  # rows that one query may bring
_SHORT_NAME_WORDS: Final = 5
_QUERY_WORDS: Final = 40
_MISSPELT: Final = 4  # unknown words whose neighbours are looked for
_SHORTEST_MISSPELT: Final = 4  # letters; shorter words are neighbours of too many
_LONGEST_MISSPELT: Final = 30
_SPELLINGS: Final = 5
_MOST_AT_ONCE: Final = 5_000  # words in one look-up; SQLite takes 32,766
_MERGED: Final = 50_000  # titles with words of one beginning, up to which all of them are looked at: 15 ms
_BEGINNINGS: Final = 20  # words that stand for such a beginning where there are more
_LIKE: Final = 100  # papers that share most of a text's words, among which those with code are looked for
_END: Final = "\U0010ffff"
_LETTERS: Final = string.ascii_lowercase + string.digits


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
        unique = list(dict.fromkeys(asked))[:_MOST_AT_ONCE]
        rows = self._db.rows(
            f"SELECT word, papers FROM title_words WHERE papers > 0 AND word IN ({marks(unique)})", unique
        )
        return dict(rows)

    def candidates(self, text: str, *, unfinished: bool = False) -> list[tuple[int, str]]:
        """(key, title) of the papers that share the rarest words with the text, unranked, at most CANDIDATES.

        Unknown words are taken for their known neighbours where the known words alone find nothing, or too much.
        `unfinished`: more letters of the last word may follow.
        """
        said = words(text)[:_QUERY_WORDS]
        begun = self._beginning(said[-1]) if unfinished and said else None
        whole, last = (said[:-1], [begun]) if begun else (said, [])
        known = self.rarity(whole)
        slots = [_Slot((word,), papers) for word, papers in known.items()] + last
        found = self._sharing(slots, _phrase(whole, begun))
        if not 0 < len(found) < _A_QUERY:
            meant = self._meant(whole, known)
            if meant:
                spelt = [meant[word].spellings[0] if word in meant else word for word in whole]
                found = self._sharing([*slots, *meant.values()], _phrase(spelt, begun)) | found
        return list(found.items())[:CANDIDATES]

    def _beginning(self, letters: str) -> "_Slot | None":
        """The words that begin so; None where there are none."""
        rows = self._db.rows(
            "SELECT word, sum(papers) OVER () FROM title_words WHERE word >= ? AND word < ? AND papers > 0 "
            "ORDER BY papers DESC LIMIT ?",
            (letters, letters + _END, _BEGINNINGS),
        )
        spellings, papers = tuple(word for word, _ in rows), rows[0][1] if rows else 0
        return _Slot(spellings, papers, letters if papers <= _MERGED else "") if rows else None

    def size(self) -> int:
        """How many titles there are, roughly."""
        return int(self._db.value("SELECT coalesce(max(id), 0) FROM papers"))

    def sharing(self, sought: Mapping[tuple[str, ...], float], limit: int, *, with_code: bool = False) -> list[int]:
        """Keys of the papers whose titles share the most of these words, each in all its spellings, with its worth."""
        shared: dict[int, float] = defaultdict(float)
        for spellings, worth in sought.items():
            query = " OR ".join(map(_quoted, spellings))
            for (key,) in self._db.rows("SELECT rowid FROM titles WHERE titles MATCH ?", (query,)):
                shared[key] += worth
        best = heapq.nlargest(_LIKE if with_code else limit, shared, key=lambda key: (shared[key], key))
        if with_code:
            rows = self._db.rows(f"SELECT id FROM papers WHERE id IN ({marks(best)}) AND code_at IS NOT NULL", best)
            found = {row[0] for row in rows}
            best = [key for key in best if key in found]
        return best[:limit]

    def _meant(self, said: Sequence[str], known: Collection[str]) -> dict[str, "_Slot"]:
        """What the first few unknown words may have been meant to be."""
        unknown = [
            word
            for word in dict.fromkeys(said)
            if word not in known and _SHORTEST_MISSPELT <= len(word) <= _LONGEST_MISSPELT
        ]
        near = ((word, self.rarity(_slips(word))) for word in unknown[:_MISSPELT])
        return {word: _slot(found) for word, found in near if found}

    def _sharing(self, slots: Sequence["_Slot"], phrase: str) -> dict[int, str]:
        """Papers with the three rarest of these; if there are none, with three of four, then two, then one of them.

        Where there are too many, those that have the phrase as it was said, and those that have all, come first.
        """
        rarest = sorted(slots, key=lambda slot: (slot.papers, slot.spellings))[:4]
        found = self._having(rarest[:3]) if rarest else {}
        if len(found) >= _A_QUERY:
            return self._saying(phrase) | (self._having(slots) if len(slots) > 3 else {}) | found
        for size, among in ((3, 4), (2, 3), (1, 3)):
            for some in combinations(rarest[:among], size) if not found else ():
                found |= self._having(some)
        return found

    def _having(self, slots: Sequence["_Slot"]) -> dict[int, str]:
        """Papers with a spelling of each of these."""
        return self._fts(" AND ".join(slot.query for slot in slots))

    def _saying(self, phrase: str) -> dict[int, str]:
        """Papers with these words in this order, those that begin with them first."""
        found = self._fts(f"^ {phrase}")
        return found | self._fts(phrase) if len(found) < _A_QUERY else found

    def _fts(self, query: str) -> dict[int, str]:
        rows = self._db.rows(
            "SELECT papers.id, papers.title FROM (SELECT rowid FROM titles WHERE titles MATCH ? LIMIT ?) found "
            "JOIN papers ON papers.id = found.rowid",
            (query, _A_QUERY),
        )
        return dict(rows)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A word that was asked for, in all spellings that it may have in a title, and in how many titles they stand.

    With a `beginning` all words count that begin so: `spellings` are the commonest ones.
    """

    spellings: tuple[str, ...]
    papers: int
    beginning: str = ""

    @property
    def query(self) -> str:
        """As FTS5 takes it."""
        if self.beginning:
            return _begun(self.beginning)
        return f"({' OR '.join(map(_quoted, self.spellings))})"


def _slot(found: Mapping[str, int]) -> _Slot:
    spellings = sorted(found, key=lambda word: (-found[word], word))[:_SPELLINGS]
    return _Slot(tuple(spellings), sum(found[word] for word in spellings))


def _slips(word: str) -> set[str]:
    """All words within one slip of the pen: a letter dropped, added, replaced, or swapped with the next.

    To look up these few hundred takes a millisecond; to compare with all known words, the longer the more there are.
    """
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    dropped = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    replaced = {a + letter + b[1:] for a, b in cuts if b for letter in _LETTERS}
    added = {a + letter + b for a, b in cuts for letter in _LETTERS}
    return dropped | swapped | replaced | added


def _quoted(words_: str) -> str:
    """Words (letters and digits only) as FTS5 takes them: none of them an operator."""
    return f'"{words_}"'


def _begun(words_: str) -> str:
    """As `_quoted`, with a last word of which more letters may follow."""
    return f"{_quoted(words_)} *"


def _phrase(said: Sequence[str], last: "_Slot | None") -> str:
    """Words in their order; a last one with very many spellings is left out, or stands for the commonest if alone."""
    if last is None:
        return _quoted(" ".join(said))
    if last.beginning:
        return _begun(" ".join((*said, last.beginning)))
    return _quoted(" ".join(said or last.spellings[:1]))


def name_hashes(title: str) -> set[int]:
    """The hashes under which a title can be asked for: all of it, and the name before its colon."""
    whole = words(title)
    before, colon, _ = title.partition(":")
    name = words(before) if colon else []
    return {_hash(found) for found in (whole, name if len(name) <= _SHORT_NAME_WORDS else []) if found}


def _hash(found: Sequence[str]) -> int:
    return int.from_bytes(hashlib.blake2b(" ".join(found).encode(), digest_size=8).digest(), signed=True)
