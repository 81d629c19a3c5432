"""The shortcut on a message: which paper it is about, answered beside it, to the one who asked alone."""

from functools import partial
from pathlib import Path

import pytest

from handlers.commands import respond
from handlers.messages import Message
from handlers.slack.questions import paper_in
from storage import FILE, Storage
from tests.asked_live import answers_of
from tests.builders import linked_paper
from tests.slack.fake_api import CHANNEL, FakeSlack
from tests.slack.house import echo, on_a_loop, running

FIND = "find_code"
LONG = "so much has been said about it that nobody can take all of it for a title " * 4


@pytest.mark.parametrize(
    "text",
    ["", "   ", LONG, "<https://example.org/cats>", "<@U1> " * 60],
    ids=["no words", "spaces", "prose", "another link", "mentions"],
)
@on_a_loop
async def test_a_message_without_a_paper_is_kindly_said_to_have_none(text: str) -> None:
    async with FakeSlack() as api, running(api):
        await api.message_shortcut(FIND, text)
        await api.until(lambda: api.whispers)
    assert "I see no paper in that message" in api.whispers[0]["text"]
    assert not api.posts


@on_a_loop
async def test_a_picture_without_a_text_is_no_error() -> None:
    async with FakeSlack() as api, running(api):
        await api.message_shortcut(FIND, None)
        await api.until(lambda: api.whispers)
    assert "I see no paper" in api.whispers[0]["text"]


@on_a_loop
async def test_a_stranger_hears_that_they_are_none_and_nothing_else() -> None:
    async with FakeSlack() as api:
        refused = Message((), "You aren't let in.", refused=True)
        async with running(api, lambda _: refused, admits=lambda _: False):
            await api.message_shortcut(FIND, "")
            await api.until(lambda: api.whispers)
    assert api.whispers[0]["text"] == "You aren't let in."


@on_a_loop
async def test_the_answer_is_in_the_thread_where_there_is_one_and_beside_the_message_where_there_is_none() -> None:
    async with FakeSlack() as api, running(api, echo):
        await api.message_shortcut(FIND, "1706.03762", thread_ts="16.5")
        await api.message_shortcut(FIND, "1810.04805")
        await api.until(lambda: len(api.whispers) == 2)
    threads = {whisper["text"]: whisper.get("thread_ts") for whisper in api.whispers}
    assert threads == {"you typed /code 1706.03762": "16.5", "you typed /code 1810.04805": None}
    assert {whisper["response_type"] for whisper in api.whispers} == {"ephemeral"}


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("look: https://arxiv.org/abs/1706.03762v5, nice", "https://arxiv.org/abs/1706.03762v5,"),
        ("*arXiv:1706.03762*", "arXiv:1706.03762"),
        ("see https://example.org and https://huggingface.co/papers/1810.04805", "https://huggingface.co/papers/1810.04805"),
        ("code at https://github.com/google-research/bert !", "https://github.com/google-research/bert"),
        ("Attention Is All You Need", "Attention Is All You Need"),
        ("and/or what about either/or", "and/or what about either/or"),
        ("https://example.org/cats", ""),
        (LONG, ""),
        (f"{LONG} 1706.03762", "1706.03762"),
    ],
)  # fmt: skip
def test_the_first_paper_or_repository_is_found_else_a_title(said: str, named: str) -> None:
    assert paper_in(said) == named


@on_a_loop
async def test_a_paper_is_found_with_its_code_from_a_message_as_slack_writes_it(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        linked_paper(storage)
        async with FakeSlack() as api, running(api, partial(respond, answers_of(storage))):
            link = "<https://arxiv.org/abs/2603.00001|arxiv.org/abs/2603.00001>"
            await api.message_shortcut(FIND, f"has anybody tried {link}?", channel=CHANNEL)
            await api.until(lambda: api.whispers)
    assert "ada/nets" in str(api.whispers[0]["blocks"])
    assert "Share to channel" in str(api.whispers[0]["blocks"])
