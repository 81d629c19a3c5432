"""A workspace that doesn't take a newer kind of block: the message comes in plain ones at once, which is remembered."""

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.chat import Address
from bot.errors import DeliveryFailed, MessageRefused, StorageError
from handlers.incoming import Request
from handlers.messages import Button, Buttons, Heading, Message, Quiet, Table, Text, text
from handlers.slack.adapter import Slack
from handlers.slack.failures import BlocksRefused, refused_by_url
from handlers.slack.kinds import NAMED_FOR, Kinds, Place
from handlers.slack.until import Until
from storage import FILE, Storage
from tests.slack.fake_api import PERSON, TEAM, FakeSlack, Fault
from tests.slack.house import delivery, on_a_loop, running, slack
from tests.slack.newer_limits import NEWER
from tests.slack.test_newer import BERT, WHOLE

PLAIN: frozenset[str] = frozenset()
HOME = Message((Heading("Home"), *BERT.parts, Buttons((Button("‹", "/home"),))), "home", lead=BERT.lead)


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    with Storage(tmp_path / FILE) as kept:
        yield kept


def says(message: Message) -> Any:
    return lambda _: message


def kinds(payload: dict[str, Any]) -> set[str]:
    return {block["type"] for block in payload.get("blocks") or ()}


def card_sender(api: FakeSlack, storage: Storage | None = None, message: Message = BERT) -> Slack:
    return slack(api, word=says(message), waits=storage.allowances if storage else None)


# Posted


@on_a_loop
async def test_a_workspace_that_takes_cards_gets_one_by_one_call() -> None:
    async with FakeSlack() as api:
        await card_sender(api).send(delivery())
        assert api.calls == ["chat.postMessage"]
        assert "card" in kinds(api.posts[0])
        assert api.posts[0]["text"] == "BERT has code"


