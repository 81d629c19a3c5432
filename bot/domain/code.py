"""The state of a paper's code: what is known to be there now, and how it came to be."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CodeState(StrEnum):
    """none → promised → placeholder → released → weights → archived → gone; any may be skipped, and some come back."""

    NONE = "none"
    PROMISED = "promised"  # "code will be released"
    PLACEHOLDER = "placeholder"  # a repository without source
    RELEASED = "released"
    WEIGHTS = "weights"  # released, with trained weights or data
    ARCHIVED = "archived"  # read-only at its host
    GONE = "gone"  # it was there, and isn't any more

    @property
    def has_code(self) -> bool:
        return self in (CodeState.RELEASED, CodeState.WEIGHTS, CodeState.ARCHIVED)


class ContentState(StrEnum):
    """What a repository holds, as far as somebody has looked."""

    UNKNOWN = "unknown"
    EMPTY = "empty"
    PLACEHOLDER = "placeholder"  # a README, pictures, a page: no source
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class CodeEvent:
    """A change of a paper's code state; `why` is a word of evidence, such as the sentence that promises."""

    key: int
    paper: int
    state: CodeState
    before: CodeState
    at: datetime
    why: str = ""
