"""Links without a command: answered in a private chat; in a group where its admins want that, and seldom."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.chat import Address
from storage import Storage
from tests.builders import chat, linked_paper, paper
from tests.telegram.fake_api import NAME, FakeTelegram
from tests.telegram.fake_events import person, posts
from tests.telegram.house import ADA, BOB, Bot

GROUP, NEWS = -100, -200
ONE, TWO, THREE = (f"https://arxiv.org/abs/2603.0000{n}" for n in (1, 2, 3))
FORWARDED: dict[str, Any] = {"forward_origin": {"type": "hidden_user", "sender_user_name": "Eve", "date": 1772690400}}


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        fake.person(ADA).person(BOB).group(GROUP, admins=(ADA,), topics=(5,))
        yield fake.channel(NEWS, "News")


@pytest.fixture
def bot(storage: Storage, telegram: FakeTelegram) -> Bot:
    for n in (1, 2, 3):
        linked_paper(storage, f"2603.{n:05}", f"ada/nets{n}", title=f"Nets {n}")
    return Bot(storage, telegram)


@pytest.fixture
def open_group(bot: Bot) -> Bot:
    """A group whose admins want links to be answered."""
    bot.answers.settling.links(Address("telegram", str(GROUP)), "on")
    return bot


def first_lines(texts: list[str]) -> list[str]:
    return [text.splitlines()[0] for text in texts]


# In a group: what isn't answered


def test_nothing_is_answered_where_nobody_has_switched_it_on(
    bot: Bot, telegram: FakeTelegram, storage: Storage
) -> None:
    chat(storage, str(GROUP))
    posts(telegram, GROUP, f"look: {ONE}")
    posts(telegram, NEWS, f"look: {ONE}")
    assert bot.listen() == []


def test_a_member_cannot_switch_it_on(bot: Bot, telegram: FakeTelegram) -> None:
    telegram.says(GROUP, "/links on", sender=BOB)
    posts(telegram, GROUP, ONE, sender=BOB)
    (text,) = bot.listen()
    assert text.startswith("Only admins of this group can use /links")


@pytest.mark.parametrize(
    "text",
    [
        "no link at all, but 2603.00001 and ada/nets1",
        "https://example.org/paper.pdf",
        "https://arxiv.org/abs/2603.09999",
        "https://github.com/nobody/nothing",
        "https://openreview.net/forum?id=abc_DE1",
    ],
)
def test_what_isnt_known_is_met_with_silence(open_group: Bot, telegram: FakeTelegram, text: str) -> None:
    posts(telegram, GROUP, text)
    assert open_group.listen() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"from": person(99, "Robot") | {"is_bot": True}},
        {"via_bot": {"id": 123456, "is_bot": True, "first_name": "Paperwire", "username": NAME}},
        {"via_bot": {"id": 77, "is_bot": True, "first_name": "Other", "username": "other_bot"}},
    ],
    ids=["a bot's", "brought by us", "brought by another bot"],
)
def test_what_bots_say_and_bring_isnt_answered(open_group: Bot, telegram: FakeTelegram, fields: dict[str, Any]) -> None:
    posts(telegram, GROUP, ONE, **fields)
    assert open_group.listen() == []


def test_an_edited_message_isnt_answered(open_group: Bot, telegram: FakeTelegram) -> None:
    message = telegram._message(telegram._room(GROUP), ADA, 0) | {"text": ONE, "edit_date": 1772690401}
    telegram._add({"edited_message": message | {"entities": [{"type": "url", "offset": 0, "length": len(ONE)}]}})
    posts(telegram, GROUP, TWO)
    assert first_lines(open_group.listen(waits=-1)) == ["Nets 2"]  # it isn't even brought


def test_commands_are_no_posts(open_group: Bot, telegram: FakeTelegram) -> None:
    posts(telegram, GROUP, f"/save@{NAME} {ONE}")
    posts(telegram, GROUP, f"/code@other_bot {TWO}")
    (text,) = open_group.listen()
    assert text.startswith("Saved: ")


def test_a_stranger_is_met_with_silence(telegram: FakeTelegram, storage: Storage) -> None:
    linked_paper(storage)
    bot = Bot(storage, telegram, closed=True)
    bot.answers.settling.links(Address("telegram", str(GROUP)), "on")
    posts(telegram, GROUP, ONE)
    assert bot.listen() == []


def test_somebody_who_posts_a_lot_is_answered_up_to_the_limit(
    open_group: Bot, telegram: FakeTelegram, storage: Storage
) -> None:
    for _ in range(30):
        posts(telegram, GROUP, "https://github.com/nobody/nothing", sender=BOB)
    posts(telegram, GROUP, ONE, sender=BOB)
    posts(telegram, GROUP, TWO, sender=ADA)
    assert first_lines(open_group.listen()) == ["Nets 2"]


# In a group: what is


def test_an_admin_switches_it_on_and_off_and_hears_what_that_needs(
    bot: Bot, telegram: FakeTelegram, storage: Storage
) -> None:
    telegram.says(GROUP, "/links on")
    posts(telegram, GROUP, f"see {ONE}", sender=BOB)
    telegram.says(GROUP, "/settings")
    telegram.says(GROUP, "/links off")
    posts(telegram, GROUP, TWO, sender=BOB)
    on, card, settings, off = bot.listen()
    assert "make me an admin" in on
    assert card.startswith("Nets 1\n")
    assert "Links: to papers are answered · /links off" in settings
    assert off == "I don't look at links here."


def test_a_card_quotes_the_post_in_its_topic_without_a_sound(bot: Bot, telegram: FakeTelegram) -> None:
    bot.answers.settling.links(Address("telegram", str(GROUP), topic="5"), "on")
    post = posts(telegram, GROUP, f"see {ONE}", topic=5)
    posts(telegram, GROUP, f"see {TWO}")
    bot.listen()
    (card,) = telegram.sent
    assert (card.quote, card.topic, card.silent) == (post, 5, True)
    assert "ada/nets1 · official ✓" in card.text


@pytest.mark.parametrize(
    ("text", "hidden", "caption"),
    [
        (f"😀 {ONE}v3, read it!", (), False),
        ("https://huggingface.co/papers/2603.00001", (), False),
        ("github.com/ada/nets1 works", (), False),
        ("this paper", (("paper", ONE),), False),
        (f"a picture of {ONE}", (), True),
        ("a picture of this", (("this", ONE),), True),
    ],
)
def test_links_are_seen_wherever_they_stand(
    open_group: Bot, telegram: FakeTelegram, text: str, hidden: tuple[tuple[str, str], ...], caption: bool
) -> None:
    posts(telegram, GROUP, text, *hidden, caption=caption, sender=BOB)
    (card,) = open_group.listen()
    assert "Nets 1" in card


def test_of_a_message_two_links_have_a_card_each(open_group: Bot, telegram: FakeTelegram) -> None:
    posts(telegram, GROUP, f"{ONE} {ONE}v2 {TWO} {THREE}")
    assert first_lines(open_group.listen()) == ["Nets 1", "Nets 2"]


def test_the_same_link_has_one_card_in_half_an_hour_and_chat(open_group: Bot, telegram: FakeTelegram) -> None:
    open_group.answers.settling.links(Address("telegram", str(GROUP), topic="5"), "on")
    for address in (ONE, f"{ONE}v2", "https://huggingface.co/papers/2603.00001"):
        posts(telegram, GROUP, address)
    assert len(open_group.listen()) == 1
    posts(telegram, GROUP, ONE, topic=5)
    assert len(open_group.listen()) == 1
    open_group.later = timedelta(minutes=29)
    posts(telegram, GROUP, ONE)
    assert open_group.listen() == []
    open_group.later = timedelta(minutes=31)
    posts(telegram, GROUP, ONE)
    assert len(open_group.listen()) == 1


@pytest.mark.parametrize("sender", [{"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}}, {}])
def test_who_posts_as_the_group_or_as_a_channel_is_answered(
    open_group: Bot, telegram: FakeTelegram, sender: dict[str, Any]
) -> None:
    posts(telegram, GROUP, ONE, sender_chat={"id": -300, "type": "channel", "title": "Ada's"}, **sender)
    assert first_lines(open_group.listen()) == ["Nets 1"]


def test_a_link_that_this_chat_called_wrong_is_left_out(open_group: Bot, telegram: FakeTelegram) -> None:
    telegram.says(GROUP, "/wrong 2603.00001 ada/nets1")
    posts(telegram, GROUP, ONE)
    card = open_group.listen()[-1]
    assert "ada/nets1" not in card
    assert "1 link that this chat called wrong" in card


def test_a_brand_new_paper_is_looked_up_a_few_times_an_hour(open_group: Bot, telegram: FakeTelegram) -> None:
    fresh = [f"2603.1000{n}" for n in range(10)] + ["2603.20001", "2603.20002"]
    for arxiv in fresh:
        open_group.arxiv.known[arxiv] = paper(arxiv, f"Fresh {arxiv}")
        posts(telegram, GROUP, f"https://arxiv.org/abs/{arxiv}", sender=BOB)
    assert first_lines(open_group.listen()) == [f"Fresh {arxiv}" for arxiv in fresh[:10]]
    open_group.later = timedelta(hours=2)
    posts(telegram, GROUP, f"https://arxiv.org/abs/{fresh[-1]}")
    posts(telegram, GROUP, ONE)
    assert first_lines(open_group.listen()) == [f"Fresh {fresh[-1]}", "Nets 1"]


# In a private chat


@pytest.mark.parametrize(
    ("text", "hidden", "fields"),
    [
        (ONE, (), {}),
        (f"is there code for {ONE}?", (), {}),
        ("what about this one", (("this one", ONE),), {}),
        ("this one", (("this one", ONE),), {}),
        (f"{'long talk ' * 100}{ONE}", (), {}),
        (f"Code for our paper: {ONE} {'and so on ' * 30}", (), FORWARDED),
        (ONE, (), FORWARDED),
        (f"code {ONE}", (), {}),
    ],
    ids=["alone", "among words", "hidden", "hidden alone", "in a long text", "forwarded", "forwarded alone", "command"],
)
def test_whoever_sends_a_link_is_answered(
    bot: Bot,
    telegram: FakeTelegram,
    text: str,
    hidden: tuple[tuple[str, str], ...],
    fields: dict[str, Any],
) -> None:
    posts(telegram, ADA, text, *hidden, **fields)
    assert first_lines(bot.listen()) == ["Nets 1"]
    assert (telegram.sent[0].quote, telegram.sent[0].silent) == (None, False)


def test_a_forwarded_post_has_two_cards_also_below_a_picture(bot: Bot, telegram: FakeTelegram) -> None:
    posts(telegram, ADA, f"today: {ONE}, {TWO}, {THREE}", caption=True, **FORWARDED)
    assert first_lines(bot.listen()) == ["Nets 1", "Nets 2"]


def test_a_link_that_leads_nowhere_is_said_to_whoever_asks_alone(bot: Bot, telegram: FakeTelegram) -> None:
    posts(telegram, ADA, "what of https://arxiv.org/abs/2603.09999 ?")
    (text,) = bot.listen()
    assert text.startswith("I found no paper for ")


def test_links_in_a_command_are_its_words(bot: Bot, telegram: FakeTelegram) -> None:
    posts(telegram, ADA, "watch https://github.com/ada/nets1")
    posts(telegram, ADA, f"/save {ONE}")
    assert [text.split(" ")[0] for text in bot.listen()] == ["Subscribed", "Saved:"]


def test_a_list_to_be_taken_in_is_no_post(bot: Bot, telegram: FakeTelegram, storage: Storage) -> None:
    file = telegram.documents.add("list.txt", b"deep nets\n")
    message = telegram.says(ADA, f"/import {ONE}"[:7], document=file)
    assert message
    (text,) = bot.listen()
    assert "1 subscription" in text


def test_a_stranger_hears_once_why_there_is_no_answer(telegram: FakeTelegram, storage: Storage) -> None:
    bot = Bot(storage, telegram, closed=True)
    posts(telegram, ADA, f"look: {ONE} {TWO}")
    (text,) = bot.listen()
    assert text.startswith("This bot answers only those whom its owner lets in.")


@pytest.mark.parametrize("text", ["/links on", "/links"])
def test_in_a_private_chat_there_is_nothing_to_switch(bot: Bot, telegram: FakeTelegram, text: str) -> None:
    telegram.says(ADA, text)
    assert bot.listen() == ["Between us it needs no switch: send me a link to a paper or repository, and I answer."]
