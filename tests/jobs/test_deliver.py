"""Delivering: each failure in its own way, nothing lost, nothing twice."""

import asyncio
import time
from datetime import timedelta

import pytest

from bot.domain.chat import Chat, ChatState
from bot.domain.news import Delivery
from bot.errors import ChannelDown, DeliveryFailed, MessageRefused
from bot.jobs.deliver import TRIES, DeliverCount, deliver
from bot.jobs.tidy import tidy
from storage import Storage
from tests.builders import chat, linked_paper, tell
from tests.clock import PATIENCE_S
from tests.fakes import FakeChannel
from tests.jobs.wire import Wire


def queue(wire: Wire, to: Chat, *numbers: int, folded: bool = False) -> None:
    """Queue news of these papers."""
    for n in numbers:
        key = linked_paper(wire.storage, f"2603.{n:05}", f"ada/nets{n}")
        with wire.storage.write():
            wire.storage.outbox.queue([tell(to, key, due=wire.now, folded=folded)], wire.now)


def names(wire: Wire) -> list[str]:
    return [name for _, name in wire.channel.told]


def state(wire: Wire, one: Chat) -> ChatState:
    return wire.storage.chats.get(one.key).state


class Together(FakeChannel):
    """Its first messages arrive in the same moment; the one to `odd` has an outcome that makes no sense."""

    def __init__(self, count: int, *, odd: str = "") -> None:
        super().__init__()
        self._all = asyncio.Barrier(count)
        self._count, self._odd = count, odd

    async def send(self, delivery: Delivery) -> str:
        self.tried += 1
        if self.tried <= self._count:
            await self._all.wait()
        return None if delivery.chat.address.chat == self._odd else ""  # type: ignore[return-value]  # because: a bug


@pytest.fixture
def ada(storage: Storage) -> Chat:
    return chat(storage, "ada")


@pytest.fixture
def bob(storage: Storage) -> Chat:
    return chat(storage, "bob")


# Failures of one chat -------------------------------------------------------------------------------------------------


class ShutOut(FakeChannel):
    """Somebody blocks us while a message is on its way, which the platform tells before it refuses the message."""

    def __init__(self, storage: Storage) -> None:
        super().__init__()
        self._storage = storage

    async def send(self, delivery: Delivery) -> str:
        with self._storage.write():
            self._storage.chats.pause(delivery.chat.key, "blocked", delivery.due_at)
        raise DeliveryFailed("Forbidden", permanent=True)


def test_a_chat_that_is_known_to_be_lost_keeps_its_reason(wire: Wire, ada: Chat) -> None:
    wire.channel = ShutOut(wire.storage)
    queue(wire, ada, 1, 2)
    wire.deliver()
    assert wire.storage.chats.get(ada.key).reason == "blocked"
    assert wire.storage.outbox.waiting()[0].paused_chats == 1


def test_a_passing_fault_is_tried_again_ever_later_and_given_up_at_last(wire: Wire, ada: Chat) -> None:
    queue(wire, ada, 1)
    wire.channel.fail(times=100)
    rounds = 0
    while not wire.storage.outbox.dead():
        wire.deliver()
        wire.later(hours=7)
        rounds += 1
    assert rounds == wire.channel.tried == TRIES
    assert wire.storage.outbox.dead()[0].error == "refused"
    assert state(wire, ada) is ChatState.ACTIVE


def test_after_a_passing_fault_the_next_try_is_not_at_once(wire: Wire, ada: Chat) -> None:
    queue(wire, ada, 1)
    wire.channel.fail()
    assert wire.deliver() == DeliverCount(later=1)
    assert wire.deliver() == DeliverCount()
    wire.later(minutes=1)
    assert wire.deliver() == DeliverCount(sent=1)


def test_a_platform_that_asks_to_wait_is_obeyed_on_the_real_clock_and_uses_up_no_try(wire: Wire, ada: Chat) -> None:
    queue(wire, ada, 1)
    for _ in range(TRIES * 2):
        wire.channel.fail(retry_at=wire.real_now + timedelta(minutes=30), counts=False)
        assert wire.deliver().later == 1
        wire.later(minutes=29)
        assert wire.deliver() == DeliverCount()
        wire.later(minutes=1)
    assert wire.deliver() == DeliverCount(sent=1)


