"""Catalogues whose every figure is known: so many papers of a month, the first of them with code."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from bot.domain.trends import Month
from storage import Storage
from storage.database import stamp

_DAY: Final = timedelta(days=1)
_PAPER: Final = (
    "INSERT INTO papers (id, title, topic, categories, version, published, seen_at, changed_at, announced_at, code_at) "
    "VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?)"
)
_REPOSITORY: Final = (
    "INSERT INTO repositories (id, host, owner, name, state, contents, frameworks, listed, created, seen_at) "
    "VALUES (?, 'github.com', ?, ?, 'present', 'source', ?, 1, ?, ?)"
)
_NAME: Final = "INSERT INTO repository_names (slug, repository, since) VALUES (?, ?, ?)"
_LINK: Final = "INSERT INTO links (paper, repository, official, confidence, first_seen) VALUES (?, ?, ?, 0.95, ?)"


def plant(
    storage: Storage,
    month: Month,
    papers: int,
    *,
    official: int = 0,
    community: int = 0,
    late: int = 0,
    field: str = "cs.CV",
    topic: str = "",
    frameworks: Iterable[str] = (),
) -> int:
    """A month's papers, announced on its second day: `official` with code by their authors, `community` by others.

    The code came `late` days after that. The repositories' frameworks are told in order; the key of the first paper.
    """
    db = storage.database
    first = int(db.value("SELECT coalesce(max(id), 0) + 1 FROM papers"))
    key = count(int(db.value("SELECT coalesce(max(id), 0) + 1 FROM repositories")))
    published, announced = month.begin + _DAY, month.begin + _DAY * 2
    code = stamp(announced + _DAY * late)
    names = iter(frameworks)
    with storage.write():
        for n in range(papers):
            told, paper = n < official + community, first + n
            times = (stamp(published), stamp(announced), stamp(announced), stamp(announced), code if told else None)
            db.execute(_PAPER, (paper, f"Nets {paper}", topic, field, *times))
            db.execute("INSERT INTO paper_ids VALUES ('arxiv', ?, ?)", (f"{paper:09}", paper))
            if told:
                repository = next(key)
                owner = "authors" if n < official else f"others{n % 2}"
                made = (repository, owner, f"nets{repository}", next(names, ""), stamp(published), stamp(published))
                db.execute(_REPOSITORY, made)
                db.execute(_NAME, (f"github.com/{owner}/nets{repository}", repository, stamp(published)))
                db.execute(_LINK, (paper, repository, n < official, code))
    return first


def starred(storage: Storage, repository: int, counts: Iterable[tuple[datetime, int]]) -> None:
    """A repository whose stars were counted then."""
    db = storage.database
    with storage.write():
        db.execute("INSERT INTO star_watch (repository, since, pace, next_at) VALUES (?, 0, 3600, 0)", (repository,))
        db.execute_many("INSERT INTO star_samples VALUES (?, ?, ?)", [(repository, stamp(at), n) for at, n in counts])
