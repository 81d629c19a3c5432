"""Links that people post in a chat that lets them be answered: what is known of each, not too often."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.answers.finding import Finding
from bot.answers.limits import Limits
from bot.answers.values import FoundPaper, FoundRepository, PaperAnswer
from bot.domain.chat import Address
from bot.domain.pace import first_pace
from bot.domain.paper import parse_paper_id
from storage import Storage

AGAIN: Final = timedelta(minutes=30)
_REMEMBERED: Final = 10_000  # links, each in its chat; the one that was answered longest ago is forgotten first


class Posting:
    """What was answered lately is in memory: a restart forgets it."""

    def __init__(self, storage: Storage, finding: Finding, limits: Limits, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._finding = finding
        self._limits = limits
        self._clock = clock
        self._lately: OrderedDict[tuple[Address, str], datetime] = OrderedDict()

    def is_wanted(self, address: Address) -> bool:
        """Whether the chat lets links be answered."""
        chat = self._storage.chats.find(address)
        return (self._storage.paces.get(chat.key) if chat else first_pace(address.platform)).links

    def answers(self, address: Address, links: Sequence[str]) -> Iterator[PaperAnswer]:
        """Of papers that are known or can be looked up, and of repositories with papers; nothing of all else."""
        for link in links:
            if not self._was_lately(address, link):
                match answer := self._answer(address, link):
                    case FoundPaper() | FoundRepository(papers=(_, *_)):
                        yield answer

    def _was_lately(self, address: Address, link: str) -> bool:
        """Whether it was posted there in the last half an hour; from now on it was."""
        key, now = (address, link), self._clock()
        last = self._lately.get(key)
        if last and timedelta(0) <= now - last < AGAIN:
            return True
        self._lately[key] = now
        self._lately.move_to_end(key)
        if len(self._lately) > _REMEMBERED:
            self._lately.popitem(last=False)
        return False

    def _answer(self, address: Address, link: str) -> PaperAnswer | None:
        """Brand-new papers are looked up, a few an hour and chat; else what is known has to do."""
        named = parse_paper_id(link)
        if named and self._finding.asks_live(named) and self._limits.wait_to_look_up(address):
            paper = self._storage.papers.find(named)
            return self._finding.seen(paper) if paper else None
        return self._finding.code(link)
