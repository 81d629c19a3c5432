"""The platform's limits, over the real socket: answers go first, a flood wait is kept, each chat has its pace."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.chat import Address
from bot.errors import DeliveryFailed
from handlers.incoming import Request
from handlers.messages import Message
from handlers.telegram.adapter import Telegram
from handlers.telegram.wire import packed
from storage import Storage
from tests.telegram.channel import channel, delivery, echo, open_for_sending, run, running, said, until
from tests.telegram.fake_api import FakeTelegram
from tests.telegram.fake_http import Refusal

FLOOD = Refusal(429, "Too Many Requests: retry after 30", retry_after=30)
BACKLOG = range(1, 101)
CURIOUS = range(1001, 1006)
FEW = 5  # places of the token: those on their way when the answer is ready, and its own


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake.person(7, "Ada").group(-100, "Readers").channel(-200, "News")


async def refused(made: Telegram, chat: int) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as error:
        await made.send(delivery(chat))
    assert not error.value.counts
    return error.value


def wait_of(failure: DeliveryFailed) -> timedelta:
    assert failure.retry_at
    return failure.retry_at - datetime.now(UTC)


# Answers go first -----------------------------------------------------------------------------------------------------


def test_an_answer_takes_the_next_places_while_a_hundred_messages_wait_for_theirs(telegram: FakeTelegram) -> None:
    for chat in (*BACKLOG, *CURIOUS):
        telegram.person(chat)
    ready: dict[int, int] = {}

    def respond(request: Request) -> Message:
        ready[int(request.address.chat)] = len(telegram.sent)
        return echo(request)

    async def ask_meanwhile() -> None:
        async with running(channel(telegram, respond=respond)) as made:
            sending = [asyncio.create_task(made.send(delivery(chat, key=chat))) for chat in BACKLOG]
            await until(telegram, lambda: len(telegram.sent) >= 31)  # from here on the token's limit holds all up
            for chat in CURIOUS:
                telegram.says(chat, "/code bert", sender=chat)
            await until(telegram, lambda: {sent.chat for sent in telegram.sent} >= {*CURIOUS})
            for task in sending:
                task.cancel()

    run(ask_meanwhile())
    places = {sent.chat: place for place, sent in enumerate(telegram.sent)}
    assert len(telegram.sent) < len(BACKLOG)  # it was still flowing
    assert all(places[chat] - ready[chat] < FEW + len(CURIOUS) for chat in CURIOUS), (places, ready)


def test_a_steady_stream_of_answers_leaves_other_messages_a_share(telegram: FakeTelegram) -> None:
    """Twice as much is asked as the token's limit lets through."""
    everybody = range(2001, 2201)
    for chat in (*BACKLOG, *everybody):
        telegram.person(chat)

    async def ask_on_and_on() -> None:
        async with running(channel(telegram)) as made:
            wire = made._wire
            asking = [
                asyncio.create_task(wire.post(Address("telegram", str(chat)), packed(said("yes")), first=True))
                for chat in everybody
            ]
            sending = [asyncio.create_task(made.send(delivery(chat, key=chat))) for chat in BACKLOG]
            await until(telegram, lambda: len(telegram.sent) >= 90)
            for task in asking + sending:
                task.cancel()

    run(ask_on_and_on())
    others = [place for place, sent in enumerate(telegram.sent) if sent.chat in BACKLOG]
    assert len(telegram.sent) // 8 < len(others) < len(telegram.sent) // 4


# The platform asks for silence ----------------------------------------------------------------------------------------


def test_a_flood_wait_stops_every_call_but_the_polling(telegram: FakeTelegram) -> None:
    async def flood() -> None:
        async with running(channel(telegram.fail("sendMessage", FLOOD))) as made:
            await refused(made, 7)
            telegram.presses(-100, "/help")
            await until(telegram, lambda: telegram.unconfirmed == 0)
            polled = telegram.count("getUpdates")
            telegram.says(7, "/help")
            await until(telegram, lambda: telegram.count("getUpdates") > polled)
            await refused(made, -100)

    run(flood())
    assert {name for name, _ in telegram.calls} == {"getMe", "getUpdates", "sendMessage"}
    assert telegram.count("sendMessage") == 1


def test_after_a_restart_nothing_is_sent_until_the_flood_wait_is_over(telegram: FakeTelegram, storage: Storage) -> None:
    async def once() -> DeliveryFailed:
        async with open_for_sending(channel(telegram, waits=storage.allowances)) as made:
            return await refused(made, 7)

    telegram.fail("sendMessage", FLOOD)
    first, second = asyncio.run(once()), asyncio.run(once())
    assert telegram.count("sendMessage") == 1
    assert timedelta(seconds=20) < wait_of(second) <= wait_of(first) + timedelta(seconds=1)


def test_a_flood_wait_that_is_over_is_no_hindrance_after_a_restart(telegram: FakeTelegram, storage: Storage) -> None:
    with storage.write():
        storage.allowances.block("telegram", datetime.now(UTC) - timedelta(seconds=1))

    async def once() -> None:
        async with open_for_sending(channel(telegram, waits=storage.allowances)) as made:
            await made.send(delivery(7))

    run(once())
    assert telegram.count("sendMessage") == 1


def test_an_answer_waits_for_the_end_of_a_flood_and_is_given_then(telegram: FakeTelegram) -> None:
    telegram.fail("sendMessage", Refusal(429, "Too Many Requests: retry after 1", retry_after=1))

    async def ask() -> None:
        async with running(channel(telegram)):
            telegram.says(7, "/code bert")
            await until(telegram, lambda: len(telegram.sent) == 1)

    run(ask())
    assert telegram.count("sendMessage") == 2


# Each chat has its pace -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chat", [pytest.param(-100, id="group"), pytest.param(-200, id="channel")])
def test_a_group_gets_twenty_messages_a_minute_and_the_next_stays_in_the_outbox(
    telegram: FakeTelegram, chat: int
) -> None:
    async def many() -> DeliveryFailed:
        async with open_for_sending(channel(telegram)) as made:
            for key in range(20):
                await made.send(delivery(chat, key=key))
            await made.send(delivery(7, key=100))  # nobody else waits for it
            return await refused(made, chat)

    failure = asyncio.run(many())
    assert timedelta(seconds=30) < wait_of(failure) <= timedelta(seconds=61)
    assert [sent.chat for sent in telegram.sent] == [chat] * 20 + [7]
