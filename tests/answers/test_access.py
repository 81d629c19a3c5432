"""Who is answered where the settings let in nobody else: strangers, first of all, in every way that they may ask."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from bot.answers import Answers, Live
from bot.app import App
from bot.config import load
from bot.domain.chat import Address, ChatState
from bot.domain.news import NewsKind
from bot.jobs.deliver import deliver
from handlers.commands import COMMANDS, respond
from handlers.console.render import render
from handlers.incoming import Request
from handlers.messages import NOTHING, Message
from storage import Storage
from tests.builders import NOW, linked_paper, subscribe, tell
from tests.clock import Clock
from tests.fakes import FakeChannel
from tests.small_world import OFFLINE

ADA, BOB, OWNER = Address("telegram", "7"), Address("telegram", "8"), Address("telegram", "1")
GROUP, TOPIC = Address("telegram", "-100"), Address("telegram", "-100", topic="5")
CHANNEL, DIRECT = Address("slack", "C0PAPERS", workspace="T0"), Address("slack", "D0ADA", workspace="T0")
CONSOLE = Address("console", "local")


class Nobody:
    """Live sources that must not be asked."""

    def __getattr__(self, name: str) -> NoReturn:
        raise AssertionError(f"{name} was asked for a stranger")


@pytest.fixture
def answers(storage: Storage, clock: Clock) -> Answers:
    """A closed house that has an owner."""
    linked_paper(storage)
    made = house(storage, clock)
    code = made.owning.new_code()
    assert said(made, f"/start {code}", OWNER, sender="1").startswith("You own this bot now.")
    return made


def house(storage: Storage, clock: Clock, *, closed: bool = True) -> Answers:
    nobody = Nobody()
    return Answers(storage, Live(nobody, nobody, nobody), clock=clock, closed=closed)


def ask(answers: Answers, text: str, where: Address = ADA, *, sender: str = "7", **rest: object) -> Message:
    alone = not where.chat.startswith(("-", "C"))
    rest = {"is_owner": where == CONSOLE, "alone": alone, **rest}
    return respond(answers, Request(where, text, sender=sender, **rest))  # type: ignore[arg-type]  # because: Request checks it


def said(answers: Answers, text: str, where: Address = ADA, *, sender: str = "7", **rest: object) -> str:
    message = ask(answers, text, where, sender=sender, **rest)
    return "" if message == NOTHING else " ".join(render(message).split())


def state(storage: Storage, where: Address) -> tuple[ChatState, str]:
    chat = storage.chats.find(where)
    assert chat
    return chat.state, chat.reason


PAUSED, ACTIVE = (ChatState.PAUSED, "not let in by the owner"), (ChatState.ACTIVE, "")


# Strangers

TYPED = [
    *(f"/{command.name}{words}" for command in COMMANDS for words in ("", " 2603.00001 ada/nets")),
    *(
        "bert",
        "code 2603.00001",
        "https://arxiv.org/abs/2603.00001",
        "",
        "/",
        "/nonsense",
        "x" * 9000,
        "/subscribe (",
        "🐝",
    ),
]


@pytest.mark.parametrize("text", TYPED, ids=lambda text: text[:24])
def test_a_stranger_hears_why_once_and_nothing_is_done_for_them(answers: Answers, storage: Storage, text: str) -> None:
    written = storage.database.value("PRAGMA data_version")
    for where in (ADA, GROUP, CHANNEL, DIRECT):
        assert said(answers, text, where).startswith("This bot answers only those whom its owner lets in.")
        assert ask(answers, text, where) == NOTHING
        assert storage.chats.find(where) is None
    assert ask(answers, text, TOPIC) == NOTHING
    assert storage.database.value("PRAGMA data_version") == written
    subscribe(storage, "nets")  # so that this would tell
    assert storage.database.value("PRAGMA data_version") != written


def test_the_line_names_what_the_owner_types(answers: Answers) -> None:
    assert "Your id is 7. Its owner lets you in by /allow telegram 7." in said(answers, "/code bert")
    assert "lets this chat in by saying /allow here, or /allow telegram -100." in said(answers, "/code bert", GROUP)
    assert "Your id is U0ADA. Its owner lets you in by /allow slack U0ADA." in said(
        answers, "hi", DIRECT, sender="U0ADA"
    )
    assert ask(answers, "hi", BOB, sender="8").private


def test_it_is_said_once_an_hour_in_each_chat(answers: Answers, clock: Clock) -> None:
    assert said(answers, "one", GROUP)
    assert said(answers, "two", GROUP, sender="8") == ""
    assert said(answers, "three", TOPIC) == ""
    assert said(answers, "four", BOB, sender="8")
    clock.now += timedelta(minutes=61)
    assert said(answers, "five", GROUP)
    clock.now -= timedelta(days=3)  # the clock may be set back
    assert said(answers, "six", GROUP)


def test_the_memory_of_strangers_is_bounded(answers: Answers) -> None:
    for number in range(6000):
        answers.access.tells_why(Address("telegram", f"{number}"))
    assert len(answers.access._told) == 5000


def test_buttons_of_an_earlier_time_do_nothing(answers: Answers) -> None:
    assert "owner lets in" in said(answers, "/unsubscribe 1")
    assert said(answers, "/rhythm 1 daily") == ""


@pytest.mark.parametrize("text", ["/start {}", "/claim {}", "claim {}"])
def test_a_stranger_may_become_the_owner_by_the_code(storage: Storage, clock: Clock, text: str) -> None:
    answers = house(storage, clock)
    code = answers.owning.new_code()
    assert "owner lets in" in said(answers, text.format("0123456789"))
    assert said(answers, text.format(code)).startswith("You own this bot now.")
    assert "Subscribed" in said(answers, "/subscribe nets")


def test_whoever_tries_codes_is_soon_heard_no_more(storage: Storage, clock: Clock) -> None:
    answers = house(storage, clock)
    code = answers.owning.new_code()
    for number in range(40):
        said(answers, f"/claim {number}")
    assert said(answers, f"/claim {code}") == ""
    clock.now += timedelta(minutes=2)
    assert "You own" in said(answers, f"/claim {code}")


@pytest.mark.parametrize("text", ["/allow", "/allow telegram 7", "/allowed", "/deny 1", "/deny"])
def test_who_is_let_in_decides_nothing_about_others(answers: Answers, text: str) -> None:
    said(answers, "/allow telegram 7", OWNER, sender="1")
    said(answers, "/allow", GROUP, sender="1")
    assert "is for the bot's owner alone" in said(answers, text)
    assert "is for the bot's owner alone" in said(answers, text, GROUP)
    assert len(answers.access.allowed()) == 2


# Letting in


def test_a_person_who_is_let_in_is_answered_alone(answers: Answers) -> None:
    assert "Telegram 7 is let in." in said(answers, "/allow telegram 7", OWNER, sender="1")
    assert "Subscribed" in said(answers, "/subscribe nets")
    assert "owner lets this chat in" in said(answers, "/subscribe nets", GROUP)
    assert "owner lets in" in said(answers, "hello", BOB, sender="8")


def test_a_group_is_let_in_as_a_whole_by_a_word_of_the_owner_in_it(answers: Answers) -> None:
    assert "Readers is let in." in said(answers, "/allow", GROUP, sender="1", chat_title="Readers")
    for where, who in ((GROUP, "7"), (TOPIC, "8"), (GROUP, "")):
        assert "owner lets" not in said(answers, "/status", where, sender=who)
    assert "owner lets in" in said(answers, "/status")
    assert "#1 Readers · telegram -100 · since 5 Mar 2026" in said(answers, "/allowed", OWNER, sender="1")


def test_the_owner_and_the_console_are_always_answered(answers: Answers) -> None:
    assert "Subscribed" in said(answers, "/subscribe nets", OWNER, sender="1")
    assert "Subscribed" in said(answers, "/subscribe nets", CONSOLE, sender="")
    assert "Status" in said(answers, "/status", GROUP, sender="1")


def test_where_the_owner_settles_something_the_chat_is_let_in(answers: Answers) -> None:
    assert "is let in by that" not in said(answers, "/status", GROUP, sender="1")
    assert "Readers is let in by that." in said(answers, "/subscribe nets", GROUP, sender="1", chat_title="Readers")
    assert "is let in by that" not in said(answers, "/subscribe flow", GROUP, sender="1")
    assert "is let in by that" not in said(answers, "/subscribe nets", OWNER, sender="1")
    assert "Status" in said(answers, "/status", GROUP)


def test_the_console_lets_in_by_id_alone(answers: Answers) -> None:
    assert "/allow slack U0ADA" in said(answers, "/allow", CONSOLE, sender="")
    said(answers, "/allow Slack @u0ada", CONSOLE, sender="")
    assert "Status" in said(answers, "/status", DIRECT, sender="U0ADA")
    assert "owner lets in" in said(answers, "/status", DIRECT, sender="U0BOB")


@pytest.mark.parametrize(
    "words",
    ["icq 7", "telegram", "telegram @ada", "telegram 7 8", "slack 7", "7", "telegram " + "9" * 50, "telegram ٣"],
)
def test_what_is_no_platform_or_no_id_of_it_is_refused(answers: Answers, words: str) -> None:
    told = said(answers, f"/allow {words}", OWNER, sender="1")
    assert "no platform" in told or "no id of" in told
    assert answers.access.allowed() == ()


def test_whom_the_slack_owner_lets_in_is_of_their_workspace(answers: Answers, storage: Storage) -> None:
    said(answers, "/claim off", OWNER, sender="1")
    mine = Address("slack", "D0OWN", workspace="T0")
    said(answers, f"/claim {answers.owning.new_code()}", mine, sender="U0OWN")
    said(answers, "/allow slack U0ADA", mine, sender="U0OWN")
    elsewhere = Address("slack", "D0ADA", workspace="T1")
    assert "Status" in said(answers, "/status", DIRECT, sender="U0ADA")
    assert "owner lets in" in said(answers, "/status", elsewhere, sender="U0ADA")


def test_a_group_that_moves_stays_let_in(answers: Answers, storage: Storage) -> None:
    said(answers, "/allow", GROUP, sender="1")
    said(answers, "/subscribe nets", GROUP)
    chat = storage.chats.find(GROUP)
    assert chat
    with storage.write():
        storage.chats.move(chat.key, "-200")
    assert "Status" in said(answers, "/status", Address("telegram", "-200"))


def test_nobody_is_on_the_list_at_first(answers: Answers) -> None:
    assert "Nobody is let in yet, but the owner." in said(answers, "/allowed", OWNER, sender="1")


# Taking back


def subscribed(answers: Answers, where: Address, who: str) -> None:
    assert "Subscribed" in said(answers, "/subscribe nets", where, sender=who)


@pytest.mark.parametrize("by", ["1", "#1", "telegram 7", "TELEGRAM  7"])
def test_who_is_denied_is_paused_with_the_reason_and_loses_nothing(answers: Answers, storage: Storage, by: str) -> None:
    said(answers, "/allow telegram 7", OWNER, sender="1")
    subscribed(answers, ADA, "7")
    assert "Telegram 7 is not let in any more" in said(answers, f"/deny {by}", OWNER, sender="1")
    assert state(storage, ADA) == PAUSED
    assert "Paused: Telegram 7: not let in by the owner" in said(answers, "/status", OWNER, sender="1")
    assert "owner lets in" in said(answers, "/unsubscribe all")

    chat, paper = storage.chats.find(ADA), storage.papers.titles.named("Deep Nets")[0]
    assert chat
    with storage.write():
        storage.outbox.queue([tell(chat, paper, NewsKind.CODE)], NOW)
    assert sent(storage) == []
    said(answers, "/allow telegram 7", OWNER, sender="1")
    assert state(storage, ADA) == ACTIVE
    assert sent(storage) == [("7", "2603.00001")]


def sent(storage: Storage) -> list[tuple[str, str]]:
    channel = FakeChannel()
    asyncio.run(deliver(storage, {"telegram": channel}, now=NOW, real_now=NOW))
    return channel.told


def test_a_slack_persons_direct_chat_is_paused_with_them(answers: Answers, storage: Storage) -> None:
    said(answers, "/allow slack U0ADA", OWNER, sender="1")
    subscribed(answers, DIRECT, "U0ADA")
    said(answers, "/allow slack U0BOB", OWNER, sender="1")
    assert state(storage, DIRECT) == ACTIVE
    said(answers, "/deny slack U0BOB", OWNER, sender="1")
    assert state(storage, DIRECT) == ACTIVE
    said(answers, "/deny 1", OWNER, sender="1")
    assert state(storage, DIRECT) == PAUSED


def test_all_topics_of_a_denied_group_are_paused(answers: Answers, storage: Storage) -> None:
    said(answers, "/allow", GROUP, sender="1")
    subscribed(answers, GROUP, "7")
    subscribed(answers, TOPIC, "7")
    said(answers, "/deny telegram -100", OWNER, sender="1")
    assert [state(storage, where) for where in (GROUP, TOPIC)] == [PAUSED, PAUSED]


@pytest.mark.parametrize("by", ["2", "0", "-1", "telegram 8", "slack U0ADA", "¹"])
def test_nobody_is_denied_by_mistake(answers: Answers, by: str) -> None:
    said(answers, "/allow telegram 7", OWNER, sender="1")
    told = said(answers, f"/deny {by}", OWNER, sender="1")
    assert "I let nobody in by that" in told or "no platform" in told
    assert len(answers.access.allowed()) == 1


# The settings


def test_an_open_house_answers_all_and_says_that_the_list_does_not_count(storage: Storage, clock: Clock) -> None:
    answers = house(storage, clock, closed=False)
    assert "Subscribed" in said(answers, "/subscribe nets")
    assert "everybody is answered" in said(answers, "/allow telegram 7", CONSOLE, sender="")
    assert "everybody is answered" in said(answers, "/allowed", CONSOLE, sender="")
    assert "everybody is answered" in said(answers, "/deny 1", CONSOLE, sender="")
    assert state(storage, ADA) == ACTIVE
    assert "is let in by that" not in said(answers, "/subscribe nets", GROUP, sender="1", is_owner=True)


def test_a_house_that_is_closed_pauses_the_others_and_wakes_them_when_it_opens(
    answers: Answers, storage: Storage, clock: Clock
) -> None:
    for who in ("7", "8", "-100", "9"):
        subscribe(storage, "nets", who)
    subscribe(storage, "nets", "local", platform="console")
    subscribe(storage, "nets", "1")
    blocked = storage.chats.find(Address("telegram", "9"))
    assert blocked
    with storage.write():
        storage.chats.pause(blocked.key, "blocked", NOW)
    said(answers, "/allow telegram 7", OWNER, sender="1")
    assert answers.access.settle() == 2
    assert answers.access.settle() == 0
    assert [state(storage, where) for where in (ADA, BOB, GROUP)] == [ACTIVE, PAUSED, PAUSED]
    assert [state(storage, where) for where in (OWNER, CONSOLE)] == [ACTIVE, ACTIVE]
    assert house(storage, clock, closed=False).access.settle() == 2
    assert [state(storage, where) for where in (BOB, GROUP)] == [ACTIVE, ACTIVE]
    assert state(storage, blocked.address) == (ChatState.PAUSED, "blocked")


@pytest.mark.parametrize("access", ["open", "allow-list", "ALLOW-LIST"])
def test_the_setting_closes_the_house(tmp_path: Path, access: str) -> None:
    settings = load({**OFFLINE, "PAPERWIRE_DATA": str(tmp_path), "PAPERWIRE_ACCESS": access}, env_file=None)
    with App(settings, clock=lambda: NOW) as app:
        stranger = Request(ADA, "/status", sender="7", alone=True)
        assert app.admits(stranger) is (access == "open")
        assert ("owner lets in" in render(app.respond(stranger))) is (access != "open")
        assert "Status" in app.ask("/status")
