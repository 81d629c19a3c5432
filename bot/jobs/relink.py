"""The ladder: papers without code are looked for again, at days 0, 1, 3, 7, 14, 30, 60, 90 and 180 and on new versions.

For each paper, in this order: Hugging Face's page of it, paperswithcode.co, its full text (once a version), its project
pages, and GitHub's search (a few a run; what it finds is a candidate, and evidence only where its README cites the
paper). Papers that most chats wait for come first. A source that fails is not asked again in the same run; where
Hugging Face fails, the rest of the papers stays due.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from bot.domain.feed import PollCount
from bot.domain.link import Evidence, EvidenceKind
from bot.domain.paper import FetchedPaper, Paper, StatedRepository
from bot.domain.repository import RepositoryAddress, RepositoryFacts
from bot.errors import FetchError
from bot.ingest import ingest
from bot.jobs.comments import Progress
from bot.jobs.inside import cited
from bot.rules import linking, rhythm
from bot.rules.mentions import mentions, project_pages
from bot.rules.own_code import is_own_code
from storage import Storage

log = logging.getLogger("paperwire.relink")

AT_ONCE: Final = 2_000
SIDE_BY_SIDE: Final = 4
SEARCHES: Final = 8  # in one run: GitHub allows ten a minute without a token
SEARCH_AFTER: Final = timedelta(days=7)  # before that hardly anybody else has implemented it
_PAGES: Final = 2  # project pages of one paper
_T = TypeVar("_T")


class Pages(Protocol):
    """Hugging Face's page of a paper. Raises FetchError."""

    def look_up(self, arxiv: str) -> FetchedPaper | None: ...


class Said(Protocol):
    """A repository as paperswithcode.co tells it; not `independent` where it only repeats Hugging Face."""

    @property
    def url(self) -> str: ...
    @property
    def official(self) -> bool | None: ...
    @property
    def independent(self) -> bool: ...
    @property
    def where(self) -> str: ...


class Site(Protocol):
    """paperswithcode.co. Raises FetchError."""

    def look_up(self, arxiv: str) -> Sequence[Said] | None: ...


class Texts(Protocol):
    """A paper's full text, in paragraphs. Raises FetchError."""

    def read(self, arxiv: str, version: int = 0) -> Sequence[str] | None: ...


class ProjectPages(Protocol):
    """The repositories that a project page links to, each with the link's words. Raises FetchError."""

    def repositories(self, url: str) -> Sequence[tuple[str, str]]: ...


class Search(Protocol):
    """GitHub's search by a paper's id, and a README. Raises FetchError."""

    def search(self, arxiv: str) -> Sequence[RepositoryFacts]: ...
    def readme(self, address: RepositoryAddress) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Places:
    """Where a paper's code is looked for."""

    pages: Pages
    site: Site
    texts: Texts
    project_pages: ProjectPages
    search: Search


@dataclass(slots=True)
class Run:
    """One run: which sources have failed in it (name -> why), and how many searches are left."""

    searches: int = SEARCHES
    failed: dict[str, FetchError] = field(default_factory=dict)

    def ask(self, source: str, question: Callable[..., _T], *words: object) -> _T | None:
        """The answer; None where the source fails, or has failed in this run."""
        if source in self.failed:
            return None
        try:
            return question(*words)
        except FetchError as error:
            log.info("%s: %s", source, error)
            self.failed.setdefault(source, error)
            return None


@dataclass(frozen=True, slots=True)
class Found:
    """What a look brought: the paper with all repositories that were stated, and the version that was read in full."""

    paper: Paper
    told: FetchedPaper
    read_version: int


HUGGING_FACE: Final = "huggingface"
SITE: Final = "paperswithcode"


