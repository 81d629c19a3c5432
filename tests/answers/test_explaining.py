"""/why: every message can say why it came, every silence why it is silent."""

import asyncio
from datetime import timedelta

import pytest

from bot.answers import Answers, Live
from bot.domain.chat import Address
from bot.domain.news import News, NewsKind
from bot.domain.paper import FetchedPaper
from bot.ingest import ingest
from bot.jobs.deliver import deliver
from bot.jobs.digest import compose
from bot.telling import tell
from handlers.commands import respond
from handlers.console.render import render
from handlers.incoming import Request
from storage import Storage
from tests.builders import CODE_AT, NOW, linked_paper, paper
from tests.clock import Clock
from tests.fakes import FakeArxiv, FakeChannel

ADA, BOB = Address("telegram", "7"), Address("telegram", "8")


@pytest.fixture
def answers(storage: Storage, clock: Clock) -> Answers:
    nowhere = FakeArxiv()
    return Answers(storage, Live(nowhere, nowhere, feeds=None), clock=clock)  # type: ignore[arg-type]  # because: nothing is looked up


def says(answers: Answers, text: str, where: Address = ADA) -> str:
    """The answer on one line, with the buttons' commands."""
    return " ".join(render(respond(answers, Request(where, text, alone=True)), width=2000).split())


def announce(storage: Storage, clock: Clock, *papers: FetchedPaper) -> None:
    with storage.write():
        ingest(storage, papers, now=clock.now)


def sent(storage: Storage, clock: Clock, *, minutes: int = 5) -> FakeChannel:
    clock.now += timedelta(minutes=minutes)
    channel = FakeChannel()
    asyncio.run(deliver(storage, {"telegram": channel}, now=clock.now, real_now=clock.now))
    return channel


@pytest.mark.parametrize("words", ["", "99", "m99", "#4", "9" * 300, "m" + "9" * 300])
def test_a_message_that_isnt_there_is_said_so(answers: Answers, words: str) -> None:
    said = says(answers, f"/why {words}")
    assert "I know no such message in this chat" in said or "I found no paper" in said


def test_another_chats_messages_explain_nothing_here(answers: Answers, storage: Storage, clock: Clock) -> None:
    says(answers, "/subscribe nets")
    says(answers, "/subscribe gans", BOB)
    announce(storage, clock, paper(abstract=CODE_AT))
    channel = sent(storage, clock)
    key = channel.sent[0].alerts[0].key
    assert "Why you got this" in says(answers, f"/why {key}")
    for words in (f"{key}", f"m{channel.sent[0].key}", ""):
        assert "I know no such message" in says(answers, f"/why {words}", BOB)


@pytest.mark.parametrize("words", ["", "key", "m", "2603.00001", "deep nets"])
def test_a_message_is_explained_by_its_key_its_paper_or_as_the_last_one(
    answers: Answers, storage: Storage, clock: Clock, words: str
) -> None:
    says(answers, "/subscribe diffusion")
    says(answers, "/subscribe nets")
    announce(storage, clock, paper(abstract=CODE_AT))
    (told,) = sent(storage, clock).sent
    said = says(
        answers, f"/why {words.replace('key', str(told.alerts[0].key)).replace('m', f'm{told.key}', words == 'm')}"
    )
    assert "Subscription #2 “nets”: net (in the title)" in said
    assert "What is new: it has code, since 5 Mar 2026 06:00 UTC" in said
    assert "Sent 5 Mar 2026 06:05 UTC" in said
    assert "ada/nets: official, " in said
    assert "/mute #2 7 days" in said


def test_it_says_what_a_message_waited_for(answers: Answers, storage: Storage, clock: Clock) -> None:
    says(answers, "/subscribe nets")
    says(answers, "/timezone Berlin")
    says(answers, "/quiet 22:00-09:00")
    announce(storage, clock, paper(abstract=CODE_AT))
    assert "Not sent yet" in says(answers, "/why 2603.00001")
    sent(storage, clock, minutes=150)
    assert "Sent 5 Mar 2026 09:30 CET, after waiting until 5 Mar 2026 09:00 CET" in says(answers, "/why")


