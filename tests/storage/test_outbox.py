"""The outbox: told once, claimed once, never lost; folded, withdrawn, given up."""

import threading
from datetime import timedelta

import pytest

from bot.domain.chat import Address, ChatState
from bot.domain.news import Delivery, NewsKind
from storage import Storage
from tests.builders import NOW, chat, claim_all, linked_paper, subscribe, tell

LATER = NOW + timedelta(minutes=5)
WEEK_AGO = NOW - timedelta(days=7)


def papers(storage: Storage, count: int) -> list[int]:
    return [linked_paper(storage, f"2603.{n:05}", f"ada/nets{n}") for n in range(1, count + 1)]


def subjects(delivery: Delivery) -> list[int]:
    return [alert.paper.key for alert in delivery.alerts if alert.paper]


def count(storage: Storage, table: str) -> int:
    return int(storage.database.value(f"SELECT count(*) FROM {table}"))


# Once -----------------------------------------------------------------------------------------------------------------


def test_the_same_news_queued_twice_is_told_once(storage: Storage) -> None:
    ada, key = chat(storage), linked_paper(storage)
    with storage.write():
        assert storage.outbox.queue([tell(ada, key), tell(ada, key)], NOW) == 1
    with storage.write():
        assert storage.outbox.queue([tell(ada, key, at=LATER)], LATER) == 0
        assert storage.outbox.queue([tell(ada, key, NewsKind.PAPER)], NOW) == 1  # other news of the same paper
    assert count(storage, "deliveries") == 2


def test_a_delivery_carries_all_that_is_told(storage: Storage) -> None:
    ada, key = chat(storage), linked_paper(storage)
    with storage.write():
        storage.outbox.queue([tell(ada, key)], NOW)
    (delivery,) = claim_all(storage)
    (alert,) = delivery.alerts
    assert (delivery.chat, delivery.folded, delivery.attempts, delivery.due_at) == (ada, False, 0, NOW)
    assert (alert.kind, alert.why, alert.at) == (NewsKind.CODE, ("nets",), NOW)
    assert [link.repository.slug for link in alert.links] == ["ada/nets"]


def test_two_threads_that_claim_at_once_never_get_the_same(storage: Storage) -> None:
    ada = chat(storage)
    with storage.write():
        storage.outbox.queue([tell(ada, n, NewsKind.FEED) for n in range(1, 41)], NOW)
        for n in range(1, 41):
            storage.database.execute(
                "INSERT INTO feeds (id, source, url, name, interval_s, next_check_at) VALUES (?, 'rss', ?, 'f', 1, 0)",
                (n, f"https://{n}.test/"),
            )
    claimed: list[int] = []
    start = threading.Barrier(4)

    def take() -> None:
        start.wait()
        while due := storage.outbox.due("telegram", now=NOW, limit=3):
            with storage.write():
                claimed.extend(storage.outbox.claim([key for key, _ in due], now=NOW, lease_until=LATER))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed)) == 40


def test_only_what_is_due_for_active_chats_of_these_platforms_is_claimed(storage: Storage) -> None:
    ada, bob, eve = chat(storage, "ada"), chat(storage, "bob"), chat(storage, "eve", platform="slack")
    key, other = papers(storage, 2)
    with storage.write():
        storage.outbox.queue([tell(ada, key), tell(ada, other, due=LATER), tell(bob, key), tell(eve, key)], NOW)
        storage.chats.pause(bob.key, "blocked", NOW)
    assert [(d.chat.address.chat, subjects(d)) for d in claim_all(storage)] == [("ada", [key])]
    assert [subjects(d) for d in claim_all(storage, now=LATER)] == [[other]]


def test_the_oldest_due_goes_first_and_the_limit_holds(storage: Storage) -> None:
    ada, keys = chat(storage), papers(storage, 3)
    dues = [NOW, NOW - timedelta(hours=2), NOW - timedelta(hours=1)]
    with storage.write():
        storage.outbox.queue([tell(ada, key, due=due) for key, due in zip(keys, dues, strict=True)], NOW)
    due = [key for key, _ in storage.outbox.due("telegram", now=NOW, limit=2)]
    assert [subjects(d) for d in storage.outbox.deliveries(due)] == [[keys[1]], [keys[2]]]


