"""What /import is given: hostile files first, then those that people have; and what is packed comes out again whole."""

import json
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.moving import HiddenLink, Luggage, MutedWords, Place, SavedPaper, Wish
from bot.domain.pace import DigestRhythm, Pace, Quiet, Rhythm
from bot.domain.paper import PaperId, doi
from bot.domain.repository import RepositoryAddress
from bot.domain.text import clean
from bot.errors import BadQuery
from bot.rules import opml, packing
from bot.rules.unpacking import MOST, read, settled
from tests.builders import NOW

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + ']><opml><body><outline text="&a9;" xmlUrl="http://a.org/"/></body></opml>'
)
FETCHES = '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline xmlUrl="&x;"/></body></opml>'
OUTSIDE = '<!DOCTYPE opml SYSTEM "http://evil.example/x.dtd"><opml><body/></opml>'


def refused(text: str) -> BadQuery:
    with pytest.raises(BadQuery) as caught:
        read(text)
    return caught.value


def ours(**told: object) -> str:
    return json.dumps({"format": "paperwire-chat", "version": 1, **told})


def outlines(*lines: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0"><body>\n' + "\n".join(lines) + "\n</body></opml>"
    )


def wished(text: str) -> list[tuple[str, str]]:
    return [(wish.text or wish.feed, wish.name) for wish in read(text).wishes]


# What is refused as a whole


@pytest.mark.parametrize("text", [LAUGHS, FETCHES, OUTSIDE, "<!DOCTYPE opml><opml><body/></opml>"])
def test_a_document_type_is_refused_at_once_and_so_are_its_entities(text: str) -> None:
    began = time.process_time()
    assert "document type" in str(refused(text))
    assert time.process_time() - began < 0.1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "nothing in that"),
        (" \n\t\n# a remark\n-\n\u200b", "nothing in that"),
        ("\ufeff", "nothing in that"),
        ("<", "XML is broken"),
        ("<opml><body>", "XML is broken"),
        ("<opml>&nbsp;</opml>", "XML is broken"),
        ("<opml>\x00</opml>", "XML is broken"),
        ("<opml>\ud800</opml>", "XML is broken"),
        ("<opml/><opml/>", "XML is broken in line 1"),
        ("<opml>\n\n<x></opml>", "XML is broken in line 3"),
        ("<opml><body/></opml>", "names no feed"),
        ("<rss version='2.0'/>", "a feed itself"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'/>", "a feed itself"),
        ("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>", "a feed itself"),
        ("<svg/>", "not OPML"),
        ("<!doctype html><html>", "XML is broken"),
        ("<!DOCTYPE html><html><body><p>", "a web page"),
        ("<html><body>", "a web page"),
        ("{", "JSON is broken in line 1"),
        ('{"a":\n1,}', "JSON is broken in line 2"),
        ("{" + '"a":[' * 100_000, "JSON is broken"),
        ('{"n": ' + "9" * 10_000 + "}", "JSON is broken"),
        ("{}", "not from /export"),
        ('{"version": "https://jsonfeed.org/version/1.1"}', "not from /export"),
        ('{"format": "paperwire-chat"}', "another version"),
        ('{"format": "paperwire-chat", "version": 2}', "another version"),
        ('{"format": "paperwire-chat", "version": true}', "another version"),
        ("x\n" * (MOST + 1), "more than 20,000 lines"),
        (outlines(*['<outline xmlUrl="http://a.org/"/>'] * (MOST + 1)), "more than 20,000 feeds"),
        (ours(mutes=[1] * (MOST + 1)), "more than 20,000 mutes"),
    ],
    ids=lambda value: ascii(value[:25]),
)
def test_what_cannot_be_read_is_refused_with_the_reason(text: str, says: str) -> None:
    error = refused(text)
    assert says in str(error)
    assert error.hint


