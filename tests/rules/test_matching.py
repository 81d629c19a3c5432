"""Matching agrees with a plain reading of the query, and no match is missed by the terms that find it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.news import NewsKind
from bot.domain.paper import Paper
from bot.errors import BadQuery
from bot.rules.matching import cached_parse, document, matches
from bot.rules.query import Query, parse
from bot.rules.terms import Asked, Place, paper_terms, query_terms
from tests.plain_queries import WORDS, Plain, Seen, papers, queries


def read(text: str) -> Query | None:
    """None for one that only says what to leave out."""
    try:
        return parse(text)
    except BadQuery as error:
        if "nothing to look for" in str(error):
            return None
        raise


def found(query: Query, asked: Asked, rarity: dict[str, int]) -> bool:
    """Whether the query stands where the paper asks for it."""
    return bool(places(query, asked, rarity))


def places(query: Query, asked: Asked, rarity: dict[str, int]) -> list[Place]:
    """Where the query stands, as far as the paper asks for it."""
    terms, beside = {asked.prefix + term for term in asked.terms}, {"", *asked.terms}
    return [place for place in query_terms(query, rarity) if place.term in terms and place.beside in beside]


@settings(max_examples=150, deadline=None)
@given(queries, st.lists(papers, min_size=3, max_size=6))
def test_matching_agrees_with_a_plain_reading(plain: Plain, seen: list[Seen]) -> None:
    if query := read(plain.text):
        for one in seen:
            assert matches(query, document(one.paper, one.links)) == plain.means(one), (query, one)


@settings(max_examples=100, deadline=None)
@given(queries, papers, st.dictionaries(st.sampled_from(WORDS), st.integers(0, 9)))
def test_a_matching_paper_asks_for_a_term_of_the_query_whatever_the_rarity(
    plain: Plain, seen: Seen, rarity: dict[str, int]
) -> None:
    query, paper = read(plain.text), document(seen.paper, seen.links)
    if query and matches(query, paper):
        for kind in query.kinds:
            assert found(query, paper_terms(paper, kind), rarity)


@settings(max_examples=300, deadline=None)
@given(queries, papers, st.dictionaries(st.sampled_from(WORDS), st.integers(0, 9)))
def test_terms_that_say_all_of_a_query_are_those_of_matching_papers_only(
    plain: Plain, seen: Seen, rarity: dict[str, int]
) -> None:
    query, paper = read(plain.text), document(seen.paper, seen.links)
    for kind in query.kinds if query else ():
        if query and any(place.whole for place in places(query, paper_terms(paper, kind), rarity)):
            assert matches(query, paper)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("diffusion", True),
        ('"optical flow" cat:cs.CV', True),
        ('au:"yoshua bengio"', True),
        ("au:bengio OR au:hinton", True),
        ("(optical OR flow) diffusion", True),
        ('"optical flow" diffusion cat:cs.CV', False),
        ('"large language models"', False),
        ('"chain of thought"', False),
        ('au:"linh tam tran"', False),
        ("ti:diffusion", False),
        ("diffusion -policy", False),
        ("diffusion stars:>3", False),
        ("diffusion lang:python", False),
    ],
)
def test_some_queries_are_said_by_their_terms_alone(text: str, whole: bool) -> None:
    assert {place.whole for place in query_terms(parse(text), {})} == {whole}


def test_which_state_the_code_is_in_is_said_by_no_term() -> None:
    stands = query_terms(parse("diffusion code:gone kind:papers"), {})
    assert [(place.term, place.whole) for place in stands] == [
        ("diffusion", True),
        ("new diffusion", True),
        ("state diffusion", False),
    ]


def test_queries_for_code_alone_are_not_met_by_papers_without() -> None:
    seen = document(Paper(1, (), "deep nets"), ())
    assert not found(parse("deep"), paper_terms(seen, NewsKind.PAPER), {})
    assert found(parse("deep kind:papers"), paper_terms(seen, NewsKind.PAPER), {})


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("diffusion", ["diffusion"]),
        ("diffusion policy", ["policy&diffusion"]),
        ('"optical flow" cat:cs.CV', ["optical+flow&cat:cs.cv"]),
        ('"optical flow" diffusion', ["optical+flow&diffusion"]),
        ('"large language models" agent', ["language+model&agent"]),
        ("diffusion cat:cs.CV cat:cs.LG", ["diffusion&cat:cs.cv", "diffusion&cat:cs.lg"]),
        ('"large language models"', ["language+model&large+language"]),
        ("new state", ["new_&state_"]),
        ('"chain of thought"', ["chain~thought"]),
        ('"lens of the matrix theory"', ["len~matrix&matrix+theory"]),
        ("results diffusion", ["diffusion&result"]),
        ('the "of"', ["of&the"]),
        ('conf:"CVPR 2026" diffusion', ["diffusion&conf:cvpr"]),
        ("(optical OR flow) diffusion -policy", ["diffusion&optical", "diffusion&flow"]),
        ("repo:ada/nets diffusion", ["repo:github.com/ada/nets"]),
        ("repo:ada/*", ["repo:github.com/ada/*"]),
        ("au:bengio OR au:hinton", ["au:bengio", "au:hinton"]),
        ("lang:python stars:>3", ["lang:python"]),
        ("stars:>3", ["*"]),
        ("diffusion OR -flow", ["*"]),
        ("flow kind:papers code:gone", ["flow", "new flow", "state flow"]),
    ],
)
def test_a_query_stands_where_the_fewest_papers_come_by(text: str, terms: list[str]) -> None:
    titles = {"model": 90, "language": 40, "large": 50, "agent": 20, "policy": 4, "chain": 5, "thought": 6, "flow": 3}
    stands = query_terms(parse(text), {"diffusion": 9, "optical": 1} | titles)
    assert sorted("&".join(filter(None, (place.term, place.beside))) for place in stands) == sorted(terms)


def test_a_stored_query_that_is_no_longer_understood_matches_nothing() -> None:
    assert cached_parse("a OR") is None


def test_no_phrase_reaches_from_the_title_into_the_abstract() -> None:
    seen = document(Paper(1, (), "about optical", "flow is studied"), ())
    assert not matches(parse('"optical flow"'), seen)
    assert matches(parse("optical flow"), seen)


@pytest.mark.parametrize("comment", ["CVPR2026", "Accepted at CVPR 2026.", "CVPR-2026, 8 pages"])
def test_conferences_are_found_in_comments_however_written(comment: str) -> None:
    seen = document(Paper(1, (), "Nets", comment=comment), ())
    assert matches(parse('conf:"cvpr 2026"'), seen)
    assert matches(parse("conf:CVPR2026"), seen)
    assert not matches(parse("conf:iclr"), seen)
