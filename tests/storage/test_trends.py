"""The sums from which trends are told: what they hold, and that nothing makes them drift."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.archive import ArchiveDetail, ArchiveLink
from bot.domain.code import ContentState
from bot.domain.paper import PaperId
from bot.domain.repository import RepositoryState
from bot.domain.stars import StarSample
from bot.domain.trends import FieldCounts, FrameworkCount, LagCount, Month, MonthCount
from bot.rules import periods
from bot.rules.weighing import SURE
from storage import FILE, Storage
from storage.archive import Archive
from storage.schema import trends as counted
from tests.builders import NOW, claim, facts, paper

DAY: Final = timedelta(days=1)
MARCH: Final = Month.at(NOW)
FEBRUARY: Final = MARCH + -1


def kept(
    storage: Storage,
    number: int,
    *,
    title: str = "Deep Nets",
    on: datetime | None = NOW - DAY,
    field: str = "cs.CV",
    official: str = "",
    community: str = "",
    after: int = 0,
) -> int:
    """A paper that is announced now, with its code so many days later."""
    with storage.write():
        told = paper(f"2603.{number:05}", title, published=on, categories=(field,) if field else ())
        key = storage.papers.store(told, NOW).paper.key
        storage.papers.mark(key, announced=NOW)
        for slug, said in ((official, True), (community, False)):
            if slug:
                repository = storage.repositories.meet(claim(slug).address, NOW)
                storage.links.store(key, claim(slug, official=said), repository.key, NOW + DAY * after)
                storage.papers.mark(key, code=NOW + DAY * after)
    return key


def test_papers_are_counted_by_month_field_and_topic(storage: Storage) -> None:
    kept(storage, 1, official="ada/a")
    kept(storage, 2, title="A GAN", field="cs.LG", community="bob/b")
    kept(storage, 3, title="A GAN again", on=NOW - 40 * DAY, official="ada/c", community="bob/c")
    kept(storage, 4, on=None, field="")
    both = MonthCount(Month.at(NOW - 40 * DAY), 1, both=1)
    assert storage.trends.months() == (both, MonthCount(MARCH, 2, community=1, official=1))
    assert storage.trends.months("cs.CV") == (both, MonthCount(MARCH, 1, official=1))
    assert storage.trends.months("cs") == storage.trends.months()
    assert storage.trends.months("topic generative models") == (both, MonthCount(MARCH, 1, community=1))
    assert storage.trends.months("c") == storage.trends.months("stat") == ()
    assert storage.trends.undated() == 1
    assert storage.trends.scopes()[:2] == ("cs.CV", "topic generative models")
    assert storage.trends.drifted() == ()


def test_fields_and_topics_of_two_periods(storage: Storage) -> None:
    kept(storage, 1, official="ada/a")
    kept(storage, 2, on=NOW - 20 * DAY, title="A GAN")
    now, before = periods.period("2026-03", NOW), periods.period("2026-02", NOW)
    assert storage.trends.fields(now, before) == (FieldCounts("cs.CV", 1, 1, 1, 0),)
    assert storage.trends.fields(now, before, topics=True) == (FieldCounts("generative models", 0, 0, 1, 0),)


def test_waiting_is_counted_of_papers_that_were_followed(storage: Storage) -> None:
    kept(storage, 1)
    kept(storage, 2, official="ada/b", after=3)
    kept(storage, 3, community="bob/c", after=400)
    kept(storage, 4, official="ada/d", on=NOW - 90 * DAY)  # old when it was first seen: nobody knows when it came
    assert storage.trends.lags() == (
        LagCount(MARCH, None, 1, official=False),
        LagCount(MARCH, 3, 1, official=True),
        LagCount(MARCH, 366, 1, official=False),
    )


def test_code_that_isnt_there_any_more_isnt_counted(storage: Storage) -> None:
    kept(storage, 1, official="ada/a")
    found = storage.repositories.find(claim("ada/a").address)
    assert found is not None
    with storage.write():
        storage.repositories.checked(found.key, RepositoryState.MISSING, now=NOW, next_check=None)
    assert storage.trends.months() == (MonthCount(MARCH, 1),)
    assert storage.trends.frameworks() == ()
    with storage.write():
        storage.repositories.checked(found.key, RepositoryState.PRESENT, now=NOW, next_check=None)
        storage.repositories.learn_inside(found.key, ContentState.PLACEHOLDER, (), (), NOW)
    assert storage.trends.months() == (MonthCount(MARCH, 1),)
    assert storage.trends.drifted() == ()


def test_frameworks_become_known_later(storage: Storage) -> None:
    kept(storage, 1, official="ada/a", community="bob/a")
    assert {one.framework for one in storage.trends.frameworks()} == {"unknown"}
    met = storage.repositories.find(claim("ada/a").address)
    assert met is not None
    with storage.write():  # its README was read, but the list of its files couldn't be had
        storage.repositories.learn_inside(met.key, ContentState.SOURCE, (), (), NOW, listed=False)
    assert {one.framework for one in storage.trends.frameworks()} == {"unknown"}
    made = replace(facts("ada/a", 7), created=NOW - 20 * DAY)
    found = [storage.repositories.find(claim(slug).address) for slug in ("ada/a", "bob/a")]
    assert found[0] is not None
    assert found[1] is not None
    with storage.write():
        storage.repositories.learn(found[0], made, None, now=NOW, next_check=NOW)
        storage.repositories.learn_inside(found[0].key, ContentState.SOURCE, ("pytorch", "jax"), (), NOW)
        storage.repositories.learn_inside(found[1].key, ContentState.SOURCE, (), (), NOW)
    assert storage.trends.frameworks("cs.CV") == (
        FrameworkCount(MARCH, False, "none", 1),
        FrameworkCount(MARCH, True, "pytorch", 1),
    )
    assert storage.trends.frameworks(by_repository=True) == (FrameworkCount(FEBRUARY, True, "pytorch", 1),)
    assert storage.trends.implementers(periods.period("2026-03", NOW), 5) == (("bob", 1),)


def test_a_link_counts_once_it_is_known_whose_it_is(storage: Storage) -> None:
    key = kept(storage, 1)
    with storage.write():
        repository = storage.repositories.meet(claim("ada/a").address, NOW)
        storage.links.store(key, claim("ada/a", official=None), repository.key, NOW)
    assert storage.trends.months() == (MonthCount(MARCH, 1),)
    with storage.write():
        storage.links.store(key, claim("ada/a"), repository.key, NOW)
    assert storage.trends.months() == (MonthCount(MARCH, 1, official=1),)


def test_two_papers_that_turn_out_to_be_one_are_counted_once(storage: Storage) -> None:
    kept(storage, 1, official="ada/a")
    kept(storage, 2, community="bob/b")
    with storage.write():
        for number in (1, 2):
            storage.papers.store(paper(f"2603.{number:05}", ids=[PaperId("doi", "10.1/same")]), NOW)
    assert storage.trends.months() == (MonthCount(MARCH, 1, both=1),)
    assert storage.trends.implementers(periods.period("2026-03", NOW), 5) == (("bob", 1),)


def test_the_archive_may_tell_a_framework_later(storage: Storage) -> None:
    with storage.write():
        _archive(1, "ada/a", True, "none")(storage)
    assert {one.framework for one in storage.trends.frameworks()} == {"none"}
    with storage.write():
        _archive(1, "ada/a", True, "tf")(storage)
    assert {one.framework for one in storage.trends.frameworks()} == {"tensorflow"}


def test_stars_of_a_period(storage: Storage) -> None:
    kept(storage, 1, official="ada/a")
    kept(storage, 2, community="bob/b")
    keys = []
    with storage.write():
        for slug, number in (("ada/a", 7), ("bob/b", 8)):
            met = storage.repositories.meet(claim(slug).address, NOW)
            keys.append(storage.repositories.learn(met, facts(slug, number), None, now=NOW, next_check=NOW).key)
        storage.stars.enrol(NOW, pace=3600)
        past = [StarSample(NOW - 40 * DAY, 10), StarSample(NOW - 20 * DAY, 110), StarSample(NOW - DAY, 500)]
        storage.stars.replace(keys[0], past, before=NOW)
        storage.stars.replace(keys[1], past[1:], before=NOW)
    since, until = NOW - 30 * DAY, NOW - 10 * DAY
    (first,) = storage.trends.popular(since, until, official=True, limit=5)
    # 60 at the begin, half-way from 10 to 110, and 315 at the end, 10 of 19 days after 110.
    assert (first.repository.slug, first.gained, first.rank) == ("ada/a", 110 + 390 * 10 // 19 - 60, 1)
    assert storage.trends.popular(since, until, official=False, limit=5)[0].gained == 315 - 110
    assert storage.trends.popular(since - 30 * DAY, since, official=False, limit=5) == ()  # no count so early
    assert storage.trends.popular(since, NOW, official=False, limit=5)[0].gained == 390
    assert storage.trends.star_histories(since, until) == (2, 2)
    assert storage.trends.star_histories(since - 30 * DAY, since - 15 * DAY) == (0, 2)
    assert storage.trends.days_trending(keys[0], since, until) == 0


def test_a_link_is_as_sure_as_one_that_is_told() -> None:
    assert counted.SURE == SURE


# Nothing drifts -------------------------------------------------------------------------------------------------------

SLUGS: Final = ("ada/a", "ada/b", "bob/c")
NUMBERS: Final = st.integers(1, 4)
SLUG: Final = st.sampled_from(SLUGS)
Step = Callable[[Storage], object]


def _key(storage: Storage, number: int) -> int | None:
    found = storage.papers.find(PaperId("arxiv", f"2603.{number:05}"))
    return found.key if found else None


def _store(number: int, title: str, age: int, field: str, other: int | None) -> Step:
    """A telling of a paper; with another one's DOI it may turn out to be that."""
    ids = [PaperId("doi", f"10.1/{n}") for n in (number, other) if n]
    on = NOW - age * DAY if age else None
    told = paper(f"2603.{number:05}", title, version=1 + age % 3, ids=ids, published=on, categories=(field, "cs.AI"))
    return lambda storage: storage.papers.store(told, NOW)


