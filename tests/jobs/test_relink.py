"""The ladder: papers without code are looked for again, where each source may fail, and what is found is news."""

from datetime import timedelta

import pytest

from bot.domain.code import CodeState
from bot.domain.feed import Source
from bot.domain.link import EvidenceKind
from bot.domain.news import NewsKind
from bot.domain.paper import Announcement, Paper, arxiv_id
from bot.errors import FetchError
from bot.ingest import ingest
from bot.rules.rhythm import LADDER
from storage import Storage
from tests.builders import CODE_AT, facts, paper, subscribe
from tests.fake_places import Said
from tests.jobs.wire import Wire

A, B = "2603.00001", "2603.00002"
HOME = "https://github.com/ada/nets"
README = f"# nets\n\nOfficial implementation of our paper Deep Nets (https://arxiv.org/abs/{A}).\n"


@pytest.fixture
def wire(storage: Storage) -> Wire:
    """A chat that cares about nets, and everything that can be looked at."""
    made = Wire(storage)
    made.feed(Source.GITHUB, "repositories")
    made.feed(Source.PAPERS_WITH_CODE, "papers")
    subscribe(storage, "nets")
    return made


def announce(wire: Wire, abstract: str = "We study nets.", arxiv: str = A, **more: object) -> None:
    with wire.storage.write():
        ingest(wire.storage, [paper(arxiv, abstract=abstract, **more)], now=wire.now)  # type: ignore[arg-type]


def known(wire: Wire, arxiv: str = A) -> Paper:
    found = wire.storage.papers.find(arxiv_id(arxiv))
    assert found is not None
    return found


def evidence(wire: Wire) -> set[EvidenceKind]:
    return {piece.kind for link in wire.storage.links.of_paper(known(wire).key) for piece in link.evidence}


# When -----------------------------------------------------------------------------------------------------------------


def test_a_paper_without_code_is_looked_for_on_each_rung_and_then_no_more(wire: Wire) -> None:
    announce(wire)
    days = []
    for day in range(250):
        if wire.look_for_code().fetched:
            days.append(day)
        wire.later(days=1)
    assert tuple(days) == LADDER


def test_rungs_that_were_missed_are_one_look(wire: Wire) -> None:
    announce(wire)
    wire.later(days=40)
    assert wire.look_for_code().fetched == 1
    assert known(wire).next_look_at == wire.now + timedelta(days=20)


def test_a_paper_with_code_is_not_looked_for(wire: Wire) -> None:
    announce(wire, CODE_AT)
    assert wire.look_for_code().fetched == 0


def test_a_new_version_is_looked_at_at_once(wire: Wire) -> None:
    announce(wire)
    wire.look_for_code()
    wire.later(hours=1)
    announce(wire, "We study nets better.", version=2, announcement=Announcement.REPLACE)
    assert wire.look_for_code().fetched == 1


def test_a_stranger_that_comes_as_a_replacement_is_not_looked_for(wire: Wire) -> None:
    announce(wire, version=3, announcement=Announcement.REPLACE)
    assert wire.look_for_code().fetched == 0


def test_the_paper_that_a_chat_waits_for_comes_first(wire: Wire) -> None:
    announce(wire, arxiv=A)
    announce(wire, arxiv=B)
    subscribe(wire.storage, f"id:{A}", "bob")
    assert [p.arxiv for p in wire.storage.papers.to_look_for(wire.now, 10)] == [A, B]


def test_beyond_the_ladder_it_is_looked_for_as_long_as_a_chat_waits(wire: Wire) -> None:
    announce(wire)
    subscribe(wire.storage, f"id:{A}", "bob")
    wire.later(days=200)
    wire.look_for_code()
    assert known(wire).next_look_at == wire.now + timedelta(days=30)


# What fails -----------------------------------------------------------------------------------------------------------


def test_where_hugging_face_fails_the_paper_stays_due(wire: Wire) -> None:
    announce(wire, arxiv=A)
    announce(wire, arxiv=B)
    wire.world.pages.error = FetchError("HTTP 500", status=500)
    assert wire.look_for_code().errors == ("papers' pages: HTTP 500",)
    assert len(wire.world.pages.asked) <= 2
    wire.world.pages.error = None
    assert wire.look_for_code().fetched == 2


