"""The archive in the catalogue: ids meet, what is known stays, links are weighed as all others, nothing is news."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.archive import AS_OF, CLOSED, ArchiveDetail, ArchiveLink, ArchivePaper
from bot.domain.code import CodeState
from bot.domain.link import Evidence, EvidenceKind
from bot.domain.paper import FetchedPaper, PaperId, StatedRepository
from bot.domain.repository import RepositoryAddress, parse_repository
from bot.ingest import ingest
from bot.rules import linking
from bot.rules.archive import claim
from storage import FILE, Storage
from storage.archive import Archive

BEES = PaperId("arxiv", "1803.00001")
SLUG = PaperId("pwc", "slow-bees")
DOI = PaperId("doi", "10.5555/bees")
HIVES = RepositoryAddress("github.com", "Ada", "Hives")


def a_paper(*ids: PaperId, title: str = "Slow Bees: Fast Hives") -> ArchivePaper:
    return ArchivePaper(ids or (BEES, SLUG), title, datetime(2018, 3, 1, tzinfo=UTC))


def a_link(*ids: PaperId, **more: Any) -> ArchiveLink:
    """A link row; `address` and `official` are what its claim says."""
    said = claim(more.pop("address", HIVES), more.pop("official", True))
    return ArchiveLink(ids or (BEES, SLUG), "Slow Bees: Fast Hives", said, **more)


def a_detail(*ids: PaperId, **more: Any) -> ArchiveDetail:
    said: dict[str, Any] = {"abstract": "Bees are slow.", "authors": ("Ada Bee",), "tasks": ("Beekeeping",)} | more
    return ArchiveDetail(ids or (BEES, SLUG), **said)


def add(storage: Storage, now: datetime, *rows: ArchivePaper | ArchiveLink | ArchiveDetail) -> list[int]:
    """Rows as they come, each in a batch of its own; what was new of papers and links."""
    archive, new = Archive(storage.database, storage.papers), [0, 0]
    for row in rows:
        new = [sum(pair) for pair in zip(new, add_all(storage, archive, [row], now), strict=True)]
    return new


def add_all(storage: Storage, archive: Archive, rows: list[Any], now: datetime) -> tuple[int, int]:
    with storage.write():
        if isinstance(rows[0], ArchiveLink):
            return archive.add_links(rows, now)
        if isinstance(rows[0], ArchivePaper):
            return archive.add_papers(rows, now), 0
        archive.add_details(rows)
        return 0, 0


def told(storage: Storage, now: datetime, code: str = "", **more: Any) -> None:
    """The same paper as arXiv tells it."""
    stated = (StatedRepository(code, Evidence(EvidenceKind.HUGGING_FACE_PERSON, official=True)),) if code else ()
    paper = FetchedPaper((BEES,), "Slow Bees, Fast Hives", "Bees.", ("A. Bee",), ("cs.LG",), None, 2, stated=stated)
    with storage.write():
        ingest(storage, [replace(paper, **more)], now=now, quiet=True)


def rows_of(storage: Storage) -> dict[str, list[Any]]:
    """All that stands in the tables that the archive writes."""
    tables = (
        "papers paper_ids paper_names paper_authors title_words repositories repository_names links evidence "
        "archive_papers archive_links"
    )
    found = {table: sorted(map(repr, storage.database.rows(f"SELECT * FROM {table}"))) for table in tables.split()}
    return found | {"titles": storage.database.rows("SELECT rowid FROM titles WHERE titles MATCH 'bees'")}


# What is known stays --------------------------------------------------------------------------------------------------


def test_the_same_rows_again_change_nothing(storage: Storage, now: datetime) -> None:
    rows = (a_link(), a_paper(), a_detail())
    assert add(storage, now, *rows) == [1, 1]
    before = rows_of(storage)
    assert add(storage, now.replace(year=2027), *rows) == [0, 0]
    assert rows_of(storage) == before


def test_a_paper_that_arxiv_has_told_keeps_its_words_and_the_archive_fills_gaps(
    storage: Storage, now: datetime
) -> None:
    told(storage, now, authors=())
    add(storage, now, a_paper(), a_link(), a_detail(authors=("Ada Bee", "Bo Hive")))
    paper = storage.papers.find(SLUG)
    assert paper is not None
    assert (paper.title, paper.abstract, paper.version) == ("Slow Bees, Fast Hives", "Bees.", 2)
    assert paper.authors == ("Ada Bee", "Bo Hive")
    assert storage.papers.authors.knows("Bo Hive")


def test_what_arxiv_tells_later_wins(storage: Storage, now: datetime) -> None:
    add(storage, now, a_paper(), a_detail())
    told(storage, now)
    paper = storage.papers.find(BEES)
    assert paper is not None
    assert (paper.title, paper.abstract, paper.authors) == ("Slow Bees, Fast Hives", "Bees.", ("A. Bee",))
    assert paper.ids == (BEES, SLUG)


def test_details_of_a_paper_that_nobody_knows_are_left_out(storage: Storage, now: datetime) -> None:
    add(storage, now, a_detail())
    assert storage.papers.count() == 0


# Papers ---------------------------------------------------------------------------------------------------------------


def test_a_paper_is_found_by_each_of_its_ids_and_by_its_title(storage: Storage, now: datetime) -> None:
    add(storage, now, a_paper(BEES, DOI, SLUG))
    (key,) = {paper.key for i in (BEES, DOI, SLUG) if (paper := storage.papers.find(i))}
    assert storage.papers.titles.named("slow bees fast hives") == [key]
    assert storage.papers.titles.named("Slow Bees") == [key]
    assert dict(storage.papers.titles.candidates("fast hives")) == {key: "Slow Bees: Fast Hives"}


def test_a_paper_without_any_other_id_has_the_archives(storage: Storage, now: datetime) -> None:
    add(storage, now, a_link(SLUG))
    paper = storage.papers.find(SLUG)
    assert paper is not None
    assert paper.url == "https://paperswithcode.com/paper/slow-bees"


def test_the_index_is_as_if_each_paper_had_been_stored_by_itself(storage: Storage, now: datetime) -> None:
    papers = [a_paper(PaperId("pwc", f"p{n}"), title=f"Bees {n}: {'Hives ' * n}") for n in range(20)]
    add_all(storage, Archive(storage.database, storage.papers), papers, now)
    with Storage(storage.database.path.with_name("single.db")) as single:
        with single.write():
            for paper in papers:
                single.papers.store(FetchedPaper(paper.ids, paper.title), now)
        queries = [f"SELECT * FROM {table}" for table in ("paper_names", "title_words", "paper_ids")]
        for query in (*queries, "SELECT rowid FROM titles WHERE titles MATCH 'hives'"):
            assert sorted(storage.database.rows(query)) == sorted(single.database.rows(query))


def test_rows_that_name_one_paper_by_different_ids_meet(storage: Storage, now: datetime) -> None:
    rows = [a_paper(BEES, SLUG), a_paper(DOI, SLUG), a_paper(DOI, PaperId("acl", "P18-1001"))]
    add_all(storage, Archive(storage.database, storage.papers), rows, now)
    assert storage.papers.count() == 1


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one after the other"])
def test_two_papers_that_a_row_shows_to_be_one_become_one(storage: Storage, now: datetime, together: bool) -> None:
    links = [a_link(SLUG), a_link(BEES, address=RepositoryAddress("github.com", "bo", "wax")), a_link(BEES, SLUG)]
    if together:
        assert add_all(storage, Archive(storage.database, storage.papers), links, now)[0] == 1
    else:
        add(storage, now, *links)
    assert storage.papers.count() == 1
    paper = storage.papers.find(SLUG)
    assert paper is not None
    assert {link.repository.slug for link in storage.links.of_paper(paper.key)} == {"Ada/Hives", "bo/wax"}
    assert storage.papers.titles.named("Slow Bees") == [paper.key]


# Links ----------------------------------------------------------------------------------------------------------------


def the_link(storage: Storage) -> Any:
    (key,) = (row[0] for row in storage.database.rows("SELECT id FROM links"))
    return storage.links.get([key])[0]


@pytest.mark.parametrize("official", [True, False, None])
@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/ada/hives",
        "https://github.com/tensorflow/models",
        "https://github.com/tensorflow/models/tree/master/research/bees",
        "https://github.com/ada/awesome-bees",
        "https://gitlab.com/hive/deep/bees",
    ],
)
def test_a_links_class_is_what_all_its_evidence_comes_to(
    storage: Storage, now: datetime, official: bool | None, address: str
) -> None:
    where = parse_repository(address)
    assert where is not None
    add(storage, now, a_link(address=where, official=official, framework="jax", in_paper=True))
    link = the_link(storage)
    (piece,) = link.evidence
    assert (piece.kind, piece.where, piece.snippet, piece.official) == (EvidenceKind.ARCHIVE, AS_OF, "", official)
    verdict = linking.verdict(link.evidence, where)
    assert (link.official, link.confidence, link.path) == (verdict.official, verdict.confidence, where.path)
    assert storage.database.row("SELECT framework, in_paper, in_readme FROM archive_links") == ("jax", 1, None)
    state = storage.database.value("SELECT code_state FROM papers")
    assert state == (CodeState.RELEASED if linking.worth_telling(link) else CodeState.NONE)


@pytest.mark.parametrize("archive_first", [True, False])
def test_a_known_link_is_weighed_with_what_was_known(storage: Storage, now: datetime, archive_first: bool) -> None:
    for archive in (archive_first, not archive_first):
        if archive:
            add(storage, now, a_link())
        else:
            told(storage, now, "https://github.com/ada/hives")
    link = the_link(storage)
    assert len(link.evidence) == 2
    assert link.confidence == linking.verdict(link.evidence, HIVES).confidence > 0.99 - 0.01


def test_what_a_reader_rejected_stays_rejected(storage: Storage, now: datetime) -> None:
    told(storage, now, "https://github.com/ada/hives")
    with storage.write():
        storage.database.execute("INSERT INTO evidence SELECT id, 'rejected', 'x', '', NULL, 1, 1 FROM links")
    add(storage, now, a_link())
    assert (the_link(storage).official, the_link(storage).confidence) == (None, 0.0)
    assert storage.database.value("SELECT code_state FROM papers") == CodeState.NONE


@given(st.lists(st.tuples(st.sampled_from([True, False, None]), st.booleans()), min_size=1, max_size=6))
def test_rows_of_one_link_come_to_the_same_in_any_cut(
    new_file: Path, tmp_path_factory: pytest.TempPathFactory, said: list[tuple[bool | None, bool]]
) -> None:
    now = datetime(2026, 3, 5, tzinfo=UTC)
    found = []
    rows = [a_link(official=o, framework="tf" if f else "none", address=replace(HIVES, name="hives")) for o, f in said]
    for cut in (1, len(rows)):
        file = tmp_path_factory.mktemp("cut") / FILE
        shutil.copy(new_file, file)
        with Storage(file) as storage:
            archive = Archive(storage.database, storage.papers)
            for start in range(0, len(rows), cut):
                add_all(storage, archive, rows[start : start + cut], now)
            found.append(rows_of(storage))
    assert found[0] == found[1]


def test_addresses_in_other_letters_are_one_repository(storage: Storage, now: datetime) -> None:
    add(storage, now, a_link(), a_link(address=RepositoryAddress("github.com", "ADA", "hives")))
    assert storage.database.value("SELECT count(*) FROM repositories") == 1
    assert storage.links.count() == 1


def test_a_repository_that_was_known_is_met(storage: Storage, now: datetime) -> None:
    with storage.write():
        known = storage.repositories.meet(HIVES, now)
    add(storage, now, a_link())
    assert the_link(storage).repository.key == known.key
    assert the_link(storage).repository.next_check_at is None


# No news --------------------------------------------------------------------------------------------------------------


def test_what_the_archive_knows_is_no_news_and_nobody_asks_for_more_of_it(storage: Storage, now: datetime) -> None:
    add(storage, now, a_link(), a_paper(DOI))
    with_code, without = storage.database.rows(
        "SELECT announced_at, code_at, code_state, next_look_at, enriched < version FROM papers ORDER BY id"
    )
    closed = int(CLOSED.timestamp())
    assert with_code == (closed, closed, "released", None, 0)
    assert without == (closed, None, "none", None, 0)
    assert storage.papers.to_enrich(datetime(2020, 1, 1, tzinfo=UTC), 10) == ()


def test_code_of_a_known_paper_that_the_archive_knows_is_no_news(storage: Storage, now: datetime) -> None:
    told(storage, now)
    add(storage, now, a_link())
    assert storage.database.row("SELECT code_at, code_state FROM papers") == (int(CLOSED.timestamp()), "released")


def test_what_was_told_of_a_paper_keeps_its_time(storage: Storage, now: datetime) -> None:
    told(storage, now)
    key = storage.database.value("SELECT id FROM papers")
    with storage.write():
        storage.papers.mark(key, announced=now, code=now)
    add(storage, now, a_link())
    assert storage.papers.milestones(key) == (now, now)


# Memory ---------------------------------------------------------------------------------------------------------------


def test_the_connection_is_as_before_when_the_hurry_is_over(storage: Storage) -> None:
    def tuned() -> tuple[int, int]:
        with storage.write():
            return storage.database.value("PRAGMA cache_size"), storage.database.value("PRAGMA wal_autocheckpoint")

    before = tuned()
    with Archive(storage.database, storage.papers).hurrying():
        assert tuned() != before
    assert tuned() == before
