"""Who may do what on Telegram, with the real answers behind the adapter: members, admins, and strangers."""

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest

from bot.answers import Answers, Live
from bot.domain.chat import Address
from handlers.command import admits
from handlers.commands import COMMANDS, respond
from storage import Storage
from tests.builders import NOW, linked_paper
from tests.clock import PATIENCE_S
from tests.fakes import FakeArxiv
from tests.inboxes import MemoryInbox
from tests.telegram.channel import channel, run, running
from tests.telegram.fake_api import FakeTelegram

ADMIN, MEMBER, GROUP = 7, 8, -100
MANAGING = [
    f"/{command.name}{words}"
    for command in COMMANDS
    for words in ("", " 1", " 2603.00001 ada/nets", " off")
    if command.manages(words.strip())
]


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake.person(ADMIN, "Ada").person(MEMBER, "Bob").group(GROUP, "Readers", admins=(ADMIN,), topics=(5,))


def told(telegram: FakeTelegram, storage: Storage, *, closed: bool = False) -> list[str]:
    """The answers to all that the fake's people have said and pressed; who isn't let in is a stranger if `closed`."""
    linked_paper(storage)
    nowhere = FakeArxiv()
    live = Live(nowhere, nowhere, feeds=None)  # type: ignore[arg-type]  # because: no feed is looked up
    bot, inbox, said = Answers(storage, live, clock=lambda: NOW, closed=closed), MemoryInbox(), telegram.unconfirmed
    made = channel(telegram, respond=partial(respond, bot), admits=partial(admits, bot), inbox=inbox)

    async def listen() -> None:
        async with running(made), asyncio.timeout(PATIENCE_S):
            while len(inbox.finished) < said:
                await asyncio.sleep(0.01)

    run(listen())
    return [sent.text for sent in telegram.sent]


def test_there_are_commands_that_manage() -> None:
    assert {"/subscribe", "/retry 1", "/mute 1", "/digest off"} <= set(MANAGING)


@pytest.mark.parametrize("text", MANAGING)
def test_a_member_who_presses_an_admins_button_is_refused_kindly(
    telegram: FakeTelegram, storage: Storage, text: str
) -> None:
    telegram.presses(GROUP, text, sender=MEMBER, topic=5)
    assert told(telegram, storage) == []
    (answer,) = telegram.toasts
    assert answer.startswith("Only admins of this group can use /")
    assert len(telegram.pressed) == 1
    assert storage.chats.find(Address("telegram", f"{GROUP}", topic="5")) is None


def test_the_same_button_works_for_an_admin(telegram: FakeTelegram, storage: Storage) -> None:
    telegram.presses(GROUP, "/subscribe nets", sender=ADMIN)
    telegram.presses(GROUP, "/subscriptions", sender=MEMBER)
    first, second = told(telegram, storage)
    assert first.startswith("Subscribed (#1): nets")
    assert "#1 nets" in second


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_stranger_hears_why_and_telegram_is_asked_nothing_about_them(
    telegram: FakeTelegram, storage: Storage, command: object
) -> None:
    name = getattr(command, "name", "")
    telegram.presses(GROUP, f"/{name} 1", sender=ADMIN)
    telegram.says(GROUP, f"/{name} 1", sender=MEMBER)
    telegram.says(GROUP, f"/{name}", sender=MEMBER, topic=5)
    telegram.says(MEMBER, f"/{name} 1", sender=MEMBER)
    telegram.says(MEMBER, f"/{name}", sender=MEMBER)
    answers = told(telegram, storage, closed=True)
    assert len(answers) == 2
    assert all(answer.startswith("This bot answers only those whom its owner lets in.") for answer in answers)
    assert telegram.count("getChatMember") == 0
    assert storage.database.value("SELECT count(*) FROM chats") == 0


def test_a_strangers_file_is_not_fetched(telegram: FakeTelegram, storage: Storage) -> None:
    telegram.says(MEMBER, "/import", document=telegram.documents.add("list.txt", b"nets"), sender=MEMBER)
    (answer,) = told(telegram, storage, closed=True)
    assert answer.startswith("This bot answers only those whom its owner lets in.")
    assert telegram.count("getFile") == 0
