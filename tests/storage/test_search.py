"""Finding papers by their titles, whatever people type."""

import pytest

from bot.rules import titles
from storage import Storage
from tests.builders import NOW, paper

TITLES = {
    "1810.04805": "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    "1706.03762": "Attention Is All You Need",
    "1703.06870": "Mask R-CNN",
    "1506.01497": "Faster R-CNN: Towards Real-Time Object Detection with Region Proposal Networks",
    "1808.06601": "Video-to-Video Synthesis",
    "2101.00001": "For the Love of Schrödinger Bridges",
    "2101.00002": "深度学习 with \U0001f916",
}


@pytest.fixture
def library(storage: Storage) -> Storage:
    with storage.write():
        for arxiv, title in TITLES.items():
            storage.papers.store(paper(arxiv, title), NOW)
    return storage


def found(storage: Storage, asked: str) -> list[str | None]:
    """The arXiv ids of the candidates, best first."""
    index = storage.papers.titles
    ranked = titles.rank(asked, index.candidates(asked))
    return [p.arxiv for p in storage.papers.many([r.key for r in ranked])]


def named(storage: Storage, asked: str) -> list[str | None]:
    return [p.arxiv for p in storage.papers.many(storage.papers.titles.named(asked))]


@pytest.mark.parametrize(
    "asked",
    [
        "",
        " ",
        '"',
        "''",
        "*",
        "()",
        "-",
        "\U0001f916\U0001f525",
        "\x00\x01",
        "AND",
        "OR NOT",
        "NEAR(",
        'attention" OR "1"="1',
        "words:attention",
        "^attention",
        "{attention}",
        "a" * 5000,
        "attention " * 500,
        '"' * 5000,
        "\u202e" * 100,
        "\ud800",
        "; DROP TABLE papers; --",
    ],
)
def test_nothing_that_can_be_typed_breaks_the_search(library: Storage, asked: str) -> None:
    library.papers.titles.candidates(asked)
    library.papers.titles.named(asked)
    assert library.papers.count() == len(TITLES)


@pytest.mark.parametrize("asked", ["", '"', "\U0001f916", "zzzzzz qqqqqq", "AND"])
def test_what_names_no_title_finds_none(library: Storage, asked: str) -> None:
    assert library.papers.titles.candidates(asked) == []
    assert library.papers.titles.named(asked) == []


@pytest.mark.parametrize(
    ("asked", "arxiv"),
    [
        pytest.param("attention is all you need", "1706.03762", id="whole title"),
        pytest.param("ATTENTION, IS ALL: you need!", "1706.03762", id="case and punctuation"),
        pytest.param("bert", "1810.04805", id="the name before the colon"),
        pytest.param("Faster R-CNN", "1506.01497", id="a name of two words"),
        pytest.param("mask r cnn", "1703.06870", id="without its hyphen"),
        pytest.param("video to video synthesis", "1808.06601", id="hyphens as spaces"),
        pytest.param("for the love of schrodinger bridges", "2101.00001", id="without accents"),
        pytest.param("深度学习 with", "2101.00002", id="Chinese"),
    ],
)
def test_a_title_or_a_name_is_found_at_once(library: Storage, asked: str, arxiv: str) -> None:
    assert named(library, asked) == [arxiv]


@pytest.mark.parametrize(
    ("asked", "arxiv"),
    [
        pytest.param("attention is all you nead", "1706.03762", id="a letter wrong"),
        pytest.param("atention is all you need", "1706.03762", id="a letter missing"),
        pytest.param("attention is lal you need", "1706.03762", id="two letters swapped"),
        pytest.param("bidirectonal", "1810.04805", id="one misspelled word alone"),
        pytest.param("bidirectional transformers language", "1810.04805", id="some of the words"),
        pytest.param("attention is all you ever need xyzzy", "1706.03762", id="words that stand in no title"),
        pytest.param("attention NOT need", "1706.03762", id="an operator is a word"),
        pytest.param('"attention" "need"', "1706.03762", id="quotes are nothing"),
        pytest.param("need you all is attention", "1706.03762", id="another order"),
        pytest.param("attention is all you need " * 200, "1706.03762", id="5,200 characters"),
    ],
)
def test_a_title_is_found_with_slips(library: Storage, asked: str, arxiv: str) -> None:
    assert found(library, asked)[:1] == [arxiv]


def test_a_name_before_the_colon_that_is_a_sentence_is_no_name(storage: Storage) -> None:
    with storage.write():
        storage.papers.store(paper(title="One two three four five six: a study"), NOW)
    assert named(storage, "one two three four five six") == []


def test_papers_of_one_name_are_all_found(library: Storage) -> None:
    with library.write():
        library.papers.store(paper("2603.00009", "BERT: Something Else"), NOW)
    assert sorted(filter(None, named(library, "bert"))) == ["1810.04805", "2603.00009"]


def test_removing_keeps_the_counts_right(library: Storage) -> None:
    index = library.papers.titles
    before = library.database.rows("SELECT word, papers FROM title_words WHERE papers > 0 ORDER BY word")
    with library.write():
        key = library.papers.store(paper("2603.00009", "Faster, faster Attention to Zebras"), NOW).paper.key
    assert index.rarity(["faster", "attention", "zebras"]) == {"faster": 2, "attention": 2, "zebras": 1}
    with library.write():
        index.remove(key, "Faster, faster Attention to Zebras")
    assert library.database.rows("SELECT word, papers FROM title_words WHERE papers > 0 ORDER BY word") == before
    assert index.candidates("zebras") == []
    assert named(library, "faster faster attention to zebras") == []


def test_changing_a_title_back_and_forth_leaves_one_entry(library: Storage) -> None:
    for version in range(2, 8):
        with library.write():
            title = "Mask R-CNN" if version % 2 else "Mask R-CNN, Revisited"
            library.papers.store(paper("1703.06870", title, version=version), NOW)
    assert found(library, "mask r-cnn")[0] == "1703.06870"
    assert library.papers.titles.rarity(["mask", "revisited"]) == {"mask": 1}


def test_a_change_of_letter_case_needs_no_new_index(library: Storage) -> None:
    with library.write():
        library.papers.store(paper("1703.06870", "MASK R-CNN", version=2), NOW)
    assert named(library, "Mask R-CNN") == ["1703.06870"]
    with library.write():
        library.papers.store(paper("1703.06870", "Unmasked", version=3), NOW)
    assert named(library, "mask r-cnn") == []
    assert library.papers.titles.rarity(["mask"]) == {}


def test_the_full_text_index_agrees_with_itself_after_all_that(library: Storage) -> None:
    with library.write():
        library.papers.store(paper("1703.06870", "Another Title Altogether", version=2), NOW)
        library.database.execute("INSERT INTO titles (titles) VALUES ('integrity-check')")
    assert library.database.check() == "ok"
