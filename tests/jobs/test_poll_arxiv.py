"""Polling arXiv: announcements, the comments that they leave out, and the days that were missed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.feed import Source
from bot.domain.news import NewsKind
from bot.domain.paper import Announcement, FetchedPaper, arxiv_id
from bot.errors import FetchError, RateLimited
from bot.jobs.poll import announcement_days
from tests.builders import CODE_AT, NOW, paper, subscribe
from tests.jobs.wire import Wire

A, B = "2603.00001", "2603.00002"
REPLACED = Announcement.REPLACE
CODE_OF_A = ("ada", NewsKind.CODE, A)


@pytest.fixture
def lg(wire: Wire) -> Wire:
    """A wire with cs.LG, and a chat that wants nets."""
    wire.feed(Source.ARXIV, "cs.LG")
    subscribe(wire.storage, "nets", at=NOW - timedelta(days=60))
    return wire


def poll(wire: Wire, *told: FetchedPaper) -> None:
    """Announce these and look."""
    if told:
        wire.arxiv.announce(*told, at=wire.now)
    wire.poll(Source.ARXIV, named=True)


# Failures -------------------------------------------------------------------------------------------------------------


def test_a_failure_is_stored_with_its_reason_and_its_next_time(lg: Wire) -> None:
    lg.arxiv.fail(error=FetchError("HTTP 503", status=503))
    count = lg.poll(Source.ARXIV)
    (feed,) = lg.storage.feeds.all(Source.ARXIV)
    assert count.errors == ("cs.LG: HTTP 503",)
    assert (feed.error, feed.failures, feed.failing_since, feed.succeeded_at) == ("HTTP 503", 1, lg.now, None)
    assert feed.next_check_at is not None
    assert lg.now < feed.next_check_at <= lg.now + timedelta(hours=1)


def test_retry_after_runs_on_the_real_clock_and_the_next_look_on_the_replayed_one(lg: Wire) -> None:
    lg.arxiv.fail(error=RateLimited("slow down", status=429, retry_at=lg.real_now + timedelta(hours=5)))
    lg.poll(Source.ARXIV)
    (feed,) = lg.storage.feeds.all(Source.ARXIV)
    assert feed.next_check_at == lg.now + timedelta(hours=5)


def test_one_category_failing_does_not_hurt_another(lg: Wire) -> None:
    lg.feed(Source.ARXIV, "cs.XX")
    lg.arxiv.announce(paper(A, abstract=CODE_AT))
    lg.arxiv.fail("fetch cs.XX", FetchError("arXiv has no category"))
    count = lg.poll(Source.ARXIV)
    assert (count.new_papers, len(count.errors)) == (1, 1)
    assert lg.told() == [CODE_OF_A]


def test_a_bug_in_one_look_is_logged_and_does_not_stop_the_others(lg: Wire, caplog: pytest.LogCaptureFixture) -> None:
    lg.feed(Source.ARXIV, "cs.XX")
    lg.arxiv.announce(paper(A, abstract=CODE_AT))
    lg.arxiv.fail("fetch cs.XX", ZeroDivisionError("a bug"))
    assert lg.poll(Source.ARXIV).new_papers == 1
    assert "ZeroDivisionError: a bug" in caplog.text  # with its traceback


def test_failing_longer_arxiv_is_asked_less_often_and_never_given_up(lg: Wire) -> None:
    lg.arxiv.fail()
    for _ in range(40):
        lg.later(days=1)
        lg.poll(Source.ARXIV)
    lg.arxiv.mend()
    lg.later(days=1)
    lg.arxiv.announce(paper(A, abstract=CODE_AT))
    assert lg.poll(Source.ARXIV).new_papers == 1


# Repeats --------------------------------------------------------------------------------------------------------------


def test_the_same_list_again_is_not_modified_and_stores_nothing(lg: Wire) -> None:
    poll(lg, paper(A, abstract=CODE_AT, comment=""))
    before = lg.storage.database.rows("SELECT id, changed_at FROM papers")
    lg.arxiv.asked.clear()
    count = lg.poll(Source.ARXIV, named=True)
    assert (count.not_modified, count.fetched, count.alerts) == (1, 0, 0)
    assert [what for what, _ in lg.arxiv.asked] == ["fetch"]
    assert lg.storage.database.rows("SELECT id, changed_at FROM papers") == before


def test_a_paper_in_several_categories_is_one_paper_and_one_alert(lg: Wire) -> None:
    lg.feed(Source.ARXIV, "cs.CL")
    told = paper(A, abstract=CODE_AT)
    lg.arxiv.announce(told)
    lg.arxiv.announce(replace(told, announcement=Announcement.CROSS), category="cs.CL")
    count = lg.poll(Source.ARXIV)
    assert (count.fetched, count.new_papers, count.alerts) == (1, 1, 1)
    assert lg.told() == [CODE_OF_A]


def test_replacements_and_cross_lists_of_the_days_after_tell_nothing_again(lg: Wire) -> None:
    poll(lg, paper(A, abstract=CODE_AT))
    for version, how in ((1, Announcement.CROSS), (2, REPLACED), (3, Announcement.REPLACE_CROSS)):
        lg.later(days=1)
        poll(lg, paper(A, abstract=CODE_AT, version=version, announcement=how))
    assert lg.told() == [CODE_OF_A]
    assert lg.storage.papers.count() == 1


def test_a_list_that_stands_over_the_weekend_is_fresh_when_we_first_see_it(lg: Wire) -> None:
    subscribe(lg.storage, "nets", "bob", at=lg.now)
    thursday = lg.now - timedelta(days=3)
    lg.arxiv.announce(paper(A, abstract=CODE_AT, announced=thursday), at=thursday)
    lg.poll(Source.ARXIV)
    assert lg.told() == [CODE_OF_A, ("bob", NewsKind.CODE, A)]
    assert [d.folded for d in lg.channel.sent] == [False, False]


# Comments -------------------------------------------------------------------------------------------------------------


def test_code_in_the_comments_is_found_by_a_look_up(lg: Wire) -> None:
    poll(lg, paper(A, comment=CODE_AT), paper(B, comment="12 pages"))
    assert lg.told() == [CODE_OF_A]
    assert ("look_up", (A, B)) in lg.arxiv.asked


def test_comments_that_could_not_be_read_are_read_later_and_told_then(lg: Wire) -> None:
    lg.arxiv.fail("look_up")
    lg.arxiv.announce(paper(A, comment=CODE_AT))
    assert lg.poll(Source.ARXIV).errors == ("look-up: look_up failed",)
    assert lg.told() == []
    lg.arxiv.mend()
    lg.later(hours=2)
    lg.poll(Source.ARXIV)
    assert lg.told() == [CODE_OF_A]


def test_comments_of_an_older_version_are_not_taken_for_the_new_ones(lg: Wire) -> None:
    """The API lags behind the announcements at times."""
    poll(lg, paper(A, comment="12 pages"))
    lg.later(days=1)
    second = paper(A, version=2, announcement=REPLACED, comment=CODE_AT)
    lg.arxiv.announce(second)
    lg.arxiv.known[A] = lg.arxiv.known[f"{A}v1"]
    lg.poll(Source.ARXIV)
    assert lg.told() == []
    lg.arxiv.has(second)
    lg.later(hours=2)
    lg.poll(Source.ARXIV)
    assert lg.told() == [CODE_OF_A]


def test_what_arxiv_does_not_know_is_not_asked_for_for_ever(lg: Wire) -> None:
    lg.arxiv.announce(paper(A))
    del lg.arxiv.known[A]
    lg.poll(Source.ARXIV)
    lg.arxiv.asked.clear()
    lg.later(hours=2)
    lg.poll(Source.ARXIV)
    assert [what for what, _ in lg.arxiv.asked] == ["fetch"]


def test_more_than_a_hundred_new_papers_are_looked_up_in_slices(lg: Wire) -> None:
    poll(lg, *(paper(f"2603.{n:05}", comment="") for n in range(250)))
    assert [len(str(ids).split(",")) for what, ids in lg.arxiv.asked if what == "look_up"] == [100, 100, 50]


# Replacements of papers that we never saw -----------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["abstract", "comment"])
@pytest.mark.parametrize("before", [True, False], ids=["which had it", "which hadn't"])
def test_an_unknown_replacement_is_compared_with_its_previous_version(lg: Wire, where: str, before: bool) -> None:
    with_code: dict[str, Any] = {where: CODE_AT}
    lg.arxiv.has(paper(A, version=2, **(with_code if before else {})))
    poll(lg, paper(A, version=3, announcement=REPLACED, **with_code))
    assert ("look_up", (f"{A}v2",)) in lg.arxiv.asked
    assert lg.told() == ([] if before else [CODE_OF_A])


def test_an_unknown_replacement_whose_previous_version_cannot_be_read_is_stored_quietly(lg: Wire) -> None:
    poll(lg, paper(A, version=2, announcement=REPLACED, abstract=CODE_AT))
    assert lg.told() == []
    assert lg.storage.papers.find(arxiv_id(A)) is not None


def test_a_new_paper_whose_comments_were_never_read_is_told_with_its_second_version(lg: Wire) -> None:
    """It was announced to us, so that its first version's code is no old news."""
    lg.arxiv.fail("look_up")
    poll(lg, paper(A, comment=CODE_AT))
    lg.arxiv.mend()
    lg.later(days=1)
    poll(lg, paper(A, version=2, announcement=REPLACED, comment=CODE_AT))
    assert lg.told() == [CODE_OF_A]


