"""The channel of the tests: the real adapter, spoken to by the fake platform."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from bot.domain.chat import Address, Chat
from bot.domain.news import Delivery
from bot.web import WebDoor
from handlers.events import Event
from handlers.incoming import Inbox, Request
from handlers.menus import Marks
from handlers.messages import Message, text
from handlers.offers import Offers
from handlers.telegram.adapter import Telegram, Word
from handlers.telegram.inline import Suggest
from handlers.waits import Waits
from tests.clock import PATIENCE_S
from tests.inboxes import MemoryInbox
from tests.telegram.fake_api import TOKEN, FakeTelegram

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def said(words: str) -> Message:
    return Message((text(words),), words)


def echo(request: Request) -> Message:
    return said(f"you said {request.text}")


class Listening:
    """A `respond` that remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Message:
        self.requests.append(request)
        return echo(request)


def delivery(chat: int, *, key: int = 1, topic: str = "") -> Delivery:
    known = Chat(1, Address("telegram", str(chat), topic=topic))
    return Delivery(key, known, (), folded=False, attempts=0, due_at=NOON)


def channel(
    telegram: FakeTelegram,
    *,
    message: Message | None = None,
    word: Word | None = None,
    respond: Callable[[Request], Message] = echo,
    token: str = TOKEN,
    marks: Marks | None = None,
    inbox: Inbox | None = None,
    admits: Callable[[Request], bool] = lambda _: True,
    note: Callable[[Event], tuple[Message, ...]] = lambda _: (),
    waits: Waits | None = None,
    public_url: str = "",
    look_s: float = 60.0,
    suggest: Suggest = lambda _request, _page: Offers(),
) -> Telegram:
    news, kept = message or said("news"), inbox or MemoryInbox()
    return Telegram(
        token,
        respond=respond,
        word=word or (lambda _: news),
        inbox=kept,
        api_url=telegram.url,
        marks=marks,
        admits=admits,
        note=note,
        waits=waits,
        public_url=public_url,
        look_s=look_s,
        suggest=suggest,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def door_of(made: Telegram, port: int) -> AsyncIterator[WebDoor]:
    """The web door with the channel's routes; it is closed before the channel stops, as in a real run."""
    door = WebDoor(faults=tuple, metrics=bytes, routes=made.routes())
    await door.open("127.0.0.1", port)
    try:
        yield door
    finally:
        await door.close()


@asynccontextmanager
async def running(made: Telegram) -> AsyncIterator[Telegram]:
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


@asynccontextmanager
async def open_for_sending(made: Telegram) -> AsyncIterator[Telegram]:
    try:
        yield made
    finally:
        await made.stop()


def run(work: Coroutine[object, object, None]) -> None:
    asyncio.run(work)


async def until(telegram: FakeTelegram, true: Callable[[], bool]) -> None:
    assert await asyncio.to_thread(telegram.wait, true), "it didn't happen in time"


@asynccontextmanager
async def reached(telegram: FakeTelegram, **how: Any) -> AsyncIterator[Telegram]:
    """The channel, running behind a web door to which the platform has been told the way."""
    port = free_port()
    made = channel(telegram, public_url=f"http://127.0.0.1:{port}", **how)
    async with door_of(made, port), running(made):
        await until(telegram, lambda: bool(telegram.webhook.url))
        yield made


async def in_trouble(made: Telegram, words: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while words.lower() not in made.trouble.lower():  # the library changes the case
            await asyncio.sleep(0.01)


def question(number: int, words: str = "hello", chat: int = 7) -> bytes:
    person = {"id": chat, "first_name": "Ada", "is_bot": False}
    told = {"message_id": number, "date": 1772690400, "chat": {"id": chat, "type": "private"}, "from": person}
    return json.dumps({"update_id": number, "message": told | {"text": words}}).encode()
