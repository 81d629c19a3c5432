"""What people type to settle when they are told."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pace import DigestRhythm, Pace, Quiet, Rhythm
from bot.errors import BadQuery
from bot.rules import settling

NOW = datetime(2026, 3, 5, 6, tzinfo=UTC)
PACE = Pace()


@pytest.mark.parametrize(
    ("typed", "quiet"),
    [
        ("22:00-07:00", Quiet(1320, 420)),
        ("22-7", Quiet(1320, 420)),
        ("from 10pm to 7am", Quiet(1320, 420)),
        ("12am until 6:30", Quiet(0, 390)),
        ("23.30 – 06.15", Quiet(1410, 375)),
        ("off", None),
    ],
)
def test_quiet_hours_in_the_forms_that_people_write(typed: str, quiet: Quiet | None) -> None:
    assert settling.quiet(Pace(quiet=Quiet(1, 2)), typed).quiet == quiet


@pytest.mark.parametrize("typed", ["", "abc", "22", "25:00-07:00", "22:75-7", "7-7", "13pm-2", "22:00-07:00 please"])
def test_hours_that_are_none_are_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadQuery) as refused:
        settling.quiet(PACE, typed)
    assert "22:00-07:00" in refused.value.hint


@pytest.mark.parametrize(
    ("typed", "rhythm", "weekday", "hour"),
    [
        ("weekly", DigestRhythm.WEEKLY, 0, 9),
        ("weekly friday 17", DigestRhythm.WEEKLY, 4, 17),
        ("weekly fri at 5pm", DigestRhythm.WEEKLY, 4, 17),
        ("Daily 18", DigestRhythm.DAILY, 0, 18),
        ("daily at 08:00", DigestRhythm.DAILY, 0, 8),
        ("off", DigestRhythm.OFF, 0, 9),
    ],
)
def test_digests_in_the_forms_that_people_write(typed: str, rhythm: DigestRhythm, weekday: int, hour: int) -> None:
    pace = settling.digest(PACE, typed)
    assert (pace.digest, pace.weekday, pace.hour) == (rhythm, weekday, hour)


@pytest.mark.parametrize("typed", ["", "monthly", "daily monday", "weekly 25", "weekly 9:30", "daily 9 pm pm"])
def test_digests_that_are_none_are_refused(typed: str) -> None:
    with pytest.raises(BadQuery):
        settling.digest(PACE, typed)


@pytest.mark.parametrize(("typed", "budget"), [("5", 5), ("off", None), ("500", 500)])
def test_budgets(typed: str, budget: int | None) -> None:
    assert settling.budget(PACE, typed).budget == budget


@pytest.mark.parametrize("typed", ["0", "-3", "501", "ten", "٣", "99999999999999999999"])
def test_budgets_that_are_none_are_refused(typed: str) -> None:
    with pytest.raises(BadQuery):
        settling.budget(PACE, typed)


def test_a_zone_that_is_none_is_refused_with_examples() -> None:
    assert settling.zone(PACE, "tokyo").zone == "Asia/Tokyo"
    with pytest.raises(BadQuery, match="Atlantis"):
        settling.zone(PACE, "Atlantis")


@pytest.mark.parametrize(
    ("typed", "span"),
    [("3 days", timedelta(days=3)), ("2w", timedelta(days=14)), ("12h", timedelta(hours=12)), ("", None)],
)
def test_lengths(typed: str, span: timedelta | None) -> None:
    assert settling.length(typed) == span


@pytest.mark.parametrize("typed", ["0 days", "soon", "3", "3 months"])
def test_lengths_that_are_none_are_refused(typed: str) -> None:
    with pytest.raises(BadQuery):
        settling.length(typed)


@pytest.mark.parametrize(
    ("typed", "words", "days"),
    [
        ("survey 7 days", "survey", 7),
        ("survey for 2w", "survey", 14),
        ('au:smith "large models"', 'au:smith "large models"', None),
        ("7 days", "7 days", None),
    ],
)
def test_a_mute_may_say_for_how_long(typed: str, words: str, days: int | None) -> None:
    assert settling.muted(typed, NOW) == (words, NOW + timedelta(days=days) if days else None)


def test_rhythms() -> None:
    assert settling.rhythm("At  once") is Rhythm.AT_ONCE
    assert settling.rhythm("weekly") is Rhythm.WEEKLY
    with pytest.raises(BadQuery):
        settling.rhythm("sometimes")


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_the_reading(text: str) -> None:
    for read in (settling.zone, settling.quiet, settling.budget, settling.digest):
        with suppress(BadQuery):
            read(PACE, text)
    settling.muted(text, NOW)


@pytest.mark.parametrize(("typed", "switched"), [("on", True), (" ON ", True), ("off", False), ("never", False)])
def test_what_is_switched_on_and_off(typed: str, switched: bool) -> None:
    assert settling.sound(Pace(sound=not switched), typed).sound is switched
    assert settling.links(Pace(links=not switched), typed).links is switched


@pytest.mark.parametrize("typed", ["", "on off", "loud", "1"])
def test_what_says_neither_on_nor_off_is_refused(typed: str) -> None:
    with pytest.raises(BadQuery):
        settling.sound(PACE, typed)
