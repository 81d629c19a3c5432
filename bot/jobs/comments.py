"""What announcements leave out: comments, and whether a paper's previous version had its code already."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.domain.feed import PollCount
from bot.domain.paper import FetchedPaper, Paper
from bot.errors import FetchError
from bot.ingest import combine, ingest
from bot.rules import linking, news
from storage import Storage

log = logging.getLogger("paperwire.poll")

AT_ONCE: Final = 100  # ids in one look-up
_AT_MOST: Final = 1000  # papers of earlier polls at one go; more than the starter catalogue has
_RETRY: Final = timedelta(days=7)

Progress = Callable[[str, int, int], None]  # what, done, of how many


class LookUp(Protocol):
    """Papers by id; ids may carry a version. Raises FetchError."""

    def look_up(self, ids: Sequence[str]) -> tuple[FetchedPaper, ...]: ...


class Comments:
    """Asks arXiv for papers by id. What fails is tried again at a later poll, for a week."""

    def __init__(self, storage: Storage, arxiv: LookUp, progress: Progress) -> None:
        self._storage = storage
        self._arxiv = arxiv
        self._progress = progress

    def enrich(self, announced: Sequence[FetchedPaper]) -> tuple[list[FetchedPaper], set[str], tuple[str, ...]]:
        """Add what announcements leave out (comments); and find out which unknown replacements had code before."""
        wanted = [p.arxiv for p in announced if p.arxiv and self._is_news_to_us(p)]
        details, errors = self._look_up(wanted, "arXiv comments")
        # The API may lag behind the announcements: an older version's comments say nothing of this one.
        details = {i: details[i] for p in announced if (i := p.arxiv) in details and details[i].version >= p.version}
        papers = [combine(p, details[p.arxiv]) if p.arxiv in details else p for p in announced]
        had_code, more_errors = self.had_code(papers)
        return papers, had_code, errors + more_errors

    def _is_news_to_us(self, paper: FetchedPaper) -> bool:
        known = self._storage.papers.find(*paper.ids)
        return known is None or known.enriched < max(paper.version, 1)

    def had_code(self, papers: Iterable[FetchedPaper]) -> tuple[set[str], tuple[str, ...]]:
        """Those that meet us first as a replacement with code, and whose version before had it (or couldn't be read).

        Back-filled replacements don't tell their version (0): it is looked up first.
        """
        suspects = {p.arxiv: p.version for p in papers if p.arxiv and self._may_have_had_code(p)}
        present, errors = self._look_up([i for i, version in suspects.items() if not version], "present versions")
        suspects |= {i: paper.version for i, paper in present.items() if not suspects[i]}
        asked = [f"{i}v{version - 1}" for i, version in suspects.items() if version > 1]
        before, more_errors = self._look_up(asked, "earlier versions")
        return {i for i in suspects if i not in before or _names_code(before[i])}, errors + more_errors

    def _may_have_had_code(self, paper: FetchedPaper) -> bool:
        replaced = paper.version > 1 or (
            not paper.version and paper.announcement is not None and paper.announcement.is_replacement
        )
        return replaced and _names_code(paper) and self._meets_us_first(paper)

    def _meets_us_first(self, paper: FetchedPaper) -> bool:
        """Whether no earlier version has been read; a first version that was announced to us has had its chance."""
        known = self._storage.papers.find(*paper.ids)
        if known is None or known.enriched:
            return known is None
        return known.version > 1 or self._storage.papers.milestones(known.key)[0] is None

    def _look_up(self, ids: Sequence[str], what: str) -> tuple[dict[str, FetchedPaper], tuple[str, ...]]:
        """Papers by bare id, as far as the source lets us; what fails is tried again at a later poll."""
        found: dict[str, FetchedPaper] = {}
        for start in range(0, len(ids), AT_ONCE):
            self._progress(what, start, len(ids))
            try:
                found |= {p.arxiv: p for p in self._arxiv.look_up(ids[start : start + AT_ONCE]) if p.arxiv}
            except FetchError as error:
                log.warning("arXiv look-up: %s", error)
                return found, (f"look-up: {error}",)
        return found, ()

    def late(self, now: datetime) -> PollCount:
        """Take in papers whose comments couldn't be read before, or that another source told of."""
        waiting = self._storage.papers.to_enrich(now - _RETRY, _AT_MOST)
        details, errors = self._look_up([i for p in waiting if (i := p.arxiv)], "comments left over")
        fresh = {p.arxiv for p in waiting if self._may_be_news(p, now)}
        had_code, more_errors = self.had_code([paper for arxiv, paper in details.items() if arxiv in fresh])
        with self._storage.write():
            count = PollCount()
            for arxiv, paper in details.items():
                count += ingest(self._storage, [paper], now=now, had_code=had_code, quiet=arxiv not in fresh)
            for known in waiting:
                if not errors and known.arxiv not in details:
                    self._storage.papers.mark_enriched(known.key)
        return count + PollCount(errors=errors + more_errors)

    def _may_be_news(self, known: Paper, now: datetime) -> bool:
        """Whether a paper has been announced to us, or is young; a classic that a blog named has long had its code."""
        written = news.written_about(known)
        young = written is not None and now - written <= news.RECENT
        return young or self._storage.papers.milestones(known.key)[0] is not None


def _names_code(paper: FetchedPaper) -> bool:
    return any(map(linking.worth_telling, linking.claims(paper)))
