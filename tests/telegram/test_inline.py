"""Inline mode over a real socket: what is typed in any chat brings cards, at once, and nothing of it is kept."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from bot.answers import Answers
from bot.answers.limits import KEYSTROKES
from bot.domain.chat import Address
from handlers.commands import respond
from handlers.incoming import Request
from handlers.invitations import payload_of, words_of
from handlers.messages import Button, Buttons, Copy, Heading, Invite, Message, Share, text
from handlers.offers import Offer, Offers
from handlers.suggesting import suggest
from storage import Storage
from tests.asked_live import answers_of
from tests.builders import NOW, facts, linked_paper, paper
from tests.inboxes import MemoryInbox
from tests.telegram.channel import channel, echo, reached, run, running, until
from tests.telegram.fake_api import NAME, FakeTelegram
from tests.telegram.fake_http import Fault, Refusal
from tests.telegram.fake_inline import Listed

FOUND = Offers((Offer("1", "Nets", "code", Message((text("Nets"),), "Nets")),))


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake.person(7, "Ada").group(-100, "Readers")


@pytest.fixture
def answers(storage: Storage) -> Answers:
    linked_paper(storage, "1706.03762", "lab/t2t", title="Attention Is All You Need")
    with storage.write():
        (repository,) = storage.repositories.called("t2t")
        storage.repositories.recount(repository.key, facts("lab/t2t", 5, stars=1234))
        storage.papers.store(paper("2603.00007", "A Paper <without> & Code @nobody"), NOW)
    return answers_of(storage)


def listed(telegram: FakeTelegram, suggests: Callable[[Request, int], Offers | None]) -> list[Listed]:
    """What was offered until an answer was accepted."""

    async def listen() -> None:
        async with running(channel(telegram, suggest=suggests)):
            await until(telegram, lambda: bool(telegram.inline.listed))

    run(listen())
    return telegram.inline.listed


# What goes wrong


@pytest.mark.parametrize(
    "fault", [Refusal(400, "Bad Request: RESULT_ID_INVALID"), Fault.DROP_BEFORE, Fault.GARBAGE, Fault.BAD_GATEWAY]
)
def test_an_answer_that_fails_is_dropped_and_the_next_words_are_answered(
    telegram: FakeTelegram, fault: Fault | Refusal
) -> None:
    async def listen() -> None:
        async with running(channel(telegram, suggest=lambda _request, _page: FOUND)) as made:
            telegram.fail("answerInlineQuery", fault).types("at")
            await until(telegram, lambda: telegram.count("answerInlineQuery") == 1)
            await _idle(made)
            telegram.types("att")
            await until(telegram, lambda: [one.query for one in telegram.inline.listed][-1:] == ["att"])
            assert made.trouble == ""

    run(listen())


async def _idle(made: object) -> None:
    """Until nobody's words are being answered."""
    while made._inline._typing:  # type: ignore[attr-defined]  # because: nothing outside tells when
        await asyncio.sleep(0.005)


