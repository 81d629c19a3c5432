"""How much one person may ask: so that nobody's script takes the bot from all others."""

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.domain.chat import Address

QUESTIONS: Final = 30
KEYSTROKES: Final = 120  # each is a question of its own that is answered from what is known; nobody types so for long
LOOK_UPS: Final = 10  # an hour and chat, of papers whose links are posted
_SPAN: Final = timedelta(minutes=1)
_REMEMBERED: Final = 5_000  # people; the one who was silent longest is forgotten first


class Limits:
    """In memory: a restart forgets. `person` is the platform's id, "" for one who hides it: then the chat counts."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._questions = _Counted(QUESTIONS)
        self._keystrokes = _Counted(KEYSTROKES)
        self._look_ups = _Counted(LOOK_UPS, timedelta(hours=1))

    def wait(self, address: Address, person: str) -> timedelta | None:
        """Count a question; None while it may be answered, else how long until the next one."""
        return self._questions.wait((address.platform, address.workspace, person or address.chat), self._clock())

    def wait_to_type(self, address: Address, person: str) -> timedelta | None:
        """As `wait`, of words that are still being typed: they take nothing from the questions."""
        return self._keystrokes.wait((address.platform, address.workspace, person or address.chat), self._clock())

    def wait_to_look_up(self, address: Address) -> timedelta | None:
        """As `wait`, of links that a chat posts and that the live sources would be asked for."""
        return self._look_ups.wait((address.platform, address.workspace, address.chat), self._clock())


class _Counted:
    """At most so many of each person in any such span."""

    def __init__(self, most: int, span: timedelta = _SPAN) -> None:
        self._most = most
        self._span = span
        self._times: OrderedDict[tuple[str, str, str], deque[datetime]] = OrderedDict()

    def wait(self, who: tuple[str, str, str], now: datetime) -> timedelta | None:
        times = self._times.setdefault(who, deque())
        self._times.move_to_end(who)
        if len(self._times) > _REMEMBERED:
            self._times.popitem(last=False)
        while times and not timedelta(0) <= now - times[0] < self._span:  # the clock may have been set back
            times.popleft()
        if len(times) >= self._most:
            return times[0] + self._span - now
        times.append(now)
        return None
