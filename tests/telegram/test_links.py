"""Links that lead to the bot: somebody else may have made them, so that they show things, and change nothing."""

from collections.abc import Iterator
from functools import partial

import pytest

from bot.answers import Answers
from bot.domain.chat import Address
from handlers.command import Command
from handlers.commands import COMMANDS, respond
from handlers.invitations import payload_of
from storage import Storage
from tests.asked_live import answers_of
from tests.builders import linked_paper
from tests.telegram.channel import channel, run, running, until
from tests.telegram.fake_api import NAME, FakeTelegram, Sent

ADA = Address("telegram", "7")
CHANGES_NOTHING = {  # read again before a command is added here
    *("start", "help", "code", "paper", "card", "why", "preview", "subscriptions", "waiting", "digest", "settings"),
    *("missed", "saved", "cite", "more", "trending", "stars", "top", "trends", "status", "home"),
}


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake.person(7, "Ada").group(-100, "Readers", admins=(7,))


@pytest.fixture
def answers(storage: Storage) -> Answers:
    linked_paper(storage)
    return answers_of(storage)


def opened(telegram: FakeTelegram, answers: Answers, *payloads: str, chat: int = 7) -> list[Sent]:
    """What comes of opening links, one after the other."""

    async def talk() -> None:
        async with running(channel(telegram, respond=partial(respond, answers))):
            for number, payload in enumerate(payloads, 1):
                telegram.says(chat, f"/start {payload}" if chat > 0 else f"/start@{NAME} {payload}")
                await until(telegram, partial(_has_sent, telegram, number))

    run(talk())
    return telegram.sent


def _has_sent(telegram: FakeTelegram, messages: int) -> bool:
    return len(telegram.sent) == messages


def pressed(sent: Sent) -> list[str]:
    return [does for row in sent.keyboard for _, does in row]


# What is not for us, or not from a friend


@pytest.mark.parametrize("payload", ["here", "w", "wz", "w!!", "w" * 64, "xyz", "wAAAA", "w_-_-", "1f0c" * 5])
def test_a_payload_of_nonsense_is_a_welcome(telegram: FakeTelegram, answers: Answers, payload: str) -> None:
    (sent,) = opened(telegram, answers, payload)
    assert sent.text.startswith(("paperwire: papers with code", "I found no paper for"))


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ("/unsubscribe all", "/unsubscribe all"),
        ("/save 2603.00001", "/save 2603.00001"),
        ("/less 2603.00001", "/less 2603.00001"),
        ("/digest off", "/digest off"),
        ("/pause", "/pause"),
        ("/import https://evil.test/list", "/import https://evil.test/list"),
        ("/export", "/export"),
        ("/UNSUB@somebody all", "/unsubscribe all"),
        ("/subscribe https://a.test/feed", "/subscribe https://a.test/feed"),
        ("/subscribe (((", "/subscribe ((("),
    ],
)
def test_what_would_change_something_is_only_offered(
    telegram: FakeTelegram, answers: Answers, said: str, offered: str
) -> None:
    answers.subscribe(ADA, "nets")
    (sent,) = opened(telegram, answers, payload_of(said))
    assert f"wants to say {offered}." in sent.text
    assert pressed(sent) == [offered]
    assert len(answers.subscriptions(ADA).mine) == 1
    assert answers.keeping.saved(ADA).saved == 0


@pytest.mark.parametrize(
    "said", ["/allow telegram 666", "/deny 1", "/claim off", "/official 2603.00001 evil/nets", "/wrong 1 a/b"]
)
def test_what_would_count_for_all_has_no_button(telegram: FakeTelegram, answers: Answers, said: str) -> None:
    (sent,) = opened(telegram, answers, payload_of(said))
    assert f"wants to say {said}." in sent.text
    assert sent.keyboard == ()


def test_hostile_words_are_shown_as_they_are(telegram: FakeTelegram, answers: Answers) -> None:
    said = "/mute <b>x</b>\n\n\u202e@ada &amp; https://a.t"
    (sent,) = opened(telegram, answers, payload_of(said))
    assert sent.text == (
        "The link that you opened wants to say /mute <b>x</b> @ada &amp; https://a.t. Nothing is changed so far.\n\n"
        "Do it: /mute <b>x</b> @ada &amp; https://a.t"
    )
    assert sent.keyboard == ()  # a button would not say what it does
    assert {entity.kind for entity in sent.entities} == {"code"}


def test_only_what_changes_nothing_is_done_at_once() -> None:
    assert {command.name for command in COMMANDS if command.shows("off") or command.shows("")} == CHANGES_NOTHING
    assert not any(command.shows(words) for command in COMMANDS for words in ("", "off") if command.manages(words))


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.beforehand], ids=lambda command: command.name)
def test_what_is_shown_beforehand_is_a_command_that_shows(command: Command) -> None:
    (shown,) = [c for c in COMMANDS if c.name == command.beforehand]
    assert shown.shows("words")


# What links are for


def test_a_link_asks_a_question(telegram: FakeTelegram, answers: Answers) -> None:
    by_id, by_words, digest = opened(telegram, answers, *map(payload_of, ("/code 2603.00001", "deep nets", "/digest")))
    assert by_id.text.startswith("Deep Nets\n")
    assert by_words.text == by_id.text
    assert "wants to say" not in digest.text


def test_a_link_to_a_subscription_shows_what_it_would_send_and_a_press_subscribes(
    telegram: FakeTelegram, answers: Answers
) -> None:
    async def talk() -> None:
        async with running(channel(telegram, respond=partial(respond, answers))):
            telegram.says(7, f"/start {payload_of('/subscribe nets cat:cs.CV')}")
            await until(telegram, partial(_has_sent, telegram, 1))
            assert answers.subscriptions(ADA).mine == ()
            telegram.presses(7, pressed(telegram.sent[0])[0])
            await until(telegram, partial(_has_sent, telegram, 2))

    run(talk())
    assert telegram.sent[0].text.startswith("A look at: nets cat:cs.CV")
    assert pressed(telegram.sent[0]) == ["/subscribe nets cat:cs.CV"]
    assert [one.subscription.text for one in answers.subscriptions(ADA).mine] == ["nets cat:cs.CV"]


def test_the_code_that_makes_an_owner_still_does(telegram: FakeTelegram, answers: Answers) -> None:
    code = answers.owning.new_code() or ""
    opened(telegram, answers, payload_of("/code 2603.00001"), code)
    assert answers.owning.owns(ADA, "7")


def test_whoever_is_alone_with_us_is_shown_the_way_into_a_group(telegram: FakeTelegram, answers: Answers) -> None:
    (sent,) = opened(telegram, answers, "")
    assert sent.keyboard == ((("Add me to a group", f"https://t.me/{NAME}?startgroup=here"),),)


@pytest.mark.parametrize("payload", ["", payload_of("/code 2603.00001"), payload_of("/unsubscribe all")])
def test_a_group_hears_what_can_be_done_there(telegram: FakeTelegram, answers: Answers, payload: str) -> None:
    (sent,) = opened(telegram, answers, payload, chat=-100)
    assert "/subscribe diffusion cat:cs.CV — for the admins" in sent.text
    assert sent.keyboard == ()


def test_a_group_that_has_just_been_greeted_is_not_greeted_again(telegram: FakeTelegram, answers: Answers) -> None:
    telegram.says(-100, f"/start@{NAME} here")
    (sent,) = opened(telegram, answers, "")
    assert sent.chat == 7
