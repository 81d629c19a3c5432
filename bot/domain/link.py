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
    HUGGING_FACE_PERSON = "hugging-face-person"
    HUGGING_FACE_AUTO = "hugging-face-auto"
    STARTER = "starter"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence: its kind, where it stands (an address or a version) and the words around it."""

    kind: EvidenceKind
    where: str = ""
    snippet: str = ""
    seen_at: datetime | None = None


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
