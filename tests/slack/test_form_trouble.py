"""The form for a subscription: what is wrong with what is sent, what takes long, and what fails later."""

import threading
from pathlib import Path

import pytest

from bot.domain.chat import Address
from handlers.incoming import Request
from handlers.messages import Message
from handlers.slack import forms
from handlers.wording import forms as words
from storage import FILE, Storage
from tests.inboxes import MemoryInbox
from tests.slack.fake_api import CHANNEL, DIRECT, PERSON, TEAM, FakeSlack, Fault
from tests.slack.fake_channels import OLD, PUBLIC, SECRET
from tests.slack.filling import OPEN, filled, house, opened, sent, texts
from tests.slack.house import echo, on_a_loop, running

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
            await api.until(lambda: envelope in api.replies)
        assert not api.posts
        stuck.set()
        with Storage(tmp_path / FILE) as storage:
            answers, answer = house(storage)
            async with running(api, answer, inbox=inbox):
                await api.until(lambda: api.posts and inbox.finished)
            (one,) = answers.subscriptions(Address("slack", CHANNEL, workspace=TEAM)).mine
    assert one.subscription.rhythm == "daily"
