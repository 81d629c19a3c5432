"""Polling feeds, trending pages and Hugging Face: first looks, moves, ends, and one that fails among others."""

from datetime import date, timedelta

import pytest

from bot.domain.feed import Batch, Entry, Feed, FeedState, Sighting, Source
from bot.domain.news import NewsKind
from bot.domain.paper import Announcement, FetchedPaper, arxiv_id
from bot.errors import FetchError, Gone, RateLimited
from handlers import wording
from handlers.console.render import render
from tests.builders import CODE_AT, NOW, follow, paper, subscribe
from tests.jobs.wire import Wire

URL, OTHER = "https://blog.test/", "https://other.test/"
ONE, TWO, THREE = (Entry(f"guid {n}", f"Entry {n}", f"{URL}{n}", published=NOW) for n in (1, 2, 3))


@pytest.fixture
def blog(wire: Wire) -> Feed:
    """A feed that ada follows."""
    feed = wire.feed(Source.RSS, "blog", URL, trusted=False)
    follow(wire.storage, feed.key, at=NOW - timedelta(days=60))
    return feed


def look(wire: Wire, **later: float) -> None:
    """A look at everything, so much later."""
    wire.later(**later)
    wire.poll(Source.RSS, named=True)


# Failures -------------------------------------------------------------------------------------------------------------


def test_one_feed_failing_or_breaking_stops_no_other(wire: Wire, blog: Feed, caplog: pytest.LogCaptureFixture) -> None:
    bad, broken = wire.feed(Source.RSS, "bad"), wire.feed(Source.RSS, "broken")
    wire.rss.fail(bad.url, FetchError("HTTP 500"))
    wire.rss.fail(broken.url, ZeroDivisionError("a bug"))
    wire.rss.serve(URL, ONE)
    count = wire.poll(Source.RSS)
    assert count.fetched == 1
    assert sorted(count.errors) == ["bad: HTTP 500", "broken: ZeroDivisionError in the source; see the log"]
    assert wire.state(blog).succeeded_at == wire.now
    assert wire.state(broken).next_check_at is not None
    assert "ZeroDivisionError: a bug" in caplog.text


def test_a_failing_feed_is_looked_at_ever_more_rarely(wire: Wire, blog: Feed) -> None:
    wire.rss.fail(URL)
    waits = []
    for _ in range(12):
        wire.poll(Source.RSS)
        due = wire.state(blog).next_check_at
        assert due is not None
        waits.append(due - wire.now)
        wire.later(seconds=(due - wire.now).total_seconds())
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=15), timedelta(days=1))


def test_a_feed_that_asks_to_wait_is_left_alone_until_then(wire: Wire, blog: Feed) -> None:
    wire.rss.fail(URL, RateLimited("429", status=429, retry_at=wire.real_now + timedelta(hours=7)))
    wire.poll(Source.RSS)
    wire.later(hours=6, minutes=59)
    wire.poll(Source.RSS)
    assert wire.rss.asked == [URL]
    wire.later(minutes=1)
    wire.poll(Source.RSS)
    assert wire.rss.asked == [URL, URL]


def test_a_feed_that_is_gone_is_not_asked_again_and_its_followers_are_told_once(wire: Wire, blog: Feed) -> None:
    wire.rss.fail(URL, Gone("HTTP 410", status=410))
    for _ in range(3):
        look(wire, days=2)
    assert wire.rss.asked == [URL]
    assert wire.state(blog).state is FeedState.GONE
    assert wire.told() == [("ada", NewsKind.FEED, "blog")]
    (alert,) = wire.channel.sent[0].alerts
    assert (alert.feed_error, alert.feed_gone, alert.number) == ("HTTP 410", True, 1)
    assert "blog is gone for good" in render(wording.delivery(wire.channel.sent[0]))


def test_a_feed_that_fails_for_14_days_is_paused_and_its_followers_are_told(wire: Wire, blog: Feed) -> None:
    wire.rss.fail(URL)
    look(wire)
    look(wire, days=13, hours=23)
    assert wire.state(blog).state is FeedState.ACTIVE
    assert wire.told() == []
    look(wire, hours=2)
    look(wire, days=5)
    assert wire.state(blog).state is FeedState.PAUSED
    assert wire.told() == [("ada", NewsKind.FEED, "blog")]
    assert len(wire.rss.asked) == 3
    assert "/retry 1 — Try again" in render(wording.delivery(wire.channel.sent[0]))


