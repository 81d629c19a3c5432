"""A process that answers what people ask on Telegram, to be killed at any moment: see test_killed.py."""

import asyncio
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from bot.answers.arriving import Arriving
from handlers.incoming import Request
from handlers.messages import Message
from handlers.telegram.adapter import Telegram
from storage import FILE, Storage
from tests.telegram.channel import door_of, echo, said
from tests.telegram.fake_api import TOKEN


def answer(folder: Path, url: str, seconds: float, port: int = 0) -> None:
    """Listen for so long, with the storage in this folder; at a `port`, updates are brought there."""
    asyncio.run(_answer(folder, url, seconds, port))


async def _answer(folder: Path, url: str, seconds: float, port: int) -> None:
    public_url = f"http://127.0.0.1:{port}" if port else ""
    with Storage(folder / FILE) as storage:
        inbox = Arriving(storage, "telegram", lambda: datetime.now(UTC))
        channel = Telegram(
            TOKEN, respond=_slowly, word=lambda _: said("news"), inbox=inbox, api_url=url, public_url=public_url
        )
        async with door_of(channel, port) if port else nullcontext():
            await channel.start()
            await asyncio.sleep(seconds)
        await channel.stop()


def _slowly(request: Request) -> Message:
    time.sleep(0.02)  # because: a kill must have something to hit
    return echo(request)
