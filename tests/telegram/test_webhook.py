"""Setting the webhook, giving it up, and what the operator hears of it."""

import asyncio
import logging
from collections.abc import Iterator

import pytest

from bot.errors import ChannelDown, DeliveryFailed
from handlers.telegram.adapter import HANDLED
from tests.clock import PATIENCE_S
from tests.inboxes import MemoryInbox
from tests.telegram.channel import (
    channel,
    door_of,
    free_port,
    in_trouble,
    question,
    reached,
    run,
    running,
    until,
)
from tests.telegram.fake_api import TOKEN, FakeTelegram
from tests.telegram.fake_http import Fault, Refusal
from tests.telegram.fake_webhook import AGAIN_S

SOMEBODYS = "https://bot.example.org/hook"


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(local=True) as fake:
        yield fake.person(7, "Ada").person(8, "Bob").group(-100, "Readers", admins=(7,), topics=(5,))


def test_the_webhook_is_set_for_what_we_handle_and_nothing_is_polled(telegram: FakeTelegram) -> None:
    telegram.says(7, "before the start")

    async def story() -> None:
        async with reached(telegram):
            await until(telegram, lambda: len(telegram.sent) == 1)
            telegram.says(7, "one")
            telegram.says(-100, "/code bert", topic=5)
            telegram.presses(7, "two")
            await until(telegram, lambda: len(telegram.sent) == 4)

    run(story())
    mine = [sent.text for sent in telegram.sent if sent.chat == 7]
    assert mine == ["you said before the start", "you said one", "you said two"]
    assert (telegram.webhook.kinds, telegram.webhook.connections) == (list(HANDLED), 8)
    assert telegram.count("getUpdates") == 0
    assert telegram.unconfirmed == 0


def test_an_orderly_stop_leaves_the_webhook_so_that_updates_wait(telegram: FakeTelegram) -> None:
    async def story(words: str, answers: int) -> None:
        async with reached(telegram):
            await until(telegram, lambda: len(telegram.sent) == answers)
        assert telegram.webhook.url
        telegram.says(7, words)

    run(story("meanwhile", 0))
    run(story("at the end", 1))
    assert telegram.sent[0].text == "you said meanwhile"
    assert telegram.unconfirmed == 1


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://wire.example.org:9000", "only on ports 80, 88, 443 or 8443"),
        ("http://127.0.0.1:8080", "An HTTPS URL must be provided"),
        ("https://127.0.0.1", "is reserved"),
    ],
)
def test_an_address_that_the_platform_refuses_is_said_in_one_line_and_sending_goes_on(
    caplog: pytest.LogCaptureFixture, address: str, words: str
) -> None:
    async def story(telegram: FakeTelegram) -> None:
        async with running(channel(telegram, public_url=address)) as made:
            await in_trouble(made, words)
            assert "PAPERWIRE_PUBLIC_URL" in made.trouble
            assert made.routes()

    with FakeTelegram() as telegram:
        run(story(telegram.person(7)))
    assert words.lower() in caplog.text.lower()
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1


def test_a_webhook_that_cannot_be_set_yet_is_set_later(telegram: FakeTelegram) -> None:
    telegram.fail("setWebhook", Refusal(400, "Bad Request: bad webhook: Failed to resolve host"), Fault.DROP_BEFORE)

    async def story() -> None:
        port = free_port()
        made = channel(telegram, public_url=f"http://127.0.0.1:{port}")
        async with door_of(made, port), running(made):
            await in_trouble(made, "Failed to resolve host")
            telegram.says(7, "hello")
            await until(telegram, lambda: bool(telegram.sent))
            assert made.trouble == ""

    run(story())
    assert telegram.count("setWebhook") == 3


def test_a_wrong_token_is_said_at_the_start(telegram: FakeTelegram) -> None:
    async def start() -> None:
        with pytest.raises(ChannelDown, match="TELEGRAM_BOT_TOKEN"):
            await channel(telegram, token=TOKEN + "x", public_url="https://wire.example.org").start()

    run(start())


def test_a_token_that_is_revoked_meanwhile_is_trouble(telegram: FakeTelegram) -> None:
    async def story() -> None:
        async with reached(telegram, look_s=0.05) as made:
            telegram.revoked = True
            await in_trouble(made, "refuses the token")

    run(story())


