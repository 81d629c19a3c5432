"""What strangers wrote becomes one safe line; and words are the same words however they are written."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import TITLE_LIMIT, clean, fold, singular, words


@pytest.mark.parametrize("text", [None, "", " ", "\n\t ", "\x00\x07", "\u200b\u202e", "\ud800", "\u2028"])
def test_where_nothing_can_be_seen_nothing_is_left(text: str | None) -> None:
    assert clean(text, 100) == ""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("Deep\nNets", "Deep Nets", id="line breaks"),
        pytest.param("Deep\r\n\t  Nets\u2028again", "Deep Nets again", id="runs of space"),
        pytest.param("Deep\x00\x1b[31mNets", "Deep [31mNets", id="control characters"),
        pytest.param("abc\u202egnp.exe\u202c", "abcgnp.exe", id="writing direction"),
        pytest.param("Deep\u200bNets", "DeepNets", id="zero width"),
        pytest.param("trans\u00adformer", "transformer", id="soft hyphens"),
        pytest.param("Nets\U000e0041\U000e0042", "Nets", id="invisible tags"),
        pytest.param("De\ud800ep", "De ep", id="half a character"),
        pytest.param("\ufeffNets", "Nets", id="byte order mark"),
        pytest.param("Nai\u0308ve", "Naïve", id="composed"),
        pytest.param("<b>&amp; *_`", "<b>&amp; *_`", id="markup is the renderers' business"),
    ],
)
def test_a_strangers_text_becomes_one_safe_line(text: str, line: str) -> None:
    assert clean(text, 100) == line


def test_a_long_text_is_cut_and_says_so() -> None:
    assert clean("x" * 100_000, TITLE_LIMIT) == "x" * (TITLE_LIMIT - 1) + "…"
    assert clean("word " * 10_000, 12) == "word word w…"
    assert clean("x" * 12, 12) == "x" * 12


def test_accents_heaped_without_end_cost_no_time() -> None:
    heap = "e" + "\u0301\u0316" * 50_000
    before = time.process_time()
    assert len(clean(heap, 20_000)) < 40
    assert fold(heap) == "e"
    assert time.process_time() - before < 1  # it was 5 s, and grew with the square


@given(st.text(alphabet=st.characters(codec=None)), st.integers(1, 50))
def test_cleaning_any_text_gives_a_line_that_can_be_stored_and_stays_as_it_is(text: str, limit: int) -> None:
    line = clean(text, limit)
    assert len(line) <= limit
    assert line == line.strip()
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in line)
    line.encode("utf-8")
    assert clean(line, limit) == line


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Schrödinger", "schrodinger"),
        ("ERDŐS", "erdos"),
        ("Straße", "STRASSE"),
        ("ﬁne", "fine"),
        ("𝐓𝐫𝐚𝐧𝐬𝐟𝐨𝐫𝐦𝐞𝐫", "Transformer"),
        ("İstanbul", "istanbul"),
        ("Ａｄａ", "ada"),
    ],
)
def test_letter_case_accents_and_fonts_make_no_other_word(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("🙂 — …", []),
        ("State-of-the-art", ["state", "of", "the", "art"]),
        ("snake_case, and C++!", ["snake", "case", "and", "c"]),
        ("GPT-4o's", ["gpt", "4o", "s"]),
    ],
)
def test_anything_but_letters_and_digits_separates_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert words(" ".join(words(text))) == words(text)


@pytest.mark.parametrize(
    ("word", "one"),
    [("transformers", "transformer"), ("nets", "net"), ("gas", "gas"), ("loss", "loss"), ("s", "s"), ("", "")],
)
def test_a_plural_meets_its_singular(word: str, one: str) -> None:
    assert singular(word) == one
