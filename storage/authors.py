"""Papers by their authors, under the last name first, so that any beginning of a name finds it."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.domain.text import words
from storage.database import Database

_MOST: Final = 100  # authors of one paper that can be asked for
_END: Final = "\U0010ffff"


class Authors:
    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, paper: int, names: Iterable[str]) -> None:
        rows = [(key, paper) for name in list(names)[:_MOST] if (key := name_key(name))]
        self._db.execute_many("INSERT OR IGNORE INTO paper_authors VALUES (?, ?)", rows)

    def replace(self, paper: int, names: Iterable[str]) -> None:
        self._db.execute("DELETE FROM paper_authors WHERE paper = ?", (paper,))
        self.add(paper, names)

    def with_code(self, name: str, limit: int = 10) -> list[int]:
        """Keys of the latest papers with code by an author of this name, or of this last name."""
        key = name_key(name)
        rows = self._db.rows(
            "SELECT papers.id FROM paper_authors JOIN papers ON papers.id = paper WHERE (name = ? OR (name >= ? "
            "AND name < ?)) AND code_at IS NOT NULL GROUP BY papers.id ORDER BY published DESC, papers.id DESC LIMIT ?",
            (key, _beginning(key), _beginning(key) + _END, limit),
        )
        return [row[0] for row in rows] if key else []

    def knows(self, name: str) -> bool:
        """Whether a paper has an author of just this name; one word isn't a name."""
        key = name_key(name)
        found = self._db.value("SELECT 1 FROM paper_authors WHERE name = ? LIMIT 1", (key,)) if " " in key else None
        return found is not None


def name_key(name: str) -> str:
    """ "Yoshua Bengio" as "bengio yoshua"; "" for what has no letters."""
    return _last_first(words(name))


def _last_first(said: Sequence[str]) -> str:
    return " ".join((*said[-1:], *said[:-1]))


def _beginning(key: str) -> str:
    """One word is a whole last name; of more, the end may be an initial."""
    return key if " " in key else f"{key} "
