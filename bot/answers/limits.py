"""How much one person may ask: so that nobody's script takes the bot from all others."""

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.domain.chat import Address

QUESTIONS: Final = 30
_SPAN: Final = timedelta(minutes=1)
_REMEMBERED: Final = 5_000  # people; the one who was silent longest is forgotten first


class Limits:
    """In memory: a restart forgets. `person` is the platform's id, "" for one who hides it: then the chat counts."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._asked: OrderedDict[tuple[str, str, str], deque[datetime]] = OrderedDict()

    def wait(self, address: Address, person: str) -> timedelta | None:
        """Count a question; None while it may be answered, else how long until the next one."""
        who, now = (address.platform, address.workspace, person or address.chat), self._clock()
        asked = self._asked.setdefault(who, deque())
        self._asked.move_to_end(who)
        if len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)
        while asked and not timedelta(0) <= now - asked[0] < _SPAN:  # the clock may have been set back
            asked.popleft()
        if len(asked) >= QUESTIONS:
            return asked[0] + _SPAN - now
        asked.append(now)
        return None
