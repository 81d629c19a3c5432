"""Alerts to Slack: what each of Slack's refusals means, the pace, and that no secret gets out."""

import logging
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import ChannelDown, DeliveryFailed
from handlers.slack.wire import SCOPES
from storage import Storage
from tests.slack.fake_api import APP_TOKEN, BOT_TOKEN, CHANNEL, FakeSlack, Fault
from tests.slack.house import delivery, on_a_loop, running, send, slack


async def fault_of_sending(api: FakeSlack, *faults: Fault) -> DeliveryFailed:
    api.fail("chat.postMessage", *faults)
    with pytest.raises(DeliveryFailed) as caught:
        await slack(api).send(delivery())
    return caught.value


@pytest.mark.parametrize(
    ("code", "mend"),
    [
        ("not_in_channel", "/invite @paperwire"),
        ("channel_not_found", "/invite @paperwire"),
        ("is_archived", "unarchive"),
        ("restricted_action", "/invite @paperwire"),
        ("restricted_action_read_only_channel", "/invite @paperwire"),
    ],
)
@on_a_loop
async def test_a_channel_that_cannot_be_posted_to_is_a_permanent_failure_with_its_mend(code: str, mend: str) -> None:
    async with FakeSlack() as api:
        fault = await fault_of_sending(api, Fault(error=code))
    assert fault.permanent
    assert not isinstance(fault, ChannelDown)
    assert mend in str(fault)


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "invalid_auth", "not_authed", "app_uninstalled"])
@on_a_loop
async def test_a_refused_token_takes_the_channel_down_and_says_what_to_click(code: str) -> None:
    async with FakeSlack() as api:
        fault = await fault_of_sending(api, Fault(error=code))
    assert isinstance(fault, ChannelDown)
    assert "SLACK_BOT_TOKEN" in str(fault)
    assert "Install App" in str(fault)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500),
        Fault(status=503),
        Fault(error="internal_error"),
        Fault(error="a_word_from_the_future"),
        Fault(drop=True),
        Fault(drop=True, accepted=True),
    ],
    ids=["500", "503", "internal", "unknown", "dropped", "dropped-after-acceptance"],
)
@on_a_loop
async def test_anything_else_is_temporary_and_sent_only_once(fault: Fault) -> None:
    async with FakeSlack() as api:
        failed = await fault_of_sending(api, fault)
        assert api.calls == ["chat.postMessage"]
    assert not failed.permanent
    assert failed.retry_at is None
    assert failed.counts


@on_a_loop
async def test_a_server_that_is_not_there_is_a_temporary_failure() -> None:
    async with FakeSlack() as api:
        channel = slack(api)
    with pytest.raises(DeliveryFailed) as caught:
        await channel.send(delivery())
    assert not caught.value.permanent


@pytest.mark.parametrize("fault", [Fault(error="ratelimited", status=429, retry_after=7), Fault(status=429)])
@on_a_loop
async def test_a_rate_limit_is_no_attempt_and_silences_that_channel_alone(fault: Fault) -> None:
    async with FakeSlack() as api:
        channel = slack(api)
        api.fail("chat.postMessage", fault)
        for _ in range(3):
            with pytest.raises(DeliveryFailed) as caught:
                await channel.send(delivery())
            assert not caught.value.counts
            assert not caught.value.permanent
            assert caught.value.retry_at
            wait = caught.value.retry_at - datetime.now(UTC)
            assert timedelta(seconds=5) < wait <= timedelta(seconds=1 + (fault.retry_after or 30))
        assert len(api.calls) == 1
        await channel.send(delivery(channel="C0OTHER"))
        assert len(api.posts) == 1


LIMITED = Fault(error="ratelimited", status=429, retry_after=7)


@on_a_loop
async def test_two_channels_that_are_refused_silence_all_others_as_that_is_the_workspaces_limit() -> None:
    async with FakeSlack() as api:
        channel = slack(api)
        api.fail("chat.postMessage", LIMITED, LIMITED)
        for name in (CHANNEL, "C0OTHER", "C0INVITED"):
            with pytest.raises(DeliveryFailed) as caught:
                await channel.send(delivery(channel=name))
            assert caught.value.retry_at
            assert not caught.value.counts
        assert len(api.calls) == 2


