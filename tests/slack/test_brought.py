"""HTTP mode: what Slack brings signed is kept, acknowledged and answered; all else is refused before any work."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.errors import DeliveryFailed
from tests.inboxes import MemoryInbox
from tests.slack.fake_api import FakeSlack, Fault
from tests.slack.house import echo, on_a_loop, slack
from tests.slack.signed import SECRET, Headers, command, form, mention, press, signed


@dataclass(slots=True)
class Door:
    """The web door, and Slack in front of it."""

    url: str
    session: ClientSession
    inbox: MemoryInbox

    async def post(self, body: bytes, headers: Headers) -> tuple[int, str]:
        async with self.session.post(self.url, data=body, headers=headers) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def door(api: FakeSlack) -> AsyncIterator[Door]:
    inbox = MemoryInbox()
    channel = slack(api, echo, app_token="", signing_secret=SECRET, inbox=inbox)
    app = web.Application()
    for method, path, handle in channel.routes():
        app.router.add_route(method, path, handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await channel.start()
    async with ClientSession() as session:
        yield Door(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events", session, inbox)
    await runner.cleanup()
    await channel.stop()


@on_a_loop
async def test_an_event_is_kept_and_acknowledged_with_nothing_and_then_answered() -> None:
    async with FakeSlack() as api, door(api) as there:
        body = mention()
        assert await there.post(body, signed(body)) == (200, "")
        assert list(there.inbox.kept) == ["Ev1"]
        await api.until(lambda: api.posts)
        assert api.posts[0]["text"] == "you typed code bert"
        assert "apps.connections.open" not in api.calls


@on_a_loop
async def test_a_command_and_a_press_are_answered() -> None:
    async with FakeSlack() as api, door(api) as there:
        for body in (command("bert", api), press("/status", api)):
            assert await there.post(body, form(body)) == (200, "")
        await api.until(lambda: len(api.whispers) == 2)
        assert {whisper["text"] for whisper in api.whispers} == {"you typed /code bert", "you typed /status"}


@on_a_loop
async def test_slack_is_told_its_challenge() -> None:
    async with FakeSlack() as api, door(api) as there:
        body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "old"}).encode()
        status, said = await there.post(body, signed(body))
        assert (status, "3eZbrw1aB" in said) == (200, True)
        assert (await there.post(body, signed(body, secret="another")))[0] == 401


def _without(name: str, headers: Headers) -> Headers:
    return {key: value for key, value in headers.items() if key != name}


BODY = mention()
REFUSED: dict[str, Any] = {
    "wrong secret": lambda: signed(BODY, secret="another"),
    "another body": lambda: signed(b"{}"),
    "no signature": lambda: _without("X-Slack-Signature", signed(BODY)),
    "no time": lambda: _without("X-Slack-Request-Timestamp", signed(BODY)),
    "old": lambda: signed(BODY, at=time.time() - 301),
    "of the future": lambda: signed(BODY, at=time.time() + 310),
    "another time": lambda: {**signed(BODY), "X-Slack-Request-Timestamp": str(int(time.time()) - 7)},
    "time of words": lambda: {**signed(BODY), "X-Slack-Request-Timestamp": "soon"},
    "no ASCII": lambda: {**signed(BODY), "X-Slack-Signature": "v0=é"},
    "nothing": dict,
}


@pytest.mark.parametrize("made", REFUSED.values(), ids=REFUSED)
@on_a_loop
async def test_what_is_not_signed_is_refused_before_anything_is_done(made: Any) -> None:
    async with FakeSlack() as api, door(api) as there:
        before = list(api.calls)
        assert await there.post(BODY, made()) == (401, "")
        assert (there.inbox.kept, api.calls) == ({}, before)


@on_a_loop
async def test_what_comes_twice_with_one_signature_is_refused_and_a_redelivery_signed_anew_is_answered_once() -> None:
    async with FakeSlack() as api, door(api) as there:
        body, now = mention(), time.time()
        assert [(await there.post(body, signed(body, at=now)))[0] for _ in range(2)] == [200, 401]
        assert (await there.post(body, signed(body, at=now - 1)))[0] == 200
        other = mention("done", event_id="Ev2")
        await there.post(other, signed(other))
        await api.until(lambda: len(api.posts) == 2)
        assert sorted(post["text"] for post in api.posts) == ["you typed code bert", "you typed done"]


@on_a_loop
async def test_another_workspaces_payloads_are_refused() -> None:
    async with FakeSlack() as api, door(api) as there:
        event = mention(team="T0EVIL")
        assert (await there.post(event, signed(event)))[0] == 403
        for body in (command("bert", api, team="T0EVIL"), press("/status", api, team="T0EVIL")):
            assert (await there.post(body, form(body)))[0] == 403
        assert not there.inbox.kept


@on_a_loop
async def test_what_cannot_be_kept_is_not_acknowledged() -> None:
    async with FakeSlack() as api, door(api) as there:
        there.inbox.broken = True
        body = mention()
        assert (await there.post(body, signed(body)))[0] == 503
        there.inbox.broken = False
        assert (await there.post(body, signed(body, at=time.time() - 2)))[0] == 200
        await api.until(lambda: api.posts)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]", b"null", b"payload=%7B"], ids=repr)
@on_a_loop
async def test_signed_nonsense_is_no_error_of_ours(body: bytes) -> None:
    async with FakeSlack() as api, door(api) as there:
        for headers in (signed(body), form(body)):
            status, _ = await there.post(body, headers)
            assert 400 <= status < 500
        assert not there.inbox.kept


@on_a_loop
async def test_without_a_network_the_start_says_so_and_is_tried_again() -> None:
    async with FakeSlack() as api:
        channel = slack(api, app_token="", signing_secret=SECRET)
        api.fail("auth.test", Fault(drop=True))
        with pytest.raises(DeliveryFailed):
            await channel.start()
        await channel.start()
        assert channel.trouble == ""
        await channel.stop()
