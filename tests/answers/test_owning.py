"""Who owns the bot: the one-time code, in every way that it may be said wrongly, and what the owner may do."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.answers import Answers, Claimed, Live
from bot.domain.chat import Address
from bot.domain.news import NewsKind
from bot.jobs.deliver import deliver
from handlers.commands import respond
from handlers.incoming import Request
from storage import Storage
from tests.builders import NOW, linked_paper
from tests.clock import Clock
from tests.fakes import FakeArxiv, FakeChannel

ADA, GROUP, BOB = Address("telegram", "7"), Address("telegram", "-100"), Address("telegram", "8")


@pytest.fixture
def answers(storage: Storage, clock: Clock) -> Answers:
    linked_paper(storage)
    return made(storage, clock)


def made(storage: Storage, clock: Clock) -> Answers:
    nowhere = FakeArxiv()
    return Answers(storage, Live(nowhere, nowhere, feeds=None), clock=clock)  # type: ignore[arg-type]  # because: nothing is looked up


def code_of(answers: Answers) -> str:
    code = answers.owning.new_code()
    assert code is not None
    return code


def says(answers: Answers, text: str, where: Address = ADA, who: str = "7", *, console: bool = False) -> str:
    alone = where.chat == who
    request = Request(where, text, may_manage=alone or console, sender=who, alone=alone, is_owner=console)
    return respond(answers, request).summary


def test_whoever_says_the_code_owns_the_bot(answers: Answers) -> None:
    code = code_of(answers)
    assert "own this bot now" in says(answers, f"/start {code}")
    assert answers.owning.owns(ADA, "7")
    assert answers.owning.owns(GROUP, "7")
    assert not answers.owning.owns(ADA, "8")
    assert not answers.owning.owns(Address("slack", "7"), "7")


@pytest.mark.parametrize("text", ["claim {}", "/claim {}", "/CLAIM  {} ", "/claim@wire {}"])
def test_the_code_may_be_typed(answers: Answers, text: str) -> None:
    assert "own this bot now" in says(answers, text.format(code_of(answers).upper()))


def test_it_works_once(answers: Answers) -> None:
    code = code_of(answers)
    says(answers, f"/claim {code}")
    assert "doesn't open" in says(answers, f"/claim {code}", BOB, "8")
    assert answers.owning.new_code() is None


def test_a_newer_code_ends_the_one_before(answers: Answers) -> None:
    first, second = code_of(answers), code_of(answers)
    assert "doesn't open" in says(answers, f"/claim {first}")
    assert "own this bot now" in says(answers, f"/claim {second}")


def test_it_works_for_a_day(answers: Answers, clock: Clock) -> None:
    code = code_of(answers)
    clock.now = NOW + timedelta(hours=24)
    assert "doesn't open" in says(answers, f"/claim {code}")
    assert not answers.owning.owns(ADA, "7")


@pytest.mark.parametrize("wrong", ["", "0", "ünïcode", "x" * 3000])
def test_a_wrong_code_opens_nothing(answers: Answers, wrong: str) -> None:
    code_of(answers)
    says(answers, f"/claim {wrong}")
    says(answers, f"/start {wrong}")
    assert not answers.owning.owns(ADA, "7")


def test_without_a_code_given_out_nothing_opens(answers: Answers) -> None:
    assert "doesn't open" in says(answers, "/claim x")
    assert answers.owning.claim(ADA, "7", "", alone=True) is Claimed.NO


def test_before_others_it_doesnt_work_and_stays_good(answers: Answers) -> None:
    code = code_of(answers)
    assert "to me alone" in says(answers, f"/claim {code}", GROUP)
    assert "own this bot now" in says(answers, f"/claim {code}")


def test_somebody_who_hides_who_they_are_cannot_own(answers: Answers) -> None:
    code = code_of(answers)
    assert answers.owning.claim(ADA, "", code, alone=True) is Claimed.NO
    assert not answers.owning.owns(ADA, "")


def test_no_backup_and_no_file_holds_the_code(answers: Answers, storage: Storage, tmp_path: Path) -> None:
    code = code_of(answers)
    says(answers, f"/claim {code}")
    storage.back_up(tmp_path / "copy.db")
    held = [file for file in tmp_path.rglob("*") if file.is_file() and code.encode() in file.read_bytes()]
    assert held == []


def test_the_owner_outlives_a_restart(answers: Answers, storage: Storage, clock: Clock) -> None:
    says(answers, f"/claim {code_of(answers)}")
    assert made(storage, clock).owning.owns(ADA, "7")


def test_the_owners_word_counts_for_all_and_reports_reach_them(answers: Answers, storage: Storage) -> None:
    says(answers, f"/claim {code_of(answers)}")
    says(answers, "/wrong 2603.00001 ada/nets", BOB, "8")
    channel = FakeChannel()
    later = NOW + timedelta(minutes=1)
    asyncio.run(deliver(storage, {"telegram": channel, "console": FakeChannel()}, now=later, real_now=later))
    assert [(sent.chat.address, sent.alerts[0].kind) for sent in channel.sent] == [(ADA, NewsKind.REPORT)]
    says(answers, "/wrong 2603.00001 ada/nets")
    assert [link.confidence for link in storage.links.of_paper(1)] == [0.0]


def test_the_owner_may_settle_a_group_without_being_its_admin(answers: Answers) -> None:
    assert "Only" in says(answers, "/quiet 22-7", GROUP)
    says(answers, f"/claim {code_of(answers)}")
    assert "Only" not in says(answers, "/quiet 22-7", GROUP)
    assert "Only" in says(answers, "/quiet 22-7", GROUP, "8")


def test_the_owner_can_give_it_up_and_nobody_else(answers: Answers) -> None:
    says(answers, f"/claim {code_of(answers)}")
    says(answers, "/claim off", BOB, "8")
    assert answers.owning.owns(ADA, "7")
    says(answers, "/claim off")
    assert not answers.owning.owns(ADA, "7")
    assert answers.owning.new_code()


def test_the_console_can_take_it_back(answers: Answers) -> None:
    says(answers, f"/claim {code_of(answers)}")
    says(answers, "/claim off", Address("console", "local"), "", console=True)
    assert not answers.owning.owns(ADA, "7")
