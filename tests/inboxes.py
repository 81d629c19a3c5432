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
        self.beside: dict[str, str] = {}

    def take(self, arrivals: Sequence[Arrival]) -> tuple[Arrival, ...]:
        self._fail_if_broken()
        fresh = tuple(arrival for arrival in arrivals if arrival.key not in self.kept)
        self.kept |= {arrival.key: arrival.body for arrival in fresh}
        return fresh

    def put_down(self, arrivals: Sequence[Arrival]) -> None:
        self._fail_if_broken()
        self.beside |= {arrival.key: arrival.body for arrival in arrivals}

    def clear(self) -> None:
        self.beside.clear()

    def waiting(self) -> tuple[Arrival, ...]:
        self.kept = {**self.beside, **self.kept}
        self.clear()
        return tuple(Arrival(key, body) for key, body in self.kept.items() if key not in self.finished)

    def done(self, *keys: str) -> None:
        self._fail_if_broken()
        self.finished.extend(keys)

    def _fail_if_broken(self) -> None:
        if self.broken:
            raise StorageError("no space left")