def test_a_chat_out_of_reach_is_paused_keeps_all_and_gets_it_when_it_comes_back(wire: Wire, ada: Chat) -> None:
    queue(wire, ada, 1, 2, 3)
    wire.channel.fail(permanent=True)
    assert wire.deliver() == DeliverCount(later=1)
    assert wire.channel.tried == 1
    paused = wire.storage.chats.get(ada.key)
    assert (paused.state, paused.reason) == (ChatState.PAUSED, "refused")
    wire.later(days=3)
    assert wire.deliver() == DeliverCount()
    chat(wire.storage, "ada")
    wire.deliver()
    assert names(wire) == ["2603.00001", "2603.00002", "2603.00003"]


def test_one_chat_out_of_reach_or_failing_holds_up_no_other(wire: Wire, ada: Chat, bob: Chat) -> None:
    eve = chat(wire.storage, "eve")
    queue(wire, ada, 1)
    queue(wire, eve, 2)
    queue(wire, bob, 3, 4)
    wire.channel.fail(chat="ada", permanent=True)
    wire.channel.fail(chat="eve")
    assert wire.deliver() == DeliverCount(sent=2, later=2)
    assert names(wire) == ["2603.00003", "2603.00004"]


def test_what_waits_for_a_chat_out_of_reach_for_30_days_is_given_up(wire: Wire, ada: Chat) -> None:
    queue(wire, ada, 1)
    wire.channel.fail(permanent=True)
    wire.deliver()
    tidy(wire.storage, wire.now + timedelta(days=30))
    assert wire.storage.outbox.dead() == ()
    tidy(wire.storage, wire.now + timedelta(days=31))
    assert "30 days" in wire.storage.outbox.dead()[0].error


def test_a_message_that_the_platform_refuses_is_given_up_alone(wire: Wire, ada: Chat) -> None:
    queue(wire, ada, 1, 2)
    wire.channel.fail(MessageRefused("can't parse entities", permanent=True))
    assert wire.deliver() == DeliverCount(sent=1, dead=1)
    assert (state(wire, ada), names(wire)) == (ChatState.ACTIVE, ["2603.00002"])


def test_a_chat_that_moved_is_written_to_at_its_new_address_at_once(wire: Wire) -> None:
    group = chat(wire.storage, "-1")
    queue(wire, group, 1, 2)
    wire.channel.fail(chat="-1", moved_to="-100", times=2)
    wire.deliver()
    assert [(to, name) for to, name in wire.channel.told] == [("-100", "2603.00001"), ("-100", "2603.00002")]


def test_a_chat_that_moved_to_one_that_is_known_loses_nothing(wire: Wire) -> None:
    group, known = chat(wire.storage, "-1"), chat(wire.storage, "-100")
    queue(wire, group, 1, 2)
    queue(wire, known, 2, 3)
    wire.channel.fail(chat="-1", moved_to="-100", times=2)
    wire.deliver()
    assert sorted(wire.channel.told) == [("-100", f"2603.0000{n}") for n in (1, 2, 3)]


def test_a_chat_that_is_said_to_move_for_ever_ends_the_round_all_the_same(wire: Wire, ada: Chat) -> None:
    queue(wire, ada, 1)
    wire.channel.fail(moved_to="ada", times=1000)
    wire.deliver()
    assert wire.channel.tried == TRIES
    assert len(wire.storage.outbox.dead()) == 1


# Failures of a channel ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("permanent", [False, True])
def test_a_channel_that_is_down_leaves_the_rest_for_later_and_loses_nothing(
    wire: Wire, ada: Chat, bob: Chat, permanent: bool
) -> None:
    queue(wire, ada, 1)
    queue(wire, bob, 2, 3)
    for _ in range(TRIES * 4):
        wire.channel.fail(ChannelDown("the token is revoked", permanent=permanent))
        assert wire.deliver() == DeliverCount(later=1)
        wire.later(hours=7)
    assert wire.channel.tried == TRIES * 4
    assert (state(wire, ada), wire.storage.outbox.dead()) == (ChatState.ACTIVE, ())
    assert wire.deliver() == DeliverCount(sent=3)


