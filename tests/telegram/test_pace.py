"""How fast we talk: the token's limit, the chats', and what the platform itself asks for."""

import pytest

from handlers.telegram.pace import Pace, Slot


def test_a_person_gets_one_message_a_second() -> None:
    pace = Pace()
    assert pace.claim("7", 100.0) == 0
    assert 0 < pace.claim("7", 100.5) <= 0.7
    assert pace.claim("8", 100.5) == 0
    assert pace.claim("7", 101.2) == 0


def test_a_second_begins_when_a_message_leaves_not_when_it_was_claimed() -> None:
    pace = Pace()
    assert pace.claim("7", 100.0) == 0
    pace.departs("7", 100.6)
    assert pace.claim("7", 101.2) > 0
    assert pace.claim("7", 101.8) == 0


def test_a_group_gets_twenty_messages_a_minute() -> None:
    pace = Pace()
    assert [pace.claim("-100", 100.0 + n) for n in range(20)] == [0.0] * 20
    assert 40 <= pace.claim("-100", 120.0) <= 42
    assert pace.claim("-100", 161.5) == 0


def test_a_channel_by_name_is_treated_like_a_group() -> None:
    pace = Pace()
    assert [pace.claim("@news", 100.0) for _ in range(20)] == [0.0] * 20
    assert pace.claim("@news", 100.0) > 0


def test_a_refused_claim_counts_nothing() -> None:
    pace = Pace()
    pace.close(130.0)
    assert pace.claim("7", 100.0) == 30
    assert pace.claim("7", 130.0) == 0


def test_an_earlier_end_of_a_flood_wait_does_not_open_the_token() -> None:
    pace = Pace()
    pace.close(130.0)
    pace.close(110.0)
    assert pace.closed_for(120.0) == 10


def taken(pace: Pace, now: float) -> Slot:
    slot = pace.slot(now)
    assert isinstance(slot, Slot)
    return slot


def test_slots_of_the_token_lie_apart() -> None:
    pace = Pace()
    taken(pace, 100.0)
    assert pace.slot(100.0) == pytest.approx(1 / 30)
    taken(pace, 100.0 + 1 / 30)


def test_who_wakes_late_delays_nobody_after() -> None:
    pace, now = Pace(), 100.0
    for _ in range(29):
        taken(pace, now)
        wait = pace.slot(now)
        assert isinstance(wait, float)
        now += wait + 0.01
    assert now == pytest.approx(100.0 + 29 / 30 + 0.01)


def test_what_was_lost_long_ago_is_no_leave_for_a_burst() -> None:
    pace = Pace()
    taken(pace, 100.0)
    taken(pace, 105.0)
    assert pace.slot(105.0) == pytest.approx(1 / 30)


def test_a_message_leaves_a_second_after_the_thirtieth_before_it_was_answered() -> None:
    pace = Pace()
    slots = [taken(pace, 100.0 + n / 30 + 1e-9) for n in range(30)]
    assert not isinstance(pace.slot(101.5), Slot)  # the first is still on its way
    slots[0].answered_at = 101.2
    assert pace.slot(101.5) == pytest.approx(0.01)  # asked again soon, as a look is cheap
    assert not isinstance(pace.slot(102.19), Slot)
    taken(pace, 102.21)
    assert not isinstance(pace.slot(103.5), Slot)  # now the second one is


def test_chats_that_have_been_quiet_are_forgotten() -> None:
    pace = Pace()
    for chat in range(3000):
        pace.claim(str(chat), float(chat))
    assert len(pace._chats) < 1100
