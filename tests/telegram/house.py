"""The whole bot in a fake Telegram: the real answers and storage behind the real adapter."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.answers import Answers, Live
from bot.domain.chat import Address, Chat, ChatState
from bot.jobs.deliver import deliver
from handlers import events, wording
from handlers.command import admits
from handlers.commands import respond
from handlers.telegram.adapter import Telegram
from storage import Storage
from tests.asked_live import Arxiv, NoPage
from tests.builders import NOW, chat, linked_paper, tell
from tests.clock import PATIENCE_S
from tests.inboxes import MemoryInbox
from tests.telegram.channel import channel, run, running
from tests.telegram.fake_api import TOKEN, FakeTelegram

ADA, BOB = 7, 8


class Bot:
    """The real answers behind the real adapter. `later` is how far the chats' clock is ahead of NOW."""

    def __init__(self, storage: Storage, telegram: FakeTelegram, *, closed: bool = False) -> None:
        self.storage, self.telegram = storage, telegram
        self.later = timedelta(0)
        self.inbox = MemoryInbox()
        self.arxiv = Arxiv()
        live = Live(self.arxiv, NoPage(), feeds=None)  # type: ignore[arg-type]  # because: no feed is looked up
        self.answers = Answers(storage, live, clock=self.now, closed=closed)

    def now(self) -> datetime:
        return NOW + self.later

    def listen(self, *, waits: int = 0, then: Callable[[], None] = lambda: None) -> list[str]:
        """What was said by the time that all has been heard: what waits in the inbox, too, and what happens `then`."""
        said = len(self.telegram.sent)
        made = channel(
            self.telegram,
            respond=partial(respond, self.answers),
            admits=partial(admits, self.answers),
            note=partial(events.note, self.answers),
            inbox=self.inbox,
        )

        async def hear(heard: int) -> None:
            while len(self.inbox.finished) < heard or self.telegram.unconfirmed:
                await asyncio.sleep(0.01)

        async def until_heard() -> None:
            heard = len(self.inbox.finished) + waits + self.telegram.unconfirmed
            async with running(made), asyncio.timeout(PATIENCE_S):
                await hear(heard)
                then()
                await hear(heard + self.telegram.unconfirmed)

        run(until_heard())
        return [sent.text for sent in self.telegram.sent[said:]]

    def deliver(self) -> list[str]:
        """What is sent of what is due, until nothing is."""
        said = len(self.telegram.sent)
        for _ in range(5):
            run(self._deliver())
            self.later += timedelta(minutes=2)  # the platform takes one message a second
        return [sent.text for sent in self.telegram.sent[said:]]

    async def _deliver(self) -> None:
        made = Telegram(
            TOKEN,
            respond=partial(respond, self.answers),
            word=wording.delivery,
            inbox=self.inbox,
            api_url=self.telegram.url,
            waits=self.storage.allowances,
        )
        try:
            with self.storage.write():
                self.storage.outbox.free_leases()
            await deliver(self.storage, {"telegram": made}, now=self.now(), real_now=datetime.now(UTC))
        finally:
            await made.stop()


def news(storage: Storage, to: Chat, count: int) -> None:
    for n in range(1, count + 1):
        key = linked_paper(storage, f"2603.{n:05}", f"ada/{n}", title=f"Nets {n}")
        with storage.write():
            storage.outbox.queue([tell(to, key)], NOW)


def paused(storage: Storage, one: Chat) -> str:
    """Why the chat is paused, "" if it isn't."""
    known = storage.chats.get(one.key)
    return known.reason if known.state is ChatState.PAUSED else ""


def routed(storage: Storage, home: Chat, to: Chat) -> None:
    (subscription,) = storage.subscriptions.of_chat(home.key)
    with storage.write():
        storage.subscriptions.route(subscription.key, to.key)


def owned(bot: Bot) -> Chat:
    """Bob owns the bot, from his private chat."""
    code = bot.answers.owning.new_code() or ""
    bot.answers.owning.claim(Address("telegram", str(BOB)), str(BOB), code, alone=True)
    return chat(bot.storage, str(BOB))
