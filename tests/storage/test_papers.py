"""One paper, whatever ids, versions and sources tell of it; and two that turn out to be one."""

from datetime import timedelta

import pytest

from bot.domain.news import NewsKind
from bot.domain.paper import Announcement, FetchedPaper, PaperId, arxiv_id, parse_paper_id
from storage import Storage
from tests.builders import NOW, chat, claim, claim_all, paper, tell

ARXIV, DOI = arxiv_id("2603.00001"), PaperId("doi", "10.1000/xyz")


def store(storage: Storage, *told: FetchedPaper) -> int:
    """Store these in order; the key of the last one."""
    with storage.write():
        return [storage.papers.store(one, NOW) for one in told][-1].paper.key


def test_a_paper_without_an_id_is_refused(storage: Storage) -> None:
    with pytest.raises(ValueError, match="id"):
        store(storage, FetchedPaper((), "Nameless"))


def test_a_key_that_is_not_there_is_a_key_error(storage: Storage) -> None:
    with pytest.raises(KeyError):
        storage.papers.get(99)
    assert storage.papers.many([99]) == ()
    assert storage.papers.find(ARXIV) is None
    assert storage.papers.find() is None


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(paper(), id="rss repeats it"),
        pytest.param(paper(announcement=Announcement.CROSS, categories=("cs.CL",)), id="cross-listed"),
        pytest.param(paper(version=3, announcement=Announcement.REPLACE), id="replaced"),
        pytest.param(paper(announcement=None, comment="12 pages"), id="the API"),
        pytest.param(paper(announcement=None, version=0), id="Hugging Face"),
        pytest.param(FetchedPaper((PaperId("arxiv", "2603.00001"),), "From a blog"), id="a blog"),
        pytest.param(paper(ids=[DOI]), id="with a publisher's DOI"),
    ],
)
def test_it_is_one_paper_however_it_is_told(storage: Storage, again: FetchedPaper) -> None:
    first = store(storage, paper(categories=("cs.LG",)))
    assert store(storage, again) == first
    assert storage.papers.count() == 1


def test_arxivs_own_doi_is_the_arxiv_id(storage: Storage) -> None:
    by_doi = parse_paper_id("https://doi.org/10.48550/arXiv.2603.00001")
    assert by_doi == ARXIV
    assert store(storage, paper()) == store(storage, FetchedPaper((by_doi,), "Deep Nets"))


def test_the_same_telling_again_changes_nothing(storage: Storage) -> None:
    store(storage, paper(abstract="About nets.", comment="12 pages"))
    with storage.write():
        again = storage.papers.store(paper(abstract="About nets.", comment="12 pages"), NOW + timedelta(days=1))
    assert not again.changed
    assert again.paper == again.before
    assert again.paper.changed_at == NOW


# Who may say what -----------------------------------------------------------------------------------------------------


def test_a_new_version_speaks_and_its_title_is_found(storage: Storage) -> None:
    key = store(storage, paper(title="Deep Nets"), paper(title="Shallow Trees", version=2))
    assert storage.papers.get(key).title == "Shallow Trees"
    assert storage.papers.titles.candidates("shallow trees") == [(key, "Shallow Trees")]
    assert storage.papers.titles.candidates("deep nets") == []
    assert storage.papers.titles.named("deep nets") == []


def test_an_older_version_says_nothing_against_a_newer_one(storage: Storage) -> None:
    key = store(
        storage,
        paper(title="New", version=2, abstract="new", comment="v2's"),
        paper(title="Old", version=1, abstract="old", comment="v1's", categories=("cs.LG",)),
    )
    known = storage.papers.get(key)
    assert (known.title, known.abstract, known.comment, known.version) == ("New", "new", "v2's", 2)
    assert known.categories == ("cs.LG",)  # a gap, though, it may fill
    assert known.enriched == 2


