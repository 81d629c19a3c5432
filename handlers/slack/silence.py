"""Until when Slack wants no call of a method, for one channel or for all: what a 429 asked for, after a restart too.

Slack counts per method, workspace and, for messages, channel; its 429 doesn't say which of these it means. So the
channel that was refused is left alone, and where a second one is refused meanwhile, the method is.
"""

from datetime import UTC, datetime, timedelta
from time import monotonic

from handlers.slack.until import Until


class Silence:
    def __init__(self, kept: Until) -> None:
        self._kept = kept
        self._until: dict[tuple[str, str], float] = {}  # by method and channel, on the monotonic clock

    async def left(self, method: str, channel: str = "") -> float:
        """Seconds for which it mustn't be called."""
        keys = {(method, ""), (method, channel)}
        for key in keys - self._until.keys():
            self._until[key] = await self._recalled(key)
        return max(0.0, *(self._until[key] - monotonic() for key in keys))

    async def keep(self, method: str, channel: str, seconds: float) -> None:
        """Slack asks to wait for so long."""
        now = monotonic()
        others = any(m == method and c != channel and until > now for (m, c), until in self._until.items())
        for key in {(method, channel), (method, "")} if others else {(method, channel)}:
            self._until[key] = max(now + seconds, self._until.get(key, 0.0))
            await self._kept.keep(_name(key), datetime.now(UTC) + timedelta(seconds=seconds))

    async def _recalled(self, key: tuple[str, str]) -> float:
        until = await self._kept.recalled(_name(key))
        return monotonic() + (until - datetime.now(UTC)).total_seconds() if until else 0.0


def _name(key: tuple[str, str]) -> str:
    return " ".join(("slack", *filter(None, key)))
