"""A real `run` with Slack: signed to its web door, or by socket beside Telegram; killed, refused, started again."""

import asyncio
import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.slack.fake_api import APP_TOKEN, BOT_TOKEN, PERSON, FakeSlack
from tests.slack.house import on_a_loop
from tests.slack.signed import SECRET, Headers, command, form, mention, press, signed
from tests.small_world import OFFLINE, House, Process
from tests.telegram.channel import free_port
from tests.telegram.fake_api import TOKEN, FakeTelegram

ADA = 7


class Web:
    """Slack in front of the `web` process."""

    def __init__(self, api: FakeSlack, folder: Path, session: ClientSession) -> None:
        self.api, self._session, port = api, session, free_port()
        self.door = f"http://127.0.0.1:{port}"
        talking = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": api.url}
        self.house = House(folder, OFFLINE | talking | {"PORT": str(port)}).settle()

    async def bring(self, body: bytes, headers: Headers) -> tuple[int, str]:
        async with self._session.post(f"{self.door}/slack/events", data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    def answers(self) -> int:
        return len(self.api.whispers) + len(self.api.posts)


async def on(process: Process, name: str = "slack") -> None:
    await asyncio.to_thread(process.wait_for, f"{name} is on")


@on_a_loop
async def test_what_is_signed_is_answered_over_a_kill_and_what_is_not_or_comes_again_does_nothing(
    tmp_path: Path,
) -> None:
    async with FakeSlack() as api, ClientSession() as session:
        web = Web(api, tmp_path, session)
        with web.house.start("run") as process:
            await on(process)
            challenge = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "old"}).encode()
            assert "3eZbrw1aB" in (await web.bring(challenge, signed(challenge)))[1]
            await _refused(web)
            brought = [(body, form(body)) for body in (command("bert", api), press("/subscribe nets", api))]
            brought += [(body, signed(body)) for body in (mention("status"),)]
            assert [await web.bring(*one) for one in brought] == [(200, "")] * 3
            await api.until(lambda: web.answers() == 3)
            late = [(body, form(body)) for body in (command(f"bert {n}", api) for n in range(12))]
            assert {(await web.bring(*one))[0] for one in late} == {200}
            process.end(signal.SIGKILL)
        with web.house.start("run") as process:
            await on(process)
            await api.until(lambda: len({one["id"] for one in api.whispers}) == 2 + 12)
            await asyncio.sleep(0.5)  # because: an answer too many would come by now
            answered = web.answers()
            assert {(await web.bring(*one))[0] for one in brought + late} <= {200, 401}
            last = command("resnet", api)
            assert (await web.bring(last, form(last)))[0] == 200
            await api.until(lambda: web.answers() > answered)
            await asyncio.sleep(0.5)
            assert web.answers() == answered + 1
            shown = web.house.call("status").stdout
            assert process.end(signal.SIGTERM)[0] == 0
    assert "1 subscription" in shown, shown
    log = "".join(path.read_text() for path in tmp_path.glob("log-*"))
    assert "something from another workspace is refused" in log
    assert [secret for secret in (SECRET, BOT_TOKEN, "/response/", "Traceback") if secret in log] == []


async def _refused(web: Web) -> None:
    """None of these does any work."""
    body = mention("help", event_id="Ev0")
    wrong = [signed(body, secret="another"), signed(body, at=time.time() - 400), {}]
    assert [(await web.bring(body, headers))[0] for headers in wrong] == [401] * 3
    others = command("bert", web.api, team="T0EVIL")
    assert (await web.bring(others, form(others)))[0] == 403
    good = json.dumps({"type": "url_verification", "challenge": "a"}).encode()
    headers = signed(good)
    assert [(await web.bring(good, headers))[0] for _ in range(2)] == [200, 401]
    assert web.answers() == 0


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as platform:
        yield platform.person(ADA)


@on_a_loop
async def test_a_token_that_is_revoked_stops_slack_alone_says_so_once_and_serves_again(
    tmp_path: Path, telegram: FakeTelegram
) -> None:
    async with FakeSlack() as api:
        talking = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": api.url}
        talking |= {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url}
        with House(tmp_path, OFFLINE | talking).start("run") as process:
            await on(process)
            await on(process, "telegram")
            await api.mention("code bert")
            await api.until(lambda: api.posts)
            api.revoked |= {BOT_TOKEN, APP_TOKEN}
            for _ in range(3):
                await api.mention("code bert")
            await asyncio.to_thread(process.wait_for, "Slack refuses SLACK_BOT_TOKEN (token_revoked)")
            await api.hang_up()
            await asyncio.to_thread(process.wait_for, "Slack refuses SLACK_APP_TOKEN (token_revoked)")
            telegram.says(ADA, "/status")
            assert await asyncio.to_thread(telegram.wait, lambda: bool(telegram.sent), 30)
            api.revoked.clear()
            await api.mention("code resnet")
            await api.until(lambda: len(api.posts) == 2, 90)
            assert process.end(signal.SIGTERM)[0] == 0
            log = process.said()
    assert [log.count(f"Slack refuses SLACK_{name}_TOKEN") for name in ("BOT", "APP")] == [1, 1]
    assert "slack_sdk" not in log  # whatever there is to say is said by us
    assert BOT_TOKEN not in log
    assert PERSON not in log
