"""A channel that can't be written to: who made its subscriptions hears once how to mend it; then it goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.answers import Answers
from bot.domain.chat import Address, Chat, ChatState
from bot.domain.news import News, NewsKind
from bot.jobs.deliver import deliver
from bot.jobs.tidy import tidy
from bot.telling import tell
from handlers import events, wording
from handlers.commands import respond
from handlers.slack import pace
from handlers.slack.adapter import Slack
from storage import FILE, Storage
from tests.asked_live import answers_of
from tests.builders import NOW, linked_paper
from tests.slack.fake_api import CHANNEL, DIRECT, PERSON, TEAM, FakeSlack
from tests.slack.fake_channels import INVITED, OLD
from tests.slack.house import on_a_loop, slack

HERE = Address("slack", CHANNEL, workspace=TEAM)


@dataclass(slots=True)
class House:
    """`now` is the time that decides; `news` come one by one."""

    api: FakeSlack
    storage: Storage
    answers: Answers
    channel: Slack
    now: datetime = NOW
    papers: int = 0

    def subscribed(self, channel: str = CHANNEL) -> Chat:
        self.answers.subscribe(Address("slack", channel, workspace=TEAM), "nets", maker=PERSON, title="#papers")
        return self.chat(channel)

    def chat(self, channel: str = CHANNEL) -> Chat:
        found = self.storage.chats.find(Address("slack", channel, workspace=TEAM))
        assert found
        return found

    def news(self) -> None:
        self.papers += 1
        key = linked_paper(
            self.storage, f"2603.{self.papers:05}", f"ada/nets{self.papers}", title=f"Nets {self.papers}"
        )
        with self.storage.write():
            paper, links = self.storage.papers.get(key), self.storage.links.of_paper(key)
            tell(self.storage, News(NewsKind.CODE, key, self.now), paper, links, now=self.now)

    async def deliver(self) -> None:
        with self.storage.write():
            self.storage.outbox.free_leases()
            self.storage.outbox.release_all(self.now)
        for _ in range(2):  # what a round makes is sent in the next one
            await deliver(self.storage, {"slack": self.channel}, now=self.now, real_now=datetime.now(NOW.tzinfo))

    async def later(self, **span: float) -> None:
        self.now += timedelta(**span)
        await asyncio.to_thread(tidy, self.storage, self.now)
        await self.deliver()

    async def happens(self, envelope: str) -> None:
        inbox = self.answers.inbox("slack")
        await self.api.until(lambda: envelope in self.api.acks and not inbox.waiting())

    def posts(self, channel: str) -> list[dict[str, Any]]:
        return [post for post in self.api.posts if post["channel"] == channel]


@pytest.fixture(autouse=True)
def _no_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours pass in no time here, and Slack's seconds with them."""
    monkeypatch.setattr(pace, "INTERVAL_S", 0.0)


@asynccontextmanager
async def house(tmp_path: Path) -> AsyncIterator[House]:
    with Storage(tmp_path / FILE) as storage:
        answers = answers_of(storage)
        async with FakeSlack() as api:
            channel = slack(
                api,
                partial(respond, answers),
                note=partial(events.note, answers),
                word=wording.delivery,
                inbox=answers.inbox("slack"),
            )
            await channel.start()
            try:
                yield House(api, storage, answers, channel)
            finally:
                await channel.stop()


