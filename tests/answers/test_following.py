"""Following feeds: whole or what of them matches, by name or address; and what a first add shows."""

from datetime import timedelta

import pytest

from bot.answers import Answers, FullUp, Live, Subscribed
from bot.domain.chat import Address
from bot.domain.feed import Batch, Entry, Feed, FeedState, FoundFeed, Source, Validators
from bot.errors import BadQuery, FetchError, Gone, Unreadable
from handlers import wording
from handlers.console.render import render
from storage import Storage
from tests.builders import NOW
from tests.fakes import FakeArxiv

ADA, BOB = Address("telegram", "7"), Address("telegram", "8")
BLOG, OTHER, PAGE = "https://blog.test/feed", "https://blog.test/other", "https://blog.test/"
POSTS = tuple(
    Entry(f"{n}", f"Robots {n}" if n % 2 else f"Bees {n}", f"{PAGE}{n}", published=NOW - timedelta(days=n))
    for n in range(8)
)


class FakeFinder:
    """A web of feeds: what is found at an address, and what a feed holds; else HTTP 404."""

    def __init__(self) -> None:
        self.there: dict[str, tuple[FoundFeed, ...] | Exception] = {}
        self.asked: list[str] = []

    def discover(self, url: str, *, trusted: bool = False) -> tuple[FoundFeed, ...]:
        return self._at(url)

    def fetch(self, feed: Feed) -> Batch:
        return Batch(entries=self._at(feed.url)[0].entries)

    def _at(self, url: str) -> tuple[FoundFeed, ...]:
        self.asked.append(url)
        found = self.there.get(url, FetchError("HTTP 404 Not Found", status=404))
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def web() -> FakeFinder:
    finder = FakeFinder()
    finder.there[BLOG] = (FoundFeed(BLOG, "A Blog of Bees", POSTS),)
    finder.there[PAGE] = (FoundFeed(BLOG, "Posts"), FoundFeed(OTHER, "Comments"))
    return finder


@pytest.fixture
def answers(storage: Storage, web: FakeFinder) -> Answers:
    nowhere = FakeArxiv()
    return Answers(storage, Live(nowhere, nowhere, web), clock=lambda: NOW)  # type: ignore[arg-type]  # because: no paper is looked up


def settings_feed(storage: Storage, url: str = BLOG, name: str = "A Blog of Bees") -> Feed:
    with storage.write():
        feed = storage.feeds.want(Source.RSS, url, name, now=NOW, interval_s=3600, trusted=True)
        storage.feeds.add_entries(feed, POSTS, NOW)
        storage.feeds.succeeded(feed, Validators(), now=NOW, next_check=NOW, interval_s=3600)
    return feed


def made(answers: Answers, words: str, who: Address = ADA, *, most: int = 100) -> Subscribed:
    outcome = answers.subscribe(who, words, most=most)
    assert isinstance(outcome, Subscribed)
    return outcome


def told(answer: Subscribed) -> str:
    return " ".join(render(wording.subscribed(answer)).split())


# What goes wrong


@pytest.mark.parametrize("words", ["feed:bees", "feed:blog.test bees", 'feed:"a blog of bees" x'])
def test_a_feed_that_only_another_chat_follows_is_named_by_its_whole_address_alone(
    answers: Answers, web: FakeFinder, words: str
) -> None:
    """Its address may hold that chat's secret."""
    made(answers, BLOG, BOB)
    with pytest.raises(BadQuery, match="I know no feed") as refused:
        answers.subscribe(ADA, words)
    assert "blog.test" not in refused.value.hint
    assert made(answers, f"feed:{BLOG} bees").new
    assert made(answers, words.replace(" x", " robots")).feed


@pytest.mark.parametrize(
    "words", ["feed:https://nowhere.test/ bees", "https://nowhere.test/ bees", "feed:https://nowhere.test/"]
)
def test_an_address_without_a_feed_changes_nothing(answers: Answers, storage: Storage, words: str) -> None:
    with pytest.raises(FetchError, match="404"):
        answers.subscribe(ADA, words)
    assert storage.feeds.all() == ()
    assert answers.subscriptions(ADA).mine == ()


def test_a_page_that_is_no_feed_says_so(answers: Answers, web: FakeFinder) -> None:
    web.there[OTHER] = Unreadable("a web page that names no feed")
    with pytest.raises(Unreadable):
        answers.subscribe(ADA, f"{OTHER} bees")


def test_words_that_cannot_be_understood_ask_nobody(answers: Answers, web: FakeFinder) -> None:
    for words in (f"{BLOG} cat:cs.CV", f"feed:{BLOG} (bees", f"x OR feed:{BLOG}"):
        with pytest.raises(BadQuery):
            answers.subscribe(ADA, words)
    assert web.asked == []


def test_a_chat_that_is_full_follows_no_more(answers: Answers) -> None:
    made(answers, BLOG)
    assert answers.subscribe(ADA, f"{BLOG} bees", most=1) == FullUp(1)
    assert not made(answers, BLOG, most=1).new


