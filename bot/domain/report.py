"""What readers say of a link, and what the owner has decided."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Says(StrEnum):
    WRONG = "wrong"  # not this paper's code
    OFFICIAL = "official"  # the authors' own
    COMMUNITY = "community"  # somebody else's


@dataclass(frozen=True, slots=True)
class Report:
    """A reader's word on a link, with the platform and name of the chat that it came from."""

    key: int
    link: int
    says: Says
    platform: str
    chat: str


@dataclass(frozen=True, slots=True)
class Correction:
    """The owner's last word on a link: the paper's id ("arxiv:2603.00001") and title, the repository's address."""

    paper: str
    title: str
    repository: str
    says: Says
    at: datetime
