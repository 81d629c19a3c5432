"""Questions and presses, error paths first: nothing is lost, nothing waits for another chat, nothing crashes."""

import asyncio
import logging
import threading
import time
from collections.abc import Iterator

import pytest

from bot.domain.chat import Address
from bot.errors import ChannelDown
from handlers.incoming import Request
from handlers.messages import Message
from tests.clock import PATIENCE_S
from tests.inboxes import MemoryInbox
from tests.telegram.channel import Listening, channel, echo, run, running, said, until
from tests.telegram.fake_api import NAME, TOKEN, FakeTelegram
from tests.telegram.fake_http import Fault, Refusal


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake.person(7, "Ada").person(8, "Bob").group(-100, "Readers", admins=(7,), topics=(5,))


def heard(
    telegram: FakeTelegram, *, answers: int = 1, quiet_s: float = 0.0, inbox: MemoryInbox | None = None
) -> list[Request]:
    """What `respond` is asked while the channel runs, until so many messages were sent and `quiet_s` have passed."""
    listening = Listening()

    async def listen() -> None:
        async with running(channel(telegram, respond=listening, inbox=inbox)):
            await until(telegram, lambda: len(telegram.sent) >= answers)
            await asyncio.sleep(quiet_s)

    run(listen())
    return listening.requests


# What goes wrong


@pytest.mark.parametrize("token", [TOKEN + "x", "no-token", ""])
def test_a_wrong_token_is_said_at_the_start(telegram: FakeTelegram, token: str) -> None:
    async def start() -> None:
        with pytest.raises(ChannelDown, match="TELEGRAM_BOT_TOKEN") as error:
            await channel(telegram, token=token).start()
        assert "AAH" not in str(error.value)

    run(start())


@pytest.mark.parametrize(
    ("where", "words"), [("", "another process polls this token"), ("https://bot.example.org/x", "webhook is set")]
)
def test_a_conflict_ends_listening_and_is_trouble_while_sending_goes_on(
    telegram: FakeTelegram, caplog: pytest.LogCaptureFixture, where: str, words: str
) -> None:
    telegram.webhook.url, telegram.other_poller = where, not where

    async def listen() -> None:
        async with running(channel(telegram)) as made:
            await until(telegram, lambda: telegram.count("getUpdates") == 1)
            await asyncio.sleep(0.2)
            assert words in made.trouble
            assert telegram.count("getUpdates") == 1

    run(listen())
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1


def test_without_a_network_it_starts_and_listens_as_soon_as_there_is_one(telegram: FakeTelegram) -> None:
    telegram.fail("getMe", Fault.DROP_BEFORE, Fault.DROP_BEFORE).says(7, "hello")

    async def listen() -> None:
        async with running(channel(telegram)) as made:
            await until(telegram, lambda: telegram.count("getMe") == 2)
            await asyncio.sleep(0.1)
            assert "can't be reached" in made.trouble
            await until(telegram, lambda: bool(telegram.sent))
            assert made.trouble == ""

    run(listen())


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.GARBAGE])
def test_a_poll_that_fails_is_tried_again_and_loses_nothing(telegram: FakeTelegram, fault: Fault) -> None:
    telegram.fail("getUpdates", fault).says(7, "hello")
    assert [request.text for request in heard(telegram)] == ["hello"]
    assert telegram.unconfirmed == 0


def test_an_answer_that_meets_a_broken_connection_is_sent_again(telegram: FakeTelegram) -> None:
    telegram.fail("sendMessage", Fault.DROP_BEFORE).says(7, "hello")
    assert len(heard(telegram)) == 1
    assert [sent.text for sent in telegram.sent] == ["you said hello"]


def test_an_answer_that_meets_a_flood_wait_comes_after_it(telegram: FakeTelegram) -> None:
    telegram.fail("sendMessage", Refusal(429, "Too Many Requests: retry after 1", retry_after=1)).says(7, "hello")
    heard(telegram)
    assert telegram.count("sendMessage") == 2


def test_an_answer_to_somebody_who_has_blocked_us_is_given_up(telegram: FakeTelegram) -> None:
    telegram.refuse(7, 403, "Forbidden: bot was blocked by the user").says(7, "hello")
    telegram.says(8, "hello")
    heard(telegram, quiet_s=0.2)
    assert [sent.chat for sent in telegram.sent] == [8]
    assert telegram.unconfirmed == 0


def test_an_answer_follows_a_group_that_has_moved(telegram: FakeTelegram) -> None:
    telegram.group(-1001).refuse(-100, 400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1001)
    telegram.says(-100, "/code bert")
    heard(telegram)
    assert [sent.chat for sent in telegram.sent] == [-1001]


