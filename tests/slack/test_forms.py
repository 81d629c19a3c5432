"""The form for a subscription: opened in time, previewed, and what comes of it."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from bot.domain.chat import Address
from bot.domain.pace import Pace, Quiet
from bot.ingest import ingest
from handlers.incoming import Request
from handlers.messages import Message
from handlers.slack import forms
from handlers.wording import forms as words
from storage import FILE, Storage
from tests.builders import CODE_AT, NOW, paper
from tests.inboxes import MemoryInbox
from tests.slack.fake_api import CHANNEL, DIRECT, PERSON, TEAM, FakeSlack
from tests.slack.fake_channels import INVITED, PUBLIC
from tests.slack.filling import OPEN, filled, house, opened, sent, texts, typing
from tests.slack.house import on_a_loop, running, said

# The preview


@on_a_loop
async def test_a_preview_says_what_is_wrong_with_the_words(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        _, answer = house(storage)
        async with FakeSlack() as api, running(api, answer):
            view = await opened(api)
            await api.act(view, typing("(diffusion"))
            await api.until(lambda: "never closed" in str(api.views.modals[view]["blocks"][1]))


@on_a_loop
async def test_of_somebody_who_types_on_only_the_newest_words_are_previewed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "BREATH_S", 0.2)
    asked: list[str] = []

    def answer(request: Request) -> Message:
        asked.append(request.text)
        return said("a look")

    async with FakeSlack() as api, running(api, answer):
        view = await opened(api)
        for text in ("d", "di", "diff", "diffusion"):
            await api.act(view, typing(text))
        await api.until(lambda: "views.update" in api.calls)
        await asyncio.sleep(forms.BREATH_S)
    assert asked == ["/preview diffusion"]
    assert api.calls.count("views.update") == 1


@pytest.mark.parametrize("text", ["https://bair.berkeley.edu/blog/", "feed:bair robot"])
@on_a_loop
async def test_a_feed_is_not_previewed_but_explained(text: str) -> None:
    async with FakeSlack() as api, running(api):
        view = await opened(api)
        await api.act(view, typing(text))
        await api.until(lambda: "A blog or feed" in str(api.views.modals[view]))


@on_a_loop
async def test_a_form_that_was_closed_meanwhile_is_no_trouble(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeSlack() as api, running(api):
        view = await opened(api)
        await api.act(view, typing("nets"))
        api.views.modals.clear()
        await api.until(lambda: "views.update" in api.calls)
        await api.direct("hello")
        await api.until(lambda: api.posts)
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


@on_a_loop
async def test_the_words_show_what_they_would_have_told_and_what_was_filled_in_stays(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        with storage.write():
            ingest(storage, [paper(abstract=CODE_AT, announced=NOW)], now=NOW)
        _, answer = house(storage)
        async with FakeSlack() as api, running(api, answer):
            view = await opened(api)
            await api.act(view, typing("nets"), filled("net", CHANNEL, "weekly", "23:00-08:00"))
            await api.until(lambda: "Deep Nets" in str(api.views.modals[view]["blocks"]))
            blocks = api.views.modals[view]["blocks"]
    query, where, rhythm, quiet = [block["element"] for block in blocks if block["type"] == "input"]
    assert "initial_value" not in query  # Slack keeps what somebody is typing
    assert where["initial_conversation"] == CHANNEL
    assert rhythm["initial_option"]["value"] == "weekly"
    assert quiet["initial_option"]["value"] == "23:00-08:00"
    assert "actions" not in [block["type"] for block in blocks]


# How it opens, and what it does


@pytest.mark.parametrize("how", ["shortcut", "command", "press", "home"])
@on_a_loop
async def test_the_form_opens_at_once_whatever_storage_does(how: str) -> None:
    class Stuck(MemoryInbox):
        def take(self, arrivals: object) -> Any:
            raise AssertionError("nothing is kept of a form that isn't sent")

    async with FakeSlack() as api, running(api, inbox=Stuck()):
        if how == "home":
            api.views.homes[PERSON] = {"id": "H", "type": "home", "private_metadata": DIRECT}
        does = {
            "shortcut": lambda: api.shortcut(OPEN),
            "command": lambda: api.command("subscribe"),
            "press": lambda: api.press("/subscribe"),
            "home": lambda: api.press_at_home("/subscribe"),
        }
        await does[how]()
        await api.until(lambda: api.views.modals)
    (view,) = api.views.modals.values()
    chosen = str(view).count("'initial_conversation'")
    assert chosen == (1 if how in ("command", "press") else 0)


@on_a_loop
async def test_in_a_conversation_that_is_no_channel_none_is_chosen_beforehand() -> None:
    async with FakeSlack() as api, running(api):
        await api.command("subscribe", channel=DIRECT)
        await api.until(lambda: api.views.modals)
    assert "initial_conversation" not in str(api.views.modals)


@on_a_loop
async def test_a_public_channel_is_joined_and_told_what_it_will_hear_and_by_whom(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        answers, answer = house(storage)
        async with FakeSlack() as api, running(api, answer):
            api.people[PERSON] = {"tz": "Europe/Berlin"}
            assert await sent(api, filled("nets <!channel>", PUBLIC, "daily", "22:00-07:00")) == {}
            await api.until(lambda: api.posts)
        address = Address("slack", PUBLIC, workspace=TEAM)
        (one,) = answers.subscriptions(address).mine
        pace = answers.settling.settings(address).pace
        assert (pace.zone, pace.quiet) == ("Europe/Berlin", Quiet(22 * 60, 7 * 60))
        assert storage.chats.find(address).title == "#new"  # type: ignore[union-attr]  # because: it is there
    assert PUBLIC in api.channels.inside
    assert one.subscription.rhythm == "daily"
    assert api.posts[0]["channel"] == PUBLIC
    assert "Set up by ada" in str(api.posts[0]["blocks"])
    assert "Times here go by Europe/Berlin" in str(api.posts[0]["blocks"])
    assert "<!channel>" not in str(api.posts[0])


@on_a_loop
async def test_a_private_channel_that_we_were_invited_to_takes_it() -> None:
    async with FakeSlack() as api, running(api):
        assert await sent(api, filled("nets", INVITED)) == {}
        await api.until(lambda: api.posts)
    assert texts(api) == [f"{INVITED}: you typed /subscribe nets"]


@on_a_loop
async def test_nothing_chosen_tells_the_person_alone_by_the_clock_of_their_profile(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        answers, answer = house(storage)
        alone = Address("slack", DIRECT, workspace=TEAM)
        async with FakeSlack() as api, running(api, answer):
            api.people[PERSON] = {"tz": "Asia/Tokyo"}
            await sent(api, filled("nets"))
            await api.until(lambda: api.posts)
            assert answers.settling.settings(alone).pace.zone == "Asia/Tokyo"
            await sent(api, filled("bees", quiet="22:00-07:00"))
            await api.until(lambda: len(api.posts) == 2)
            assert answers.settling.settings(alone).pace.quiet
            await sent(api, filled("cats", quiet="off"))
            await api.until(lambda: len(api.posts) == 3)
            assert answers.settling.settings(alone).pace.quiet is None
            answers.settling.zone(alone, "Berlin")
            await sent(api, filled("robots"))
            await api.until(lambda: len(api.posts) == 4)
        assert answers.settling.settings(alone).pace.zone == "Europe/Berlin"
    assert texts(api) == [f"{DIRECT}: Subscribed: {words}" for words in ("nets", "bees", "cats", "robots")]
    assert "Set up by" not in str(api.posts)


@pytest.mark.parametrize("tz", ["", "Nowhere/Land", None])
@on_a_loop
async def test_a_profile_without_a_clock_that_we_know_leaves_it_as_it_is(tz: str | None, tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        answers, answer = house(storage)
        async with FakeSlack() as api, running(api, answer):
            api.people[PERSON] = {"tz": tz}
            await sent(api, filled("nets"))
            await api.until(lambda: api.posts)
        assert answers.settling.settings(Address("slack", DIRECT, workspace=TEAM)).pace.zone == "UTC"


def test_what_can_be_chosen_in_the_form_can_be_typed() -> None:
    from bot.rules import settling

    assert [settling.rhythm(value) for value, _ in words.RHYTHMS]
    assert [settling.quiet(Pace(), value) for value, _ in words.NIGHTS if value != words.AS_IT_IS]
