"""One repository, through renames, letter case, freed names and names that go round in circles."""

from datetime import date, timedelta

import pytest

from bot.domain.feed import Sighting, Source
from bot.domain.repository import Repository, RepositoryAddress, RepositoryState, parse_repository
from storage import Storage
from tests.builders import NOW, claim, due, facts, linked_paper, paper

LATER = NOW + timedelta(days=1)


def address(slug: str) -> RepositoryAddress:
    owner, _, name = slug.partition("/")
    return RepositoryAddress("github.com", owner, name)


def meet(storage: Storage, slug: str) -> Repository:
    with storage.write():
        return storage.repositories.meet(address(slug), NOW)


def learn(storage: Storage, asked: Repository, slug: str, number: int) -> Repository:
    """The host answers for `asked` with this name and number."""
    with storage.write():
        return storage.repositories.learn(asked, facts(slug, number), "etag", now=NOW, next_check=LATER)


def known(storage: Storage, slug: str, number: int) -> Repository:
    return learn(storage, meet(storage, slug), slug, number)


def present_names(storage: Storage, key: int) -> list[str]:
    rows = storage.database.rows("SELECT slug FROM repository_names WHERE repository = ? AND until IS NULL", (key,))
    return [slug for (slug,) in rows]


def test_a_key_that_is_not_there_is_a_key_error(storage: Storage) -> None:
    with pytest.raises(KeyError):
        storage.repositories.get(99)
    assert storage.repositories.find(address("no/body")) is None


@pytest.mark.parametrize(
    "written",
    ["https://github.com/Ada/Nets.git", "github.com/ada/nets/", "git@github.com:ADA/NETS.git", "ada/nets",
     "https://www.github.com/ada/nets/tree/main/src", "https://github.com/ada/nets).", "https://github.com/ada/nets#readme"],
)  # fmt: skip
def test_it_is_one_repository_however_it_is_written(storage: Storage, written: str) -> None:
    first = meet(storage, "ada/nets")
    parsed = parse_repository(written)
    assert parsed is not None
    with storage.write():
        assert storage.repositories.meet(parsed, NOW).key == first.key


def test_a_rename_moves_the_name_and_the_old_one_still_leads_there(storage: Storage) -> None:
    one = known(storage, "ada/nets", 5)
    renamed = learn(storage, one, "ada/deep-nets", 5)
    assert (renamed.key, renamed.slug) == (one.key, "ada/deep-nets")
    found = storage.repositories.find(address("ada/nets"))
    assert found is not None
    assert found.key == one.key
    assert present_names(storage, one.key) == ["github.com/ada/deep-nets"]


def test_a_change_of_letter_case_is_no_rename(storage: Storage) -> None:
    one = known(storage, "ada/nets", 5)
    assert learn(storage, one, "Ada/Nets", 5).slug == "Ada/Nets"
    assert storage.database.value("SELECT count(*) FROM repository_names") == 1


def test_a_freed_name_belongs_to_who_took_it_and_the_old_one_is_missing(storage: Storage) -> None:
    key = linked_paper(storage, slug="ada/nets")
    old = known(storage, "ada/nets", 5)
    new = learn(storage, old, "ada/nets", 77)
    assert new.key != old.key
    assert storage.repositories.get(old.key).state is RepositoryState.MISSING
    assert meet(storage, "ada/nets").key == new.key
    assert [link.repository.key for link in storage.links.of_paper(key)] == [old.key]  # the squatter has no paper


def test_a_freed_name_taken_by_a_repository_that_we_know(storage: Storage) -> None:
    old, other = known(storage, "ada/nets", 5), known(storage, "bob/trees", 7)
    assert learn(storage, old, "ada/nets", 7).key == other.key
    assert storage.repositories.get(old.key).state is RepositoryState.MISSING
    assert present_names(storage, other.key) == ["github.com/ada/nets"]
    assert present_names(storage, old.key) == []


def test_one_that_lost_its_name_unseen_is_missing_when_it_is_looked_at(storage: Storage) -> None:
    old, other = known(storage, "ada/nets", 5), known(storage, "bob/trees", 7)
    learn(storage, other, "ada/nets", 7)  # the other one was renamed to it
    learn(storage, old, "ada/nets", 7)
    lost = storage.repositories.get(old.key)
    assert (lost.state, lost.next_check_at) == (RepositoryState.MISSING, None)
    assert storage.repositories.get(other.key).state is RepositoryState.PRESENT


def test_names_that_were_swapped_leave_both_present(storage: Storage) -> None:
    one, two = known(storage, "ada/nets", 1), known(storage, "bob/trees", 2)
    learn(storage, one, "ada/nets", 2)  # the same round, and what was known before it
    learn(storage, two, "bob/trees", 1)
    one, two = storage.repositories.get(one.key), storage.repositories.get(two.key)
    assert (one.slug, one.state, one.next_check_at) == ("bob/trees", RepositoryState.PRESENT, LATER)
    assert (two.slug, two.state, two.next_check_at) == ("ada/nets", RepositoryState.PRESENT, LATER)
    assert present_names(storage, one.key) == ["github.com/bob/trees"]
    assert present_names(storage, two.key) == ["github.com/ada/nets"]


def test_names_that_went_round_in_a_circle_of_three(storage: Storage) -> None:
    slugs = ["a/a", "b/b", "c/c"]
    before = [known(storage, slug, number) for number, slug in enumerate(slugs, 1)]
    for asked, slug, number in zip(before, slugs, (2, 3, 1), strict=True):
        learn(storage, asked, slug, number)
    after = [storage.repositories.get(r.key) for r in before]
    assert [(r.slug, r.state) for r in after] == [(s, RepositoryState.PRESENT) for s in ("c/c", "a/a", "b/b")]


