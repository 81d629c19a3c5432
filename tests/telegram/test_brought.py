"""Updates that Telegram brings over a real socket: kept before they are confirmed, and nobody else is listened to."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import pytest

from bot.web import BODY_LIMIT
from handlers.incoming import Request
from handlers.messages import Message
from handlers.telegram.listening import MOST_OPEN
from tests.clock import PATIENCE_S
from tests.inboxes import MemoryInbox
from tests.telegram.channel import (
    Listening,
    channel,
    door_of,
    echo,
    free_port,
    question,
    reached,
    run,
    until,
)
from tests.telegram.fake_api import TOKEN, FakeTelegram

HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(local=True) as fake:
        yield fake.person(7, "Ada").person(8, "Bob").group(-100, "Readers", admins=(7,), topics=(5,))


async def brought(telegram: FakeTelegram, body: bytes, **headers: str) -> int:
    """The status with which a request to our address is answered, whoever sends it."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(telegram.webhook.url, data=body, headers=headers) as got,
    ):
        assert await got.read() == b"" or got.status == 413
        return got.status


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
            async with asyncio.timeout(PATIENCE_S):
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
    async def knock() -> None:
        async with reached(telegram):
            odd = b'{"update_id": 1, "message": {"chat": "of another form"}}'
            assert await brought(telegram, odd, **{HEADER: telegram.webhook.secret}) == 200

    run(knock())
    assert "update 1 can't be read" in caplog.text


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
            telegram.webhook.set({"url": ""})
            await asyncio.sleep(0.2)  # the try under way ends before the door closes: else its socket stays open
        assert telegram.unconfirmed == 1

    run(story())
    assert [sent.text for sent in telegram.sent] == ["you said hello"]


def test_while_too_many_answers_are_in_the_making_nothing_more_is_confirmed(telegram: FakeTelegram) -> None:
    release, surplus = threading.Event(), 5

    def respond(request: Request) -> Message:
        release.wait(PATIENCE_S)
        return echo(request)

    async def story() -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(32))  # as a real run has
        for chat in range(1, MOST_OPEN + surplus + 1):
            telegram.person(chat)
        async with reached(telegram, respond=respond):
            secret = {HEADER: telegram.webhook.secret}
            numbers = range(1, MOST_OPEN + surplus + 1)
            tries = [asyncio.create_task(brought(telegram, question(n, chat=n), **secret)) for n in numbers]
            async with asyncio.timeout(PATIENCE_S):
                while sum(one.done() for one in tries) < MOST_OPEN:
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            assert sum(one.done() for one in tries) == MOST_OPEN
            release.set()
            assert await asyncio.gather(*tries) == [200] * len(tries)

    run(story())
