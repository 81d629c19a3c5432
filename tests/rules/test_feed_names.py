"""Which feed is meant by a name, a host or an address; what is said where none is, or several are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.feed import Feed, Source
from bot.errors import BadQuery
from bot.rules.feed_names import meant
from bot.rules.query_feed import FeedName

BAIR = Feed(1, Source.RSS, "https://bair.berkeley.edu/blog/feed.xml", "The Berkeley Artificial Intelligence Blog")
GOOGLE = Feed(2, Source.RSS, "https://research.google/blog/rss/", "The latest research from Google")
DEEPMIND = Feed(3, Source.RSS, "https://deepmind.google/blog/rss.xml", "Google DeepMind News")
LOG = Feed(4, Source.RSS, "https://www.lilianweng.github.io/index.xml", "Lil'Log")
MEDIUM = Feed(5, Source.RSS, "https://medium.com/feed/one", "Stories")
OTHER = Feed(6, Source.RSS, "https://medium.com/feed/two", "Stories")
ALL = (BAIR, GOOGLE, DEEPMIND, LOG, MEDIUM, OTHER)


def refused(text: str, feeds: tuple[Feed, ...] = ALL, place: int = 4) -> BadQuery:
    with pytest.raises(BadQuery) as caught:
        meant(FeedName(text, place), feeds)
    assert caught.value.place == place
    return caught.value


def test_a_name_that_nobody_has_is_refused_with_the_known_ones() -> None:
    error = refused("openai")
    assert str(error) == "I know no feed “openai”."
    assert "bair.berkeley.edu, research.google" in error.hint
    assert "feed:https://…" in error.hint
    assert refused("openai", ()).hint == "Give me its address: feed:https://…"


def test_of_many_known_ones_a_few_are_told() -> None:
    many = tuple(Feed(n, Source.RSS, f"https://blog{n}.test/", "A blog") for n in range(50))
    assert refused("openai", many).hint.count(".test") == 8
    assert len(refused("blog", many).hint) < 300


def test_a_name_that_several_have_is_refused_with_what_tells_them_apart() -> None:
    error = refused("google")
    assert str(error) == "2 feeds are called “google”."
    assert error.hint == "Say which: feed:research.google, feed:deepmind.google"
    same_host = refused("stories")
    assert same_host.hint == "Say which: feed:https://medium.com/feed/one, feed:https://medium.com/feed/two"


@pytest.mark.parametrize(
    ("text", "feed"),
    [
        ("bair", BAIR),
        ("BAIR", BAIR),
        ("bair.berkeley.edu", BAIR),
        ("berkeley-artificial intelligence", BAIR),
        ("bair.berkeley.edu/blog/feed.xml", BAIR),
        ("HTTP://bair.berkeley.edu/blog/feed.xml/", BAIR),
        ("google research", GOOGLE),
        ("Google-DeepMind  news", DEEPMIND),
        ("lil'log", LOG),
        ("lilianweng.github.io", LOG),
        ("www.lilianweng.github.io", LOG),
        ("https://medium.com/feed/two", OTHER),
    ],
)
def test_a_feed_is_found_by_whatever_people_call_it(text: str, feed: Feed) -> None:
    assert meant(FeedName(text, 0), ALL) is feed


def test_the_surest_way_of_naming_decides() -> None:
    named = Feed(7, Source.RSS, "https://elsewhere.test/", "Google")
    assert meant(FeedName("google", 0), (*ALL, named)) is named


def test_an_address_that_no_feed_has_is_left_to_be_looked_at() -> None:
    assert meant(FeedName("https://bair.berkeley.edu/blog/", 0), ALL) is None


@given(st.text(max_size=200), st.lists(st.text(max_size=60), max_size=4))
def test_any_name_finds_one_feed_or_is_refused_or_is_an_address(text: str, names: list[str]) -> None:
    feeds = tuple(Feed(n, Source.RSS, f"https://{n}.test/{name}", name) for n, name in enumerate(names))
    error = found = None
    try:
        found = meant(FeedName(text, 0), feeds)
    except BadQuery as refusal:
        error = refusal
    assert (error and error.hint) or found in feeds or "://" in text
