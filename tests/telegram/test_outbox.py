"""The outbox and the platform's errors, in the order of the platform's table: what each does to the chat and its news.

The real deliver loop, storage, wording, adapter and library; the platform is the fake behind a real socket.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.access import LetIn
from bot.domain.chat import Chat, ChatState
from bot.domain.news import DeliveryState
from bot.jobs.deliver import TRIES, DeliverCount, deliver
from handlers import wording
from handlers.telegram.adapter import Telegram
from storage import Storage
from tests.builders import NOW, chat, linked_paper, subscribe, tell
from tests.inboxes import MemoryInbox
from tests.telegram.channel import echo
from tests.telegram.fake_api import TOKEN, FakeTelegram
from tests.telegram.fake_http import Fault, Refusal

BLOCKED = (
    pytest.param(403, "Forbidden: bot was blocked by the user", id="blocked"),
    pytest.param(403, "Forbidden: bot was kicked from the supergroup chat", id="kicked"),
    pytest.param(403, "Forbidden: user is deactivated", id="deactivated"),
)
CLOSED = (
    pytest.param("Bad Request: chat not found", id="chat not found"),
    pytest.param("Bad Request: TOPIC_CLOSED", id="topic closed"),
    pytest.param("Bad Request: message thread not found", id="topic deleted"),
)


class Post:
    """An outbox and its platform. Each round is a process of its own: nothing but the storage outlives it."""

    def __init__(self, storage: Storage, telegram: FakeTelegram) -> None:
        self.storage, self.telegram = storage, telegram
        self.now = NOW
        self._papers = 0

    def queue(self, to: Chat, count: int = 1) -> None:
        for _ in range(count):
            self._papers += 1
            key = linked_paper(self.storage, f"2603.{self._papers:05}", f"ada/nets{self._papers}")
            with self.storage.write():
                self.storage.outbox.queue([tell(to, key)], self.now)

    def deliver(self) -> DeliverCount:
        return asyncio.run(self._deliver())

    async def _deliver(self) -> DeliverCount:
        made = Telegram(
            TOKEN,
            respond=echo,
            word=wording.delivery,
            inbox=MemoryInbox(),
            api_url=self.telegram.url,
            waits=self.storage.allowances,
        )
        try:
            with self.storage.write():
                self.storage.outbox.free_leases()
            return await deliver(self.storage, {"telegram": made}, now=self.now, real_now=datetime.now(UTC))
        finally:
            await made.stop()

    def states(self) -> list[tuple[str, int]]:
        """Of each delivery its state and how many tries it has used up."""
        return [(s, n) for s, n in self.storage.database.rows("SELECT state, attempts FROM deliveries ORDER BY id")]


def routed(storage: Storage, *, to: Chat) -> Chat:
    """Somebody's private chat whose subscription speaks there."""
    home = subscribe(storage, "nets", "7")
    (subscription,) = storage.subscriptions.of_chat(home.key)
    with storage.write():
        storage.subscriptions.route(subscription.key, to.key)
    return home


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake.person(7, "Ada").person(8, "Bob").group(-100, "Readers", topics=(5, 6))


@pytest.fixture
def post(storage: Storage, telegram: FakeTelegram) -> Post:
    return Post(storage, telegram)


def test_429_keeps_all_that_waits_uses_up_no_try_and_is_obeyed_after_a_restart(post: Post) -> None:
    post.queue(chat(post.storage, "7"))
    post.queue(chat(post.storage, "8"))
    post.telegram.fail("sendMessage", Refusal(429, "Too Many Requests: retry after 30", retry_after=30))
    assert post.deliver().later == 2
    post.now += timedelta(minutes=1)  # the chats' clock; the platform's runs on the real one
    assert post.deliver().later == 2
    assert post.telegram.count("sendMessage") == 1
    assert post.states() == [("due", 0), ("due", 0)]


def test_a_group_that_has_moved_is_rewritten_everywhere_and_gets_its_news_at_once(post: Post) -> None:
    group, topic = chat(post.storage, "-100"), chat(post.storage, "-100", topic="5")
    home = routed(post.storage, to=topic)
    with post.storage.write():
        post.storage.allowed.add(LetIn("telegram", "-100"), NOW)
    post.queue(group, 2)
    post.queue(topic)
    post.telegram.group(-1001, topics=(5,))
    post.telegram.refuse(-100, 400, "Bad Request: group chat was upgraded to a supergroup", migrate_to_chat_id=-1001)
    assert post.deliver().sent >= 1
    post.now += timedelta(minutes=2)
    post.deliver()
    arrived = sorted((sent.chat, sent.topic or 0) for sent in post.telegram.sent)
    assert arrived == [(-1001, 0), (-1001, 0), (-1001, 5)]
    left = post.storage.database.rows(
        "SELECT 'chats' FROM chats WHERE chat = '-100' UNION SELECT 'allowed' FROM allowed WHERE who = '-100'"
    )
    assert left == []
    (route,) = post.storage.subscriptions.routed_to(topic.key)
    assert route.chat == home.key


