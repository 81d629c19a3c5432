"""Explanations agree with matching, and can be typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import Paper
from bot.errors import BadQuery
from bot.rules.explain import Reason, lacking, reasons, typed
from bot.rules.matching import document, matches
from bot.rules.query import LIMIT, Query, parse
from bot.rules.query_nodes import conditions
from tests.plain_queries import Plain, Seen, papers, queries


def read(text: str) -> Query | None:
    try:
        return parse(text)
    except BadQuery:
        return None


@given(queries, st.lists(papers, min_size=1, max_size=4))
def test_something_is_lacking_exactly_where_a_paper_doesnt_match(plain: Plain, seen: list[Seen]) -> None:
    if query := read(plain.text):
        for one in seen:
            paper = document(one.paper, one.links)
            assert bool(lacking(query, paper)) is not matches(query, paper)


@given(queries, papers)
def test_what_is_typed_means_the_same_whatever_it_is(plain: Plain, seen: Seen) -> None:
    query = read(plain.text)
    if query and len(typed(query.root)) <= LIMIT:
        again = parse(typed(query.root))
        paper = document(seen.paper, seen.links)
        assert matches(again, paper) == matches(query, paper), typed(query.root)


@pytest.mark.parametrize("text", ["deep cat:cs AND cat:cs.CV", "(cat:cs nets) AND (cat:cs.CV deep)", "au:a AND au:b"])
def test_what_must_hold_together_is_not_typed_side_by_side(text: str) -> None:
    assert sorted(map(repr, conditions(parse(typed(parse(text).root)).root))) == sorted(
        map(repr, conditions(parse(text).root))
    )
    assert " AND " in typed(parse(text).root)


PAPER = document(
    Paper(1, (), "Diffusion Nets", "Of optical flow and nets.", ("Yoshua Bengio",), ("cs.CV", "cs.LG"), "ICLR 2026"), ()
)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("diffusion cat:cs.CV", [Reason("diffusion", "title"), Reason("cat:cs.cv")]),
        ('"optical flow" -survey', [Reason('"optical flow"', "abstract")]),
        ("nets OR transformers", [Reason("net", "title")]),
        ('au:"yoshua bengio" conf:iclr', [Reason('au:"yoshua bengio"'), Reason("conf:iclr")]),
    ],
)
def test_reasons_are_what_speaks_for_the_paper(text: str, held: list[Reason]) -> None:
    assert reasons(parse(text), PAPER) == tuple(held)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("diffusion cat:cs.CL", ["cat:cs.cl"]),
        ("cat:cs.CL cat:cs.AI diffusion", ["(cat:cs.cl OR cat:cs.ai)"]),
        ("diffusion -flow", ["-flow"]),
        ("survey (gan OR flow) stars:>10 official:yes", ["survey", "stars:11..*", "official:yes"]),
        ("framework:pytorch has:code repo:ada/nets", ["framework:pytorch", "has:code", "repo:ada/nets"]),
    ],
)
def test_what_is_lacking_is_said_as_it_is_typed(text: str, missing: list[str]) -> None:
    assert sorted(lacking(parse(text), PAPER)) == sorted(missing)
