"""How fast the platform lets us talk. Pure: times are seconds of one monotonic clock, passed in.

Telegram takes about 30 messages a second for a token, 1 a second in a private chat, 20 a minute in a group or channel.
All are kept a little wider than they must be: what leaves evenly doesn't arrive evenly.
"""

from collections import deque

TOKEN_GAP_S = 1 / 28.8
PRIVATE = (1, 1.1)  # messages, seconds
GROUP = (20, 61.0)
_KEEP_S = 61.0
_MANY = 1000


class Pace:
    """What has been sent lately. A claim that is granted counts as sent."""

    def __init__(self) -> None:
        self._chats: dict[str, deque[float]] = {}
        self._next_slot = 0.0
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

    def slot(self, now: float) -> float:
        """The seconds to wait for the token's next free moment, which is then taken."""
        start = max(now, self._next_slot)
        self._next_slot = start + TOKEN_GAP_S
        return start - now

    def _forget(self, now: float) -> None:
        if len(self._chats) > _MANY:
            self._chats = {chat: sent for chat, sent in self._chats.items() if sent and sent[-1] > now - _KEEP_S}


def is_group(chat: str) -> bool:
    """Groups and channels have negative ids or a name; people have positive ids."""
    return not chat.isdigit()
