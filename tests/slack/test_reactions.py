"""Reactions to our messages in Slack are votes on their papers; whatever isn't clear is none."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from bot.domain.chat import Address, Chat
from bot.domain.news import NewsKind
from bot.domain.vote import Vote
from handlers import events
from handlers.command import admits
from handlers.commands import respond
from storage import FILE, Storage
from tests.asked_live import answers_of
from tests.builders import NOW, claim_all, linked_paper, tell
from tests.slack.fake_api import BOT, CHANNEL, DIRECT, PERSON, TEAM, FakeSlack, Fault
from tests.slack.house import on_a_loop, running

BOB = "U0BOB"
TS = "77.0001"


@dataclass(slots=True)
class House:
    api: FakeSlack
    storage: Storage
    paper: int

    def chat(self, channel: str = CHANNEL) -> Chat:
        with self.storage.write():
            return self.storage.chats.meet(Address("slack", channel, workspace=TEAM), NOW)

    def sent(self, *papers: int, channel: str = CHANNEL, kind: NewsKind = NewsKind.CODE) -> None:
        """A message that was pushed."""
        to = self.chat(channel)
        with self.storage.write():
            planned = [tell(to, key, kind, folded=len(papers) > 1) for key in papers or (self.paper,)]
            self.storage.outbox.queue(planned, NOW)
        (delivery,) = claim_all(self.storage, platform="slack")
        with self.storage.write():
            self.storage.outbox.sent(delivery.key, NOW, message=TS)

    async def react(self, name: str, ts: str = TS, **how: object) -> None:
        """Until it is acknowledged, and whatever came of it is done."""
        envelope = await self.api.react(name, ts, **how)  # type: ignore[arg-type]  # because: passed on
        inbox = answers_of(self.storage).inbox("slack")
        await self.api.until(lambda: envelope in self.api.acks and not inbox.waiting())

    def votes(self, channel: str = CHANNEL) -> dict[int, Vote]:
        return {vote.paper: vote.vote for vote in self.storage.votes.all(self.chat(channel).key)}


@asynccontextmanager
async def house(tmp_path: Path, *, closed: bool = False, admins_manage: bool = False) -> AsyncIterator[House]:
    with Storage(tmp_path / FILE) as storage:
        answers = answers_of(storage)
        answers.access.closed = closed
        key = linked_paper(storage)
        async with (
            FakeSlack() as api,
            running(
                api,
                partial(respond, answers),
                note=partial(events.note, answers),
                admits=partial(admits, answers),
                inbox=answers.inbox("slack"),
                admins_manage=admins_manage,
            ),
        ):
            yield House(api, storage, key)


# What is no vote


@pytest.mark.parametrize("sign", ["thinking_face", "eyes", "plusone", "+", "white_check_mark"])
@on_a_loop
async def test_signs_that_say_nothing_of_a_paper_are_none_and_arent_even_kept(sign: str, tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        at.sent()
        await at.react(sign)
        assert at.votes() == {}
        assert not at.storage.database.value("SELECT count(*) FROM inbox")


@on_a_loop
async def test_reactions_to_others_messages_to_none_that_we_know_and_our_own_are_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        at.sent()
        await at.react("+1", of=BOB)
        await at.react("+1", ts="78.0001")
        await at.react("+1", person=BOT)
        await at.react("+1", channel="C0OTHER")
        assert at.votes() == at.votes("C0OTHER") == {}


@on_a_loop
async def test_a_message_of_several_papers_and_one_about_something_else_take_no_vote(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        at.sent(at.paper, linked_paper(at.storage, "2603.00002", "ada/other"))
        await at.react("+1")
        assert at.votes() == {}
        at.sent(at.chat("C0LOST").key, channel=DIRECT, kind=NewsKind.ROUTE)
        await at.react("+1", channel=DIRECT)
        assert at.votes(DIRECT) == {}


@on_a_loop
async def test_a_stranger_does_not_vote_and_slack_is_asked_nothing(tmp_path: Path) -> None:
    async with house(tmp_path, closed=True, admins_manage=True) as at:
        at.sent()
        await at.react("+1")
        await at.react("-1")
        assert at.votes() == {}
        assert "users.info" not in at.api.calls


@on_a_loop
async def test_where_admins_manage_a_members_thumb_down_is_none(tmp_path: Path) -> None:
    async with house(tmp_path, admins_manage=True) as at:
        at.sent()
        await at.react("-1")
        assert at.votes() == {}
        at.api.people[BOB] = {"is_admin": True}
        await at.react("-1", person=BOB)
        assert at.votes() == {at.paper: Vote.LESS}
        await at.react("+1")  # anybody may save, and that is the last word
        assert at.votes() == {at.paper: Vote.SAVED}


# What is one


@pytest.mark.parametrize("sign", ["+1", "thumbsup", "+1::skin-tone-4", "heart", "fire", "100", "star", "bookmark"])
@on_a_loop
async def test_who_likes_a_paper_saves_it_for_the_channel_in_silence(sign: str, tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        at.sent()
        await at.react(sign)
        assert at.votes() == {at.paper: Vote.SAVED}
        assert not at.api.posts
        assert not at.api.whispers


@pytest.mark.parametrize("sign", ["-1", "thumbsdown", "hankey"])
@on_a_loop
async def test_a_thumb_down_wants_less(sign: str, tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        at.sent()
        await at.react(sign)
        assert at.votes() == {at.paper: Vote.LESS}


@on_a_loop
async def test_alone_with_us_it_is_ones_own_vote(tmp_path: Path) -> None:
    async with house(tmp_path, admins_manage=True) as at:
        at.sent(channel=DIRECT)
        await at.react("-1", channel=DIRECT)
        assert at.votes(DIRECT) == {at.paper: Vote.LESS}


@on_a_loop
async def test_a_vote_is_taken_back_with_the_last_reaction_that_says_it(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        at.sent()
        await at.react("+1")
        await at.react("fire", person=BOB)
        await at.react("+1", off=True)
        assert at.votes() == {at.paper: Vote.SAVED}
        await at.react("fire", person=BOB, off=True)
        assert at.votes() == {}


@on_a_loop
async def test_what_else_is_said_of_a_message_cannot_be_found_out_and_it_is_taken_back(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        at.sent()
        await at.react("+1")
        at.api.fail("reactions.get", Fault(error="internal_error"))
        await at.react("+1", off=True)
        assert at.votes() == {}


@on_a_loop
async def test_an_answer_to_a_mention_and_one_that_was_shown_to_all_take_votes(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.api.mention(f"<@{BOT}> code 2603.00001", user=PERSON)
        await at.api.until(lambda: at.api.posts)
        await at.react("+1", at.api.posts[0]["ts"])
        assert at.votes() == {at.paper: Vote.SAVED}
        await at.api.press("/card 2603.00001", action_id="share:0", is_ephemeral=True)
        await at.api.until(lambda: len(at.api.posts) == 2)
        await at.react("-1", at.api.posts[1]["ts"])
        assert at.votes() == {at.paper: Vote.LESS}


@on_a_loop
async def test_a_reaction_that_comes_thrice_is_one_vote(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        at.sent()
        envelope = await at.api.react("+1", TS)
        await at.api.again(envelope)
        await at.api.again(envelope)
        await at.api.until(at.votes)
        assert at.storage.database.value("SELECT count(*) FROM inbox") == 1
        assert at.votes() == {at.paper: Vote.SAVED}
