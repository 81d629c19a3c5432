"""While a backlog flows somebody asks: the answer goes first, in the channel's pace and after Slack asked to wait."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.chat import Address
from bot.errors import DeliveryFailed
from bot.jobs.deliver import deliver
from handlers.slack.adapter import Slack
from handlers.slack.render import Rendered
from handlers.slack.wire import Wire
from storage import FILE, Storage
from tests.builders import NOW, linked_paper, tell
from tests.slack.fake_api import BOT, BOT_TOKEN, CHANNEL, DIRECT, PERSON, TEAM, FakeSlack, Fault
from tests.slack.house import on_a_loop, running

BACKLOG = 7  # three go at once, the others take four seconds
LIMITED = Fault(error="ratelimited", status=429, retry_after=1)


@asynccontextmanager
async def flowing(api: FakeSlack, folder: Path, channel: Slack) -> AsyncIterator[None]:
    """News waits for the channel, and is being sent."""
    with Storage(folder / FILE) as storage:
        papers = [linked_paper(storage, f"2603.{n:05}", f"ada/{n}") for n in range(BACKLOG)]
        with storage.write():
            chat = storage.chats.meet(Address("slack", CHANNEL, workspace=TEAM), NOW)
            storage.outbox.queue([tell(chat, paper) for paper in papers], NOW)
        going = True
        sending = asyncio.create_task(
            deliver(storage, {"slack": channel}, now=NOW, real_now=datetime.now(UTC), going=lambda: going)
        )
        pace = channel._wire._pace
        await api.until(lambda: len(api.posts) == 3 and pace._promised)  # the next one waits
        yield
        going = False
        await sending


def answers(api: FakeSlack) -> list[int]:
    """Their places among the posts."""
    return [n for n, post in enumerate(api.posts) if post["text"].startswith("you typed")]


@on_a_loop
async def test_an_answer_takes_the_channels_next_place(tmp_path: Path) -> None:
    async with FakeSlack() as api, running(api) as channel, flowing(api, tmp_path, channel):
        asked = time.monotonic()
        await api.mention(f"<@{BOT}> code bert")
        await api.until(lambda: answers(api))
        assert answers(api) == [3]
        assert time.monotonic() - asked < 1.5
        await api.until(lambda: len(api.posts) > 4)  # and the backlog flows on


@on_a_loop
async def test_who_asks_on_and_on_holds_up_no_news_for_ever(tmp_path: Path) -> None:
    async with FakeSlack() as api, running(api) as channel, flowing(api, tmp_path, channel):
        for _ in range(5):
            await api.mention(f"<@{BOT}> code bert")
        await api.until(lambda: len(api.posts) == 8)
        assert answers(api) == [3, 4, 5, 7]


@on_a_loop
async def test_after_slack_asked_to_wait_the_answer_goes_first(tmp_path: Path) -> None:
    async with FakeSlack() as api, running(api) as channel:
        api.fail("chat.postMessage", Fault(), Fault(), Fault(), LIMITED)
        async with flowing(api, tmp_path, channel):
            await api.until(lambda: api.calls.count("chat.postMessage") == 4)
            await api.mention(f"<@{BOT}> code bert")
            await api.until(lambda: len(api.posts) > 4)
    assert answers(api) == [3]


@on_a_loop
async def test_an_answer_beside_the_channel_waits_where_slack_asks_for_it() -> None:
    async with FakeSlack() as api, running(api):
        api.fail("response_url", Fault(status=429, retry_after=1))
        api.fail("views.publish", LIMITED)
        await api.command("help")
        await api.open_home()
        await api.until(lambda: api.whispers and api.views.homes.get(PERSON))


@on_a_loop
async def test_what_slack_asks_for_is_kept_over_a_restart_for_each_method(tmp_path: Path) -> None:
    home = Rendered("home", (), "home")
    async with FakeSlack() as api:
        api.fail("views.publish", Fault(error="ratelimited", status=429, retry_after=30))
        with Storage(tmp_path / FILE) as storage:
            for _ in range(2):
                wire = Wire(BOT_TOKEN, api.url, storage.allowances)
                with pytest.raises(DeliveryFailed, match="asks to wait"):
                    await wire.publish(PERSON, home, DIRECT, DIRECT)
            await wire.post(CHANNEL, Rendered("hello", (), "hello"))
    assert api.calls == ["views.publish", "chat.postMessage"]
