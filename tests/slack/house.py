"""The adapter between a fake Slack and a scripted bot."""

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.chat import Address, Chat
from bot.domain.news import Begun, Delivery
from handlers.incoming import Inbox, Request
from handlers.messages import Button, Buttons, Heading, Message, text
from handlers.slack.adapter import Slack
from handlers.slack.answering import Respond
from handlers.slack.noting import Admits, Note
from handlers.waits import Waits
from tests.inboxes import MemoryInbox
from tests.slack.fake_api import APP_TOKEN, BOT_TOKEN, CHANNEL, TEAM, FakeSlack

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def said(words: str) -> Message:
    return Message((text(words),), words)


def echo(request: Request) -> Message:
    return said(f"you typed {request.text}")


def worded(delivery: Delivery) -> Message:
    parts = (
        Heading("BERT", "https://arxiv.org/abs/1810.04805"),
        text("has code"),
        Buttons((Button("Code", "/code bert"),)),
    )
    return Message(parts, f"BERT has code ({delivery.key})")


def delivery(key: int = 1, channel: str = CHANNEL) -> Delivery:
    chat = Chat(key=1, address=Address("slack", channel, workspace=TEAM))
    return Delivery(key=key, chat=chat, alerts=(), folded=False, attempts=0, due_at=NOON)


async def send(channel: Slack, told: Delivery) -> str:
    """All messages of a delivery, as the deliver loop has them sent; the first one's ts."""
    while isinstance(sent := await channel.send(told), Begun):
        told = replace(told, message=sent.message, parts=sent.parts)
    return sent


def slack(
    api: FakeSlack,
    respond: Respond = echo,
    *,
    bot_token: str = BOT_TOKEN,
    app_token: str = APP_TOKEN,
    admins_manage: bool = False,
    admits: Admits = lambda _: True,
    note: Note = lambda _: (),
    word: Callable[[Delivery], Message] = worded,
    inbox: Inbox | None = None,
    waits: Waits | None = None,
    signing_secret: str = "",
) -> Slack:
    return Slack(
        bot_token,
        app_token,
        respond=respond,
        word=lambda item: (word(item),),
        inbox=inbox or MemoryInbox(),
        api_url=api.url,
        waits=waits,
        signing_secret=signing_secret,
        admits=admits,
        note=note,
        admins_manage=admins_manage,
    )


@asynccontextmanager
async def running(
    api: FakeSlack,
    respond: Respond = echo,
    *,
    admins_manage: bool = False,
    admits: Admits = lambda _: True,
    note: Note = lambda _: (),
    inbox: Inbox | None = None,
) -> AsyncIterator[Slack]:
    channel = slack(api, respond, admins_manage=admins_manage, admits=admits, note=note, inbox=inbox)
    await channel.start()
    try:
        yield channel
    finally:
        await channel.stop()


def on_a_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """A test as a coroutine, on an event loop of its own."""

    @functools.wraps(test)
    def run(*args: object, **kwargs: object) -> None:
        asyncio.run(_awaited(test(*args, **kwargs)))

    return run


async def _awaited(coroutine: Awaitable[None]) -> None:
    try:
        await coroutine
    finally:
        await _end_the_rest()


async def _end_the_rest() -> None:
    """What a test that has failed leaves behind; the SDK's tasks may overhear being cancelled once."""
    for _ in range(50):
        left = asyncio.all_tasks() - {asyncio.current_task()}
        if not left:
            return
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=0.1)
