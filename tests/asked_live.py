"""Answers on a storage, and live sources that tell what they were given and count how often they are asked."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.answers import Answers, Live
from bot.domain.link import Linked
from bot.domain.paper import FetchedPaper
from bot.errors import FetchError
from storage import Storage
from tests.builders import NOW


class Arxiv:
    """Knows the papers in `known`; nothing while it is `down`."""

    def __init__(self) -> None:
        self.known: dict[str, FetchedPaper] = {}
        self.asked: list[tuple[str, ...]] = []
        self.down = False

    def look_up(self, ids: Sequence[str]) -> tuple[FetchedPaper, ...]:
        self.asked.append(tuple(ids))
        if self.down:
            raise FetchError("down")
        return tuple(self.known[i] for i in ids if i in self.known)

    def find(self, title: str, *, limit: int = 5) -> tuple[FetchedPaper, ...]:
        return ()


class NoPage:
    """Hugging Face, which has no page of any paper."""

    def look_up(self, arxiv: str) -> FetchedPaper | None:
        return None

    def linked(self, arxiv: str) -> Linked | None:
        return None


def answers_of(storage: Storage, arxiv: Arxiv | None = None, *, clock: Callable[[], datetime] = lambda: NOW) -> Answers:
    live = Live(arxiv or Arxiv(), NoPage(), feeds=None)  # type: ignore[arg-type]  # because: no feed is asked for here
    return Answers(storage, live, clock=clock)
