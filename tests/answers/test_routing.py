"""Routes: what is said wrongly, who may end one, and that news, digests and loss go where they should."""

import asyncio
import re
from datetime import datetime, timedelta

import pytest

from bot.answers import Answers, Live
from bot.domain.chat import Address
from bot.domain.news import News, NewsKind
from bot.errors import DeliveryFailed
from bot.jobs.deliver import deliver
from bot.jobs.digest import compose
from bot.telling import tell
from handlers import wording
from handlers.commands import respond
from handlers.incoming import Request
from handlers.messages import Message
from storage import Storage
from tests.builders import NOW, linked_paper
from tests.clock import Clock
from tests.fakes import FakeArxiv, FakeChannel

ADA, GROUP, TOPIC = Address("telegram", "7"), Address("telegram", "-100"), Address("telegram", "-100", topic="5")
PAPERS = Address("slack", "C1", workspace="T1")


@pytest.fixture
def answers(storage: Storage, clock: Clock) -> Answers:
    nowhere = FakeArxiv()
    made = Answers(storage, Live(nowhere, nowhere, feeds=None), clock=clock)  # type: ignore[arg-type]  # because: nothing is looked up
    says(made, "/subscribe nets")
    return made


def said(answers: Answers, text: str, where: Address = ADA, *, manages: bool = True, thread: str = "") -> Message:
    names = {GROUP: "Readers", TOPIC: "Readers", PAPERS: "#papers"}
    title = names.get(where, "")
    return respond(
        answers, Request(where, text, may_manage=manages, alone=where == ADA, chat_title=title, thread=thread)
    )


def says(answers: Answers, text: str, where: Address = ADA, *, manages: bool = True, thread: str = "") -> str:
    return said(answers, text, where, manages=manages, thread=thread).summary


def code_for(answers: Answers, number: int = 1) -> str:
    found = re.search(r"/route (\w{8}) there", says(answers, f"/route {number}"))
    assert found
    return found[1]


def tells(storage: Storage, arxiv: str = "2603.00007") -> list[tuple[str, str]]:
    """News of a new paper with code; where it goes to."""
    key = linked_paper(storage, arxiv, f"ada/nets{arxiv[-1]}")
    with storage.write():
        tell(
            storage,
            News(NewsKind.CODE, key, NOW),
            storage.papers.get(key),
            storage.links.of_paper(key),
            now=NOW + timedelta(minutes=1),
        )
    told = storage.database.rows(
        "SELECT platform, chats.chat || topic FROM alerts JOIN chats ON chats.id = alerts.chat WHERE subject = ?",
        (key,),
    )
    return sorted((row[0], row[1]) for row in told)


@pytest.mark.parametrize("words", ["9", "nonsense", "aaaaaaaa", "#", "1x", "💥", "x" * 300])
def test_what_is_no_number_and_no_code_is_said_so(answers: Answers, words: str) -> None:
    assert re.search("neither a subscription's number nor a code|no subscription #", says(answers, f"/route {words}"))


def test_a_member_of_a_group_gets_no_route_there(answers: Answers, storage: Storage) -> None:
    assert "Only admins" in says(answers, f"/route {code_for(answers)}", GROUP, manages=False)
    assert tells(storage) == [("telegram", "7")]


def test_a_code_is_too_old_after_a_quarter_of_an_hour_and_works_once(answers: Answers, clock: Clock) -> None:
    old, code = code_for(answers), code_for(answers)
    assert "speaks here from now on" in says(answers, f"/route {code}", GROUP)
    assert "neither" in says(answers, f"/route {code}", PAPERS)
    clock.now += timedelta(minutes=15)
    assert "neither" in says(answers, f"/route {old}", GROUP)


def test_a_subscription_that_has_ended_meanwhile_has_no_route(answers: Answers) -> None:
    code = code_for(answers)
    says(answers, "/unsubscribe 1")
    assert "neither" in says(answers, f"/route {code}", GROUP)


