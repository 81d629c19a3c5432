"""An inbox in memory, for tests that are about something else."""

from collections.abc import Sequence

from bot.domain.arrival import Arrival
from bot.errors import StorageError


class MemoryInbox:
    """As strict as the real one; `broken` lets everything fail."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.finished: list[str] = []
        self.broken = False

    def take(self, arrivals: Sequence[Arrival]) -> tuple[Arrival, ...]:
        self._fail_if_broken()
        fresh = tuple(arrival for arrival in arrivals if arrival.key not in self.kept)
        self.kept |= {arrival.key: arrival.body for arrival in fresh}
        return fresh

    def waiting(self) -> tuple[Arrival, ...]:
        return tuple(Arrival(key, body) for key, body in self.kept.items() if key not in self.finished)

    def done(self, *keys: str) -> None:
        self._fail_if_broken()
        self.finished.extend(keys)

    def _fail_if_broken(self) -> None:
        if self.broken:
            raise StorageError("no space left")