def test_a_feed_is_no_mute(answers: Answers, storage: Storage) -> None:
    """It would mute all papers; by its subscription's number it is one."""
    with pytest.raises(BadQuery) as refused:
        answers.settling.mute(ADA, "bees feed:blog 3 days")
    assert refused.value.place == 5
    with pytest.raises(BadQuery):
        answers.settling.mute(ADA, f"{BLOG} bees")
    made(answers, BLOG)
    answers.settling.mute(ADA, "#1 7 days")
    (one,) = answers.subscriptions(ADA).mine
    assert one.paused
    assert one.paused.until == NOW + timedelta(days=7)
    assert [mute.text for mute in answers.settling.settings(ADA).mutes] == [f'feed:"{BLOG}"']


# Whole, or what matches


@pytest.mark.parametrize("words", [BLOG, f"feed:{BLOG}", "feed:bees", "feed:Blog.test", "FEED:bees"])
def test_a_feed_without_words_is_followed_whole_under_its_address(
    answers: Answers, storage: Storage, words: str
) -> None:
    feed = settings_feed(storage)
    answer = made(answers, words)
    assert (answer.feed and answer.feed.key, answer.subscription.text) == (feed.key, BLOG)
    assert answer.subscription.is_whole
    for again in (BLOG, "feed:bees"):
        assert not made(answers, again).new


def test_with_words_it_is_another_subscription_as_it_was_typed(answers: Answers, storage: Storage) -> None:
    feed = settings_feed(storage)
    for n, words in enumerate((BLOG, "feed:Bees robots -3", f"{BLOG} robots -3"), 1):
        answer = made(answers, words)
        assert (answer.new, answer.subscription.number, answer.subscription.text) == (True, n, words)
        assert answer.subscription.feed == feed.key
        assert storage.feeds.find(BLOG)
    assert not made(answers, "FEED:bees  ROBOTS -3").new


def test_a_known_feed_is_asked_for_nothing(answers: Answers, storage: Storage, web: FakeFinder) -> None:
    settings_feed(storage)
    made(answers, "feed:bees robots")
    made(answers, f"{BLOG} bees")
    assert web.asked == []


def test_it_stands_under_no_terms_of_papers(answers: Answers, storage: Storage) -> None:
    settings_feed(storage)
    made(answers, "feed:bees robots")
    assert storage.database.value("SELECT count(*) FROM subscription_terms") == 0


def test_the_end_of_the_last_subscription_ends_the_looking(answers: Answers, storage: Storage) -> None:
    made(answers, BLOG)
    made(answers, f"{BLOG} bees")
    answers.unsubscribe(ADA, "1")
    assert [feed.url for feed in storage.feeds.all()] == [BLOG]
    answers.unsubscribe(ADA, f"{BLOG} bees")
    assert storage.feeds.all() == ()


def test_a_feed_that_has_moved_is_still_followed_once(answers: Answers, storage: Storage, web: FakeFinder) -> None:
    feed = made(answers, BLOG).feed
    assert feed
    with storage.write():
        storage.feeds.move(feed, OTHER)
    web.there[OTHER] = (FoundFeed(OTHER, "A Blog of Bees"),)
    assert not made(answers, OTHER).new


# The first add


def test_it_shows_the_latest_three_and_the_rest_counts_as_seen(answers: Answers, storage: Storage) -> None:
    answer = made(answers, BLOG)
    assert [entry.title for entry in answer.entries] == ["Bees 0", "Robots 1", "Bees 2"]
    assert "The latest: • Bees 0 <https://blog.test/0> · 5 Mar 2026" in told(answer)
    assert answer.feed
    assert answer.feed.succeeded_at is None  # so that its first look is quiet


def test_it_shows_the_latest_that_match(answers: Answers, storage: Storage) -> None:
    assert [e.title for e in made(answers, f"{BLOG} robots -3").entries] == ["Robots 1", "Robots 5", "Robots 7"]
    settings_feed(storage)
    assert [e.title for e in made(answers, "feed:bees ti:bees").entries] == ["Bees 0", "Bees 2", "Bees 4"]


def test_it_says_that_none_matches(answers: Answers, web: FakeFinder) -> None:
    assert "None of its latest 8 entries matches." in told(made(answers, f"{BLOG} wax"))
    web.there[OTHER] = (FoundFeed(OTHER, "Short", POSTS[:1]),)
    assert "Its latest entry doesn't match." in told(made(answers, f"{OTHER} wax"))


def test_of_a_page_that_names_feeds_nothing_is_known_yet(answers: Answers) -> None:
    answer = made(answers, PAGE)
    assert (answer.entries, answer.looked_at, answer.others) == ((), 0, 1)
    assert "The latest" not in told(answer)
    assert "names 1 more feed" in told(answer)
    assert "names 1 more feed" in told(made(answers, f"{PAGE} robots", BOB))