def test_who_has_ended_the_subscription_meanwhile_is_offered_nothing(wire: Wire, blog: Feed) -> None:
    wire.rss.fail(URL, Gone("HTTP 410"))
    wire.poll(Source.RSS)
    (mine,) = wire.storage.subscriptions.of_feed(blog.key)
    with wire.storage.write():
        wire.storage.subscriptions.remove(mine.key)
    assert wire.told() == [("ada", NewsKind.FEED, "blog")]
    assert "/unsubscribe" not in render(wording.delivery(wire.channel.sent[0]))


def test_a_single_good_look_ends_the_count_of_days(wire: Wire, blog: Feed) -> None:
    for n in range(5):
        wire.rss.fail(URL)
        look(wire, days=5)
        wire.rss.serve(URL, ONE)
        look(wire, days=n % 2)
    assert wire.state(blog).state is FeedState.ACTIVE
    assert wire.told() == []


def test_nobody_is_told_of_the_end_of_a_feed_that_nobody_follows(wire: Wire) -> None:
    wire.feed(Source.RSS, "blog", URL)
    wire.rss.fail(URL, Gone("HTTP 410"))
    assert wire.poll(Source.RSS).alerts == 0


def test_a_named_source_is_never_given_up_on(wire: Wire) -> None:
    page = wire.feed(Source.TRENDING, "daily")
    wire.trending.fail(page.url, Gone("HTTP 410"))
    wire.poll(Source.TRENDING)
    wire.later(days=20)
    wire.poll(Source.TRENDING)
    assert wire.state(page).state is FeedState.ACTIVE
    assert wire.trending.asked == [page.url, page.url, f"{page.url} instead"]


# Entries --------------------------------------------------------------------------------------------------------------


def test_the_first_look_is_quiet_and_the_second_tells_what_is_new(wire: Wire, blog: Feed) -> None:
    wire.rss.serve(URL, ONE, TWO, title="The Blog")
    look(wire)
    assert wire.told() == []
    assert wire.state(blog).name == "The Blog"
    wire.rss.serve(URL, THREE, TWO, ONE)
    look(wire, hours=1)
    assert wire.told() == [("ada", NewsKind.ENTRY, "Entry 3")]


def test_a_first_look_that_failed_is_no_look(wire: Wire, blog: Feed) -> None:
    wire.rss.fail(URL)
    look(wire)
    wire.rss.serve(URL, ONE)
    look(wire, hours=1)
    assert wire.told() == []


def test_who_asked_for_words_hears_of_the_entries_that_have_them(wire: Wire, blog: Feed) -> None:
    long_ago = NOW - timedelta(days=60)
    follow(wire.storage, blog.key, "bob", at=long_ago, text="feed:blog entry -3")
    follow(wire.storage, blog.key, "eve", at=long_ago, text="feed:blog bees")
    wire.rss.serve(URL, ONE)
    look(wire)
    wire.rss.serve(URL, THREE, TWO, ONE)
    look(wire, hours=1)
    assert sorted(wire.told()) == [
        ("ada", NewsKind.ENTRY, "Entry 2"),
        ("ada", NewsKind.ENTRY, "Entry 3"),
        ("bob", NewsKind.ENTRY, "Entry 2"),
    ]
    (bobs,) = [delivery for delivery in wire.channel.sent if delivery.chat.address.chat == "bob"]
    assert bobs.alerts[0].why == ("feed:blog entry -3",)


def test_a_chat_hears_once_of_an_entry_that_several_of_its_subscriptions_want(wire: Wire, blog: Feed) -> None:
    follow(wire.storage, blog.key, "ada", at=NOW - timedelta(days=60), text="feed:blog entry")
    wire.rss.serve(URL, ONE)
    look(wire)
    wire.rss.serve(URL, TWO, ONE)
    look(wire, hours=1)
    assert wire.told() == [("ada", NewsKind.ENTRY, "Entry 2")]
    assert len(wire.channel.sent[0].alerts[0].why) == 2