@on_a_loop
async def test_a_rate_limit_is_kept_over_a_restart(tmp_path: Path) -> None:
    async with FakeSlack() as api:
        with Storage(tmp_path / "wire.db") as storage:
            api.fail("chat.postMessage", LIMITED)
            with pytest.raises(DeliveryFailed):
                await slack(api, waits=storage.allowances).send(delivery())
        with Storage(tmp_path / "wire.db") as storage:
            with pytest.raises(DeliveryFailed) as caught:
                await slack(api, waits=storage.allowances).send(delivery())
            assert caught.value.retry_at
            await slack(api, waits=storage.allowances).send(delivery(channel="C0OTHER"))
        assert [post["channel"] for post in api.posts] == ["C0OTHER"]


@on_a_loop
async def test_a_rate_limit_of_one_method_silences_no_other() -> None:
    async with FakeSlack() as api:
        channel = slack(api)
        api.fail("chat.update", LIMITED)
        card = replace(delivery(), message=await send(channel, delivery()))
        for _ in range(2):
            with pytest.raises(DeliveryFailed, match="asks to wait"):
                await channel.edit(card)
        await channel.send(delivery())
        assert api.calls == ["chat.postMessage", "chat.update", "chat.postMessage"]


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long"])
@on_a_loop
async def test_refused_blocks_are_sent_once_more_as_text(code: str) -> None:
    async with FakeSlack() as api:
        api.fail("chat.postMessage", Fault(error=code))
        await slack(api).send(delivery())
        [post] = api.posts
    assert "blocks" not in post
    assert "<https://arxiv.org/abs/1810.04805|BERT>" in post["text"]
    assert "`/code bert`" in post["text"]


@on_a_loop
async def test_blocks_and_text_both_refused_are_a_permanent_failure() -> None:
    async with FakeSlack() as api:
        fault = await fault_of_sending(api, Fault(error="invalid_blocks"), Fault(error="invalid_blocks"))
        assert len(api.calls) == 2
    assert fault.permanent


@on_a_loop
async def test_a_channel_gets_three_at_once_and_then_one_a_second() -> None:
    async with FakeSlack() as api:
        channel = slack(api)
        for key in range(3):
            await channel.send(delivery(key))
        with pytest.raises(DeliveryFailed) as caught:
            await channel.send(delivery(3))
        assert len(api.calls) == 3
        assert caught.value.retry_at
        assert not caught.value.counts
        assert 0 < (caught.value.retry_at - datetime.now(UTC)).total_seconds() <= 1
        await channel.send(delivery(channel="C0OTHER"))
        assert len(api.posts) == 4


@on_a_loop
async def test_an_alert_has_blocks_a_plain_text_and_no_unfurling() -> None:
    async with FakeSlack() as api:
        await slack(api).send(delivery(5))
        [post] = api.posts
    assert post["channel"] == CHANNEL
    assert post["text"] == "BERT has code (5)"
    assert [block["type"] for block in post["blocks"]] == ["section", "section", "actions"]
    assert post["unfurl_links"] is False
    assert post["unfurl_media"] is False
    assert "thread_ts" not in post


@on_a_loop
async def test_trouble_names_a_revoked_token_until_a_message_gets_through_and_the_log_does_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with FakeSlack() as api:
        channel = slack(api)
        api.fail("chat.postMessage", Fault(error="token_revoked"), Fault(error="token_revoked"))
        for _ in range(2):
            with pytest.raises(ChannelDown):
                await channel.send(delivery())
        (line,) = [record.getMessage() for record in ours(caplog) if record.levelno >= logging.ERROR]
        assert "SLACK_BOT_TOKEN" in line
        assert "SLACK_BOT_TOKEN" in channel.trouble
        await channel.send(delivery())
        assert channel.trouble == ""


