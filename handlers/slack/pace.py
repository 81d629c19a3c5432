"""How often one channel may be posted to: once a second with a burst of three, and not at all while Slack asks to wait.

Slack's own limit is about that (https://docs.slack.dev/apis/web-api/rate-limits); who keeps it isn't refused. It counts
when a message arrives, which is by the time of its answer at the latest.

Somebody waits for an answer: it takes the channel's next place, before the delivery to which that was promised. A
delivery that has let three go first keeps its place.
"""

INTERVAL_S = 1.0
BURST = 3
LETS_GO_FIRST = 3
_FORGET_AT = 1000


class Pace:
    """Times are seconds of any clock that only goes forward."""

    def __init__(self) -> None:
        self._booked: dict[str, float] = {}  # per channel: until when its allowance is spent
        self._promised: dict[str, tuple[float, int]] = {}  # to its next delivery: from when, and how many went first

    def wait(self, channel: str, now: float) -> float:
        """Seconds after which a delivery is to come again; at 0.0 it may go now, and is counted."""
        promised = self._promised.pop(channel, None)
        if promised and promised[0] > now - INTERVAL_S:  # one from before is forfeit, as nobody came
            if promised[0] > now:
                self._promised[channel] = promised
            return max(0.0, promised[0] - now)
        if wait := self._ahead(channel, now):
            self._promised[channel] = (now + wait, 0)
        self._book(channel, now)
        return wait

    def answer(self, channel: str, now: float, patience: float) -> float:
        """Seconds after which an answer goes, which is counted now; nothing is where they are more than `patience`."""
        at, passed = self._promised.get(channel, (now, 0))
        wait, passes = self._ahead(channel, now), at > now and passed < LETS_GO_FIRST
        mine = at - now if passes else wait
        if mine <= patience:
            if passes:
                self._promised[channel] = (now + wait, passed + 1)
            self._book(channel, now)
        return mine

    def _ahead(self, channel: str, now: float) -> float:
        return max(0.0, self._booked.get(channel, now) - (BURST - 1) * INTERVAL_S - now)

    def _book(self, channel: str, now: float) -> None:
        self._forget(now)
        self._booked[channel] = max(self._booked.get(channel, now), now) + INTERVAL_S

    def answered(self, channel: str, now: float) -> None:
        """A post that went has arrived by now."""
        self._booked[channel] = max(self._booked.get(channel, 0.0), now + INTERVAL_S)

    def hold(self, channel: str, now: float, seconds: float) -> None:
        """Nothing goes to this channel for so long; then one at a time."""
        self._booked[channel] = now + seconds + (BURST - 1) * INTERVAL_S
        self._promised.pop(channel, None)

    def _forget(self, now: float) -> None:
        if len(self._booked) > _FORGET_AT:
            self._booked = {channel: until for channel, until in self._booked.items() if until > now}
            self._promised = {channel: told for channel, told in self._promised.items() if told[0] > now - INTERVAL_S}