def relink(storage: Storage, places: Places, run: Run, *, now: datetime, progress: Progress) -> PollCount:
    """Look for the code of the papers that are due, as far as Hugging Face lets us."""
    due = storage.papers.to_look_for(now, AT_ONCE)
    count, done = PollCount(), 0
    with ThreadPoolExecutor(SIDE_BY_SIDE, "relink") as pool:
        for found in pool.map(lambda paper: _look(places, run, paper, now), due):
            progress("looking for code", done, len(due))
            done += 1
            if found is not None:
                with storage.write():
                    count += _keep(storage, found, now)
    failed = run.failed.get(HUGGING_FACE)
    return count + PollCount(errors=(f"papers' pages: {failed}",) if failed and due else ())


def _look(places: Places, run: Run, paper: Paper, now: datetime) -> Found | None:
    """None where Hugging Face couldn't be asked: the paper stays due."""
    arxiv = paper.arxiv or ""
    page = run.ask(HUGGING_FACE, places.pages.look_up, arxiv)
    if HUGGING_FACE in run.failed:
        return None
    stated = list(page.stated) if page else []
    stated += _of_site(run.ask(SITE, places.site.look_up, arxiv))
    read = page is not None and paper.read_version < max(paper.version, 1)
    if read:
        paragraphs = run.ask("full text", places.texts.read, arxiv, paper.version)
        stated += _of_text(paragraphs or (), paper.version)
    stated += _of_pages(places, run, paper)
    if not stated and now - (paper.seen_at or now) >= SEARCH_AFTER and run.searches > 0:
        run.searches -= 1
        stated += _of_search(places, run, paper)
    told = replace(page or FetchedPaper(paper.ids), stated=tuple(stated))
    return Found(paper, told, max(paper.version, 1) if read else 0)


def _keep(storage: Storage, found: Found, now: datetime) -> PollCount:
    """Store it, and climb a rung, unless that was the code."""
    paper = found.paper
    count = PollCount(1) + ingest(storage, [found.told], now=now)
    rung, next_look = rhythm.next_rung(paper.seen_at or now, now)
    if any(map(linking.worth_telling, storage.links.of_paper(paper.key))):
        next_look = None
    elif next_look is None and storage.papers.waiting_chats(paper.key):
        next_look = now + rhythm.WAITED_FOR
    storage.papers.looked_for(paper.key, rung=rung, next_look=next_look, read_version=found.read_version, now=now)
    return count


def _of_site(said: Sequence[Said] | None) -> Iterator[StatedRepository]:
    for one in said or ():
        kind = EvidenceKind.PAPERS_WITH_CODE if one.independent else EvidenceKind.PAPERS_WITH_CODE_COPY
        yield StatedRepository(one.url, Evidence(kind, one.where, official=one.official if one.independent else None))


def _of_text(paragraphs: Sequence[str], version: int) -> Iterator[StatedRepository]:
    """Repositories in the full text: the authors' own where the paragraph says so."""
    for paragraph in paragraphs:
        named = mentions(paragraph)
        own = bool(named) and is_own_code(paragraph)
        for mention in named:
            says = True if own and mention.own else None
            where = f"v{max(version, 1)}"
            yield StatedRepository(mention.address.url, Evidence(EvidenceKind.FULL_TEXT, where, mention.snippet, says))


def _of_pages(places: Places, run: Run, paper: Paper) -> Iterator[StatedRepository]:
    for page in project_pages(f"{paper.abstract}\n{paper.comment or ''}")[:_PAGES]:
        for url, label in run.ask(page, places.project_pages.repositories, page) or ():
            yield StatedRepository(url, Evidence(EvidenceKind.PROJECT_PAGE, page, label, official=True))


def _of_search(places: Places, run: Run, paper: Paper) -> Iterator[StatedRepository]:
    """Candidates, each with what its README says of the paper."""
    for facts in run.ask("search", places.search.search, paper.arxiv or "") or ():
        if facts.fork:
            continue
        readme = run.ask("readme", places.search.readme, facts.address) or ""
        yield StatedRepository(facts.address.url, Evidence(EvidenceKind.SEARCH, "github.com"))
        for _, evidence in cited(facts.address, readme, [paper]):
            yield StatedRepository(facts.address.url, evidence)
