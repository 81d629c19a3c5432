"""Fakes of the places where a paper's code is looked for: inside repositories, on pages and sites, in full texts."""

from dataclasses import dataclass, field

from bot.domain.link import Evidence, EvidenceKind
from bot.domain.paper import FetchedPaper, StatedRepository, arxiv_id
from bot.domain.repository import RepositoryAddress, RepositoryFacts
from bot.errors import FetchError
from bot.jobs.relink import Places


class FakeInside:
    """What is in repositories, by name: one program, unless something else was put there."""

    def __init__(self) -> None:
        self.readmes: dict[str, str] = {}
        self.files: dict[str, dict[str, str]] = {}
        self.found: dict[str, tuple[RepositoryFacts, ...]] = {}
        self.error: FetchError | None = None
        self.asked: list[str] = []
        self.searched: list[str] = []
        self.releases: set[str] = set()

    def holds(self, slug: str, readme: str = "", files: dict[str, str] | None = None) -> None:
        """From now on there are this README and these files; without files, nothing but the README."""
        self.readmes[slug], self.files[slug] = readme, files or {}

    def readme(self, address: RepositoryAddress) -> str | None:
        self._ask(address)
        return self.readmes.get(address.slug, "")

    def paths(self, address: RepositoryAddress) -> tuple[str, ...] | None:
        self._ask(address)
        return ("README.md", *self.files.get(address.slug, {"train.py": ""}))

    def file(self, address: RepositoryAddress, path: str) -> str | None:
        self._ask(address)
        return self.files.get(address.slug, {}).get(path)

    def released(self, address: RepositoryAddress) -> bool:
        return address.slug in self.releases

    def search(self, arxiv: str) -> tuple[RepositoryFacts, ...]:
        self.searched.append(arxiv)
        return self.found.get(arxiv, ())

    def _ask(self, address: RepositoryAddress) -> None:
        self.asked.append(address.slug)
        if self.error:
            raise self.error


@dataclass(slots=True)
class FakePages:
    """Hugging Face: papers' pages, with what people or its machine linked there."""

    papers: dict[str, FetchedPaper] = field(default_factory=dict)
    error: FetchError | None = None
    asked: list[str] = field(default_factory=list)

    def has(self, arxiv: str, repository: str = "", *, by_person: bool = True) -> None:
        kind = EvidenceKind.HUGGING_FACE_PERSON if by_person else EvidenceKind.HUGGING_FACE_AUTO
        evidence = Evidence(kind, "https://huggingface.co/papers/" + arxiv, official=by_person or None)
        stated = (StatedRepository(repository, evidence),) if repository else ()
        self.papers[arxiv] = FetchedPaper((arxiv_id(arxiv),), stated=stated)

    def look_up(self, arxiv: str) -> FetchedPaper | None:
        self.asked.append(arxiv)
        if self.error:
            raise self.error
        return self.papers.get(arxiv)


@dataclass(frozen=True, slots=True)
class Said:
    """A repository as paperswithcode.co tells it."""

    url: str
    official: bool | None = None
    independent: bool = True
    where: str = "https://paperswithcode.co"


@dataclass(slots=True)
class FakeSite:
    """paperswithcode.co."""

    said: dict[str, tuple[Said, ...]] = field(default_factory=dict)
    error: FetchError | None = None

    def look_up(self, arxiv: str) -> tuple[Said, ...] | None:
        if self.error:
            raise self.error
        return self.said.get(arxiv)


@dataclass(slots=True)
class FakeTexts:
    """Full texts, in paragraphs."""

    paragraphs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)

    def read(self, arxiv: str, version: int = 0) -> tuple[str, ...] | None:
        self.asked.append((arxiv, version))
        return self.paragraphs.get(arxiv)


@dataclass(slots=True)
class FakeProjectPages:
    """Project pages and the repositories that they link to."""

    linked: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def repositories(self, url: str) -> tuple[tuple[str, str], ...]:
        if url not in self.linked:
            raise FetchError("no such page", status=404)
        return self.linked[url]


@dataclass
class FakeWorld:
    """All of them; `places` is what the job asks."""

    inside: FakeInside = field(default_factory=FakeInside)
    pages: FakePages = field(default_factory=FakePages)
    site: FakeSite = field(default_factory=FakeSite)
    texts: FakeTexts = field(default_factory=FakeTexts)
    project_pages: FakeProjectPages = field(default_factory=FakeProjectPages)

    @property
    def places(self) -> Places:
        return Places(self.pages, self.site, self.texts, self.project_pages, self.inside)
