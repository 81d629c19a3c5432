"""What a person typed: understood, or refused with a place and a hint."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.code import CodeState
from bot.domain.news import NewsKind
from bot.domain.paper import PaperId
from bot.errors import BadQuery
from bot.rules.query import DEEPEST, LIMIT, Query, parse
from bot.rules.query_feed import FeedName
from bot.rules.query_fields import FIELDS
from bot.rules.query_nodes import (
    All,
    Any,
    Author,
    Category,
    Framework,
    HasCode,
    Language,
    No,
    Node,
    Official,
    PaperIs,
    Repository,
    Stars,
    Where,
    Words,
)

A, B, C, D = (Words((letter,)) for letter in "abcd")


def refused(text: str) -> BadQuery:
    with pytest.raises(BadQuery) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("foo categry:cs.CV", "Did you mean cat: ?"),
        ("foo auther:bengio", "Did you mean au: ?"),
        ("foo langauge:python", "Did you mean lang: ?"),
        ("foo framwork:jax", "Did you mean framework: ?"),
        ("foo zzz:1", f"Known are {' '.join(f'{name}:' for name in FIELDS)}"),
        ("foo framework:pytroch", "Did you mean framework:pytorch ?"),
    ],
)
def test_an_unknown_name_is_refused_at_its_place_with_the_nearest_one(text: str, hint: str) -> None:
    error = refused(text)
    assert (error.place, error.hint) == (4, hint)


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ('deep "optical flow', 5, "quotation mark"),
        ("deep ti:“optical flow", 8, "quotation mark"),
        ("x cat:12!", 2, "no arXiv category"),
        ("x repo:nonsense", 2, "no repository"),
        ("x repo:/*", 2, "no repository"),
        ("x repo:features/*", 2, "no repository"),
        ("x id:nothing", 2, "no paper's id"),
        ("x kind:digest", 2, "kind:digest"),
        ("x code:soon", 2, "code:soon"),
        ('x au:"?!"', 2, "no name"),
        ("x ti:?!", 2, "no word"),
        ("x conf:?!", 2, "no word"),
        ("x stars:abc", 2, "no number of stars"),
        ("x stars:50..10", 2, "No number of stars"),
        ("x stars:<0", 2, "No number of stars"),
        ("x has:data", 2, "has:data"),
        ("x official:maybe", 2, "official:maybe"),
        ("x framework:", 2, "nothing after framework:"),
        ("x cat: cs.CV", 2, "nothing after cat:"),
        ("x ti:(deep OR nets)", 2, "one word"),
        ("x feed:", 2, "no feed after feed:"),
        ("x feed: bair", 2, "no feed after feed:"),
        ("x feed:(a b)", 2, "no feed after feed:"),
        ("feed:?! x", 0, "no feed after feed:"),
        ("feed:a feed:b", 7, "follows one feed"),
        ("feed:a https://b.test/feed", 7, "follows one feed"),
        ("feed:a cat:cs.CV", 7, "cat: can't be asked"),
        ("feed:a (x OR -stars:>5)", 14, "stars: can't be asked"),
        ("feed:a kind:papers", 7, "kind: can't be asked"),
        ("feed:a zzz:1", 7, "the field zzz:"),
        ("x -feed:a", 3, "named once"),
        ("(feed:a x)", 1, "named once"),
        ("x OR feed:a", 5, "named once"),
        ("feed:1703.06870 x", 0, "a paper, no feed"),
        ("https://arxiv.org/abs/1703.06870 x", 0, "a paper, no feed"),
        ("https://github.com/ada/nets x", 0, "a repository, no feed"),
        ("a OR", 2, "nothing behind OR"),
        ("a AND", 2, "nothing behind AND"),
        ("a AND OR b", 2, "nothing behind AND"),
        ("OR a", 0, "nothing before OR"),
        ("a (AND b)", 3, "nothing before AND"),
        ("a NOT", 2, "nothing behind NOT"),
        ("a (b OR) c", 5, "nothing behind OR"),
        ("a OR !? OR b", 2, "nothing behind OR"),
        ("a ()", 3, "nothing in these brackets"),
        ("a (b OR c", 2, "never closed"),
        ("a (", 2, "never closed"),
        ("a b) c", 3, "never opened"),
        (") a", 0, "never opened"),
        ("(" * 500, DEEPEST, "deep at most"),
        ("a OR b kind:papers", 7, "of all that you look for"),
        ("(a kind:papers)", 3, "of all that you look for"),
        ("a -code:any", 3, "of all that you look for"),
        ("a AND kind:papers", 6, "of all that you look for"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_hint_at_its_place(text: str, place: int, says: str) -> None:
    error = refused(text)
    assert says in str(error)
    assert (error.place, bool(error.hint)) == (place, True)


@pytest.mark.parametrize(
    "text", ["", "   ", "-video", '""', "!?", "kind:papers", "💥", "NOT a -b", "-(a b) OR -c", "- - -"]
)
def test_a_query_that_looks_for_nothing_is_refused(text: str) -> None:
    assert "nothing to look for" in str(refused(text))


def test_a_text_that_is_too_long_is_refused_without_being_read() -> None:
    error = refused("word " * 2_000)
    assert (error.place, "10,000" in str(error)) == (LIMIT, True)


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("a", A),
        ("a b", All((A, B))),
        ("a AND b c", All((A, B, C))),
        ("a OR b c", Any((A, All((B, C))))),
        ("a OR b AND c OR d", Any((A, All((B, C)), D))),
        ("(a OR b) c", All((Any((A, B)), C))),
        ("a -b", All((A, No(B)))),
        ("a NOT b c", All((A, No(B), C))),
        ("a NOT -b", All((A, B))),
        ("a -(b c)", All((A, Any((No(B), No(C)))))),
        ("a NOT (b OR -c)", All((A, No(B), C))),
        ("((a))", A),
        ("a - b & c", All((A, B, C))),
        ("a --b", All((A, No(B)))),
        ("a and or not b", All((A, Words(("and",)), Words(("or",)), Words(("not",)), B))),
        ('a "AND" "b OR c"', All((A, Words(("and",)), Words(("b", "or", "c"))))),
        ("a(b)c", Words(("a", "b", "c"))),
        ("(a)(b)", All((A, B))),
        ("-“b c” a", All((No(Words(("b", "c"))), A))),
    ],
)
def test_operators_bind_as_they_do_elsewhere(text: str, root: Node) -> None:
    assert parse(text).root == root


def test_words_phrases_and_left_out_words_are_folded() -> None:
    assert parse('Transformers "Optical-Flow" few-shot -Videos').root == All(
        (Words(("transformer",)), Words(("optical", "flow")), Words(("few", "shot")), No(Words(("video",))))
    )


def test_of_several_values_of_one_field_any_will_do_and_different_fields_all_hold() -> None:
    found = parse('diffusion "optical flow" cat:cs.CV cat:eess.IV au:ho -video').root
    assert found == All(
        (
            Words(("diffusion",)),
            Words(("optical", "flow")),
            No(Words(("video",))),
            Any((Category("cs.cv"), Category("eess.iv"))),
            Author(("ho",)),
        )
    )


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("cat:cs a cat:math", All((A, Any((Category("cs"), Category("math")))))),
        ("cat:cs AND cat:math", All((Category("cs"), Category("math")))),
        ("cat:cs cat:math AND cat:stat", All((Any((Category("cs"), Category("math"))), Category("stat")))),
        ("a -cat:cs -cat:math", All((A, No(Category("cs")), No(Category("math"))))),
        ("ti:a ti:b", All((Words(("a",), Where.TITLE), Words(("b",), Where.TITLE)))),
        ("stars:>1 stars:<9", All((Stars(2), Stars(0, 8)))),
        ("conf:iclr conf:cvpr", Any((Words(("iclr",), Where.COMMENT), Words(("cvpr",), Where.COMMENT)))),
    ],
)
def test_any_is_meant_only_of_a_field_that_has_one_value_and_without_an_operator(text: str, root: Node) -> None:
    assert parse(text).root == root


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("ti:nets", Words(("net",), Where.TITLE)),
        ('title:"deep nets"', Words(("deep", "net"), Where.TITLE)),
        ("abs:flow", Words(("flow",), Where.ABSTRACT)),
        ('au:"Yoshua Bengio"', Author(("yoshua", "bengio"))),
        ("category:cs.cv", Category("cs.cv")),
        ("repository:https://github.com/Foo/bar", Repository("github.com/foo/bar")),
        ("repo:Foo/*", Repository("github.com/foo/*")),
        ("repo:https://gitlab.com/a/b/*", Repository("gitlab.com/a/b/*")),
        ("arxiv:1703.06870v2", PaperIs(PaperId("arxiv", "1703.06870"))),
        ("id:10.1016/s0140-6736(20)30183-5", PaperIs(PaperId("doi", "10.1016/s0140-6736(20)30183-5"))),
        ("lang:PY", Language("python")),
        ('language:"Jupyter  Notebook"', Language("jupyter notebook")),
        ("lang:c++", Language("c++")),
        ("framework:PyTorch", Framework("pytorch")),
        ("framework:tf", Framework("tensorflow")),
        ("stars:>100", Stars(101)),
        ("stars:>=1k", Stars(1000)),
        ("stars:<10", Stars(0, 9)),
        ("stars:7", Stars(7, 7)),
        ("stars:10..50", Stars(10, 50)),
        ("stars:*..50", Stars(0, 50)),
        ('stars:">= 10"', Stars(10)),
        ("topic:robots", Words(("robot",), Where.REPOSITORY)),
        ('task:"object detection"', Words(("object", "detection"))),
        ("conf:CVPR2026", Words(("cvpr", "2026"), Where.COMMENT)),
        ('venue:"CVPR 2026"', Words(("cvpr", "2026"), Where.COMMENT)),
        ("has:code", HasCode()),
        ("official:no", Official(False)),
    ],
)
def test_every_field_is_read_with_its_longer_name_too(text: str, condition: Node) -> None:
    assert parse(text).root == condition
    assert parse(f"({text} OR a)").root == Any((condition, A))


def test_a_word_with_a_colon_at_its_end_is_a_word() -> None:
    assert parse("BERT: pre-training").root == All((Words(("bert",)), Words(("pre", "training"))))


def test_news_of_code_is_always_wanted_others_when_asked_for() -> None:
    assert parse("diffusion").kinds == {NewsKind.CODE}
    found = parse("(a OR b) kind:papers code:promised code:gone")
    assert found == Query(
        Any((A, B)),
        frozenset({NewsKind.CODE, NewsKind.PAPER, NewsKind.STATE}),
        frozenset({CodeState.PROMISED, CodeState.GONE}),
    )


@pytest.mark.parametrize(
    ("text", "name", "place", "root"),
    [
        ("feed:bair", "bair", 0, All(())),
        ("a FEED:Bair b", "Bair", 2, All((A, B))),
        ('feed:"google research" a -b', "google research", 0, All((A, No(B)))),
        ("feed:bair -a", "bair", 0, No(A)),
        ("(a OR b) feed:bair.berkeley.edu", "bair.berkeley.edu", 9, Any((A, B))),
        ("feed:https://Blog.test/x?y=Z a", "https://Blog.test/x?y=Z", 0, A),
        ("https://Blog.test/x?y=Z a", "https://Blog.test/x?y=Z", 0, A),
        ("feed:https://github.com/ada/nets/releases.atom a", "https://github.com/ada/nets/releases.atom", 0, A),
        ("feed:a au:lin ti:b task:c", "a", 0, All((Words(("b",), Where.TITLE), C, Author(("lin",))))),
        ("BERT: feed:b", "b", 6, Words(("bert",))),
    ],
)
def test_a_feed_is_named_beside_what_its_entries_have_to_fulfil(text: str, name: str, place: int, root: Node) -> None:
    found = parse(text)
    assert (found.feed, found.root) == (FeedName(name, place), root)


def test_a_scheme_without_an_address_is_a_word() -> None:
    assert parse("https: a").feed is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("id:1703.06870", 1),
        ("id:1703.06870 id:1810.04805 kind:papers", 2),
        ("(id:1703.06870 OR id:1810.04805) a", 2),
        ("id:1703.06870 OR a", 0),
        ("a -id:1703.06870", 0),
        ("a", 0),
    ],
)
def test_the_papers_that_a_query_names_are_those_that_no_other_can_stand_for(text: str, named: int) -> None:
    assert len(parse(text).papers) == named


def test_the_words_of_a_query_are_those_that_speak_for_a_paper() -> None:
    assert parse('a (b OR "c d") -e cat:cs.CV').words == {"a", "b", "c", "d"}


@pytest.mark.parametrize("part", ["lang:python", "-stars:<3", "(framework:jax OR x)", "topic:x"])
def test_a_query_says_whether_it_asks_of_the_repository(part: str) -> None:
    assert parse(f"a {part}").asks_of_repository
    assert not parse("a repo:b/c has:code official:yes").asks_of_repository
    assert parse("a official:yes").asks_of_code


_PIECES = st.sampled_from(
    [*(f"{name}:" for name in FIELDS), *'"-:()“>', " ", " AND ", " OR ", " NOT ", "cs.CV", "foo", "a/b", "1703.06870"]
)


@given(st.one_of(st.text(max_size=120), st.lists(_PIECES, max_size=30).map("".join)))
def test_anything_is_understood_or_refused_at_a_place_inside_it(text: str) -> None:
    error = None
    try:
        found = parse(text)
        assert found.words is not None
        assert found.papers is not None
    except BadQuery as refusal:
        error = refusal
    assert error is None or (0 <= error.place <= len(text) and error.hint)


_HOSTILE = (
    *("(" * 499, "-" * 499 + "a", "NOT " * 124 + "a", "a " * 249, "a OR " * 99 + "a", "(a" + ")" * 490, "a:" * 249),
    *("(a OR " * 20 + "b" + ")" * 20, '"' * 499, "x(" * 249, "stars:" + "9" * 400, "ti:" * 160),
)


@pytest.mark.parametrize("text", _HOSTILE, ids=lambda text: text[:9])
def test_hostile_texts_take_no_time(text: str) -> None:
    begun = time.process_time()
    with suppress(BadQuery):
        parse(text)
    assert time.process_time() - begun < 1