def test_a_failing_site_is_noted_and_left_alone_for_a_while_and_the_others_go_on(wire: Wire) -> None:
    announce(wire)
    wire.world.site.error = FetchError("HTTP 503", status=503)
    wire.world.pages.has(A, HOME)
    count = wire.look_for_code()
    assert (count.errors, count.new_links) == ((), 1)
    (site,) = wire.storage.feeds.all(Source.PAPERS_WITH_CODE)
    assert site.error == "HTTP 503"


# What is found --------------------------------------------------------------------------------------------------------


def test_what_a_person_linked_is_told_when_it_is_found(wire: Wire) -> None:
    announce(wire)
    wire.look_for_code()
    assert wire.told() == []
    wire.world.pages.has(A, HOME)
    wire.github.repository("ada/nets", number=5)
    wire.later(days=1)
    assert wire.look_for_code().alerts == 1
    wire.poll(Source.GITHUB)
    assert wire.told() == [("ada", NewsKind.CODE, A)]
    assert known(wire).code_state is CodeState.RELEASED
    assert known(wire).next_look_at is None


def test_what_the_machine_matched_is_shown_and_not_told_until_the_readme_confirms_it(wire: Wire) -> None:
    announce(wire)
    wire.world.pages.has(A, HOME, by_person=False)
    wire.github.repository("ada/nets", number=5)
    wire.inside.holds("ada/nets", README, {"train.py": ""})
    assert wire.look_for_code().alerts == 0
    wire.poll(Source.GITHUB)
    assert wire.told() == [("ada", NewsKind.CODE, A)]
    assert evidence(wire) == {EvidenceKind.HUGGING_FACE_AUTO, EvidenceKind.README}


def test_a_site_that_only_repeats_hugging_face_is_no_second_witness(wire: Wire) -> None:
    announce(wire)
    wire.world.pages.has(A, HOME, by_person=False)
    wire.world.site.said[A] = (Said(HOME, official=True, independent=False),)
    wire.look_for_code()
    (link,) = wire.storage.links.of_paper(known(wire).key)
    assert (link.official, link.confidence) == (None, 0.5)


def test_a_site_that_knows_it_by_itself_is_believed(wire: Wire) -> None:
    announce(wire)
    wire.world.site.said[A] = (Said(HOME, official=True),)
    assert wire.look_for_code().alerts == 1


def test_the_full_text_is_read_once_a_version_and_its_own_words_count(wire: Wire) -> None:
    announce(wire)
    wire.world.pages.has(A)
    wire.world.texts.paragraphs[A] = (
        f"Our code is publicly available at {HOME}.",
        "We compare with the baseline of Lin et al., whose code we took from https://github.com/lin/trees.",
    )
    wire.look_for_code()
    links = {link.repository.slug: link.official for link in wire.storage.links.of_paper(known(wire).key)}
    assert links["ada/nets"] is True
    assert links["lin/trees"] is None
    announce(wire, arxiv=B)
    wire.world.pages.has(B)
    for _ in range(3):
        wire.look_for_code()
        wire.later(days=1)
    assert wire.world.texts.asked == [(A, 1), (B, 1)]


def test_a_project_page_that_the_paper_names_is_read(wire: Wire) -> None:
    page = "https://ada.github.io/nets/"
    announce(wire, f"We study nets. Project page: {page}")
    wire.world.project_pages.linked[page] = wire.world.project_pages.linked[page.rstrip("/")] = ((HOME, "Code"),)
    assert wire.look_for_code().alerts == 1
    assert evidence(wire) == {EvidenceKind.PROJECT_PAGE}


def test_what_githubs_search_finds_is_a_candidate_and_never_pushed(wire: Wire) -> None:
    announce(wire)
    wire.inside.found[A] = (facts("ada/nets", 5),)
    wire.inside.holds("ada/nets", README, {"train.py": ""})
    wire.github.repository("ada/nets", number=5)
    wire.look_for_code()
    assert evidence(wire) == set()
    wire.later(days=14)
    wire.look_for_code()
    wire.poll(Source.GITHUB)
    assert evidence(wire) == {EvidenceKind.SEARCH, EvidenceKind.README}
    assert wire.told() == []


def test_searches_are_few_in_a_run(wire: Wire) -> None:
    for n in range(30):
        announce(wire, arxiv=f"2603.{n + 1:05}")
    wire.look_for_code()
    wire.later(days=14)
    assert wire.look_for_code().fetched == 30
    assert len(wire.inside.searched) == 8
