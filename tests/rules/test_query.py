"""What a person typed: understood, or refused with a place and a hint."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.news import NewsKind
from bot.domain.paper import PaperId
from bot.errors import BadQuery
from bot.rules.query import FIELDS, LIMIT, Query, parse


def refused(text: str) -> BadQuery:
    with pytest.raises(BadQuery) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("foo categry:cs.CV", "Did you mean cat: ?"),
        ("foo auther:bengio", "Did you mean au: ?"),
        ("foo zzz:1", "Known are cat: au: repo: id: kind: code:"),
    ],
)
def test_an_unknown_field_is_refused_at_its_place_with_the_nearest_name(text: str, hint: str) -> None:
    error = refused(text)
    assert (error.place, error.hint) == (4, hint)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('deep "optical flow', 5),
        ("x cat:12!", 2),
        ("x repo:nonsense", 2),
        ("x id:nothing", 2),
        ("x kind:digest", 2),
        ('x au:"?!"', 2),
        ("x -cat:cs.CV", 2),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_hint_at_its_place(text: str, place: int) -> None:
    error = refused(text)
    assert (error.place, bool(error.hint)) == (place, True)


@pytest.mark.parametrize("text", ["", "   ", "-video", '""', "!?", "kind:papers", "💥"])
def test_a_query_that_looks_for_nothing_is_refused(text: str) -> None:
    assert "nothing to look for" in str(refused(text))


def test_a_text_that_is_too_long_is_refused_without_being_read() -> None:
    error = refused("word " * 2_000)
    assert (error.place, "10,000" in str(error)) == (LIMIT, True)


def test_words_phrases_and_left_out_words_are_folded() -> None:
    found = parse('Transformers "Optical-Flow" -Video -"point clouds" transformer')
    assert found.phrases == (("transformer",), ("optical", "flow"))
    assert found.without == (("video",), ("point", "cloud"))


def test_every_field_is_read_with_its_longer_name_too() -> None:
    short = parse('cat:cs.CV au:"Yoshua Bengio" repo:Foo/Bar id:1703.06870v2 kind:papers')
    long = parse(
        'category:cs.cv author:"yoshua bengio" repository:https://github.com/foo/bar arxiv:1703.06870 kind:paper'
    )
    assert (
        short
        == long
        == Query(
            categories=("cs.cv",),
            authors=(("yoshua", "bengio"),),
            repositories=("github.com/foo/bar",),
            papers=(PaperId("arxiv", "1703.06870"),),
            kinds=frozenset({NewsKind.CODE, NewsKind.PAPER}),
        )
    )


def test_a_word_with_a_colon_at_its_end_is_a_word() -> None:
    assert parse("BERT: pre-training").phrases == (("bert",), ("pre", "training"))


def test_news_of_code_is_always_wanted() -> None:
    assert parse("diffusion").kinds == {NewsKind.CODE}


_PIECES = st.sampled_from(
    [*(f"{name}:" for name in FIELDS), '"', "-", ":", " ", "cs.CV", "foo", "a/b", "1703.06870", "é"]
)


@given(st.one_of(st.text(max_size=120), st.lists(_PIECES, max_size=14).map("".join)))
def test_anything_is_understood_or_refused_at_a_place_inside_it(text: str) -> None:
    error = None
    try:
        parse(text)
    except BadQuery as refusal:
        error = refusal
    assert error is None or 0 <= error.place <= len(text)