def test_code_of_a_classic_that_a_blog_named_is_no_news(lg: Wire) -> None:
    with lg.storage.write():
        lg.storage.papers.store(FetchedPaper((arxiv_id("1706.03762"),), "Deep Nets"), lg.now)
        lg.storage.papers.store(FetchedPaper((arxiv_id(A),), "Deep Nets"), lg.now)
    for arxiv in ("1706.03762", A):
        lg.arxiv.has(paper(arxiv, abstract=f"Code: https://github.com/ada/nets{arxiv[-1]}"))
    poll(lg)
    assert lg.told() == [CODE_OF_A]
    assert lg.storage.links.count() == 2


# Days that were missed ------------------------------------------------------------------------------------------------

MONDAY = datetime(2026, 3, 9, 6, tzinfo=UTC)


def changed(arxiv: str, day: int, *, abstract: str = "", version: int = 1) -> FetchedPaper:
    """A record of OAI-PMH: it tells its day, and no version but the first."""
    how = Announcement.NEW if version == 1 else REPLACED
    at = datetime(2026, 3, day, 5, tzinfo=UTC)
    number = 0 if version > 1 else 1
    return paper(arxiv, abstract=abstract, comment="", version=number, announcement=how, announced=at, published=at)


@pytest.mark.parametrize(
    ("last", "now", "missed"),
    [
        ("03-05", "03-05", []),
        ("03-05", "03-06", []),
        ("03-06", "03-07", []),
        ("03-06", "03-08", []),
        ("03-06", "03-09", []),
        ("03-06", "03-10", ["03-09"]),
        ("03-05", "03-10", ["03-06", "03-09"]),
        ("03-02", "03-06", ["03-03", "03-04", "03-05"]),
    ],
    ids=["same day", "next day", "saturday", "sunday", "over a weekend", "a monday", "round a weekend", "three days"],
)
def test_missed_are_the_weekdays_between(last: str, now: str, missed: list[str]) -> None:
    days = announcement_days(
        datetime.fromisoformat(f"2026-{last}T06:00Z"), datetime.fromisoformat(f"2026-{now}T06:00Z")
    )
    assert [f"{day:%m-%d}" for day in days] == missed


