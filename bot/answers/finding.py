"""Finding the paper, or the repository, that somebody asks for.

By id or address, by repository, by author, by exact title or the name before its colon, by a repository's bare name,
by likeness to titles in the catalogue, and last by the live sources, whose answer is remembered.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.answers.similar import similar
from bot.answers.values import Choice, Choices, FoundAuthor, FoundPaper, FoundRepository, NotFound, PaperAnswer
from bot.domain.feed import Batch, Feed, FoundFeed
from bot.domain.link import EvidenceKind, Linked
from bot.domain.paper import FetchedPaper, Paper, PaperId, parse_paper_id
from bot.domain.repository import Repository, RepositoryAddress, parse_repository
from bot.domain.text import words
from bot.errors import FetchError
from bot.ingest import ingest
from bot.rules import linking, rhythm, titles
from bot.rules.promises import promises
from storage import Storage

_LOOK_AGAIN: Final = timedelta(hours=6)
_FAMOUS: Final = 4  # times as well known as the next one: surely meant
_LANDMARK_FAME: Final = 5000
_SIMILAR: Final = 3
_AT_ONCE: Final = 100  # papers that arXiv tells of in one answer
_LIVE_WORDS: Final = 3  # fewer words than this name too many papers to ask the live sources for


class PaperLookUp(Protocol):
    """arXiv, live. Raises FetchError."""

    def look_up(self, ids: Sequence[str]) -> tuple[FetchedPaper, ...]: ...
    def find(self, title: str, *, limit: int = 5) -> tuple[FetchedPaper, ...]: ...


class CodeLookUp(Protocol):
    """Hugging Face, live. Raises FetchError."""

    def look_up(self, arxiv: str) -> FetchedPaper | None: ...
    def linked(self, arxiv: str) -> Linked | None: ...


class FeedFinder(Protocol):
    """The feeds at an address, or named by the page there; and what a known one holds now. Raises FetchError."""

    def discover(self, url: str, *, trusted: bool = False) -> tuple[FoundFeed, ...]: ...
    def fetch(self, feed: Feed) -> Batch: ...


class FileReader(Protocol):
    """The text of a file at an address, at most `limit` bytes. Raises FetchError."""

    def read(self, url: str, *, limit: int) -> str: ...


@dataclass(frozen=True, slots=True)
class Live:
    """The sources that a question may ask at once."""

    papers: PaperLookUp
    code: CodeLookUp
    feeds: FeedFinder
    files: FileReader | None = None


class Finding:
    """Answers questions about papers; what the live sources tell on the way is remembered, and is no news."""

    def __init__(self, storage: Storage, live: Live, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._live = live
        self._clock = clock

    def code(self, text: str) -> PaperAnswer:
        """Which code belongs to what was asked for: an id, an address, a repository, or words of a title."""
        asked = " ".join(text.split())
        named = _first_of(parse_paper_id, asked)
        if named:
            return self._by_id(named, asked)
        if address := _repository_in(asked):
            return self._by_repository(address, asked)
        return self._by_words(asked)

    def known(self, text: str) -> Paper | PaperAnswer:
        """The paper that was meant, where it is known; else the answer that `code` has. Nobody else is asked for it."""
        named = _first_of(parse_paper_id, " ".join(text.split()))
        if named and (paper := self._storage.papers.find(named)):
            return paper
        found = self.code(text)
        return found.paper if isinstance(found, FoundPaper) else found

    def paper(self, text: str) -> PaperAnswer:
        """As `code`, with what Hugging Face has; where the abstract isn't known, the live sources are asked for it."""
        answer = self.code(text)
        if not isinstance(answer, FoundPaper):
            return answer
        if not answer.paper.abstract and not self._looked_lately(answer.paper):
            fresh = self._ask_again(answer.paper)
            answer = replace(answer, paper=fresh.paper, links=fresh.links, trouble=fresh.trouble)
        return self._with_linked(answer)

    def _with_linked(self, found: FoundPaper) -> FoundPaper:
        """With what on Hugging Face names the paper; where that can't be asked, without a word of it."""
        try:
            linked = self._live.code.linked(found.paper.arxiv) if found.paper.arxiv else None
        except FetchError:
            return found
        return replace(found, linked=linked)

    def names_a_paper(self, text: str) -> bool:
        """Whether this is exactly what a known paper is called."""
        return bool(self._storage.papers.titles.named(text))

    def asks_live(self, named: PaperId) -> bool:
        """Whether the live sources are asked for the answer to this id."""
        paper = self._storage.papers.find(named)
        if paper is None:
            return named.scheme == "arxiv"
        return not self._looked_lately(paper) and not self._has_code(paper)

    def _has_code(self, paper: Paper) -> bool:
        return any(map(linking.worth_telling, self._storage.links.of_paper(paper.key)))

    def _by_id(self, named: PaperId, asked: str) -> PaperAnswer:
        paper = self._storage.papers.find(named)
        if paper is not None:
            return self._found(paper)
        if named.scheme != "arxiv":
            return NotFound(asked)
        fetched, trouble = self._ask_live(named.value)
        if fetched is None:
            return NotFound(asked, trouble)
        return replace(self._found(self._remember(fetched)), trouble=trouble)

    def _found(self, paper: Paper, also: tuple[Choice, ...] = ()) -> FoundPaper:
        """The paper with its links; where none is known, the live sources are asked once more."""
        links = self._storage.links.of_paper(paper.key)
        if any(map(linking.worth_telling, links)) or self._looked_lately(paper):
            return self._told(FoundPaper(paper, links, also))
        return self._told(replace(self._ask_again(paper), also=also))

    def seen(self, paper: Paper) -> FoundPaper:
        """What is known of a paper, without papers like it; nobody else is asked."""
        return self._told(FoundPaper(paper, self._storage.links.of_paper(paper.key)), alike=0)

    def _told(self, found: FoundPaper, *, alike: int = _SIMILAR) -> FoundPaper:
        """With when its code came to this state; where there is none, with what it promises and papers like it."""
        paper = found.paper
        event = next(reversed(self._storage.papers.events(paper.key)), None)
        disputed = [k.key for k in found.links if linking.verdict(k.evidence, k.repository.address).disagree]
        found = replace(found, since=event.at if event else None, disputed=tuple(disputed))
        if any(map(linking.worth_telling, found.links)):
            return found
        keys = similar(self._storage, paper, alike, with_code=True) if alike else []
        promised = promises(f"{paper.abstract}\n{paper.comment or ''}")
        return replace(found, promise=promised, similar=tuple(self.choices(keys)), has_code=False)

    def complete(self, papers: Sequence[Paper]) -> tuple[Paper, ...]:
        """These papers; if arXiv answers, with the authors and abstracts that weren't known (of a hundred at most)."""
        wanted = [paper.arxiv for paper in papers if paper.arxiv and not (paper.authors and paper.abstract)]
        try:
            fetched = self._live.papers.look_up(wanted[:_AT_ONCE]) if wanted else ()
        except FetchError:
            return tuple(papers)
        with self._storage.write():
            ingest(self._storage, fetched, now=self._clock(), quiet=True)
        return self._storage.papers.many([paper.key for paper in papers])

    def _looked_lately(self, paper: Paper) -> bool:
        """Whether there is no use in asking the live sources for it."""
        lately = paper.looked_at is not None and timedelta(0) <= self._clock() - paper.looked_at < _LOOK_AGAIN
        return lately or paper.arxiv is None

    def _ask_again(self, paper: Paper) -> FoundPaper:
        fetched, trouble = self._ask_live(paper.arxiv or "")
        if fetched is not None:
            paper = self._remember(fetched)
        return FoundPaper(paper, self._storage.links.of_paper(paper.key), trouble=trouble)

    def _ask_live(self, arxiv: str) -> tuple[FetchedPaper | None, tuple[str, ...]]:
        """What arXiv and Hugging Face say of a paper now, as one telling; and who didn't answer."""
        trouble: list[str] = []
        told: FetchedPaper | None = None
        try:
            told = next(iter(self._live.papers.look_up([arxiv])), None)
        except FetchError as error:
            trouble.append(f"arXiv: {error}")
        try:
            stated = self._live.code.look_up(arxiv)
        except FetchError as error:
            trouble.append(f"Hugging Face: {error}")
            stated = None
        if told and stated:
            told = replace(told, stated=stated.stated)
        return told or stated, tuple(trouble)

    def _remember(self, fetched: FetchedPaper) -> Paper:
        now = self._clock()
        with self._storage.write():
            ingest(self._storage, [fetched], now=now, quiet=True)
            paper = self._storage.papers.find(*fetched.ids)
            assert paper is not None
            rung, next_look = rhythm.next_rung(paper.seen_at or now, now)
            coming = next_look if paper.next_look_at else None
            self._storage.papers.looked_for(paper.key, rung=rung, next_look=coming, read_version=0, now=now)
        return self._storage.papers.get(paper.key)

    def _by_repository(self, address: RepositoryAddress, asked: str) -> PaperAnswer:
        repository = self._storage.repositories.find(address)
        if repository is None:
            return NotFound(asked, address=address)
        return self._of_repository(repository)

    def _of_repository(self, repository: Repository) -> FoundRepository:
        links = self._storage.links.of_repository(repository.key)
        papers = {paper.key: paper for paper in self._storage.papers.many([link.paper for link in links])}
        sighting = self._storage.repositories.last_sighting(repository.key)
        return FoundRepository(repository, tuple(Choice(papers[link.paper], link) for link in links), sighting)

    def _by_words(self, asked: str) -> PaperAnswer:
        bare = asked[4:].strip() if asked.lower().startswith("for ") else ""
        if name := author_in(asked):
            return self._by_author(name)
        if exact := self._exactly(asked):
            return exact
        if bare:
            ranked = titles.rank(asked, self._storage.papers.titles.candidates(asked))
            if not (titles.is_clear(ranked) and ranked[0].title.lower().startswith("for ")):
                return self.code(bare)
        return self._alike(asked)

    def _by_author(self, name: str) -> PaperAnswer:
        papers = self.choices(self._storage.papers.authors.with_code(name))
        return FoundAuthor(name, tuple(papers)) if papers else NotFound(f"au:{name}")

    def _exactly(self, asked: str) -> PaperAnswer | None:
        """By a whole title, the name before a title's colon, or a repository's bare name."""
        choices = self.choices(self._storage.papers.titles.named(asked))
        if choices:
            return self._best_known(asked, choices)
        repositories = self._storage.repositories.called(asked) if " " not in asked else ()
        linked = [found for r in repositories if (found := self._of_repository(r)).papers]
        if len(linked) == 1 and len(linked[0].papers) > 1:
            return linked[0]
        papers = {choice.paper.key: choice for found in linked for choice in found.papers}
        return self._best_known(asked, list(papers.values())) if papers else None

    def _best_known(self, asked: str, choices: list[Choice]) -> PaperAnswer:
        """The clearly best-known of several, with the others below it; else a choice."""
        ranked = sorted(choices, key=_fame, reverse=True)
        if len(ranked) > 1 and _fame(ranked[0]) < max(_FAMOUS * _fame(ranked[1]), 1):
            return Choices(asked, tuple(ranked[: titles.CHOICES]))
        also = ranked[1:] or [c for c in self.choices(self._alike_keys(asked)) if c.paper.key != ranked[0].paper.key]
        return self._found(ranked[0].paper, tuple(also[: titles.CHOICES - 1]))

    def _alike_keys(self, asked: str) -> list[int]:
        found = titles.rank(asked, self._storage.papers.titles.candidates(asked))
        return [r.key for r in titles.related(found)]

    def _alike(self, asked: str) -> PaperAnswer:
        """By likeness to known titles; and, where that isn't clear, to what arXiv finds now."""
        ranked = titles.rank(asked, self._storage.papers.titles.candidates(asked))
        if not titles.is_clear(ranked) and self._storage.papers.authors.knows(asked):
            return self._by_author(asked)
        trouble: tuple[str, ...] = ()
        if not titles.is_clear(ranked) and (not titles.related(ranked) or len(words(asked)) >= _LIVE_WORDS):
            trouble = self._find_live(asked)
            ranked = titles.rank(asked, self._storage.papers.titles.candidates(asked))
        choices = self.choices([r.key for r in titles.related(ranked)])
        if not choices:
            return NotFound(asked, trouble)
        if titles.is_clear(ranked):
            return self._found(choices[0].paper, tuple(choices[1:]))
        best = max(choices, key=_fame)
        rest = [c for c in choices if c is not best]
        all_words = set(words(asked)) <= set(words(best.paper.title))
        if best.best and all_words and _fame(best) >= max(_LANDMARK_FAME, _FAMOUS * max(map(_fame, rest), default=0)):
            return self._found(best.paper, tuple(rest))
        return Choices(asked, tuple(choices), trouble)

    def _find_live(self, asked: str) -> tuple[str, ...]:
        try:
            found = self._live.papers.find(asked)
        except FetchError as error:
            return (f"arXiv: {error}",)
        for fetched in found:
            self._remember(fetched)
        return ()

    def choices(self, keys: Sequence[int]) -> list[Choice]:
        """These papers, each with its best link; at most twenty."""
        return [
            Choice(paper, next(iter(self._storage.links.of_paper(paper.key)), None))
            for paper in self._storage.papers.many(list(keys)[:20])
        ]


def _fame(choice: Choice) -> int:
    """How well known a paper is, as far as its best link tells."""
    if choice.best is None:
        return 0
    landmark = any(e.kind is EvidenceKind.STARTER for e in choice.best.evidence)
    return (choice.best.repository.stars or 0) + (_LANDMARK_FAME if landmark else 0) + 1


def author_in(asked: str) -> str:
    """The name in au:NAME, without its quotes."""
    found = re.fullmatch(r"au(?:thor)?:\s*(.+)", asked, re.IGNORECASE)
    return found[1].strip("\"'“” ") if found else ""


def _first_of(parse: Callable[[str], PaperId | None], asked: str) -> PaperId | None:
    """What the text as a whole, or one of its words, names."""
    candidates = [asked, *asked.split()[:20]] if len(asked) <= 500 else []
    return next((found for text in candidates if (found := parse(text.strip("()[]<>.,;")))), None)


def _repository_in(asked: str) -> RepositoryAddress | None:
    if " " not in asked:
        return parse_repository(asked)
    return next((found for word in asked.split()[:20] if "://" in word and (found := parse_repository(word))), None)
