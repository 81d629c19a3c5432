"""Reactions to our messages are votes on their papers; whatever isn't clear is none."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.domain.chat import Address, Chat
from bot.domain.news import NewsKind
from bot.domain.vote import Vote
from storage import Storage
from tests.builders import NOW, chat, claim_all, linked_paper, tell
from tests.telegram.fake_api import FakeTelegram
from tests.telegram.fake_events import reacts
from tests.telegram.house import ADA, BOB, Bot

GROUP = -100


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake.person(ADA).person(BOB).group(GROUP, admins=(ADA,), topics=(5,))


@pytest.fixture
def bot(storage: Storage, telegram: FakeTelegram) -> Bot:
    return Bot(storage, telegram)


def sent(storage: Storage, to: Chat, *subjects: int, kind: NewsKind = NewsKind.CODE, folded: bool = False) -> int:
    """A message that was pushed; the platform's id of it."""
    with storage.write():
        storage.outbox.queue([tell(to, key, kind, folded=folded) for key in subjects], NOW)
    (delivery,) = claim_all(storage)
    with storage.write():
        storage.outbox.sent(delivery.key, NOW, message="77")
    return 77


def votes(storage: Storage, of: Chat) -> dict[int, Vote]:
    return {vote.paper: vote.vote for vote in storage.votes.all(of.key)}


# What is no vote


def test_reactions_to_what_isnt_ours_or_isnt_known_are_nothing(
    bot: Bot, telegram: FakeTelegram, storage: Storage
) -> None:
    ada, bob, key = chat(storage, str(ADA)), chat(storage, str(BOB)), linked_paper(storage)
    sent(storage, ada, key)
    reacts(telegram, ADA, 78, "", "👍")
    reacts(telegram, BOB, 77, "", "👍", sender=BOB)
    assert bot.listen() == []
    assert votes(storage, ada) == votes(storage, bob) == {}


def test_a_message_of_several_papers_takes_no_vote(bot: Bot, telegram: FakeTelegram, storage: Storage) -> None:
    ada = chat(storage, str(ADA))
    keys = [linked_paper(storage, f"2603.{n:05}", f"ada/{n}") for n in (1, 2)]
    reacts(telegram, ADA, sent(storage, ada, *keys, folded=True), "", "👍")
    bot.listen()
    assert votes(storage, ada) == {}


def test_a_message_about_something_else_takes_no_vote(bot: Bot, telegram: FakeTelegram, storage: Storage) -> None:
    ada, lost = chat(storage, str(ADA)), chat(storage, "-5")
    reacts(telegram, ADA, sent(storage, ada, lost.key, kind=NewsKind.ROUTE), "", "👍")
    bot.listen()
    assert votes(storage, ada) == {}


@pytest.mark.parametrize("sign", ["*", "🤔", "👍🏽", "👍👎"])
def test_signs_that_say_nothing_of_a_paper_are_none(
    bot: Bot, telegram: FakeTelegram, storage: Storage, sign: str
) -> None:
    ada, key = chat(storage, str(ADA)), linked_paper(storage)
    reacts(telegram, ADA, sent(storage, ada, key), "", sign)
    bot.listen()
    assert votes(storage, ada) == {}


def test_who_hides_behind_the_group_does_not_vote(bot: Bot, telegram: FakeTelegram, storage: Storage) -> None:
    group, key = chat(storage, str(GROUP)), linked_paper(storage)
    reacts(telegram, GROUP, sent(storage, group, key), "", "👍", anonymous=True)
    bot.listen()
    assert votes(storage, group) == {}


def test_a_stranger_does_not_vote_and_telegram_is_asked_nothing(telegram: FakeTelegram, storage: Storage) -> None:
    bot = Bot(storage, telegram, closed=True)
    group, key = chat(storage, str(GROUP)), linked_paper(storage)
    message = sent(storage, group, key)
    reacts(telegram, GROUP, message, "", "👍")
    reacts(telegram, GROUP, message, "👍", "👎")
    bot.listen()
    assert votes(storage, group) == {}
    assert telegram.count("getChatMember") == 0


def test_somebodys_script_does_not_vote_for_ever(bot: Bot, telegram: FakeTelegram, storage: Storage) -> None:
    ada, key = chat(storage, str(ADA)), linked_paper(storage)
    message = sent(storage, ada, key)
    for _ in range(15):
        reacts(telegram, ADA, message, "", "👍")
        reacts(telegram, ADA, message, "👍", "👎")
    reacts(telegram, ADA, message, "👎", "👍")
    bot.listen()
    assert votes(storage, ada) == {key: Vote.LESS}


# What is one


@pytest.mark.parametrize("sign", ["👍", "❤", "❤️", "❤‍🔥", "🔥", "🤩", "💯", "🏆", "⭐", "$"])
def test_who_likes_a_paper_saves_it_in_silence(bot: Bot, telegram: FakeTelegram, storage: Storage, sign: str) -> None:
    ada, key = chat(storage, str(ADA)), linked_paper(storage)
    reacts(telegram, ADA, sent(storage, ada, key), "", sign)
    assert bot.listen() == []
    assert votes(storage, ada) == {key: Vote.SAVED}
    telegram.says(ADA, "/saved")
    assert "Deep Nets" in bot.listen()[0]


