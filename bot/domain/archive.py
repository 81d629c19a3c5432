"""The archive of Papers With Code: what its two files tell, row by row. It was closed at the end of July 2025."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from bot.domain.link import Claim
from bot.domain.paper import PaperId

AS_OF: Final = "July 2025"
CLOSED: Final = datetime(2025, 7, 28, tzinfo=UTC)
CREDIT: Final = f"the Papers With Code archive as of {AS_OF}, CC-BY-SA 4.0"


class Stage(StrEnum):
    """What is read of a file in one go. Titles and links can be asked for before the first detail is read."""

    LINKS = "links"
    TITLES = "titles"
    DETAILS = "details"


@dataclass(frozen=True, slots=True)
class ArchivePaper:
    """A paper, as far as finding it needs; the archive's own name for it is the id of the scheme "pwc"."""

    ids: tuple[PaperId, ...]
    title: str
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class ArchiveDetail:
    """What else the archive knows of a paper."""

    ids: tuple[PaperId, ...]
    abstract: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    tasks: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    venue: str = ""


@dataclass(frozen=True, slots=True)
class ArchiveLink:
    """A paper and its repository. `framework` is the archive's word for it ("none": looked for and not found)."""

    ids: tuple[PaperId, ...]
    title: str
    claim: Claim
    framework: str = ""
    in_paper: bool | None = None
    in_readme: bool | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row, counted from 1, that can't be used, and why."""

    number: int
    reason: str


ArchiveRow = ArchivePaper | ArchiveDetail | ArchiveLink