@pytest.mark.parametrize("url", ["", SOMEBODYS], ids=["removed", "replaced"])
def test_who_takes_the_webhook_away_keeps_it(
    telegram: FakeTelegram, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    async def story() -> None:
        async with reached(telegram, look_s=0.05) as made:
            telegram.webhook.set({"url": url})
            await in_trouble(made, "replaced or removed")
            looks = telegram.count("getWebhookInfo")
            await asyncio.sleep(0.2)
            assert telegram.count("getWebhookInfo") == looks

    run(story())
    assert telegram.count("setWebhook") == 1
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1


def test_that_the_address_leads_nowhere_is_trouble_until_it_does(telegram: FakeTelegram) -> None:
    async def story() -> None:
        port = free_port()
        made = channel(telegram, public_url=f"http://127.0.0.1:{port}", look_s=0.05)
        async with running(made):
            await until(telegram, lambda: bool(telegram.webhook.url))
            telegram.says(7, "hello")
            await in_trouble(
                made, "Telegram can't bring its updates to PAPERWIRE_PUBLIC_URL (Connection refused); 1 wait"
            )
            async with door_of(made, port):
                await until(telegram, lambda: bool(telegram.sent))
                async with asyncio.timeout(PATIENCE_S):
                    while made.trouble:
                        await asyncio.sleep(AGAIN_S)

    run(story())


def test_the_doctor_says_how_updates_come_in(telegram: FakeTelegram) -> None:
    ours = "http://127.0.0.1:9"  # nobody listens there

    async def check(public_url: str = "") -> str:
        return await channel(telegram, public_url=public_url).check()

    async def story() -> None:
        assert (await check()).endswith("; updates are polled")
        assert (await check(ours)).endswith("; `paperwire run` will set its webhook")
        made = channel(telegram, public_url=ours)
        async with running(made):
            await until(telegram, lambda: bool(telegram.webhook.url))
        assert (await check(ours)).endswith("; updates come by webhook")
        assert (await check()).endswith("; updates are polled")
        telegram.says(7, "hello")
        await until(telegram, lambda: telegram.webhook.error is not None)
        with pytest.raises(DeliveryFailed, match="Check that this address leads to PORT"):
            await check(ours)
        telegram.webhook.set({"url": SOMEBODYS})
        with pytest.raises(ChannelDown, match="another program's webhook"):
            await check()

    run(story())


# Back to polling


def test_the_webhook_of_an_earlier_run_is_removed_and_what_waits_there_is_answered(telegram: FakeTelegram) -> None:
    async def story() -> None:
        async with reached(telegram):
            pass
        telegram.says(7, "meanwhile")
        async with running(channel(telegram)) as made:
            await until(telegram, lambda: bool(telegram.sent))
            assert made.trouble == ""

    run(story())
    assert telegram.webhook.url == ""
    assert [sent.text for sent in telegram.sent] == ["you said meanwhile"]


def test_somebody_elses_webhook_is_left_alone(telegram: FakeTelegram) -> None:
    telegram.webhook.url = SOMEBODYS

    async def story() -> None:
        async with running(channel(telegram)) as made:
            await in_trouble(made, "another program's webhook")

    run(story())
    assert telegram.webhook.url == SOMEBODYS


def test_a_webhook_that_a_newer_run_sets_ends_polling_and_stays(telegram: FakeTelegram) -> None:
    async def story() -> None:
        async with running(channel(telegram)) as polling:
            telegram.says(7, "polled")
            await until(telegram, lambda: bool(telegram.sent))
            async with reached(telegram):
                await in_trouble(polling, "webhook")
                telegram.says(7, "brought")
                await until(telegram, lambda: len(telegram.sent) == 2)
                assert telegram.webhook.url

    run(story())


def test_what_an_earlier_process_kept_waits_for_the_network(telegram: FakeTelegram) -> None:
    inbox = MemoryInbox()
    inbox.kept["1"] = question(1, "kept").decode()
    telegram.fail("getMe", *[Fault.DROP_BEFORE] * 3)

    async def story() -> None:
        async with reached(telegram, inbox=inbox):
            await until(telegram, lambda: bool(telegram.sent))

    run(story())
    assert [sent.text for sent in telegram.sent] == ["you said kept"]
    assert inbox.waiting() == ()
