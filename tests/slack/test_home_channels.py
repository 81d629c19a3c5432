"""The workspace's subscriptions in a Home: those of channels that somebody may read, changed by who is there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.answers import Answers
from bot.domain.chat import Address
from handlers.command import admits
from handlers.commands import respond
from handlers.slack import people
from storage import FILE, Storage
from tests.asked_live import answers_of
from tests.builders import linked_paper
from tests.slack.fake_api import CHANNEL, DIRECT, PERSON, TEAM, FakeSlack, Fault
from tests.slack.fake_channels import INVITED, OTHER, PUBLIC, SECRET
from tests.slack.filling import filled
from tests.slack.house import on_a_loop, running
from tests.slack.test_home import buttons, home, press, shown

WORDS = {CHANNEL: "bees", OTHER: "cats", INVITED: "dogs", SECRET: "elks", PUBLIC: "foxes"}
GUESTS: list[dict[str, Any]] = [
    {"is_restricted": True},
    {"is_ultra_restricted": True},
    {"is_stranger": True},
    {"team_id": "T0OTHER"},
]


def at(channel: str) -> Address:
    return Address("slack", channel, workspace=TEAM)


@asynccontextmanager
async def house(tmp_path: Path, *, admins_manage: bool = False) -> AsyncIterator[tuple[FakeSlack, Answers]]:
    """A workspace in which every channel is subscribed to something; Ada is in #papers and in the private #invited."""
    with Storage(tmp_path / FILE) as storage:
        answers = answers_of(storage)
        answers.limits.wait = lambda *_: None  # type: ignore[method-assign]  # because: one person presses everything
        linked_paper(storage)
        for channel, words in WORDS.items():
            answers.subscribe(at(channel), words)
        async with (
            FakeSlack() as api,
            running(api, partial(respond, answers), admins_manage=admins_manage, admits=partial(admits, answers)),
        ):
            yield api, answers


def doors(api: FakeSlack) -> set[str]:
    return {label for label in buttons(api) if label.startswith("#")}


# What is not shown


@on_a_loop
async def test_private_channels_where_one_is_not_and_those_where_paperwire_is_not_are_not_shown(tmp_path: Path) -> None:
    async with house(tmp_path) as (api, _):
        del api.channels.members[INVITED]
        await home(api)
    assert "dogs" not in shown(api)  # private, and Ada isn't in it
    assert "elks" not in shown(api)  # private, and she is, but paperwire isn't: nobody can tell
    assert "foxes" not in shown(api)  # public, and nobody of the two is in it
    assert "#invited" not in shown(api)


@pytest.mark.parametrize("guest", GUESTS, ids=lambda guest: next(iter(guest)))
@on_a_loop
async def test_guests_see_the_channels_alone_that_they_are_in(guest: dict[str, Any], tmp_path: Path) -> None:
    async with house(tmp_path) as (api, _):
        api.people[PERSON] = guest
        await home(api)
    assert "bees" in shown(api)
    assert "cats" not in shown(api)


@pytest.mark.parametrize("method", ["users.conversations", "users.info"])
@on_a_loop
async def test_what_cannot_be_found_out_is_not_shown(method: str, tmp_path: Path) -> None:
    async with house(tmp_path) as (api, _):
        api.fail(method, *[Fault(error="missing_scope")] * 3)
        await home(api)
        assert "cats" not in shown(api)
        assert "Settings" in shown(api)


@on_a_loop
async def test_of_a_stranger_slack_is_asked_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as (api, answers):
        answers.access.closed = True
        await home(api)
        assert "bees" not in shown(api)
        await api.press_at_home("/home", action_id=f"in:{CHANNEL}:0.0")
        await api.until(lambda: len(api.acks) == 2)
        assert "bees" not in shown(api)
        assert not {"users.conversations", "users.info"} & set(api.calls)


@on_a_loop
async def test_who_was_shown_out_of_a_channel_sees_and_changes_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "ROOMS_KNOWN_S", 0.0)
    async with house(tmp_path) as (api, answers):
        await home(api)
        await press(api, "#invited ›")
        assert "dogs" in shown(api)
        del api.channels.members[INVITED]
        await press(api, "End #1")
        assert "You aren't in that channel" in shown(api)
        assert "dogs" not in shown(api)
        assert answers.subscriptions(at(INVITED)).mine


@pytest.mark.parametrize("channel", [SECRET, OTHER, PUBLIC, "C0NOWHERE"])
@on_a_loop
async def test_a_press_that_names_a_channel_where_one_is_not_is_refused(channel: str, tmp_path: Path) -> None:
    async with house(tmp_path) as (api, answers):
        await home(api)
        await api.press_at_home("/unsubscribe 1", action_id=f"in:{channel}:0.0")
        await api.until(lambda: api.views.published == 2)
        assert "You aren't in that channel" in shown(api)
        assert channel not in WORDS or answers.subscriptions(at(channel)).mine