@pytest.mark.parametrize(
    "text",
    [
        outlines("<outline>" * 100_000 + "</outline>" * 100_000),
        outlines(f"<outline {''.join(f'a{n}=' + chr(34) * 2 + ' ' for n in range(20_000))}/>"),
        outlines(*[f'<outline text="Blog {n}" xmlUrl="https://b{n}.org/feed.xml"/>' for n in range(10_000)]),
        "https://rss.arxiv.org/rss/" + "a" * 100 + "!",
        "https://rss.arxiv.org/rss/" + "a.b+" * 500,
        "a/b" * 600_000,
        "- " * 900_000,
        "\n" * 1_900_000,
        "feed:" * 300_000,
        ours(saved=[{"paper": ["2603.00001"] * 10_000}] * 10),
        ours(subscriptions=[{"text": "(" * 100_000}] * 10),
    ],
    ids=[
        "deep",
        "attributes",
        "ten-thousand",
        "regex",
        "categories",
        "slugs",
        "dashes",
        "empty",
        "feeds",
        "ids",
        "open",
    ],
)
def test_nothing_takes_long(text: str) -> None:
    began = time.process_time()
    with suppress(BadQuery):
        read(text)
    assert time.process_time() - began < 2


XML = ["<opml", ">", "<body>", '<outline xmlUrl="', '"', "/>", "</opml>", "<!DOCTYPE", "&lt;", "&#x41;", "]]>"]
OURS = ["{", "}", '"format": "paperwire-chat", "version": 1', ', "subscriptions": [', '{"text": "a"}', "]", "null"]
LIST = ["\n", "- ", "#", " ", "\x00", "\ud800", "é", "1706.03762", "https://[", "cat:cs.LG", "a/b", "http://a:b@c:d"]
PIECES = st.sampled_from([*XML, *OURS, *LIST])


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.lists(PIECES, max_size=20).map("".join))
def test_any_text_is_luggage_or_a_bad_query(text: str) -> None:
    with suppress(BadQuery):
        assert isinstance(read(text), Luggage)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | PIECES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["text", "feed", "name", "rhythm", "priority", "until", "at", "paper", "repository", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=6,
)
SECTIONS = ("subscriptions", "settings", "mutes", "saved", "hidden")


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(SECTIONS), JSON | st.lists(JSON, max_size=4), max_size=5))
def test_any_json_of_ours_is_luggage(told: dict[str, object]) -> None:
    luggage = read(ours(**told))
    assert all(one.why for one in luggage.unread)
    settled(Pace(), luggage.settings)


# What is read


def test_a_list_may_hold_anything_that_can_be_subscribed_to() -> None:
    text = """\ufeff# mine
    - https://github.com/ada/nets
    * ada/hives
    • gitlab.com/ada/bees
    1706.03762v5

    https://arxiv.org/abs/1703.06870
    10.1038/s41586-021-03819-2
    "optical flow" -survey
    - -survey diffusion
    http://User:secret@B.org:8080/feed?x=1#top
    feed://c.org/rss
    feed:https://d.org/rss
    https://github.com/ada/nets/releases.atom
    """
    assert wished(text) == [
        ("repo:ada/nets", ""),
        ("repo:ada/hives", ""),
        ("gitlab.com/ada/bees", ""),
        ("id:1706.03762", ""),
        ("id:1703.06870", ""),
        ("id:10.1038/s41586-021-03819-2", ""),
        ('"optical flow" -survey', ""),
        ("-survey diffusion", ""),
        ("http://b.org:8080/feed?x=1", ""),
        ("http://c.org/rss", ""),
        ("https://d.org/rss", ""),
        ("https://github.com/ada/nets/releases.atom", ""),
    ]
    assert read(text).wishes[0].place == Place(2)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("https://rss.arxiv.org/rss/cs.LG", "cat:cs.LG"),
        ("http://export.arxiv.org/rss/cs.LG+stat.ML", "cat:cs.LG cat:stat.ML"),
        ("http://arxiv.org/rss/math", "cat:math"),
        ("https://rss.arxiv.org/atom/cs.CL?version=1", "cat:cs.CL"),
        ("https://arxiv.org/list/cs.CV/recent", "cat:cs.CV"),
    ],
)
def test_arxivs_own_lists_become_their_categories(address: str, text: str) -> None:
    assert wished(address) == [(text, "")]
    assert wished(outlines(f'<outline type="rss" text="arXiv" xmlUrl="{address}"/>')) == [(text, "")]


