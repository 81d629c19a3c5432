"""What a chat voted on, in its digest: known papers aren't listed again, unwanted ones not among the best."""

from datetime import UTC, date, datetime

import pytest

from bot.answers.settling import Settling
from bot.domain.chat import Chat
from bot.domain.vote import Vote
from bot.ingest import ingest
from bot.jobs.digest import compose
from handlers import wording
from handlers.console.render import render
from tests.builders import CODE_AT, chat, paper, subscribe
from tests.jobs.wire import Wire

MONDAY = datetime(2026, 3, 9, 9, tzinfo=UTC)


@pytest.fixture
def ada(wire: Wire) -> Chat:
    found = subscribe(wire.storage, "nets", at=datetime(2026, 3, 1, tzinfo=UTC))
    with wire.storage.write():
        told = [
            paper(f"2603.{n:05}", f"Deep Nets {n}", abstract=f"{CODE_AT}{n}", authors=(author,))
            for n, author in enumerate(("Ada Lin", "Bob Roy", "Ada Lin", "Cy Fox"), 1)
        ]
        ingest(wire.storage, told, now=wire.now)
    return found


def vote(wire: Wire, whose: Chat, number: int, vote: Vote) -> None:
    with wire.storage.write():
        wire.storage.votes.cast(whose.key, number, vote, wire.now)


def digest(wire: Wire, whose: Chat, *, whole: bool = False) -> str:
    """What /digest says now."""
    answer = Settling(wire.storage, lambda: wire.now).digest(whose.address)
    return render((wording.digest_whole if whole else wording.digest_of)(answer.digest, answer.alerts), width=200)


def listed(told: str) -> list[int]:
    return [int(line.split(" · ")[0][-1]) for line in told.splitlines() if line.startswith("  • Deep Nets")]


def test_without_votes_all_are_listed(wire: Wire, ada: Chat) -> None:
    assert sorted(listed(digest(wire, ada))) == [1, 2, 3, 4]
    assert "Not listed" not in digest(wire, ada)


def test_what_is_saved_is_not_listed_again_and_what_is_not_wanted_not_at_all(wire: Wire, ada: Chat) -> None:
    vote(wire, ada, 2, Vote.SAVED)
    vote(wire, ada, 4, Vote.LESS)
    told = digest(wire, ada)
    assert sorted(listed(told)) == [1, 3]
    assert "Your week: 4 papers with code" in told
    assert "Not listed: 1 saved, 1 less wanted." in told
    assert "/digest all — All 4" in told


def test_the_whole_digest_has_them_last_each_with_its_mark(wire: Wire, ada: Chat) -> None:
    vote(wire, ada, 1, Vote.LESS)
    vote(wire, ada, 2, Vote.SAVED)
    told = digest(wire, ada, whole=True)
    assert listed(told)[2:] == [2, 1]
    marks = [line.rsplit(" · ", 1)[1] for line in told.splitlines() if line.startswith("  • Deep")][2:]
    assert marks == ["saved", "less wanted"]


def test_a_vote_moves_what_is_like_its_paper(wire: Wire, ada: Chat) -> None:
    vote(wire, ada, 1, Vote.LESS)
    assert listed(digest(wire, ada))[-1] == 3
    vote(wire, ada, 1, Vote.SAVED)
    assert listed(digest(wire, ada))[0] == 3


def test_another_chats_votes_move_nothing(wire: Wire, ada: Chat) -> None:
    vote(wire, chat(wire.storage, "bob"), 1, Vote.LESS)
    assert len(listed(digest(wire, ada))) == 4


def test_a_digest_that_is_sent_and_read_again_knows_the_votes(wire: Wire, ada: Chat) -> None:
    vote(wire, ada, 1, Vote.LESS)
    with wire.storage.write():
        wire.storage.paces.next_digest(ada.key, MONDAY, last=date(2026, 3, 2))
    wire.now = MONDAY
    compose(wire.storage, wire.now)
    wire.deliver()
    (sent,) = [delivery for delivery in wire.channel.sent if delivery.digest]
    assert sent.alerts[-1].vote is Vote.LESS
    again = Settling(wire.storage, lambda: wire.now).last_digest(ada.address)
    assert [alert.vote for alert in again.alerts] == [None, None, None, Vote.LESS]