@on_a_loop
async def test_where_admins_manage_a_member_sees_a_channel_without_buttons_and_changes_nothing(
    tmp_path: Path,
) -> None:
    async with house(tmp_path, admins_manage=True) as (api, answers):
        await home(api)
        await press(api, "#papers ›")
        assert "bees" in shown(api)
        assert set(buttons(api)) == {"‹ My Home"}
        await api.press_at_home("/unsubscribe 1")
        await api.until(lambda: api.views.published == 3)
        assert "Only admins" in shown(api)
        assert answers.subscriptions(at(CHANNEL)).mine
        api.people[PERSON] = {"is_admin": True}


# What is shown, and changed


@on_a_loop
async def test_channels_that_one_may_read_are_shown_and_those_where_one_is_can_be_opened(tmp_path: Path) -> None:
    async with house(tmp_path) as (api, _):
        await home(api)
    assert "#papers* · 1 subscription: “bees”" in shown(api)
    assert "#invited* · 1 subscription: “dogs”" in shown(api)
    assert "#other* · 1 subscription: “cats”" in shown(api)
    assert shown(api).count("join it to change them") == 1
    assert doors(api) == {"#papers ›", "#invited ›"}


@on_a_loop
async def test_a_channels_subscriptions_are_paused_changed_and_ended_in_its_home(tmp_path: Path) -> None:
    async with house(tmp_path) as (api, answers):
        await home(api)
        await press(api, "#papers ›")
        assert {"type": "plain_text", "text": "#papers", "emoji": False} in [
            block.get("text") for block in api.views.homes[PERSON]["blocks"]
        ]
        await press(api, "Change #1 ›")
        await press(api, "Hourly")
        assert answers.subscriptions(at(CHANNEL)).mine[0].subscription.rhythm == "hourly"
        await press(api, "‹ #papers")
        await press(api, "Pause #1 for a week")
        assert [mute.text for mute in answers.settling.settings(at(CHANNEL)).mutes] == ["bees"]
        await press(api, "Time zone ›")
        await press(api, "Tokyo")
        assert answers.settling.settings(at(CHANNEL)).pace.zone == "Asia/Tokyo"
        assert answers.settling.settings(at(DIRECT)).pace.zone == "UTC"
        await press(api, "‹ #papers")
        await press(api, "End #1")
        assert "Ended: #1 bees" in shown(api)
        assert "#papers" in shown(api)
        assert not answers.subscriptions(at(CHANNEL)).mine
        await press(api, "‹ My Home")
        assert "#invited ›" in buttons(api)
        assert "#papers ›" not in buttons(api)
    assert not api.posts  # nobody in the channel hears of a press


@on_a_loop
async def test_a_new_subscription_from_a_channels_home_is_for_that_channel(tmp_path: Path) -> None:
    async with house(tmp_path) as (api, _):
        await home(api)
        await press(api, "#papers ›")
        button = buttons(api)["New subscription"]
        await api.press_at_home(button.value, **button.how)
        await api.until(lambda: api.views.modals)
    assert f"'initial_conversation': '{CHANNEL}'" in str(api.views.modals)


@on_a_loop
async def test_a_file_of_a_channel_comes_to_who_asks_and_not_into_the_channel(tmp_path: Path) -> None:
    async with house(tmp_path) as (api, _):
        await home(api)
        await press(api, "#papers ›")
        await api.press_at_home("/export")
        await api.until(lambda: api.posts and api.views.published == 3)
    assert {post["channel"] for post in api.posts} == {DIRECT}


@on_a_loop
async def test_what_other_chats_send_there_is_shown_and_can_be_sent_back(tmp_path: Path) -> None:
    async with house(tmp_path) as (api, answers):
        answers.subscribe(at(DIRECT), "wasps")
        offered = answers.routing.route(at(DIRECT), "1")
        answers.routing.route(at(CHANNEL), offered.code)  # type: ignore[union-attr]  # because: it is offered
        await home(api)
        assert "#papers* · 2 subscriptions: “bees”, “wasps”" in shown(api)
        await press(api, "#papers ›")
        assert "Sent here from other chats" in shown(api)
        await press(api, "Send them back")
        assert not answers.subscriptions(at(CHANNEL)).routed_here


@on_a_loop
async def test_a_channel_that_cannot_be_written_to_says_why(tmp_path: Path) -> None:
    async with house(tmp_path) as (api, answers):
        storage = answers.visiting._storage  # because: only a delivery would find out
        with storage.write():
            chat = storage.chats.find(at(CHANNEL))
            assert chat
            storage.chats.pause(chat.key, "this Slack channel is archived", answers.now())
        await home(api)
    assert "I can't write there: this Slack channel is archived" in shown(api)


