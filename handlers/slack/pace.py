"""How often one channel may be posted to: once a second with a burst of three, and not at all while Slack asks to wait.

Slack's own limit is about that (https://docs.slack.dev/apis/web-api/rate-limits); who keeps it isn't refused. It counts
when a message arrives, which is by the time of its answer at the latest. A delivery that must wait gets a place of its
own: those that came together don't come back together.
"""

INTERVAL_S = 1.0
BURST = 3
_FORGET_AT = 1000
_LATE_S = 600.0  # who hasn't come back by then was taken back


class Pace:
    """Times are seconds of any clock that only goes forward."""

    def __init__(self) -> None:
        self._booked: dict[str, float] = {}  # per channel: until when its allowance is spent
        self._last: dict[str, float] = {}  # per channel: the last place that was given away
        self._places: dict[int, float] = {}  # of deliveries that wait

    def wait(self, channel: str, now: float, delivery: int = 0) -> float:
        """Seconds after which to come again; at 0.0 the post may go now, and is counted."""
        booked = max(self._booked.get(channel, now), now)
        if (earliest := booked - (BURST - 1) * INTERVAL_S) > now:
            return max(earliest, self._place(channel, earliest, delivery)) - now
        self._forget(now)
        self._places.pop(delivery, None)
        self._booked[channel] = booked + INTERVAL_S
        return 0.0

    def has_place(self, delivery: int) -> bool:
        return delivery in self._places

    def _place(self, channel: str, earliest: float, delivery: int) -> float:
        if not delivery:
            return earliest
        if delivery not in self._places:
            place = max(earliest, self._last.get(channel, 0.0) + INTERVAL_S)
            self._places[delivery] = self._last[channel] = place
        return self._places[delivery]

    def answered(self, channel: str, now: float) -> None:
        """A post that went has arrived by now."""
        self._booked[channel] = max(self._booked.get(channel, 0.0), now + INTERVAL_S)

    def hold(self, channel: str, now: float, seconds: float) -> None:
        """Nothing goes to this channel for so long; then one at a time."""
        self._booked[channel] = now + seconds + (BURST - 1) * INTERVAL_S

    def _forget(self, now: float) -> None:
        if len(self._booked) > _FORGET_AT:
            self._booked = {channel: until for channel, until in self._booked.items() if until > now}
            self._last = {channel: place for channel, place in self._last.items() if place > now}
        if len(self._places) > _FORGET_AT:
            self._places = {delivery: place for delivery, place in self._places.items() if place > now - _LATE_S}
