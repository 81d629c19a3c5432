"""How much one person may ask, and how much a private chat may subscribe to."""

from datetime import timedelta

import pytest

from bot.answers import MOST_ALONE, Answers, Live
from bot.answers.limits import QUESTIONS, Limits
from bot.domain.chat import Address
from handlers.commands import respond
from handlers.incoming import Request
from storage import Storage
from tests.builders import NOW
from tests.fakes import FakeArxiv

ADA, GROUP = Address("telegram", "7"), Address("telegram", "-100")


@pytest.fixture
def answers(storage: Storage) -> Answers:
    nowhere = FakeArxiv()
    return Answers(storage, Live(nowhere, nowhere, feeds=None), clock=lambda: NOW)  # type: ignore[arg-type]  # because: nothing is looked up


def said(answers: Answers, text: str, **rest: object) -> str:
    request = Request(ADA, text, **{"sender": "7", "alone": True, **rest})  # type: ignore[arg-type]  # because: checked by it
    return respond(answers, request).summary


def test_a_person_is_asked_to_wait_after_thirty_questions_in_a_minute_and_nobody_else(answers: Answers) -> None:
    assert not any("ask again" in said(answers, "/status") for _ in range(QUESTIONS))
    assert "Please ask again in 60 s" in said(answers, "/status")
    assert "ask again" not in said(answers, "/status", sender="8")


def test_whoever_waits_is_answered_again() -> None:
    now = NOW
    limits = Limits(lambda: now)
    for n in range(QUESTIONS):
        now = NOW + timedelta(seconds=n)
        assert limits.wait(ADA, "7") is None
    assert limits.wait(ADA, "7") == timedelta(seconds=60 - QUESTIONS + 1)
    now = NOW + timedelta(seconds=60)
    assert limits.wait(ADA, "7") is None
    assert limits.wait(ADA, "7") == timedelta(seconds=1)


def test_the_same_number_on_another_platform_is_another_person() -> None:
    limits = Limits(lambda: NOW)
    assert [limits.wait(ADA, "7") for _ in range(QUESTIONS)] == [None] * QUESTIONS
    assert limits.wait(Address("slack", "7"), "7") is None
    assert limits.wait(GROUP, "7") is not None
    assert limits.wait(GROUP, "") is None


def test_the_memory_is_bounded() -> None:
    limits = Limits(lambda: NOW)
    for person in range(6000):
        limits.wait(ADA, str(person))
    assert len(limits._questions._times) == 5000


def test_the_owner_is_never_made_to_wait(answers: Answers) -> None:
    assert not any("ask again" in said(answers, "/status", is_owner=True) for _ in range(QUESTIONS + 5))


def test_a_private_chat_has_twenty_subscriptions_and_the_owner_more(answers: Answers) -> None:
    for number in range(MOST_ALONE):
        assert "Subscribed" in said(answers, f"/subscribe word{number}", sender=str(number))
    assert "This chat has 20 subscriptions" in said(answers, "/subscribe more")
    assert "Subscribed" in said(answers, "/subscribe more", is_owner=True)
    assert "Subscribed" in said(answers, "/watch 2603.00001", alone=False)
