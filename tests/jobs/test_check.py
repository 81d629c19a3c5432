"""Looking at repositories: what isn't there is taken back, and told once when it is."""

from datetime import timedelta

import pytest

from bot.domain.feed import Source
from bot.domain.news import NewsKind
from bot.domain.paper import Announcement, arxiv_id
from bot.domain.repository import RepositoryState
from bot.ingest import ingest
from tests.builders import CODE_AT, NOW, due, linked_paper, paper, subscribe
from tests.jobs.wire import Wire

A = "2603.00001"
CODE_OF_A = ("ada", NewsKind.CODE, A)


@pytest.fixture
def hub(wire: Wire) -> Wire:
    """A wire with GitHub, and a chat that wants nets."""
    wire.feed(Source.GITHUB, "repositories")
    subscribe(wire.storage, "nets")
    return wire


def announce(wire: Wire, abstract: str = CODE_AT, arxiv: str = A) -> None:
    with wire.storage.write():
        ingest(wire.storage, [paper(arxiv, abstract=abstract)], now=wire.now)


def test_nothing_due_asks_nothing(hub: Wire) -> None:
    count = hub.poll(Source.GITHUB)
    assert (count.fetched, hub.github.asked) == (0, [])


def test_what_an_allowance_left_stays_due(hub: Wire) -> None:
    announce(hub, f"{CODE_AT} and https://github.com/ada/demo and https://gitlab.com/ada/more")
    hub.github.allowance = 1
    assert hub.poll(Source.GITHUB).fetched == 1
    assert len(due(hub.storage, now=hub.now)) == 1
    hub.github.allowance = 1000
    assert hub.poll(Source.GITHUB).fetched == 1
    assert due(hub.storage, now=hub.now) == ()


def test_a_failure_is_stored_and_what_was_found_all_the_same_counts(hub: Wire) -> None:
    announce(hub)
    hub.github.repository("ada/nets", number=5)
    hub.github.errors = ("1 repositories: HTTP 502",)
    count = hub.poll(Source.GITHUB)
    assert (count.fetched, count.errors) == (1, ("1 repositories: HTTP 502",))
    (feed,) = hub.storage.feeds.all(Source.GITHUB)
    assert (feed.failures, feed.error) == (1, "1 repositories: HTTP 502")
    assert hub.told() == [CODE_OF_A]


def test_code_that_is_there_is_told_as_soon_as_it_was_seen(hub: Wire) -> None:
    announce(hub)
    hub.github.repository("ada/nets", number=5, stars=12)
    hub.poll(Source.GITHUB)
    assert hub.told() == [CODE_OF_A]
    assert hub.channel.sent[0].due_at == hub.now  # not after the grace
    assert hub.channel.sent[0].alerts[0].links[0].repository.stars == 12


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ("nets stars:>10", True),
        ("nets -stars:<10", True),
        ("nets stars:>12", False),
        ("-stars:12 nets", False),
    ],
)
def test_who_asks_what_the_repository_is_like_is_told_when_that_is_known(wire: Wire, wish: str, told: bool) -> None:
    wire.feed(Source.GITHUB, "repositories")
    subscribe(wire.storage, wish)
    announce(wire)
    assert wire.told() == []
    wire.github.repository("ada/nets", number=5, stars=12)
    wire.poll(Source.GITHUB)
    assert wire.told() == [CODE_OF_A] * told
    subscribe(wire.storage, "nets stars:>1", "bob")
    wire.later(days=2)
    wire.poll(Source.GITHUB, named=True)
    assert wire.told() == [CODE_OF_A] * told  # once, and nobody who came later


def test_code_that_is_missing_is_withdrawn_and_told_once_when_it_appears(hub: Wire) -> None:
    announce(hub)
    hub.poll(Source.GITHUB)
    assert hub.told() == []
    for _ in range(3):
        hub.later(days=1)
        assert hub.poll(Source.GITHUB).alerts == 0
    hub.github.repository("ada/nets", number=5)
    hub.later(days=1)
    assert hub.poll(Source.GITHUB).alerts == 1
    assert hub.told() == [CODE_OF_A]
    for there in (False, True, False, True):
        hub.github.repository("ada/nets", number=5)
        if not there:
            hub.github.remove("ada/nets")
        hub.later(days=8)
        hub.poll(Source.GITHUB)
    assert hub.told() == [CODE_OF_A]


def test_a_paper_with_other_code_is_told_although_one_repository_is_missing(hub: Wire) -> None:
    announce(hub, f"{CODE_AT} and our demo: https://github.com/ada/demo")
    hub.github.repository("ada/demo", number=6)
    hub.poll(Source.GITHUB)
    assert hub.told() == [CODE_OF_A]
    hub.github.repository("ada/nets", number=5)
    hub.later(days=2)
    hub.poll(Source.GITHUB)
    assert hub.told() == [CODE_OF_A]


