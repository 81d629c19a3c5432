"""The pieces of evidence that stand behind a link, and what they come to together."""

from collections.abc import Sequence
from typing import Any, Final

from bot.domain.link import Evidence, EvidenceKind
from bot.domain.repository import RepositoryAddress
from bot.rules import linking
from storage.database import Database, moment

COLUMNS: Final = "kind, place, snippet, official, first_seen, last_seen"


def weigh_anew(db: Database, key: int) -> None:
    """A link's class and confidence, from all of its evidence."""
    pieces = [piece(row) for row in db.rows(f"SELECT {COLUMNS} FROM evidence WHERE link = ?", (key,))]
    row = db.row(
        "SELECT title, host, owner, name, path FROM links JOIN repositories ON repositories.id = repository "
        "JOIN papers ON papers.id = paper WHERE links.id = ?",
        (key,),
    )
    assert row is not None
    title, *address = row
    found = linking.verdict(pieces, RepositoryAddress(*address), title=title)
    db.execute("UPDATE links SET official = ?, confidence = ? WHERE id = ?", (found.official, found.confidence, key))


def piece(row: Sequence[Any]) -> Evidence:
    kind, place, snippet, official, first, last = row
    says = None if official is None else bool(official)
    return Evidence(EvidenceKind(kind), place, snippet, says, moment(first), moment(last))
