"""Deliveries, error paths first: each failure of the platform becomes what the outbox must do about it."""

import asyncio
import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import ChannelDown, DeliveryFailed
from handlers.messages import Button, Buttons, Link, Message, Strong, text
from tests.telegram.channel import channel, delivery, open_for_sending, run, said
from tests.telegram.fake_api import TOKEN, FakeTelegram
from tests.telegram.fake_http import Fault, Refusal

LONG = Message((text("first " + "word " * 1000), text("last")), "long")


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake.person(7, "Ada").group(-100, "Readers", topics=(5,))


def failure(telegram: FakeTelegram, chat: int = 7, *, token: str = TOKEN) -> DeliveryFailed:
    """What one send fails with."""
    caught: list[DeliveryFailed] = []

    async def send() -> None:
        async with open_for_sending(channel(telegram, token=token)) as made:
            with pytest.raises(DeliveryFailed) as error:
                await made.send(delivery(chat))
            caught.append(error.value)

    run(send())
    return caught[0]


def send(telegram: FakeTelegram, chat: int = 7, *, message: Message | None = None, topic: str = "") -> None:
    async def once() -> None:
        async with open_for_sending(channel(telegram, message=message)) as made:
            await made.send(delivery(chat, topic=topic))

    run(once())


@pytest.mark.parametrize(
    ("code", "description"),
    [
        pytest.param(403, "Forbidden: bot was blocked by the user", id="blocked"),
        pytest.param(403, "Forbidden: bot was kicked from the supergroup chat", id="kicked"),
        pytest.param(403, "Forbidden: user is deactivated", id="deactivated"),
        pytest.param(400, "Bad Request: TOPIC_CLOSED", id="topic closed"),
        pytest.param(400, "Bad Request: not enough rights to send text messages to the chat", id="no rights"),
    ],
)
def test_a_chat_that_refuses_us_is_permanent(telegram: FakeTelegram, code: int, description: str) -> None:
    telegram.refuse(7, code, description)
    assert failure(telegram).permanent


def test_an_unknown_chat_is_permanent(telegram: FakeTelegram) -> None:
    assert failure(telegram, 8).permanent


def test_a_deleted_topic_is_permanent(telegram: FakeTelegram) -> None:
    async def to_topic() -> None:
        async with open_for_sending(channel(telegram)) as made:
            with pytest.raises(DeliveryFailed, match="thread not found") as error:
                await made.send(delivery(-100, topic="6"))
            assert error.value.permanent

    run(to_topic())


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.BAD_GATEWAY, Fault.GARBAGE])
def test_a_network_that_fails_is_temporary_and_counts(telegram: FakeTelegram, fault: Fault) -> None:
    failed = failure(telegram.fail("sendMessage", fault))
    assert not failed.permanent
    assert failed.counts
    assert failed.retry_at is None


@pytest.mark.parametrize("code", [400, 418, 500])
def test_an_unknown_refusal_is_temporary(telegram: FakeTelegram, code: int) -> None:
    telegram.refuse(7, code, "Bad Request: SOMETHING_NEW")
    failed = failure(telegram)
    assert not failed.permanent
    assert "something_new" in str(failed).lower()


def test_a_group_that_has_moved_tells_its_new_id(telegram: FakeTelegram) -> None:
    telegram.refuse(-100, 400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1001)
    failed = failure(telegram, -100)
    assert (failed.moved_to, failed.permanent) == ("-1001", False)


def test_a_flood_wait_closes_the_whole_token_without_another_call(telegram: FakeTelegram) -> None:
    telegram.person(8).fail("sendMessage", Refusal(429, "Too Many Requests: retry after 30", retry_after=30))

    async def flood() -> None:
        async with open_for_sending(channel(telegram)) as made:
            for chat in (7, 8):
                with pytest.raises(DeliveryFailed) as error:
                    await made.send(delivery(chat))
                assert not error.value.counts
                assert error.value.retry_at is not None
                assert timedelta(seconds=28) < error.value.retry_at - datetime.now(UTC) <= timedelta(seconds=30)

    run(flood())
    assert telegram.count("sendMessage") == 1


@pytest.mark.parametrize("token", [TOKEN + "x", "no-token", ""])
def test_a_refused_token_takes_the_channel_down_and_says_the_mend(telegram: FakeTelegram, token: str) -> None:
    failed = failure(telegram, token=token)
    assert isinstance(failed, ChannelDown)
    assert "TELEGRAM_BOT_TOKEN" in str(failed)


