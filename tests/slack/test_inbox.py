"""What Slack brings is kept before it is acknowledged, answered once, and answered after a restart."""

import json
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.domain.arrival import Arrival
from bot.domain.chat import Address
from bot.errors import StorageError
from handlers.commands import respond
from handlers.incoming import Request
from handlers.messages import Message
from handlers.slack import keeping
from handlers.slack.questions import Question, Shared, from_json, to_json
from storage import FILE, Storage
from tests.asked_live import answers_of
from tests.inboxes import MemoryInbox
from tests.slack.fake_api import BOT, CHANNEL, DIRECT, PERSON, TEAM, FakeSlack, Fault
from tests.slack.house import echo, on_a_loop, running, slack


class BusyInbox(MemoryInbox):
    """Keeps nothing before `free` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.free = threading.Event()
        self.batches: list[int] = []

    def take(self, arrivals: Sequence[Arrival]) -> tuple[Arrival, ...]:
        self.free.wait(10)
        self.batches.append(len(arrivals))
        return super().take(arrivals)


def question(text: str = "/code bert", **given: object) -> Question:
    request = Request(Address("slack", CHANNEL, workspace=TEAM), text, sender=PERSON)
    return replace(Question(request, "1.key"), **given)  # type: ignore[arg-type]  # because: replace checks the names


async def take_up(api: FakeSlack, *kept: Question) -> MemoryInbox:
    """What happens at the start with what an earlier process has kept."""
    inbox = MemoryInbox()
    inbox.kept = {one.key: to_json(one) for one in kept}
    async with running(api, inbox=inbox):
        await api.until(lambda: len(inbox.finished) == len(kept))
    return inbox


# Trouble with keeping


@on_a_loop
async def test_an_event_that_cannot_be_kept_is_not_acknowledged_and_is_answered_once_it_comes_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    inbox = MemoryInbox()
    inbox.broken = True
    async with FakeSlack() as api, running(api, inbox=inbox):
        envelope = await api.direct("hello")
        await api.until(lambda: "can't be kept" in caplog.text)
        assert not api.acks
        assert not api.posts
        inbox.broken = False
        await api.until(lambda: envelope in api.acks and api.posts)
    assert len(api.posts) == 1


@pytest.mark.parametrize("how", ["command", "press"])
@on_a_loop
async def test_a_command_that_cannot_be_kept_is_answered_all_the_same_as_slack_never_brings_it_again(how: str) -> None:
    inbox = MemoryInbox()
    inbox.broken = True
    async with FakeSlack() as api, running(api, inbox=inbox):
        envelope = await (api.command("help") if how == "command" else api.press("/help"))
        await api.until(lambda: api.whispers and envelope in api.acks)
    assert len(api.whispers) == 1


@on_a_loop
async def test_what_comes_while_storage_is_busy_is_put_down_acknowledged_in_time_and_answered_once_it_is_kept() -> None:
    inbox = BusyInbox()
    async with FakeSlack(redeliver_s=1.0) as api, running(api, inbox=inbox):
        envelopes = [await api.command("one"), await api.mention(f"<@{BOT}> help"), await api.direct("hello")]
        envelopes += [await api.press(f"/{number}") for number in range(8)]
        await api.until(lambda: set(envelopes) <= api.acks.keys(), 2.0)
        assert len(inbox.beside) == 11
        assert not api.whispers
        for envelope in envelopes[:3]:
            await api.again(envelope)
        inbox.free.set()
        await api.until(lambda: len(api.whispers) == 9 and len(api.posts) == 2)
        await api.until(lambda: not inbox.beside)
    assert sum(inbox.batches) >= 11
    assert len(inbox.batches) < 11  # what comes meanwhile is kept together


@on_a_loop
async def test_what_was_put_down_before_a_kill_is_answered_after_it() -> None:
    inbox = MemoryInbox()
    async with FakeSlack() as api:
        inbox.put_down((Arrival("1.key", to_json(question())),))
        async with running(api, inbox=inbox):
            await api.until(lambda: inbox.finished == ["1.key"])
        assert len(api.posts) == 1


@pytest.mark.parametrize("how", ["command", "event"])
@on_a_loop
async def test_what_is_neither_kept_nor_put_down_is_not_acknowledged(
    how: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Full(BusyInbox):
        def put_down(self, arrivals: Sequence[Arrival]) -> None:
            raise StorageError("no space left")

    monkeypatch.setattr(keeping, "LATE_S", 0.2)
    inbox = Full()
    async with FakeSlack(redeliver_s=0.6) as api, running(api, inbox=inbox):
        envelope = await (api.command("help") if how == "command" else api.mention(f"<@{BOT}> help"))
        await api.until(lambda: api.delivered[envelope] == 2)
        assert not api.acks
        inbox.free.set()
        await api.until(lambda: envelope in api.acks and api.posts + api.whispers)
    assert len(api.posts + api.whispers) == 1
    assert "can't be put down: no space left" in caplog.text


@on_a_loop
async def test_an_event_that_was_put_down_and_cannot_be_kept_is_answered_as_it_does_not_come_again() -> None:
    class Broken(BusyInbox):
        def take(self, arrivals: Sequence[Arrival]) -> tuple[Arrival, ...]:
            self.free.wait(10)
            raise StorageError("busy for 10 s")

    inbox = Broken()
    async with FakeSlack() as api, running(api, inbox=inbox):
        envelope = await api.mention(f"<@{BOT}> help")
        await api.until(lambda: envelope in api.acks)
        inbox.free.set()
        await api.until(lambda: api.posts)
    assert inbox.beside  # for the next start, which may come before the answer


@on_a_loop
async def test_a_bug_in_keeping_is_logged_and_the_next_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    class Buggy(MemoryInbox):
        def take(self, arrivals: Sequence[Arrival]) -> tuple[Arrival, ...]:
            if "bug" in arrivals[0].body:
                raise KeyError("a bug")
            return super().take(arrivals)

    async with FakeSlack() as api, running(api, inbox=Buggy()):
        await api.direct("a bug")
        await api.until(lambda: any(record.levelno == logging.ERROR for record in caplog.records))
        await api.direct("hello")
        await api.until(lambda: api.posts)


@on_a_loop
async def test_what_an_earlier_version_kept_and_nobody_can_read_is_said_and_does_not_come_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    inbox = MemoryInbox()
    inbox.kept = {"odd": "{}", "none": "no JSON"}
    async with FakeSlack() as api, running(api, inbox=inbox):
        await api.until(lambda: len(inbox.finished) == 2)
    assert caplog.text.count("has no answer") == 2


@on_a_loop
async def test_an_inbox_that_cannot_be_read_at_the_start_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    class Unreadable(MemoryInbox):
        def waiting(self) -> tuple[Arrival, ...]:
            raise StorageError("damaged")

    async with FakeSlack() as api, running(api, inbox=Unreadable()):
        await api.direct("hello")
        await api.until(lambda: api.posts)
    assert "can't be read: damaged" in caplog.text


# Once


@on_a_loop
async def test_what_is_delivered_thrice_is_answered_once(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        answers = answers_of(storage)
        async with FakeSlack() as api, running(api, partial(respond, answers), inbox=answers.inbox("slack")):
            says = (api.command("help"), api.press("/help"), api.mention("help"), api.direct("help"))
            for envelope in [await say for say in says]:
                await api.again(envelope)
                await api.again(envelope)
            await api.direct("last")
            await api.until(lambda: len(api.posts) == 3 and len(api.whispers) == 2)
            await api.until(lambda: not answers.inbox("slack").waiting())


@on_a_loop
async def test_what_was_answered_before_a_restart_is_not_answered_after_it_and_its_address_is_forgotten(
    tmp_path: Path,
) -> None:
    with Storage(tmp_path / FILE) as storage:
        inbox = answers_of(storage).inbox("slack")
        async with FakeSlack() as api:
            async with running(api, inbox=inbox):
                envelope = await api.command("help")
                await api.until(lambda: api.whispers and not inbox.waiting())
            async with running(api, inbox=inbox):
                await api.again(envelope)
                await api.direct("last")
                await api.until(lambda: api.posts)
            assert len(api.whispers) == 1
    assert b"/response/" not in (tmp_path / FILE).read_bytes()


# After a restart


@on_a_loop
async def test_a_question_under_way_when_the_process_stops_is_answered_after_the_next_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeping, "STOP_S", 0.05)
    inbox, release = MemoryInbox(), threading.Event()

    def slow(request: Request) -> Message:
        release.wait(10)
        return echo(request)

    async with FakeSlack() as api:
        async with running(api, slow, inbox=inbox):
            await api.command("help")
            await api.until(lambda: inbox.kept)
        assert not api.whispers
        assert not inbox.finished
        release.set()
        async with running(api, inbox=inbox):
            await api.until(lambda: api.whispers and inbox.finished)
    assert [whisper["text"] for whisper in api.whispers] == ["you typed /help"]


@on_a_loop
async def test_what_waits_is_answered_once_slack_is_reached() -> None:
    inbox = MemoryInbox()
    inbox.kept = {"1.key": to_json(question())}
    async with FakeSlack() as api:
        api.fail("auth.test", Fault(drop=True), Fault(drop=True))
        channel = slack(api, inbox=inbox)
        await channel.start()
        assert not inbox.finished
        await api.until(lambda: inbox.finished)
        await channel.stop()
    assert len(api.posts) == 1


@on_a_loop
async def test_an_answer_whose_way_back_is_closed_goes_to_the_asker_alone_with_the_question() -> None:
    async with FakeSlack() as api:
        old = question(response_url="http://127.0.0.1:9/gone", came=time.time() - 3600, thread="5.5")
        await take_up(api, old)
    (post,) = api.posts
    assert post["channel"] == DIRECT
    assert "thread_ts" not in post
    assert "/code bert" in json.dumps(post["blocks"][0])
    assert "response_url" not in api.calls


@on_a_loop
async def test_what_somebody_wanted_to_show_to_all_an_hour_ago_is_shown_to_nobody() -> None:
    async with FakeSlack() as api:
        old = question(response_url="http://127.0.0.1:9/gone", came=time.time() - 3600, shared=True, by="ada")
        await take_up(api, old)
        assert api.posts == []


@on_a_loop
async def test_an_old_mention_and_an_old_direct_message_are_answered_where_they_stand() -> None:
    async with FakeSlack() as api:
        await take_up(api, question(key="a", came=1.0, thread="5.5"))
    (post,) = api.posts
    assert (post["channel"], post["thread_ts"]) == (CHANNEL, "5.5")


def test_a_question_is_the_same_after_it_was_kept() -> None:
    whole = question(
        response_url="https://r",
        thread="1.1",
        here="2.2",
        shared=True,
        by="ada",
        home=True,
        file=Shared("https://f", 3),
    )
    assert from_json(to_json(whole)) == whole


def test_the_way_back_is_no_part_of_what_a_log_may_show() -> None:
    assert "capability" not in repr(question(response_url="https://hooks.test/capability"))
