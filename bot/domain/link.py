"""Code links: which repository holds which paper's code, whose it is, and how we know."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from bot.domain.repository import Repository, RepositoryAddress

SNIPPET_LIMIT = 200


class EvidenceKind(StrEnum):
    """Where a link was seen; the words for people stand in handlers/wording.py."""

    ABSTRACT = "abstract"
    COMMENT = "comment"
    FULL_TEXT = "full-text"
    PROJECT_PAGE = "project-page"
    README = "readme"  # it cites the paper
    DESCRIPTION = "description"  # the description, the topics or CITATION.cff cite the paper
    HUGGING_FACE_PERSON = "hugging-face-person"
    HUGGING_FACE_AUTO = "hugging-face-auto"
    PAPERS_WITH_CODE = "paperswithcode"
    PAPERS_WITH_CODE_COPY = "paperswithcode-copy"  # what it has from Hugging Face
    ARCHIVE = "archive"
    SEARCH = "search"
    STARTER = "starter"
    CONFIRMED = "confirmed"  # by a reader
    REJECTED = "rejected"  # by a reader


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence: its kind, where it stands (an address or a version) and the words around it.

    `official` is what this piece says: the authors' own (True), somebody else's (False), or only that they belong
    together (None).
    """

    kind: EvidenceKind
    where: str = ""
    snippet: str = ""
    official: bool | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A link as decided from a paper's texts.

    `official` is True, community False, undecided None; `confidence` in [0, 1].
    """

    address: RepositoryAddress
    official: bool | None
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class CodeLink:
    """A link as known: `path` is the part of the repository that belongs to the paper ("" for all of it)."""

    key: int
    paper: int
    repository: Repository
    path: str
    official: bool | None
    confidence: float
    first_seen: datetime
    evidence: tuple[Evidence, ...] = ()

    @property
    def url(self) -> str:
        return self.repository.url + (f"/tree/HEAD/{quote(self.path)}" if self.path else "")


@dataclass(frozen=True, slots=True)
class Linked:
    """How many models, data sets and spaces on Hugging Face name a paper; `best` are the models most used."""

    models: int
    datasets: int
    spaces: int
    best: tuple[str, ...] = ()
