"""The buttons below a paper, pressed in Telegram: each is acknowledged and answered."""

from collections.abc import Iterator
from functools import partial

import pytest

from bot.domain.chat import Address
from handlers.commands import respond
from storage import Storage
from tests.asked_live import answers_of
from tests.builders import linked_paper
from tests.telegram.channel import channel, run, running, until
from tests.telegram.fake_api import FakeTelegram, Sent

ADA, GROUP, MEMBER = 7, -100, 8


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake.person(ADA).person(MEMBER).group(GROUP, admins=(ADA,))


def answered(telegram: FakeTelegram, storage: Storage, *, answers: int = 1) -> list[Sent]:
    """What is sent until so many answers have come, counting those that were only shown for a moment."""
    made = channel(telegram, respond=partial(respond, answers_of(storage)))

    async def listen() -> None:
        async with running(made):
            await until(telegram, lambda: len(telegram.sent) + len(telegram.toasts) >= answers)

    run(listen())
    return telegram.sent


def pressed(sent: Sent) -> dict[str, str]:
    """The buttons of a message, label to command."""
    return dict(button for row in sent.keyboard for button in row)


def test_a_press_of_save_saves_and_says_so(telegram: FakeTelegram, storage: Storage) -> None:
    linked_paper(storage)
    telegram.says(ADA, "/code 2603.00001")
    (card,) = answered(telegram, storage)
    telegram.presses(ADA, pressed(card)["👍 Save"])
    assert answered(telegram, storage, answers=2) == [card]
    assert telegram.toasts == ["Saved: “Deep Nets”"]
    assert len(telegram.pressed) == 1


def test_who_types_it_has_a_message_with_what_can_be_done_next(telegram: FakeTelegram, storage: Storage) -> None:
    linked_paper(storage)
    telegram.says(ADA, "/save 2603.00001")
    (answer,) = answered(telegram, storage)
    assert answer.text == "Saved: “Deep Nets”. /saved shows it."
    assert pressed(answer) == {"Similar": "/more 2603.00001", "Take back": "/unsave 2603.00001"}


def test_a_press_of_save_twice_is_answered_twice_and_saves_once(telegram: FakeTelegram, storage: Storage) -> None:
    linked_paper(storage)
    for _ in range(2):
        telegram.presses(ADA, "/save 2603.00001")
    assert answered(telegram, storage, answers=2) == []
    assert [text.split("“")[0] for text in telegram.toasts] == ["Saved: ", "Saved already: "]


def test_in_a_group_a_member_may_save_but_less_is_for_admins(telegram: FakeTelegram, storage: Storage) -> None:
    linked_paper(storage)
    telegram.presses(GROUP, "/save 2603.00001", sender=MEMBER)
    telegram.presses(GROUP, "/less 2603.00001", sender=MEMBER)
    card = telegram.presses(GROUP, "/less 2603.00001", sender=ADA)
    (less,) = answered(telegram, storage, answers=3)
    assert less.quote == card
    assert less.text.startswith("Less")
    assert [text.split(" ")[0] for text in telegram.toasts] == ["Saved:", "Only"]


def test_the_offers_of_less_can_be_pressed(telegram: FakeTelegram, storage: Storage) -> None:
    linked_paper(storage)
    telegram.presses(ADA, "/less 2603.00001")
    (answer,) = answered(telegram, storage)
    assert pressed(answer) == {"Mute ada/*": "/mute repo:ada/*", "Take back": "/less 2603.00001 off"}


def test_what_is_saved_comes_as_a_file(telegram: FakeTelegram, storage: Storage) -> None:
    linked_paper(storage)
    answers_of(storage).keeping.save(Address("telegram", str(ADA)), "2603.00001")
    telegram.says(ADA, "/saved bibtex")
    (sent,) = answered(telegram, storage)
    assert sent.file == "paperwire-saved.bib"
    assert sent.content.startswith(b"@misc{anon2026deep,")


@pytest.mark.parametrize("text", ["/saved", "/saved bibtex", "/saved list", "/more 2603.00001", "/less 2603.00001"])
def test_hostile_titles_are_taken(telegram: FakeTelegram, storage: Storage, text: str) -> None:
    for n in range(1, 13):
        linked_paper(storage, f"2603.{n:05}", f"ada/{n}", title=f"<b>&amp; {n} " + "深🤖" * 200)
        answers_of(storage).keeping.save(Address("telegram", str(ADA)), f"2603.{n:05}")
    telegram.says(ADA, text)
    answered(telegram, storage)
    assert telegram.unconfirmed == 0
