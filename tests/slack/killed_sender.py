"""A process that sends what waits for Slack, to be killed at any moment: see test_digest.py."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from bot.jobs.deliver import deliver
from handlers import wording
from handlers.slack.adapter import Slack
from storage import FILE, Storage
from tests.builders import NOW
from tests.inboxes import MemoryInbox
from tests.slack.fake_api import APP_TOKEN, BOT_TOKEN
from tests.slack.house import echo


def sending(storage: Storage, url: str) -> Slack:
    """The channel as the wiring makes it."""
    word, inbox = wording.delivery_in_parts, MemoryInbox()
    return Slack(BOT_TOKEN, APP_TOKEN, respond=echo, word=word, inbox=inbox, api_url=url)


async def send_all(storage: Storage, url: str) -> None:
    """Rounds until nothing is due."""
    with storage.write():
        storage.outbox.free_leases()
    channel = sending(storage, url)
    while storage.outbox.due("slack", now=NOW, limit=1):
        await deliver(storage, {"slack": channel}, now=NOW, real_now=datetime.now(UTC))
        await asyncio.sleep(0.1)
    await channel.stop()


def send(folder: Path, url: str) -> None:
    with Storage(folder / FILE) as storage:
        asyncio.run(send_all(storage, url))