def test_a_bug_in_an_answer_is_logged_and_does_not_come_back(
    telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    def respond(request: Request) -> Message:
        if request.text == "bug":
            raise ZeroDivisionError
        return echo(request)

    async def listen() -> None:
        telegram.says(7, "bug")
        telegram.says(7, "hello")
        async with running(channel(telegram, respond=respond)):
            await until(telegram, lambda: len(telegram.sent) == 1)

    run(listen())
    assert telegram.unconfirmed == 0
    assert "ZeroDivisionError" in caplog.text


def test_what_was_not_answered_when_the_process_died_is_answered_by_the_next_one(telegram: FakeTelegram) -> None:
    release, inbox = threading.Event(), MemoryInbox()

    def stuck(request: Request) -> Message:
        release.wait(10)
        return said("too late")

    async def die() -> None:
        made = channel(telegram, respond=stuck, inbox=inbox)
        await made.start()
        await until(telegram, lambda: telegram.count("getUpdates") >= 2)  # it has come back to fetch on
        for task in asyncio.all_tasks() - {asyncio.current_task()}:  # as kill -9 would: no orderly stop
            task.cancel()
        release.set()
        await made._wire.close()

    telegram.says(7, "hello")
    run(die())
    assert telegram.sent == []
    assert telegram.unconfirmed == 0
    assert [request.text for request in heard(telegram, inbox=inbox)] == ["hello"]
    assert inbox.waiting() == ()


def test_what_cannot_be_kept_is_not_confirmed_and_is_answered_later(telegram: FakeTelegram) -> None:
    inbox = MemoryInbox()
    inbox.broken = True

    async def listen() -> None:
        async with running(channel(telegram, inbox=inbox)) as made:
            telegram.says(7, "hello")
            await until(telegram, lambda: bool(made.trouble))
            assert "can't be kept (no space left)" in made.trouble
            assert telegram.unconfirmed == 1
            inbox.broken = False
            await until(telegram, lambda: len(telegram.sent) == 1)
            assert made.trouble == ""

    run(listen())


def test_what_telegram_brings_again_is_answered_once(telegram: FakeTelegram) -> None:
    inbox = MemoryInbox()
    telegram.says(7, "hello")
    again = list(telegram._updates)
    heard(telegram, inbox=inbox)
    telegram._updates[:0] = again
    telegram.says(7, "more")
    assert [request.text for request in heard(telegram, answers=2, inbox=inbox)] == ["more"]


# What people write


def test_questions_are_confirmed_once_they_are_answered(telegram: FakeTelegram) -> None:
    for word in ("one", "two"):
        telegram.says(7, word)
    assert [request.text for request in heard(telegram, answers=2)] == ["one", "two"]
    assert [sent.text for sent in telegram.sent] == ["you said one", "you said two"]
    assert telegram.unconfirmed == 0


def test_one_slow_answer_delays_no_other_chat_and_is_given_once(telegram: FakeTelegram) -> None:
    release = threading.Event()

    def respond(request: Request) -> Message:
        if request.text == "slow":
            release.wait(10)
        return echo(request)

    async def listen() -> None:
        telegram.says(7, "slow")
        telegram.says(7, "after")
        async with running(channel(telegram, respond=respond)):
            await until(telegram, lambda: telegram.count("getUpdates") >= 2)
            telegram.says(8, "quick")
            await until(telegram, lambda: len(telegram.sent) == 1)
            release.set()
            await until(telegram, lambda: len(telegram.sent) == 3)

    run(listen())
    assert [sent.text for sent in telegram.sent] == ["you said quick", "you said slow", "you said after"]
    assert telegram.unconfirmed == 0


def test_at_most_eight_answers_are_in_the_making(telegram: FakeTelegram) -> None:
    busy, most, lock = 0, 0, threading.Lock()

    def respond(request: Request) -> Message:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        time.sleep(0.02)
        with lock:
            busy -= 1
        return echo(request)

    async def listen() -> None:
        async with running(channel(telegram, respond=respond)):
            await until(telegram, lambda: len(telegram.sent) == 20)

    for chat in range(1, 21):
        telegram.person(chat).says(chat, "hello")
    run(listen())
    assert most <= 8


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("attention is all you need", "attention is all you need"),
        ("/code bert", "/code bert"),
        (f"/code@{NAME} bert", "/code bert"),
        (f"/code@{NAME.upper()}\nbert", "/code\nbert"),
        ("/code a@b", "/code a@b"),
        ("😀 <b>", "😀 <b>"),
    ],
)
def test_a_private_text_is_a_request_as_it_is(telegram: FakeTelegram, typed: str, asked: str) -> None:
    telegram.says(7, typed)
    assert heard(telegram) == [Request(Address("telegram", "7"), asked, sender="7", alone=True, chat_title="Ada")]
    assert telegram.sent[0].quote is None


def test_another_bots_command_talk_and_pictures_are_ignored(telegram: FakeTelegram) -> None:
    telegram.says(7, "/code@other_bot bert")
    telegram.says(-100, "/code@other_bot bert")
    telegram.says(-100, "just talking about bert")
    telegram.says(7, "/code in a caption", photo=True)
    telegram.says(8, "last")
    assert [request.text for request in heard(telegram, quiet_s=0.1)] == ["last"]
    assert telegram.unconfirmed == 0