def test_a_source_without_versions_only_fills_gaps(storage: Storage) -> None:
    key = store(
        storage,
        paper(title="As on arXiv", authors=("Ada",)),
        paper(title="As on a blog", version=0, announcement=None, authors=("Bob",), abstract="Filled"),
    )
    known = storage.papers.get(key)
    assert (known.title, known.authors, known.abstract, known.version) == ("As on arXiv", ("Ada",), "Filled", 1)


def test_what_is_not_told_deletes_nothing(storage: Storage) -> None:
    full = paper(abstract="Abstract", authors=("Ada", "Bob"), categories=("cs.LG", "cs.CL"), comment="c", published=NOW)
    key = store(storage, full)
    before = storage.papers.get(key)
    assert store(storage, FetchedPaper((ARXIV,), version=1)) == key
    assert storage.papers.get(key) == before


def test_a_comment_that_was_told_as_none_is_read(storage: Storage) -> None:
    key = store(storage, paper())
    assert [p.key for p in storage.papers.to_enrich(NOW, 10)] == [key]
    store(storage, paper(comment=""))
    assert storage.papers.to_enrich(NOW, 10) == ()
    store(storage, paper(version=2))
    assert [p.key for p in storage.papers.to_enrich(NOW, 10)] == [key]


def test_a_paper_without_an_arxiv_id_is_never_waited_for(storage: Storage) -> None:
    store(storage, FetchedPaper((DOI,), "Only a DOI"))
    assert storage.papers.to_enrich(NOW, 10) == ()


def test_hostile_texts_come_back_as_they_went_in(storage: Storage) -> None:
    title = "\"'; DROP TABLE papers; -- <b>&amp; 深度 \U0001f916 %s {0} NEAR(a b) *" + "x" * 400
    key = store(storage, paper(title=title, authors=("O'Neil, J.",), comment="a\nb"))
    known = storage.papers.get(key)
    assert (known.title, known.authors, known.comment) == (title, ("O'Neil, J.",), "a\nb")


# Two that are one -----------------------------------------------------------------------------------------------------


@pytest.fixture
def two(storage: Storage) -> tuple[int, int]:
    """A paper known by its arXiv id and another one known by its DOI."""
    return store(storage, paper(title="Deep Nets")), store(
        storage, FetchedPaper((DOI,), "Deep Nets, the Journal Version")
    )


def merge(storage: Storage) -> None:
    assert storage.papers.store(paper(ids=[DOI]), NOW).changed


def link(storage: Storage, key: int, slug: str, **facts: object) -> None:
    named = claim(slug, **facts)  # type: ignore[arg-type]  # because: claim's own options
    storage.links.store(key, named, storage.repositories.meet(named.address, NOW).key, NOW)


def test_ids_that_join_two_papers_make_one_of_them(storage: Storage, two: tuple[int, int]) -> None:
    with storage.write():
        merge(storage)
    assert storage.papers.count() == 1
    by_arxiv, by_doi = storage.papers.find(ARXIV), storage.papers.find(DOI)
    assert by_arxiv == by_doi
    assert by_arxiv is not None
    assert set(by_arxiv.ids) == {ARXIV, DOI}


def test_a_merged_papers_title_index_holds_only_what_stays(storage: Storage, two: tuple[int, int]) -> None:
    with storage.write():
        merge(storage)
    assert storage.papers.titles.candidates("journal version") == []
    assert [key for key, _ in storage.papers.titles.candidates("deep nets")] == [two[0]]
    assert storage.papers.titles.rarity(["deep", "journal"]) == {"deep": 1}


def test_a_merged_papers_links_move_and_the_surer_of_two_says_whose_it_is(
    storage: Storage, two: tuple[int, int]
) -> None:
    with storage.write():
        link(storage, two[0], "ada/nets", official=None, where="v1")
        link(storage, two[1], "ada/nets", official=True, where="v2")
        link(storage, two[1], "bob/nets", official=False)
        merge(storage)
    links = {one.repository.slug: one for one in storage.links.of_paper(two[0])}
    assert set(links) == {"ada/nets", "bob/nets"}
    assert (links["ada/nets"].official, links["ada/nets"].confidence) == (True, 0.96)
    assert {e.where for e in links["ada/nets"].evidence} == {"v1", "v2"}
    assert storage.links.count() == 2


