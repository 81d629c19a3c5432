"""A surge with its picture on Slack, by the real library: below its words; where no file is taken, the words alone."""

import pytest

from bot.domain.chat import Address, Chat
from handlers import wording
from handlers.incoming import Request
from handlers.messages import Message
from tests.builders import surge_alert
from tests.slack.fake_api import CHANNEL, DIRECT, TEAM, FakeSlack, Fault
from tests.slack.house import on_a_loop, running, send, slack

READERS = Chat(1, Address("slack", CHANNEL, workspace=TEAM))
FOUND = "★ of ada/nets: 1,020 to 1,204 in 24 h, usually 3 a day"


def surge(_: Request) -> Message:
    return wording.delivery(surge_alert(READERS))


@pytest.mark.parametrize(
    "fault", [Fault(error="missing_scope"), Fault(error="storage_limit_reached"), Fault(drop=True)]
)
@on_a_loop
async def test_where_no_file_is_taken_the_words_are_there_once(fault: Fault) -> None:
    async with FakeSlack() as api:
        channel = slack(api, word=wording.delivery)
        api.fail("files.getUploadURLExternal", fault)
        assert await send(channel, surge_alert(READERS))
        assert api.files.shown == []
        [post] = api.posts
        assert "★ +184 in 24 h" in str(post["blocks"])


@on_a_loop
async def test_an_answer_whose_picture_fails_is_not_said_to_have_failed() -> None:
    async with FakeSlack() as api, running(api, surge):
        api.files.upload_status = 500
        await api.direct("stars ada/nets")
        await api.until(lambda: "files.getUploadURLExternal" in api.calls)
    assert len(api.posts) == 1
    assert "takes off" in api.posts[0]["text"]


@on_a_loop
async def test_a_surge_has_its_picture_in_its_thread_with_words_for_those_who_cannot_see_it() -> None:
    async with FakeSlack() as api:
        ts = await send(slack(api, word=wording.delivery), surge_alert(READERS))
        [shown] = api.files.shown
        [post] = api.posts
    assert (shown.channel, shown.thread, shown.name, shown.alt) == (CHANNEL, ts, "ada-nets.png", FOUND)
    assert shown.content.startswith(b"\x89PNG")
    assert "▁" not in str(post["blocks"])
    assert FOUND not in str(post["blocks"])


@on_a_loop
async def test_an_answer_has_its_picture_below_it() -> None:
    async with FakeSlack() as api, running(api, surge):
        await api.direct("stars ada/nets")
        await api.until(lambda: api.files.shown)
    assert [(one.channel, one.thread) for one in api.files.shown] == [(DIRECT, "")]
    assert len(api.posts) == 1


@on_a_loop
async def test_what_is_whispered_has_bars_instead_where_slack_draws_nothing() -> None:
    async with FakeSlack(takes=frozenset()) as api, running(api, surge):
        await api.command("stars ada/nets")
        await api.until(lambda: api.whispers)
    assert api.files.shown == []
    assert api.posts == []
    assert "▁" in str(api.whispers[0]["blocks"])