@pytest.mark.parametrize("where", [GROUP, TOPIC, PAPERS], ids=["group", "topic", "another platform"])
def test_what_is_routed_speaks_there_and_no_longer_here(answers: Answers, storage: Storage, where: Address) -> None:
    assert tells(storage, "2603.00001") == [("telegram", "7")]
    says(answers, f"/route {code_for(answers)}", where)
    assert tells(storage, "2603.00002") == [(where.platform, where.chat + where.topic)]
    assert "Readers" in str(said(answers, "/subscriptions")) or "#papers" in str(said(answers, "/subscriptions"))
    assert "Sent here from other chats" in str(said(answers, "/subscriptions", where))
    assert "In its own chat again: “nets”" in says(answers, "/route 1 off")
    assert tells(storage, "2603.00003") == [("telegram", "7")]


def test_a_thread_is_a_place_of_its_own(answers: Answers, storage: Storage) -> None:
    says(answers, f"/route {code_for(answers)}", PAPERS, thread="17.5")
    assert tells(storage) == [("slack", "C117.5")]
    assert "No other chat" in says(answers, "/route off", PAPERS)
    assert "In its own chat again" in says(answers, "/route off", PAPERS, thread="17.5")


def test_a_chat_can_end_what_others_send_there(answers: Answers, storage: Storage) -> None:
    says(answers, f"/route {code_for(answers)}", GROUP)
    assert "Only admins" in says(answers, "/route off", GROUP, manages=False)
    assert "In its own chat again: “nets”" in says(answers, "/route off", GROUP)
    assert tells(storage) == [("telegram", "7")]


def test_a_chat_with_the_same_subscription_is_told_once_with_both_as_the_reason(
    answers: Answers, storage: Storage
) -> None:
    says(answers, "/subscribe nets", GROUP)
    says(answers, "/subscribe deep")
    says(answers, f"/route {code_for(answers, 2)}", GROUP)
    assert tells(storage) == [("telegram", "-100"), ("telegram", "7")]
    why = storage.database.value(
        "SELECT why FROM alerts JOIN chats ON chats.id = alerts.chat WHERE chats.chat = '-100'"
    )
    assert set(why.split("\n")) == {"nets", "deep"}


def test_digests_come_where_the_subscriptions_speak(answers: Answers, storage: Storage, clock: Clock) -> None:
    says(answers, f"/route {code_for(answers)}", GROUP)
    clock.now += timedelta(days=8)
    assert compose(storage, clock.now) == 1
    assert storage.database.value("SELECT chats.chat FROM digests JOIN chats ON chats.id = digests.chat") == GROUP.chat
    says(answers, "/unsubscribe all")
    clock.now += timedelta(days=8)
    assert compose(storage, clock.now) == 0


def sent(storage: Storage, channel: FakeChannel, now: datetime) -> list[str]:
    asyncio.run(deliver(storage, {"telegram": channel}, now=now, real_now=now))
    return [wording.delivery(one).summary for one in channel.sent]


def test_a_place_that_is_lost_is_told_to_whose_subscription_speaks_there_each_time(
    answers: Answers, storage: Storage
) -> None:
    says(answers, f"/route {code_for(answers)}", GROUP)
    for n in (1, 2):
        channel = FakeChannel()
        channel.fail(DeliveryFailed("bot was kicked", permanent=True), chat=GROUP.chat)
        tells(storage, f"2603.0000{n}")
        (told,) = sent(storage, channel, NOW + timedelta(minutes=5 * n))
        assert "I can't write to Readers (Telegram), where “nets” should speak: bot was kicked" in told
        assert [one.chat.address for one in channel.sent] == [ADA]
        says(answers, "/start", GROUP)  # somebody lets it in again
    assert len(sent(storage, FakeChannel(), NOW + timedelta(minutes=15))) == 2  # and what has waited comes


def test_a_group_that_moves_takes_its_routes_along(answers: Answers, storage: Storage) -> None:
    says(answers, f"/route {code_for(answers)}", GROUP)
    says(answers, "/start", Address("telegram", "-200"))
    group = storage.chats.find(GROUP)
    assert group
    with storage.write():
        storage.chats.move(group.key, "-200")
    assert tells(storage) == [("telegram", "-200")]
