"""Votes: the last one counts, they tell what a chat likes, and they go along where two turn out to be one."""

from datetime import datetime, timedelta

import pytest

from bot.domain.chat import Address, Chat
from bot.domain.paper import FetchedPaper, PaperId
from bot.domain.vote import Vote, Voted
from storage import Storage, votes
from tests.builders import NOW, chat, claim, linked_paper, paper

DOI = PaperId("doi", "10.1000/xyz")
EARLIER, LATER = NOW, NOW + timedelta(hours=1)
SAVED, LESS = Vote.SAVED, Vote.LESS


def cast(storage: Storage, to: Chat, key: int, vote: Vote = SAVED, at: datetime = NOW) -> bool:
    with storage.write():
        return storage.votes.cast(to.key, key, vote, at)


def store(storage: Storage, number: int, **rest: object) -> int:
    with storage.write():
        return storage.papers.store(paper(f"2603.{number:05}", f"Nets {number}", **rest), NOW).paper.key  # type: ignore[arg-type]  # because: paper's own options


def of(storage: Storage, whose: Chat) -> list[tuple[int, Vote]]:
    return [(voted.paper, voted.vote) for voted in storage.votes.all(whose.key)]


def test_the_last_vote_counts_and_the_same_one_again_changes_nothing(storage: Storage) -> None:
    ada, key = chat(storage), store(storage, 1)
    assert cast(storage, ada, key, SAVED)
    assert not cast(storage, ada, key, SAVED, LATER)
    assert cast(storage, ada, key, LESS, LATER)
    assert of(storage, ada) == [(key, LESS)]


def test_only_a_vote_that_was_cast_can_be_taken_back(storage: Storage) -> None:
    ada, key = chat(storage), store(storage, 1)
    cast(storage, ada, key, LESS)
    with storage.write():
        assert not storage.votes.take_back(ada.key, key, SAVED)
        assert storage.votes.take_back(ada.key, key, LESS)
        assert not storage.votes.take_back(ada.key, key, LESS)
    assert of(storage, ada) == []


def test_a_vote_is_its_chats_own(storage: Storage) -> None:
    ada, bob, key = chat(storage, "ada"), chat(storage, "bob"), store(storage, 1)
    cast(storage, ada, key, SAVED)
    cast(storage, bob, key, LESS)
    assert (of(storage, ada), of(storage, bob)) == ([(key, SAVED)], [(key, LESS)])


def test_the_latest_come_first_page_by_page(storage: Storage) -> None:
    ada = chat(storage)
    keys = [store(storage, n) for n in range(5)]
    for n, key in enumerate(keys):
        cast(storage, ada, key, LESS if n == 2 else SAVED, NOW + timedelta(minutes=n))
    assert storage.votes.count(ada.key, SAVED) == 4
    assert storage.votes.papers(ada.key, SAVED, limit=3) == [keys[4], keys[3], keys[1]]
    assert storage.votes.papers(ada.key, SAVED, limit=3, offset=3) == [keys[0]]
    assert storage.votes.papers(ada.key, LESS, limit=3) == [keys[2]]


def test_a_vote_tells_of_authors_categories_and_whose_repository_comes_first(storage: Storage) -> None:
    ada, key = chat(storage), linked_paper(storage, slug="Ada-Lab/nets")
    with storage.write():
        storage.papers.store(paper(version=2, authors=("Ada Lin", "Bob Roy"), categories=("cs.LG", "cs.CV")), NOW)
        community = claim("bob/copy", official=False)
        storage.links.store(key, community, storage.repositories.meet(community.address, NOW).key, NOW)
    cast(storage, ada, key)
    (voted,) = storage.votes.all(ada.key)
    assert voted == Voted(key, SAVED, ("Ada Lin", "Bob Roy"), ("cs.LG", "cs.CV"), "github.com/ada-lab")


def test_a_link_that_nobody_believes_names_no_owner(storage: Storage) -> None:
    ada, key = chat(storage), linked_paper(storage)
    with storage.write():
        storage.database.execute("UPDATE links SET confidence = 0")
    cast(storage, ada, key)
    assert storage.votes.all(ada.key) == (Voted(key, SAVED),)


def test_old_votes_speak_of_their_own_papers_alone(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(votes, "LATEST", 1)
    ada = chat(storage)
    old, new = store(storage, 1, authors=("Ada Lin",)), store(storage, 2, authors=("Bob Roy",))
    cast(storage, ada, old, LESS, EARLIER)
    cast(storage, ada, new, SAVED, LATER)
    assert storage.votes.all(ada.key) == (Voted(new, SAVED, ("Bob Roy",)), Voted(old, LESS))


# Two that are one -----------------------------------------------------------------------------------------------------


@pytest.fixture
def two(storage: Storage) -> tuple[int, int]:
    """A paper known by its arXiv id, and another one known by its DOI."""
    stays = store(storage, 1)
    with storage.write():
        goes = storage.papers.store(FetchedPaper((DOI,), "Nets, the Journal Version"), NOW).paper.key
    return stays, goes


def merge(storage: Storage) -> None:
    with storage.write():
        storage.papers.store(paper("2603.00001", "Nets 1", ids=[DOI]), NOW)


def test_a_merged_papers_votes_go_along(storage: Storage, two: tuple[int, int]) -> None:
    ada, bob = chat(storage, "ada"), chat(storage, "bob")
    cast(storage, ada, two[1], SAVED)
    cast(storage, bob, two[0], LESS)
    merge(storage)
    assert (of(storage, ada), of(storage, bob)) == ([(two[0], SAVED)], [(two[0], LESS)])


@pytest.mark.parametrize("last", [0, 1], ids=["on the one that stays", "on the one that goes"])
def test_of_two_votes_on_a_merged_paper_the_later_counts(storage: Storage, two: tuple[int, int], last: int) -> None:
    ada = chat(storage)
    cast(storage, ada, two[last], SAVED, LATER)
    cast(storage, ada, two[1 - last], LESS, EARLIER)
    merge(storage)
    assert of(storage, ada) == [(two[0], SAVED)]


def move(storage: Storage, group: Chat) -> None:
    with storage.write():
        storage.chats.move(group.key, "-1001")


def test_a_moved_chats_votes_go_along(storage: Storage) -> None:
    group, key = chat(storage, "-1"), store(storage, 1)
    cast(storage, group, key)
    move(storage, group)
    moved = storage.chats.find(Address("telegram", "-1001"))
    assert moved is not None
    assert of(storage, moved) == [(key, SAVED)]


@pytest.mark.parametrize("last", [0, 1], ids=["of the one that stays", "of the one that goes"])
def test_where_two_chats_are_one_the_later_vote_counts(storage: Storage, last: int) -> None:
    stays, goes = chat(storage, "-1001"), chat(storage, "-1")
    both, alone = store(storage, 1), store(storage, 2)
    cast(storage, (stays, goes)[last], both, SAVED, LATER)
    cast(storage, (stays, goes)[1 - last], both, LESS, EARLIER)
    cast(storage, goes, alone, LESS)
    move(storage, goes)
    assert sorted(of(storage, stays)) == sorted([(both, SAVED), (alone, LESS)])
    assert storage.database.value("SELECT count(*) FROM votes") == 2