def test_a_feed_is_muted_for_a_while_and_another_one_is_not(wire: Wire, blog: Feed) -> None:
    wire.rss.serve(URL, ONE)
    look(wire)
    mine = wire.storage.subscriptions.of_feed(blog.key)[0].chat
    with wire.storage.write():
        wire.storage.paces.mute(mine, 'feed:"https://another.test/feed"', None)
        wire.storage.paces.mute(mine, f'feed:"{URL}"', wire.now + timedelta(minutes=90))
    wire.rss.serve(URL, TWO, ONE)
    look(wire, hours=1)
    assert wire.told() == []
    wire.rss.serve(URL, THREE, TWO, ONE)
    look(wire, hours=1)
    assert wire.told() == [("ada", NewsKind.ENTRY, "Entry 3")]


def test_what_a_chat_has_muted_is_muted_in_entries_too(wire: Wire, blog: Feed) -> None:
    wire.rss.serve(URL, ONE)
    look(wire)
    with wire.storage.write():
        wire.storage.paces.mute(wire.storage.subscriptions.of_feed(blog.key)[0].chat, "entry -2", None)
    wire.rss.serve(URL, THREE, TWO, ONE)
    look(wire, hours=1)
    assert wire.told() == [("ada", NewsKind.ENTRY, "Entry 2")]


def test_entries_that_were_told_are_never_told_again(wire: Wire, blog: Feed) -> None:
    wire.rss.serve(URL, ONE)
    look(wire)
    for entries in ((ONE, TWO), (TWO,), (ONE, TWO), (TWO, ONE)):
        wire.rss.serve(URL, *entries)
        look(wire, hours=1)
    assert wire.told() == [("ada", NewsKind.ENTRY, "Entry 2")]


def test_five_hundred_items_of_one_id_are_one_entry(wire: Wire, blog: Feed) -> None:
    wire.rss.serve(URL)
    look(wire)
    wire.rss.serve(URL, *(Entry("the same", f"Entry {n}", URL) for n in range(500)))
    look(wire, hours=1)
    assert len(wire.told()) == 1


def test_a_feed_that_was_not_modified_stores_nothing_and_is_due_again(wire: Wire, blog: Feed) -> None:
    wire.rss.serve(URL, ONE)
    look(wire)
    wire.later(hours=2)
    count = wire.poll(Source.RSS)
    assert (count.not_modified, count.fetched) == (1, 0)
    after = wire.state(blog)
    assert (after.succeeded_at, after.validators) == (wire.now, wire.state(blog).validators)
    assert after.next_check_at is not None
    assert after.next_check_at > wire.now


def test_an_entry_that_names_a_paper_tells_arxiv_where_to_look_and_no_more(wire: Wire, blog: Feed) -> None:
    """A feed may say anything of any paper: neither its text nor its links are the paper's."""
    subscribe(wire.storage, "nets")
    claimed = paper("2603.00001", abstract=CODE_AT, announcement=None, version=0)
    wire.rss.serve(URL, claimed)
    look(wire)
    known = wire.storage.papers.find(arxiv_id("2603.00001"))
    assert known is not None
    assert (known.abstract, wire.storage.links.of_paper(known.key), wire.told()) == ("", (), [])
    wire.feed(Source.ARXIV, "cs.LG")
    wire.arxiv.has(paper("2603.00001", abstract="Code: https://github.com/bob/nets"))
    wire.poll(Source.ARXIV)
    assert wire.told() == [("ada", NewsKind.CODE, "2603.00001")]
    assert [link.repository.slug for link in wire.storage.links.of_paper(known.key)] == ["bob/nets"]


def test_a_paper_that_a_blog_named_first_is_still_news_when_it_is_announced(wire: Wire, blog: Feed) -> None:
    subscribe(wire.storage, "nets kind:papers")
    wire.rss.serve(URL, paper(announcement=None, version=0))
    look(wire)
    wire.feed(Source.ARXIV, "cs.LG")
    wire.arxiv.announce(paper(comment=""))
    wire.poll(Source.ARXIV)
    assert wire.told() == [("ada", NewsKind.PAPER, "2603.00001")]


# Moves ----------------------------------------------------------------------------------------------------------------


def test_a_permanent_redirect_is_believed_after_three_looks_running(wire: Wire, blog: Feed) -> None:
    for n in (1, 2):
        wire.rss.serve(URL, ONE, moved_to=OTHER)
        look(wire, hours=1)
        assert (wire.state(blog).url, wire.state(blog).moved_times) == (URL, n)
    look(wire, hours=1)  # the third answer is a 304 behind the redirect
    moved = wire.state(blog)
    assert (moved.url, moved.moved_to, moved.moved_times) == (OTHER, None, 0)
    wire.rss.serve(OTHER, ONE, TWO)
    look(wire, hours=1)
    assert wire.told() == [("ada", NewsKind.ENTRY, "Entry 2")]