@pytest.mark.parametrize(
    ("code", "mend"),
    [
        ("not_in_channel", "/invite @paperwire"),
        ("channel_not_found", "/invite @paperwire"),
        ("is_archived", "unarchive it"),
        ("restricted_action", "ask an admin"),
    ],
)
@on_a_loop
async def test_who_made_it_is_told_once_how_to_mend_it_and_nothing_is_lost(
    code: str, mend: str, tmp_path: Path
) -> None:
    async with house(tmp_path) as at:
        at.subscribed()
        at.api.channels.refuses[CHANNEL] = code
        for _ in range(3):
            at.news()
            await at.deliver()
        (told,) = at.posts(DIRECT)
        assert mend in str(told["blocks"])
        assert "“nets” should speak" in str(told["blocks"])
        assert f"app_redirect?team={TEAM}&amp;channel={CHANNEL}|#papers>" in str(told["blocks"])
        assert "/route" not in str(told["blocks"])
        assert at.chat().state is ChatState.PAUSED
        await at.later(hours=2)  # tried again, and still lost: not a word
        await at.later(hours=2)
        assert at.chat().state is ChatState.PAUSED
        assert len(at.posts(DIRECT)) == 1
        del at.api.channels.refuses[CHANNEL]
        await at.later(hours=2)
        (missed,) = at.posts(CHANNEL)
        for number in (1, 2, 3):
            assert f"Nets {number}" in str(missed["blocks"])
        assert (at.chat().state, at.chat().reason) == (ChatState.ACTIVE, "")
        at.news()
        await at.later(hours=2)
        assert len(at.posts(CHANNEL)) == 2
        at.api.channels.refuses[CHANNEL] = code  # lost anew: told anew
        at.news()
        await at.later(hours=2)
        assert len(at.posts(DIRECT)) == 2


@on_a_loop
async def test_a_trial_after_a_month_finds_nothing_left_to_send(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        at.subscribed()
        at.api.channels.refuses[CHANNEL] = "restricted_action"
        at.news()
        await at.deliver()
        for _ in range(3):
            await at.later(days=10, hours=1)
        assert at.chat().state is ChatState.PAUSED
        assert [one.error for one in at.storage.outbox.dead()] == ["the chat could not be reached for 30 days"]


@on_a_loop
async def test_whose_subscription_was_sent_there_is_told_how_to_have_it_back(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        mine = Address("slack", DIRECT, workspace=TEAM)
        at.answers.subscribe(mine, "nets")
        offered = at.answers.routing.route(mine, "1")
        at.answers.routing.route(HERE, offered.code, title="#papers")  # type: ignore[union-attr]  # because: it is offered
        at.api.channels.refuses[CHANNEL] = "not_in_channel"
        at.news()
        await at.deliver()
        (told,) = at.posts(DIRECT)
        assert "`/paperwire route 1 off`" in str(told["blocks"])


@on_a_loop
async def test_once_paperwire_is_invited_again_it_says_so_and_tells_what_was_missed(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        at.subscribed(INVITED)
        await at.happens(await at.api.kick(INVITED))
        assert at.chat(INVITED).reason == "removed"
        at.news()
        at.news()
        await at.deliver()
        (told,) = at.posts(DIRECT)
        assert "Say /invite @paperwire there" in str(told["blocks"])
        await at.happens(await at.api.invite(INVITED))
        assert at.chat(INVITED).state is ChatState.ACTIVE
        await at.deliver()
        here, missed = at.posts(INVITED)
        assert here["text"].startswith("Here again, with 1 subscription as before.")
        assert "Nets 1" in str(missed["blocks"])
        assert "Nets 2" in str(missed["blocks"])


@on_a_loop
async def test_a_channel_that_is_unarchived_goes_on_without_a_word(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        at.subscribed(OLD)
        at.news()
        await at.deliver()
        assert at.chat(OLD).state is ChatState.PAUSED
        await at.happens(await at.api.unarchive(OLD))
        await at.deliver()
        (missed,) = at.posts(OLD)
        assert "Nets 1" in str(missed["blocks"])


@on_a_loop
async def test_who_invites_paperwire_for_the_first_time_is_greeted_and_who_else_joins_is_nothing(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as at:
        await at.happens(await at.api.invite(CHANNEL, person="U0BOB"))
        assert not at.posts(CHANNEL)
        await at.happens(await at.api.invite(CHANNEL))
        (hello,) = at.posts(CHANNEL)
        assert "`/code bert`" in str(hello["blocks"])
        assert "`/paperwire subscribe`" in str(hello["blocks"])
        assert "admins" not in str(hello["blocks"])


@on_a_loop
async def test_who_owns_the_bot_and_made_the_subscription_hears_of_it_once(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        code = at.answers.owning.new_code()
        assert code
        at.answers.owning.claim(Address("slack", DIRECT, workspace=TEAM), PERSON, code, alone=True)
        at.subscribed(INVITED)
        await at.happens(await at.api.kick(INVITED))
        await at.deliver()
        assert len(at.posts(DIRECT)) == 1
