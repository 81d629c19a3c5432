"""Whose clock a chat in Slack goes by: that of the profile of who settles the first thing in it, and it is said."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.answers import Answers
from bot.domain.chat import Address
from handlers.commands import respond
from handlers.slack import answering
from storage import FILE, Storage
from tests.asked_live import answers_of
from tests.slack.fake_api import BOT, CHANNEL, DIRECT, PERSON, TEAM, FakeSlack, Fault
from tests.slack.house import on_a_loop, running

HERE, ALONE = Address("slack", CHANNEL, workspace=TEAM), Address("slack", DIRECT, workspace=TEAM)
Say = Callable[[FakeSlack], Any]


def zone(answers: Answers, address: Address = HERE) -> str:
    return answers.settling.settings(address).pace.zone


async def said(tmp_path: Path, *says: Say, tz: str = "Asia/Tokyo", faults: tuple[Fault, ...] = ()) -> tuple[Any, ...]:
    """What is shown, and the clocks of the channel and of the direct message."""
    with Storage(tmp_path / FILE) as storage:
        answers = answers_of(storage)
        async with FakeSlack() as api, running(api, partial(respond, answers), inbox=answers.inbox("slack")):
            api.people[PERSON] = {"tz": tz}
            api.fail("users.info", *faults)
            for number, say in enumerate(says, 1):
                await say(api)
                await api.until(lambda n=number: len(api.whispers) + len(api.posts) + api.views.published == n)  # type: ignore[misc]  # because: bound now
        return str(api.whispers + api.posts), zone(answers), zone(answers, ALONE)


@pytest.mark.parametrize("typed", ["subscribe nets", "watch 2603.00001", "quiet 22:00-07:00", "digest daily 18"])
@on_a_loop
async def test_what_is_typed_first_in_a_channel_goes_by_the_profile_and_says_so(typed: str, tmp_path: Path) -> None:
    shown, there, alone = await said(tmp_path, lambda api: api.command(typed))
    assert there == "Asia/Tokyo"
    assert alone == "UTC"
    assert "Times here go by Asia/Tokyo, as in your profile" in shown
    assert "`/paperwire timezone`" in shown


@on_a_loop
async def test_a_mention_and_a_direct_message_do_the_same(tmp_path: Path) -> None:
    shown, there, alone = await said(
        tmp_path,
        lambda api: api.mention(f"<@{BOT}> subscribe nets"),
        lambda api: api.direct("subscribe bees"),
    )
    assert (there, alone) == ("Asia/Tokyo", "Asia/Tokyo")
    assert shown.count("Times here go by") == 2


@on_a_loop
async def test_home_and_settings_of_ones_own_show_ones_own_clock(tmp_path: Path) -> None:
    _, _, alone = await said(tmp_path, lambda api: api.open_home())
    assert alone == "Asia/Tokyo"


@on_a_loop
async def test_what_is_said_wrongly_settles_no_clock(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE):
        shown, there, _ = await said(tmp_path, lambda api: api.command("subscribe (nets"))
    assert there == "UTC"
    assert "Times here" not in shown


@on_a_loop
async def test_who_only_asks_in_a_channel_settles_no_clock(tmp_path: Path) -> None:
    shown, there, _ = await said(
        tmp_path,
        lambda api: api.command("settings"),
        lambda api: api.command("status"),
        lambda api: api.command("bert"),
    )
    assert there == "UTC"
    assert "Times here" not in shown


@on_a_loop
async def test_what_has_been_settled_or_subscribed_stays_as_it_is(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        answers = answers_of(storage)
        answers.settling.zone(HERE, "Berlin")
        answers.subscribe(ALONE, "bees")
    shown, there, alone = await said(
        tmp_path, lambda api: api.command("subscribe nets"), lambda api: api.direct("subscribe ants")
    )
    assert (there, alone) == ("Europe/Berlin", "UTC")
    assert "Times here" not in shown


@on_a_loop
async def test_who_names_a_zone_gets_that_one_and_no_word_of_the_profile(tmp_path: Path) -> None:
    shown, there, _ = await said(tmp_path, lambda api: api.command("timezone Berlin"))
    assert there == "Europe/Berlin"
    assert "profile" not in shown


@pytest.mark.parametrize("tz", ["", "Nowhere/Land", "UTC"])
@on_a_loop
async def test_a_profile_without_a_clock_leaves_it_at_utc(tz: str, tmp_path: Path) -> None:
    shown, there, _ = await said(tmp_path, lambda api: api.command("subscribe nets"), tz=tz)
    assert there == "UTC"
    assert "Subscribed" in shown
    assert "profile" not in shown


@on_a_loop
async def test_a_clock_that_cannot_be_found_out_holds_up_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, there, _ = await said(
        tmp_path, lambda api: api.command("subscribe nets"), faults=(Fault(error="missing_scope"),)
    )
    assert there == "UTC"
    assert "Subscribed" in shown
    monkeypatch.setattr(answering, "ZONE_S", 0.05)

    async def slowly(api: FakeSlack) -> None:
        api.slow["users.info"] = 1.0
        await api.direct("subscribe bees")

    shown, _, alone = await said(tmp_path, slowly)
    assert alone == "UTC"
    assert "Subscribed" in shown
