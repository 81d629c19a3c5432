"""A feed's entries as matching sees them, and which followers want one."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chat import Subscription
from bot.domain.feed import Entry
from bot.rules.entries import document, fulfils, newest, wanting
from tests.builders import NOW

POST = Entry(
    "1",
    "Robot Learning: A Survey of Surveys",
    "https://blog.test/1",
    "How robots learn from few-shot videos. Transformers help.",
    "Ada Lin, Bob van Berg and Chloé Diaz",
)


def following(text: str, key: int = 1) -> Subscription:
    return Subscription(key, key, key, text, NOW, feed=9)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("robot learning", True),
        ("robot learning -survey", False),
        ('"learn from few shot"', True),
        ('"surveys how robots"', False),  # no phrase reaches from the title into the summary
        ("ti:robots", True),
        ("ti:transformer", False),
        ("abs:transformer", True),
        ("au:lin", True),
        ('au:"chloe diaz"', True),
        ('au:"lin berg"', False),
        ("(video OR audio) -diffusion", True),
        ("-audio", True),
        ("-robots", False),
        ("task:robot", True),
    ],
)
def test_words_mean_in_an_entry_what_they_mean_in_a_paper(words: str, wanted: bool) -> None:
    assert fulfils(f"feed:blog {words}", document(POST)) is wanted
    assert fulfils(f"https://blog.test/feed {words}", document(POST)) is wanted


def test_who_follows_whole_wants_all_and_what_cannot_be_read_any_more_wants_nothing() -> None:
    followers = [
        following(text, n)
        for n, text in enumerate(
            ("https://blog.test/feed", "feed:blog robots", "feed:blog cat:cs.CV", "feed:blog bees", "robots", "feed:(")
        )
    ]
    assert [s.number for s in wanting(document(POST), followers)] == [0, 1]


def test_the_newest_come_first_and_those_without_a_time_last_as_they_came() -> None:
    old, young = (Entry(str(n), "", "", published=NOW - timedelta(days=n)) for n in (5, 1))
    first, second = Entry("a", "", ""), Entry("b", "", "")
    assert newest([first, old, second, young]) == [young, old, first, second]


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=100))
def test_any_entry_can_be_asked(title: str, summary: str, author: str) -> None:
    asked = document(Entry("1", title, "", summary, author))
    assert fulfils("feed:x -word", asked) is ("word" not in asked.words)
