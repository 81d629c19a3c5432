"""What rings and what doesn't: news does, digests and older news don't, and in a chat without sound nothing does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from bot.domain.chat import Address, Chat
from bot.domain.news import Alert, Delivery, Digest, DigestFacts, NewsKind
from handlers.commands import respond
from handlers.messages import Image, Message, text
from storage import Storage
from tests.asked_live import answers_of
from tests.builders import NOW, linked_paper
from tests.telegram.channel import NOON, channel, delivery, open_for_sending, run, running, until
from tests.telegram.fake_api import FakeTelegram

ALERT = Alert(1, NewsKind.CODE, NOON, ("nets",))
ONE = replace(delivery(7), alerts=(ALERT,))
SEVERAL = replace(ONE, alerts=(ALERT, ALERT), folded=True)


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake.person(7).group(-100, admins=(7,))


def sent(telegram: FakeTelegram, one: Delivery, message: Message | None = None) -> list[bool]:
    """Whether each piece came silently."""

    async def send() -> None:
        async with open_for_sending(channel(telegram, message=message)) as made:
            await made.send(one)

    run(send())
    return [piece.silent for piece in telegram.sent]


@pytest.mark.parametrize(
    ("one", "silent"),
    [
        (ONE, False),
        (replace(SEVERAL, together=True), False),
        (SEVERAL, True),
        (replace(ONE, digest=Digest(1, date(2026, 3, 5), NOON, NOON, DigestFacts())), True),
    ],
    ids=["an alert", "what came together", "older news", "a digest"],
)
def test_what_is_news_now_rings(telegram: FakeTelegram, one: Delivery, silent: bool) -> None:
    assert sent(telegram, one) == [silent]


@pytest.mark.parametrize("one", [ONE, replace(SEVERAL, together=True)])
def test_in_a_chat_without_sound_nothing_rings(telegram: FakeTelegram, one: Delivery) -> None:
    quiet = Chat(1, Address("telegram", "7"), sound=False)
    assert sent(telegram, replace(one, chat=quiet)) == [True]


def test_every_piece_of_a_long_message_and_its_picture_are_silent(telegram: FakeTelegram) -> None:
    picture = Image("curve.png", b"\x89PNG\r\n\x1a\n", "a curve")
    message = Message((text("word " * 700), text("word " * 700), picture), "long")
    assert sent(telegram, replace(ONE, chat=Chat(1, Address("telegram", "-100"), sound=False)), message) == [True] * 3


# Settled by words


def answered(telegram: FakeTelegram, storage: Storage, *words: str, chat: int = -100, sender: int = 7) -> list[bool]:
    linked_paper(storage)

    async def listen() -> None:
        async with running(channel(telegram, respond=partial(respond, answers_of(storage, clock=lambda: NOW)))):
            for count, text in enumerate(words, 1):
                telegram.says(chat, text, sender=sender)
                await until(telegram, partial(_are, telegram, count))

    run(listen())
    return [piece.silent for piece in telegram.sent]


def _are(telegram: FakeTelegram, count: int) -> bool:
    return len(telegram.sent) == count


def test_a_member_cannot_switch_the_sound_off(telegram: FakeTelegram, storage: Storage) -> None:
    assert answered(telegram, storage, "/sound off", sender=8) == [False]
    assert telegram.sent[0].text.startswith("Only admins of this group can use /sound")


@pytest.mark.parametrize("text", ["/sound", "/sound please", "/sound on off"])
def test_words_that_say_neither_change_nothing(telegram: FakeTelegram, storage: Storage, text: str) -> None:
    assert answered(telegram, storage, text, "/code 2603.00001") == [False, False]


def test_without_sound_answers_are_silent_too_until_it_is_switched_on(telegram: FakeTelegram, storage: Storage) -> None:
    told = answered(telegram, storage, "/sound off", "/code 2603.00001", "/settings", "/sound on", "/settings")
    assert told == [True, True, True, False, False]
    assert "Sound: none" in telegram.sent[2].text
    assert "Sound: news rings" in telegram.sent[4].text


def test_a_topic_has_a_sound_of_its_own(telegram: FakeTelegram, storage: Storage) -> None:
    answered(telegram, storage, "/sound off")
    assert not answers_of(storage).settling.sounds(Address("telegram", "-100"))
    assert answers_of(storage).settling.sounds(Address("telegram", "-100", topic="5"))
