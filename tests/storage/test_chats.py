"""Chats that come back, and chats that move: nothing floods, nothing is lost."""

from datetime import timedelta

import pytest

from bot.domain.access import NOT_LET_IN, LetIn
from bot.domain.chat import Address, Chat, ChatState
from bot.domain.news import NewsKind
from bot.domain.pace import Pace
from storage import Storage
from tests.builders import NOW, chat, claim_all, linked_paper, subscribe, tell

LATER = NOW + timedelta(days=3)


def papers(storage: Storage, number: int) -> list[int]:
    return [linked_paper(storage, f"2603.{n:05}", f"ada/{n}", title=f"Nets {n}") for n in range(1, number + 1)]


def gone(storage: Storage, one: Chat, *subjects: int, kind: NewsKind = NewsKind.CODE, reason: str = "blocked") -> None:
    """Out of reach, with news that waits, each in a message of its own."""
    with storage.write():
        for subject in subjects:
            storage.outbox.queue([tell(one, subject, kind)], NOW)
        storage.chats.pause(one.key, reason, NOW)


def wake(storage: Storage, one: Chat) -> None:
    with storage.write():
        storage.chats.wake(one.key, LATER)


def waiting(storage: Storage) -> list[tuple[bool, int]]:
    """Folded or not, and how many alerts, of each message that would be sent."""
    return sorted((d.folded, len(d.alerts)) for d in claim_all(storage, now=LATER))


def test_what_waited_is_one_message_however_the_chat_wakes(storage: Storage) -> None:
    ada = chat(storage)
    gone(storage, ada, *papers(storage, 5))
    with storage.write():
        met = storage.chats.meet(ada.address, LATER)
    assert (met.state, met.reason) == (ChatState.ACTIVE, "")
    assert waiting(storage) == [(True, 5)]


def test_one_piece_of_news_stays_a_card(storage: Storage) -> None:
    ada = chat(storage)
    gone(storage, ada, *papers(storage, 1))
    wake(storage, ada)
    assert waiting(storage) == [(False, 1)]


def test_waking_without_anything_that_waits_sends_nothing(storage: Storage) -> None:
    ada = chat(storage)
    gone(storage, ada)
    wake(storage, ada)
    assert waiting(storage) == []


def test_what_has_failed_before_and_what_says_what_to_do_is_not_folded(storage: Storage) -> None:
    """What was tried may have arrived already; a lost place has a way to mend it."""
    ada, lost, keys = chat(storage), chat(storage, "-100"), papers(storage, 4)
    with storage.write():
        storage.outbox.queue([tell(ada, keys[0])], NOW)
    (tried,) = claim_all(storage)
    with storage.write():
        storage.outbox.later(tried.key, NOW, "time-out", counts=True)
        storage.outbox.queue([tell(ada, lost.key, NewsKind.ROUTE)], NOW)
    gone(storage, ada, *keys[1:])
    wake(storage, ada)
    assert waiting(storage) == [(False, 1), (False, 1), (True, 3)]


def test_what_waits_for_a_later_hour_keeps_it(storage: Storage) -> None:
    ada, (one, two, three) = chat(storage), papers(storage, 3)
    with storage.write():
        storage.outbox.queue([tell(ada, three, due=LATER + timedelta(hours=1))], NOW)
    gone(storage, ada, one, two)
    wake(storage, ada)
    assert waiting(storage) == [(True, 2)]


def test_a_chat_that_is_let_in_again_is_not_flooded(storage: Storage) -> None:
    ada = chat(storage)
    gone(storage, ada, *papers(storage, 3), reason=NOT_LET_IN)
    with storage.write():
        storage.allowed.add(LetIn("telegram", "ada"), NOW)
        assert storage.allowed.let_back(LATER) == 1
    assert waiting(storage) == [(True, 3)]


# Moving


def test_messages_that_were_sent_have_no_name_at_the_new_address(storage: Storage) -> None:
    """So that nothing is edited there, and nothing is quoted."""
    group, (key,) = chat(storage, "-1"), papers(storage, 1)
    with storage.write():
        storage.outbox.queue([tell(group, key)], NOW)
    (delivery,) = claim_all(storage)
    with storage.write():
        storage.outbox.sent(delivery.key, NOW, message="77")
        storage.cards.touch([key], NOW)
        storage.chats.move(group.key, "-100")
        storage.cards.touch([key], NOW)
        storage.outbox.queue([tell(group, key, NewsKind.PAPER)], NOW)
    assert storage.cards.due(["telegram"], LATER, 10) == []
    assert [d.reply_to for d in claim_all(storage, now=LATER)] == [""]


def test_a_move_to_where_it_is_already_keeps_the_names(storage: Storage) -> None:
    group, (key,) = chat(storage, "-100"), papers(storage, 1)
    with storage.write():
        storage.outbox.queue([tell(group, key)], NOW)
    (delivery,) = claim_all(storage)
    with storage.write():
        storage.outbox.sent(delivery.key, NOW, message="77")
        storage.chats.move(group.key, "-100")
    assert storage.outbox.delivery(delivery.key).message == "77"


@pytest.mark.parametrize("old_is_first", [True, False])
def test_of_two_that_become_one_the_older_ones_settings_count(storage: Storage, old_is_first: bool) -> None:
    names = ("-1", "-100") if old_is_first else ("-100", "-1")
    made = {}
    with storage.write():
        for days, name in enumerate(names):
            made[name] = storage.chats.meet(Address("telegram", name), NOW + timedelta(days=days))
        storage.paces.set(made["-1"].key, Pace(budget=5, sound=False, links=True))
        storage.paces.set(made["-100"].key, Pace(budget=7))
        storage.paces.mute(made["-1"].key, "survey", None)
        storage.chats.move(made["-1"].key, "-100")
    (left,) = storage.chats.everywhere(Address("telegram", "-100"))
    assert storage.paces.get(left.key) == (Pace(budget=5, sound=False, links=True) if old_is_first else Pace(budget=7))
    assert [mute.text for mute in storage.paces.mutes(left.key, NOW)] == ["survey"]


def test_a_digest_that_waits_moves_along(storage: Storage) -> None:
    old, new = subscribe(storage, "nets", "-1"), chat(storage, "-100")
    with storage.write():
        facts = storage.digests.add_facts(storage.digests.facts(NOW - timedelta(days=7), NOW))
        assert storage.digests.add(old.key, NOW.date(), NOW - timedelta(days=7), NOW, facts, NOW)
        storage.chats.move(old.key, "-100")
    (delivery,) = claim_all(storage)
    assert delivery.chat.key == new.key
    assert delivery.digest is not None
