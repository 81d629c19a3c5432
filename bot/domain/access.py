"""Who is let in, where the settings let in nobody else."""

from dataclasses import dataclass
from datetime import datetime

NOT_LET_IN = "not let in by the owner"  # why a chat is paused


@dataclass(frozen=True, slots=True)
class LetIn:
    """A person or a whole chat that the owner lets in, by the platform's id; no `workspace`: in any.

    `name` is what it was called then, for people.
    """

    platform: str
    who: str
    workspace: str = ""
    name: str = ""
    at: datetime | None = None