def test_after_long_silence_at_most_a_month_is_back_filled() -> None:
    days = announcement_days(NOW - timedelta(days=400), NOW)
    assert len(days) == 21
    assert days[0] >= (NOW - timedelta(days=30)).date()


def test_missed_weekdays_are_back_filled_and_told_in_one_folded_message(lg: Wire) -> None:
    poll(lg, paper("2603.00009", comment=""))
    for n, day in enumerate((6, 9, 10), 1):
        lg.arxiv.changed_on(
            date(2026, 3, day), changed(f"2603.0000{n}", day, abstract=f"See https://github.com/ada/nets{n}")
        )
    lg.later(days=8)  # a Friday
    lg.poll(Source.ARXIV)
    assert ("changed", ("cs.LG", date(2026, 3, 6), date(2026, 3, 12))) in lg.arxiv.asked
    assert [name for _, _, name in lg.told()] == [A, B, "2603.00003"]
    assert [(d.folded, len(d.alerts)) for d in lg.channel.sent] == [(True, 3)]


def test_a_weekend_explains_itself(lg: Wire) -> None:
    """Friday's list stands on Saturday and Sunday, on Monday there is a new one: no day was missed."""
    lg.later(days=1)
    poll(lg, paper(A, comment=""))
    for _ in range(2):
        lg.later(days=1)
        lg.arxiv.announced.clear()  # a valid feed with nothing in it
        count = lg.poll(Source.ARXIV)
        assert (count.fetched, count.errors) == (0, ())
    lg.later(days=1)
    poll(lg, paper(B, comment=""))
    assert lg.storage.papers.count() == 2
    assert [what for what, _ in lg.arxiv.asked if what == "changed"] == []


