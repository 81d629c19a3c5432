"""A chat moves house: out of Telegram as a file, into Slack, and back, over both real adapters and one database."""

import asyncio
import json
from collections.abc import Callable
from functools import partial

import pytest

from bot.answers import Answers, Live
from bot.domain.chat import Address
from handlers.commands import respond
from handlers.incoming import Request
from storage import Storage
from tests.builders import NOW, linked_paper
from tests.fakes import FakeArxiv
from tests.slack.conftest import own_environment as own_environment  # because: the SDK reads the environment here, too
from tests.slack.fake_api import APP_TOKEN, BOT, BOT_TOKEN, DIRECT, FakeSlack
from tests.slack.house import slack as a_slack
from tests.telegram.channel import channel as a_telegram
from tests.telegram.channel import until
from tests.telegram.fake_api import TOKEN, FakeTelegram

ADA = Address("telegram", "7")
HAS = ("/subscribe deep nets -survey", "/sub au:bengio", "/rhythm 1 daily", "/rhythm 2 priority", "/quiet 22-7")
SETS = ("/timezone Berlin", "/budget 5", "/mute survey 7 days", "/digest daily 18", "/wrong 2603.00001 ada/nets")


@pytest.fixture
def answers(storage: Storage) -> Answers:
    linked_paper(storage)
    nowhere = FakeArxiv()
    live = Live(nowhere, nowhere, feeds=None)  # type: ignore[arg-type]  # because: nothing is looked up
    return Answers(storage, live, clock=lambda: NOW)


def settle(answers: Answers, storage: Storage) -> None:
    """A chat that has some of everything; its feed came in by OPML."""
    for words in (*HAS, *SETS):
        respond(answers, Request(ADA, words, sender="7", alone=True))
    opml = '<opml><body><outline title="Ada &amp; Bob" xmlUrl="https://ada.org/feed?a=1&amp;b=2"/></body></opml>'
    respond(answers, Request(ADA, "/import", sender="7", alone=True, file=opml))
    with storage.write():
        chat = storage.chats.meet(ADA, NOW)
        storage.votes.save_unless_said(chat.key, 1, NOW)


def test_out_of_telegram_into_slack_and_back(answers: Answers, storage: Storage) -> None:
    settle(answers, storage)
    say = partial(respond, answers)

    async def move() -> None:
        with FakeTelegram() as telegram:
            telegram.person(7, "Ada").person(8, "Bob")
            here = a_telegram(telegram, respond=say)
            async with FakeSlack() as api:
                there = a_slack(api, say)
                await asyncio.gather(here.start(), there.start())
                try:
                    await _move(telegram, api)
                finally:
                    await asyncio.gather(here.stop(), there.stop())

    asyncio.run(move())


async def _move(telegram: FakeTelegram, api: FakeSlack) -> None:
    telegram.says(7, "/export")
    await until(telegram, lambda: len(telegram.sent) == 1)
    out = telegram.sent[0]
    assert out.file == "paperwire.json"
    assert out.text.startswith("All that this chat has: 3 subscriptions, 1 mute, 1 saved paper, 1 hidden link and its")
    for secret in (TOKEN, BOT_TOKEN, APP_TOKEN, '"7"'):
        assert secret.encode() not in out.content

    shared = api.files.share("paperwire.json", out.content, kind="application/json")
    await api.mention(f"<@{BOT}> import", files=[shared], ts="17.1")
    await api.until(lambda: api.posts)
    assert "*Taken in: 3 subscriptions, 1 mute, 1 saved paper, 1 hidden link and the settings.*" in _shown(api)

    await api.command("export")
    await api.until(lambda: api.files.shown)
    back = api.files.shown[0]
    assert (back.channel, back.name) == (DIRECT, "paperwire.json")
    assert json.loads(back.content) == json.loads(out.content)

    for chat, says in ((7, "Nothing new in that."), (8, "Taken in: 3 subscriptions, 1 mute")):
        telegram.says(chat, "", document=telegram.documents.add("paperwire.json", back.content))
        await until(telegram, _has_said(telegram, chat, says))


def _has_said(telegram: FakeTelegram, chat: int, words: str) -> Callable[[], bool]:
    return lambda: any(sent.chat == chat and words in sent.text for sent in telegram.sent)


def _shown(api: FakeSlack) -> str:
    return json.dumps(api.posts[0]["blocks"], ensure_ascii=False)
