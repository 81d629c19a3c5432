"""Cards on Telegram: later news answers the first message, and what was sent can be made to tell what is known now."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.errors import DeliveryFailed
from handlers.messages import Button, Buttons, Message, text
from tests.telegram.channel import channel, delivery, open_for_sending, run, said
from tests.telegram.fake_api import FakeTelegram
from tests.telegram.fake_http import Refusal

LONG = Message((*(text("word " * 700) for _ in range(3)), Buttons((Button("Code", "/code bert"),))), "long")


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake.person(7, "Ada").group(-100, "Readers", topics=(5,))


def sent_then_edited(telegram: FakeTelegram, first: Message, then: Message, *, number: str = "") -> str:
    """The name of the message."""
    names = []

    async def both() -> None:
        async with open_for_sending(channel(telegram, message=first)) as made:
            names.append(await made.send(delivery(7)))
        async with open_for_sending(channel(telegram, message=then)) as made:
            await made.edit(replace(delivery(7), message=number or names[0]))

    run(both())
    return names[0]


def test_a_message_that_is_gone_is_a_failure_that_is_not_the_chats(telegram: FakeTelegram) -> None:
    with pytest.raises(DeliveryFailed, match="not found") as failed:
        sent_then_edited(telegram, said("old"), said("new"), number="999999")
    assert not failed.value.permanent
    assert [one.text for one in telegram.sent] == ["old"]


def test_a_message_that_says_it_already_is_fine(telegram: FakeTelegram) -> None:
    sent_then_edited(telegram, said("same"), said("same"))
    assert [one.text for one in telegram.sent] == ["same"]


def test_a_platform_that_asks_to_wait_says_until_when(telegram: FakeTelegram) -> None:
    telegram.fail("editMessageText", Refusal(429, "Too Many Requests: retry after 3", retry_after=3))
    with pytest.raises(DeliveryFailed) as failed:
        sent_then_edited(telegram, said("old"), said("new"))
    assert failed.value.retry_at


def test_a_card_says_something_new_and_nothing_is_sent(telegram: FakeTelegram) -> None:
    name = sent_then_edited(telegram, said("old"), said("new"))
    assert [(one.text, str(one.id)) for one in telegram.sent] == [("new", name)]
    assert telegram.count("sendMessage") == 1


def test_of_a_long_message_the_first_piece_is_changed_without_the_buttons_of_the_last(telegram: FakeTelegram) -> None:
    name = sent_then_edited(telegram, LONG, replace(LONG, parts=(text("First of all."), *LONG.parts)))
    first = next(one for one in telegram.sent if str(one.id) == name)
    assert first.text.startswith("First of all.")
    assert first.keyboard == ()
    assert telegram.sent[-1].keyboard == ((("Code", "/code bert"),),)


def test_later_news_answers_the_first_message(telegram: FakeTelegram) -> None:
    async def send() -> None:
        async with open_for_sending(channel(telegram)) as made:
            first = await made.send(delivery(-100, topic="5"))
            await made.send(replace(delivery(-100, key=2, topic="5"), reply_to=first))

    run(send())
    assert [one.quote for one in telegram.sent] == [None, telegram.sent[0].id]
