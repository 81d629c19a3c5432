"""What lives: one channel's backlog beside another channel's news."""

import asyncio
from pathlib import Path

import pytest

from bot import service
from bot.app import App
from bot.config import load
from bot.domain.chat import Chat
from bot.domain.news import Delivery
from bot.service import Service
from tests.builders import NOW, chat, linked_paper, tell
from tests.fakes import FakeChannel


class Slow(FakeChannel):
    """Lets the test know of its first message."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()

    async def send(self, delivery: Delivery) -> str:
        self.begun.set()
        await asyncio.sleep(0.02)
        return await super().send(delivery)


def test_news_of_one_channel_overtakes_the_backlog_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "ROUND_S", 0.1)
    with App(load({"PAPERWIRE_DATA": str(tmp_path)}, env_file=None), clock=lambda: NOW) as app:
        slow, quick = Slow(), FakeChannel()
        backlog = 200
        _queue(app, chat(app.storage, "ada"), range(backlog))

        async def live() -> int:
            """How many of the slow channel's messages were there when the quick one's was."""
            sending = asyncio.create_task(Service(app)._tick_deliver({"telegram": slow, "slack": quick}))
            await slow.begun.wait()
            _queue(app, chat(app.storage, "bob", platform="slack"), [backlog])
            while not quick.told:
                await asyncio.sleep(0.01)
            came = len(slow.told)
            await sending
            return came

        assert asyncio.run(live()) < backlog
        assert len({name for _, name in slow.told}) == len(slow.told) == backlog


def _queue(app: App, to: Chat, numbers: range | list[int]) -> None:
    keys = [linked_paper(app.storage, f"2603.{n:05}", f"ada/nets{n}") for n in numbers]
    with app.storage.write():
        app.storage.outbox.queue([tell(to, key, due=NOW) for key in keys], NOW)
