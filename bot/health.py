"""Whether the service is well, as a supervisor should see it: what a restart may mend, and nothing else.

A source that fails, a refused token, a webhook that can't be set, a network that is gone: a restart mends none of them,
and costs the answers in the making. /status and /metrics tell of those. A loop that stands still answers nobody, and
thereby says so; one that is far behind says it here. Uses nothing of ours.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Final

PULSE_S: Final = 1.0
_FAR_BEHIND_S: Final = 5.0
_BEATS: Final = 3  # so many in a row: a single late one has many harmless reasons
_UNWRITTEN_S: Final = 90.0  # an import may hold the database for a few seconds
_UNSENT_S: Final = 600.0


class Health:
    """What was last seen of the parts that must go on; `clock` counts seconds, from anywhere, never backwards."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._late: deque[float] = deque([0.0], maxlen=_BEATS)
        self._sent_at = self._written_at = clock()
        self._unwritten = ""

    @property
    def lag_s(self) -> float:
        """How many seconds late the event loop was a moment ago."""
        return self._late[-1]

    async def pulse(self) -> None:
        """Feels the event loop's pulse, for ever."""
        while True:
            before = self._clock()
            await asyncio.sleep(PULSE_S)
            self.beat(self._clock() - before - PULSE_S)

    def beat(self, late_s: float) -> None:
        self._late.append(max(late_s, 0.0))

    def sends(self) -> None:
        """The deliver loop goes on."""
        self._sent_at = self._clock()

    def written(self, failure: str = "") -> None:
        """The database was written, or `failure` says in few words why it couldn't be."""
        self._unwritten = failure
        if not failure:
            self._written_at = self._clock()

    def faults(self) -> tuple[str, ...]:
        """What is wrong, in words; nothing secret, and nothing of the machine: anybody may read it."""
        now, found = self._clock(), []
        if min(self._late) > _FAR_BEHIND_S:
            found.append(f"the event loop is {self.lag_s:.0f} s behind")
        if now - self._written_at > _UNWRITTEN_S:
            why = f" ({self._unwritten})" if self._unwritten else ""
            found.append(f"the database hasn't been written for {now - self._written_at:.0f} s{why}")
        if now - self._sent_at > _UNSENT_S:
            found.append(f"nothing has gone through the deliver loop for {now - self._sent_at:.0f} s")
        return tuple(found)
