"""Votes: what a chat thinks of papers."""

from dataclasses import dataclass
from enum import IntEnum


class Vote(IntEnum):
    SAVED = 1
    LESS = -1  # less of this


@dataclass(frozen=True, slots=True)
class Voted:
    """A paper (its key) that a chat voted on, and what the vote says something of beside it.

    `owner` is whose repository stands first among its links, as host/owner in lower case; "" for none.
    """

    paper: int
    vote: Vote
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    owner: str = ""