def test_a_feed_that_had_stopped_is_looked_at_again_and_says_so(answers: Answers, storage: Storage) -> None:
    feed = settings_feed(storage)
    made(answers, "feed:bees")
    with storage.write():
        storage.feeds.failed(feed, "HTTP 503", now=NOW, next_check=NOW, state=FeedState.PAUSED)
    answer = made(answers, "feed:bees")
    assert (answer.new, answer.resumed) == (False, True)
    assert "You have that already, as #1: A Blog of Bees. It had stopped; I look at it again" in told(answer)
    assert storage.feeds.get(feed.key).state is FeedState.ACTIVE
    assert "stopped" not in told(made(answers, "feed:bees"))


# Once more


def stopped(answers: Answers, storage: Storage, web: FakeFinder, state: FeedState = FeedState.PAUSED) -> Feed:
    """Ada's feed after two weeks without an answer."""
    feed = made(answers, BLOG).feed
    assert feed
    with storage.write():
        storage.feeds.succeeded(feed, Validators("e"), now=NOW, next_check=NOW, interval_s=3600)
        storage.feeds.failed(feed, "HTTP 503", now=NOW, next_check=NOW, state=state)
    web.asked.clear()
    return storage.feeds.get(feed.key)


def retried(answers: Answers, words: str = "1") -> str:
    answer = wording.retried(answers.following.retry(ADA, words), now=NOW)
    return " ".join(render(answer).split())


@pytest.mark.parametrize("words", ["9", "x", "-1", "1 2", "\u0661"])
def test_a_number_that_is_none_of_the_chats_is_refused(answers: Answers, web: FakeFinder, words: str) -> None:
    made(answers, BLOG, BOB)
    with pytest.raises(BadQuery, match="no subscription"):
        answers.following.retry(ADA, words)


def test_a_subscription_that_follows_no_feed_is_refused(answers: Answers) -> None:
    answers.subscribe(ADA, "nets")
    with pytest.raises(BadQuery, match="follows no feed"):
        answers.following.retry(ADA, "#1")


def test_a_feed_that_answers_is_looked_at_at_once(answers: Answers, storage: Storage, web: FakeFinder) -> None:
    feed = stopped(answers, storage, web)
    assert "A Blog of Bees answers. What is new in it comes soon." in retried(answers)
    assert [f.key for f in storage.feeds.due(Source.RSS, NOW)] == [feed.key]
    assert storage.feeds.get(feed.key).validators == Validators("e")


def test_a_feed_that_still_fails_is_tried_on_and_its_two_weeks_begin_anew(
    answers: Answers, storage: Storage, web: FakeFinder
) -> None:
    feed = stopped(answers, storage, web)
    web.there[BLOG] = FetchError("HTTP 500")
    for _ in range(2):
        assert "still fails: HTTP 500. I look at it again from now on" in retried(answers)
    after = storage.feeds.get(feed.key)
    assert (after.state, after.error, after.failures, after.failing_since) == (FeedState.ACTIVE, "HTTP 500", 1, NOW)
    assert "failing: HTTP 500" in render(wording.subscriptions(answers.subscriptions(ADA)))


def test_a_feed_that_is_gone_for_good_says_so_and_is_not_looked_at(
    answers: Answers, storage: Storage, web: FakeFinder
) -> None:
    feed = stopped(answers, storage, web)
    web.there[BLOG] = Gone("HTTP 410 Gone")
    assert "A Blog of Bees is gone for good: its server says so (HTTP 410 Gone). /unsubscribe 1" in retried(answers)
    assert storage.feeds.get(feed.key).state is FeedState.GONE
    assert storage.feeds.due(Source.RSS, NOW + timedelta(days=1)) == ()
    shown = " ".join(render(wording.subscriptions(answers.subscriptions(ADA))).split())
    assert "gone for good: HTTP 410 Gone" in shown
    assert "Try #1" not in shown


def test_a_feed_that_came_back_from_the_dead_is_taken_up(answers: Answers, storage: Storage, web: FakeFinder) -> None:
    feed = stopped(answers, storage, web, FeedState.GONE)
    assert "answers" in retried(answers)
    assert storage.feeds.get(feed.key).state is FeedState.ACTIVE


def test_a_feed_that_is_well_is_not_asked(answers: Answers, storage: Storage, web: FakeFinder) -> None:
    feed = stopped(answers, storage, web)
    with storage.write():
        storage.feeds.succeeded(feed, Validators(), now=NOW, next_check=NOW, interval_s=3600)
    assert "A Blog of Bees is well: I read it just now." in retried(answers)
    assert web.asked == []


def test_the_list_of_subscriptions_offers_to_try_the_stopped_ones_again(
    answers: Answers, storage: Storage, web: FakeFinder
) -> None:
    stopped(answers, storage, web)
    shown = render(wording.subscriptions(answers.subscriptions(ADA)))
    assert "stopped: HTTP 503" in shown
    assert "/retry 1 — Try #1 again" in shown