def test_missed_days_that_could_not_be_back_filled_are_asked_for_again(lg: Wire) -> None:
    poll(lg, paper("2603.00009", comment=""))
    lg.arxiv.changed_on(date(2026, 3, 9), changed(A, 9, abstract=CODE_AT))
    lg.later(days=5)  # Tuesday: Friday and Monday were missed
    lg.arxiv.fail("changed")
    lg.arxiv.announce(paper(B, comment=""), at=lg.now)
    count = lg.poll(Source.ARXIV)
    assert (count.new_papers, count.errors) == (1, ("back-fill cs.LG: changed failed",))
    lg.arxiv.mend()
    lg.later(hours=2)
    lg.poll(Source.ARXIV)
    assert CODE_OF_A in lg.told()
    lg.arxiv.asked.clear()
    lg.later(hours=2)
    lg.poll(Source.ARXIV)
    assert [what for what, _ in lg.arxiv.asked] == ["fetch"]


@pytest.mark.parametrize(
    ("history", "told"),
    [
        pytest.param({1: CODE_AT, 2: CODE_AT}, False, id="a version that kept its code"),
        pytest.param({1: "", 2: CODE_AT}, True, id="a version that brought its code"),
        pytest.param({1: CODE_AT}, False, id="no new version, only its data"),
        pytest.param({}, False, id="nobody knows"),
    ],
)
def test_a_back_filled_replacement_is_news_only_if_it_brought_the_code(
    lg: Wire, history: dict[int, str], told: bool
) -> None:
    poll(lg, paper("2603.00009", comment=""))
    lg.arxiv.changed_on(date(2026, 3, 6), changed(A, 6, abstract=CODE_AT, version=2))
    for version, abstract in history.items():
        lg.arxiv.has(paper(A, version=version, abstract=abstract))
    lg.later(days=4)
    lg.poll(Source.ARXIV)
    assert lg.told() == ([CODE_OF_A] if told else [])


def test_a_back_filled_paper_that_the_feed_brings_too_is_told_once(lg: Wire) -> None:
    poll(lg, paper("2603.00009", comment=""))
    lg.arxiv.changed_on(date(2026, 3, 6), changed(A, 6, abstract=CODE_AT), changed(A, 6, abstract=CODE_AT))
    lg.later(days=4)
    poll(lg, paper(A, abstract=CODE_AT, announcement=Announcement.CROSS))
    assert lg.told() == [CODE_OF_A]
    assert lg.storage.papers.count() == 2
