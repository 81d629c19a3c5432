"""Whose turn it is: chats in line, each with what waits for it, one at a time; who rests lets the others go first."""

from collections import deque
from collections.abc import Iterable
from heapq import heappop, heappush
from itertools import count


class Turns:
    """Deliveries and chats by their keys. Times are seconds of any clock that only goes forward."""

    def __init__(self, due: Iterable[tuple[int, int]]) -> None:
        """`due`: deliveries and their chats, the first to go first."""
        self._behind: dict[int, deque[int]] = {}  # by delivery: what waits for its chat, after it
        chats: dict[int, deque[int]] = {}
        self._numbers = count()
        self._turns: list[tuple[float, int, int]] = []  # from when, in which order, which delivery
        for delivery, chat in due:
            if chat in chats:
                chats[chat].append(delivery)
            else:
                self.again(delivery, 0.0)
            self._behind[delivery] = chats.setdefault(chat, deque())

    def wait(self, now: float) -> float | None:
        """Seconds until somebody's turn; None where nobody is in line."""
        return max(0.0, self._turns[0][0] - now) if self._turns else None

    def come(self, now: float, limit: int) -> list[int]:
        """Deliveries whose turn it is. They are out of line until one of the following."""
        called = list[int]()
        while self._turns and self._turns[0][0] <= now and len(called) < limit:
            called.append(heappop(self._turns)[2])
        return called

    def again(self, delivery: int, at: float) -> None:
        """It is to go at that time, and its chat's others after it."""
        heappush(self._turns, (at, next(self._numbers), delivery))

    def is_over(self, delivery: int, now: float) -> None:
        """Its chat's next one may go."""
        if behind := self._behind[delivery]:
            self.again(behind.popleft(), now)