@pytest.mark.parametrize("between", ["", "https://third.test/"], ids=["no redirect", "to somewhere else"])
def test_redirects_that_are_interrupted_are_counted_anew(wire: Wire, blog: Feed, between: str) -> None:
    for to in (OTHER, OTHER, between, OTHER, OTHER):
        wire.rss.serve(URL, ONE, moved_to=to)
        look(wire, hours=1)
    assert (wire.state(blog).url, wire.state(blog).moved_times) == (URL, 2)


def test_a_feed_that_moves_to_one_that_is_followed_hands_its_followers_over(wire: Wire, blog: Feed) -> None:
    other = wire.feed(Source.RSS, "other", OTHER, trusted=False)
    follow(wire.storage, other.key, "ada", at=NOW - timedelta(days=60))
    follow(wire.storage, blog.key, "bob", at=NOW - timedelta(days=60))
    for _ in range(3):
        wire.rss.serve(URL, ONE, moved_to=OTHER)
        wire.rss.serve(OTHER, ONE)
        look(wire, hours=1)
    wire.rss.serve(OTHER, ONE, TWO)
    wire.rss.asked.clear()
    look(wire, hours=1)
    assert wire.rss.asked == [OTHER]
    assert wire.told() == [("ada", NewsKind.ENTRY, "Entry 2"), ("bob", NewsKind.ENTRY, "Entry 2")]


# Trending pages -------------------------------------------------------------------------------------------------------


def test_trending_repositories_are_noted_by_day(wire: Wire) -> None:
    page = wire.feed(Source.TRENDING, "daily")
    for day in (1, 2):
        wire.trending.serve(page.url, Sighting("ada/nets", day, 100 * day, 50, "Python", "Nets"))
        assert wire.poll(Source.TRENDING, named=True).fetched == 1
        wire.later(days=1)
    (repository,) = wire.storage.repositories.called("nets")
    assert (repository.stars, repository.language) == (200, "Python")
    assert wire.storage.repositories.last_sighting(repository.key) == ("daily", date(2026, 3, 6), 2, 50)


