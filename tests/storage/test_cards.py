"""Cards: which messages are shown anew, and which message later news answers."""

from datetime import timedelta

import pytest

from bot.domain.chat import Chat
from bot.domain.news import Delivery, NewsKind
from bot.domain.stars import Happening
from bot.rules.cards import stars_show
from storage import Storage
from storage.cards import LIVES, SETTLE
from tests.builders import NOW, chat, claim_all, linked_paper, tell

SOON = NOW + SETTLE


@pytest.fixture
def ada(storage: Storage) -> Chat:
    return chat(storage)


def send(storage: Storage, to: Chat, paper: int, kind: NewsKind = NewsKind.CODE, *, folded: bool = False) -> Delivery:
    with storage.write():
        storage.outbox.queue([tell(to, paper, kind, folded=folded)], NOW)
    delivery = claim_all(storage)[-1]
    with storage.write():
        storage.outbox.sent(delivery.key, NOW, message=f"m{delivery.key}")
    return delivery


def touched(storage: Storage, paper: int, *, days: float = 0) -> list[int]:
    now = NOW + timedelta(days=days)
    with storage.write():
        storage.cards.touch([paper], now)
    return storage.cards.due(["telegram"], now + SETTLE, 10)


@pytest.mark.parametrize("kind", [NewsKind.CODE, NewsKind.PAPER])
def test_a_card_is_shown_anew_a_little_later_and_then_no_more(storage: Storage, ada: Chat, kind: NewsKind) -> None:
    paper = linked_paper(storage)
    sent = send(storage, ada, paper, kind)
    assert touched(storage, paper) == [sent.key]
    assert storage.cards.due(["telegram"], SOON - timedelta(seconds=1), 10) == []
    assert storage.cards.due(["slack"], SOON, 10) == []
    with storage.write():
        storage.cards.shown(sent.key)
    assert storage.cards.due(["telegram"], SOON, 10) == []


def test_a_surge_stays_as_it_was_told(storage: Storage, ada: Chat) -> None:
    """It may be a picture, which can't say something else."""
    paper = linked_paper(storage)
    with storage.write():
        repository = storage.repositories.get(1)
        happening = storage.happenings.add(Happening(0, repository, NewsKind.SURGE, "2026-03-05", "", NOW))
    assert happening == paper, "else nothing is shown by this"
    send(storage, ada, happening, NewsKind.SURGE)
    assert touched(storage, paper) == []


def test_what_was_folded_is_old_or_has_no_name_stays_as_it_is(storage: Storage, ada: Chat) -> None:
    folded, old, nameless, other = (linked_paper(storage, f"2603.0000{n}", f"ada/nets{n}") for n in range(1, 5))
    send(storage, ada, folded, folded=True)
    send(storage, ada, old)
    unnamed = send(storage, ada, nameless)
    with storage.write():
        storage.database.execute("UPDATE deliveries SET message = '' WHERE id = ?", (unnamed.key,))
    assert touched(storage, folded) == []
    assert touched(storage, old, days=LIVES.days + 1) == []
    assert touched(storage, nameless) == []
    assert touched(storage, other) == []


def test_cards_of_a_chat_that_is_out_of_reach_wait(storage: Storage, ada: Chat) -> None:
    paper = linked_paper(storage)
    sent = send(storage, ada, paper)
    with storage.write():
        storage.chats.pause(ada.key, "blocked", NOW)
    assert touched(storage, paper) == []
    chat(storage)  # it writes again
    assert storage.cards.due(["telegram"], SOON, 10) == [sent.key]


def test_code_that_comes_later_answers_the_first_card_of_its_paper_in_that_chat(storage: Storage, ada: Chat) -> None:
    paper, other = linked_paper(storage), linked_paper(storage, "2603.00002", "ada/other")
    bob = chat(storage, "bob")
    first = send(storage, ada, paper, NewsKind.PAPER)
    assert first.reply_to == ""
    assert send(storage, ada, paper).reply_to == f"m{first.key}"
    assert send(storage, bob, paper).reply_to == ""
    assert send(storage, ada, other).reply_to == ""


def test_a_link_that_the_chat_called_wrong_is_on_its_cards_no_more(storage: Storage, ada: Chat) -> None:
    paper = linked_paper(storage)
    sent = send(storage, ada, paper)
    (link,) = storage.links.of_paper(paper)
    with storage.write():
        storage.chats.hide(ada.key, link.key)
    assert storage.outbox.delivery(sent.key).alerts[0].links == ()


@pytest.mark.parametrize(
    ("before", "after", "shows"),
    [
        (None, 3, True),
        (None, None, False),
        (3, None, True),
        (3, 7, False),
        (3, 8, True),
        (100, 109, False),
        (100, 110, True),
        (110, 99, True),
        (5000, 5400, False),
    ],
)
def test_a_change_of_stars_shows_when_a_reader_would_see_it(before: int, after: int, shows: bool) -> None:
    assert stars_show(before, after) is shows