def test_a_token_revoked_later_is_trouble_until_it_works_again(telegram: FakeTelegram) -> None:
    async def revoke() -> None:
        async with open_for_sending(channel(telegram)) as made:
            await made.send(delivery(-100))
            telegram.revoked = True
            with pytest.raises(ChannelDown):
                await made.send(delivery(7))
            assert "TELEGRAM_BOT_TOKEN" in made.trouble
            telegram.revoked = False
            await made.send(delivery(-100))
            assert made.trouble == ""

    run(revoke())


def test_no_error_and_no_log_holds_the_token(telegram: FakeTelegram, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    telegram.fail("sendMessage", Fault.DROP_AFTER)
    errors = [failure(telegram, token=TOKEN + "x"), failure(telegram)]
    shown = "".join("".join(traceback.format_exception(error)) for error in errors) + caplog.text
    assert TOKEN not in shown
    assert TOKEN.partition(":")[2] not in shown


def test_markup_that_is_refused_is_sent_once_more_as_plain_text(telegram: FakeTelegram) -> None:
    telegram.fail("sendMessage", Refusal(400, "Bad Request: can't parse entities: Unsupported start tag"))
    send(telegram, message=Message((text(Strong("a < b"), " ", Link("code", "https://github.com/a/b")),), "s"))
    assert [sent.text for sent in telegram.sent] == ["a < b code (https://github.com/a/b)"]
    assert telegram.sent[0].entities == ()


def test_markup_that_is_refused_twice_is_permanent(telegram: FakeTelegram) -> None:
    bad = Refusal(400, "Bad Request: can't parse entities: Unsupported start tag")
    assert failure(telegram.fail("sendMessage", bad, bad)).permanent
    assert telegram.count("sendMessage") == 2


def test_a_second_message_within_a_second_waits_in_the_outbox(telegram: FakeTelegram) -> None:
    async def twice() -> None:
        async with open_for_sending(channel(telegram)) as made:
            await made.send(delivery(7))
            with pytest.raises(DeliveryFailed) as error:
                await made.send(delivery(7, key=2))
            assert not error.value.counts
            assert error.value.retry_at is not None

    run(twice())
    assert telegram.count("sendMessage") == 1


def test_a_long_message_goes_on_after_a_failure_with_the_piece_that_was_lost(telegram: FakeTelegram) -> None:
    async def resume() -> None:
        async with open_for_sending(channel(telegram, message=LONG)) as made:
            telegram.fail("sendMessage", None, Fault.DROP_BEFORE)
            with pytest.raises(DeliveryFailed):
                await made.send(delivery(-100))
            await made.send(delivery(-100))

    run(resume())
    assert [sent.text.split()[0] for sent in telegram.sent] == ["first", "word"]
    assert telegram.sent[-1].text.endswith("last")


def test_the_pieces_of_a_long_message_to_a_person_keep_the_pace(telegram: FakeTelegram) -> None:
    send(telegram, message=LONG)
    first, second = telegram.sent
    assert second.at - first.at >= 1


def test_the_token_never_sends_more_than_thirty_messages_in_a_second(telegram: FakeTelegram) -> None:
    async def many() -> None:
        async with open_for_sending(channel(telegram)) as made:
            await asyncio.gather(*(made.send(delivery(chat, key=chat)) for chat in range(1, 61)))

    for chat in range(1, 61):
        telegram.person(chat)
    run(many())
    times = sorted(sent.at for sent in telegram.sent)
    assert len(times) == 60
    assert all(later - earlier >= 1 for earlier, later in zip(times, times[30:], strict=False))


def test_a_message_arrives_with_its_style_preview_topic_and_buttons(telegram: FakeTelegram) -> None:
    row = Buttons((Button("More", "/code bert 2"), Button("Watch", "/subscribe bert")))
    send(telegram, -100, message=Message((text(Strong("BERT")), row), "BERT", "https://github.com/a/b"), topic="5")
    (sent,) = telegram.sent
    assert (sent.text, sent.entities[0].kind, sent.topic) == ("BERT", "bold", 5)
    assert sent.preview == "https://github.com/a/b"
    assert sent.keyboard == ((("More", "/code bert 2"), ("Watch", "/subscribe bert")),)


def test_a_message_without_a_preview_gets_none(telegram: FakeTelegram) -> None:
    send(telegram, message=said("see https://example.org"))
    assert telegram.sent[0].preview == ""


def test_check_names_the_bot(telegram: FakeTelegram) -> None:
    async def check() -> None:
        assert await channel(telegram).check() == "Telegram answers as @paperwire_bot; updates are polled"

    run(check())


def test_check_says_what_to_mend_when_nothing_answers(telegram: FakeTelegram) -> None:
    async def check() -> None:
        with pytest.raises(DeliveryFailed, match="TELEGRAM_API_URL"):
            await channel(telegram.fail("getMe", Fault.DROP_BEFORE)).check()

    run(check())
