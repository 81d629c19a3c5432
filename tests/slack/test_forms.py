"""The form for a subscription: opened in time, previewed, checked, and what comes of it."""

import asyncio
import logging
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.answers import Answers
from bot.domain.chat import Address
from bot.ingest import ingest
from handlers.commands import respond
from handlers.incoming import Request
from handlers.messages import Message
from handlers.slack import forms
from handlers.wording import forms as words
from storage import FILE, Storage
from tests.asked_live import answers_of
from tests.builders import CODE_AT, NOW, paper
from tests.inboxes import MemoryInbox
from tests.slack.fake_api import CHANNEL, DIRECT, PERSON, TEAM, FakeSlack, Fault
from tests.slack.fake_channels import INVITED, OLD, PUBLIC, SECRET
from tests.slack.house import echo, on_a_loop, running, said

OPEN = "new_subscription"


def filled(query: str, where: str | None = None, rhythm: str = "at once") -> dict[str, Any]:
    option = {"text": {"type": "plain_text", "text": "…"}, "value": rhythm}
    return {
        "query": {"query": {"type": "plain_text_input", "value": query}},
        "where": {"where": {"type": "conversations_select", "selected_conversation": where}},
        "rhythm": {"rhythm": {"type": "static_select", "selected_option": option}},
    }


def typing(text: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "block_id": "query", "action_id": "query", "value": text}


async def opened(api: FakeSlack) -> str:
    await api.shortcut(OPEN)
    await api.until(lambda: api.views.modals)
    return next(reversed(api.views.modals))


async def sent(api: FakeSlack, values: dict[str, Any]) -> dict[str, Any]:
    """What Slack is told when a form is sent."""
    envelope = await api.submit(await opened(api), values)
    await api.until(lambda: envelope in api.replies)
    return api.replies[envelope]


def house(storage: Storage) -> tuple[Answers, Callable[[Request], Message]]:
    answers = answers_of(storage)
    return answers, partial(respond, answers)


def texts(api: FakeSlack) -> list[str]:
    return [f"{post['channel']}: {post['text']}" for post in api.posts]


# What is wrong with what was sent


@pytest.mark.parametrize("query", ["(diffusion", "cat:", 'ti:"open', "feed:", "x" * 900])
@on_a_loop
async def test_words_that_cannot_be_understood_are_said_at_their_field_and_nothing_is_made(
    query: str, tmp_path: Path
) -> None:
    with Storage(tmp_path / FILE) as storage:
        answers, answer = house(storage)
        async with FakeSlack() as api, running(api, answer):
            reply = await sent(api, filled(query, CHANNEL))
        assert reply["response_action"] == "errors"
        assert list(reply["errors"]) == ["query"]
        assert not answers.subscriptions(Address("slack", CHANNEL, workspace=TEAM)).mine
    assert not api.posts


@pytest.mark.parametrize(
    ("where", "mend"), [(SECRET, "/invite @paperwire"), (OLD, "archived"), ("C0NOWHERE", "/invite @paperwire")]
)
@on_a_loop
async def test_a_channel_that_we_are_not_in_is_said_at_its_field_with_the_mend(where: str, mend: str) -> None:
    async with FakeSlack() as api, running(api):
        reply = await sent(api, filled("nets", where))
    assert list(reply["errors"]) == ["where"]
    assert mend in reply["errors"]["where"]
    assert "Then press Subscribe again" in reply["errors"]["where"]
    assert not api.posts


@on_a_loop
async def test_where_admins_manage_a_member_subscribes_no_channel_but_themselves(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        answers, answer = house(storage)
        async with FakeSlack() as api, running(api, answer, admins_manage=True):
            reply = await sent(api, filled("nets", PUBLIC))
            assert "Only admins" in reply["errors"]["query"]
            assert PUBLIC not in api.channels.inside
            assert await sent(api, filled("nets")) == {}
            await api.until(lambda: api.posts)
            api.people[PERSON] = {"is_admin": True}
        assert not answers.subscriptions(Address("slack", PUBLIC, workspace=TEAM)).mine
    assert texts(api) == [f"{DIRECT}: Subscribed: nets"]


@on_a_loop
async def test_a_stranger_is_told_at_the_field() -> None:
    async with FakeSlack() as api:
        refused = Message((), "You aren't let in.", refused=True)
        async with running(api, lambda _: refused, admits=lambda _: False):
            assert (await sent(api, filled("nets", PUBLIC)))["errors"] == {"query": "You aren't let in."}
            assert (await sent(api, filled("nets")))["errors"] == {"query": "You aren't let in."}
    assert PUBLIC not in api.channels.inside
    assert not {"conversations.open", "users.info"} & set(api.calls)


@on_a_loop
async def test_what_nobody_may_answer_closes_the_form_in_silence() -> None:
    async with FakeSlack() as api, running(api, lambda _: Message((), ""), admits=lambda _: False):
        assert await sent(api, filled("nets")) == {}
    assert not api.posts


@pytest.mark.parametrize("trigger_s", [0.0], ids=["too late"])
@on_a_loop
async def test_a_form_that_comes_too_late_is_logged(trigger_s: float, caplog: pytest.LogCaptureFixture) -> None:
    async with FakeSlack() as api, running(api):
        api.views.trigger_s = trigger_s
        await api.shortcut(OPEN)
        await api.until(lambda: "expired_trigger_id" in caplog.text)


@on_a_loop
async def test_a_command_whose_form_cannot_be_opened_is_answered_in_words() -> None:
    async with FakeSlack() as api, running(api):
        api.fail("views.open", Fault(error="expired_trigger_id"))
        await api.command("subscribe")
        await api.until(lambda: api.whispers)
    assert api.whispers[0]["text"] == "you typed /subscribe"


@pytest.mark.parametrize("error", ["missing_scope", "user_not_found", "ratelimited"])
@on_a_loop
async def test_a_direct_message_that_cannot_be_opened_is_said_at_the_field(error: str) -> None:
    async with FakeSlack() as api, running(api):
        api.fail("conversations.open", Fault(error=error))
        reply = await sent(api, filled("nets"))
    assert reply["errors"] == {"where": words.NO_DIRECT}


@on_a_loop
async def test_a_direct_message_that_opens_too_slowly_is_said_at_the_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "PLACE_S", 0.1)
    async with FakeSlack() as api, running(api):
        api.slow["conversations.open"] = 0.5
        reply = await sent(api, filled("nets"))
    assert reply["errors"] == {"where": words.NO_DIRECT}
    assert not api.posts


