"""What a new subscription says of itself: the latest that it finds, and how much it would have sent."""

from datetime import timedelta

import pytest

from bot.answers import Answers, Live, Subscribed
from bot.domain.chat import Address
from bot.domain.paper import Announcement
from bot.errors import BadQuery
from bot.ingest import ingest
from bot.jobs.seed import seed
from handlers import wording
from handlers.console.render import render
from storage import Storage
from tests.builders import CODE_AT, NOW, paper
from tests.fakes import FakeArxiv

LONG_AGO = NOW - timedelta(days=700)
ADA = Address("telegram", "7")


@pytest.fixture
def answers(storage: Storage) -> Answers:
    nowhere = FakeArxiv()
    live = Live(nowhere, nowhere, feeds=None)  # type: ignore[arg-type]  # because: nothing is looked up
    return Answers(storage, live, clock=lambda: NOW)


def announce(storage: Storage, number: int, *, title: str = "Deep Nets", code: bool = True, days_ago: int = 0) -> None:
    at = NOW - timedelta(days=days_ago)
    told = paper(f"2603.{number:05}", f"{title} {number}", abstract=CODE_AT if code else "", announced=at)
    with storage.write():
        ingest(storage, [told], now=at)


def said(answers: Answers, words: str) -> str:
    made = answers.subscribe(ADA, words)
    assert isinstance(made, Subscribed)
    return " ".join(render(wording.subscribed(made)).split())


def test_it_counts_the_messages_of_the_week_and_shows_the_latest_three(answers: Answers, storage: Storage) -> None:
    for number in range(8):
        announce(storage, number, days_ago=number)
    told = said(answers, "nets")
    assert "In the last 7 days that would have been 8 messages; the latest:" in told
    assert [f"Deep Nets {number} ·" in told for number in range(4)] == [True, True, True, False]


def test_it_says_since_when_it_has_watched(answers: Answers, storage: Storage) -> None:
    announce(storage, 1, days_ago=1)
    assert "In the last day that would have been 1 message:" in said(answers, "nets")


def test_nothing_is_said_of_a_week_that_was_not_watched(answers: Answers) -> None:
    assert "In the last" not in said(answers, "nets")


def test_landmarks_and_new_versions_of_old_papers_are_no_messages(answers: Answers, storage: Storage) -> None:
    seed(storage, NOW)
    revised = paper(
        "2401.00001", "Deep Nets", version=2, abstract=CODE_AT, announcement=Announcement.REPLACE, published=LONG_AGO
    )
    with storage.write():
        ingest(storage, [revised], now=NOW, had_code=["2401.00001"])
    assert "In the last" not in said(answers, "deep")
    assert "In the last" not in said(answers, "bert")


def test_a_few_quiet_hours_say_nothing_of_a_day(answers: Answers, storage: Storage) -> None:
    announce(storage, 1)
    assert "In the last" not in said(answers, "bees")
    assert "In the last day that would have been 1 message:" in said(answers, "nets")


def test_a_quiet_week_is_told_with_what_it_finds_of_older_ones(answers: Answers, storage: Storage) -> None:
    announce(storage, 1, title="Old Bees", days_ago=30)
    announce(storage, 2, days_ago=3)
    told = said(answers, "bees")
    assert "In the last 3 days nothing would have come. The latest that it finds:" in told
    assert "Old Bees 1" in told


def test_papers_without_code_count_where_they_are_wanted(answers: Answers, storage: Storage) -> None:
    announce(storage, 1, code=False, days_ago=1)
    announce(storage, 2, days_ago=1)
    assert "1 message:" in said(answers, "nets")
    assert "2 messages:" in said(answers, "nets kind:papers")


def test_too_many_a_day_are_offered_as_a_digest(answers: Answers, storage: Storage) -> None:
    for number in range(11):
        announce(storage, number, days_ago=1)
    assert "That is more than 10 a day" in said(answers, "nets")
    assert "/rhythm 2 daily" in said(answers, "deep nets")
    assert "more than 10" not in said(answers, "nets cat:cs.CV")


def test_a_look_before_subscribing_saves_nothing(answers: Answers, storage: Storage) -> None:
    assert "nothing that it would have told so far" in render(wording.preview("nets", answers.preview("nets")))
    announce(storage, 1, days_ago=1)
    looked = " ".join(render(wording.preview("nets", answers.preview("nets"))).split())
    assert "In the last day that would have been 1 message: • Deep Nets 1" in looked
    assert "/subscribe nets — Subscribe" in looked
    assert storage.subscriptions.count() == 0
    assert "nothing would have come" in render(wording.preview("bees", answers.preview("bees")))
    with pytest.raises(BadQuery):
        answers.preview("nets OR")
