"""The library's requests over aiohttp: what ends them, that none is made twice, and the way they take."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from telegram import Bot
from telegram.error import NetworkError, TimedOut

from handlers.telegram.transport import Transport
from tests.telegram.fake_api import TOKEN, FakeTelegram
from tests.telegram.fake_http import Fault


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake.person(7)


def calling(url: str, call: Callable[[Bot], Awaitable[object]], *, patience_s: float = 5.0) -> object:
    async def once() -> object:
        transports = [Transport(url, patience_s=patience_s) for _ in range(2)]
        async with Bot(TOKEN, f"{url}/bot", request=transports[0], get_updates_request=transports[1]) as bot:
            return await call(bot)

    return asyncio.run(once())


def hello(bot: Bot) -> Awaitable[object]:
    return bot.send_message(7, "hello & <b>goodbye</b> 💥 ä+%", parse_mode="HTML")


def test_a_text_arrives_as_it_was_meant(telegram: FakeTelegram) -> None:
    calling(telegram.url, hello)
    assert telegram.sent[0].text == "hello & goodbye 💥 ä+%"


def test_a_file_keeps_its_name_and_every_byte(telegram: FakeTelegram) -> None:
    content = bytes(range(256))
    calling(telegram.url, lambda bot: bot.send_document(7, content, filename='my "pa per" ä.bib', caption="a & b"))
    sent = telegram.sent[0]
    assert (sent.content, sent.text) == (content, "a & b")
    assert sent.file == 'my "pa per" ä.bib'


def test_an_answer_that_does_not_come_is_a_time_out(telegram: FakeTelegram) -> None:
    telegram.fail("sendMessage", Fault.SILENCE)
    with pytest.raises(TimedOut):
        calling(telegram.url, hello, patience_s=0.2)
    assert len(telegram.sent) == 1


def test_a_long_poll_may_take_longer_than_other_answers(telegram: FakeTelegram) -> None:
    assert calling(telegram.url, lambda bot: bot.get_updates(timeout=1), patience_s=0.5) == ()


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER])
def test_a_broken_connection_is_told_and_nothing_is_sent_again(telegram: FakeTelegram, fault: Fault) -> None:
    with pytest.raises(NetworkError):
        calling(telegram.fail("sendMessage", fault).url, hello)
    assert telegram.count("sendMessage") == 1


def test_nobody_there_is_a_network_error() -> None:
    with pytest.raises(NetworkError, match="ClientConnectorError"):
        calling("http://127.0.0.1:9", hello)


def test_the_environments_proxy_is_used(telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", telegram.url)
    calling("http://telegram.test", hello)
    assert len(telegram.sent) == 1


def test_what_the_environment_excepts_needs_no_proxy(telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    calling(telegram.url, hello)
    assert len(telegram.sent) == 1
