"""Other words for a subscription: from then on it is told by those, and all else of it stays."""

import pytest

from bot.answers import Answers
from bot.domain.chat import Address
from bot.domain.news import News, NewsKind
from bot.domain.pace import Rhythm
from bot.telling import tell
from handlers.commands import respond
from handlers.console.render import render
from handlers.incoming import Request
from storage import Storage
from tests.asked_live import answers_of
from tests.builders import NOW, linked_paper

ADA = Address("telegram", "7")


@pytest.fixture
def answers(storage: Storage) -> Answers:
    made = answers_of(storage)
    made.subscribe(ADA, "bees")
    made.subscribe(ADA, "wasps cat:cs.LG")
    return made


def says(answers: Answers, text: str) -> str:
    return render(respond(answers, Request(ADA, text, alone=True)))


def told_of(storage: Storage, title: str, arxiv: str = "2603.00001") -> int:
    """How many chats a new paper with code is told to."""
    key = linked_paper(storage, arxiv, f"ada/nets{arxiv[-1]}", title=title)
    with storage.write():
        paper, links = storage.papers.get(key), storage.links.of_paper(key)
        return tell(storage, News(NewsKind.CODE, key, NOW), paper, links, now=NOW)


# What is said wrongly


@pytest.mark.parametrize("text", ["/change", "/change 1", "/change bees", "/change #1", "/change ants bees"])
def test_what_is_missing_is_asked_for(answers: Answers, text: str) -> None:
    assert "Which subscription shall want what instead?" in says(answers, text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("/change 9 ants", "There is no subscription #9 here"),
        ("/change 1 (ants", "This bracket is never closed"),
        ("/change 1 feed:nowhere", "nowhere"),
        ("/change 1 wasps cat:cs.LG", "You have that already, as #2"),
        ("/change 1 BEES", "You have that already, as #1"),
    ],
)
def test_what_cannot_be_changes_nothing(answers: Answers, text: str, why: str) -> None:
    assert why in says(answers, text)
    assert [one.subscription.text for one in answers.subscriptions(ADA).mine] == ["bees", "wasps cat:cs.LG"]


# What is changed


def test_from_now_on_it_is_told_by_its_new_words_alone(answers: Answers, storage: Storage) -> None:
    assert "Changed (#1): ants" in says(answers, "/change 1 ants")
    assert told_of(storage, "Of bees", "2603.00001") == 0
    assert told_of(storage, "Of ants", "2603.00002") == 1


def test_its_number_its_rhythm_and_where_it_speaks_stay(answers: Answers) -> None:
    says(answers, "/rhythm 1 hourly")
    says(answers, "/rhythm 1 priority")
    offered = answers.routing.route(ADA, "1")
    answers.routing.route(Address("telegram", "-100"), offered.code)  # type: ignore[union-attr]  # because: it is offered
    says(answers, "/change #1 ants OR bees")
    one = answers.subscriptions(ADA).mine[0]
    assert (one.subscription.number, one.subscription.text) == (1, "ants OR bees")
    assert (one.subscription.rhythm, one.subscription.priority) == (Rhythm.HOURLY, True)
    assert one.speaks_in is not None


def test_who_has_as_many_as_they_may_can_change_them(answers: Answers) -> None:
    for number in range(18):
        answers.subscribe(ADA, f"word{number}")
    assert "Changed (#20)" in says(answers, "/change 20 ants")