def _link(number: int, slug: str, said: bool | None, days: int) -> Step:
    def step(storage: Storage) -> None:
        if key := _key(storage, number):
            repository = storage.repositories.meet(claim(slug).address, NOW)
            storage.links.store(key, claim(slug, official=said), repository.key, NOW + days * DAY)

    return step


def _mark(number: int, announced: bool, code: bool, days: int) -> Step:
    def step(storage: Storage) -> None:
        if key := _key(storage, number):
            later = NOW + days * DAY
            storage.papers.mark(key, announced=NOW if announced else None, code=later if code else None)
            if not announced and not code:
                storage.papers.unmark_code(key)

    return step


def _learn(slug: str, number: int, name: str, state: RepositoryState) -> Step:
    """What the host tells of a repository: it may be another one by now, be called otherwise, or be gone."""

    def step(storage: Storage) -> None:
        if met := storage.repositories.find(claim(slug).address):
            told = replace(facts(name, number), created=NOW - number * 40 * DAY)
            learnt = storage.repositories.learn(met, told, None, now=NOW, next_check=NOW)
            storage.repositories.checked(learnt.key, state, now=NOW, next_check=None)

    return step


def _inside(slug: str, contents: ContentState, frameworks: tuple[str, ...]) -> Step:
    def step(storage: Storage) -> None:
        if met := storage.repositories.find(claim(slug).address):
            storage.repositories.learn_inside(met.key, contents, frameworks, (), NOW)

    return step


