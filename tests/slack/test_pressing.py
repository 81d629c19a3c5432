"""Buttons in Slack: answers that take the place of what was pressed, and answers that somebody shows to all."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from handlers.commands import respond
from handlers.incoming import Request
from handlers.messages import Button, Buttons, Heading, Message, text
from storage import FILE, Storage
from tests.asked_live import answers_of
from tests.builders import linked_paper
from tests.slack.fake_api import CHANNEL, DIRECT, PERSON, FakeSlack, Fault
from tests.slack.fake_channels import PUBLIC
from tests.slack.house import delivery, on_a_loop, running, said
from tests.slack.pressable import pressable

HERE, SHARE = "here:0.0", "share:0"
CARD = Message((Heading("BERT", "https://arxiv.org/abs/1810.04805"), text("has code")), "BERT has code")


def answers(message: Message) -> Callable[[Request], Message]:
    return lambda _: message


# In place


@pytest.mark.parametrize("refusal", [Message((), "no", refused=True), Message((), "a word", passing=True)])
@on_a_loop
async def test_a_refusal_and_a_word_in_passing_leave_what_was_pressed_as_it_is(refusal: Message) -> None:
    async with FakeSlack() as api, running(api, answers(refusal)) as channel:
        ts = await channel.send(delivery())
        await api.press("/card x", action_id=HERE, is_ephemeral=True)
        await api.press("/card x", action_id=HERE, message_ts=ts)
        await api.until(lambda: len(api.whispers) == 2)
    assert not any(whisper["replace_original"] for whisper in api.whispers)
    assert "chat.update" not in api.calls


@on_a_loop
async def test_what_the_asker_alone_sees_turns_in_its_place() -> None:
    async with FakeSlack() as api, running(api):
        await api.press("/settings", action_id=HERE, is_ephemeral=True, thread_ts="5.5")
        await api.until(lambda: api.whispers)
    (whisper,) = api.whispers
    assert whisper["replace_original"] is True
    assert whisper["response_type"] == "ephemeral"
    assert whisper["thread_ts"] == "5.5"


@on_a_loop
async def test_a_posted_card_of_ours_turns_in_its_place_for_all() -> None:
    async with FakeSlack() as api, running(api) as channel:
        ts = await channel.send(delivery())
        await api.press("/card a1 abstract", action_id=HERE, message_ts=ts)
        await api.until(lambda: "chat.update" in api.calls)
    assert api.posts[0]["text"] == "you typed /card a1 abstract"
    assert not api.whispers


@pytest.mark.parametrize("code", ["cant_update_message", "message_not_found", "edit_window_closed"])
@on_a_loop
async def test_where_a_card_cannot_be_changed_the_presser_alone_is_told(code: str) -> None:
    async with FakeSlack() as api, running(api) as channel:
        ts = await channel.send(delivery())
        api.fail("chat.update", Fault(error=code))
        await api.press("/card a1 abstract", action_id=HERE, message_ts=ts)
        await api.until(lambda: api.whispers)
    assert api.whispers[0]["replace_original"] is False


@on_a_loop
async def test_nobody_changes_another_bots_message() -> None:
    async with FakeSlack() as api, running(api):
        await api.press("/card a1", action_id=HERE, message_ts="9.9", bot="B0OTHER")
        await api.until(lambda: api.whispers)
    assert "chat.update" not in api.calls


@pytest.mark.parametrize(("role", "changed"), [({}, 0), ({"is_admin": True}, 1)], ids=["member", "admin"])
@on_a_loop
async def test_where_admins_manage_they_alone_turn_what_all_read(role: dict[str, Any], changed: int) -> None:
    async with FakeSlack() as api, running(api, admins_manage=True) as channel:
        api.people[PERSON] = role
        ts = await channel.send(delivery())
        await api.press("/card a1", action_id=HERE, message_ts=ts)
        await api.until(lambda: api.whispers or "chat.update" in api.calls)
    assert api.calls.count("chat.update") == changed


@on_a_loop
async def test_what_is_for_one_alone_is_never_put_where_all_read() -> None:
    async with FakeSlack() as api, running(api, answers(Message((), "secret", private=True))) as channel:
        ts = await channel.send(delivery())
        await api.press("/status", action_id=HERE, message_ts=ts)
        await api.until(lambda: api.whispers)
    assert "secret" not in str(api.posts)


@on_a_loop
async def test_all_settings_and_cards_turn_in_their_place(tmp_path: Path) -> None:
    """Real answers: a card opens and closes, settings lead to time zones and back."""
    with Storage(tmp_path / FILE) as storage:
        linked_paper(storage)
        async with FakeSlack() as api, running(api, partial(respond, answers_of(storage))):
            card, settings = ["code 2603.00001", "Abstract ▾", "Abstract ▴"], ["settings", "Time zone ›", "‹ Settings"]
            for first, *presses in (card, settings):
                await api.command(first)
                seen = len(api.whispers) + 1
                await api.until(lambda n=seen: len(api.whispers) == n)  # type: ignore[misc]  # because: bound now
                for label in presses:
                    button = pressable(api.whispers[-1])[label]
                    await api.press(button.value, **button.how, is_ephemeral=True)
                    seen += 1
                    await api.until(lambda n=seen: len(api.whispers) == n)  # type: ignore[misc]  # because: bound now
                    assert api.whispers[-1]["replace_original"] is True
    assert "Settings of this chat" in str(api.whispers[-1])
    assert "abstract just now" in str(api.whispers[1])
    assert "abstract just now" not in str(api.whispers[2])


# Shown to all


@pytest.mark.parametrize(
    "message",
    [
        Message(CARD.parts, "p", private=True),
        Message(CARD.parts, "p", refused=True),
        Message(CARD.parts, "p", passing=True),
        said("I found no paper."),
    ],
    ids=["private", "refused", "passing", "no card"],
)
@on_a_loop
async def test_what_is_for_one_alone_cannot_be_shown_to_all(message: Message) -> None:
    async with FakeSlack() as api, running(api, answers(message)):
        await api.command("bert", command="/code")
        await api.press("/code bert", action_id=SHARE, is_ephemeral=True)
        await api.until(lambda: len(api.whispers) == 2)
    assert [whisper["response_type"] for whisper in api.whispers] == ["ephemeral"] * 2
    assert "Share to channel" not in str(api.whispers)


@pytest.mark.parametrize("words", ["settings", "subscriptions", "saved", "status", "waiting", "help"])
@on_a_loop
async def test_what_is_about_the_chat_is_not_offered_to_be_shown(words: str) -> None:
    async with FakeSlack() as api, running(api, answers(CARD)):
        await api.command(words)
        await api.until(lambda: api.whispers)
    assert "Share to channel" not in str(api.whispers)


@on_a_loop
async def test_where_nobody_else_is_nothing_is_offered_to_be_shown() -> None:
    async with FakeSlack() as api, running(api, answers(CARD)):
        await api.command("bert", command="/code", channel=DIRECT)
        await api.mention("code bert")
        await api.until(lambda: api.whispers and api.posts)
    assert "Share to channel" not in str(api.whispers + api.posts)


@on_a_loop
async def test_a_card_is_shown_to_all_with_the_name_of_who_shows_it_and_is_then_gone_for_the_asker() -> None:
    typed: list[str] = []

    def respond(request: Request) -> Message:
        typed.append(request.text)
        return CARD

    async with FakeSlack() as api, running(api, respond):
        await api.command("bert &amp; co", command="/code")
        await api.until(lambda: api.whispers)
        button = pressable(api.whispers[0])["Share to channel"]
        await api.press(button.value, **button.how, is_ephemeral=True, thread_ts="5.5")
        await api.until(lambda: len(api.whispers) == 2)
    (shown,), (_, gone) = api.posts, api.whispers
    assert typed == ["/code bert & co"] * 2
    assert (shown["channel"], shown["thread_ts"]) == (CHANNEL, "5.5")
    assert "Shared by ada" in str(shown["blocks"])
    assert "Share to channel" not in str(shown["blocks"])
    assert gone["delete_original"] is True


@on_a_loop
async def test_where_we_are_not_in_the_channel_it_is_shown_all_the_same() -> None:
    async with FakeSlack() as api, running(api, answers(CARD)):
        await api.press("/code bert", action_id=SHARE, channel=PUBLIC, is_ephemeral=True)
        await api.until(lambda: len(api.whispers) == 2)
    shown, gone = api.whispers
    assert (shown["response_type"], shown["replace_original"]) == ("in_channel", False)
    assert gone["delete_original"] is True


@on_a_loop
async def test_a_card_that_was_turned_in_its_place_can_still_be_shown() -> None:
    async with FakeSlack() as api, running(api, answers(CARD)):
        await api.press("/card 1810.04805 more", action_id=HERE, is_ephemeral=True)
        await api.until(lambda: api.whispers)
    assert pressable(api.whispers[0])["Share to channel"].value == "/card 1810.04805 more"


@on_a_loop
async def test_an_answer_without_room_for_one_more_block_is_whispered_without_the_offer() -> None:
    full = Message((*CARD.parts, *[Buttons((Button("x", "/x"),))] * 60), "full")
    async with FakeSlack() as api, running(api, answers(full)):
        await api.command("bert", command="/code")
        await api.until(lambda: api.whispers)
    assert len(api.whispers[0]["blocks"]) == 50


@on_a_loop
async def test_who_shows_something_rings_nobody() -> None:
    async with FakeSlack() as api, running(api, answers(CARD)):
        api.name = "<!channel> *ada*"
        await api.press("/code bert", action_id=SHARE, channel=CHANNEL, is_ephemeral=True)
        await api.until(lambda: api.whispers)
    assert "Shared by" in str(api.posts)
    assert "<!channel>" not in str(api.posts)