@on_a_loop
async def test_many_channels_come_in_pages_within_slacks_limits(tmp_path: Path) -> None:
    async with house(tmp_path) as (api, answers):
        names = {f"C{number:03}": f"channel-{number:03}" for number in range(60)}
        api.channels.names |= names
        api.channels.members |= {channel: {PERSON} for channel in names}
        api.channels.page = 50
        for channel in names:
            for words in range(12):
                answers.subscribe(at(channel), f"{'long ' * 20}words {words} <!channel>")
        await home(api)
        await press(api, "All 63 ›")
        assert len(doors(api)) == 20
        await press(api, "2 ›")
        assert "#channel-030 ›" in doors(api)
        await press(api, "‹ Home")
    assert "Settings" in shown(api)
    assert "<!channel>" not in shown(api)


@on_a_loop
async def test_every_button_of_home_and_of_what_it_leads_to_does_something(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with house(tmp_path) as (api, answers):
        for words in ("nets", "id:2603.99999"):
            answers.subscribe(at(DIRECT), words)
        answers.keeping.save(at(DIRECT), "2603.00001")
        answers.settling.mute(at(DIRECT), "surveys")
        await home(api)
        view = api.views.homes[PERSON]
        seen, left = set[tuple[str, str, str]](), [(view, button) for button in buttons(api).values()]
        while left and len(seen) < 150:
            view, button = left.pop(0)
            what = (button.value, button.action_id.rpartition(":")[0], view["private_metadata"])
            if what in seen or button.value.startswith(("/unsubscribe", "/subscribe")):
                continue
            seen.add(what)
            before, forms = api.views.published, len(api.views.modals)
            api.views.homes[PERSON] = view
            envelope = await api.press_at_home(button.value, **button.how)
            await api.until(lambda n=before, f=forms: api.views.published > n or len(api.views.modals) > f)  # type: ignore[misc]  # because: bound now
            await api.until(lambda pressed=envelope: pressed in api.acks)  # type: ignore[misc]  # because: bound now
            for odd in ("Something broke", "I don't know", "I can't tell", "There is no subscription"):
                assert odd not in shown(api), what
            left += [(api.views.homes[PERSON], button) for button in buttons(api).values()]
    assert len(seen) > 60
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


@on_a_loop
async def test_a_subscription_gets_other_words_by_a_form_and_home_says_so(tmp_path: Path) -> None:
    async with house(tmp_path) as (api, answers):
        await home(api)
        await press(api, "#papers ›")
        await press(api, "Change #1 ›")
        button = buttons(api)["Other words ›"]
        await api.press_at_home(button.value, **button.how)
        await api.until(lambda: api.views.modals)
        ((view, modal),) = api.views.modals.items()
        assert modal["title"]["text"] == "Change #1"
        assert modal["blocks"][0]["element"]["initial_value"] == "bees"
        wrong = await api.submit(view, filled("(bees"))
        await api.until(lambda: wrong in api.replies)
        assert list(api.replies[wrong]["errors"]) == ["query"]
        right = await api.submit(view, filled("bees OR wasps"))
        await api.until(lambda: right in api.replies and "Changed (#1): bees OR wasps" in shown(api))
        assert "#papers" in shown(api)
        assert [one.subscription.text for one in answers.subscriptions(at(CHANNEL)).mine] == ["bees OR wasps"]
    assert not api.posts


@on_a_loop
async def test_who_has_left_the_channel_meanwhile_gives_no_other_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "ROOMS_KNOWN_S", 0.0)
    async with house(tmp_path) as (api, answers):
        await home(api)
        await api.press_at_home("/change 1 bees", action_id=f"in:{CHANNEL}:0.0")
        await api.until(lambda: api.views.modals)
        del api.channels.members[CHANNEL]
        sent = await api.submit(next(iter(api.views.modals)), filled("wasps"))
        await api.until(lambda: sent in api.replies)
        assert "You aren't in that channel" in api.replies[sent]["errors"]["query"]
        await api.press_at_home("/change 1 bees", action_id=f"in:{CHANNEL}:0.0")
        await api.until(lambda: "You aren't in that channel" in shown(api))
        assert len(api.views.modals) == 1
        assert [one.subscription.text for one in answers.subscriptions(at(CHANNEL)).mine] == ["bees"]


@on_a_loop
async def test_other_words_that_are_asked_for_in_a_message_are_told_to_who_did(tmp_path: Path) -> None:
    async with house(tmp_path) as (api, answers):
        await api.command("subscriptions 1")
        await api.until(lambda: api.whispers)
        await api.press("/change 1 bees", is_ephemeral=True)
        await api.until(lambda: api.views.modals)
        await api.submit(next(iter(api.views.modals)), filled("wasps"))
        await api.until(lambda: api.posts)
        assert [post["channel"] for post in api.posts] == [DIRECT]
        assert "Changed (#1): wasps" in str(api.posts)
        await api.command("change 1 ants")
        await api.until(lambda: len(api.whispers) == 2)
        assert [one.subscription.text for one in answers.subscriptions(at(CHANNEL)).mine] == ["ants"]
