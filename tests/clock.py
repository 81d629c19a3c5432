"""A clock that a test moves, and how long one waits by the real one."""

from datetime import datetime
from typing import Final

from tests.builders import NOW

# What is sure to come is waited for that long: a busy machine is no defect, and only what never comes costs it.
PATIENCE_S: Final = 60.0


class Clock:
    """Stands still at `now`."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now
