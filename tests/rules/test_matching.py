"""Matching agrees with a plain reading of the query, and no match is missed by the terms that find it."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.news import NewsKind
from bot.domain.paper import Paper, PaperId
from bot.domain.text import singular, words
from bot.errors import BadQuery
from bot.rules.matching import Document, document, matches, paper_terms, query_terms
from bot.rules.query import Query, parse

WORDS = ["deep", "net", "nets", "optical", "flow", "gan", "video", "a", "loss", "class"]
NAMES = ["Yoshua Bengio", "Ada B. Lin", "Li Fei-Fei", "Kaiming He"]
CATEGORIES = ["cs.CV", "cs.LG", "stat.ML", "math"]

_text = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
papers = st.builds(
    Paper,
    key=st.just(1),
    ids=st.sampled_from(
        [(PaperId("arxiv", "2603.00001"),), (PaperId("arxiv", "2603.00002"), PaperId("doi", "10.1/x"))]
    ),
    title=_text,
    abstract=_text,
    authors=st.lists(st.sampled_from(NAMES), max_size=3).map(tuple),
    categories=st.lists(st.sampled_from(CATEGORIES), max_size=2).map(tuple),
)
_part = st.one_of(
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(lambda some: f'"{" ".join(some)}"'),
    st.sampled_from(WORDS).map(lambda word: f"-{word}"),
    st.sampled_from(["cs.CV", "cs", "stat.ML", "math"]).map(lambda c: f"cat:{c}"),
    st.sampled_from(["au:bengio", 'au:"ada lin"', "au:he", "au:nobody"]),
    st.sampled_from(["id:2603.00001", "id:10.1234/x", "kind:papers"]),
)
queries = st.lists(_part, min_size=1, max_size=4).map(" ".join)


def read(text: str) -> Query | None:
    try:
        return parse(text)
    except BadQuery:  # only left-out words, say
        return None


def plainly(query: Query, paper: Paper) -> bool:
    """What the README says, word by word."""

    def said(phrase: tuple[str, ...]) -> bool:
        texts = ([singular(w) for w in words(text)] for text in (paper.title, paper.abstract))
        return any(tuple(t[n : n + len(phrase)]) == phrase for t in texts for n in range(len(t)))

    def by(name: tuple[str, ...]) -> bool:
        return any(all(part in words(author) for part in name) for author in paper.authors)

    def within(category: str) -> bool:
        return any(category in (c.lower(), c.lower().split(".")[0]) for c in paper.categories)

    return (
        all(map(said, query.phrases))
        and not any(map(said, query.without))
        and (not query.categories or any(map(within, query.categories)))
        and (not query.authors or any(map(by, query.authors)))
        and (not query.papers or bool(set(query.papers) & set(paper.ids)))
    )


@given(queries, papers)
def test_matching_agrees_with_a_plain_reading(text: str, paper: Paper) -> None:
    if query := read(text):
        assert matches(query, document(paper, ())) == plainly(query, paper)


@given(queries, papers, st.dictionaries(st.sampled_from(WORDS), st.integers(0, 9)))
def test_a_matching_paper_asks_for_a_term_of_the_query_whatever_the_rarity(
    text: str, paper: Paper, rarity: dict[str, int]
) -> None:
    query, seen = read(text), document(paper, ())
    if query and matches(query, seen):
        for kind in query.kinds:
            assert set(query_terms(query, rarity)) & set(paper_terms(seen, kind))


def test_queries_for_code_alone_are_not_met_by_papers_without() -> None:
    seen = document(Paper(1, (), "deep nets"), ())
    assert not set(query_terms(parse("deep"), {})) & set(paper_terms(seen, NewsKind.PAPER))
    assert set(query_terms(parse("deep kind:papers"), {})) & set(paper_terms(seen, NewsKind.PAPER))


def test_the_rarest_word_is_the_one_that_a_query_stands_under() -> None:
    assert query_terms(parse("deep flow cat:cs.CV"), {"deep": 9, "flow": 2}) == ("flow",)


def test_no_phrase_reaches_from_the_title_into_the_abstract() -> None:
    seen: Document = document(Paper(1, (), "about optical", "flow is studied"), ())
    assert not matches(parse('"optical flow"'), seen)
    assert matches(parse("optical flow"), seen)
