"""Every way of telling paperwire something, from the tables of what is listened to: a role is none to be got around.

A new command, press, event, shortcut or view has no row in WAYS, and fails here until it has one.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from bot.answers import Answers
from handlers import events
from handlers.command import admits
from handlers.commands import COMMANDS, respond
from handlers.slack import forms, listening, objects
from handlers.slack.adapter import Slack
from storage import FILE, Storage
from tests.slack.fake_api import BOT, CHANNEL, DIRECT, PERSON, FakeSlack
from tests.slack.filling import filled
from tests.slack.house import on_a_loop, running, slack
from tests.slack.test_every_command import HERE, TYPED, lived_in

Way = Callable[[FakeSlack, str], Awaitable[str]]

OF_THE_OWNER: Final = ("claim", "allow", "allowed", "deny")
MANAGING: Final = [
    typed
    for command, typed in zip(COMMANDS, TYPED, strict=True)
    if command.manages(typed.partition(" ")[2]) and command.name not in OF_THE_OWNER
]
ALL: Final = [typed for typed in TYPED if not typed.startswith(tuple(f"/{name}" for name in OF_THE_OWNER))]


def _view(mine: str) -> dict[str, Any]:
    return {"id": "H", "type": "home", "private_metadata": mine}


async def _at_home(
    api: FakeSlack, typed: str, action_id: str = "here:0.0", mine: str = f"{DIRECT} {CHANNEL}", *, menu: bool = False
) -> str:
    api.views.homes[PERSON] = _view(mine)
    return await api.press_at_home(typed, action_id=action_id, menu=menu)


async def _form(api: FakeSlack, typed: str) -> str:
    """It can only subscribe; what was typed are its words."""
    await api.shortcut(listening.NEW_SUBSCRIPTION)
    await api.until(lambda: api.views.modals)
    return await api.submit(next(reversed(api.views.modals)), filled(f"zebras {typed[1:8]}", CHANNEL, "daily", "off"))


async def _typing(api: FakeSlack, typed: str) -> str:
    await api.shortcut(listening.NEW_SUBSCRIPTION)
    await api.until(lambda: api.views.modals)
    action = {"type": "plain_text_input", "block_id": "query", "action_id": "query", "value": typed}
    return await api.act(next(reversed(api.views.modals)), action)


async def _opened_home(api: FakeSlack, _: str) -> str:
    return await api.open_home()


async def _shortcut(api: FakeSlack, _: str) -> str:
    return await api.shortcut(listening.NEW_SUBSCRIPTION)


async def _happens(api: FakeSlack, _: str, kind: str) -> str:
    return await api._event({"type": kind, "channel": CHANNEL, "user": BOT, "inviter": PERSON})


async def _react(api: FakeSlack, _: str, *, off: bool) -> str:
    (api.reactions.put if off else lambda *_: None)(CHANNEL, "77.1", "-1", PERSON)
    return await api.react("-1", "77.1", off=off)


WAYS: Final[dict[str, Way]] = {
    "/paperwire": lambda api, typed: api.command(typed),
    "/code": lambda api, typed: api.command(typed, command="/code"),
    objects.ACTION: lambda api, typed: api.press(typed),
    objects.HERE: lambda api, typed: api.press(typed, action_id="here:0.0", is_ephemeral=True),
    objects.SHARE: lambda api, typed: api.press(typed, action_id="share:0", is_ephemeral=True),
    objects.IN: partial(_at_home, action_id=f"in:{CHANNEL}:0.0", mine=DIRECT),
    "app_mention": lambda api, typed: api.mention(f"<@{BOT}> {typed}", user=PERSON),
    "message": lambda api, typed: api.direct(typed),
    "app_home_opened": _opened_home,
    "link_shared": lambda api, typed: api.share("https://arxiv.org/abs/2603.00001"),
    "reaction_added": partial(_react, off=False),
    "reaction_removed": partial(_react, off=True),
    "member_joined_channel": partial(_happens, kind="member_joined_channel"),
    "channel_left": partial(_happens, kind="channel_left"),
    "group_left": partial(_happens, kind="group_left"),
    "channel_unarchive": partial(_happens, kind="channel_unarchive"),
    "group_unarchive": partial(_happens, kind="group_unarchive"),
    listening.FIND_CODE: lambda api, typed: api.message_shortcut(listening.FIND_CODE, typed),
    listening.NEW_SUBSCRIPTION: _shortcut,
    forms.QUERY: _typing,
    forms.FORM: _form,
}
BESIDE: Final[dict[str, Way]] = {  # the same by another road
    "a press in the Home of a channel": _at_home,
    "a press that is confirmed above it": partial(_at_home, action_id="command:0.0"),
    "a press on another's message": lambda api, typed: api.press(
        typed, action_id="here:0.0", message_ts="1.1", bot="B0"
    ),
    "a press on ours": lambda api, typed: api.press(typed, action_id="here:0.0", message_ts="1.1"),
    "a choice in a menu in the Home of a channel": partial(_at_home, action_id="command:0.menu", menu=True),
    "a choice in a menu": lambda api, typed: api.press(typed, menu=True),
    "a mention in a thread": lambda api, typed: api.mention(f"<@{BOT}> {typed}", user=PERSON, thread_ts="5.5"),
}
CARRY: Final = [  # whatever is said; the others say one thing each
    *("/paperwire", objects.ACTION, objects.HERE, objects.SHARE, objects.IN, "app_mention"),
    *BESIDE,
]


def settled(answers: Answers) -> dict[str, Any]:
    """What belongs to all of the channel; anybody may save, and hide a link that is wrong."""
    told: dict[str, Any] = json.loads(answers.moving.pack(HERE).content)
    chat = answers.visiting.visited([HERE])[0]
    less = [vote for vote in answers.keeping._storage.votes.all(chat.chat.key) if vote.vote < 0]
    kept = {name: told[name] for name in ("subscriptions", "settings", "mutes")}
    return {**kept, "routed": chat.routed_here, "routes": [one.route for one in chat.mine], "less": less}


async def say(api: FakeSlack, answers: Answers, way: Way, typed: str) -> None:
    """Until it is acknowledged, and whatever comes of it has come."""
    envelope, inbox = await way(api, typed), answers.inbox("slack")
    await api.until(lambda: envelope in api.acks)
    await api.until(lambda: not inbox.waiting())


def channel_of(api: FakeSlack, answers: Answers) -> Any:
    return running(
        api,
        partial(respond, answers),
        note=partial(events.note, answers),
        admits=partial(admits, answers),
        inbox=answers.inbox("slack"),
        admins_manage=True,
    )


def test_every_way_has_a_row() -> None:
    named = (listening.FIND_CODE, listening.NEW_SUBSCRIPTION, forms.QUERY, forms.FORM)
    assert WAYS.keys() == {*listening.COMMANDS, *listening.PRESSES, *listening.EVENTS, *named}


@on_a_loop
async def test_the_tables_hold_all_that_is_listened_to() -> None:
    """Presses are one listener; what Bolt itself brings along is none of ours."""
    async with FakeSlack() as api:
        channel: Slack = slack(api)
        assert channel._connection
        heard = len(channel._connection._app._async_listeners)
    assert heard == len(WAYS) - len(listening.PRESSES) + 1


@pytest.mark.parametrize("way", [*WAYS, *BESIDE])
@on_a_loop
async def test_who_is_no_admin_changes_nothing_of_a_channel_by_any_command_in_any_way(way: str, tmp_path: Path) -> None:
    does = {**WAYS, **BESIDE}[way]
    said = ALL if way == "/paperwire" else MANAGING if way in (*CARRY, "/code", "message") else MANAGING[:2]
    with Storage(tmp_path / FILE) as storage:
        answers = lived_in(storage)
        before = settled(answers)
        async with FakeSlack() as api, channel_of(api, answers):
            for typed in said:
                await say(api, answers, does, typed)
            await asyncio.sleep(0.05)
        assert settled(answers) == before


@pytest.mark.parametrize("way", [*CARRY, forms.FORM, "reaction_added"])
@on_a_loop
async def test_an_admin_does_by_the_same_way(way: str, tmp_path: Path) -> None:
    does = {**WAYS, **BESIDE}[way]
    with Storage(tmp_path / FILE) as storage:
        answers = lived_in(storage)
        with storage.write():
            chat = storage.chats.find(HERE)
            assert chat
            paper = storage.papers.many([1])[0]
            storage.database.execute(
                "INSERT INTO deliveries (chat, state, due_at, created_at, message) VALUES (?, 'sent', 1, 1, '77.1')",
                (chat.key,),
            )
            storage.database.execute(
                "INSERT INTO alerts (chat, kind, subject, at, why, delivery) VALUES (?, 'code', ?, 1, 'x', 1)",
                (chat.key, paper.key),
            )
        before = settled(answers)
        async with FakeSlack() as api, channel_of(api, answers):
            api.people[PERSON] = {"is_admin": True}
            await say(api, answers, does, "/subscribe zebras")
            await api.until(lambda: settled(answers) != before)


@pytest.mark.parametrize("way", [*WAYS, *BESIDE])
@on_a_loop
async def test_a_stranger_is_answered_nothing_but_that_and_changes_nothing(way: str, tmp_path: Path) -> None:
    does = {**WAYS, **BESIDE}[way]
    with Storage(tmp_path / FILE) as storage:
        answers = lived_in(storage)
        before = settled(answers)
        answers.access.closed = True
        async with FakeSlack() as api, channel_of(api, answers):
            api.people[PERSON] = {"is_admin": True}
            for typed in ("/subscribe zebras", "/subscriptions", "/saved"):
                await say(api, answers, does, typed)
            await asyncio.sleep(0.05)
        answers.access.closed = False
        assert settled(answers) == before
        shown = str([api.posts, api.whispers, api.links.previews, api.views.homes.get(PERSON, {}).get("blocks")])
        for secret in ("robots -survey", "2603.99999", "surveys"):
            assert secret not in shown
