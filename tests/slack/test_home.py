"""A person's Home: fresh when it is opened, and everything in it can be pressed."""

from functools import partial
from pathlib import Path

import pytest

from bot.answers import Answers
from bot.domain.chat import Address
from handlers.commands import respond
from handlers.incoming import Request
from handlers.messages import NOTHING, File, Message, text
from storage import FILE, Storage
from tests.asked_live import answers_of
from tests.builders import linked_paper
from tests.inboxes import MemoryInbox
from tests.slack.fake_api import DIRECT, PERSON, TEAM, FakeSlack, Fault
from tests.slack.house import on_a_loop, running, said
from tests.slack.pressable import Pressable, pressable

MINE = Address("slack", DIRECT, workspace=TEAM)


def shown(api: FakeSlack) -> str:
    return str(api.views.homes[PERSON]["blocks"])


def buttons(api: FakeSlack) -> dict[str, Pressable]:
    return pressable(api.views.homes[PERSON])


async def home(api: FakeSlack) -> None:
    before = api.views.published
    await api.open_home()
    await api.until(lambda: api.views.published > before)


async def press(api: FakeSlack, label: str) -> None:
    before, button = api.views.published, buttons(api)[label]
    await api.press_at_home(button.value, **button.how)
    await api.until(lambda: api.views.published > before)


def lived_in(storage: Storage, subscriptions: int = 2) -> Answers:
    answers = answers_of(storage)
    linked_paper(storage)
    for number in range(subscriptions):
        answers.subscribe(MINE, f"nets{number} <!channel> *bold*")
    answers.subscribe(MINE, "id:2603.99999")
    answers.keeping.save(MINE, "2603.00001")
    return answers


# Trouble


@on_a_loop
async def test_a_home_that_slack_refuses_is_logged_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeSlack() as api, running(api):
        api.fail("views.publish", Fault(error="internal_error"))
        await api.open_home()
        await api.until(lambda: "didn't get there" in caplog.text)
        await home(api)
    assert "you typed /home" in shown(api)


@on_a_loop
async def test_another_tab_is_no_question_and_silence_shows_nothing() -> None:
    inbox = MemoryInbox()
    async with FakeSlack() as api, running(api, lambda _: NOTHING, inbox=inbox):
        tab = await api.open_home("messages")
        await api.open_home()
        await api.until(lambda: tab in api.acks and len(inbox.finished) == 1)
    assert "views.publish" not in api.calls


@on_a_loop
async def test_a_press_in_a_view_that_is_not_home_and_one_that_forgot_whose_it_is_are_nothing() -> None:
    inbox = MemoryInbox()
    async with FakeSlack() as api, running(api, inbox=inbox):
        for view in ({"id": "H", "type": "home", "private_metadata": ""}, {"id": "V", "type": "modal"}):
            api.views.homes[PERSON] = view
            envelope = await api.press_at_home("/settings")
            await api.until(lambda done=envelope: done in api.acks)  # type: ignore[misc]  # because: bound now
    assert not inbox.kept


@on_a_loop
async def test_a_page_that_is_not_there_any_more_is_said_above_home(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        async with FakeSlack() as api, running(api, partial(respond, lived_in(storage))):
            await home(api)
            await api.press_at_home("/saved 9", action_id="here:0.0")
            await api.until(lambda: api.views.published == 2)
    assert "There is no page 9" in shown(api)
    assert "nets0" in shown(api)


# What it shows


@on_a_loop
async def test_an_empty_home_says_how_to_begin(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        async with FakeSlack() as api, running(api, partial(respond, answers_of(storage))):
            await home(api)
    assert "None yet." in shown(api)
    assert buttons(api)["New subscription"].value == "/subscribe"


@on_a_loop
async def test_home_shows_all_that_is_the_persons_and_is_fresh_when_opened(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        answers = lived_in(storage)
        async with FakeSlack() as api, running(api, partial(respond, answers)):
            await home(api)
            first = shown(api)
            answers.subscribe(MINE, "robots")
            await home(api)
    for told in ("nets1", "Waiting for the code of", "Deep Nets", "Sources", "The next digest", "Settings"):
        assert told in first
    assert "robots" not in first
    assert "robots" in shown(api)
    assert "<!channel>" not in first


@on_a_loop
async def test_a_channels_subscriptions_are_not_in_somebodys_home(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        answers = lived_in(storage)
        answers.subscribe(Address("slack", "C0SECRET", workspace=TEAM), "secrets")
        async with FakeSlack() as api, running(api, partial(respond, answers)):
            await home(api)
    assert "secrets" not in shown(api)


@on_a_loop
async def test_many_subscriptions_come_in_pages_within_slacks_limits(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        async with FakeSlack() as api, running(api, partial(respond, lived_in(storage, 19))):
            await home(api)
            assert len(api.views.homes[PERSON]["blocks"]) <= 100
            await press(api, "2 ›")
            assert "Change #9 ›" in buttons(api)
            await press(api, "3 ›")
    assert "Change #20 ›" in buttons(api)
    assert "‹ 2" in buttons(api)


# What can be pressed


@on_a_loop
async def test_a_subscription_is_ended_and_the_rest_stands_below(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        async with FakeSlack() as api, running(api, partial(respond, lived_in(storage))):
            await home(api)
            await press(api, "End #1")
    assert "Ended: #1" in shown(api)
    assert "End #2" in buttons(api)
    assert "End #1" not in buttons(api)


@on_a_loop
async def test_a_subscription_is_paused_and_changed_and_there_is_a_way_back(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        answers = lived_in(storage)
        async with FakeSlack() as api, running(api, partial(respond, answers)):
            await home(api)
            await press(api, "Pause #1 for a week")
            assert "Muted: nets0" in shown(api)
            assert "paused until 12 Mar 2026" in shown(api)
            await press(api, "Go on with #1")
            assert "paused until" not in shown(api)
            await press(api, "Pause #1 for a week")
            await press(api, "Change #2 ›")
            await press(api, "Hourly")
            assert answers.subscriptions(MINE).mine[1].subscription.rhythm == "hourly"
            await press(api, "‹ Home" if "‹ Home" in buttons(api) else "‹ All")
            await home(api)
        assert len(answers.settling.settings(MINE).mutes) == 1


@on_a_loop
async def test_settings_are_turned_in_home_and_lead_back(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        answers = lived_in(storage)
        async with FakeSlack() as api, running(api, partial(respond, answers)):
            await home(api)
            await press(api, "Time zone ›")
            await press(api, "Tokyo")
            await press(api, "‹ Home")
    assert "Asia/Tokyo" in shown(api)


@on_a_loop
async def test_a_file_that_is_asked_for_in_home_comes_in_the_direct_message() -> None:
    def answer(request: Request) -> Message:
        return Message((text("here"), File("a.bib", "@x")), "here") if "bib" in request.text else said("all of it")

    async with FakeSlack() as api, running(api, answer):
        await home(api)
        await api.press_at_home("/saved bibtex")
        await api.until(lambda: api.views.published == 2 and api.posts)
    assert [post["channel"] for post in api.posts] == [DIRECT]
    assert "direct message" in shown(api)
    assert "all of it" in shown(api)


@on_a_loop
async def test_nothing_that_is_pressed_in_home_is_offered_to_be_shown_to_all(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        async with FakeSlack() as api, running(api, partial(respond, lived_in(storage))):
            await home(api)
            await api.press_at_home("/code 2603.00001")
            await api.until(lambda: api.views.published == 2)
    assert "ada/nets" in shown(api)
    assert "Share to channel" not in buttons(api)
    assert "‹ Home" in buttons(api)
