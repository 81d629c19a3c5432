"""Files over the real adapter: those that people share to be taken in, and those that answer; error paths first."""

import logging
from dataclasses import replace

import pytest

from bot.domain.moving import FILE_LIMIT
from handlers.incoming import FileTrouble, Request
from handlers.messages import File, Message, text
from tests.slack.fake_api import BOT, BOT_TOKEN, CHANNEL, DIRECT, FakeSlack, Fault
from tests.slack.fake_files import Shown
from tests.slack.house import delivery, echo, on_a_loop, running, send, slack

EXPORT = Message((text("All that this chat has."), File("paperwire.json", '{"é": 1}\n')), "All that this chat has.")
CONTENT = '{"é": 1}\n'.encode()


class Listening:
    """A `respond` that remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Message:
        self.requests.append(request)
        return echo(replace(request, text=request.file_trouble or request.file or request.text))


def export(_: Request) -> Message:
    return EXPORT


# Files that come, and go wrong


@pytest.mark.parametrize("size", [FILE_LIMIT + 1, 0], ids=["told", "measured"])
@on_a_loop
async def test_a_file_that_is_too_large_is_told_and_not_read_to_its_end(size: int) -> None:
    listening = Listening()
    async with FakeSlack() as api, running(api, listening):
        await api.direct("", subtype="file_share", files=[api.files.share("a.txt", b"x" * (FILE_LIMIT + 9), size=size)])
        await api.until(lambda: api.posts)
    assert listening.requests[0].file_trouble is FileTrouble.TOO_LARGE
    assert len(api.files.asked) == (0 if size else 1)


@on_a_loop
async def test_a_file_that_is_no_text_in_utf_8_says_so() -> None:
    listening = Listening()
    async with FakeSlack() as api, running(api, listening):
        await api.direct("import", subtype="file_share", files=[api.files.share("list", "é".encode("latin-1"))])
        await api.until(lambda: api.posts)
    assert listening.requests[0].file_trouble is FileTrouble.NOT_TEXT


@on_a_loop
async def test_without_the_scope_a_file_is_not_reached_and_the_log_says_the_mend(
    caplog: pytest.LogCaptureFixture,
) -> None:
    listening = Listening()
    async with FakeSlack() as api, running(api, listening) as channel:
        api.files.scopes.remove("files:read")
        await api.direct("", subtype="file_share", files=[api.files.share("list.txt", b"nets")])
        await api.until(lambda: api.posts)
        assert channel.trouble == ""
    assert listening.requests[0].file_trouble is FileTrouble.NOT_REACHED
    assert "files:read" in caplog.text
    assert BOT_TOKEN not in caplog.text


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/a.txt",
        "https://slack.com.evil.example/a.txt",
        "https://evilslack.com/a.txt",
        "http://files.slack.com/a.txt",
        "https://files.slack.com@evil.example/a.txt",
        "file:///etc/passwd",
        "http://[",
    ],
)
@on_a_loop
async def test_our_token_goes_to_slack_alone(url: str, caplog: pytest.LogCaptureFixture) -> None:
    listening = Listening()
    async with FakeSlack() as api, running(api, listening):
        await api.direct("", subtype="file_share", files=[api.files.share("list.txt", b"nets", url=url)])
        await api.until(lambda: api.posts)
    assert listening.requests[0].file_trouble is FileTrouble.NOT_REACHED
    assert "isn't Slack's" in caplog.text


@on_a_loop
async def test_a_page_in_the_files_place_is_no_file() -> None:
    listening = Listening()
    async with FakeSlack() as api, running(api, listening):
        await api.direct("", subtype="file_share", files=[api.files.share("a.txt", b"<html>", kind="text/html")])
        await api.until(lambda: api.posts)
    assert listening.requests[0].file_trouble is FileTrouble.NOT_REACHED


@on_a_loop
async def test_other_files_and_files_of_bots_are_left_alone() -> None:
    async with FakeSlack() as api, running(api):
        await api.direct("", subtype="file_share", files=[api.files.share("thesis.pdf", b"x")])
        await api.direct("look", subtype="file_share", files=[api.files.share("", b"x")])
        await api.direct("import", subtype="file_share", files=[])
        await api.direct("import", subtype="file_share", files=[api.files.share("a.txt", b"x")], bot_id="B9")
        await api.direct("last")
        await api.until(lambda: api.posts and len(api.acks) == 5)
        assert [post["text"] for post in api.posts] == ["you typed last"]
        assert not api.files.asked


# Files that come


@pytest.mark.parametrize(
    ("name", "words"), [("feeds.opml", ""), ("Paperwire.JSON", "here"), ("list", "import"), ("list", "/import this")]
)
@on_a_loop
async def test_a_file_in_a_direct_message_is_to_be_taken_in(name: str, words: str) -> None:
    listening = Listening()
    async with FakeSlack() as api, running(api, listening):
        shared = api.files.share(name, "\ufeffBérénice\n".encode(), kind="application/xml")
        envelope = await api.direct(words, subtype="file_share", files=[shared])
        await api.again(envelope)
        await api.until(lambda: api.posts)
    [request] = listening.requests
    assert (request.text, request.file, request.alone) == ("/import", "Bérénice\n", True)


@on_a_loop
async def test_a_mention_that_says_import_takes_the_file_and_is_answered_in_its_thread() -> None:
    listening = Listening()
    async with FakeSlack() as api, running(api, listening):
        await api.mention(f"<@{BOT}> import", ts="17.1", files=[api.files.share("list.txt", b"nets")])
        await api.mention(f"<@{BOT}> code bert", ts="17.2", files=[api.files.share("list.txt", b"nets")])
        await api.until(lambda: len(api.posts) == 2)
    assert sorted((r.text, r.file) for r in listening.requests) == [("/import", "nets"), ("code bert", None)]
    assert {post["text"]: post["thread_ts"] for post in api.posts} == {
        "you typed nets": "17.1",
        "you typed code bert": "17.2",
    }


# Files that go, and go wrong


@pytest.mark.parametrize("whispered", [True, False], ids=["command", "direct"])
@on_a_loop
async def test_without_the_scope_the_asker_is_told_and_slack_is_not_down(whispered: bool) -> None:
    async with FakeSlack() as api, running(api, export) as channel:
        api.files.scopes.remove("files:write")
        await (api.command("export") if whispered else api.direct("export"))
        told = api.whispers if whispered else api.posts
        await api.until(lambda: told)
        assert "slack-manifest.yaml" in told[0]["text"]
        assert channel.trouble == ""
        assert (len(api.posts), len(api.whispers)) == ((0, 1) if whispered else (1, 0))


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("files.getUploadURLExternal", Fault(drop=True)),
        ("files.getUploadURLExternal", Fault(error="internal_error")),
        ("files.completeUploadExternal", Fault(drop=True, accepted=True)),
        ("files.completeUploadExternal", Fault(status=500)),
    ],
)
@on_a_loop
async def test_a_file_that_fails_is_told_and_never_sent_twice(method: str, fault: Fault) -> None:
    async with FakeSlack() as api, running(api, export):
        api.fail(method, fault)
        await api.direct("export")
        await api.until(lambda: api.posts and "couldn't send you the file" in api.posts[-1]["text"])
        assert api.calls.count(method) == 1
        assert len(api.files.shown) == (1 if fault.accepted else 0)


@on_a_loop
async def test_an_upload_that_is_refused_is_told() -> None:
    async with FakeSlack() as api, running(api, export):
        api.files.upload_status = 500
        await api.direct("export")
        await api.until(lambda: api.posts)
        assert "HTTP 500" in api.posts[0]["text"]
        assert "files.completeUploadExternal" not in api.calls


@on_a_loop
async def test_a_file_waits_where_slack_asks_to_wait() -> None:
    async with FakeSlack() as api, running(api, export):
        api.fail("files.completeUploadExternal", Fault(error="ratelimited", status=429, retry_after=1))
        await api.direct("export")
        await api.until(lambda: api.files.shown)
        assert len(api.posts) == 1
        assert api.calls.count("files.getUploadURLExternal") == 1


# Files that go


@on_a_loop
async def test_a_file_in_a_direct_message_comes_after_its_words() -> None:
    async with FakeSlack() as api, running(api, export):
        await api.direct("export")
        await api.until(lambda: api.files.shown)
        assert api.files.shown == [Shown(DIRECT, "", "paperwire.json", CONTENT)]
        [post] = api.posts
        assert post["text"] == "All that this chat has."
        assert "paperwire.json" not in str(post["blocks"])


@on_a_loop
async def test_a_mention_gets_its_file_in_the_thread() -> None:
    async with FakeSlack() as api, running(api, export):
        await api.mention(f"<@{BOT}> /export", ts="17.1")
        await api.until(lambda: api.files.shown)
        assert api.files.shown == [Shown(CHANNEL, "17.1", "paperwire.json", CONTENT)]


@on_a_loop
async def test_a_command_in_a_channel_gets_its_file_in_a_direct_message_and_is_told_so() -> None:
    async with FakeSlack() as api, running(api, export):
        await api.command("export")
        await api.until(lambda: api.whispers)
        assert api.files.shown == [Shown(DIRECT, "", "paperwire.json", CONTENT)]
        assert [post["channel"] for post in api.posts] == [DIRECT]
        [whisper] = api.whispers
        assert "direct message" in whisper["text"]


@on_a_loop
async def test_a_command_in_the_direct_message_itself_needs_no_word_of_it() -> None:
    async with FakeSlack() as api, running(api, export):
        await api.command("export", channel=DIRECT)
        await api.until(lambda: api.files.shown)
    assert not api.whispers


@on_a_loop
async def test_a_button_in_a_thread_gets_its_file_in_a_direct_message() -> None:
    async with FakeSlack() as api, running(api, export):
        await api.press("/export", thread_ts="5.5")
        await api.until(lambda: api.whispers)
        assert api.files.shown == [Shown(DIRECT, "", "paperwire.json", CONTENT)]
        assert api.whispers[0]["thread_ts"] == "5.5"


@on_a_loop
async def test_a_delivery_with_a_file_gets_there_although_its_file_does_not(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeSlack() as api:
        channel = slack(api, word=lambda _: EXPORT)
        ts = await send(channel, delivery())
        assert api.files.shown == [Shown(CHANNEL, ts, "paperwire.json", CONTENT)]
        api.files.scopes.clear()
        await send(channel, delivery())
        assert len(api.posts) == 2
    assert "files:write" in caplog.text


@on_a_loop
async def test_no_token_gets_into_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with FakeSlack() as api, running(api, export):
        await api.direct("", subtype="file_share", files=[api.files.share("list.txt", b"nets")])
        await api.until(lambda: api.files.shown)
    ours = [record for record in caplog.records if not record.name.startswith("aiohttp")]
    assert BOT_TOKEN not in "\n".join(logging.Formatter().format(record) for record in ours)
