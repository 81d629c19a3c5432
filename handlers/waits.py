"""Until when a platform wants to hear nothing, remembered across restarts."""

from datetime import datetime
from typing import Protocol


class Waits(Protocol):
    """On the real clock. Raises StorageError where it can't be read or kept."""

    def blocked_until(self, name: str) -> datetime | None: ...

    def block(self, name: str, until: datetime) -> None:
        """Not before then; a longer block stands."""
