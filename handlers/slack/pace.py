"""How often one channel may be posted to: once a second with a burst of three, and not at all while Slack asks to wait.

Slack's own limit is about that (https://docs.slack.dev/apis/web-api/rate-limits); who keeps it isn't refused. It counts
when a message arrives, which is by the time of its answer at the latest.
"""

INTERVAL_S = 1.0
BURST = 3
_FORGET_AT = 1000


class Pace:
    """Times are seconds of any clock that only goes forward."""

    def __init__(self) -> None:
        self._booked: dict[str, float] = {}  # per channel: until when its allowance is spent

    def wait(self, channel: str, now: float) -> float:
        """Seconds after which to come again; at 0.0 the post may go now, and is counted."""
        booked = max(self._booked.get(channel, now), now)
        if (earliest := booked - (BURST - 1) * INTERVAL_S) > now:
            return earliest - now
        self._forget(now)
        self._booked[channel] = booked + INTERVAL_S
        return 0.0

    def answered(self, channel: str, now: float) -> None:
        """A post that went has arrived by now."""
        self._booked[channel] = max(self._booked.get(channel, 0.0), now + INTERVAL_S)

    def hold(self, channel: str, now: float, seconds: float) -> None:
        """Nothing goes to this channel for so long; then one at a time."""
        self._booked[channel] = now + seconds + (BURST - 1) * INTERVAL_S

    def _forget(self, now: float) -> None:
        if len(self._booked) > _FORGET_AT:
            self._booked = {channel: until for channel, until in self._booked.items() if until > now}
