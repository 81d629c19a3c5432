"""Slack's payloads as questions: the words as they were typed."""

from typing import Any

import pytest

from bot.domain.chat import Address
from handlers.slack import questions
from handlers.slack.questions import as_typed


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("bert", "bert"),
        ("<https://arxiv.org/abs/1706.03762|arxiv.org/abs/1706.03762>", "https://arxiv.org/abs/1706.03762"),
        ("<https://arxiv.org/abs/1706.03762>", "https://arxiv.org/abs/1706.03762"),
        ("<https://a.org/?a=1&amp;b=2|x>", "https://a.org/?a=1&b=2"),
        ("<http://fast.ai|fast.ai> for coders", "fast.ai for coders"),
        ("<mailto:a@b.org|a@b.org>", "a@b.org"),
        ("<@U123|ada> <@U123> <#C1|papers> <!here> <!subteam^S1|@team>", "@ada @U123 #papers @here @team"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("a < b", "a < b"),
        ("<>", ""),
    ],
)
def test_slacks_markup_is_undone(sent: str, typed: str) -> None:
    assert as_typed(sent) == typed


def command(text: str | None, name: str = "/paperwire") -> dict[str, Any]:
    place = {"channel_id": "C1", "channel_name": "papers", "team_id": "T1", "user_id": "U1"}
    return {"command": name, "text": text, "trigger_id": "1.2", "response_url": "https://r", **place}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", "/help"),
        (None, "/help"),
        ("  ", "/help"),
        ("/", "/help"),
        ("subscribe diffusion", "/subscribe diffusion"),
        ("/subscribe diffusion", "/subscribe diffusion"),
        ("//help", "/help"),
        ("code a &amp; b", "/code a & b"),
        ("subscirbe diffusion", "/subscirbe diffusion"),
        ("/nonsense", "/nonsense"),
        ("attention is all you need", "attention is all you need"),
        ("1706.03762", "1706.03762"),
        ("<https://arxiv.org/abs/1706.03762>", "https://arxiv.org/abs/1706.03762"),
    ],
)
def test_paperwires_command_is_the_words_behind_it(text: str | None, asked: str) -> None:
    question = questions.of_command(command(text), "T1")
    assert question.request.text == asked
    assert question.request.address == Address("slack", "C1", workspace="T1")
    assert question.request.may_manage
    assert question.request.chat_title == "#papers"
    assert question.response_url == "https://r"


@pytest.mark.parametrize(("text", "asked"), [("bert", "/code bert"), ("", "/code")])
def test_the_code_command_keeps_its_name(text: str, asked: str) -> None:
    assert questions.of_command(command(text, "/code"), "T1").request.text == asked


def event(**event: object) -> dict[str, Any]:
    return {"event_id": "Ev1", "team_id": "T1", "event": {"channel": "C1", "user": "U1", "ts": "1.1", **event}}


@pytest.mark.parametrize("text", ["<@ME> code bert", "code bert <@ME>", "<@ME|paperwire>  code bert"])
def test_a_mention_is_asked_without_the_mention(text: str) -> None:
    question = questions.of_mention(event(text=text), "T1", "ME")
    assert question
    assert question.request.text == "code bert"
    assert question.thread == "1.1"


def test_a_mention_of_nothing_asks_for_help_and_a_mention_in_a_thread_stays_there() -> None:
    question = questions.of_mention(event(text="<@ME>", thread_ts="0.5"), "T1", "ME")
    assert question
    assert (question.request.text, question.thread) == ("/start", "0.5")


def test_another_bots_mention_is_no_question() -> None:
    assert questions.of_mention(event(text="<@ME> hello", bot_id="B9"), "T1", "ME") is None


@pytest.mark.parametrize(
    "change",
    [{"bot_id": "B1"}, {"subtype": "message_changed"}, {"channel_type": "channel"}, {"user": ""}],
    ids=["bot", "edit", "channel", "nobody"],
)
def test_only_a_persons_own_words_in_a_direct_message_are_a_question(change: dict[str, str]) -> None:
    words = {"channel_type": "im", "text": "<@ME> bert", "channel": "D1"}
    asked = questions.of_direct(event(**words), "T1", "ME")
    assert asked
    assert (asked.request.text, asked.request.address.chat, asked.thread) == ("bert", "D1", "")
    assert questions.of_direct(event(**{**words, **change}), "T1", "ME") is None


def test_who_asks_and_whether_others_read_it_is_told() -> None:
    pressed = {
        "actions": [{"value": "/code bert", "action_id": "command:0.0"}],
        "user": {"id": "U1"},
        "trigger_id": "1.2",
        "response_url": "https://r",
    }
    found = [
        questions.of_command(command("bert"), "T1"),
        questions.of_command(command("bert") | {"channel_id": "D1"}, "T1"),
        questions.of_mention(event(text="<@ME> bert"), "T1", "ME"),
        questions.of_direct(event(channel_type="im", text="bert", channel="D1"), "T1", "ME"),
        questions.of_press(pressed | {"channel": {"id": "D1"}}, "T1", "B1"),
        questions.of_press(pressed | {"channel": {"id": "C1"}}, "T1", "B1"),
    ]
    asked = [question.request for question in found if question]
    assert [request.sender for request in asked] == ["U1"] * 6
    assert [request.alone for request in asked] == [False, True, False, True, True, False]
