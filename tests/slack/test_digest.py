"""A digest in Slack: one message, its parts and its picture in its thread, each there once, whatever happens."""

import asyncio
import multiprocessing
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bot.domain.chat import Address, Chat
from bot.domain.news import (
    Alert,
    Begun,
    Beside,
    Delivery,
    DigestFacts,
    FieldCount,
    Gainer,
    Held,
    News,
    NewsKind,
    Planned,
    Tell,
    WeekShare,
)
from bot.domain.pace import Rhythm
from bot.domain.paper import Paper, arxiv_id
from bot.jobs.deliver import deliver
from bot.rules.proportions import share
from handlers import wording
from handlers.slack import pace
from handlers.slack import render as rendered
from handlers.slack.adapter import Slack
from storage import FILE, Storage
from tests.builders import NOW, linked_paper
from tests.slack import killed_sender, limits
from tests.slack.fake_api import CHANNEL, DIRECT, TEAM, FakeSlack, Fault
from tests.slack.fake_channels import INVITED, OTHER
from tests.slack.house import on_a_loop

FACTS = DigestFacts(
    700,
    140,
    600,
    90,
    (FieldCount("cs.CV", 40, 31),),
    (Gainer("ada/nets", 900, True, "Nets", "2603.00001"),),
    code=Beside("code", share(140, 700), share(600, 5000), 1),
    weeks=tuple(WeekShare(ago, share(80 + ago, 600)) for ago in reversed(range(8))),
)
LATE = NOW - timedelta(days=30)


@pytest.fixture(autouse=True)
def _no_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "INTERVAL_S", 0.0)


def a_digest(storage: Storage, channel: str = CHANNEL, papers: int = 9) -> None:
    """Papers with code, one of which had none for long, and a digest of them that is due."""
    address = Address("slack", channel, workspace=TEAM)
    with storage.write():
        chat = storage.chats.meet(address, NOW)
    keys = [
        linked_paper(storage, f"2603.{at:05}", f"ada/{channel}{at}".lower(), title=f"<!channel> Nets {at}")
        for at in range(papers)
    ]
    at = NOW - timedelta(hours=1)
    with storage.write():
        storage.database.execute(
            "UPDATE papers SET seen_at = ? WHERE id = ?", (int(LATE.timestamp()), keys[-1] if keys else 0)
        )
        tells = [Tell(chat.key, News(NewsKind.CODE, key, at), ("nets",), at, rhythm=Rhythm.WEEKLY) for key in keys]
        storage.outbox.queue([Planned(one, held=Held.RHYTHM) for one in tells], at)
        facts = storage.digests.add_facts(FACTS)
        assert storage.digests.add(chat.key, NOW.date(), NOW - timedelta(days=7), NOW, facts, NOW)


async def sent(api: FakeSlack, storage: Storage) -> None:
    await killed_sender.send_all(storage, api.url)


def words(post: dict[str, Any]) -> str:
    return " ".join(text["text"] for text in limits.texts(post["blocks"]))


# Trouble