def test_a_lease_that_nobody_answered_for_is_freed(storage: Storage) -> None:
    ada, key = chat(storage), linked_paper(storage)
    with storage.write():
        storage.outbox.queue([tell(ada, key)], NOW)
    (first,) = claim_all(storage)
    assert claim_all(storage) == ()
    with storage.write():
        storage.outbox.free_leases(before=NOW)
    assert claim_all(storage) == ()  # it still runs
    with storage.write():
        storage.outbox.free_leases()
    assert [d.key for d in claim_all(storage)] == [first.key]


def test_what_was_sent_is_never_due_again(storage: Storage) -> None:
    ada, key = chat(storage), linked_paper(storage)
    with storage.write():
        storage.outbox.queue([tell(ada, key)], NOW)
    (delivery,) = claim_all(storage)
    with storage.write():
        storage.outbox.sent(delivery.key, NOW)
        storage.outbox.free_leases()
        storage.outbox.release([key], NOW)
        storage.outbox.release_all(NOW)
        assert storage.outbox.withdraw(key) == 0
    assert claim_all(storage, now=LATER) == ()


def test_later_counts_an_attempt_only_where_it_is_the_chats_fault(storage: Storage) -> None:
    ada, key = chat(storage), linked_paper(storage)
    with storage.write():
        storage.outbox.queue([tell(ada, key)], NOW)
    (delivery,) = claim_all(storage)
    with storage.write():
        storage.outbox.later(delivery.key, LATER, "time-out", counts=True)
    assert claim_all(storage) == ()
    (again,) = claim_all(storage, now=LATER)
    assert (again.attempts, again.due_at) == (1, LATER)
    with storage.write():
        storage.outbox.later(delivery.key, LATER, "slow down", counts=False)
    assert claim_all(storage, now=LATER)[0].attempts == 1


def test_a_dead_letter_says_whose_and_why(storage: Storage) -> None:
    ada, key = chat(storage), linked_paper(storage)
    with storage.write():
        storage.outbox.queue([tell(ada, key)], NOW)
    (delivery,) = claim_all(storage)
    with storage.write():
        storage.outbox.give_up(delivery.key, "no such chat", NOW)
    (dead,) = storage.outbox.dead()
    assert (dead.chat, dead.error, dead.at) == ("telegram ada", "no such chat", NOW)
    (waiting,) = storage.outbox.waiting()
    assert (waiting.due, waiting.dead) == (0, 1)
    assert claim_all(storage, now=LATER) == ()


# Chats that pause and move --------------------------------------------------------------------------------------------


def test_a_paused_chat_keeps_what_is_due_until_it_writes_again(storage: Storage) -> None:
    ada, key = subscribe(storage, "nets"), linked_paper(storage)
    with storage.write():
        storage.outbox.queue([tell(ada, key)], NOW)
        storage.chats.pause(ada.key, "blocked", NOW)
    assert storage.outbox.waiting()[0].paused_chats == 1
    assert [c.reason for c in storage.chats.paused()] == ["blocked"]
    awake = chat(storage)
    assert (awake.key, awake.state, awake.reason) == (ada.key, ChatState.ACTIVE, "")
    assert len(storage.subscriptions.of_chat(ada.key)) == 1
    assert [subjects(d) for d in claim_all(storage)] == [[key]]


def test_what_waits_for_a_chat_out_of_reach_has_an_end(storage: Storage) -> None:
    ada, bob, key = chat(storage, "ada"), chat(storage, "bob"), linked_paper(storage)
    with storage.write():
        storage.outbox.queue([tell(ada, key), tell(bob, key)], NOW)
        storage.chats.pause(ada.key, "blocked", WEEK_AGO)
        storage.chats.pause(bob.key, "blocked", NOW)
        storage.outbox.give_up_on_paused(NOW - timedelta(days=1), NOW)
    assert [letter.chat for letter in storage.outbox.dead()] == ["telegram ada"]


