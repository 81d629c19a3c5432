"""A clock that a test moves."""

from datetime import datetime

from tests.builders import NOW


class Clock:
    """Stands still at `now`."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now
