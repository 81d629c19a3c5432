"""Links that people post have a preview: the state of the code, two lines and a button; and not too many of them."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.answers import Answers
from handlers import events
from handlers.commands import respond
from storage import FILE, Storage
from tests.asked_live import answers_of
from tests.builders import linked_paper
from tests.slack.fake_api import BOT, CHANNEL, DIRECT, FakeSlack, Fault
from tests.slack.house import on_a_loop, running
from tests.slack.limits import fault_of

PAPER = "https://arxiv.org/abs/2603.00001"
REPOSITORY = "https://github.com/ada/nets"
UNKNOWN = "https://arxiv.org/abs/2603.99999"


async def shown(
    tmp_path: Path, *messages: tuple[str, ...], before: str = "", event: dict[str, Any] | None = None
) -> FakeSlack:
    """What is shown once all of these have been posted, one after the other."""
    with Storage(tmp_path / FILE) as storage:
        answers = known(storage)
        async with FakeSlack() as api, running(api, partial(respond, answers), note=partial(events.note, answers)):
            if before:
                await api.command(before)
                await api.until(lambda: api.whispers)
            for urls in messages:
                await api.share(*urls, **(event or {}))
            await api.until(lambda: len(api.acks) == bool(before) + len(messages))
    return api


def known(storage: Storage) -> Answers:
    linked_paper(storage, title="Deep <!channel> *Nets*")
    return answers_of(storage)


@pytest.mark.parametrize(
    "url",
    [
        PAPER,
        "https://arxiv.org/pdf/2603.00001v2?a=1&amp;b=2",
        "https://huggingface.co/papers/2603.00001",
        "https://www.alphaxiv.org/abs/2603.00001",
    ],
    ids=["arxiv", "pdf", "hugging face", "alphaxiv"],
)
@on_a_loop
async def test_a_paper_has_its_code_in_two_lines_and_can_be_watched(url: str, tmp_path: Path) -> None:
    api = await shown(tmp_path, (url,))
    ((address, preview),) = api.links.previews.items()
    title, code, buttons = preview["blocks"]
    assert address == url
    assert fault_of(preview["blocks"]) == ""
    assert "<!channel>" not in str(preview)
    assert title["text"]["text"].startswith(f"*<{PAPER}|Deep ")
    assert f"<{REPOSITORY}|ada/nets> · official ✓" in code["text"]["text"]
    assert [button["value"] for button in buttons["elements"]] == ["/watch ada/nets"]


@on_a_loop
async def test_a_repository_says_whose_code_it_is(tmp_path: Path) -> None:
    api = await shown(tmp_path, (REPOSITORY,))
    assert f"The code of <{PAPER}|Deep" in str(api.links.previews[REPOSITORY])


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([(UNKNOWN,)], []),
        ([("https://github.com/nobody/knows",)], []),
        ([("https://github.com/features",)], []),
        ([(PAPER,), (PAPER,)], [PAPER]),
        ([(PAPER, UNKNOWN)], [PAPER]),
        ([(PAPER, REPOSITORY)], [PAPER, REPOSITORY]),
        ([(PAPER, REPOSITORY, UNKNOWN)], []),
    ],
    ids=["unknown", "no paper's", "no repository", "again", "with another", "two", "three"],
)
@on_a_loop
async def test_only_what_is_known_has_a_preview_and_not_too_often(
    messages: list[tuple[str, ...]], expected: list[str], tmp_path: Path
) -> None:
    api = await shown(tmp_path, *messages)
    assert sorted(api.links.previews) == sorted(expected)
    assert api.calls.count("chat.unfurl") == bool(expected)
    assert not api.posts


@pytest.mark.parametrize(
    "event",
    [{"channel": "COMPOSER"}, {"channel": DIRECT}, {"user": BOT}, {"user": None}, {"links": []}, {"message_ts": None}],
    ids=["being written", "direct", "ours", "nobody's", "no links", "no message"],
)
@on_a_loop
async def test_what_is_no_message_of_a_person_in_a_channel_has_none(event: dict[str, Any], tmp_path: Path) -> None:
    api = await shown(tmp_path, (PAPER,), event=event)
    assert "chat.unfurl" not in api.calls


@on_a_loop
async def test_a_channel_can_do_without(tmp_path: Path) -> None:
    api = await shown(tmp_path, (PAPER,), before="links off")
    assert "I don't look at links here" in str(api.whispers[0])
    assert not api.links.previews


@on_a_loop
async def test_a_channel_that_is_known_has_them_too(tmp_path: Path) -> None:
    api = await shown(tmp_path, (PAPER,), before="subscribe nets")
    assert PAPER in api.links.previews


@on_a_loop
async def test_watching_is_answered_to_who_pressed_alone(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        async with FakeSlack() as api, running(api, partial(respond, known(storage))):
            await api.press("/watch ada/nets", type="message_attachment", is_app_unfurl=True, bot="")
            await api.until(lambda: api.whispers)
        assert "ada/nets" in api.whispers[0]["text"]
        assert not api.whispers[0]["replace_original"]


@on_a_loop
async def test_what_slack_refuses_is_logged_and_the_next_link_has_its_preview(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Storage(tmp_path / FILE) as storage:
        note = partial(events.note, known(storage))
        async with FakeSlack() as api, running(api, note=note):
            api.fail("chat.unfurl", Fault(error="cannot_unfurl_message"))
            await api.share(PAPER)
            await api.until(lambda: "chat.unfurl" in api.calls)
            await api.share(REPOSITORY)
            await api.until(lambda: api.links.previews)
    assert f"channel {CHANNEL} didn't get there" in caplog.text