@on_a_loop
async def test_one_that_does_not_gets_the_same_message_in_plain_blocks_at_once_and_is_not_asked_again(
    storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with FakeSlack(takes=PLAIN) as api:
        channel = card_sender(api, storage)
        await channel.send(delivery(1))
        await channel.send(delivery(2))
        assert [call for call in api.calls if call != "auth.test"] == ["chat.postMessage"] * 3
        assert [kinds(post) for post in api.posts] == [{"section", "context", "actions"}] * 2
        again = card_sender(api, storage)
        await again.send(delivery(3))  # after a restart
        assert api.calls.count("chat.postMessage") == 4
        assert "takes no blocks of kind card yet" in await again.check()
    assert "no block of kind card: plain ones until" in caplog.text
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


@on_a_loop
async def test_it_is_remembered_for_weeks_and_then_tried_again(storage: Storage) -> None:
    async with FakeSlack(takes=PLAIN) as api:
        await card_sender(api, storage).send(delivery())
        until = storage.allowances.blocked_until(f"slack block card message {TEAM}")
        assert until
        assert abs(until - datetime.now(UTC) - NAMED_FOR) < timedelta(minutes=1)
        api.takes = NEWER
        with storage.write():
            storage.database.execute("UPDATE allowances SET blocked_until = ?", (time.time() - 1,))
        await card_sender(api, storage).send(delivery())
        assert "card" in kinds(api.posts[-1])


@on_a_loop
async def test_a_process_that_goes_on_for_weeks_tries_again_too() -> None:
    kept = Kinds(Until(None))
    taken = await kept.taken(TEAM)
    kept.refuse(taken, frozenset({"card"}), timedelta(seconds=0.05))
    assert (await kept.taken(TEAM)).kinds == NEWER - {"card"}
    time.sleep(0.06)
    assert (await kept.taken(TEAM)).kinds == NEWER


@on_a_loop
async def test_each_workspace_and_place_is_remembered_by_itself(storage: Storage) -> None:
    kept = Kinds(Until(storage.allowances))
    kept.refuse(await kept.taken(TEAM), frozenset({"card", "rich_text"}), NAMED_FOR)
    await kept.settle()
    again = Kinds(Until(storage.allowances))
    assert (await again.taken(TEAM)).kinds == {"table", "data_visualization"}
    assert (await again.taken("T0OTHER")).kinds == NEWER
    assert (await again.taken(TEAM, Place.HOME)).kinds == {"card", "table"}


class Locked:
    """A store that can neither be read nor written just now."""

    def blocked_until(self, name: str) -> datetime | None:
        raise StorageError("locked")

    def block(self, name: str, until: datetime) -> None:
        raise StorageError("locked")


@on_a_loop
async def test_a_store_that_is_held_up_delays_no_message(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeSlack(takes=PLAIN) as api:
        channel = slack(api, word=says(BERT), waits=Locked())
        for number in (1, 2):
            await channel.send(delivery(number))
        assert api.calls.count("chat.postMessage") == 3
    assert f"until when Slack takes no block card message {TEAM} can't be remembered: locked" in caplog.text


@on_a_loop
async def test_the_plain_message_waits_for_no_storage(storage: Storage) -> None:
    async with FakeSlack(takes=PLAIN) as api:
        channel = card_sender(api, storage)
        held, free = threading.Event(), threading.Event()
        writer = threading.Thread(target=hold, args=(storage, held, free))
        writer.start()
        held.wait(2)
        sending = asyncio.create_task(channel.send(delivery()))
        try:
            await api.until(lambda: api.posts)
            assert not sending.done()
        finally:
            free.set()
            writer.join()
        await sending
    assert storage.allowances.blocked_until(f"slack block card message {TEAM}")


def hold(storage: Storage, held: threading.Event, free: threading.Event) -> None:
    with storage.write():
        held.set()
        free.wait(5)


@on_a_loop
async def test_a_kind_that_is_refused_takes_no_other_with_it() -> None:
    message = replace(BERT, parts=(*BERT.parts, Table(("A", "B"), ((("x",), ("1",)),))))
    async with FakeSlack(takes=NEWER - {"card"}) as api:
        channel = card_sender(api, message=message)
        await channel.send(delivery(1))
        await channel.send(delivery(2))
        assert [kinds(post) & NEWER for post in api.posts] == [set(), {"table"}]


@on_a_loop
async def test_in_a_thread_and_broadcast_it_is_the_same() -> None:
    async with FakeSlack(takes=PLAIN) as api:
        channel = card_sender(api)
        first = str(await channel.send(delivery(1)))
        await channel.send(replace(delivery(2), reply_to=first))
        assert [(post.get("thread_ts"), post.get("reply_broadcast")) for post in api.posts] == [
            (None, None),
            (first, True),
        ]


@on_a_loop
async def test_a_chart_that_is_refused_comes_as_a_picture_and_one_that_is_taken_does_not() -> None:
    message = Message((text("x"), WHOLE), "x")
    async with FakeSlack() as api:
        await card_sender(api, message=message).send(delivery())
        assert "data_visualization" in kinds(api.posts[0])
        assert not api.files.shown
        api.takes = PLAIN
        ts = await card_sender(api, message=message).send(delivery())
        (picture,) = api.files.shown
        assert (picture.thread, picture.alt) == (ts, WHOLE.alt)
        assert len(api.posts) == 2


# What else may be wrong


@on_a_loop
async def test_what_is_wrong_inside_of_a_block_is_said_and_nothing_is_kept_of_it(
    storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    told = ("[ERROR] must be less than 201 characters [json-pointer:/blocks/0/body/text]",)
    async with FakeSlack() as api:
        api.fail("chat.postMessage", Fault(error="invalid_blocks", messages=told))
        channel = card_sender(api, storage)
        await channel.send(delivery(1))
        await channel.send(delivery(2))
        assert [bool(kinds(post) & NEWER) for post in api.posts] == [False, True]
    assert "must be less than 201 characters" in caplog.text


@on_a_loop
async def test_a_code_that_may_be_of_anything_is_understood_by_its_reason(storage: Storage) -> None:
    unknown = ('[ERROR] unsupported type "card" [json-pointer:/blocks/0]',)
    async with FakeSlack() as api:
        api.fail("chat.postMessage", Fault(error="invalid_arguments", messages=unknown))
        await card_sender(api, storage).send(delivery())
        assert kinds(api.posts[0]) & NEWER == set()
    until = storage.allowances.blocked_until(f"slack block card message {TEAM}")
    assert until
    assert until - datetime.now(UTC) > timedelta(weeks=3)


@pytest.mark.parametrize("error", ["invalid_blocks", "invalid_blocks_format", "invalid_attachments"])
@on_a_loop
async def test_a_refusal_without_a_reason_is_held_against_the_kinds_for_a_day(error: str, storage: Storage) -> None:
    async with FakeSlack() as api:
        api.fail("chat.postMessage", Fault(error=error))
        channel = card_sender(api, storage)
        await channel.send(delivery(1))
        await channel.send(delivery(2))
        assert [bool(kinds(post) & NEWER) for post in api.posts] == [False, False]
        assert api.calls.count("chat.postMessage") == 3
    until = storage.allowances.blocked_until(f"slack block card message {TEAM}")
    assert until
    assert until - datetime.now(UTC) < timedelta(days=1)


@on_a_loop
async def test_plain_blocks_that_are_refused_too_leave_the_text_and_the_kinds_without_blame(storage: Storage) -> None:
    async with FakeSlack() as api:
        api.fail("chat.postMessage", *[Fault(error="invalid_blocks")] * 2)
        channel = card_sender(api, storage)
        await channel.send(delivery(1))
        assert "blocks" not in api.posts[0]
        assert "google-research/bert" in api.posts[0]["text"]
        assert "`/paperwire cite bert`" in api.posts[0]["text"]
        await channel.send(delivery(2))
        assert "card" in kinds(api.posts[1])


@on_a_loop
async def test_all_three_refused_are_a_message_that_is_refused_for_good() -> None:
    async with FakeSlack() as api:
        api.fail("chat.postMessage", *[Fault(error="invalid_blocks")] * 3)
        with pytest.raises(MessageRefused) as caught:
            await card_sender(api).send(delivery())
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("fault", "counts"), [(Fault(error="ratelimited", status=429, retry_after=2), False), (Fault(status=503), True)]
)
@on_a_loop
async def test_what_goes_wrong_with_the_plain_blocks_is_what_it_always_was_and_the_next_try_is_plain(
    fault: Fault, counts: bool
) -> None:
    unknown = Fault(error="invalid_blocks", messages=("[ERROR] unsupported type: card [json-pointer:/blocks/0/type]",))
    async with FakeSlack() as api:
        api.fail("chat.postMessage", unknown, fault)
        channel = card_sender(api)
        with pytest.raises(DeliveryFailed) as caught:
            await channel.send(delivery())
        assert (caught.value.permanent, caught.value.counts) == (False, counts)
        await channel.send(
            replace(delivery(), chat=replace(delivery().chat, address=Address("slack", "C0OTHER", TEAM)))
        )
        assert kinds(api.posts[0]) & NEWER == set()


# Changed, whispered, in Home


@on_a_loop
async def test_a_message_that_changes_does_so_in_plain_blocks_or_as_text() -> None:
    async with FakeSlack() as api:
        channel = card_sender(api)
        card = replace(delivery(), message=str(await channel.send(delivery())))
        await channel.edit(card)
        assert "card" in kinds(api.posts[0])
        api.fail("chat.update", *[Fault(error="invalid_blocks")] * 2)
        await channel.edit(card)
        assert kinds(api.posts[0]) == set()
        api.takes = PLAIN
        await channel.edit(card)
        assert kinds(api.posts[0]) == {"section", "context", "actions"}
        assert len(api.posts) == 1


@on_a_loop
async def test_a_whisper_is_seen_once_and_the_next_one_is_plain_at_once() -> None:
    async with FakeSlack(takes=PLAIN) as api, running(api, says(BERT)):
        for number in (1, 2):
            await api.command("bert", command="/code")
            await api.until(lambda n=number: len(api.whispers) == n)  # type: ignore[misc]  # because: bound now
        assert [kinds(whisper) for whisper in api.whispers] == [{"section", "context", "actions"}] * 2
        assert "Share to channel" in str(api.whispers[0]["blocks"])
        assert api.calls.count("response_url") == 3


def told(sentence: str) -> str:
    return f'{{"ok":false,"error":"invalid_blocks","response_metadata":{{"messages":["{sentence}"]}}}} (HTTP 200)'


@pytest.mark.parametrize(
    ("answer", "unsupported", "inside"),
    [
        ("invalid_blocks (HTTP 400)", set(), False),
        ('{"ok":false,"error":"invalid_blocks"} (HTTP 200)', set(), False),
        (told(r"[ERROR] unsupported type: card [json-pointer:\/blocks\/0\/type]"), {"card"}, False),
        (told(r"[ERROR] must be less than 201 characters [json-pointer:\/blocks\/0\/body\/text]"), set(), True),
        ("msg_blocks_too_long (HTTP 400)", set(), True),
    ],
)
def test_what_a_response_url_says_is_understood(answer: str, unsupported: set[str], inside: bool) -> None:
    refusal = refused_by_url(answer)
    assert isinstance(refusal, BlocksRefused)
    assert (set(refusal.unsupported), refusal.inside) == (unsupported, inside)


def test_another_answer_of_a_response_url_is_no_refusal_of_blocks() -> None:
    assert not isinstance(refused_by_url("used_url (HTTP 404)"), BlocksRefused)


@on_a_loop
async def test_a_whisper_has_a_card_and_the_way_to_show_it_to_all() -> None:
    async with FakeSlack() as api, running(api, says(BERT)):
        await api.command("bert", command="/code")
        await api.until(lambda: api.whispers)
    assert "card" in kinds(api.whispers[0])
    assert "Share to channel" in str(api.whispers[0]["blocks"])


@on_a_loop
async def test_a_home_that_does_not_take_a_table_is_plain_and_messages_still_have_it() -> None:
    table = Table(("A", "B"), ((("x",), ("1",)),))
    message = Message((Heading("Home"), table, Text((Quiet("x"),))), "home")
    async with FakeSlack() as api, running(api, says(message)):
        api.views.takes = PLAIN
        for number in (1, 2):
            await api.open_home()
            await api.until(lambda n=number: api.views.published == n)  # type: ignore[misc]  # because: bound now
        assert api.calls.count("views.publish") == 3
        assert kinds(api.views.homes[PERSON]) & NEWER == set()
        await api.direct("status")
        await api.until(lambda: api.posts)
    assert "table" in kinds(api.posts[0])


@on_a_loop
async def test_a_home_that_takes_it_has_it() -> None:
    table = Table(("A", "B"), ((("x",), ("1",)),))
    async with FakeSlack() as api, running(api, says(Message((Heading("Home"), table, WHOLE), "home"))):
        await api.open_home()
        await api.until(lambda: api.views.published)
    assert kinds(api.views.homes[PERSON]) == {"header", "table", "section"}


# Pressed


@on_a_loop
async def test_what_is_chosen_in_a_menu_is_asked_as_its_button_would_ask_it() -> None:
    asked: list[Request] = []

    def respond(request: Request) -> Message:
        asked.append(request)
        return BERT

    async with FakeSlack() as api, running(api, respond):
        for number, menu in enumerate((False, True), 1):
            await api.press("/wrong bert &amp; co", menu=menu, thread_ts="5.5", is_ephemeral=True)
            await api.until(lambda n=number: len(api.whispers) == n)  # type: ignore[misc]  # because: bound now
    assert asked[0] == asked[1]
    assert asked[0].text == "/wrong bert & co"
    assert [whisper["thread_ts"] for whisper in api.whispers] == ["5.5"] * 2
