"""Updates that Telegram brings over a real socket: nothing is lost, nobody else is listened to. Error paths first."""

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.errors import ChannelDown, DeliveryFailed
from bot.web import BODY_LIMIT
from handlers.incoming import Request
from handlers.messages import Message
from handlers.telegram.adapter import HANDLED, Telegram
from handlers.telegram.listening import MOST_OPEN
from tests.inboxes import MemoryInbox
from tests.telegram.channel import Listening, channel, door_of, echo, free_port, run, running, until
from tests.telegram.fake_api import TOKEN, FakeTelegram
from tests.telegram.fake_http import Fault, Refusal
from tests.telegram.fake_webhook import AGAIN_S

HEADER = "X-Telegram-Bot-Api-Secret-Token"
SOMEBODYS = "https://bot.example.org/hook"


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(local=True) as fake:
        yield fake.person(7, "Ada").person(8, "Bob").group(-100, "Readers", admins=(7,), topics=(5,))


@asynccontextmanager
async def reached(telegram: FakeTelegram, **how: Any) -> AsyncIterator[Telegram]:
    """The channel, running behind a web door to which the platform has been told the way."""
    port = free_port()
    made = channel(telegram, public_url=f"http://127.0.0.1:{port}", **how)
    async with door_of(made, port), running(made):
        await until(telegram, lambda: bool(telegram.webhook.url))
        yield made


