"""Papers for what is still being typed: from the catalogue alone, the likeliest first."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NoReturn

import pytest

from bot.answers import Answers
from bot.answers.suggesting import MOST, PAGE
from bot.domain.chat import Address
from storage import Storage
from tests.asked_live import Arxiv, answers_of
from tests.builders import NOW, facts, linked_paper, paper
from tests.clock import Clock

ADA = Address("telegram", "7")
TITLES = {
    "1706.03762": "Attention Is All You Need",
    "1706.05000": "Graph Attention in Hives",
    "1810.04805": "BERT: Pre-training of Deep Bidirectional Transformers",
    "2101.00001": "For the Love of Schrödinger Bridges",
    "2101.00002": "All at Once",
}


class Silent(Arxiv):
    """Nobody may ask it."""

    def look_up(self, ids: Sequence[str]) -> NoReturn:
        raise AssertionError(ids)

    def find(self, title: str, *, limit: int = 5) -> NoReturn:
        raise AssertionError(title)


@pytest.fixture
def answers(storage: Storage) -> Answers:
    for arxiv_id, title in TITLES.items():
        linked_paper(storage, arxiv_id, f"lab/{title.split()[0].strip(':')}", title=title)
    return answers_of(storage, Silent())


def suggested(answers: Answers, typed: str, page: int = 1) -> list[str | None]:
    return [found.paper.arxiv for found in answers.suggesting.suggest(typed, ADA, page).papers]


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "*",
        "^",
        "() -",
        "AND",
        "NEAR(",
        "\x00\x01",
        "\ud800",
        'attention" *',
        "xyzzy" * 60,
        "%",
        "/",
        "//",
        "github.com/",
        "9999.",
        "au:",
    ],
)
def test_whatever_is_typed_breaks_nothing(answers: Answers, typed: str) -> None:
    assert len(suggested(answers, typed)) <= PAGE


@pytest.mark.parametrize("typed", ["", "1706.03762", "2603.99999", "nobody/knows", "what nobody has ever written of"])
def test_nobody_else_is_asked(answers: Answers, storage: Storage, typed: str) -> None:
    with storage.write():
        storage.papers.store(paper("1706.03763", "A Paper without Code"), NOW)
    assert "1706.03763" not in suggested(answers, typed)
    assert suggested(answers, "1706.03763") == ["1706.03763"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("att", "1706.03762"),
        ("attention i", "1706.03762"),
        ("ATTENTION IS AL", "1706.03762"),
        ("attention is all you need", "1706.03762"),
        ("atention is all yo", "1706.03762"),  # a slip of the pen before the word that isn't whole
        ("graph att", "1706.05000"),
        ("attention h", "1706.05000"),  # both words, not side by side
        ("bert", "1810.04805"),
        ("schro", "2101.00001"),
        ("all", "2101.00002"),  # titles that begin so stand before titles that say so
        ("1706.0376", "1706.03762"),
        ("https://arxiv.org/abs/1706.03762v5", "1706.03762"),
        ("arxiv.org/abs/1810.0", "1810.04805"),
        ("lab/att", "1706.03762"),
        ("https://github.com/lab/BER", "1810.04805"),
    ],
)
def test_what_is_typed_in_part_is_found(answers: Answers, typed: str, first: str) -> None:
    assert suggested(answers, typed)[0] == first


def test_a_word_with_a_space_behind_it_is_whole(answers: Answers) -> None:
    assert suggested(answers, "schrodinger bridge") == ["2101.00001"]
    assert "1706.03762" not in suggested(answers, "atten ")


def test_ids_that_begin_so_come_the_latest_first(answers: Answers) -> None:
    assert suggested(answers, "1706") == ["1706.05000", "1706.03762"]


def test_among_titles_that_begin_so_the_best_known_comes_first(answers: Answers, storage: Storage) -> None:
    linked_paper(storage, "2602.00001", "lab/famous", title="Attention for Bees")
    with storage.write():
        repository = storage.repositories.called("famous")[0]
        storage.repositories.recount(repository.key, facts("lab/famous", 5, stars=9_000))
    assert suggested(answers, "attent")[:2] == ["2602.00001", "1706.03762"]


def test_without_a_word_it_is_what_the_person_saved_and_then_the_latest_with_code(
    answers: Answers, storage: Storage
) -> None:
    with storage.write():
        for arxiv_id in TITLES:
            key = storage.papers.titles.named(TITLES[arxiv_id])[0]
            storage.papers.mark(key, code=NOW)
    clock = Clock()
    keeping = answers_of(storage, clock=clock).keeping
    keeping.save(ADA, "2101.00002")
    clock.now += timedelta(hours=1)
    keeping.save(ADA, "1810.04805")
    everything = suggested(answers, " ")
    assert everything[:2] == ["1810.04805", "2101.00002"]
    assert sorted(map(str, everything)) == sorted(TITLES)


def test_there_are_pages_and_an_end(answers: Answers, storage: Storage) -> None:
    with storage.write():
        for n in range(MOST + 5):
            storage.papers.store(paper(f"2603.{n:05}", f"Bees Number {n}"), NOW)
    pages = [answers.suggesting.suggest("bee", ADA, page) for page in range(1, 7)]
    assert [len(page.papers) for page in pages] == [PAGE] * 5 + [0]
    assert [page.more for page in pages] == [True] * 4 + [False] * 2
    assert len({found.paper.key for page in pages for found in page.papers}) == MOST


def test_a_beginning_of_very_many_words_stands_for_the_commonest(
    answers: Answers, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.search._MERGED", 1)
    monkeypatch.setattr("storage.search._BEGINNINGS", 1)
    assert suggested(answers, "at")[0] == "1706.03762"  # "attention" is in two titles, "at" in one
    assert "2101.00002" not in suggested(answers, "at")
