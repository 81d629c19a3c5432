"""The starter catalogue: remembered at the first start, and again when a new edition ships. It is never news."""

from datetime import UTC, datetime
from itertools import groupby

from bot.domain.link import Evidence, EvidenceKind
from bot.domain.paper import FetchedPaper, StatedRepository
from bot.ingest import ingest
from storage import Storage
from storage.catalogue import Landmark, edition, landmarks


def seed(storage: Storage, now: datetime) -> int:
    """Take in the catalogue unless this edition has been; how many papers it brought that weren't known."""
    with storage.write():
        if storage.facts.get("starter edition") == edition():
            return 0
        rows = sorted(landmarks(), key=lambda row: row.id)
        papers = [_paper(list(same)) for _, same in groupby(rows, key=lambda row: row.id)]
        count = ingest(storage, papers, now=now, quiet=True)
        for known in filter(None, (storage.papers.find(*paper.ids) for paper in papers)):
            storage.papers.mark(known.key, code=now)  # should a look find its repository, that isn't news either
        storage.facts.set("starter edition", edition())
        return count.new_papers


def _paper(rows: list[Landmark]) -> FetchedPaper:
    return FetchedPaper(
        ids=(rows[0].id,),
        title=rows[0].title,
        published=datetime(rows[0].year, 1, 1, tzinfo=UTC),
        names=tuple(name for row in rows for name in row.names),
        stated=tuple(
            StatedRepository(
                f"https://github.com/{row.repository}", Evidence(EvidenceKind.STARTER, official=row.official)
            )
            for row in rows
        ),
    )
