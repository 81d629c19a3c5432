"""Feeds, subscriptions, allowances and facts: what is looked at, for whom, and when it may be."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.feed import Entry, Feed, FeedState, Source, Validators
from bot.rules.terms import Asked
from storage import Storage
from tests.builders import NOW, chat, follow, subscribe

URL, OTHER = "https://a.test/feed", "https://b.test/feed"


def want(storage: Storage, url: str = URL, *, trusted: bool = False) -> Feed:
    with storage.write():
        return storage.feeds.want(Source.RSS, url, "a.test", now=NOW, interval_s=3600, trusted=trusted)


def urls(storage: Storage) -> list[str]:
    return [feed.url for feed in storage.feeds.all()]


def test_keys_that_are_not_there_are_key_errors(storage: Storage) -> None:
    with pytest.raises(KeyError):
        storage.feeds.get(99)
    with pytest.raises(KeyError):
        storage.feeds.entry(99)
    with pytest.raises(KeyError):
        storage.chats.get(99)
    assert storage.feeds.find(URL) is None


def test_a_feed_that_several_want_is_one_feed(storage: Storage) -> None:
    assert want(storage).key == want(storage, trusted=True).key
    assert storage.feeds.get(want(storage).key).trusted


def test_the_settings_feeds_and_the_followed_ones_are_looked_at(storage: Storage) -> None:
    followed = want(storage)
    follow(storage, followed.key)
    settings = [(Source.RSS, OTHER, "b", 3600)]
    with storage.write():
        storage.feeds.configure([*settings, (Source.RSS, "https://c.test/", "c", 3600)], NOW)
    assert urls(storage) == [URL, OTHER, "https://c.test/"]
    with storage.write():
        storage.feeds.configure(settings, NOW)
    assert urls(storage) == [URL, OTHER]


def test_the_last_unsubscription_ends_a_feed_and_a_new_one_takes_it_up_again(storage: Storage) -> None:
    feed = want(storage)
    ada, bob = follow(storage, feed.key, "ada"), follow(storage, feed.key, "bob")
    for subscriber, left in ((ada, [URL]), (bob, [])):
        with storage.write():
            storage.subscriptions.remove(storage.subscriptions.of_chat(subscriber.key)[0].key)
        assert urls(storage) == left
    assert want(storage).key == feed.key
    assert urls(storage) == [URL]


@pytest.mark.parametrize("state", [FeedState.PAUSED, FeedState.GONE])
def test_a_feed_that_stopped_is_tried_again_when_a_chat_asks_for_it(storage: Storage, state: FeedState) -> None:
    feed = want(storage)
    with storage.write():
        storage.feeds.failed(feed, "gone", now=NOW, next_check=NOW + timedelta(days=1), state=state)
    assert storage.feeds.due(Source.RSS, NOW + timedelta(days=2)) == ()
    again = want(storage)
    assert (again.key, again.state, again.failing_since, again.failures) == (feed.key, FeedState.ACTIVE, None, 0)
    assert [f.key for f in storage.feeds.due(Source.RSS, NOW)] == [feed.key]


def test_a_start_does_not_wake_the_settings_feed_that_stopped(storage: Storage) -> None:
    feed = want(storage, trusted=True)
    with storage.write():
        storage.feeds.failed(feed, "gone", now=NOW, next_check=NOW, state=FeedState.GONE)
        storage.feeds.configure([(Source.RSS, URL, "a", 3600)], NOW)
    assert storage.feeds.get(feed.key).state is FeedState.GONE


def test_a_feed_due_far_ahead_is_due_because_the_clock_was_wrong(storage: Storage) -> None:
    feed = want(storage)
    with storage.write():
        storage.feeds.succeeded(feed, Validators(), now=NOW, next_check=NOW + timedelta(days=400), interval_s=3600)
    assert [f.key for f in storage.feeds.due(Source.RSS, NOW)] == [feed.key]


def test_a_failure_keeps_the_validators_and_a_success_forgets_the_failure(storage: Storage) -> None:
    feed = want(storage)
    later = NOW + timedelta(hours=1)
    with storage.write():
        storage.feeds.succeeded(feed, Validators("e", "m", "h"), now=NOW, next_check=later, interval_s=900, title="A!")
        storage.feeds.failed(feed, "503", now=later, next_check=later, state=FeedState.ACTIVE)
        storage.feeds.failed(feed, "504", now=later + timedelta(hours=1), next_check=later, state=FeedState.ACTIVE)
    failing = storage.feeds.get(feed.key)
    assert failing.validators == Validators("e", "m", "h")
    assert (failing.name, failing.failures, failing.failing_since, failing.error) == ("A!", 2, later, "504")
    with storage.write():
        storage.feeds.succeeded(failing, Validators(), now=later, next_check=later, interval_s=900)
    mended = storage.feeds.get(feed.key)
    assert (mended.name, mended.failures, mended.failing_since, mended.error) == ("A!", 0, None, "")


# Moving ---------------------------------------------------------------------------------------------------------------


def test_a_move_that_is_not_believed_yet_leads_nobody_there(storage: Storage) -> None:
    """Whoever owns one feed could otherwise take over the followers of another by naming it."""
    feed = want(storage)
    with storage.write():
        storage.feeds.moving(feed, OTHER, 1)
    assert storage.feeds.find(OTHER) is None
    assert want(storage, OTHER).key != feed.key


def test_a_feed_that_moved_to_a_known_one_hands_its_followers_over(storage: Storage) -> None:
    old, new = want(storage), want(storage, OTHER)
    ada = follow(storage, old.key)
    with storage.write():
        storage.feeds.move(old, OTHER)
    assert [s.chat for s in storage.subscriptions.of_feed(new.key)] == [ada.key]
    assert urls(storage) == [OTHER]


def test_an_address_that_came_from_a_redirect_is_trusted_no_more(storage: Storage) -> None:
    """What the settings name may be private; what a redirect names must be public, at every look."""
    feed = want(storage, trusted=True)
    with storage.write():
        storage.feeds.move(feed, OTHER)
    moved = storage.feeds.get(feed.key)
    assert (moved.url, moved.trusted) == (OTHER, False)


# Entries, subscriptions, allowances -----------------------------------------------------------------------------------


def test_an_entry_is_new_once(storage: Storage) -> None:
    feed = want(storage)
    entries = [Entry("1", "One", URL), Entry("1", "One again", URL), Entry("2", "Two", URL, published=NOW)]
    with storage.write():
        assert [new.entry.title for new in storage.feeds.add_entries(feed, entries, NOW)] == ["One", "Two"]
        (new,) = storage.feeds.add_entries(feed, [Entry("3", "Three", URL), *entries], NOW)
    assert storage.feeds.entry(new.key) == (Entry("3", "Three", URL), "a.test")


def test_subscriptions_are_numbered_by_chat_and_found_by_their_terms(storage: Storage) -> None:
    ada = subscribe(storage, "diffusion cat:cs.CV", "ada")
    subscribe(storage, "transformers", "ada")
    bob = subscribe(storage, "diffusion", "bob")
    assert [(s.number, s.text) for s in storage.subscriptions.of_chat(ada.key)] == [
        (1, "diffusion cat:cs.CV"),
        (2, "transformers"),
    ]
    under = storage.subscriptions.under(Asked(("diffusion", "nothing", 'q"uote', "cat:cs.cv")))
    assert [s.chat for s, _ in under] == [ada.key, bob.key]
    assert list(storage.subscriptions.under(Asked(()))) == []
    assert storage.subscriptions.count() == 3


def test_more_terms_than_sqlite_takes_at_once_are_looked_up(storage: Storage) -> None:
    subscribe(storage, "diffusion")
    terms = ("diffusion", *(f"word{n}" for n in range(40_000)))
    assert len(list(storage.subscriptions.under(Asked(terms)))) == 1


def test_the_same_chat_is_met_once_and_its_title_is_kept(storage: Storage) -> None:
    one = chat(storage)
    with storage.write():
        titled = storage.chats.meet(one.address, NOW, title="Reading group")
        again = storage.chats.meet(one.address, NOW)
    assert (titled.key, again.title) == (one.key, "Reading group")


def test_slots_of_a_pace_are_given_out_one_after_the_other(storage: Storage) -> None:
    waits = [storage.allowances.reserve("arxiv", 3) for _ in range(4)]
    assert [round(wait) for wait in waits] == [0, 3, 6, 9]
    assert storage.allowances.reserve("github", 1) < 0.1


def test_a_slot_far_ahead_comes_from_a_wrong_clock(storage: Storage) -> None:
    storage.allowances.reserve("arxiv", 10_000)
    assert storage.allowances.reserve("arxiv", 3) < 0.1


def test_a_block_is_seen_by_all_and_no_shorter_one_ends_it(storage: Storage) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=30)
    assert storage.allowances.blocked_until("github") is None
    storage.allowances.block("github", soon)
    storage.allowances.reserve("github", 1)
    until = storage.allowances.blocked_until("github")
    assert until is not None
    assert abs(until - soon) < timedelta(seconds=1)
    storage.allowances.block("github", datetime.now(UTC) + timedelta(seconds=5))
    assert storage.allowances.blocked_until("github") == until


def test_a_block_that_is_over_blocks_no_more(storage: Storage) -> None:
    storage.allowances.block("github", datetime.now(UTC) - timedelta(seconds=1))
    assert storage.allowances.blocked_until("github") is None


def test_a_fact_is_what_was_set_last(storage: Storage) -> None:
    assert storage.facts.get("edition") is None
    with storage.write():
        storage.facts.set("edition", "1")
        storage.facts.set("edition", "2")
    assert storage.facts.get("edition") == "2"