def test_a_group_is_answered_in_its_topic_quoting_the_question(telegram: FakeTelegram) -> None:
    question = telegram.says(-100, f"/code@{NAME} bert", topic=5)
    (request,) = heard(telegram)
    assert request.address == Address("telegram", "-100", topic="5")
    assert request.chat_title == "Readers"
    assert (telegram.sent[0].topic, telegram.sent[0].quote) == (5, question)


@pytest.mark.parametrize("command", ["/subscribe", "/unsubscribe"])
@pytest.mark.parametrize(("sender", "anonymous", "may"), [(7, False, True), (8, False, False), (9, True, True)])
def test_in_a_group_only_administrators_manage(
    telegram: FakeTelegram, command: str, sender: int, anonymous: bool, may: bool
) -> None:
    telegram.says(-100, f"{command} bert", sender=sender, anonymous=anonymous)
    assert heard(telegram)[0].may_manage is may


@pytest.mark.parametrize("typed", ["/CODE bert", f"/Code@{NAME.upper()} bert", f"/code@{NAME.title()} bert"])
def test_in_a_group_a_command_may_be_written_large(telegram: FakeTelegram, typed: str) -> None:
    telegram.says(-100, typed)
    (request,) = heard(telegram)
    assert request.text.lower() == "/code bert"


def test_who_is_administrator_is_asked_only_where_it_matters(telegram: FakeTelegram) -> None:
    telegram.says(-100, "/code bert")
    telegram.says(7, "/subscribe bert")
    heard(telegram, answers=2)
    assert telegram.count("getChatMember") == 0


def test_who_asks_and_whether_others_read_it_is_told(telegram: FakeTelegram) -> None:
    telegram.says(-100, "/code bert", sender=7)
    telegram.says(-100, "/code bert", sender=9, anonymous=True)
    telegram.says(7, "bert")
    said = [(request.sender, request.alone) for request in heard(telegram, answers=3)]
    assert sorted(said) == [("", False), ("7", False), ("7", True)]


def test_without_an_answer_about_the_rights_nobody_manages(telegram: FakeTelegram) -> None:
    unknown = Refusal(400, "Bad Request: user not found")
    telegram.fail("getChatMember", unknown).says(-100, "/subscribe bert")
    assert not heard(telegram)[0].may_manage


def test_a_press_is_acknowledged_and_answered_like_a_typed_command(telegram: FakeTelegram) -> None:
    card = telegram.presses(-100, "/subscribe bert", sender=8, topic=5)
    (request,) = heard(telegram)
    assert request == Request(
        Address("telegram", "-100", topic="5"), "/subscribe bert", may_manage=False, sender="8", chat_title="Readers"
    )
    assert len(telegram.pressed) == 1
    assert (telegram.sent[0].topic, telegram.sent[0].quote) == (5, card)


def test_a_press_from_before_a_restart_is_answered_all_the_same(telegram: FakeTelegram) -> None:
    telegram.presses(7, "/code bert", too_old=True)
    assert [request.text for request in heard(telegram)] == ["/code bert"]


# Starting and stopping


def test_a_command_that_is_posted_in_a_channel_is_its_admins(telegram: FakeTelegram) -> None:
    telegram.channel(-300, "News")
    for text in ("Good morning", "/poll", "/start@otherbot", f"/route@{NAME} abcdefgh"):
        telegram.posts(-300, text)
    (request,) = heard(telegram, quiet_s=0.2)
    assert (request.text, request.address) == ("/route abcdefgh", Address("telegram", "-300"))
    assert (request.may_manage, request.alone, request.sender, request.chat_title) == (True, False, "", "News")


def test_stopping_ends_in_time_although_an_answer_hangs(telegram: FakeTelegram) -> None:
    release = threading.Event()

    def respond(request: Request) -> Message:
        release.wait(PATIENCE_S)
        return echo(request)

    async def stop() -> None:
        made = channel(telegram, respond=respond, inbox=inbox)
        await made.start()
        await until(telegram, lambda: telegram.count("getUpdates") >= 2)
        began = time.monotonic()
        await made.stop()
        release.set()
        assert time.monotonic() - began < 25

    inbox = MemoryInbox()
    telegram.says(7, "hello")
    run(stop())
    assert len(inbox.waiting()) == 1


def test_a_channel_that_was_never_started_can_be_stopped(telegram: FakeTelegram) -> None:
    run(channel(telegram).stop())
    assert telegram.calls == []


@pytest.mark.parametrize("text", ["/quiet 22-7", "/wrong 2603.00001 ada/nets", "/digest daily 8", "/sub nets"])
def test_an_admin_of_a_group_may_settle_what_concerns_all(telegram: FakeTelegram, text: str) -> None:
    telegram.says(-100, text, sender=7)
    telegram.says(-100, text, sender=8)
    assert [request.may_manage for request in heard(telegram, answers=2)] == [True, False]
