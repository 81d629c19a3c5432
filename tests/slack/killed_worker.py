"""A process that answers what people ask in Slack, to be killed at any moment: see test_killed.py."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.answers.arriving import Arriving
from handlers.incoming import Request
from handlers.messages import Message
from storage import FILE, Storage
from tests.slack.fake_api import FakeSlack
from tests.slack.house import echo, slack


def answer(folder: Path, url: str) -> None:
    """Listen until killed, with the storage in this folder."""
    asyncio.run(_answer(folder, url))


async def _answer(folder: Path, url: str) -> None:
    with Storage(folder / FILE) as storage:
        inbox = Arriving(storage, "slack", lambda: datetime.now(UTC))
        there = FakeSlack()
        there.root = url
        channel = slack(there, _slowly, inbox=inbox)
        await channel.start()
        await asyncio.sleep(60)


def _slowly(request: Request) -> Message:
    time.sleep(0.02)  # because: a kill must have something to hit
    return echo(request)