@pytest.mark.parametrize(
    "address", ["https://[", "ftp://a.org/feed", "javascript://a.org", "http://", "http://a.org:x/"]
)
def test_an_odd_address_is_told_and_the_rest_is_read(address: str) -> None:
    luggage = read(f"diffusion\n{address}\nrobots")
    assert [wish.text for wish in luggage.wishes] == ["diffusion", "robots"]
    assert [(one.place, one.words, one.why) for one in luggage.unread] == [
        (Place(2), address, "this is no web address")
    ]


def test_opml_is_read_however_deep_and_however_spelt() -> None:
    text = outlines(
        '<outline text="Blogs"><outline text="Deep"><outline text="A &amp; B" xmlUrl="https://a.org/feed"/></outline>',
        '<outline TITLE="Title" text="Text" XMLURL="https://b.org/feed"/></outline>',
        '<OUTLINE xmlurl="https://c.org/feed" text=""/>',
        '<outline type="RSS" text="d" url="https://d.org/feed"/>',
        '<outline type="link" text="a link" url="https://e.org/"/>',
        '<outline text="a note"/>',
        '<outline type="rss" text="empty" xmlUrl=" "/>',
        '<outline text="odd" xmlUrl="javascript:alert(1)"/>',
    )
    luggage = read(text)
    assert [(wish.feed, wish.name) for wish in luggage.wishes] == [
        ("https://a.org/feed", "A & B"),
        ("https://b.org/feed", "Title"),
        ("https://c.org/feed", ""),
        ("https://d.org/feed", "d"),
    ]
    assert [(one.place.number, one.words) for one in luggage.unread] == [(9, "empty"), (10, "javascript:alert(1)")]


def test_opml_that_calls_itself_latin_1_is_read_as_the_text_that_it_is() -> None:
    text = '\n<?xml version="1.0" encoding="ISO-8859-1"?><opml><outline text="Bérénice" xmlUrl="http://a.org/"/></opml>'
    assert wished(text) == [("http://a.org/", "Bérénice")]


def test_names_of_strangers_are_cleaned() -> None:
    text = outlines(f'<outline text="a&#x202e;b&#10;{"c" * 500}" xmlUrl="http://a.org/"/>')
    (wish,) = read(text).wishes
    assert wish.name.startswith("ab ccc")
    assert len(wish.name) <= 200


def test_what_is_wrong_in_ours_is_told_by_its_list_and_number() -> None:
    luggage = read(
        ours(
            subscriptions=[{"text": "nets"}, 7, {}, {"text": 7}, {"text": "a", "rhythm": "never"}, {"feed": "x"}],
            settings={"timezone": "Atlantis", "quiet": "22-7", "budget": 3, "other": "x"},
            mutes=[{"until": None}, {"text": "a", "until": "soon"}, {"text": "b", "until": 7}],
            saved=[{"paper": []}, {"paper": "no id"}, {"paper": "2603.00001", "at": "9999-12-31T23:59:59-23:00"}],
            hidden="none",
            unheard_of=[1],
        )
    )
    assert [wish.text for wish in luggage.wishes] == ["nets"]
    assert luggage.settings == (("quiet", "22-7"),)
    told = [(one.place.of, one.place.number) for one in luggage.unread]
    assert told == [
        *(("subscriptions", n) for n in (2, 3, 4, 5, 6)),
        ("settings", 1),
        ("settings", 3),
        *(("mutes", n) for n in (1, 2, 3)),
        *(("saved", n) for n in (1, 2, 3)),
        ("hidden", 0),
    ]


# Packed, and read again

line = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=30)
moments = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
ids = st.sampled_from(
    [
        PaperId("arxiv", "1810.04805"),
        PaperId("arxiv", "cs/0101001"),
        doi("10.1000/(x)y"),
        PaperId("acl", "P19-1001"),
        PaperId("openreview", "abc_-12"),
        PaperId("pwc", "a-paper"),
    ]
)
id_lists = st.lists(ids, min_size=1, max_size=3, unique=True).map(tuple)
paces = st.builds(
    Pace,
    st.sampled_from(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT-14"]),
    st.none() | st.tuples(st.integers(0, 719), st.integers(720, 1439)).map(lambda pair: Quiet(*pair)),
    st.none() | st.integers(1, 500),
    st.sampled_from(DigestRhythm),
    st.integers(0, 6),
    st.integers(0, 23),
    sound=st.booleans(),
    links=st.booleans(),
)
wishes = st.builds(
    lambda words, feed, name, rhythm, priority: Wish(
        "" if feed else f"w {words}", feed, name if feed else "", rhythm, priority
    ),
    line,
    st.sampled_from(["", "https://a.org/feed?x=1&y=%20", "http://[::1]:80/"]),
    line,
    st.sampled_from(Rhythm),
    st.booleans(),
)
hidden = st.builds(HiddenLink, id_lists, st.just(RepositoryAddress("gitlab.com", "a/b", "c")), line)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(wishes, max_size=4),
    paces,
    st.lists(st.builds(MutedWords, line, st.none() | moments), max_size=3),
    st.lists(st.builds(SavedPaper, id_lists, line, st.none() | moments), max_size=3),
    st.lists(hidden, max_size=2),
)
def test_what_is_packed_is_read_again_as_it_was(
    wished: list[Wish],
    pace: Pace,
    mutes: list[MutedWords],
    saved: list[SavedPaper],
    links: list[HiddenLink],
) -> None:
    packed = Luggage(tuple(wished), packing.settings(pace), tuple(mutes), tuple(saved), tuple(links))
    luggage = read(packing.written(packed, NOW))
    assert luggage.unread == ()
    assert [_plain(one) for one in luggage.wishes] == [_plain(one) for one in wished]
    assert [(m.text, m.until) for m in luggage.mutes] == [(clean(m.text, 2000), m.until) for m in mutes]
    assert [(s.ids, s.at) for s in luggage.saved] == [(s.ids, s.at) for s in saved]
    assert [(h.ids, h.repository) for h in luggage.hidden] == [(h.ids, h.repository) for h in links]
    kept = settled(Pace(), luggage.settings)
    assert packing.settings(kept) == packing.settings(pace)


def _plain(wish: Wish) -> tuple[object, ...]:
    return clean(wish.text, 2000), wish.feed, clean(wish.name, 200), wish.rhythm, wish.priority


@settings(max_examples=60, deadline=None)
@given(st.lists(line, max_size=4), line)
def test_feeds_written_as_opml_are_read_again(names: list[str], title: str) -> None:
    feeds = [Wish(feed=f"https://a{n}.org/?a=1&b=2", name=name) for n, name in enumerate(names)]
    found, unread = opml.read(opml.written(feeds, title=title, now=NOW), most=10)
    assert unread == ()
    assert [wish.feed for wish in found] == [wish.feed for wish in feeds]


def test_the_file_is_readable_sorted_and_the_same_each_time() -> None:
    luggage = Luggage(
        (Wish("diffusion", rhythm=Rhythm.DAILY), Wish("", "https://a.org/f", "Ada", priority=True)),
        packing.settings(Pace()),
        (MutedWords("survey", NOW + timedelta(days=1)),),
        (SavedPaper((PaperId("arxiv", "1810.04805"),), "BERT", NOW),),
        (HiddenLink((PaperId("arxiv", "1810.04805"),), RepositoryAddress("github.com", "a", "b"), "BERT"),),
    )
    text = packing.written(luggage, NOW)
    assert text == packing.written(luggage, NOW)
    told = json.loads(text)
    assert list(told) == sorted(told)
    assert told["subscriptions"] == [
        {"priority": False, "rhythm": "daily", "text": "diffusion"},
        {"feed": "https://a.org/f", "name": "Ada", "priority": True, "rhythm": "at once"},
    ]
    assert told["settings"] == {
        "timezone": "UTC",
        "quiet": "off",
        "budget": "20",
        "digest": "weekly monday 9:00",
        "sound": "on",
        "links": "off",
    }
    assert told["mutes"] == [{"text": "survey", "until": "2026-03-06T06:00:00Z"}]
    assert told["saved"] == [{"at": "2026-03-05T06:00:00Z", "paper": ["arXiv:1810.04805"], "title": "BERT"}]
    assert told["hidden"] == [{"paper": ["arXiv:1810.04805"], "repository": "https://github.com/a/b", "title": "BERT"}]
