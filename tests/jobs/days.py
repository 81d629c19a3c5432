"""A process that polls and delivers one day after the other, to be killed at any moment: see test_killed.py."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from bot.domain.feed import Source
from bot.domain.news import Delivery
from bot.domain.paper import FetchedPaper
from bot.jobs.deliver import deliver
from storage import FILE, Storage
from tests.builders import NOW, paper, subscribe
from tests.jobs.wire import Wire

PAPERS_A_DAY = 8


@dataclass(frozen=True, slots=True)
class FileChannel:
    """Appends a line a delivery, as a platform would show it."""

    side_by_side: ClassVar[int] = 4
    path: Path

    async def send(self, delivery: Delivery) -> str:
        line = "".join(f"{alert.paper.arxiv}\n" for alert in delivery.alerts if alert.paper)
        with self.path.open("ab", buffering=0) as file:
            file.write(line.encode())
        return ""


def begin(folder: Path) -> None:
    """A new folder with a chat that wants everything."""
    with Storage(folder / FILE) as storage:
        Wire(storage).feed(Source.ARXIV, "cs.LG")
        subscribe(storage, "nets")
        set_day(storage, 0)


def live(folder: Path, last_day: int) -> None:
    """Poll and deliver, from the day that was reached to the last one."""
    with Storage(folder / FILE) as storage:
        with storage.write():
            storage.outbox.free_leases()
        channel = FileChannel(folder / "chat.txt")
        while (day := day_of(storage)) < last_day:
            now = NOW + timedelta(days=day)
            wire = Wire(storage, now=now)
            wire.arxiv.revision = day
            wire.arxiv.announce(*papers_of(day), at=now)
            wire.poll(Source.ARXIV, named=True)
            hour_later = now + timedelta(hours=1)
            asyncio.run(deliver(storage, {"telegram": channel}, now=hour_later, real_now=now))
            set_day(storage, day + 1)


def papers_of(day: int) -> list[FetchedPaper]:
    """Half of the day's papers have their code in the abstract, half in the comments."""
    ids = [f"2603.{day * PAPERS_A_DAY + n:05}" for n in range(PAPERS_A_DAY)]
    where = ("abstract", "comment")
    code = "Code: https://gitlab.com/ada/nets"
    return [paper(arxiv, **{where[n % 2]: f"{code}{arxiv[5:]}"}) for n, arxiv in enumerate(ids)]  # type: ignore[arg-type]  # because: paper's own fields


def day_of(storage: Storage) -> int:
    return int(storage.facts.get("day") or 0)


def set_day(storage: Storage, day: int) -> None:
    with storage.write():
        storage.facts.set("day", str(day))
