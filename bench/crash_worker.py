"""The process that bench/crash.py kills: the real wiring, polling and delivering until killed, or so many times.

Its channel appends every alert that it sends to a file, and syncs it: what stands there, a person has read.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import ClassVar

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from bench.stores import NOW
from bot.app import App
from bot.config import Settings, load
from bot.domain.feed import Source
from bot.domain.news import Delivery


class Paper:
    """A channel that writes to a file."""

    side_by_side: ClassVar[int] = 4

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def send(self, delivery: Delivery) -> str:
        told = [f"{delivery.chat.address.chat} {alert.paper.arxiv}\n" for alert in delivery.alerts if alert.paper]
        os.write(self._file, "".join(told).encode())
        os.fsync(self._file)
        return ""


def settings_for(folder: Path, server: str) -> Settings:
    """Everything at the loopback server, as fast as it goes; nothing from this machine's own settings."""
    return load(
        {
            "PAPERWIRE_DATA": str(folder),
            "PAPERWIRE_ARXIV_CATEGORIES": "cs.LG",
            "PAPERWIRE_ARXIV_INTERVAL": "0",
            "PAPERWIRE_FEEDS": "",
            "ARXIV_RSS_URL": server,
            "ARXIV_API_URL": f"{server}/api/query",
            "ARXIV_OAI_URL": f"{server}/oai",
            "GITHUB_URL": server,
            "GITHUB_API_URL": server,
            "HUGGINGFACE_URL": server,
            "PAPERSWITHCODE_URL": server,
            "ARXIV_URL": server,
        },
        env_file=None,
    )


def main() -> None:
    folder, server, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    channel = Paper(folder / "sent.txt")
    with App(settings_for(folder, server), clock=lambda: NOW) as app:
        for _ in range(rounds):
            print("poll", flush=True)
            count = app.poll(Source.ARXIV, named=True)
            print("deliver", flush=True)
            asyncio.run(app.deliver({"bench": channel}))
            assert not count.errors, count.errors
    print("done", flush=True)


if __name__ == "__main__":
    main()
