"""Blocked, removed, silenced, let in again, moved: nothing is sent in vain, nothing is lost, nobody is flooded."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.domain.access import NOT_LET_IN, LetIn
from bot.domain.chat import Address
from bot.domain.news import NewsKind
from bot.domain.pace import Pace
from bot.jobs.tidy import tidy
from handlers import events
from storage import Storage
from tests.builders import NOW, chat, claim_all, subscribe
from tests.telegram.channel import channel, run, until
from tests.telegram.fake_api import FakeTelegram
from tests.telegram.fake_events import ADMIN, KICKED, LEFT, MEMBER, MUTE_ADMIN, OWNER, SILENCED, member, upgraded
from tests.telegram.house import ADA, BOB, Bot, news, owned, paused, routed

GROUP, SUPER, NEWS = -100, -1001, -200
ADMITTED = Address("telegram", str(GROUP))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.telegram.noting.SETTLES_S", 0.05)


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        fake.person(ADA, "Ada").person(BOB, "Bob").group(GROUP, "Readers", admins=(ADA,), topics=(5,))
        yield fake.group(SUPER, "Readers", admins=(ADA,), topics=(5,)).channel(NEWS, "News")


@pytest.fixture
def bot(storage: Storage, telegram: FakeTelegram) -> Bot:
    return Bot(storage, telegram)


# A person


def test_who_blocks_us_is_sent_nothing_and_keeps_everything(bot: Bot, telegram: FakeTelegram, storage: Storage) -> None:
    ada = subscribe(storage, "nets", str(ADA))
    news(storage, ada, 2)
    member(telegram, ADA, MEMBER, KICKED)
    assert bot.listen() == []
    assert paused(storage, ada) == "blocked"
    bot.later = timedelta(days=29)
    tidy(storage, bot.now())
    assert bot.deliver() == []
    assert telegram.count("sendMessage") == 0
    assert [s.text for s in storage.subscriptions.of_chat(ada.key)] == ["nets"]
    assert storage.outbox.dead() == ()


def test_after_thirty_days_what_waited_has_an_end_and_the_subscription_has_none(
    bot: Bot, telegram: FakeTelegram, storage: Storage
) -> None:
    ada = subscribe(storage, "nets", str(ADA))
    news(storage, ada, 2)
    member(telegram, ADA, MEMBER, KICKED)
    bot.listen()
    bot.later = timedelta(days=31)
    tidy(storage, bot.now())
    member(telegram, ADA, KICKED, MEMBER)
    assert bot.listen() == [
        "Welcome back. Your subscription goes on. 2 messages that waited for more than 30 days are gone."
    ]
    assert bot.deliver() == []


def test_who_comes_back_has_all_that_was_missed_in_one_message(
    bot: Bot, telegram: FakeTelegram, storage: Storage
) -> None:
    ada = subscribe(storage, "nets", str(ADA))
    member(telegram, ADA, MEMBER, KICKED)
    bot.listen()
    news(storage, ada, 12)
    bot.later = timedelta(days=10)
    member(telegram, ADA, KICKED, MEMBER)
    assert bot.listen() == []
    (text,) = bot.deliver()
    assert text.startswith("12 papers with code since 5 Mar 2026")
    assert telegram.sent[0].silent


def test_the_digest_of_a_time_that_was_missed_isnt_sent_beside_it(
    bot: Bot, telegram: FakeTelegram, storage: Storage
) -> None:
    ada = subscribe(storage, "nets", str(ADA))
    bot.answers.settling.digest_when(ada.address, "daily 9")
    member(telegram, ADA, MEMBER, KICKED)
    bot.listen()
    bot.later = timedelta(days=10)
    member(telegram, ADA, KICKED, MEMBER)
    bot.listen()
    assert storage.paces.digests_due(bot.now(), 10) == ()
    assert [due.chat for due in storage.paces.digests_due(bot.now() + timedelta(days=1), 10)] == [ada.key]


def test_who_missed_nothing_hears_that_in_one_line_without_a_sound(
    bot: Bot, telegram: FakeTelegram, storage: Storage
) -> None:
    for words in ("nets", "trees"):
        subscribe(storage, words, str(ADA))
    member(telegram, ADA, MEMBER, KICKED)
    member(telegram, ADA, KICKED, MEMBER)
    assert bot.listen() == ["Welcome back. Your 2 subscriptions go on. Nothing was missed."]
    assert telegram.sent[0].silent


def test_who_never_wanted_anything_is_left_alone(bot: Bot, telegram: FakeTelegram, storage: Storage) -> None:
    known = chat(storage, str(ADA))
    for who in (ADA, BOB):
        member(telegram, who, MEMBER, KICKED)
        member(telegram, who, KICKED, MEMBER)
    assert bot.listen() == []
    assert paused(storage, known) == ""
    assert storage.chats.find(Address("telegram", str(BOB))) is None


def test_those_whose_subscriptions_spoke_there_hear_of_it(bot: Bot, telegram: FakeTelegram, storage: Storage) -> None:
    home, ada = subscribe(storage, "nets", str(BOB)), chat(storage, str(ADA))
    routed(storage, home, ada)
    member(telegram, ADA, MEMBER, KICKED)
    bot.listen()
    (text,) = bot.deliver()
    assert telegram.sent[0].chat == BOB
    assert "where “nets” should speak: blocked." in text


# A group


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        (MEMBER, KICKED, "removed, by Eve"),
        (ADMIN, LEFT, "removed, by Eve"),
        (MEMBER, SILENCED, "no right to write, by Eve"),
        (MEMBER, SILENCED | {"is_member": False}, "removed, by Eve"),
    ],
)
def test_a_lost_group_is_paused_with_all_of_its_topics_and_the_owner_is_told_once(
    bot: Bot, telegram: FakeTelegram, storage: Storage, before: dict[str, object], now: dict[str, object], reason: str
) -> None:
    owner = owned(bot)
    group, topic = subscribe(storage, "nets", str(GROUP)), chat(storage, str(GROUP), topic="5")
    bot.answers.subscribe(topic.address, "trees")
    with storage.write():
        storage.chats.meet(group.address, NOW, title="<b>Readers</b> &amp; co")
    news(storage, group, 2)
    member(telegram, GROUP, before, now, by=66, name="Eve")
    assert bot.listen() == []
    assert (paused(storage, group), paused(storage, topic)) == (reason, reason)
    (text,) = bot.deliver()
    assert telegram.sent[0].chat == int(owner.address.chat)
    assert text == (
        f"I can't write to <b>Readers</b> &amp; co (Telegram) any more: {reason}. Its subscriptions are kept for 30 "
        "days, in case I'm let in again."
    )


def test_names_of_strangers_are_cleaned_and_cut(bot: Bot, telegram: FakeTelegram, storage: Storage) -> None:
    group = subscribe(storage, "nets", str(GROUP))
    member(telegram, GROUP, MEMBER, KICKED, name="E\u202eve\n" + "x" * 200)
    bot.listen()
    assert paused(storage, group) == "removed, by Eve " + "x" * 55 + "…"


def test_without_an_owner_the_console_hears_of_it(bot: Bot, telegram: FakeTelegram, storage: Storage) -> None:
    subscribe(storage, "nets", str(GROUP))
    member(telegram, GROUP, MEMBER, KICKED)
    bot.listen()
    ((alert,),) = [delivery.alerts for delivery in claim_all(storage, platform="console")]
    assert alert.kind is NewsKind.ROUTE


def test_an_owner_whose_own_subscription_spoke_there_is_told_once(
    bot: Bot, telegram: FakeTelegram, storage: Storage
) -> None:
    owned(bot)
    home, group = subscribe(storage, "nets", str(BOB)), chat(storage, str(GROUP))
    routed(storage, home, group)
    member(telegram, GROUP, MEMBER, KICKED)
    bot.listen()
    (text,) = bot.deliver()
    assert "where “nets” should speak: removed, by Ada." in text


def test_an_owner_who_has_blocked_us_stays_paused(bot: Bot, telegram: FakeTelegram, storage: Storage) -> None:
    owner = owned(bot)
    subscribe(storage, "nets", str(GROUP))
    member(telegram, BOB, MEMBER, KICKED)
    bot.listen()
    member(telegram, GROUP, MEMBER, KICKED)
    bot.listen()
    assert paused(storage, owner) == "blocked"


@pytest.mark.parametrize("known", [True, False])
def test_where_nothing_is_lost_nobody_is_told(bot: Bot, telegram: FakeTelegram, storage: Storage, known: bool) -> None:
    owned(bot)
    if known:
        chat(storage, str(GROUP))
    member(telegram, GROUP, MEMBER, LEFT)
    bot.listen()
    assert bot.deliver() == []


def test_a_group_where_we_are_new_is_greeted_once_and_silently(
    bot: Bot, telegram: FakeTelegram, storage: Storage
) -> None:
    member(telegram, GROUP, LEFT, MEMBER)
    member(telegram, GROUP, MEMBER, ADMIN)
    (text,) = bot.listen()
    assert text.startswith("Hello! I find the code of papers")
    assert "/help" in text
    assert telegram.sent[0].silent
    assert storage.chats.find(ADMITTED) is None


@pytest.mark.parametrize("count", [0, 1, 3])
def test_where_we_were_before_the_group_hears_how_many_subscriptions_it_has(
    bot: Bot, telegram: FakeTelegram, storage: Storage, count: int
) -> None:
    group = subscribe(storage, "nets", str(GROUP))
    member(telegram, GROUP, MEMBER, KICKED)
    bot.listen()
    news(storage, group, count)
    member(telegram, GROUP, LEFT, MEMBER)
    missed = "What was missed comes in one message." if count else "Nothing was missed."
    assert bot.listen() == [f"Here again, with 1 subscription as before. {missed}"]
    assert paused(storage, group) == ""
    assert len([text for text in bot.deliver() if "Nets 1" in text]) == min(count, 1)


def test_the_right_to_write_that_comes_back_wakes_the_group_without_a_word(
    bot: Bot, telegram: FakeTelegram, storage: Storage
) -> None:
    group = subscribe(storage, "nets", str(GROUP))
    member(telegram, GROUP, MEMBER, SILENCED)
    member(telegram, GROUP, SILENCED, MEMBER)
    assert bot.listen() == []
    assert paused(storage, group) == ""


@pytest.mark.parametrize("there", [ADMIN, OWNER])
def test_a_channel_is_lost_with_the_right_to_post_and_never_greeted(
    bot: Bot, telegram: FakeTelegram, storage: Storage, there: dict[str, object]
) -> None:
    channel_chat = subscribe(storage, "nets", str(NEWS))
    member(telegram, NEWS, LEFT, there)
    assert bot.listen() == []
    member(telegram, NEWS, there, MUTE_ADMIN)
    bot.listen()
    assert paused(storage, channel_chat) == "no right to write, by Ada"
    member(telegram, NEWS, MUTE_ADMIN, there)
    assert bot.listen() == []
    assert paused(storage, channel_chat) == ""


# An allow-list


def test_a_stranger_who_adds_us_gets_no_word_and_nothing_wakes(telegram: FakeTelegram, storage: Storage) -> None:
    bot = Bot(storage, telegram, closed=True)
    group = subscribe(storage, "nets", str(GROUP))
    with storage.write():
        storage.chats.pause(group.key, NOT_LET_IN, NOW)
    member(telegram, GROUP, MEMBER, KICKED)
    member(telegram, GROUP, LEFT, MEMBER)
    member(telegram, SUPER, LEFT, MEMBER)
    assert bot.listen() == []
    assert paused(storage, group) == NOT_LET_IN
    assert storage.chats.find(Address("telegram", str(SUPER))) is None


def test_a_group_that_is_let_in_is_served_again(telegram: FakeTelegram, storage: Storage) -> None:
    bot = Bot(storage, telegram, closed=True)
    group = subscribe(storage, "nets", str(GROUP))
    with storage.write():
        storage.allowed.add(LetIn("telegram", str(GROUP)), NOW)
    member(telegram, GROUP, MEMBER, KICKED)
    member(telegram, GROUP, LEFT, MEMBER, by=BOB)
    assert bot.listen() == ["Here again, with 1 subscription as before. Nothing was missed."]
    assert paused(storage, group) == ""


def test_the_owner_may_bring_us_along_but_that_lets_nobody_in(telegram: FakeTelegram, storage: Storage) -> None:
    bot = Bot(storage, telegram, closed=True)
    owned(bot)
    member(telegram, GROUP, LEFT, MEMBER, by=BOB)
    (text,) = bot.listen()
    assert text.startswith("Hello!")
    assert storage.allowed.all() == ()


# A group that becomes a supergroup


@pytest.mark.parametrize(
    ("told_by", "joined_first"),
    [("both", True), ("both", False), ("migrate_to_chat_id", True), ("migrate_from_chat_id", False)],
)
def test_all_that_a_group_has_goes_along_at_once_and_without_a_word(
    bot: Bot, telegram: FakeTelegram, storage: Storage, told_by: str, joined_first: bool
) -> None:
    home, group = subscribe(storage, "trees", str(ADA)), subscribe(storage, "nets", str(GROUP))
    routed(storage, home, group)
    with storage.write():
        storage.allowed.add(LetIn("telegram", str(GROUP)), NOW)
        storage.paces.set(group.key, Pace(budget=3, sound=False))
    news(storage, group, 1)
    upgraded(telegram, GROUP, SUPER, told_by=told_by, joined_first=joined_first)
    assert bot.listen() == []
    moved = storage.chats.get(group.key)
    assert moved.address == Address("telegram", str(SUPER))
    assert storage.chats.everywhere(ADMITTED) == ()
    assert [s.text for s in storage.subscriptions.of_chat(group.key)] == ["nets"]
    assert [s.text for s in storage.subscriptions.routed_to(group.key)] == ["trees"]
    assert [one.who for one in storage.allowed.all()] == [str(SUPER)]
    assert storage.paces.get(group.key) == Pace(budget=3, sound=False)
    assert telegram.count("sendMessage") == 0  # none failed first
    bot.deliver()
    assert [sent.chat for sent in telegram.sent] == [SUPER]


@pytest.mark.parametrize("joined_first", [True, False])
def test_a_group_without_anything_is_not_greeted_for_moving(
    bot: Bot, telegram: FakeTelegram, joined_first: bool
) -> None:
    upgraded(telegram, GROUP, SUPER, joined_first=joined_first)
    assert bot.listen() == []


def test_a_paused_group_that_moves_is_awake(bot: Bot, telegram: FakeTelegram, storage: Storage) -> None:
    group = subscribe(storage, "nets", str(GROUP))
    with storage.write():
        storage.chats.pause(group.key, "Telegram: Forbidden", NOW)
    upgraded(telegram, GROUP, SUPER)
    bot.listen()
    assert paused(storage, group) == ""


# Kept like all that comes


def test_what_is_not_noted_when_the_process_dies_is_noted_by_the_next_one(
    bot: Bot, telegram: FakeTelegram, storage: Storage
) -> None:
    ada, heard, release = subscribe(storage, "nets", str(ADA)), threading.Event(), threading.Event()

    def stuck(_: events.Event) -> tuple[()]:
        heard.set()
        release.wait(5)
        return ()

    async def die() -> None:
        made = channel(telegram, note=stuck, inbox=bot.inbox)
        await made.start()
        await asyncio.to_thread(heard.wait, 5)
        await until(telegram, lambda: telegram.unconfirmed == 0)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:  # as kill -9 would: no orderly stop
            task.cancel()
        release.set()
        await made._wire.close()

    member(telegram, ADA, MEMBER, KICKED)
    run(die())
    assert paused(storage, ada) == ""
    bot.listen(waits=1)
    assert paused(storage, ada) == "blocked"


def test_an_update_that_the_library_cannot_read_holds_up_none(
    bot: Bot, telegram: FakeTelegram, storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    """It wants rights that an older Bot API server doesn't tell."""
    group = subscribe(storage, "nets", str(GROUP))
    member(telegram, GROUP, MEMBER, {"status": "restricted", "is_member": True})
    member(telegram, GROUP, MEMBER, KICKED)
    assert bot.listen() == []
    assert paused(storage, group) == "removed, by Ada"
    assert "can't be read" in caplog.text


@pytest.mark.parametrize("change", [(MEMBER, MEMBER), (MEMBER, ADMIN), (ADMIN, MEMBER), (LEFT, KICKED), (KICKED, LEFT)])
def test_what_changes_nothing_of_whether_we_may_write_is_nothing(
    bot: Bot, telegram: FakeTelegram, storage: Storage, change: tuple[dict[str, object], dict[str, object]]
) -> None:
    group = subscribe(storage, "nets", str(GROUP))
    member(telegram, GROUP, *change)
    assert bot.listen() == []
    assert paused(storage, group) == ""