def test_a_page_without_rows_is_a_warning_and_twice_running_a_loud_one(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    page = wire.feed(Source.TRENDING, "daily")
    wire.trending.batches[page.url] = Batch(warnings=("no rows",))
    for loud in (False, True):
        wire.later(days=1)
        assert wire.poll(Source.TRENDING).errors == ()
        assert wire.state(page).warning == "no rows"
        assert ("twice running" in caplog.text) is loud


@pytest.fixture
def unread(wire: Wire) -> Feed:
    """A trending page that can't be read, and what the search has instead."""
    page = wire.feed(Source.TRENDING, "daily")
    wire.trending.batches[page.url] = Batch(warnings=("no rows",))
    wire.trending.serve(f"{page.url} instead", Sighting("bob/flow", 1, 900, None, "Python"))
    return page


def test_where_the_search_fails_too_the_page_is_asked_again_later(wire: Wire, unread: Feed) -> None:
    wire.trending.fail(f"{unread.url} instead")
    for _ in range(3):
        wire.later(days=1)
        assert wire.poll(Source.TRENDING).errors == ()
    assert wire.state(unread).warning == "no rows"
    assert wire.storage.rankings.trending("daily") == (None, (), False)


@pytest.mark.parametrize("fails", [False, True], ids=["no rows", "an error"])
def test_the_search_stands_in_the_second_time_running(wire: Wire, unread: Feed, fails: bool) -> None:
    if fails:
        wire.trending.fail(unread.url)
    for fetched in (0, 1):
        assert wire.poll(Source.TRENDING).fetched == fetched
        wire.later(days=1)
    day, rows, searched = wire.storage.rankings.trending("daily")
    assert (day, [row.repository.slug for row in rows], searched) == (date(2026, 3, 6), ["bob/flow"], True)
    (found,) = wire.storage.repositories.called("flow")
    assert wire.storage.repositories.last_sighting(found.key) is None, "it isn't on the page"


def test_a_page_that_is_read_once_a_day_is_what_that_day_had(wire: Wire, unread: Feed) -> None:
    wire.poll(Source.TRENDING)
    wire.later(hours=3)
    wire.poll(Source.TRENDING)
    wire.trending.serve(unread.url, Sighting("ada/nets", 1, 100, 50, None), Sighting("bob/flow", 9, 900, 40, None))
    for _ in range(3):
        wire.later(hours=3)
        wire.poll(Source.TRENDING)
        _, rows, searched = wire.storage.rankings.trending("daily")
        assert [(row.repository.slug, row.rank) for row in rows] == [("ada/nets", 1), ("bob/flow", 9)]
        assert not searched
        wire.trending.batches[unread.url] = Batch(warnings=("no rows",))


# Hugging Face ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def daily(wire: Wire) -> Feed:
    subscribe(wire.storage, "nets", at=NOW - timedelta(days=60))
    return wire.feed(Source.HUGGING_FACE, "daily papers", wire.huggingface.day_url())


def serve_day(wire: Wire, day: int, *numbers: int) -> None:
    wire.huggingface.serve(wire.huggingface.day_url(date(2026, 3, day)), *map(daily_paper, numbers))


def daily_paper(number: int) -> FetchedPaper:
    code = f"Code: https://github.com/ada/nets{number}"
    return paper(f"2603.{number:05}", abstract=code, announcement=None, version=0)


def days_asked(wire: Wire) -> list[str]:
    asked = [url.rpartition("=")[2] for url in wire.huggingface.asked]
    wire.huggingface.asked.clear()
    return asked


def test_after_a_pause_the_days_since_the_last_look_are_asked_for(wire: Wire, daily: Feed) -> None:
    wire.poll(Source.HUGGING_FACE)
    assert days_asked(wire) == ["2026-03-05"]
    for day in (6, 7, 8):
        serve_day(wire, day, day)
    wire.later(days=3)
    assert wire.poll(Source.HUGGING_FACE).fetched == 3
    assert days_asked(wire) == ["2026-03-05", "2026-03-06", "2026-03-07", "2026-03-08"]
    assert [name for _, _, name in wire.told()] == ["2603.00006", "2603.00007", "2603.00008"]
    wire.later(days=60)
    wire.poll(Source.HUGGING_FACE)
    assert len(days_asked(wire)) == 8


def test_a_day_that_failed_is_asked_for_again_and_holds_up_no_other(wire: Wire, daily: Feed) -> None:
    wire.poll(Source.HUGGING_FACE)
    days_asked(wire)
    serve_day(wire, 6, 6)
    wire.huggingface.fail(wire.huggingface.day_url(date(2026, 3, 7)))
    serve_day(wire, 8, 8)
    wire.later(days=3)
    count = wire.poll(Source.HUGGING_FACE)
    assert (count.fetched, len(count.errors)) == (2, 1)
    assert wire.state(daily).failures == 1
    serve_day(wire, 7, 7)
    wire.later(hours=3)
    wire.poll(Source.HUGGING_FACE)
    assert [name for _, _, name in wire.told()] == ["2603.00006", "2603.00008", "2603.00007"]
    assert wire.state(daily).failures == 0
    days_asked(wire)
    wire.later(hours=3)
    wire.poll(Source.HUGGING_FACE)
    assert days_asked(wire) == ["2026-03-08"]


def test_one_day_that_fails_for_ever_falls_out_of_the_week(wire: Wire, daily: Feed) -> None:
    wire.poll(Source.HUGGING_FACE)
    wire.huggingface.fail(wire.huggingface.day_url(date(2026, 3, 6)))
    for _ in range(12):
        wire.later(days=1)
        wire.poll(Source.HUGGING_FACE)
    assert wire.state(daily).failures == 0


def test_a_list_that_did_not_change_is_not_modified(wire: Wire, daily: Feed) -> None:
    serve_day(wire, 5, 5)
    wire.poll(Source.HUGGING_FACE)
    wire.later(hours=3)
    assert wire.poll(Source.HUGGING_FACE).not_modified == 1
    assert len(wire.told()) == 1


def test_a_paper_that_both_tell_is_told_once(wire: Wire, daily: Feed) -> None:
    wire.feed(Source.ARXIV, "cs.LG")
    wire.arxiv.announce(paper("2603.00005", abstract=CODE_AT, announcement=Announcement.NEW))
    serve_day(wire, 5, 5)
    wire.poll(Source.ARXIV)
    wire.poll(Source.HUGGING_FACE)
    assert wire.told() == [("ada", NewsKind.CODE, "2603.00005")]