def test_a_chat_that_moves_takes_all_of_its_topics_along(storage: Storage) -> None:
    main, topic, other = chat(storage, "-1"), chat(storage, "-1", topic="7"), chat(storage, "-2")
    with storage.write():
        storage.chats.move(main.key, "-100")
    addresses = [storage.chats.get(c.key).address for c in (main, topic, other)]
    assert [(a.chat, a.topic) for a in addresses] == [("-100", ""), ("-100", "7"), ("-2", "")]


def test_a_chat_that_moves_to_one_that_is_known_becomes_that_one(storage: Storage) -> None:
    """The new group may write before a delivery to the old one tells that it moved."""
    old, new = subscribe(storage, "nets", "-1"), subscribe(storage, "trees", "-100")
    first, second, third = papers(storage, 3)
    with storage.write():
        storage.outbox.queue([tell(old, first), tell(new, first), tell(old, second)], NOW)
        storage.outbox.queue([tell(old, third, NewsKind.PAPER)], NOW)
        storage.chats.move(old.key, "-100")
    assert storage.chats.find(Address("telegram", "-1")) is None
    assert [(s.number, s.text) for s in storage.subscriptions.of_chat(new.key)] == [(1, "trees"), (2, "nets")]
    deliveries = claim_all(storage)
    assert {d.chat.key for d in deliveries} == {new.key}
    assert sorted(subjects(d) for d in deliveries) == [[first], [second], [third]]


def test_what_the_old_address_was_told_is_not_told_at_the_new_one(storage: Storage) -> None:
    old, new, key = chat(storage, "-1"), chat(storage, "-100"), linked_paper(storage)
    with storage.write():
        storage.outbox.queue([tell(old, key)], NOW)
    (delivery,) = claim_all(storage)
    with storage.write():
        storage.outbox.sent(delivery.key, NOW)
        storage.outbox.queue([tell(new, key)], NOW)
        storage.chats.move(old.key, "-100")
    assert claim_all(storage) == ()


# Folding --------------------------------------------------------------------------------------------------------------


def test_stale_news_of_several_transactions_is_one_message(storage: Storage) -> None:
    ada, bob = chat(storage, "ada"), chat(storage, "bob")
    keys = papers(storage, 4)
    for key in keys:
        with storage.write():
            storage.outbox.queue([tell(ada, key, at=WEEK_AGO, folded=True)], NOW)
            storage.outbox.queue([tell(bob, key, at=WEEK_AGO, folded=key != keys[3])], NOW)
    deliveries = [(d.chat.address.chat, d.folded, subjects(d)) for d in claim_all(storage)]
    assert sorted(deliveries) == [("ada", True, keys), ("bob", False, keys[3:]), ("bob", True, keys[:3])]


def test_a_folded_message_that_is_on_its_way_or_has_failed_takes_no_more(storage: Storage) -> None:
    """What was tried may have arrived: what joins it could be told twice, or be lost with it."""
    ada, (one, two, three) = chat(storage), papers(storage, 3)
    with storage.write():
        storage.outbox.queue([tell(ada, one, folded=True)], NOW)
    (first,) = claim_all(storage)
    with storage.write():
        storage.outbox.queue([tell(ada, two, folded=True)], NOW)
        storage.outbox.later(first.key, LATER, "time-out", counts=True)
        storage.outbox.queue([tell(ada, three, folded=True)], NOW)
    assert sorted(subjects(d) for d in claim_all(storage, now=LATER)) == [[one], [two, three]]


def test_a_surplus_is_folded_and_the_newest_stay_single(storage: Storage) -> None:
    ada, keys = chat(storage, platform="console"), papers(storage, 6)
    with storage.write():
        for n, key in enumerate(keys):
            storage.outbox.queue([tell(ada, key, due=NOW - timedelta(hours=6 - n))], NOW)
        storage.outbox.fold("console", keep=2, now=NOW)
    deliveries = {d.folded: subjects(d) for d in claim_all(storage, platform="console")}
    assert deliveries[True] == keys[:4]
    assert deliveries[False] in ([keys[4]], [keys[5]])


