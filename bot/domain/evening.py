"""An evening in New York, which is when arXiv announces."""

from dataclasses import dataclass
from datetime import date

WEEKEND = "weekend"


@dataclass(frozen=True, slots=True)
class Evening:
    """Whether arXiv announces, or what is kept `instead`: the weekend, or a holiday by its name.

    Not `sure`: its list for that year isn't known, and it may do otherwise.
    """

    day: date
    announces: bool
    instead: str = ""
    sure: bool = True

    @property
    def is_holiday(self) -> bool:
        return not self.announces and self.instead != WEEKEND