def test_it_says_what_had_no_message_of_its_own(answers: Answers, storage: Storage, clock: Clock) -> None:
    says(answers, "/subscribe nets")
    says(answers, "/mute deep 7 days")
    announce(storage, clock, paper(abstract=CODE_AT))
    assert "No message of its own: it is muted; /missed shows it" in says(answers, "/why 2603.00001")


def test_a_digest_explains_each_of_its_items(answers: Answers, storage: Storage, clock: Clock) -> None:
    says(answers, "/subscribe nets")
    says(answers, "/rhythm 1 daily")
    announce(
        storage,
        clock,
        paper(abstract=CODE_AT),
        paper("2603.00002", "Other Nets", abstract=CODE_AT.replace("ada", "bob")),
    )
    clock.now += timedelta(days=7)
    assert compose(storage, clock.now) == 1
    sent(storage, clock)
    said = says(answers, "/why")
    assert "Why you got these" in said
    assert said.count("· “nets”; its subscription speaks in the digest") == 2
    assert "It came in the digest of 12 Mar 2026" in says(answers, "/why 2603.00002")


def test_a_subscription_that_has_ended_is_named_all_the_same(answers: Answers, storage: Storage, clock: Clock) -> None:
    says(answers, "/subscribe nets")
    announce(storage, clock, paper(abstract=CODE_AT))
    sent(storage, clock)
    says(answers, "/unsubscribe 1")
    assert "Subscription “nets” (ended, or another chat's)" in says(answers, "/why")


# Silence --------------------------------------------------------------------------------------------------------------


def test_silence_is_explained_for_every_subscription(answers: Answers, storage: Storage, clock: Clock) -> None:
    announce(storage, clock, paper(abstract=CODE_AT))
    clock.now += timedelta(minutes=1)
    assert "no subscription to papers speaks in this chat" in says(answers, "/why 2603.00001")
    for words in ("nets", "diffusion cat:cs.CV", "nets -deep"):
        says(answers, f"/subscribe {words}")
    said = says(answers, "/why 2603.00001")
    assert "#1 “nets” matches, but it was news on 5 Mar 2026 06:00 UTC, before you subscribed" in said
    assert "#2 “diffusion cat:cs.CV” doesn't match, because of “diffusion”, “cat:cs.cv”" in said
    assert "#3 “nets -deep” doesn't match, because of “-deep”" in said


def test_a_paper_without_code_is_waited_for(answers: Answers, storage: Storage, clock: Clock) -> None:
    says(answers, "/subscribe nets")
    announce(storage, clock, paper())
    assert "#1 “nets”: it matches, and waits for the paper's code" in says(answers, "/why 2603.00001")


def test_a_paper_that_was_never_announced_is_said_so(answers: Answers, storage: Storage) -> None:
    says(answers, "/subscribe nets")
    linked_paper(storage)
    said = says(answers, "/why 2603.00001")
    assert "I never saw it announced" in said
    assert "it is older, or somebody asked for it" in said


def test_news_of_a_state_is_explained(answers: Answers, storage: Storage, clock: Clock) -> None:
    says(answers, "/subscribe nets code:any")
    key = linked_paper(storage)
    told = storage.papers.get(key)
    with storage.write():
        event = storage.papers.change_state(told, told.code_state.GONE, "", clock.now)
        tell(storage, News(NewsKind.STATE, event.key, NOW, event.state), told, (), now=NOW)
    sent(storage, clock)
    assert "What is new: the state of its code has changed" in says(answers, "/why 2603.00001")


def test_muting_a_subscription_by_its_number(answers: Answers, storage: Storage) -> None:
    says(answers, "/subscribe nets cat:cs.LG")
    assert "Muted: nets cat:cs.LG until 12 Mar 2026" in says(answers, "/mute #1 7 days")
    assert "There is no subscription #2 here" in says(answers, "/mute #2 7 days")