def test_folding_again_without_more_changes_nothing(storage: Storage) -> None:
    ada, keys = chat(storage, platform="console"), papers(storage, 6)
    with storage.write():
        for n, key in enumerate(keys):
            storage.outbox.queue([tell(ada, key, due=NOW - timedelta(hours=6 - n))], NOW)
        for _ in range(3):
            storage.outbox.fold("console", keep=2, now=NOW)
    deliveries = claim_all(storage, platform="console")
    assert sorted(len(d.alerts) for d in deliveries) == [1, 1, 4]
    assert count(storage, "alerts") == 6


def test_a_surplus_joins_what_was_folded_before(storage: Storage) -> None:
    ada, keys = chat(storage, platform="console"), papers(storage, 6)
    with storage.write():
        for key in keys:
            storage.outbox.queue([tell(ada, key)], NOW)
            storage.outbox.fold("console", keep=2, now=NOW)
    assert sorted(len(d.alerts) for d in claim_all(storage, platform="console")) == [1, 1, 4]


def test_folding_leaves_alone_what_is_on_its_way(storage: Storage) -> None:
    ada, keys = chat(storage, platform="console"), papers(storage, 4)
    with storage.write():
        storage.outbox.queue([tell(ada, key) for key in keys], NOW)
    claimed = claim_all(storage, platform="console")
    with storage.write():
        storage.outbox.fold("console", keep=2, now=NOW)
    assert len(claimed) == count(storage, "deliveries") == 4


# Code that isn't there ------------------------------------------------------------------------------------------------


def test_withdrawing_takes_back_what_was_not_sent_and_leaves_no_empty_message(storage: Storage) -> None:
    ada, bob = chat(storage, "ada"), chat(storage, "bob")
    one, two = papers(storage, 2)
    with storage.write():
        storage.outbox.queue([tell(ada, one), tell(bob, one, folded=True), tell(bob, two, folded=True)], NOW)
        storage.outbox.queue([tell(ada, one, NewsKind.PAPER)], NOW)
        assert storage.outbox.withdraw(one) == 2
    told = [(d.chat.address.chat, [a.kind for a in d.alerts], subjects(d)) for d in claim_all(storage)]
    assert sorted(told) == [("ada", [NewsKind.PAPER], [one]), ("bob", [NewsKind.CODE], [two])]


def test_withdrawn_news_may_be_told_when_it_is_true(storage: Storage) -> None:
    ada, key = chat(storage), linked_paper(storage)
    with storage.write():
        storage.outbox.queue([tell(ada, key)], NOW)
        storage.outbox.withdraw(key)
        assert storage.outbox.queue([tell(ada, key)], NOW) == 1


def test_what_is_on_its_way_is_not_withdrawn(storage: Storage) -> None:
    ada, key = chat(storage), linked_paper(storage)
    with storage.write():
        storage.outbox.queue([tell(ada, key)], NOW)
    claim_all(storage)
    with storage.write():
        assert storage.outbox.withdraw(key) == 0


@pytest.mark.parametrize("everything", [True, False], ids=["release all", "release this paper"])
def test_what_waits_for_a_look_is_released_by_it(storage: Storage, everything: bool) -> None:
    ada, (key, other) = chat(storage), papers(storage, 2)
    with storage.write():
        storage.outbox.queue([tell(ada, key, due=LATER), tell(ada, other, due=LATER)], NOW)
    assert claim_all(storage) == ()
    with storage.write():
        if everything:
            storage.outbox.release_all(NOW)
        else:
            storage.outbox.release([key], NOW)
    assert [subjects(d) for d in claim_all(storage)] == ([[key], [other]] if everything else [[key]])


def test_a_look_releases_nothing_that_a_failure_put_off(storage: Storage) -> None:
    ada, (one, two) = chat(storage), papers(storage, 2)
    with storage.write():
        storage.outbox.queue([tell(ada, one), tell(ada, two)], NOW)
    failed, limited = claim_all(storage)
    with storage.write():
        storage.outbox.later(failed.key, LATER, "time-out", counts=True)
        storage.outbox.later(limited.key, LATER, "slow down", counts=False)
        storage.outbox.release([one, two], NOW)
        storage.outbox.release_all(NOW)
    assert claim_all(storage) == ()
