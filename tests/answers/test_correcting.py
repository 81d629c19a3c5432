"""Readers' words on links: anybody hides one in their own chat and reaches the owner, whose word counts for all."""

import asyncio
from datetime import timedelta

import pytest

from bot.answers import Answers, Corrected, FoundPaper, Live, Uncorrectable
from bot.domain.chat import Address
from bot.domain.code import CodeState
from bot.domain.link import EvidenceKind, Linked
from bot.domain.news import NewsKind
from bot.domain.paper import FetchedPaper
from bot.domain.report import Says
from bot.ingest import ingest
from bot.jobs.deliver import deliver
from storage import Storage
from tests.builders import CODE_AT, NOW, linked_paper, paper
from tests.fakes import FakeChannel

ADA, OWNER = Address("telegram", "7"), Address("console", "local")
NETS = "2603.00001 ada/nets"


class Nowhere:
    """Live sources that know nothing."""

    def look_up(self, ids: object) -> tuple[FetchedPaper, ...]:
        return ()

    def find(self, title: str, *, limit: int = 5) -> tuple[FetchedPaper, ...]:
        return ()


class NoPage:
    def look_up(self, arxiv: str) -> FetchedPaper | None:
        return None

    def linked(self, arxiv: str) -> Linked | None:
        return None


@pytest.fixture
def storage(storage: Storage) -> Storage:
    linked_paper(storage)
    return storage


@pytest.fixture
def answers(storage: Storage) -> Answers:
    live = Live(Nowhere(), NoPage(), feeds=None)  # type: ignore[arg-type]  # because: no feed is asked for here
    return Answers(storage, live, clock=lambda: NOW)


def shown(answers: Answers, chat: Address) -> list[tuple[str, bool | None]]:
    found = answers.code("2603.00001", chat=chat)
    assert isinstance(found, FoundPaper)
    return [(link.repository.slug, link.official) for link in found.links if link.confidence > 0]


def test_a_readers_wrong_hides_the_link_in_their_chat_alone(answers: Answers) -> None:
    said = answers.correct(ADA, NETS, Says.WRONG, owner=False)
    assert isinstance(said, Corrected)
    assert (said.hidden, said.for_all) == (True, False)
    assert shown(answers, ADA) == []
    assert shown(answers, OWNER) == [("ada/nets", True)]


def test_it_reaches_the_owner_once(answers: Answers, storage: Storage) -> None:
    for _ in range(3):
        answers.correct(ADA, NETS, Says.WRONG, owner=False)
    channel = FakeChannel()
    later = NOW + timedelta(minutes=1)
    asyncio.run(deliver(storage, {"console": channel}, now=later, real_now=later))
    (sent,) = channel.sent
    assert [alert.kind for alert in sent.alerts] == [NewsKind.REPORT]
    assert sent.alerts[0].report is not None
    assert (sent.alerts[0].report.says, sent.alerts[0].report.platform) == (Says.WRONG, "telegram")


def test_the_owners_wrong_counts_for_all_and_no_source_brings_it_back(answers: Answers, storage: Storage) -> None:
    answers.correct(OWNER, NETS, Says.WRONG, owner=True)
    with storage.write():
        ingest(storage, [paper(version=2, abstract=CODE_AT)], now=NOW)
    assert shown(answers, ADA) == []
    assert storage.papers.get(1).code_state is CodeState.NONE


def test_the_owner_may_say_whose_it_is_and_change_that_word(answers: Answers) -> None:
    answers.correct(OWNER, NETS, Says.COMMUNITY, owner=True)
    assert shown(answers, ADA) == [("ada/nets", False)]
    answers.correct(OWNER, NETS, Says.OFFICIAL, owner=True)
    assert shown(answers, ADA) == [("ada/nets", True)]


def test_a_link_that_nobody_named_is_added_by_the_owner(answers: Answers, storage: Storage) -> None:
    said = answers.correct(OWNER, "2603.00001 https://github.com/bob/nets.git", Says.COMMUNITY, owner=True)
    assert isinstance(said, Corrected)
    assert ("bob/nets", False) in shown(answers, ADA)
    (link,) = [one for one in storage.links.of_paper(1) if one.repository.slug == "bob/nets"]
    assert [piece.kind for piece in link.evidence] == [EvidenceKind.CONFIRMED]


def test_what_a_reader_adds_is_shown_to_nobody_before_the_owner_agrees(answers: Answers) -> None:
    answers.correct(ADA, "2603.00001 bob/nets", Says.OFFICIAL, owner=False)
    assert shown(answers, ADA) == [("ada/nets", True)]


def test_whoever_changes_their_mind_sees_the_link_again(answers: Answers) -> None:
    answers.correct(ADA, NETS, Says.WRONG, owner=False)
    answers.correct(ADA, NETS, Says.OFFICIAL, owner=False)
    assert shown(answers, ADA) == [("ada/nets", True)]


@pytest.mark.parametrize("words", ["2603.00001", "2603.00001 ada", "nonsense ada/nets", "2603.00001 bob/other", ""])
def test_words_that_name_no_link_are_answered_kindly(answers: Answers, words: str) -> None:
    assert isinstance(answers.correct(OWNER, words, Says.WRONG, owner=True), Uncorrectable)


def test_the_owners_decisions_can_be_exported(answers: Answers, storage: Storage) -> None:
    answers.correct(OWNER, NETS, Says.WRONG, owner=True)
    answers.correct(OWNER, "2603.00001 bob/nets", Says.OFFICIAL, owner=True)
    decided = [(c.paper, c.repository, c.says) for c in storage.reports.decisions()]
    assert decided == [
        ("arxiv:2603.00001", "https://github.com/ada/nets", Says.WRONG),
        ("arxiv:2603.00001", "https://github.com/bob/nets", Says.OFFICIAL),
    ]
