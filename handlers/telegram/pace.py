"""How fast the platform lets us talk. Pure: times are seconds of one monotonic clock, passed in.

Telegram takes about 30 messages a second for a token, 1 a second in a private chat, 20 a minute in a group or channel.
What leaves evenly doesn't arrive evenly. So a message of the token leaves a second after the one 30 before it has been
answered, by when that has certainly arrived; the chats' limits are kept a little wider than they must be.
"""

from collections import deque
from math import inf

TOKEN = (30, 1.0)  # messages, seconds
PRIVATE = (1, 1.1)  # messages, seconds
GROUP = (20, 61.0)
GAP_S = TOKEN[1] / TOKEN[0]  # between two messages of the token, where they leave evenly
_KEEP_S = 61.0
_LOOK_AGAIN_S = 0.01
_LATE_S = 0.2  # what somebody who woke late has lost, the next ones may make up for
_MANY = 1000


class Slot:
    """A message's place among those of the token; `answered_at` is infinite while it is on its way."""

    def __init__(self) -> None:
        self.answered_at = inf


class Pace:
    """What has been sent lately. A claim that is granted counts as sent."""

    def __init__(self) -> None:
        self._chats: dict[str, deque[float]] = {}
        self._slots: deque[Slot] = deque(maxlen=TOKEN[0])
        self._even = 0.0
        self._closed_until = 0.0

    def close(self, until: float) -> None:
        """Nothing may be sent before `until`: the platform said so, for the whole token."""
        self._closed_until = max(self._closed_until, until)

    def closed_for(self, now: float) -> float:
        return max(0.0, self._closed_until - now)

    def claim(self, chat: str, now: float) -> float:
        """0.0 and the message counts as sent; else the seconds after which to ask again, and nothing is counted."""
        if wait := self.closed_for(now):
            return wait
        count, span = GROUP if is_group(chat) else PRIVATE
        sent = self._chats.setdefault(chat, deque(maxlen=count))
        if len(sent) == count and (wait := sent[0] + span - now) > 0:
            return wait
        sent.append(now)
        self._forget(now)
        return 0.0

    def departs(self, chat: str, now: float) -> None:
        """The message that was claimed for this chat leaves now, after it has waited for the token."""
        if sent := self._chats.get(chat):
            sent[-1] = now

    def slot(self, now: float) -> Slot | float:
        """A place that is taken with this; or the seconds after which to ask again."""
        count, span = TOKEN
        earliest = self._even
        if len(self._slots) == count:
            earliest = max(earliest, min(self._slots[0].answered_at + span, now + _LOOK_AGAIN_S))
        if earliest > now:
            return earliest - now
        if now - self._even > _LATE_S:
            self._even = now
        self._even += span / count  # evenly, as far as may be: bursts are nobody's friend
        self._slots.append(Slot())
        return self._slots[-1]

    def _forget(self, now: float) -> None:
        if len(self._chats) > _MANY:
            self._chats = {chat: sent for chat, sent in self._chats.items() if sent and sent[-1] > now - _KEEP_S}


def is_group(chat: str) -> bool:
    """Groups and channels have negative ids or a name; people have positive ids."""
    return not chat.isdigit()