def _archive(number: int, slug: str, said: bool, framework: str) -> Step:
    def step(storage: Storage) -> None:
        archive, ids = Archive(storage.database, storage.papers), (PaperId("arxiv", f"2603.{number:05}"),)
        archive.add_links([ArchiveLink(ids, "Old Nets", claim(slug, official=said), framework)], NOW)
        archive.add_details([ArchiveDetail(ids, published=NOW - 900 * DAY, tasks=("Image Generation",))])

    return step


def _delete(number: int) -> Step:
    def step(storage: Storage) -> None:
        if key := _key(storage, number):
            storage.database.execute("DELETE FROM papers WHERE id = ?", (key,))

    return step


STEPS: Final = st.one_of(
    st.builds(
        _store,
        NUMBERS,
        st.sampled_from(("Deep Nets", "A GAN")),
        st.sampled_from((0, 1, 40)),
        st.sampled_from(("cs.CV", "cs.LG")),
        st.none() | NUMBERS,
    ),
    st.builds(_link, NUMBERS, SLUG, st.sampled_from((True, False, None)), st.integers(0, 3)),
    st.builds(_mark, NUMBERS, st.booleans(), st.booleans(), st.integers(0, 400)),
    st.builds(_learn, SLUG, st.integers(1, 2), SLUG, st.sampled_from(RepositoryState)),
    st.builds(_inside, SLUG, st.sampled_from(ContentState), st.sampled_from(((), ("jax",), ("pytorch", "jax")))),
    st.builds(_archive, NUMBERS, SLUG, st.booleans(), st.sampled_from(("", "none", "tf", "jax"))),
    st.builds(_delete, NUMBERS),
)


