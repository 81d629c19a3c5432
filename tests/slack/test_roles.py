"""Who manages a Slack channel: every member, or, where the settings say so, the workspace's admins alone."""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from handlers.incoming import Request
from handlers.messages import NOTHING, Message
from handlers.slack import people
from tests.slack.fake_api import BOT, DIRECT, PERSON, TEAM, FakeSlack, Fault
from tests.slack.house import on_a_loop, running, said

Say = Callable[[FakeSlack], Any]
ROLES = [{"is_admin": True}, {"is_owner": True}, {"is_primary_owner": True}]


class Asked:
    """A `respond` that remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Message:
        self.requests.append(request)
        return said("done")


async def may(api: FakeSlack, *says: Say, admins_manage: bool = True) -> list[bool]:
    """Whether those who say this may manage, one after the other."""
    asked = Asked()
    async with running(api, asked, admins_manage=admins_manage):
        for number, say in enumerate(says, 1):
            await say(api)
            await api.until(lambda number=number: len(asked.requests) == number)  # type: ignore[misc]  # because: a lambda with a default
    return [request.may_manage for request in asked.requests]


def types(text: str) -> Say:
    return lambda api: api.command(text)


def mentions(text: str) -> Say:
    return lambda api: api.mention(f"<@{BOT}> {text}", user=PERSON)


def presses(text: str) -> Say:
    return lambda api: api.press(text)


# What can't be found out


@pytest.mark.parametrize(
    "faults",
    [
        [Fault(error="missing_scope")],
        [Fault(status=503)],
        [Fault(drop=True)] * 2,  # one is overcome by asking again
        [Fault(error="ratelimited", status=429, retry_after=1)],
    ],
    ids=["scope", "503", "drop", "limit"],
)
@on_a_loop
async def test_what_cannot_be_found_out_is_a_refusal_and_is_asked_again(
    faults: list[Fault], caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeSlack() as api:
        api.people[PERSON] = {"is_admin": True}
        api.fail("users.info", *faults)
        assert await may(api, types("subscribe nets"), types("subscribe nets")) == [False, True]
    assert "can't be found out" in caplog.text
    assert ("slack-manifest.yaml" in caplog.text) is (faults[0].error == "missing_scope")


@on_a_loop
async def test_somebody_whom_slack_does_not_know_is_no_admin() -> None:
    async with FakeSlack() as api:
        del api.people[PERSON]
        assert await may(api, types("subscribe nets")) == [False]


@pytest.mark.parametrize(
    "person",
    [{}, {"is_admin": True, "team_id": "T0OTHER"}, {"is_admin": True, "deleted": True}, {"is_admin": "yes"}],
    ids=["a member", "an admin of another workspace", "one who has left", "odd words"],
)
@on_a_loop
async def test_others_than_this_workspaces_admins_are_refused(person: dict[str, Any]) -> None:
    async with FakeSlack() as api:
        api.people[PERSON] = person
        assert await may(api, types("subscribe nets")) == [False]


@pytest.mark.parametrize(
    "say", [types("unsubscribe 1"), mentions("subscribe nets"), mentions("/mute x"), presses("/pause")]
)
@on_a_loop
async def test_no_way_of_saying_it_gets_around_the_question(say: Say) -> None:
    async with FakeSlack() as api:
        assert await may(api, say) == [False]
        assert api.calls.count("users.info") == 1


# Admins, and who isn't asked about


@pytest.mark.parametrize("role", ROLES, ids=lambda role: next(iter(role)))
@on_a_loop
async def test_admins_and_owners_manage(role: dict[str, Any]) -> None:
    async with FakeSlack() as api:
        api.people[PERSON] = role
        assert await may(api, types("subscribe nets"), mentions("subscribe nets"), presses("/pause")) == [True] * 3


@on_a_loop
async def test_slack_is_asked_once_in_some_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeSlack() as api:
        api.people[PERSON] = {"is_admin": True, "team_id": TEAM}
        assert await may(api, *[types("subscribe nets")] * 4) == [True] * 4
        assert api.calls.count("users.info") == 1
        monkeypatch.setattr(people, "KNOWN_S", 0.0)
        assert await may(api, *[types("subscribe nets")] * 2) == [True] * 2
        assert api.calls.count("users.info") == 5  # whether they are an admin, and which clock they live by


@on_a_loop
async def test_questions_and_direct_messages_ask_nothing_about_anybody() -> None:
    async with FakeSlack() as api:
        says = [
            types("status"),
            mentions("bert"),
            lambda api: api.direct("mask r-cnn", channel=DIRECT, user=PERSON),
        ]
        assert await may(api, *says) == [False, False, True]
        assert "users.info" not in api.calls


@on_a_loop
async def test_by_default_every_member_manages(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async with FakeSlack() as api:
        api.fail("users.info", *[Fault(error="missing_scope")] * 2)  # which would be of no use for that
        assert await may(api, types("subscribe nets"), mentions("subscribe x"), admins_manage=False) == [True, True]


# Strangers


@on_a_loop
async def test_of_a_stranger_slack_is_asked_nothing_and_silence_is_no_message() -> None:
    async with FakeSlack() as api:
        api.people[PERSON] = {"is_admin": True}
        answered = 0

        def respond(request: Request) -> Message:
            nonlocal answered
            answered += 1
            assert not request.may_manage
            return NOTHING if "more" in request.text else said("You aren't let in.")

        async with running(api, respond, admins_manage=True, admits=lambda _: False):
            for say in (
                types("subscribe more"),
                mentions("subscribe more"),
                presses("/mute more"),
                types("subscribe x"),
            ):
                await say(api)
            await api.until(lambda: answered == 4 and api.whispers)
        assert "users.info" not in api.calls
        assert [whisper["text"] for whisper in api.whispers] == ["You aren't let in."]
        assert api.posts == []


@on_a_loop
async def test_a_strangers_file_is_not_fetched() -> None:
    async with FakeSlack() as api:
        async with running(api, lambda _: said("You aren't let in."), admits=lambda _: False):
            await api.direct("import", subtype="file_share", files=[api.files.share("list.txt", b"nets")], user=PERSON)
            await api.until(lambda: api.posts)
        assert api.files.asked == []
