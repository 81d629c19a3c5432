"""Digests: once a local period, with what was held back, never the same item twice, and late once when it was down."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.answers.settling import Settling
from bot.domain.chat import Chat
from bot.domain.news import Digest, Held, NewsKind
from bot.domain.pace import DigestRhythm, Pace, Quiet, Rhythm
from bot.ingest import ingest
from bot.jobs.digest import compose
from bot.rules.local_time import latest, next_digest
from handlers import wording
from handlers.charts import drawn
from handlers.console.render import render
from handlers.messages import Chart, Image
from storage import Storage
from tests.builders import CODE_AT, paper, subscribe
from tests.jobs.wire import Wire

MONDAY = datetime(2026, 3, 9, 9, tzinfo=UTC)


@pytest.fixture
def ada(storage: Storage) -> Chat:
    return subscribe(storage, "nets", at=datetime(2026, 3, 1, tzinfo=UTC))


def settle(wire: Wire, chat: Chat, pace: Pace) -> None:
    with wire.storage.write():
        wire.storage.paces.set(chat.key, pace)
        last = latest(pace, wire.now)
        coming = next_digest(pace, last=last, now=wire.now)
        wire.storage.paces.next_digest(chat.key, coming[1] if coming else None, last=last)


def announce(wire: Wire, *numbers: int) -> None:
    with wire.storage.write():
        told = [
            paper(f"2603.{n:05}", f"Deep Nets {n}", abstract=f"{CODE_AT}{n}".replace("github", "gitlab"))
            for n in numbers
        ]
        ingest(wire.storage, told, now=wire.now)


def digests(wire: Wire) -> list[list[str]]:
    """The papers of every digest that was sent."""
    wire.deliver()
    return [[a.paper.arxiv or "" for a in d.alerts if a.paper] for d in wire.channel.sent if d.digest]


def test_a_week_comes_on_monday_at_nine_and_once(wire: Wire, ada: Chat) -> None:
    settle(wire, ada, Pace())
    announce(wire, 1, 2)
    wire.now = MONDAY - timedelta(minutes=1)
    assert compose(wire.storage, wire.now) == 0
    wire.now = MONDAY
    assert compose(wire.storage, wire.now) == 1
    assert compose(wire.storage, wire.now) == 0
    assert [sorted(items) for items in digests(wire)] == [["2603.00001", "2603.00002"]]


def test_no_item_comes_in_two_digests(wire: Wire, ada: Chat) -> None:
    settle(wire, ada, Pace(digest=DigestRhythm.DAILY))
    announce(wire, 1)
    for _ in range(4):
        wire.later(days=1)
        compose(wire.storage, wire.now)
    assert [items for items in digests(wire) if items] == [["2603.00001"]]


def test_an_empty_week_still_says_so(wire: Wire, ada: Chat) -> None:
    settle(wire, ada, Pace())
    wire.now = MONDAY
    assert compose(wire.storage, wire.now) == 1
    assert digests(wire) == [[]]


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2026-03-08", "arXiv announced nothing in this day: weekend."),
        ("2026-11-27", "arXiv announced nothing in this day: US holiday (Thanksgiving)."),
        ("2026-12-30", "arXiv announced nothing in this day: winter break."),
        ("2026-03-10", "No paper was announced in this day, as far as I could read arXiv"),
        ("2029-01-02", "No paper was announced in this day, as far as I could read arXiv"),  # perhaps a holiday
    ],
)
def test_a_silent_day_says_why_arxiv_was_silent(wire: Wire, ada: Chat, day: str, says: str) -> None:
    wire.now = datetime.fromisoformat(f"{day}T07:00Z")
    settle(wire, ada, Pace(digest=DigestRhythm.DAILY))
    wire.later(hours=2)
    assert compose(wire.storage, wire.now) == 1
    wire.deliver()
    assert says in " ".join(render(wording.delivery(wire.channel.sent[0])).split())


def test_a_service_that_was_down_sends_one_late(wire: Wire, ada: Chat) -> None:
    settle(wire, ada, Pace())
    wire.now = MONDAY + timedelta(days=17)
    assert compose(wire.storage, wire.now) == 1
    wire.now = MONDAY + timedelta(days=21)
    assert compose(wire.storage, wire.now) == 1


def test_a_digest_waits_for_the_end_of_quiet_hours_also_when_it_is_late(wire: Wire, ada: Chat) -> None:
    settle(wire, ada, Pace(quiet=Quiet(22 * 60, 10 * 60)))
    wire.now = MONDAY
    assert compose(wire.storage, wire.now) == 0
    wire.now = MONDAY + timedelta(hours=14)  # the service was down all day
    assert compose(wire.storage, wire.now) == 0
    wire.now = MONDAY + timedelta(hours=25)
    assert compose(wire.storage, wire.now) == 1


def test_a_digest_waits_for_the_end_of_a_silence_and_holds_all_of_it(wire: Wire, ada: Chat) -> None:
    settle(wire, ada, Pace(silent_until=MONDAY + timedelta(days=9)))
    announce(wire, 1)
    for days in (0, 7):
        wire.now = MONDAY + timedelta(days=days)
        assert compose(wire.storage, wire.now) == 0
    wire.now = MONDAY + timedelta(days=9)
    assert compose(wire.storage, wire.now) == 1
    assert digests(wire) == [["2603.00001"]]


def test_a_silence_without_a_digest_ends_with_what_came_meanwhile(wire: Wire, ada: Chat) -> None:
    settling = Settling(wire.storage, lambda: wire.now)
    settling.digest_when(ada.address, "off")
    settling.silence(ada.address, "3 days")
    announce(wire, 1)
    assert wire.told() == []
    settling.resume(ada.address)
    assert len(wire.told()) == 1


def test_what_was_over_the_budget_comes_in_the_digest(wire: Wire, ada: Chat) -> None:
    settle(wire, ada, Pace(budget=2))
    announce(wire, 1, 2, 3, 4)
    wire.deliver()
    assert len(wire.channel.sent) == 2
    wire.now = MONDAY
    compose(wire.storage, wire.now)
    (items,) = digests(wire)
    assert len(items) == 4
    sent = next(d for d in wire.channel.sent if d.digest)
    assert [a.held for a in sent.alerts].count(Held.BUDGET) == 2


def test_a_new_day_has_a_new_budget(wire: Wire, ada: Chat) -> None:
    settle(wire, ada, Pace(budget=1))
    announce(wire, 1, 2)
    wire.later(days=1)
    announce(wire, 3)
    wire.deliver()
    assert len(wire.channel.sent) == 2


def test_a_subscription_that_speaks_weekly_has_no_messages_of_its_own(wire: Wire, ada: Chat) -> None:
    settle(wire, ada, Pace())
    (mine,) = wire.storage.subscriptions.of_chat(ada.key)
    with wire.storage.write():
        wire.storage.subscriptions.pace(mine.key, Rhythm.WEEKLY)
    announce(wire, 1)
    assert wire.told() == []
    wire.now = MONDAY
    compose(wire.storage, wire.now)
    assert digests(wire) == [["2603.00001"]]


def test_an_hours_news_is_one_message(wire: Wire, ada: Chat) -> None:
    (mine,) = wire.storage.subscriptions.of_chat(ada.key)
    with wire.storage.write():
        wire.storage.subscriptions.pace(mine.key, Rhythm.HOURLY)
    announce(wire, 1, 2, 3)
    wire.deliver()
    (sent,) = wire.channel.sent
    assert (sent.together, len(sent.alerts)) == (True, 3)


def test_what_is_muted_is_told_nowhere_and_shown_as_missed(wire: Wire, ada: Chat) -> None:
    settle(wire, ada, Pace())
    with wire.storage.write():
        wire.storage.paces.mute(ada.key, "deep", None)
    announce(wire, 1)
    wire.now = MONDAY
    compose(wire.storage, wire.now)
    assert digests(wire) == [[]]
    (missed,) = wire.storage.outbox.alerts(wire.storage.outbox.held(ada.key, wire.now - timedelta(days=7)))
    assert (missed.kind, missed.held) == (NewsKind.CODE, Held.MUTED)


def test_a_mute_ends(wire: Wire, ada: Chat) -> None:
    with wire.storage.write():
        wire.storage.paces.mute(ada.key, "deep", wire.now + timedelta(days=1))
    wire.later(days=2)
    announce(wire, 1)
    assert [kind for _, kind, _ in wire.told()] == [NewsKind.CODE]


def test_a_chat_out_of_reach_gets_no_digest_until_it_is_back(wire: Wire, ada: Chat) -> None:
    settle(wire, ada, Pace())
    with wire.storage.write():
        wire.storage.chats.pause(ada.key, "blocked", wire.now)
    wire.now = MONDAY
    assert compose(wire.storage, wire.now) == 0


def test_off_is_off(wire: Wire, ada: Chat) -> None:
    settle(wire, ada, Pace(digest=DigestRhythm.OFF))
    wire.later(days=30)
    assert compose(wire.storage, wire.now) == 0


def test_the_digest_tells_how_the_field_is_doing(wire: Wire, ada: Chat) -> None:
    settle(wire, ada, Pace())
    announce(wire, 1, 2)
    with wire.storage.write():
        ingest(wire.storage, [paper("2603.00009", "No code", abstract="None.", categories=("cs.LG",))], now=wire.now)
    wire.now = MONDAY
    compose(wire.storage, wire.now)
    wire.deliver()
    told = next(d.digest for d in wire.channel.sent if d.digest)
    assert (told.facts.papers, told.facts.with_code) == (3, 2)


def past_weeks(wire: Wire, *, papers: int, coded: int, this_week: int, agents: int) -> None:
    """Six weeks before Monday of so many papers, `coded` of them with code at once and as many again too late; and this
    week's, a fifth of them with code, `agents` of them of that topic.
    """
    add = "INSERT INTO papers (title, topic, seen_at, changed_at, announced_at, code_at) VALUES ('t', ?, 1, 1, ?, ?)"
    with wire.storage.write():
        for ago in range(7):
            day = int((MONDAY - timedelta(weeks=ago, days=3)).timestamp())
            late = day + 5 * 86_400
            for n in range(papers if ago else this_week):
                code = day if n < (coded if ago else this_week // 5) else late if ago and n < 2 * coded else None
                topic = "agents" if n % 10 == 0 or (not ago and n < agents) else ""
                wire.storage.database.execute(add, (topic, day, code))


def test_a_week_is_told_beside_the_usual_and_drawn(wire: Wire, ada: Chat) -> None:
    past_weeks(wire, papers=200, coded=20, this_week=100, agents=30)
    settle(wire, ada, Pace())
    wire.now = MONDAY
    compose(wire.storage, wire.now)
    wire.deliver()
    message = wording.delivery(wire.channel.sent[0])
    told = render(message, width=200)
    assert "20.0 % of 100 new papers have code, more than usual (in the weeks before, 10.0 % of 1,200 had it by" in told
    assert "Riser of the week: agents, 37.0 % of the papers (37 of 100), usually 10.0 %" in told
    assert "Week by week: ▅▅▅▅▅▅█" in told
    (chart,) = (part for part in message.parts if isinstance(part, Chart))
    assert chart.alt == "New papers with code by the week's end: 20.0 % this week, 10.0 % in those before"
    assert any(isinstance(part, Image) for part in drawn(message).parts)
    asked = wording.digest_of(told_again(wire, ada), ())
    assert "more than usual" in render(asked, width=200)
    assert not any(isinstance(part, Chart) for part in asked.parts)


def told_again(wire: Wire, chat: Chat) -> Digest:
    return Settling(wire.storage, lambda: wire.now).last_digest(chat.address).digest


def test_a_week_of_few_papers_is_told_without_the_usual(wire: Wire, ada: Chat) -> None:
    past_weeks(wire, papers=200, coded=20, this_week=29, agents=20)
    settle(wire, ada, Pace())
    wire.now = MONDAY
    compose(wire.storage, wire.now)
    wire.deliver()
    message = wording.delivery(wire.channel.sent[0])
    assert "17 % of 29 new papers have code (the week before: 20 %)" in render(message, width=200)
    assert "Riser" not in render(message)
    assert not any(isinstance(part, Chart) for part in message.parts)


def test_a_digest_of_an_earlier_version_can_still_be_read(wire: Wire, ada: Chat) -> None:
    settle(wire, ada, Pace())
    wire.now = MONDAY
    compose(wire.storage, wire.now)
    with wire.storage.write():
        old = "json_remove(told, '$.code', '$.riser', '$.weeks')"
        wire.storage.database.execute(f"UPDATE digest_facts SET told = {old}")
    assert digests(wire) == [[]]
