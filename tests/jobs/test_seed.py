"""The starter catalogue: remembered once, and never news."""

from bot.domain.feed import Source
from bot.domain.paper import arxiv_id
from bot.ingest import ingest
from bot.jobs.seed import seed
from storage import Storage
from storage.catalogue import landmarks
from tests.builders import NOW, paper, subscribe
from tests.jobs.wire import Wire


def test_the_catalogue_is_taken_in_once(storage: Storage) -> None:
    rows = list(landmarks())
    assert seed(storage, NOW) == storage.papers.count() == len({row.id for row in rows})
    assert seed(storage, NOW) == 0
    assert storage.links.count() == len({(row.id, row.repository.lower()) for row in rows})


def test_a_seed_that_is_interrupted_is_taken_in_at_the_next_start(storage: Storage) -> None:
    try:
        with storage.write():
            seed(storage, NOW)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        assert storage.papers.count() == 0
    assert seed(storage, NOW) > 0


def test_a_new_edition_adds_to_what_is_known(storage: Storage) -> None:
    seed(storage, NOW)
    with storage.write():
        storage.facts.set("starter edition", "another one")
    assert seed(storage, NOW) == 0
    assert storage.papers.count() == len({row.id for row in landmarks()})


def test_the_catalogue_is_never_news_not_even_when_its_repositories_are_seen(wire: Wire) -> None:
    wire.feed(Source.GITHUB, "repositories")
    landmark = next(iter(landmarks()))
    subscribe(wire.storage, f"id:{landmark.id.value} kind:papers")
    with wire.storage.write():  # a late version of it has been announced, before this edition named its code
        told = paper(landmark.id.value, landmark.title, version=9)
        ingest(wire.storage, [told], now=NOW)
    assert len(wire.told()) == 1
    seed(wire.storage, NOW)
    wire.github.repository(landmark.repository, number=5)
    wire.poll(Source.GITHUB)
    assert len(wire.told()) == 1
    assert wire.storage.papers.find(arxiv_id(landmark.id.value)) is not None
