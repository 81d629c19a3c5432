"""The menus of commands: for whom, in which language, and told once."""

import asyncio
from collections.abc import Iterator

import pytest

from bot.errors import StorageError
from handlers.commands import COMMANDS
from handlers.menus import Marks, menus
from handlers.wording.menus import DESCRIPTIONS, LANGUAGES, SUMMARIES
from storage import Storage
from tests.asked_live import answers_of
from tests.telegram.channel import channel, run, running, until
from tests.telegram.fake_api import FakeTelegram
from tests.telegram.fake_http import Fault, Refusal

ALL = 4 * (1 + len(LANGUAGES))


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTelegram]:
    monkeypatch.setattr("handlers.telegram.menus.PAUSE_S", 0.0)
    with FakeTelegram() as fake:
        yield fake.person(7, "Ada")


@pytest.fixture
def marks(storage: Storage) -> Marks:
    return answers_of(storage).marks("telegram")


def start(telegram: FakeTelegram, marks: Marks) -> int:
    """Starts, answers a question, and waits for the menus; how many calls were made for them."""
    before = len(telegram.calls)

    async def talk() -> None:
        async with running(channel(telegram, marks=marks)) as made:
            telegram.says(7, "hello")
            sent = len(telegram.sent)
            await until(telegram, lambda: len(telegram.sent) > sent)
            task = made._menus._task if made._menus else None
            if task:
                await asyncio.wait([task])

    run(talk())
    return sum("MyCommands" in name or "MyDescription" in name for name, _ in telegram.calls[before:])


# What goes wrong


@pytest.mark.parametrize("fault", [Refusal(400, "Bad Request: BOT_COMMAND_INVALID"), Fault.GARBAGE])
def test_what_is_refused_for_good_stops_no_answer_and_is_tried_again_at_the_next_start(
    telegram: FakeTelegram, marks: Marks, monkeypatch: pytest.MonkeyPatch, fault: Fault | Refusal
) -> None:
    monkeypatch.setattr("handlers.telegram.menus.TRIES", 1)
    telegram.fail("setMyCommands", None, fault)
    start(telegram, marks)
    assert len(telegram.sent) == 1
    assert len(telegram.menus.told) < ALL
    start(telegram, marks)
    assert len(telegram.menus.told) == ALL


def test_a_broken_connection_is_overcome(telegram: FakeTelegram, marks: Marks) -> None:
    telegram.fail("setMyCommands", Fault.DROP_BEFORE)
    start(telegram, marks)
    assert len(telegram.menus.told) == ALL


def test_where_nothing_can_be_marked_the_bot_answers(telegram: FakeTelegram) -> None:
    class Broken:
        def marked(self, name: str) -> str:
            return ""

        def mark(self, name: str, value: str) -> None:
            raise StorageError("no space left")

    start(telegram, Broken())
    assert len(telegram.sent) == 1
    assert len(telegram.menus.told) == ALL


def test_stopping_does_not_wait_for_the_menus(
    telegram: FakeTelegram, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.telegram.menus.PAUSE_S", 60.0)

    async def talk() -> None:
        async with running(channel(telegram, marks=marks)):
            await until(telegram, lambda: telegram.count("setMyCommands") == 1)

    run(talk())
    assert len(telegram.menus.told) == 1


def test_a_description_that_the_owner_wrote_is_left_alone(telegram: FakeTelegram, marks: Marks) -> None:
    telegram.menus.descriptions[""] = "Our lab's papers"
    start(telegram, marks)
    assert telegram.menus.descriptions == {"": "Our lab's papers"}
    assert len(telegram.menus.told) == ALL


# What is told


def test_it_is_told_once(telegram: FakeTelegram, marks: Marks) -> None:
    assert start(telegram, marks) == ALL + 1 + len(DESCRIPTIONS)
    assert telegram.menus.descriptions == dict(DESCRIPTIONS)
    assert start(telegram, marks) == 0


def test_another_wording_is_told_anew(telegram: FakeTelegram, marks: Marks, monkeypatch: pytest.MonkeyPatch) -> None:
    start(telegram, marks)
    monkeypatch.setitem(SUMMARIES["code"], "de", "Code finden")
    monkeypatch.setitem(DESCRIPTIONS, "", "Papers with code")
    start(telegram, marks)
    assert ("code", "Code finden") in telegram.menus.shown("private", "de")
    assert telegram.menus.descriptions[""] == "Papers with code"


def test_everybody_sees_what_they_may_say_in_their_language(telegram: FakeTelegram, marks: Marks) -> None:
    start(telegram, marks)
    shown = {where: dict(telegram.menus.shown(where, "de")) for where in ("private", "group", "admin")}
    assert shown["private"] == shown["admin"] == {name: SUMMARIES[name]["de"] for name in SUMMARIES}
    assert "subscribe" not in shown["group"]
    assert shown["group"]["code"] == SUMMARIES["code"]["de"]
    summaries = {command.name: command.summary for command in COMMANDS}
    for language in ("en", "nl", ""):
        assert dict(telegram.menus.shown("admin", language)) == {name: summaries[name] for name in SUMMARIES}


@pytest.mark.parametrize("name", SUMMARIES)
def test_what_stands_in_menus_is_told_in_every_language_and_shortly(name: str) -> None:
    assert set(SUMMARIES[name]) == set(LANGUAGES)
    assert all(1 <= len(words) <= 90 for words in SUMMARIES[name].values())


def test_the_description_is_told_in_every_language() -> None:
    assert set(DESCRIPTIONS) == {"", *LANGUAGES}
    assert all(1 <= len(words) <= 512 for words in DESCRIPTIONS.values())


def test_no_menu_holds_what_is_the_owners_alone() -> None:
    owners = {command.name for command in COMMANDS if command.topic == "owner"}
    assert owners.isdisjoint(name for menu in menus() for name, _ in menu.rows)


def test_the_members_of_a_group_are_offered_nothing_that_its_admins_alone_may_say() -> None:
    managing = {command.name for command in COMMANDS if command.manages("")}
    for menu in menus():
        offered = {name for name, _ in menu.rows}
        assert (managing & offered == set()) is (menu.readers.value in ("everybody", "groups"))