def test_a_merged_papers_milestones_are_kept_so_that_old_news_is_not_told_again(
    storage: Storage, two: tuple[int, int]
) -> None:
    with storage.write():
        storage.papers.mark(two[1], announced=NOW, code=NOW)
        merge(storage)
    assert storage.papers.milestones(two[0]) == (NOW, NOW)


def test_alerts_of_two_papers_that_are_one_become_one(storage: Storage, two: tuple[int, int]) -> None:
    ada, bob = chat(storage, "ada"), chat(storage, "bob")
    with storage.write():
        assert storage.outbox.queue([tell(ada, two[0]), tell(ada, two[1]), tell(bob, two[1])], NOW) == 3
        merge(storage)
    deliveries = claim_all(storage)
    assert sorted(d.chat.address.chat for d in deliveries) == ["ada", "bob"]
    assert [[a.paper.key for a in d.alerts if a.paper] for d in deliveries] == [[two[0]], [two[0]]]


@pytest.mark.parametrize("sent", [0, 1], ids=["of the one that stays", "of the one that goes"])
def test_who_was_told_of_one_is_not_told_of_the_other(storage: Storage, two: tuple[int, int], sent: int) -> None:
    ada = chat(storage)
    with storage.write():
        storage.outbox.queue([tell(ada, two[sent])], NOW)
    (delivery,) = claim_all(storage)
    with storage.write():
        storage.outbox.sent(delivery.key, NOW)
        storage.outbox.queue([tell(ada, two[1 - sent])], NOW)
        merge(storage)
        assert storage.outbox.queue([tell(ada, two[0])], NOW) == 0
    assert claim_all(storage) == ()


def test_alerts_about_an_entry_of_the_same_number_are_left_alone(storage: Storage, two: tuple[int, int]) -> None:
    ada = chat(storage)
    with storage.write():
        storage.outbox.queue([tell(ada, two[1], NewsKind.FEED), tell(ada, two[1], NewsKind.PAPER)], NOW)
        merge(storage)
    subjects = storage.database.rows("SELECT kind, subject FROM alerts ORDER BY kind")
    assert subjects == [("feed", two[1]), ("paper", two[0])]


def test_three_papers_that_are_one_are_merged_at_once(storage: Storage, two: tuple[int, int]) -> None:
    acl = PaperId("acl", "2026.acl-long.1")
    store(storage, FetchedPaper((acl,), "Deep Nets at ACL"))
    key = store(storage, paper(ids=[DOI, acl]))
    assert storage.papers.count() == 1
    assert set(storage.papers.get(key).ids) == {ARXIV, DOI, acl}


def test_a_merge_that_is_interrupted_leaves_two(storage: Storage, two: tuple[int, int]) -> None:
    with pytest.raises(KeyboardInterrupt):
        merge_and_interrupt(storage)
    assert storage.papers.count() == 2
    assert len(storage.papers.titles.candidates("deep nets")) == 2


def merge_and_interrupt(storage: Storage) -> None:
    with storage.write():
        merge(storage)
        raise KeyboardInterrupt


def test_votes_are_no_change_of_a_paper_and_the_latest_count(storage: Storage) -> None:
    with storage.write():
        first = storage.papers.store(paper(upvotes=3), NOW)
        again = storage.papers.store(paper(upvotes=7), NOW)
        silent = storage.papers.store(paper(), NOW)
    assert [one.paper.upvotes for one in (first, again, silent)] == [3, 7, 7]
    assert [one.changed for one in (again, silent)] == [False, False]
    assert storage.papers.get(first.paper.key).upvotes == 7