@given(st.lists(STEPS, min_size=3, max_size=25))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_happens_the_sums_are_those_of_a_new_count(new_file: Path, steps: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        shutil.copy(new_file, file)
        _live(file, steps)


def _live(file: Path, steps: list[Step]) -> None:
    with Storage(file) as storage:
        for number, slug in enumerate(SLUGS, start=1):
            kept(storage, number, official=slug)
        for step in steps:
            with storage.write():
                step(storage)
        assert storage.trends.drifted() == ()


def test_a_drift_would_be_seen(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        kept(storage, 1, official="ada/a")
        with storage.write():
            storage.database.execute("UPDATE trend_months SET papers = papers + 1")
            storage.database.execute("UPDATE trend_links SET framework = 'jax'")
        assert storage.trends.drifted() == ("trend_links", "trend_months", "trend_frameworks")


def test_a_file_that_has_none_yet_is_counted_through(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        kept(storage, 1, title="A GAN", official="ada/a")
        kept(storage, 2, on=NOW - 40 * DAY, community="bob/b")
        told = (storage.trends.months(), storage.trends.lags(), storage.trends.frameworks(), storage.trends.scopes())
    with closing(sqlite3.connect(tmp_path / FILE)) as before, before:
        kinds = {"trigger": "%", "view": "%", "table": "trend\\_%"}
        for kind, name in kinds.items():
            found = "SELECT name FROM sqlite_master WHERE type = ? AND name LIKE ? ESCAPE '\\'"
            for (made,) in before.execute(found, (kind, name)).fetchall():
                before.execute(f"DROP {kind} {made}")
        before.execute("ALTER TABLE papers DROP COLUMN topic")
        before.execute("DELETE FROM _sqlite_migrations WHERE name LIKE '%trends%'")
        before.execute("PRAGMA user_version = 3")
    with Storage(tmp_path / FILE) as storage:
        again = (storage.trends.months(), storage.trends.lags(), storage.trends.frameworks(), storage.trends.scopes())
        assert again == told
        assert storage.trends.drifted() == ()


def test_what_was_changed_behind_our_back_is_counted_with_the_next_transaction(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        kept(storage, 1, official="ada/a")
        with closing(sqlite3.connect(tmp_path / FILE)) as other, other:
            other.execute("UPDATE papers SET categories = 'cs.RO'")
        assert storage.trends.months("cs.RO") == ()
        with storage.write():
            pass
        assert storage.trends.months("cs.RO") == (MonthCount(MARCH, 1, official=1),)
        assert storage.trends.drifted() == ()