@pytest.mark.parametrize(
    "fault",
    [Fault(error="ratelimited", status=429, retry_after=1), Fault(status=503), Fault(drop=True)],
    ids=["limit", "503", "drop"],
)
@on_a_loop
async def test_a_part_that_does_not_get_there_comes_later_and_the_others_not_again(
    fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.deliver._wait", lambda *_: timedelta(0))
    with Storage(tmp_path / FILE) as storage:
        a_digest(storage)
        async with FakeSlack() as api:
            api.fail("chat.postMessage", Fault(), fault)
            await asyncio.wait_for(sent(api, storage), 10)
            first, *parts = api.posts
    assert len(parts) == 2
    assert {part["thread_ts"] for part in parts} == {first["ts"]}


@on_a_loop
async def test_a_channel_that_is_lost_in_between_has_the_rest_of_it_in_the_same_thread_later(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        a_digest(storage)
        async with FakeSlack() as api:
            api.fail("chat.postMessage", Fault(), Fault(error="not_in_channel"))
            await sent(api, storage)
            assert len(api.posts) == 1
            with storage.write():
                chat = storage.chats.find(Address("slack", CHANNEL, workspace=TEAM))
                assert chat
                storage.chats.wake(chat.key, NOW)
            await sent(api, storage)
            first, *parts = api.posts
    assert [part["thread_ts"] for part in parts] == [first["ts"]] * 2


class Dies:
    """A channel that is killed before its next message, once so many are there."""

    side_by_side: ClassVar[int] = Slack.side_by_side

    def __init__(self, channel: Slack, after: int) -> None:
        self._channel, self._left = channel, after

    async def send(self, delivery: Delivery) -> str | Begun:
        self._left -= 1
        if self._left < 0:
            raise asyncio.CancelledError
        return await self._channel.send(delivery)


@pytest.mark.parametrize("after", [1, 2, 3])
@on_a_loop
async def test_killed_between_any_two_of_them_each_is_there_once(after: int, tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        a_digest(storage)
        async with FakeSlack() as api:
            dying = Dies(killed_sender.sending(storage, api.url), after)
            with pytest.raises(asyncio.CancelledError):
                await deliver(storage, {"slack": dying}, now=NOW, real_now=datetime.now(UTC))
            assert len(api.posts) + len(api.files.shown) == after
            await sent(api, storage)
            assert len({words(post) for post in api.posts}) == len(api.posts) == 3
            assert len(api.files.shown) == 1


@on_a_loop
async def test_kill_nine_loses_no_part_and_doubles_none_but_those_in_flight(tmp_path: Path) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.slack.killed_sender"])
    chance, kills = random.Random(2026), 4
    channels = [CHANNEL, OTHER, INVITED, DIRECT]
    with Storage(tmp_path / FILE) as storage:
        for channel in channels:
            a_digest(storage, channel)
        async with FakeSlack() as api:
            api.slow["chat.postMessage"] = 0.05
            for _ in range(kills):
                process = processes.Process(target=killed_sender.send, args=(tmp_path, api.url))
                process.start()
                there = len(api.posts) + 1
                await api.until(lambda n=there, its=process: len(api.posts) >= n or not its.is_alive())  # type: ignore[misc]  # because: bound now
                await asyncio.sleep(chance.uniform(0.0, 0.1))  # because: the moment of a kill is the point
                process.kill()
                await asyncio.to_thread(process.join)
            await asyncio.sleep(0.2)  # what was in flight arrives
            await sent(api, storage)
        assert not storage.outbox.due("slack", now=NOW, limit=1)
    for channel in channels:
        told = [words(post) for post in api.posts if post["channel"] == channel]
        assert len(set(told)) == 3
        assert channel in [picture.channel for picture in api.files.shown]
    assert len(api.posts) + len(api.files.shown) - 4 * len(channels) <= kills * Slack.side_by_side


# What it looks like


@on_a_loop
async def test_it_is_one_message_and_its_parts_stand_in_its_thread(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        a_digest(storage)
        async with FakeSlack() as api:
            await sent(api, storage)
    first, late, field = api.posts
    assert "thread_ts" not in first
    assert [part["thread_ts"] for part in (late, field)] == [first["ts"]] * 2
    assert not any(part.get("reply_broadcast") in (True, "1", "true") for part in (late, field))
    assert "Your week: 9 papers with code" in words(first)
    assert "In the thread: What came later, and beside it · The week in the field" in words(first)
    assert "All 9" in words(first)
    assert "Nets 8" in words(late)
    assert "Nets 8" not in words(first)
    assert "20.0 % of 700 new papers have code, more than usual" in words(field)
    (picture,) = api.files.shown
    assert (picture.channel, picture.thread) == (CHANNEL, first["ts"])
    assert "code" in picture.alt
    assert picture.content.startswith(b"\x89PNG")
    assert not any(limits.rung(post) for post in api.posts)


@on_a_loop
async def test_an_empty_week_is_one_message(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        a_digest(storage, papers=0)
        async with FakeSlack() as api:
            await sent(api, storage)
    (only,) = api.posts
    assert "nothing new matched" in words(only)


# Several in one message


def folded(papers: int) -> Delivery:
    """What waited while a chat was out of reach."""
    named = [Paper(at, (arxiv_id(f"2603.{at:05}"),), f"<!channel> Nets {at}, {'long ' * 30}") for at in range(papers)]
    told = tuple(Alert(one.key, NewsKind.CODE, NOW - timedelta(hours=1), ("nets",), one) for one in named)
    chat = Chat(1, Address("slack", CHANNEL, workspace=TEAM))
    return Delivery(1, chat, told, folded=True, attempts=0, due_at=NOW)


@pytest.mark.parametrize(("papers", "messages"), [(2, 1), (10, 1), (11, 2), (45, 3), (400, 6)])
def test_many_pieces_of_news_go_on_in_the_thread_within_slacks_limits(papers: int, messages: int) -> None:
    first, *others = wording.delivery_in_parts(folded(papers))
    assert len(others) == messages - 1
    shown = [rendered.render(message) for message in (first, *others)]
    assert not any(limits.fault_of(list(one.blocks)) for one in shown)
    said = str([one.blocks for one in shown])
    assert all(f"Nets {number}," in said for number in range(min(papers, 110)))
    assert ("in the thread" in said) is (messages > 1)
    assert ("_and 290 more:_ `/paperwire why m1`" in said) is (papers == 400)
    assert "… and" not in said