async def brought(telegram: FakeTelegram, body: bytes, **headers: str) -> int:
    """The status with which a request to our address is answered, whoever sends it."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(telegram.webhook.url, data=body, headers=headers) as got,
    ):
        assert await got.read() == b"" or got.status == 413
        return got.status


async def said(made: Telegram, words: str) -> None:
    async with asyncio.timeout(5):
        while words.lower() not in made.trouble.lower():  # the library changes the case
            await asyncio.sleep(0.01)


def question(number: int, words: str = "hello", chat: int = 7) -> bytes:
    person = {"id": chat, "first_name": "Ada", "is_bot": False}
    told = {"message_id": number, "date": 1772690400, "chat": {"id": chat, "type": "private"}, "from": person}
    return json.dumps({"update_id": number, "message": told | {"text": words}}).encode()


# Whom it doesn't listen to


@pytest.mark.parametrize(
    "headers",
    [{}, {HEADER: ""}, {HEADER: "guessed"}, {HEADER: TOKEN}, {HEADER: "gu\u00e9ssed"}],
    ids=["none", "empty", "wrong", "the token", "not ASCII"],
)
def test_who_does_not_know_the_secret_is_refused(telegram: FakeTelegram, headers: dict[str, str]) -> None:
    listening = Listening()

    async def knock() -> None:
        async with reached(telegram, respond=listening):
            assert await brought(telegram, question(1), **headers) == 403
            almost = telegram.webhook.secret[:-1]
            assert await brought(telegram, question(1), **{HEADER: almost}) == 403
            telegram.says(7, "last")
            await until(telegram, lambda: bool(telegram.sent))

    run(knock())
    assert [request.text for request in listening.requests] == ["last"]


def test_the_body_of_a_stranger_is_not_waited_for(telegram: FakeTelegram) -> None:
    async def knock() -> None:
        async with reached(telegram):
            host, port = telegram.webhook.url.split("/")[2].split(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            path = "/" + telegram.webhook.url.split("/", 3)[3]
            writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n".encode())
            async with asyncio.timeout(5):
                assert b" 403 " in await reader.readline()
            writer.close()

    run(knock())


def test_what_is_too_large_is_refused(telegram: FakeTelegram) -> None:
    async def knock() -> None:
        async with reached(telegram):
            secret = telegram.webhook.secret
            assert await brought(telegram, question(1, "x" * BODY_LIMIT), **{HEADER: secret}) == 413

    run(knock())


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe\xff", b"[]", b"{}", b"7", b'{"update_id": "7"}', b'{"update_id": true}', b"[" * 100_000],
    ids=["nothing", "cut off", "no text", "a list", "no id", "a number", "id as text", "id as truth", "a deep hole"],
)
def test_what_is_no_update_is_refused(telegram: FakeTelegram, body: bytes) -> None:
    async def knock() -> None:
        async with reached(telegram) as made:
            assert await brought(telegram, body, **{HEADER: telegram.webhook.secret}) == 400
            assert made.trouble == ""

    run(knock())


def test_an_update_that_cannot_be_read_is_confirmed_lest_it_hold_up_the_others(
    telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = MemoryInbox()

    async def knock() -> None:
        async with reached(telegram, inbox=inbox):
            odd = b'{"update_id": 1, "message": {"chat": "of another form"}}'
            assert await brought(telegram, odd, **{HEADER: telegram.webhook.secret}) == 200

    run(knock())
    assert inbox.kept == {}
    assert "an update of an unknown form is left out" in caplog.text


def test_neither_path_nor_secret_tells_the_token_and_both_are_the_tokens_own(telegram: FakeTelegram) -> None:
    told = []
    for token in (TOKEN, TOKEN, TOKEN + "x"):
        ((method, path, _),) = channel(telegram, token=token, public_url="https://wire.example.org").routes()
        assert method == "POST"
        assert not any(part in path for part in token.split(":"))
        told.append(path)
    assert told[0] == told[1] != told[2]

    async def start() -> None:
        async with reached(telegram):
            assert not any(part in telegram.webhook.secret for part in TOKEN.split(":"))
            assert telegram.webhook.secret not in telegram.webhook.url

    run(start())


def test_without_a_public_address_there_is_no_route(telegram: FakeTelegram) -> None:
    assert channel(telegram).routes() == ()


# What can't be kept now


def test_what_cannot_be_kept_is_brought_again_and_answered_once(
    telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    inbox, listening = MemoryInbox(), Listening()

    async def story() -> None:
        async with reached(telegram, respond=listening, inbox=inbox) as made:
            inbox.broken = True
            telegram.says(7, "hello")
            await until(telegram, lambda: telegram.webhook.brought > 2)
            assert "can't be kept (no space left)" in made.trouble
            assert telegram.webhook.error is not None
            assert "503" in telegram.webhook.error[1]
            inbox.broken = False
            await until(telegram, lambda: bool(telegram.sent))
            assert made.trouble == ""

    run(story())
    assert [request.text for request in listening.requests] == ["hello"]
    assert telegram.unconfirmed == 0
    assert caplog.text.count("can't be kept") == 1


def test_an_update_that_comes_twice_is_answered_once(telegram: FakeTelegram) -> None:
    async def story() -> None:
        async with reached(telegram):
            secret = {HEADER: telegram.webhook.secret}
            for number in (1, 1, 2):
                assert await brought(telegram, question(number, f"question {number}"), **secret) == 200
            await until(telegram, lambda: len(telegram.sent) == 2)

    run(story())
    assert [sent.text for sent in telegram.sent] == ["you said question 1", "you said question 2"]


def test_what_comes_before_the_start_and_after_the_stop_is_not_confirmed(telegram: FakeTelegram) -> None:
    async def story() -> None:
        port = free_port()
        made = channel(telegram, public_url=f"http://127.0.0.1:{port}")
        ((_, path, _),) = made.routes()
        telegram.says(7, "hello")
        async with door_of(made, port):
            telegram.webhook.set({"url": f"http://127.0.0.1:{port}{path}", "secret_token": made._hook.secret})
            await until(telegram, lambda: telegram.webhook.brought >= 2)
            await made.start()
            await until(telegram, lambda: len(telegram.sent) == 1)
            await made.stop()
            telegram.says(7, "late")
            tries = telegram.webhook.brought
            await until(telegram, lambda: telegram.webhook.brought >= tries + 2)
        assert telegram.unconfirmed == 1

    run(story())
    assert [sent.text for sent in telegram.sent] == ["you said hello"]


def test_while_too_many_answers_are_in_the_making_nothing_more_is_confirmed(telegram: FakeTelegram) -> None:
    release, surplus = threading.Event(), 5

    def respond(request: Request) -> Message:
        release.wait(20)
        return echo(request)

    async def story() -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(32))  # as a real run has
        for chat in range(1, MOST_OPEN + surplus + 1):
            telegram.person(chat)
        async with reached(telegram, respond=respond):
            secret = {HEADER: telegram.webhook.secret}
            numbers = range(1, MOST_OPEN + surplus + 1)
            tries = [asyncio.create_task(brought(telegram, question(n, chat=n), **secret)) for n in numbers]
            async with asyncio.timeout(20):
                while sum(one.done() for one in tries) < MOST_OPEN:
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            assert sum(one.done() for one in tries) == MOST_OPEN
            release.set()
            assert await asyncio.gather(*tries) == [200] * len(tries)

    run(story())


# Setting it, and what the operator hears


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
            await said(made, words)
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
            await said(made, "Failed to resolve host")
            telegram.says(7, "hello")
            await until(telegram, lambda: bool(telegram.sent), 10)
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
            await said(made, "refuses the token")

    run(story())


@pytest.mark.parametrize("url", ["", SOMEBODYS], ids=["removed", "replaced"])
def test_who_takes_the_webhook_away_keeps_it(
    telegram: FakeTelegram, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    async def story() -> None:
        async with reached(telegram, look_s=0.05) as made:
            telegram.webhook.set({"url": url})
            await said(made, "replaced or removed")
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
            await said(made, "Telegram can't bring its updates to PAPERWIRE_PUBLIC_URL (Connection refused); 1 wait")
            async with door_of(made, port):
                await until(telegram, lambda: bool(telegram.sent))
                async with asyncio.timeout(5):
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
            await said(made, "another program's webhook")

    run(story())
    assert telegram.webhook.url == SOMEBODYS


def test_a_webhook_that_a_newer_run_sets_ends_polling_and_stays(telegram: FakeTelegram) -> None:
    async def story() -> None:
        async with running(channel(telegram)) as polling:
            telegram.says(7, "polled")
            await until(telegram, lambda: bool(telegram.sent))
            async with reached(telegram):
                await said(polling, "webhook")
                telegram.says(7, "brought")
                await until(telegram, lambda: len(telegram.sent) == 2)
                assert telegram.webhook.url

    run(story())


def test_what_an_earlier_process_kept_waits_for_the_network(telegram: FakeTelegram) -> None:
    inbox = MemoryInbox()
    inbox.kept["1"] = question(1, "kept").decode()
    telegram.fail("getMe", Fault.DROP_BEFORE, Fault.DROP_BEFORE)

    async def story() -> None:
        async with reached(telegram, inbox=inbox):
            await until(telegram, lambda: bool(telegram.sent))

    run(story())
    assert [sent.text for sent in telegram.sent] == ["you said kept"]
    assert inbox.waiting() == ()
