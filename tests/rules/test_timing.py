"""When a chat is told: each reason to wait has its name, and nothing is dropped."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.news import Held, News, NewsKind, Tell
from bot.domain.pace import DigestRhythm, Pace, Quiet, Rhythm
from bot.rules.timing import BURST, GATHER, most_eager, plan

NOW = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)
TELL = Tell(1, News(NewsKind.CODE, 7, NOW), ("nets",), NOW)
NIGHT = Quiet(22 * 60, 7 * 60)


def held(tell: Tell = TELL, pace: Pace = Pace(), *, sent: int = 0, muted: bool = False) -> Held | None:  # noqa: B008
    return plan(tell, pace, sent_today=sent, muted=muted, now=NOW).held


def test_by_default_it_goes_at_once() -> None:
    planned = plan(TELL, Pace(), sent_today=0, muted=False, now=NOW)
    assert (planned.held, planned.not_before, planned.due_at) == (None, None, NOW)


def test_quiet_hours_put_it_off_to_their_end() -> None:
    planned = plan(TELL, Pace(quiet=NIGHT), sent_today=0, muted=False, now=NOW)
    assert planned.due_at == datetime(2026, 3, 6, 7, tzinfo=UTC)


def test_what_waits_for_the_end_of_quiet_hours_comes_together() -> None:
    assert plan(TELL, Pace(quiet=NIGHT), sent_today=0, muted=False, now=NOW).together
    first = replace(TELL, priority=True)
    assert not plan(first, Pace(quiet=NIGHT), sent_today=0, muted=False, now=NOW).together


def test_a_few_at_once_come_one_by_one_and_the_rest_together_a_little_later() -> None:
    few = plan(TELL, Pace(), sent_today=3, muted=False, now=NOW, lately=BURST - 1)
    many = plan(TELL, Pace(), sent_today=4, muted=False, now=NOW, lately=BURST)
    first = plan(replace(TELL, priority=True), Pace(), sent_today=4, muted=False, now=NOW, lately=BURST)
    assert [one.together for one in (few, many, first)] == [False, True, False]
    assert (few.due_at, many.due_at, first.due_at) == (NOW, NOW + GATHER, NOW)


def test_old_news_has_its_own_one_message_whatever_the_hour() -> None:
    old = replace(TELL, folded=True)
    for pace in (Pace(), Pace(quiet=NIGHT)):
        assert not plan(old, pace, sent_today=9, muted=False, now=NOW, lately=9).together


def test_a_priority_subscription_passes_quiet_hours_budget_and_rhythm() -> None:
    tell = replace(TELL, priority=True, rhythm=Rhythm.WEEKLY)
    planned = plan(tell, Pace(quiet=NIGHT, budget=1), sent_today=9, muted=False, now=NOW)
    assert (planned.held, planned.due_at, planned.together) == (None, NOW, False)


@pytest.mark.parametrize("rhythm", [Rhythm.DAILY, Rhythm.WEEKLY])
def test_what_speaks_daily_or_weekly_waits_for_the_digest(rhythm: Rhythm) -> None:
    assert held(replace(TELL, rhythm=rhythm)) is Held.RHYTHM


def test_what_speaks_hourly_comes_at_the_full_hour_or_after_quiet_hours() -> None:
    hourly = replace(TELL, rhythm=Rhythm.HOURLY)
    planned = plan(hourly, Pace(), sent_today=0, muted=False, now=NOW)
    assert (planned.together, planned.due_at) == (True, datetime(2026, 3, 6, tzinfo=UTC))
    quiet = plan(hourly, Pace(quiet=NIGHT), sent_today=0, muted=False, now=NOW)
    assert quiet.due_at == datetime(2026, 3, 6, 7, tzinfo=UTC)


def test_over_the_budget_it_waits_for_the_digest() -> None:
    assert held(pace=Pace(budget=20), sent=19) is None
    assert held(pace=Pace(budget=20), sent=20) is Held.BUDGET
    assert held(pace=Pace(budget=None), sent=999) is None


def test_without_a_digest_nothing_waits_for_one() -> None:
    off = Pace(digest=DigestRhythm.OFF, budget=1)
    assert held(pace=off, sent=50) is None
    planned = plan(replace(TELL, rhythm=Rhythm.WEEKLY), off, sent_today=0, muted=False, now=NOW)
    assert (planned.held, planned.together) == (None, True)


def test_silence_and_mutes_hold_even_what_has_priority() -> None:
    tell = replace(TELL, priority=True)
    assert held(tell, muted=True) is Held.MUTED
    assert held(tell, Pace(silent_until=NOW + timedelta(days=1))) is Held.SILENCE
    assert held(tell, Pace(silent_until=NOW - timedelta(days=1))) is None


def test_silence_without_a_digest_puts_it_off_to_its_end() -> None:
    until = NOW + timedelta(days=1)
    planned = plan(TELL, Pace(digest=DigestRhythm.OFF, silent_until=until), sent_today=0, muted=False, now=NOW)
    assert (planned.held, planned.due_at) == (None, until)


@pytest.mark.parametrize("kind", [NewsKind.FEED, NewsKind.REPORT])
def test_news_of_the_service_itself_always_goes(kind: NewsKind) -> None:
    tell = replace(TELL, news=News(kind, 7, NOW), rhythm=Rhythm.WEEKLY)
    assert held(tell, Pace(budget=1, silent_until=NOW + timedelta(days=1)), sent=9, muted=True) is None


def test_of_several_subscriptions_the_one_that_speaks_soonest_decides() -> None:
    assert most_eager(Rhythm.WEEKLY, Rhythm.HOURLY) is Rhythm.HOURLY
    assert most_eager(Rhythm.AT_ONCE, Rhythm.DAILY) is Rhythm.AT_ONCE


PACES = st.builds(
    Pace,
    st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]),
    st.none() | st.builds(Quiet, st.integers(0, 1439), st.integers(0, 1439)),
    st.none() | st.integers(1, 50),
    st.sampled_from(DigestRhythm),
)


@given(PACES, st.sampled_from(Rhythm), st.booleans(), st.integers(0, 60), st.integers(0, 10_000))
def test_everything_is_either_sent_within_two_days_or_held_for_a_reason(
    pace: Pace, rhythm: Rhythm, priority: bool, sent: int, minutes: int
) -> None:
    now = NOW + timedelta(minutes=minutes)
    tell = replace(TELL, rhythm=rhythm, priority=priority, due_at=now)
    planned = plan(tell, pace, sent_today=sent, muted=False, now=now)
    assert planned.held in (None, Held.RHYTHM, Held.BUDGET)
    assert timedelta(0) <= planned.due_at - now <= timedelta(days=2)
    assert planned.held is None or pace.digest is not DigestRhythm.OFF