@pytest.mark.parametrize(("code", "description"), BLOCKED)
def test_a_chat_that_shuts_us_out_is_paused_and_has_it_all_in_one_message_when_it_comes_back(
    post: Post, code: int, description: str
) -> None:
    ada = subscribe(post.storage, "nets", "7")
    post.queue(ada, 3)
    post.queue(chat(post.storage, "8"))
    post.telegram.refuse(7, code, description)
    assert post.deliver() == DeliverCount(sent=1, later=1)
    paused = post.storage.chats.get(ada.key)
    assert (paused.state, paused.reason) == (ChatState.PAUSED, f"Telegram: {description}")
    post.now += timedelta(days=29)
    assert post.deliver() == DeliverCount()
    assert post.telegram.count("sendMessage") == 2  # one to each: the other two weren't even tried
    assert len(post.storage.subscriptions.of_chat(ada.key)) == 1
    assert post.states()[:3] == [("due", 0)] * 3
    post.telegram.person(7, "Ada")
    chat(post.storage, "7")  # whoever writes can be reached
    while post.deliver().sent:
        post.now += timedelta(minutes=1)
    assert [state for state, _ in post.states()] == ["sent"] * 2
    assert all(f"2603.0000{n}" in post.telegram.sent[-1].text for n in (1, 2, 3))


def test_markup_that_cant_be_read_is_sent_once_as_plain_text_and_then_given_up_alone(post: Post) -> None:
    bad = Refusal(400, "Bad Request: can't parse entities: Unsupported start tag")
    group = chat(post.storage, "-100")
    post.queue(group, 2)
    post.telegram.fail("sendMessage", bad, bad)
    assert post.deliver() == DeliverCount(sent=1, dead=1)
    assert post.storage.chats.get(group.key).state is ChatState.ACTIVE
    assert [state for state, _ in post.states()] == [DeliveryState.DEAD, DeliveryState.SENT]
    assert "parse entities" in post.storage.outbox.dead()[0].error
    assert post.telegram.count("sendMessage") == 3


@pytest.mark.parametrize("description", CLOSED)
def test_a_place_that_is_closed_is_paused_and_those_who_speak_there_hear_of_it(post: Post, description: str) -> None:
    topic, other = (chat(post.storage, "-100", topic=one) for one in "56")
    routed(post.storage, to=topic)
    post.queue(topic)
    post.telegram.fail("sendMessage", Refusal(400, description))
    post.deliver()
    post.queue(other)
    post.deliver()
    assert post.storage.chats.get(topic.key).state is ChatState.PAUSED
    assert post.storage.chats.get(other.key).state is ChatState.ACTIVE
    told = {sent.chat: sent for sent in post.telegram.sent}
    assert "where “nets” should speak" in told[7].text
    assert told[-100].topic == 6
    assert {name for name, _ in post.telegram.calls} == {"getMe", "sendMessage"}  # it never leaves a group


def test_a_revoked_token_leaves_the_whole_outbox_as_it_is(post: Post) -> None:
    post.queue(chat(post.storage, "7"))
    post.queue(chat(post.storage, "8"))
    post.telegram.revoked = True
    for _ in range(TRIES + 1):
        assert post.deliver().sent == 0
        post.now += timedelta(hours=7)
    assert post.states() == [("due", 0), ("due", 0)]
    post.telegram.revoked = False
    assert post.deliver() == DeliverCount(sent=2)


def test_a_conflict_leaves_the_whole_outbox_as_it_is(post: Post) -> None:
    post.queue(chat(post.storage, "7"))
    post.telegram.fail("sendMessage", Refusal(409, "Conflict: terminated by other getUpdates request"))
    assert post.deliver() == DeliverCount(later=1)
    assert post.states() == [("due", 0)]


@pytest.mark.parametrize(
    ("fault", "copies"),
    [(Fault.DROP_BEFORE, 1), (Fault.BAD_GATEWAY, 2), (Fault.DROP_AFTER, 2)],
    ids=["dropped before", "502", "dropped after it was accepted"],
)
def test_what_the_network_swallows_is_tried_again_later_and_no_news_is_lost(
    post: Post, fault: Fault, copies: int
) -> None:
    post.queue(chat(post.storage, "7"))
    post.telegram.fail("sendMessage", fault)
    assert post.deliver() == DeliverCount(later=1)
    assert post.deliver() == DeliverCount()  # not at once
    assert post.states() == [("due", 1)]
    post.now += timedelta(minutes=1)
    assert post.deliver() == DeliverCount(sent=1)
    assert len(post.telegram.sent) == copies  # without an answer nobody can know that it was accepted