@pytest.mark.parametrize(
    ("bot_token", "app_token", "named", "click"),
    [
        ("xoxb-wrong", APP_TOKEN, "SLACK_BOT_TOKEN", "Install App"),
        ("", APP_TOKEN, "SLACK_BOT_TOKEN", "Install App"),
        (APP_TOKEN, BOT_TOKEN, "SLACK_BOT_TOKEN", "Install App"),
        (BOT_TOKEN, "xapp-wrong", "SLACK_APP_TOKEN", "App-Level Tokens"),
        (BOT_TOKEN, BOT_TOKEN, "SLACK_APP_TOKEN", "App-Level Tokens"),
    ],
    ids=["wrong-bot", "no-bot", "swapped", "wrong-app", "bot-twice"],
)
@on_a_loop
async def test_start_and_check_name_the_wrong_token_and_what_to_click(
    bot_token: str, app_token: str, named: str, click: str
) -> None:
    async with FakeSlack() as api:
        channel = slack(api, bot_token=bot_token, app_token=app_token)
        for attempt in (channel.start, channel.check):
            with pytest.raises(ChannelDown) as caught:
                await attempt()
            assert named in str(caught.value)
            assert click in str(caught.value)
        await channel.stop()


@on_a_loop
async def test_check_says_who_we_are() -> None:
    async with FakeSlack() as api:
        assert await slack(api).check() == "Slack answers as @paperwire in Work"


@on_a_loop
async def test_scopes_that_are_missing_are_named_with_what_to_click_and_stop_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    old = tuple(scope for scope in SCOPES if scope not in ("channels:join", "im:write"))
    async with FakeSlack(scopes=old) as api, running(api) as channel:
        with pytest.raises(DeliveryFailed) as caught:
            await channel.check()
        await api.direct("hello")
        await api.until(lambda: api.posts)
    for said in (str(caught.value), caplog.text):
        assert "the scopes im:write, channels:join are missing" in said
        assert "Reinstall to Workspace" in said


@on_a_loop
async def test_a_token_with_all_scopes_lacks_none() -> None:
    async with FakeSlack(scopes=(*SCOPES, "another:one")) as api:
        assert await slack(api).check()


@on_a_loop
async def test_check_says_that_slack_cannot_be_reached() -> None:
    async with FakeSlack() as api:
        channel = slack(api)
    with pytest.raises(DeliveryFailed, match="connection to Slack failed"):
        await channel.check()


@on_a_loop
async def test_stop_takes_no_time_and_stop_without_start_is_fine() -> None:
    async with FakeSlack() as api:
        await slack(api).stop()
        async with running(api):
            began = time.monotonic()
        assert time.monotonic() - began < 2


@on_a_loop
async def test_no_token_and_no_ticket_gets_into_a_log_or_an_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with FakeSlack() as api:
        faults = (Fault(error="token_revoked"), Fault(status=500), Fault(drop=True))
        told = [repr(await fault_of_sending(api, fault)) for fault in faults]
        async with running(api) as channel:
            await channel.send(delivery())
            await api.command("help")
            await api.until(lambda: api.whispers)
            await api.hang_up()
    said = "\n".join([*told, *(logging.Formatter().format(record) for record in ours(caplog))])
    assert BOT_TOKEN not in said
    assert APP_TOKEN not in said
    assert "ticket=" not in said


def ours(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """All records but those of the fake's own web server."""
    return [record for record in caplog.records if not record.name.startswith("aiohttp")]


def test_a_library_error_with_a_socket_address_is_logged_without_its_ticket(caplog: pytest.LogCaptureFixture) -> None:
    from handlers.slack.connection import library_log

    try:
        raise OSError("wss://host/link?ticket=abc-123&app_id=1 with xoxb-1-2-x and xapp-1-y")
    except OSError as error:
        library_log().exception("failed: %s", error)
    shown = logging.Formatter().format(caplog.records[0])
    assert "failed: wss://host/link?" in shown
    assert not any(secret in shown for secret in ("abc-123", "1-2-x", "1-y"))


@on_a_loop
async def test_a_delivery_for_a_thread_is_posted_there() -> None:
    async with FakeSlack() as api:
        told = delivery()
        thread = replace(told.chat.address, topic="1700000000.000100")
        await slack(api).send(replace(told, chat=replace(told.chat, address=thread)))
        (posted,) = api.posts
    assert posted["thread_ts"] == "1700000000.000100"
