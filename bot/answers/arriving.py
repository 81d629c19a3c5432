"""What comes in from a platform: kept before it is confirmed there, known when it comes again, done when answered."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain.arrival import Arrival
from storage import Storage


class Arriving:
    """One platform's inbox. Raises StorageError where nothing can be kept: then nothing may be confirmed either."""

    def __init__(self, storage: Storage, platform: str, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._platform = platform
        self._clock = clock

    def take(self, arrivals: Sequence[Arrival]) -> tuple[Arrival, ...]:
        """Keep these; those that haven't come before."""
        if not arrivals:
            return ()
        with self._storage.write():
            return self._storage.inbox.take(self._platform, arrivals, self._clock())

    def put_down(self, arrivals: Sequence[Arrival]) -> None:
        """Keep these beside the inbox, as that is held up: `waiting` takes them in after a crash."""
        self._storage.arrivals.add(self._platform, arrivals)

    def clear(self) -> None:
        """All that was put down has been taken."""
        self._storage.arrivals.clear(self._platform)

    def waiting(self) -> tuple[Arrival, ...]:
        """What hasn't been answered, in the order in which it came."""
        if put_down := self._storage.arrivals.all(self._platform):
            self.take(put_down)
            self.clear()
        return self._storage.inbox.waiting(self._platform)

    def done(self, *keys: str) -> None:
        """These have been answered, or never will be."""
        with self._storage.write():
            for key in keys:
                self._storage.inbox.done(self._platform, key, self._clock())
