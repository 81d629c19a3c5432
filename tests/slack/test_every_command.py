"""Every command in Slack: its answer and its buttons are such that Slack takes them, and wants the same right."""

import re
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from bot.answers import Answers
from bot.domain.chat import Address
from handlers.commands import COMMANDS, respond
from storage import FILE, Storage
from tests.asked_live import answers_of
from tests.builders import linked_paper
from tests.slack.fake_api import CHANNEL, TEAM, FakeSlack
from tests.slack.house import on_a_loop, running
from tests.slack.pressable import pressable

HERE: Final = Address("slack", CHANNEL, workspace=TEAM)
HOSTILE: Final = "Deep <!channel> *Nets* & <https://evil.test|bank> " + "深🤖" * 80
WORDS: Final = {"PAPER": "2603.00001", "WORDS": "nets", "NUMBER": "1", "REPOSITORY": "ada/nets", "CITY": "Berlin"}
TYPED: Final = [re.sub(r"[A-Z]{4,}", lambda found: WORDS.get(found[0], "x"), command.usage) for command in COMMANDS]


def lived_in(storage: Storage) -> Answers:
    answers = answers_of(storage)
    answers.limits.wait = lambda *_: None  # type: ignore[method-assign]  # because: one person asks for everything here
    linked_paper(storage, title=HOSTILE)
    for words in ("nets", "id:2603.99999", "robots -survey"):
        answers.subscribe(HERE, words)
    answers.settling.mute(HERE, "surveys")
    answers.keeping.save(HERE, "2603.00001")
    return answers


def said(api: FakeSlack) -> list[dict[str, Any]]:
    return [*api.whispers, *api.posts, *api.views.modals.values()]


async def asked(api: FakeSlack, what: Any) -> None:
    """Something is done, and answered somehow."""
    before = (len(said(api)), api.calls.count("chat.update"))
    await what
    await api.until(lambda: (len(said(api)), api.calls.count("chat.update")) != before)


@on_a_loop
async def test_every_answer_and_what_its_buttons_say_is_taken(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Storage(tmp_path / FILE) as storage:
        answers = lived_in(storage)
        async with FakeSlack() as api, running(api, partial(respond, answers), inbox=answers.inbox("slack")):
            for typed in [typed for typed in TYPED if not typed.startswith(("/unsubscribe", "/import"))]:
                await asked(api, api.command(typed))
            pressed = {
                (one.value, one.action_id.partition(":")[0], one.menu)
                for whisper in api.whispers
                for one in pressable(whisper).values()
            }
            assert len(pressed) > 60
            shown = {block["type"] for whisper in api.whispers for block in whisper.get("blocks") or ()}
            assert "card" in shown
            assert {menu for _, _, menu in pressed} == {True, False}
            for value, way, menu in sorted(pressed):
                await asked(api, api.press(value, action_id=f"{way}:0.0", menu=menu, is_ephemeral=True))
    assert "refuses" not in caplog.text
    assert "has no answer" not in caplog.text
    assert "didn't get there" not in caplog.text
    assert "<!channel>" not in str(said(api))
    assert "<https://evil.test" not in str(said(api))
