"""Questions over Socket Mode: acknowledged at once, answered once, where they belong."""

import logging
import threading
import time

import pytest

from handlers.incoming import Request
from handlers.messages import Message, text
from tests.slack.fake_api import BOT, CHANNEL, DIRECT, PERSON, TEAM, FakeSlack, Fault
from tests.slack.house import echo, on_a_loop, running, said


@on_a_loop
async def test_a_bug_in_one_answer_is_logged_with_its_traceback_and_the_next_is_answered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def respond(request: Request) -> Message:
        if "bug" in request.text:
            raise KeyError("a bug")
        return echo(request)

    async with FakeSlack() as api, running(api, respond):
        await api.command("bug")
        await api.command("help")
        await api.until(lambda: api.whispers and len(api.acks) == 2)
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.exc_info


@on_a_loop
async def test_a_slow_answer_is_acknowledged_at_once_and_delays_no_other() -> None:
    release = threading.Event()

    def respond(request: Request) -> Message:
        if "slow" in request.text:
            release.wait(5)
        return echo(request)

    async with FakeSlack() as api, running(api, respond):
        slow = await api.command("slow")
        await api.command("quick")
        await api.until(lambda: api.whispers and slow in api.acks)
        assert [whisper["text"] for whisper in api.whispers] == ["you typed /quick"]
        assert api.acks[slow] < 1
        release.set()
        await api.until(lambda: len(api.whispers) == 2)


@on_a_loop
async def test_a_command_is_answered_to_the_asker_alone() -> None:
    async with FakeSlack() as api, running(api):
        await api.command("bert &amp; co", command="/code")
        await api.until(lambda: api.whispers)
        [whisper] = api.whispers
        assert not api.posts
    assert whisper["response_type"] == "ephemeral"
    assert whisper["text"] == "you typed /code bert &amp; co"


@on_a_loop
async def test_a_mention_is_answered_in_the_thread_of_the_question() -> None:
    async with FakeSlack() as api, running(api):
        await api.mention(f"<@{BOT}> code bert", ts="17.1")
        await api.mention(f"<@{BOT}> code bert", ts="17.9", thread_ts="17.5")
        await api.until(lambda: len(api.posts) == 2)
    assert sorted(post["thread_ts"] for post in api.posts) == ["17.1", "17.5"]
    assert {post["text"] for post in api.posts} == {"you typed code bert"}
    assert {post["channel"] for post in api.posts} == {CHANNEL}


@on_a_loop
async def test_a_direct_message_is_answered_plainly_and_no_bot_is_ever_answered() -> None:
    async with FakeSlack() as api, running(api):
        await api.direct("I am a bot", bot_id="B9", subtype="bot_message")
        await api.direct("my own words", user=BOT)
        await api.direct("an edit", subtype="message_changed")
        await api.mention("<@U0WIRE> hello from a bot", bot_id="B9")
        await api.direct("<https://arxiv.org/abs/1706.03762>")
        await api.until(lambda: api.posts and len(api.acks) == 5)
        [post] = api.posts
    assert post["channel"] == DIRECT
    assert post["text"] == "you typed https://arxiv.org/abs/1706.03762"
    assert "thread_ts" not in post


@on_a_loop
async def test_a_button_types_its_command_and_the_presser_alone_sees_the_answer() -> None:
    asked: list[Request] = []

    def respond(request: Request) -> Message:
        asked.append(request)
        return said("done")

    async with FakeSlack() as api, running(api, respond):
        await api.press("/subscribe a &amp; b", thread_ts="5.5")
        await api.until(lambda: api.whispers)
        [whisper] = api.whispers
    assert whisper["response_type"] == "ephemeral"
    assert whisper["replace_original"] is False
    assert whisper["thread_ts"] == "5.5"
    assert asked[0].text == "/subscribe a & b"
    assert (asked[0].address.chat, asked[0].address.workspace) == (CHANNEL, TEAM)


@on_a_loop
async def test_what_is_delivered_twice_is_answered_once() -> None:
    async with FakeSlack() as api, running(api):
        for envelope in (await api.command("a"), await api.press("/b"), await api.mention("c"), await api.direct("d")):
            await api.again(envelope)
        await api.direct("last")
        await api.until(lambda: len(api.posts) == 3 and len(api.whispers) == 2)
    assert sorted(post["text"] for post in api.posts) == ["you typed c", "you typed d", "you typed last"]


@on_a_loop
async def test_an_answer_waits_for_slack_where_an_alert_would_come_later() -> None:
    async with FakeSlack() as api, running(api):
        api.fail("chat.postMessage", Fault(error="ratelimited", status=429, retry_after=1))
        began = time.monotonic()
        await api.direct("hello")
        await api.until(lambda: api.posts)
    assert time.monotonic() - began > 0.9
    assert api.calls.count("chat.postMessage") == 2


@pytest.mark.parametrize(
    ("fault", "whispers"),
    [(Fault(status=404), 0), (Fault(drop=True), 1)],
    ids=["expired", "dropped-after-acceptance"],
)
@on_a_loop
async def test_an_answer_that_fails_is_logged_and_never_sent_twice(
    fault: Fault, whispers: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeSlack() as api, running(api):
        api.fail("response_url", fault)
        await api.command("help")
        await api.until(lambda: any("didn't get there" in message for message in caplog.messages))
        assert api.calls.count("response_url") == 1
        assert len(api.whispers) == whispers


@on_a_loop
async def test_an_answer_of_one_line_without_parts_is_whispered_too() -> None:
    async with FakeSlack() as api, running(api, lambda _: Message((), "done")):
        await api.command("help")
        await api.until(lambda: api.whispers)
        assert api.whispers[0]["text"] == "done"


@on_a_loop
async def test_an_answer_whose_blocks_are_refused_is_whispered_as_text() -> None:
    async with FakeSlack() as api, running(api):
        api.fail("response_url", Fault(error="invalid_blocks"))
        await api.command("help")
        await api.until(lambda: api.whispers)
        assert "blocks" not in api.whispers[0]


@on_a_loop
async def test_stop_lets_an_answer_under_way_arrive() -> None:
    started = threading.Event()

    def respond(request: Request) -> Message:
        started.set()
        time.sleep(0.2)
        return Message((text("late"),), "late")

    async with FakeSlack() as api:
        async with running(api, respond):
            await api.direct("hello", user=PERSON)
            await api.until(started.is_set)
        assert [post["text"] for post in api.posts] == ["late"]