def test_a_bug_in_a_channel_is_loud_and_counts_as_a_try(
    wire: Wire, ada: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    queue(wire, ada, 1, 2)
    wire.channel.fail(ZeroDivisionError("a bug"))
    assert wire.deliver() == DeliverCount(sent=1, later=1)
    assert "ZeroDivisionError: a bug" in caplog.text
    wire.later(hours=1)
    assert wire.deliver() == DeliverCount(sent=1)


def test_a_slow_channel_delays_no_other(wire: Wire, ada: Chat) -> None:
    slack = chat(wire.storage, "C1", platform="slack")
    queue(wire, ada, 1)
    queue(wire, slack, 2)
    other = FakeChannel()
    waited_for = asyncio.Event()

    class Slow(FakeChannel):
        async def send(self, delivery: object) -> str:
            await asyncio.wait_for(waited_for.wait(), PATIENCE_S)
            return ""

    class Quick(FakeChannel):
        async def send(self, delivery: object) -> str:
            other.tried += 1
            waited_for.set()
            return ""

    channels = {"telegram": Slow(), "slack": Quick()}
    count = asyncio.run(deliver(wire.storage, channels, now=wire.now, real_now=wire.real_now))
    assert (count, other.tried) == (DeliverCount(sent=2), 1)


def test_outcomes_that_are_known_together_are_stored_together(wire: Wire) -> None:
    for n in range(1, FakeChannel.side_by_side + 1):
        queue(wire, chat(wire.storage, f"chat{n}"), n)
    commits: list[str] = []
    wire.storage.database._writer.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    count = asyncio.run(
        deliver(wire.storage, {"telegram": Together(FakeChannel.side_by_side)}, now=wire.now, real_now=wire.real_now)
    )
    assert count == DeliverCount(sent=FakeChannel.side_by_side)
    assert len(commits) < 3 + FakeChannel.side_by_side  # the claims, two of nothing, and less than one for each outcome


def test_an_outcome_that_cant_be_stored_is_loud_takes_no_other_along_and_ends_the_round(wire: Wire) -> None:
    for n in range(1, FakeChannel.side_by_side + 4):
        queue(wire, chat(wire.storage, f"chat{n}"), n)
    channel = Together(FakeChannel.side_by_side, odd="chat2")
    with pytest.raises(AttributeError):
        asyncio.run(deliver(wire.storage, {"telegram": channel}, now=wire.now, real_now=wire.real_now))
    assert channel.tried < FakeChannel.side_by_side + 3
    done = wire.storage.database.rows(
        "SELECT chats.chat FROM deliveries JOIN chats ON chats.id = deliveries.chat WHERE deliveries.state = 'sent'"
    )
    assert len(done) == channel.tried - 1
    assert ("chat2",) not in done


# A platform's pace ---------------------------------------------------------------------------------------------------


class Paced(FakeChannel):
    """One message in `gap_s` for each chat, as an adapter says it."""

    def __init__(self, wire: Wire, gap_s: float) -> None:
        super().__init__()
        self._wire, self._gap_s, self._begun = wire, gap_s, time.monotonic()
        self._free: dict[str, float] = {}

    async def send(self, delivery: Delivery) -> str:
        chat, now = delivery.chat.address.chat, time.monotonic()
        if (wait := self._free.get(chat, 0.0) - now) > 0:
            at = self._wire.real_now + timedelta(seconds=now - self._begun + wait)
            raise DeliveryFailed("too soon", retry_at=at, counts=False)
        self._free[chat] = now + self._gap_s
        return await super().send(delivery)


def test_a_chat_rests_within_the_round_holds_up_no_other_and_keeps_its_order(wire: Wire, ada: Chat, bob: Chat) -> None:
    queue(wire, ada, 1, 2, 3)
    queue(wire, bob, *range(4, 10))
    wire.channel = paced = Paced(wire, 0.1)
    commits: list[str] = []
    wire.storage.database._writer.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    assert wire.deliver() == DeliverCount(sent=9)
    assert [name for to, name in paced.told if to == "ada"] == [f"2603.0000{n}" for n in (1, 2, 3)]
    assert [name for to, name in paced.told if to == "bob"] == [f"2603.0000{n}" for n in range(4, 10)]
    assert [to for to, _ in paced.told[:6]].count("ada") == 3
    assert len(commits) < 2 * 9 + 3  # no rest is written


def test_who_must_wait_for_long_comes_in_a_later_round_in_the_old_order(wire: Wire, ada: Chat, bob: Chat) -> None:
    queue(wire, ada, 1, 2)
    queue(wire, bob, 3)
    wire.channel.fail(chat="ada", retry_at=wire.real_now + timedelta(minutes=3), counts=False)
    assert wire.deliver() == DeliverCount(sent=1, later=1)
    wire.later(minutes=3)
    assert wire.deliver() == DeliverCount(sent=2)
    assert names(wire) == ["2603.00003", "2603.00001", "2603.00002"]


def test_a_service_that_stops_waits_for_no_rest(wire: Wire, ada: Chat) -> None:
    queue(wire, ada, 1, 2)
    wire.channel = Paced(wire, 4.0)
    stops_at = time.monotonic() + 0.3
    going = lambda: time.monotonic() < stops_at  # noqa: E731  because: it is what a service gives
    asyncio.run(
        deliver(
            wire.storage,
            {"telegram": wire.channel},
            now=wire.now + timedelta(hours=1),
            real_now=wire.real_now,
            going=going,
        )
    )
    assert time.monotonic() < stops_at + 1
    assert names(wire) == ["2603.00001"]


# Order and amount -----------------------------------------------------------------------------------------------------


def test_everything_due_is_sent_in_one_round_in_order_and_once(wire: Wire, ada: Chat) -> None:
    queue(wire, ada, *range(1, 71))
    assert wire.deliver() == DeliverCount(sent=70)
    assert names(wire) == [f"2603.{n:05}" for n in range(1, 71)]
    assert wire.deliver() == DeliverCount()


def test_a_folded_message_is_one_message(wire: Wire, ada: Chat) -> None:
    queue(wire, ada, 1, 2, 3, folded=True)
    assert wire.deliver() == DeliverCount(sent=1)
    assert names(wire) == ["2603.00001", "2603.00002", "2603.00003"]


def test_nothing_is_sent_without_a_channel_and_all_of_it_with_one(wire: Wire, ada: Chat) -> None:
    queue(wire, ada, 1)
    assert asyncio.run(deliver(wire.storage, {}, now=wire.now, real_now=wire.now)) == DeliverCount()
    assert wire.deliver() == DeliverCount(sent=1)


def test_what_a_stop_left_in_the_air_is_sent_at_the_next_start(wire: Wire, ada: Chat) -> None:
    queue(wire, ada, 1, 2)
    wire.channel.fail(asyncio.CancelledError())  # type: ignore[arg-type]  # because: that's how a stop looks in there
    with pytest.raises(asyncio.CancelledError):
        wire.deliver()
    assert wire.deliver() == DeliverCount(sent=2)


def test_withdrawn_in_the_very_moment_of_sending_is_no_fault(wire: Wire, ada: Chat) -> None:
    queue(wire, ada, 1)

    class Merging(FakeChannel):
        """While the message is on its way, the paper turns out to be another one, and its alert is dropped."""

        async def send(self, delivery: object) -> str:
            with wire.storage.write():
                wire.storage.database.execute("DELETE FROM deliveries")
            return ""

    count = asyncio.run(deliver(wire.storage, {"telegram": Merging()}, now=wire.now, real_now=wire.now))
    assert count == DeliverCount(sent=1)


def test_a_service_that_stops_ends_with_the_message_in_flight_and_keeps_the_rest(wire: Wire, ada: Chat) -> None:
    queue(wire, ada, 1, 2, 3)
    round_ = deliver(
        wire.storage,
        {"telegram": wire.channel},
        now=wire.now + timedelta(hours=1),
        real_now=wire.real_now,
        going=lambda: not wire.channel.sent,
    )
    assert asyncio.run(round_) == DeliverCount(sent=1)
    assert wire.deliver() == DeliverCount(sent=2)
    assert names(wire) == ["2603.00001", "2603.00002", "2603.00003"]