def test_a_new_paper_of_a_missing_repository_is_a_paper_first_and_code_when_it_appears(hub: Wire) -> None:
    announce(hub, arxiv="2603.00009")
    hub.poll(Source.GITHUB)
    subscribe(hub.storage, "nets kind:papers", "bob")
    announce(hub)
    assert hub.told() == [("bob", NewsKind.PAPER, A)]
    hub.github.repository("ada/nets", number=5)
    hub.later(days=1)
    hub.poll(Source.GITHUB)
    assert sorted(hub.told())[:2] == [CODE_OF_A, ("ada", NewsKind.CODE, "2603.00009")]
    assert ("bob", NewsKind.CODE, A) in hub.told()


def test_what_was_only_looked_up_is_not_told_when_its_repository_appears(hub: Wire) -> None:
    with hub.storage.write():
        ingest(hub.storage, [paper(abstract=CODE_AT, announcement=None)], now=hub.now, quiet=True)
    hub.github.repository("ada/nets", number=5)
    hub.poll(Source.GITHUB)
    assert hub.told() == []


def test_a_renamed_repository_keeps_its_paper_and_its_alert(hub: Wire) -> None:
    announce(hub)
    hub.github.repository("ada/nets", number=5, now_called="lovelace/deep-nets")
    hub.poll(Source.GITHUB)
    assert hub.told() == [CODE_OF_A]
    (link,) = hub.channel.sent[0].alerts[0].links
    assert link.repository.slug == "lovelace/deep-nets"


def test_two_names_of_one_repository_are_one_in_one_look(hub: Wire) -> None:
    announce(hub, f"{CODE_AT}, formerly https://github.com/old/nets")
    hub.github.repository("ada/nets", number=5)
    hub.github.repository("old/nets", number=5, now_called="ada/nets")
    hub.poll(Source.GITHUB)
    assert hub.told() == [CODE_OF_A]
    assert [link.repository.slug for link in hub.channel.sent[0].alerts[0].links] == ["ada/nets"]
    hub.later(days=2)
    hub.poll(Source.GITHUB)
    assert sorted(hub.github.asked) == ["ada/nets", "ada/nets", "old/nets"]


def test_two_repositories_that_swapped_their_names_are_both_there(hub: Wire) -> None:
    announce(hub, f"{CODE_AT} and https://github.com/bob/trees")
    hub.github.repository("ada/nets", number=1)
    hub.github.repository("bob/trees", number=2)
    hub.poll(Source.GITHUB)
    hub.github.repository("ada/nets", number=2)
    hub.github.repository("bob/trees", number=1)
    hub.later(days=2)
    hub.poll(Source.GITHUB)
    known = hub.storage.papers.find(arxiv_id(A))
    assert known is not None
    states = {link.repository.slug: link.repository.state for link in hub.storage.links.of_paper(known.key)}
    assert states == {"ada/nets": RepositoryState.PRESENT, "bob/trees": RepositoryState.PRESENT}


def test_an_unchanged_repository_is_not_modified_and_due_later(hub: Wire) -> None:
    announce(hub)
    hub.github.repository("ada/nets", number=5)
    hub.poll(Source.GITHUB)
    hub.later(days=1)
    count = hub.poll(Source.GITHUB)
    assert (count.fetched, count.not_modified) == (0, 1)
    assert due(hub.storage, now=hub.now + timedelta(hours=23)) == ()
    assert len(due(hub.storage, now=hub.now + timedelta(hours=25))) == 1


def test_named_all_are_looked_at_that_were_not_within_the_hour(hub: Wire) -> None:
    announce(hub)
    hub.github.repository("ada/nets", number=5)
    hub.poll(Source.GITHUB)
    hub.later(minutes=30)
    assert hub.poll(Source.GITHUB, named=True).not_modified == 0
    hub.later(minutes=31)
    assert hub.poll(Source.GITHUB, named=True).not_modified == 1


def test_a_repository_that_never_came_is_asked_for_ever_more_rarely_and_then_no_more(hub: Wire) -> None:
    announce(hub)
    for _ in range(400):
        hub.poll(Source.GITHUB)
        hub.later(days=1)
    assert 90 < len(hub.github.asked) < 115
    assert due(hub.storage, now=hub.now + timedelta(days=1000)) == ()


def test_the_code_of_a_replacement_that_had_it_before_is_no_news_when_it_is_seen(hub: Wire) -> None:
    told = paper(version=2, announcement=Announcement.REPLACE, abstract=CODE_AT)
    with hub.storage.write():
        ingest(hub.storage, [told], now=hub.now, had_code=[A])
    hub.github.repository("ada/nets", number=5)
    hub.poll(Source.GITHUB)
    assert hub.told() == []


def test_a_link_without_any_news_is_looked_at_without_any(hub: Wire) -> None:
    linked_paper(hub.storage)
    with hub.storage.write():
        hub.storage.repositories.ask_for(1, NOW)
    hub.github.repository("ada/nets", number=5)
    assert hub.poll(Source.GITHUB).alerts == 0
