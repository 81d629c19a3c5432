"""The socket is kept up: over refreshes, hang-ups, an absent network and refused tokens."""

import asyncio

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.connection import Connection, library_log
from tests.slack.fake_api import APP_TOKEN, BOT, BOT_TOKEN, TEAM, FakeSlack, Fault
from tests.slack.house import on_a_loop, running, slack

PULSE_S, PING_S = 0.05, 0.2


def connection(api: FakeSlack) -> Connection:
    client = AsyncWebClient(base_url=api.url, retry_handlers=[], logger=library_log())
    app = AsyncApp(client=client, authorize=_us, logger=library_log(), name="slack_bolt.test")
    return Connection(app, APP_TOKEN, pulse_s=PULSE_S, ping_s=PING_S)


async def _us() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_user_id=BOT, bot_token=BOT_TOKEN)


def test_the_channel_can_be_built_before_there_is_a_loop() -> None:
    assert slack(FakeSlack()).trouble == ""


@on_a_loop
async def test_without_a_network_start_returns_says_so_and_goes_on_trying() -> None:
    async with FakeSlack() as api:
        api.fail("auth.test", Fault(drop=True))
        channel = slack(api)
        await channel.start()
        assert "connection to Slack failed" in channel.trouble
        await channel.stop()


@on_a_loop
async def test_a_socket_that_could_not_be_opened_is_opened_later() -> None:
    async with FakeSlack() as api:
        line = connection(api)
        line.keep("no network yet")
        await api.until(lambda: api.connections == 1 and not line.trouble)
        await line.close()


@on_a_loop
async def test_a_dead_socket_is_replaced_by_a_new_one() -> None:
    async with FakeSlack() as api:
        line = connection(api)
        await line.open()
        line.keep()
        await api.hang_up()
        await api.until(lambda: api.connections >= 2 and not line.trouble)
        await line.close()


@on_a_loop
async def test_a_revoked_app_token_is_trouble_that_says_what_to_click_and_ends_when_it_is_mended() -> None:
    async with FakeSlack() as api:
        line = connection(api)
        await line.open()
        line.keep()
        api.revoked.add(APP_TOKEN)
        await api.hang_up()
        await api.until(lambda: "SLACK_APP_TOKEN" in line.trouble)
        assert "App-Level Tokens" in line.trouble
        api.revoked.clear()
        await api.until(lambda: not line.trouble)
        await line.close()


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "something new"])
@on_a_loop
async def test_slacks_own_refresh_of_the_socket_loses_no_question(reason: str) -> None:
    async with FakeSlack() as api, running(api) as channel:
        await api.disconnect(reason)
        await api.until(lambda: api.connections == 2)
        await api.command("help")
        await api.until(lambda: api.whispers)
        assert channel.trouble == ""


@pytest.mark.parametrize(
    ("reason", "mend"), [("link_disabled", "Enable Socket Mode"), ("too_many_websockets", "stop the other programs")]
)
@on_a_loop
async def test_where_slack_refuses_the_socket_it_is_not_stormed_the_mend_is_said_once_and_it_is_tried_again(
    reason: str, mend: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeSlack() as api:
        line = connection(api)
        await line.open()
        line.keep()
        api.refusal = reason
        await api.disconnect(reason)
        await api.until(lambda: mend in line.trouble)
        await asyncio.sleep(25 * PULSE_S)
        assert 2 <= api.connections <= 4
        api.refusal = ""
        await api.until(lambda: api.connections >= 3 and not line.trouble)
        await asyncio.sleep(2 * PULSE_S)
        assert not line.trouble
        await line.close()
    assert caplog.text.count(mend) == 1


@on_a_loop
async def test_close_ends_every_task_of_the_library() -> None:
    async with FakeSlack() as api:
        before = asyncio.all_tasks()
        line = connection(api)
        await line.open()
        line.keep()
        await line.close()
        left = [task for task in asyncio.all_tasks() - before if "slack" in str(task.get_coro())]
        assert not left


@on_a_loop
async def test_a_socket_that_dies_without_a_word_is_found_and_replaced() -> None:
    async with FakeSlack() as api:
        line = connection(api)
        await line.open()
        line.keep()
        await asyncio.sleep(3 * PING_S)
        assert api.connections == 1  # one that answers stays
        api.fall_silent()
        await api.until(lambda: api.connections >= 2 and not line.trouble)
        await line.close()


@pytest.mark.parametrize("job", ["message_processor", "message_receiver"])
@on_a_loop
async def test_a_handler_that_takes_nothing_off_its_socket_any_more_is_replaced(job: str) -> None:
    async with FakeSlack() as api:
        line = connection(api)
        await line.open()
        line.keep()
        assert line._handler
        getattr(line._handler.client, job).cancel()
        await api.until(lambda: api.connections >= 2 and not line.trouble)
        await line.close()


@on_a_loop
async def test_what_slack_brings_anew_after_a_silent_death_comes_by_the_next_socket() -> None:
    async with FakeSlack() as api:
        heard: list[str] = []

        async def hear(event: dict[str, str]) -> None:
            heard.append(event["text"])

        line = connection(api)
        line._app.event("app_mention")(hear)
        await line.open()
        line.keep()
        api.fall_silent()
        await api.mention("bert")
        await api.until(lambda: heard)
        assert heard == ["bert"]
        assert api.connections >= 2
        await line.close()
