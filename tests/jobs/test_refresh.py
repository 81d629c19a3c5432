"""Showing cards anew: what goes wrong costs an edit and no more, and what has changed is seen."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.feed import Source
from bot.errors import ChannelDown, DeliveryFailed
from bot.jobs.refresh import AT_ONCE, refresh
from handlers import wording
from tests.builders import CODE_AT, chat, linked_paper, paper, subscribe, tell
from tests.jobs.wire import Wire


@pytest.fixture
def hub(wire: Wire) -> Wire:
    """A wire that has told Ada of a paper with code."""
    wire.feed(Source.ARXIV, "cs.LG")
    wire.feed(Source.GITHUB, "repositories")
    subscribe(wire.storage, "nets kind:papers")
    return wire


def shown(wire: Wire) -> int:
    """A round, an hour on."""
    wire.later(hours=1)
    return asyncio.run(refresh(wire.storage, {"telegram": wire.channel}, now=wire.now, real_now=wire.real_now))


def announce(wire: Wire, **facts: object) -> None:
    wire.arxiv.announce(paper(**facts))  # type: ignore[arg-type]  # because: the builder checks its own names
    wire.poll(Source.ARXIV, named=True)


def look(wire: Wire, stars: int) -> None:
    wire.github.repository("ada/nets", number=5, stars=stars)
    wire.poll(Source.GITHUB, named=True)


def said(wire: Wire) -> str:
    return str(wording.delivery(wire.channel.edited[-1]))


@pytest.mark.parametrize(
    ("failure", "edits"),
    [
        (DeliveryFailed("not found"), 0),
        (DeliveryFailed("blocked", permanent=True), 0),
        (RuntimeError("a bug"), 0),
        (ChannelDown("revoked"), 1),
    ],
    ids=["refused", "permanent", "bug", "down"],
)
def test_what_fails_is_dropped_unless_the_channel_comes_back(hub: Wire, failure: Exception, edits: int) -> None:
    announce(hub, abstract=CODE_AT)
    look(hub, 10)
    hub.deliver()
    hub.later(hours=2)
    look(hub, 100)
    hub.channel.fail(failure)
    shown(hub)
    shown(hub)
    assert len(hub.channel.edited) == edits


def test_a_platform_that_asks_to_wait_is_asked_again_then(hub: Wire) -> None:
    announce(hub, abstract=CODE_AT)
    look(hub, 10)
    hub.deliver()
    hub.later(hours=2)
    look(hub, 100)
    hub.channel.fail(retry_at=hub.real_now + timedelta(hours=2, minutes=30))
    assert [shown(hub), shown(hub), shown(hub)] == [0, 0, 1]


def test_stars_that_show_are_shown_once(hub: Wire) -> None:
    announce(hub, abstract=CODE_AT)
    look(hub, 10)
    hub.deliver()
    assert shown(hub) == 0
    look(hub, 12)
    assert shown(hub) == 0
    look(hub, 120)
    assert shown(hub) == 1
    assert "★ 120" in said(hub)
    assert shown(hub) == 0
    assert len(hub.channel.sent) == 1  # no second message


def test_a_new_version_and_code_that_came_later_are_seen_on_the_first_card(hub: Wire) -> None:
    announce(hub)
    hub.deliver()
    assert "No code known yet" in str(wording.delivery(hub.channel.sent[0]))
    hub.later(days=1)
    announce(hub, abstract=CODE_AT, version=2)
    look(hub, 10)
    hub.deliver()
    assert hub.channel.sent[1].reply_to == "message 1"
    assert shown(hub) == 1
    assert "Code has come since" in said(hub)
    assert "2603.00001v2" in said(hub)


def test_news_goes_first(hub: Wire) -> None:
    ada = chat(hub.storage)
    for n in range(AT_ONCE + 3):
        key = linked_paper(hub.storage, f"2603.1{n:04}", f"ada/nets{n}")
        with hub.storage.write():
            hub.storage.outbox.queue([tell(ada, key)], hub.now)
    hub.deliver()
    with hub.storage.write():
        hub.storage.cards.touch(range(1, 100), hub.now)
    assert [shown(hub), shown(hub)] == [AT_ONCE, 3]


def test_a_service_that_stops_leaves_the_rest_for_later(hub: Wire) -> None:
    announce(hub, abstract=CODE_AT)
    hub.deliver()
    with hub.storage.write():
        hub.storage.cards.touch([1], hub.now)
    hub.later(hours=1)
    stopping = refresh(hub.storage, {"telegram": hub.channel}, now=hub.now, real_now=hub.real_now, going=lambda: False)
    assert asyncio.run(stopping) == 0
    assert shown(hub) == 1


def test_stars_that_grow_hour_by_hour_show_as_soon_as_a_day_has_brought_enough(hub: Wire) -> None:
    announce(hub, abstract=CODE_AT)
    look(hub, 40)
    hub.deliver()
    edits = []
    for stars in (42, 43, 44, 45):
        hub.later(hours=1)
        look(hub, stars)
        edits.append(shown(hub))
    assert edits == [0, 0, 0, 1]
