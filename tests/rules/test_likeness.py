"""What tells most of a paper, and which others are like it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import Paper
from bot.rules import likeness
from bot.rules.likeness import TELLING, Telling

SIZE = 600_000
RARITY = {
    "stiffness": 40,
    "diffusion": 9_000,
    "diffusions": 20,
    "sampling": 4_000,
    "runge": 90,
    "kutta": 80,
    "solver": 300,
}
ASKED = Paper(
    1,
    (),
    "Stiffness in Diffusion Sampling",
    "We propose Runge and Kutta for sampling. Runge, Kutta and one solver outperform baselines.",
    categories=("cs.CV",),
)


def telling(paper: Paper = ASKED, *, rows: int = 20_000) -> Telling:
    return likeness.telling(likeness.said(paper), RARITY, SIZE, rows=rows)


def like(*others: Paper) -> list[int]:
    return [other.key for other in likeness.likest(ASKED, telling(), others)]


def other(key: int, title: str, abstract: str = "", *categories: str) -> Paper:
    return Paper(key, (), title, abstract, categories=categories)


def test_rare_words_of_the_title_tell_most_then_those_that_the_abstract_repeats() -> None:
    assert list(telling().words) == ["stiffness", "sampling", "kutta", "runge", "diffusion"]


def test_what_the_abstract_says_once_and_what_all_abstracts_say_tells_nothing() -> None:
    words = likeness.said(replace(ASKED, abstract="We propose a solver. We propose 2026 of them, to outperform it."))
    assert set(words.times) == {"stiffness", "diffusion", "sampling"}


def test_words_are_looked_for_with_their_plurals() -> None:
    assert ("diffusion", "diffusions") in telling().sought


def test_words_of_too_many_titles_are_not_looked_for() -> None:
    assert [spelt[0] for spelt in telling(rows=250).sought] == ["stiffness", "kutta", "runge"]
    assert [spelt[0] for spelt in telling(rows=130).sought] == ["stiffness", "kutta"]


def test_a_word_of_its_own_title_alone_is_not_looked_for() -> None:
    told = likeness.telling(likeness.said(ASKED), {"stiffness": 1, "runge": 1}, SIZE, rows=100)
    assert [spelt[0] for spelt in told.sought] == ["runge"]


def test_a_paper_of_unknown_words_tells_nothing() -> None:
    told = likeness.telling(likeness.said(ASKED), {}, 0, rows=100)
    assert (told.words, told.sought) == ({}, {})


def test_the_title_counts_more_than_the_abstract_and_more_shared_words_more_than_fewer() -> None:
    in_title = other(2, "Stiffness of diffusion")
    in_abstract = other(3, "Chairs", "stiffness of diffusion")
    more = other(4, "Stiffness of Runge and Kutta diffusion")
    assert like(in_abstract, in_title, more) == [4, 2, 3]


def test_of_equals_the_one_of_the_same_field_and_then_the_newer_comes_first() -> None:
    title = "Stiffness of diffusion"
    assert like(other(2, title), other(3, title), other(4, title, "", "cs.CV")) == [4, 3, 2]


def test_one_shared_word_is_too_little_and_nothing_is_like_itself() -> None:
    assert like(other(2, "Stiffness"), other(3, "Chairs"), ASKED) == []


def test_of_a_paper_of_two_words_one_is_enough() -> None:
    asked = other(1, "Mask CNN")
    told = likeness.telling(likeness.said(asked), {"mask": 9, "cnn": 9}, SIZE, rows=100)
    assert [found.key for found in likeness.likest(asked, told, [other(2, "Fast CNN")])] == [2]


@pytest.mark.parametrize(
    "text", ["", "\x00", "🤖", "a b c", "2026 17", "the of " * 10_000, "long " * 4_000 + "x" * 9_999]
)
def test_any_text_may_be_asked_with(text: str) -> None:
    asked = Paper(1, (), text, text)
    told = likeness.telling(likeness.said(asked), {"long": 5}, SIZE, rows=100)
    assert likeness.likest(asked, told, [asked, replace(asked, key=2)]) in ([], [replace(asked, key=2)])


_texts = st.lists(st.sampled_from(["mask", "masks", "cnn", "flow", "we", "propose", "17"]), max_size=30).map(" ".join)


@given(
    _texts,
    _texts,
    st.dictionaries(st.sampled_from(["mask", "masks", "cnn", "flow"]), st.integers(0, 900)),
    st.integers(0, 900),
)
def test_a_dozen_words_at_most_and_no_more_titles_than_may_be_looked_at(
    title: str, abstract: str, rarity: dict[str, int], rows: int
) -> None:
    told = likeness.telling(likeness.said(Paper(1, (), title, abstract)), rarity, SIZE, rows=rows)
    assert len(told.sought) <= TELLING
    assert sum(rarity.get(word, 0) for spelt in told.sought for word in spelt) <= rows + len(told.sought)
    assert all(worth > 0 for worth in told.words.values())