def test_a_repository_that_went_away_and_came_back_to_its_name(storage: Storage) -> None:
    one = known(storage, "ada/nets", 5)
    learn(storage, one, "bob/nets", 5)
    back = learn(storage, storage.repositories.get(one.key), "ada/nets", 5)
    assert (back.key, back.slug) == (one.key, "ada/nets")
    assert present_names(storage, one.key) == ["github.com/ada/nets"]


# Two names of one number ----------------------------------------------------------------------------------------------


def test_two_names_of_one_number_become_one_and_their_links_are_joined(storage: Storage) -> None:
    first = linked_paper(storage, "2603.00001", "ada/nets")
    second = linked_paper(storage, "2603.00002", "old/nets", title="Shallow Trees")
    with storage.write():
        doubtful = claim("old/nets", official=None, where="v2")
        storage.links.store(first, doubtful, storage.repositories.meet(doubtful.address, NOW).key, NOW)
    one = known(storage, "ada/nets", 5)
    merged = learn(storage, meet(storage, "old/nets"), "ada/nets", 5)
    assert merged.key == one.key
    (of_first,), (of_second,) = storage.links.of_paper(first), storage.links.of_paper(second)
    assert of_first.repository.key == of_second.repository.key == one.key
    assert (of_first.official, of_first.confidence) == (True, 0.96)
    assert {e.where for e in of_first.evidence} == {"v1", "v2"}
    assert storage.links.count() == 2


def test_of_two_joined_links_the_surer_one_says_whose_it_is(storage: Storage) -> None:
    key = linked_paper(storage, slug="new/nets")
    with storage.write():
        storage.database.execute("UPDATE links SET official = NULL, confidence = 0.4")
        sure = claim("old/nets", where="v2")
        storage.links.store(key, sure, storage.repositories.meet(sure.address, NOW).key, NOW)
    known(storage, "new/nets", 5)
    learn(storage, meet(storage, "old/nets"), "new/nets", 5)
    (link,) = storage.links.of_paper(key)
    assert (link.official, link.confidence) == (True, 0.96)


def test_the_old_name_of_a_merged_repository_is_past_and_may_be_taken(storage: Storage) -> None:
    one = known(storage, "ada/nets", 5)
    learn(storage, meet(storage, "old/nets"), "ada/nets", 5)
    found = storage.repositories.find(address("old/nets"))
    assert found is not None
    assert found.key == one.key
    assert present_names(storage, one.key) == ["github.com/ada/nets"]
    assert known(storage, "old/nets", 99).key != one.key


def test_a_known_repository_that_was_renamed_to_a_name_that_a_paper_wrote(storage: Storage) -> None:
    key = linked_paper(storage, slug="ada/deep-nets")
    one = known(storage, "ada/nets", 5)
    renamed = learn(storage, meet(storage, "ada/deep-nets"), "ada/deep-nets", 5)
    assert renamed.key == one.key
    assert [link.repository.key for link in storage.links.of_paper(key)] == [one.key]
    assert present_names(storage, one.key) == ["github.com/ada/deep-nets"]


def test_sightings_move_with_a_merge(storage: Storage) -> None:
    with storage.write():
        feed = storage.feeds.want(Source.TRENDING, "https://t.test/", "daily", now=NOW, interval_s=60, trusted=True)
        for slug, day, rank in (("old/nets", 4, 3), ("old/nets", 5, 2), ("ada/nets", 5, 7)):
            storage.repositories.sight(feed.key, date(2026, 3, day), Sighting(slug, rank, 10, 5, "Python"), NOW)
    one = known(storage, "ada/nets", 5)
    learn(storage, meet(storage, "old/nets"), "ada/nets", 5)
    assert storage.repositories.last_sighting(one.key) == ("daily", date(2026, 3, 5), 7, 5)
    assert storage.database.value("SELECT count(*) FROM sightings") == 2


# When to look ---------------------------------------------------------------------------------------------------------


def test_what_was_never_looked_at_comes_first(storage: Storage) -> None:
    old, new = known(storage, "ada/nets", 5), meet(storage, "bob/trees")
    with storage.write():
        storage.repositories.ask_for(new.key, LATER)
    assert [r.key for r in due(storage, now=LATER)] == [new.key, old.key]
    assert due(storage, now=NOW) == ()


def test_asking_again_never_puts_a_look_off(storage: Storage) -> None:
    one = known(storage, "ada/nets", 5)
    with storage.write():
        storage.repositories.ask_for(one.key, LATER + timedelta(days=5))
    assert storage.repositories.get(one.key).next_check_at == LATER


def test_the_trending_pages_count_serves_until_the_host_tells(storage: Storage) -> None:
    with storage.write():
        feed = storage.feeds.want(Source.TRENDING, "https://t.test/", "daily", now=NOW, interval_s=60, trusted=True)
        storage.repositories.sight(feed.key, NOW.date(), Sighting("ada/nets", 1, 900, 50, "Python"), NOW)
    assert meet(storage, "ada/nets").stars == 900
    known(storage, "ada/nets", 5)
    with storage.write():
        storage.repositories.sight(feed.key, NOW.date(), Sighting("ada/nets", 1, None, 50, None), NOW)
    assert meet(storage, "ada/nets").stars == 10


def test_a_paper_keeps_its_links_when_it_is_told_again(storage: Storage) -> None:
    key = linked_paper(storage)
    with storage.write():
        storage.papers.store(paper(version=2), NOW)
        repository = storage.repositories.meet(address("ada/nets"), NOW)
        assert not storage.links.store(key, claim("ada/nets", official=None, where="v2"), repository.key, NOW)
    (link,) = storage.links.of_paper(key)
    assert (link.official, link.confidence) == (True, 0.96)