def test_a_bug_is_logged_and_the_next_words_are_answered(
    telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    def suggests(request: Request, _page: int) -> Offers:
        if request.text == "bug":
            raise ZeroDivisionError
        return FOUND

    async def listen() -> None:
        async with running(channel(telegram, suggest=suggests)) as made:
            telegram.types("bug")
            await until(telegram, lambda: telegram.count("getUpdates") >= 2)
            await _idle(made)
            telegram.types("att")
            await until(telegram, lambda: len(telegram.inline.listed) == 1)

    run(listen())
    assert "ZeroDivisionError" in caplog.text


def test_words_that_are_too_old_are_let_be(telegram: FakeTelegram, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    telegram.types("at", sender=8, too_old=True)
    telegram.types("att")
    assert [one.query for one in listed(telegram, lambda _request, _page: FOUND)] == ["att"]
    assert telegram.unconfirmed == 0
    assert caplog.records == []


def test_words_are_not_kept_and_not_answered_by_the_next_process(telegram: FakeTelegram) -> None:
    inbox = MemoryInbox()

    async def listen() -> None:
        async with running(channel(telegram, suggest=lambda _request, _page: None, inbox=inbox)):
            telegram.types("att")
            telegram.says(7, "hello")
            await until(telegram, lambda: len(telegram.sent) == 1)

    run(listen())
    assert len(inbox.kept) == 1
    assert telegram.inline.listed == []
    assert telegram.unconfirmed == 0


def test_words_do_not_wait_for_anybodys_slow_question(telegram: FakeTelegram) -> None:
    release = threading.Event()

    def slowly(request: Request) -> Message:
        release.wait(10)
        return echo(request)

    async def listen() -> None:
        async with running(channel(telegram, respond=slowly, suggest=lambda _request, _page: FOUND)):
            telegram.says(7, "slow")
            telegram.says(-100, "/slow")
            await until(telegram, lambda: telegram.count("getUpdates") >= 2)
            telegram.types("att", sender=7)
            await until(telegram, lambda: len(telegram.inline.listed) == 1)
            release.set()
            await until(telegram, lambda: len(telegram.sent) == 2)

    run(listen())


def test_of_one_person_only_the_newest_words_count(telegram: FakeTelegram) -> None:
    begun, release, asked = threading.Event(), threading.Event(), list[str]()

    def suggests(request: Request, _page: int) -> Offers:
        asked.append(request.text)
        if request.text == "a":
            begun.set()
            release.wait(10)
        return FOUND

    async def listen() -> None:
        async with running(channel(telegram, suggest=suggests)):
            telegram.types("a")
            await asyncio.to_thread(begun.wait, 5)
            polls = telegram.count("getUpdates")
            for typed in ("at", "att", "atte"):
                telegram.types(typed)
            telegram.types("bees", sender=8)
            await until(telegram, lambda: telegram.count("getUpdates") > polls)
            await until(telegram, lambda: len(telegram.inline.listed) == 1)
            release.set()
            await until(telegram, lambda: len(telegram.inline.listed) == 2)

    run(listen())
    assert asked == ["a", "bees", "atte"]
    assert [one.query for one in telegram.inline.listed] == ["bees", "atte"]  # what is no longer typed has no answer


def test_stopping_does_not_wait_for_what_is_typed(telegram: FakeTelegram) -> None:
    begun, release = threading.Event(), threading.Event()

    def suggests(_request: Request, _page: int) -> Offers:
        begun.set()
        release.wait(10)
        return FOUND

    async def listen() -> None:
        async with running(channel(telegram, suggest=suggests)):
            telegram.types("att")
            await asyncio.to_thread(begun.wait, 5)
        release.set()

    run(listen())
    assert telegram.inline.listed == []


def test_a_press_below_what_was_posted_elsewhere_is_acknowledged_and_no_question(telegram: FakeTelegram) -> None:
    async def listen() -> None:
        async with running(channel(telegram)):
            telegram.presses_elsewhere("/code bert")
            await until(telegram, lambda: len(telegram.pressed) == 1)

    run(listen())
    assert telegram.sent == []
    assert telegram.unconfirmed == 0


# What is asked


def test_who_types_is_asked_about_as_in_their_private_chat(telegram: FakeTelegram) -> None:
    asked: list[tuple[Request, int]] = []

    def suggests(request: Request, page: int) -> Offers:
        asked.append((request, page))
        return FOUND

    telegram.types("attention is", offset="3")
    listed(telegram, suggests)
    request = Request(Address("telegram", "7"), "attention is", sender="7", alone=True, chat_title="Ada")
    assert asked == [(request, 3)]


@pytest.mark.parametrize("offset", ["", "1", "0", "-1", "6", "x", "９", "2" * 60])
def test_an_offset_of_nonsense_is_the_first_page(telegram: FakeTelegram, offset: str) -> None:
    pages: list[int] = []

    def suggests(_request: Request, page: int) -> Offers:
        pages.append(page)
        return FOUND

    telegram.types("att", offset=offset)
    listed(telegram, suggests)
    assert pages == [1]


# What is offered


def test_a_paper_is_listed_and_posted_as_a_card(telegram: FakeTelegram, answers: Answers) -> None:
    telegram.types("attention i")
    (answer,) = listed(telegram, partial(suggest, answers))
    (card,) = answer.articles
    assert card.title == "Attention Is All You Need"
    assert card.description == "official code ★ 1,234 · 1706.03762"
    assert card.text.startswith("Attention Is All You Need\n1706.03762\n\n• lab/t2t · official ✓ · ★ 1,234")
    assert card.preview == "https://github.com/lab/t2t"
    assert card.keyboard == ((("Ask me about it", f"https://t.me/{NAME}?start={payload_of('/code 1706.03762')}"),),)
    assert (answer.next, answer.way, answer.personal, answer.cached_s) == ("", None, True, 60)


def test_a_paper_without_code_offers_to_wait_for_it_and_rings_nobody(telegram: FakeTelegram, answers: Answers) -> None:
    telegram.types("a paper w")
    (card,) = listed(telegram, partial(suggest, answers))[0].articles
    assert card.title == "A Paper <without> & Code @nobody"
    assert "@nobody" not in card.text
    assert card.text.endswith("No code known yet.")
    assert card.description == "no code known yet · 2603.00007"
    assert [words_of(url.partition("=")[2]) for row in card.keyboard for _, url in row] == [
        "/code 2603.00007",
        "/subscribe id:2603.00007",
    ]


def test_many_papers_come_in_pages(telegram: FakeTelegram, answers: Answers, storage: Storage) -> None:
    with storage.write():
        for n in range(25):
            storage.papers.store(paper(f"2602.{n:05}", f"Bees {n}"), NOW)

    async def listen() -> None:
        async with running(channel(telegram, suggest=partial(suggest, answers))):
            offset = ""
            for number in range(1, 4):
                telegram.types("bees", offset=offset)
                await until(telegram, partial(_has_listed, telegram, number))
                offset = telegram.inline.listed[-1].next

    run(listen())
    assert [(len(one.articles), one.next) for one in telegram.inline.listed] == [(10, "2"), (10, "3"), (5, "")]


def _has_listed(telegram: FakeTelegram, answers: int) -> bool:
    return len(telegram.inline.listed) == answers


def test_where_nothing_is_known_there_is_a_way_to_ask_further(telegram: FakeTelegram, answers: Answers) -> None:
    telegram.types("quasars of the northern sky in long winters xx")
    (answer,) = listed(telegram, partial(suggest, answers))
    assert answer.articles == ()
    assert answer.way
    assert answer.way[0].startswith("Look for “quasars of the northern")
    assert words_of(answer.way[1]) == "/code quasars of the northern sky in long"


def test_a_subscription_is_passed_on_with_a_way_to_have_it(telegram: FakeTelegram, answers: Answers) -> None:
    telegram.types("/subscribe  diffusion cat:cs.CV")
    (card,) = listed(telegram, partial(suggest, answers))[0].articles
    assert card.title == "Subscription: diffusion cat:cs.CV"
    assert [words_of(url.partition("=")[2]) for row in card.keyboard for _, url in row] == [
        "/subscribe diffusion cat:cs.CV"
    ]


def test_a_stranger_gets_nothing_but_the_way_to_hear_why(telegram: FakeTelegram, storage: Storage) -> None:
    answers = answers_of(storage)
    answers.access.closed = True
    telegram.types("attention")
    (answer,) = listed(telegram, partial(suggest, answers))
    assert answer.articles == ()
    assert answer.way == ("I answer only those whom my owner lets in", payload_of("/start"))


def test_who_types_without_end_is_answered_no_more_and_may_still_ask(answers: Answers) -> None:
    request = Request(Address("telegram", "7"), "att", sender="7", alone=True)
    assert all(suggest(answers, request, 1) for _ in range(KEYSTROKES))
    assert suggest(answers, request, 1) is None
    assert answers.limits.wait(request.address, "7") is None
    assert suggest(answers, Request(Address("telegram", "8"), "att", sender="8", alone=True), 1)


def test_a_card_that_is_too_long_is_cut_to_one_message_and_loses_what_cannot_be_pressed_there(
    telegram: FakeTelegram,
) -> None:
    row = Buttons((Button("Save", "/save 1"), Copy("Copy", "git clone x"), Invite("Ask", "/code 1")))
    long = Message((Heading("<Nets>"), text("long words " * 900), row), "Nets")
    offers = Offers((Offer("1", "Nets\u202e\n", "x", long), Offer("2", "No keys", "x", Message((text("x"),), "x"))))
    telegram.types("att")
    (first, second) = listed(telegram, lambda _request, _page: offers)[0].articles
    assert [label for row in first.keyboard for label, _ in row] == ["Copy", "Ask"]
    assert second.keyboard == ()


# Sharing


@pytest.mark.parametrize("switched_on", [True, False])
def test_what_can_be_shared_has_a_button_once_inline_mode_is_switched_on(
    telegram: FakeTelegram, answers: Answers, switched_on: bool
) -> None:
    telegram.inline.switched_on = switched_on
    answers.subscribe(Address("telegram", "7"), "nets cat:cs.CV")

    async def talk() -> None:
        async with running(channel(telegram, respond=partial(respond, answers))):
            for number, typed in enumerate(("/card 1706.03762 more", "/subscriptions #1"), 1):
                telegram.says(7, typed)
                await until(telegram, partial(_has_sent, telegram, number))

    run(talk())
    shared = [does for sent in telegram.sent for row in sent.keyboard for label, does in row if label == "Share"]
    assert shared == (["share:1706.03762", "share:/subscribe nets cat:cs.CV"] if switched_on else [])


def _has_sent(telegram: FakeTelegram, messages: int) -> bool:
    return len(telegram.sent) == messages


def test_what_cannot_be_shared_as_it_is_has_no_button(telegram: FakeTelegram) -> None:
    telegram.inline.switched_on = True
    row = Buttons((Share("Too long", "x" * 257), Share("Hidden", "x\u202ey"), Share("Empty", "")))
    telegram.says(7, "x")

    async def talk() -> None:
        async with running(channel(telegram, respond=lambda _: Message((text("x"), row), "x"))):
            await until(telegram, lambda: bool(telegram.sent))

    run(talk())
    assert telegram.sent[0].keyboard == ((("Empty", "share:"),),)


def test_what_is_typed_may_come_through_the_web_door() -> None:
    async def listen(telegram: FakeTelegram) -> None:
        async with reached(telegram, suggest=lambda _request, _page: FOUND):
            telegram.types("att")
            await until(telegram, lambda: bool(telegram.inline.listed))

    with FakeTelegram(local=True) as telegram:
        run(listen(telegram))
        assert telegram.count("getUpdates") == 0
        assert telegram.unconfirmed == 0