# What takes long, and what fails later


@on_a_loop
async def test_what_takes_too_long_closes_the_form_in_time_and_is_told_when_it_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forms, "DONE_S", 0.1)
    release = threading.Event()

    def slow(request: Request) -> Message:
        release.wait(5)
        return Message((), "I couldn't read that feed.", refused=True) if "bad" in request.text else echo(request)

    async with FakeSlack() as api, running(api, slow):
        assert await sent(api, filled("https://good.test", CHANNEL)) == {}
        assert await sent(api, filled("https://bad.test", CHANNEL)) == {}
        release.set()
        await api.until(lambda: len(api.posts) == 2)
    assert sorted(texts(api)) == [
        f"{CHANNEL}: you typed /subscribe https://good.test",
        f"{DIRECT}: I couldn't read that feed.",
    ]


@on_a_loop
async def test_a_workspace_that_is_slow_with_its_channels_holds_up_no_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "PLACE_S", 0.1)
    async with FakeSlack() as api, running(api):
        api.people[PERSON] = {"tz": "Europe/Berlin"}
        api.slow["conversations.join"] = 1.0
        assert await sent(api, filled("nets", CHANNEL)) == {}
        await api.until(lambda: api.posts)
    assert texts(api) == [f"{CHANNEL}: you typed /subscribe nets"]


@on_a_loop
async def test_a_scope_that_is_missing_is_logged_and_whoever_is_in_the_channel_already_can_subscribe_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with FakeSlack() as api, running(api):
        api.fail("conversations.join", Fault(error="missing_scope"))
        assert await sent(api, filled("nets", CHANNEL)) == {}
        await api.until(lambda: api.posts)
    assert "can't be joined" in caplog.text


@on_a_loop
async def test_a_channel_that_cannot_be_written_to_after_all_is_told_to_who_sent_the_form() -> None:
    async with FakeSlack() as api, running(api):
        api.fail("chat.postMessage", Fault(error="restricted_action"))
        assert await sent(api, filled("nets", CHANNEL)) == {}
        await api.until(lambda: api.posts)
    (post,) = api.posts
    assert post["channel"] == DIRECT
    assert "can't write there" in post["text"]


@on_a_loop
async def test_a_form_that_was_sent_before_a_restart_is_done_after_it(tmp_path: Path) -> None:
    inbox, stuck = MemoryInbox(), threading.Event()

    def never(request: Request) -> Message:
        stuck.wait(5)
        return echo(request)

    async with FakeSlack() as api:
        async with running(api, never, inbox=inbox):
            envelope = await api.submit(await opened(api), filled("nets", CHANNEL, "daily"))
            await api.until(lambda: envelope in api.replies, 5)
        assert not api.posts
        stuck.set()
        with Storage(tmp_path / FILE) as storage:
            answers, answer = house(storage)
            async with running(api, answer, inbox=inbox):
                await api.until(lambda: api.posts and inbox.finished)
            (one,) = answers.subscriptions(Address("slack", CHANNEL, workspace=TEAM)).mine
    assert one.subscription.rhythm == "daily"


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
            await api.act(view, typing("nets"), filled("net", CHANNEL, "weekly"))
            await api.until(lambda: "Deep Nets" in str(api.views.modals[view]["blocks"]))
            blocks = api.views.modals[view]["blocks"]
    query, where, rhythm = [block["element"] for block in blocks if block["type"] == "input"]
    assert "initial_value" not in query  # Slack keeps what somebody is typing
    assert where["initial_conversation"] == CHANNEL
    assert rhythm["initial_option"]["value"] == "weekly"
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
            assert await sent(api, filled("nets <!channel>", PUBLIC, "daily")) == {}
            await api.until(lambda: api.posts)
        address = Address("slack", PUBLIC, workspace=TEAM)
        (one,) = answers.subscriptions(address).mine
        assert answers.settling.settings(address).pace.zone == "Europe/Berlin"
        assert storage.chats.find(address).title == "#new"  # type: ignore[union-attr]  # because: it is there
    assert PUBLIC in api.channels.inside
    assert one.subscription.rhythm == "daily"
    assert api.posts[0]["channel"] == PUBLIC
    assert "Set up by ada" in str(api.posts[0]["blocks"])
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
            answers.settling.zone(alone, "Berlin")
            await sent(api, filled("robots"))
            await api.until(lambda: len(api.posts) == 2)
        assert answers.settling.settings(alone).pace.zone == "Europe/Berlin"
    assert texts(api) == [f"{DIRECT}: Subscribed: nets", f"{DIRECT}: Subscribed: robots"]
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


def test_the_rhythms_of_the_form_are_those_that_can_be_typed() -> None:
    from bot.rules import settling

    assert [settling.rhythm(value) for value, _ in words.RHYTHMS]
