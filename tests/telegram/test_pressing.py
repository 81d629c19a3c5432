"""What a press does: a new answer, one in the message's place, or a word in passing; and buttons of other kinds."""

import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from handlers.incoming import Request
from handlers.invitations import payload_of
from handlers.messages import NOTHING, Button, Buttons, Copy, File, Image, Invite, Message, text
from tests.telegram.channel import channel, run, running, said, until
from tests.telegram.fake_api import NAME, FakeTelegram, Sent
from tests.telegram.fake_http import Fault, Refusal

PNG = b"\x89PNG\r\n\x1a\n and so on"
TURN = Message((text("page 1"), Buttons((Button("›", "/saved 2", here=True),))), "page 1")


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake.person(7).group(-100, admins=(7,))


def play(telegram: FakeTelegram, respond: Callable[[Request], Message], *presses: tuple[int, str]) -> list[Sent]:
    """Somebody asks, and then presses below the answer; what there is in the end."""

    async def talk() -> None:
        async with running(channel(telegram, respond=respond)):
            telegram.says(presses[0][0], "/first")
            await until(telegram, lambda: bool(telegram.sent))
            for number, (chat, data) in enumerate(presses, 1):
                telegram.presses(chat, data, on=telegram.sent[-1].id)
                await until(telegram, partial(_are_acknowledged, telegram, number))

    run(talk())
    return telegram.sent


def _are_acknowledged(telegram: FakeTelegram, presses: int) -> bool:
    return telegram.count("answerCallbackQuery") == presses


def pages(request: Request) -> Message:
    return said(f"said {request.text}") if request.text != "/first" else TURN


def test_an_answer_takes_the_place_of_the_message_that_was_pressed(telegram: FakeTelegram) -> None:
    (sent,) = play(telegram, pages, (7, "./saved 2"))
    assert (sent.text, sent.keyboard) == ("said /saved 2", ())


def test_the_button_that_turns_a_page_says_so(telegram: FakeTelegram) -> None:
    (sent,) = play(telegram, lambda _: TURN, (7, ".nothing"))
    assert sent.keyboard == ((("›", "./saved 2"),),)


def test_another_button_brings_a_new_message(telegram: FakeTelegram) -> None:
    assert [sent.text for sent in play(telegram, pages, (7, "/saved 2"))] == ["page 1", "said /saved 2"]


@pytest.mark.parametrize("fault", [Refusal(400, "Bad Request: message can't be edited"), Fault.DROP_BEFORE])
def test_where_a_message_cannot_be_changed_a_new_one_says_it(telegram: FakeTelegram, fault: Fault | Refusal) -> None:
    telegram.fail("editMessageText", fault)
    assert [sent.text for sent in play(telegram, pages, (-100, ".x"))][1:] == ["said x"]


def test_below_a_picture_which_cannot_become_a_text_a_new_message_says_it(telegram: FakeTelegram) -> None:
    picture = Message((Image("a.png", PNG, "a curve"), *TURN.parts), "a curve")
    told = play(telegram, lambda asked: picture if asked.text == "/first" else said("turned"), (-100, "./saved 2"))
    assert [(one.file, one.text) for one in told] == [("a.png", "page 1"), ("", "turned")]


@pytest.mark.parametrize("part", [File("a.txt", "a"), Image("a.png", PNG, "a curve"), text("long " * 900)])
def test_what_cannot_take_a_messages_place_comes_as_a_new_one(telegram: FakeTelegram, part: File) -> None:
    large = Message((part,), "large")
    play(telegram, lambda request: TURN if request.text == "/first" else large, (7, ".x"))
    assert telegram.sent[0].text == "page 1"
    assert telegram.count("editMessageText") == 0
    assert len(telegram.sent) > 1


def test_a_word_in_passing_is_shown_above_the_chat(telegram: FakeTelegram) -> None:
    passing = Message((text("Saved."),), "Saved " + "x" * 300, passing=True)
    sent = play(telegram, lambda request: TURN if request.text == "/first" else passing, (-100, "/save 1"))
    assert [one.text for one in sent] == ["page 1"]
    (toast,) = telegram.toasts
    assert toast == ("Saved " + "x" * 300)[:200]


def test_a_word_in_passing_that_was_typed_for_is_an_answer(telegram: FakeTelegram) -> None:
    passing = Message((text("Saved."),), "Saved", passing=True)
    assert [one.text for one in play(telegram, lambda _: passing, (7, "x"))] == ["Saved."]
    assert telegram.toasts == ["Saved"]


def test_a_press_too_old_for_a_word_in_passing_has_an_answer(telegram: FakeTelegram) -> None:
    passing = Message((text("Saved."),), "Saved", passing=True)

    async def talk() -> None:
        telegram.presses(7, "/save 1", too_old=True)
        async with running(channel(telegram, respond=lambda _: passing)):
            await until(telegram, lambda: bool(telegram.sent))

    run(talk())
    assert telegram.sent[0].text == "Saved."


def test_the_spinner_stops_though_the_answer_takes_long(
    telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.telegram.answering.SPINNER_S", 0.02)
    may_go = threading.Event()

    def slowly(_: Request) -> Message:
        may_go.wait(5)
        return Message((text("Saved."),), "Saved", passing=True)

    async def talk() -> None:
        telegram.presses(7, "/save 1")
        async with running(channel(telegram, respond=slowly)):
            await until(telegram, lambda: bool(telegram.pressed))
            assert telegram.sent == []
            may_go.set()
            await until(telegram, lambda: bool(telegram.sent))

    run(talk())
    assert telegram.toasts == []  # it was too late for that, so the words came as a message
    assert telegram.sent[0].text == "Saved."


def test_a_press_that_nobody_answers_is_acknowledged(telegram: FakeTelegram) -> None:
    play(telegram, lambda request: TURN if request.text == "/first" else NOTHING, (7, "/x"))
    assert len(telegram.pressed) == 1
    assert len(telegram.sent) == 1


def test_text_to_be_copied_and_ways_to_us_are_buttons(telegram: FakeTelegram) -> None:
    row = (
        Copy("Copy", "git clone https://github.com/a/b"),
        Copy("Too long", "x" * 257),
        Copy("Hidden", "x\x00y"),
        Invite("Ask", "/code id:2603.00001"),
        Invite("Too long", "/subscribe " + "x" * 60),
        Invite("Into a group", group=True),
    )
    sent = play(telegram, lambda _: Message((text("x"), Buttons(row)), "x"), (7, "x"))[0]
    ask = f"https://t.me/{NAME}?start={payload_of('/code id:2603.00001')}"
    assert [button for row in sent.keyboard for button in row] == [
        ("Copy", "copy:git clone https://github.com/a/b"),
        ("Ask", ask),
        ("Into a group", f"https://t.me/{NAME}?startgroup=here"),
    ]


def test_a_picture_carries_a_short_text_and_stands_alone_below_a_long_one(telegram: FakeTelegram) -> None:
    picture = Image("curve.png", PNG, "stars of a/b: <12> to 40")
    play(telegram, lambda request: Message((text(request.text * 300), picture), "x"), (7, "x"))
    assert [(one.file, one.text, one.content) for one in telegram.sent] == [
        ("", "/first" * 300, b""),
        ("curve.png", "stars of a/b: <12> to 40", PNG),
        ("curve.png", "x" * 300, PNG),
    ]
