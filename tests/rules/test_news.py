"""What of a paper is news: the sentences of the rule's docstring, each with its facts; and who is told."""

from datetime import timedelta

import pytest

from bot.domain.chat import Subscription
from bot.domain.news import News, NewsKind
from bot.domain.paper import Announcement, Paper
from bot.rules import news
from bot.rules.matching import document
from bot.rules.terms import Candidate
from tests.builders import NOW, paper

OLD, YOUNG = "1703.06870", "2603.00001"


def kind(
    announcement: Announcement | None,
    *,
    known: bool = False,
    arxiv: str = YOUNG,
    announced: bool = False,
    told: bool = False,
    had: bool = False,
    has: bool = False,
    previous: bool = False,
    withdrawn: bool = False,
) -> NewsKind | None:
    facts = news.Facts(
        announced_before=announced,
        code_told_before=told,
        had_code=had,
        has_code=has,
        previous_version_had_code=previous,
    )
    fetched = paper(arxiv, announcement=announcement, withdrawn=withdrawn)
    return news.kind_of_news(fetched, facts, known=known, now=NOW)


NEW, CROSS, REPLACE = Announcement.NEW, Announcement.CROSS, Announcement.REPLACE


@pytest.mark.parametrize("announcement", [NEW, CROSS])
def test_first_sight_as_new_or_cross_list_is_news_of_code_or_of_a_paper(announcement: Announcement) -> None:
    assert kind(announcement, has=True) is NewsKind.CODE
    assert kind(announcement) is NewsKind.PAPER


def test_a_replacement_is_news_only_if_it_brought_the_first_code() -> None:
    assert kind(REPLACE) is None
    assert kind(REPLACE, has=True) is NewsKind.CODE
    assert kind(REPLACE, has=True, previous=True) is None
    assert kind(REPLACE, known=True, announced=True, has=True) is NewsKind.CODE
    assert kind(REPLACE, known=True, announced=True, had=True, has=True) is None


def test_what_has_been_told_is_no_news_again() -> None:
    assert kind(CROSS, known=True, announced=True, told=True, had=True, has=True) is None
    assert kind(NEW, known=True, announced=True) is None
    assert kind(None, known=True, announced=True, told=True, has=True) is None


def test_code_that_another_source_finds_later_is_news() -> None:
    assert kind(None, known=True, announced=True, has=True) is NewsKind.CODE


def test_a_paper_that_somebody_looked_up_is_news_when_it_is_announced() -> None:
    assert kind(NEW, known=True, had=True, has=True) is NewsKind.CODE
    assert kind(REPLACE, known=True, had=True, has=True) is None


def test_outside_announcements_only_a_recent_paper_counts() -> None:
    assert kind(None, has=True) is NewsKind.CODE
    assert kind(None, arxiv=OLD, has=True) is None
    assert kind(None, arxiv=OLD) is None


def test_a_withdrawn_paper_is_no_news() -> None:
    assert kind(NEW, has=True, withdrawn=True) is None


def subscription(key: int, text: str, *, chat: int = 1, age_h: int = 0) -> Subscription:
    return Subscription(key, chat, key, text, NOW - timedelta(hours=age_h))


def likely(*subscriptions: Subscription) -> list[Candidate]:
    return [(subscription, False) for subscription in subscriptions]


def told(
    *subscriptions: Subscription, age_h: int = 0, kind: NewsKind = NewsKind.CODE
) -> list[tuple[int, bool, object]]:
    seen = document(Paper(1, (), "Deep Optical Flow"), ())
    item = News(kind, 1, NOW - timedelta(hours=age_h))
    return [(tell.chat, tell.folded, tell.why) for tell in news.tells(item, seen, likely(*subscriptions), now=NOW)]


def test_a_chat_is_told_once_with_all_that_matched_as_the_reason() -> None:
    mine = (subscription(1, "flow"), subscription(2, "deep"), subscription(3, "video"))
    assert told(*mine, subscription(4, "deep", chat=2)) == [(1, False, ("flow", "deep")), (2, False, ("deep",))]


def test_papers_without_code_are_told_only_to_those_who_asked() -> None:
    assert told(subscription(1, "flow"), subscription(2, "flow kind:papers", chat=2), kind=NewsKind.PAPER) == [
        (2, False, ("flow kind:papers",))
    ]


def test_what_the_terms_say_is_not_asked_again() -> None:
    seen, item = document(Paper(1, (), "Deep Optical Flow"), ()), News(NewsKind.CODE, 1, NOW)
    found = [(subscription(1, "ti:deep"), False), (subscription(2, "video"), True), (subscription(3, "video"), False)]
    assert [tell.why for tell in news.tells(item, seen, found, now=NOW)] == [("ti:deep", "video")]


def test_old_news_is_folded_and_only_for_those_who_were_there() -> None:
    assert told(subscription(1, "flow", age_h=100), subscription(2, "flow", chat=2, age_h=1), age_h=72) == [
        (1, True, ("flow",))
    ]


def test_news_of_today_is_told_to_a_subscription_of_a_minute_ago() -> None:
    assert told(subscription(1, "flow"), age_h=5) == [(1, False, ("flow",))]


def test_an_unseen_repository_gets_a_moment_to_be_looked_at() -> None:
    seen = document(Paper(1, (), "flow"), ())
    item = News(NewsKind.CODE, 1, NOW)
    (tell,) = news.tells(item, seen, likely(subscription(1, "flow")), now=NOW, unchecked=True)
    assert tell.due_at == NOW + news.GRACE


@pytest.mark.parametrize(
    ("arxiv", "month"), [("2602.12345", 2), ("2612.00001", 12), ("cs/9901001", None), ("2613.1", None)]
)
def test_an_id_tells_its_month(arxiv: str, month: int | None) -> None:
    found = news.month_of(arxiv)
    assert (found.month if found else None) == month