@pytest.mark.parametrize("kind", [NewsKind.PAPER, NewsKind.CODE])
@pytest.mark.parametrize("sign", ["👎", "💩"])
def test_who_dislikes_it_wants_less(
    bot: Bot, telegram: FakeTelegram, storage: Storage, sign: str, kind: NewsKind
) -> None:
    ada, key = chat(storage, str(ADA)), linked_paper(storage)
    reacts(telegram, ADA, sent(storage, ada, key, kind=kind), "", sign)
    bot.listen()
    assert votes(storage, ada) == {key: Vote.LESS}


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        (["👍", ""], None),
        (["👎", ""], None),
        (["👍", "👎"], Vote.LESS),
        (["👎", "❤"], Vote.SAVED),
        (["👍", "🤔"], None),
        (["👍", "🔥"], Vote.SAVED),
        (["👍", "👍 🎉"], Vote.SAVED),
        (["👍", "👍 👎"], Vote.LESS),
        (["👍", "👍 👎", "👍"], Vote.SAVED),
    ],
)
def test_the_last_word_counts(
    bot: Bot, telegram: FakeTelegram, storage: Storage, steps: list[str], left: Vote | None
) -> None:
    ada, key = chat(storage, str(ADA)), linked_paper(storage)
    message = sent(storage, ada, key)
    for before, now in zip(["", *steps], steps, strict=False):
        reacts(telegram, ADA, message, before, now)
    bot.listen()
    assert votes(storage, ada) == ({key: left} if left else {})


def test_a_reaction_taken_back_leaves_what_was_said_otherwise(
    bot: Bot, telegram: FakeTelegram, storage: Storage
) -> None:
    ada, key = chat(storage, str(ADA)), linked_paper(storage)
    reacts(telegram, ADA, sent(storage, ada, key), "", "👎")
    telegram.says(ADA, "/save 2603.00001")
    reacts(telegram, ADA, 77, "👎", "")
    bot.listen()
    assert votes(storage, ada) == {key: Vote.SAVED}


def test_a_change_of_a_papers_state_is_about_that_paper(bot: Bot, telegram: FakeTelegram, storage: Storage) -> None:
    ada, other = chat(storage, str(ADA)), linked_paper(storage, "2603.00009", "ada/other")
    key = linked_paper(storage)
    with storage.write():
        for _ in range(3):  # so that the event's number is no paper's
            paper = storage.papers.get(other)
            event = storage.papers.change_state(storage.papers.get(key), paper.code_state, "", NOW)
    reacts(telegram, ADA, sent(storage, ada, event.key, kind=NewsKind.STATE), "", "👍")
    bot.listen()
    assert votes(storage, ada) == {key: Vote.SAVED}


# In a group


@pytest.mark.parametrize(("sender", "vote"), [(ADA, Vote.LESS), (BOB, Vote.SAVED)])
def test_anybody_may_save_and_less_is_for_admins(
    bot: Bot, telegram: FakeTelegram, storage: Storage, sender: int, vote: Vote
) -> None:
    group, key = chat(storage, str(GROUP)), linked_paper(storage)
    message = sent(storage, group, key)
    reacts(telegram, GROUP, message, "", "👍", sender=ADA)
    reacts(telegram, GROUP, message, "", "👎", sender=sender)
    bot.listen()
    assert votes(storage, group) == {key: vote}
    assert telegram.count("getChatMember") == 1


def test_a_member_cannot_take_back_what_an_admin_wants_less_of(
    bot: Bot, telegram: FakeTelegram, storage: Storage
) -> None:
    group, key = chat(storage, str(GROUP)), linked_paper(storage)
    message = sent(storage, group, key)
    reacts(telegram, GROUP, message, "", "👎", sender=ADA)
    reacts(telegram, GROUP, message, "👎", "", sender=BOB)
    bot.listen()
    assert votes(storage, group) == {key: Vote.LESS}


def test_a_reaction_counts_in_the_topic_of_its_message(bot: Bot, telegram: FakeTelegram, storage: Storage) -> None:
    """Telegram doesn't say in which topic somebody reacts."""
    group, topic, key = chat(storage, str(GROUP)), chat(storage, str(GROUP), topic="5"), linked_paper(storage)
    reacts(telegram, GROUP, sent(storage, topic, key), "", "👍", sender=BOB)
    bot.listen()
    assert (votes(storage, group), votes(storage, topic)) == ({}, {key: Vote.SAVED})


# Answers


@pytest.mark.parametrize("topic", [0, 5])
def test_answers_take_votes_too_while_they_are_remembered(
    bot: Bot, telegram: FakeTelegram, storage: Storage, topic: int
) -> None:
    key = linked_paper(storage)
    telegram.says(GROUP, "/code 2603.00001", topic=topic)
    bot.listen(then=lambda: reacts(telegram, GROUP, telegram.sent[0].id, "", "🔥", sender=BOB))
    address = Address("telegram", str(GROUP), topic=str(topic) if topic else "")
    found = storage.chats.find(address)
    assert found
    assert votes(storage, found) == {key: Vote.SAVED}


def test_an_answer_from_before_a_restart_takes_none(bot: Bot, telegram: FakeTelegram, storage: Storage) -> None:
    linked_paper(storage)
    telegram.says(ADA, "/code 2603.00001")
    bot.listen()
    bot.later = timedelta(minutes=5)
    reacts(telegram, ADA, telegram.sent[0].id, "", "👍")
    bot.listen()
    assert storage.database.value("SELECT count(*) FROM votes") == 0


def test_an_answer_that_names_several_papers_takes_none(bot: Bot, telegram: FakeTelegram, storage: Storage) -> None:
    for n in (1, 2):
        linked_paper(storage, f"2603.{n:05}", "ada/nets", title=f"Nets {n}")
    telegram.says(ADA, "/code ada/nets")
    bot.listen(then=lambda: reacts(telegram, ADA, telegram.sent[0].id, "", "👍"))
    assert storage.database.value("SELECT count(*) FROM votes") == 0
