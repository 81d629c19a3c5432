"""What of a paper is news and who is told: the sentences of bot/rules/news.py, from telling to outbox."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.code import CodeState
from bot.domain.link import Evidence, EvidenceKind
from bot.domain.news import NewsKind
from bot.domain.paper import Announcement, FetchedPaper, PaperId, StatedRepository, arxiv_id
from bot.domain.repository import RepositoryState
from bot.ingest import combine, ingest
from bot.rules.news import GRACE, SETTLE
from storage import Storage
from tests.builders import CODE_AT, NOW, claim_all, due, facts, paper, subscribe

SOON = NOW + GRACE
FOLDED = NOW + SETTLE
REPLACED, CROSS = Announcement.REPLACE, Announcement.CROSS


def take_in(storage: Storage, *told: FetchedPaper, had_code: Collection[str] = (), at: datetime = NOW) -> int:
    """Ingest these one after another; how many alerts they brought."""
    with storage.write():
        return sum(ingest(storage, [one], now=at, had_code=had_code).alerts for one in told)


def alerts(storage: Storage, *, now: datetime = FOLDED) -> list[tuple[str, NewsKind, str]]:
    """(chat, kind, paper) of all that is due then."""
    return [
        (d.chat.address.chat, a.kind, a.paper.name if a.paper else "")
        for d in claim_all(storage, now=now)
        for a in d.alerts
    ]


def stated(official: bool | None = True, kind: EvidenceKind = EvidenceKind.HUGGING_FACE_PERSON) -> StatedRepository:
    return StatedRepository("https://github.com/ada/nets", Evidence(kind, official=official))


# What is news ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [Announcement.NEW, CROSS])
def test_first_sight_with_code_is_news_of_code(storage: Storage, first: Announcement) -> None:
    subscribe(storage, "nets")
    take_in(storage, paper(announcement=first, abstract=CODE_AT))
    assert alerts(storage) == [("ada", NewsKind.CODE, "2603.00001")]


def test_first_sight_without_code_is_news_for_those_who_want_papers(storage: Storage) -> None:
    subscribe(storage, "nets", "ada")
    subscribe(storage, "nets kind:papers", "bob")
    take_in(storage, paper())
    assert alerts(storage) == [("bob", NewsKind.PAPER, "2603.00001")]


def test_a_paper_with_code_is_told_as_code_to_those_who_want_papers_too(storage: Storage) -> None:
    subscribe(storage, "nets kind:papers")
    take_in(storage, paper(abstract=CODE_AT))
    assert alerts(storage) == [("ada", NewsKind.CODE, "2603.00001")]


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(paper(version=2, announcement=REPLACED, abstract=CODE_AT), id="a new version"),
        pytest.param(paper(announcement=None, comment=CODE_AT), id="its comments"),
        pytest.param(paper(announcement=None, version=0, stated=(stated(),)), id="Hugging Face"),
    ],
)
def test_code_that_comes_later_is_news_once(storage: Storage, later: FetchedPaper) -> None:
    subscribe(storage, "nets")
    assert take_in(storage, paper(), later, later, at=NOW) == 1
    assert alerts(storage) == [("ada", NewsKind.CODE, "2603.00001")]


def test_a_replacement_of_an_unknown_paper_that_brought_its_code_is_news(storage: Storage) -> None:
    subscribe(storage, "nets")
    take_in(storage, paper(version=2, announcement=REPLACED, abstract=CODE_AT))
    assert alerts(storage) == [("ada", NewsKind.CODE, "2603.00001")]


@pytest.mark.parametrize(
    ("abstract", "had_code"),
    [("No address here.", ()), (CODE_AT, ("2603.00001",))],
    ids=["it has no code", "the version before had it"],
)
def test_other_replacements_of_unknown_papers_are_stored_quietly(
    storage: Storage, abstract: str, had_code: Collection[str]
) -> None:
    subscribe(storage, "nets kind:papers")
    replaced = paper(version=2, announcement=REPLACED, abstract=abstract)
    assert (
        take_in(storage, replaced, paper(version=3, announcement=REPLACED, abstract=abstract), had_code=had_code) == 0
    )
    assert storage.papers.count() == 1


@pytest.mark.parametrize(
    "repeat",
    [
        pytest.param(paper(abstract=CODE_AT), id="the same again"),
        pytest.param(paper(abstract=CODE_AT, announcement=CROSS), id="a cross-list"),
        pytest.param(paper(abstract=CODE_AT, announcement=REPLACED, version=2), id="a replacement"),
        pytest.param(paper(abstract=CODE_AT, announcement=None, comment=CODE_AT), id="the API"),
        pytest.param(paper(version=0, announcement=None, stated=(stated(),)), id="Hugging Face"),
        pytest.param(paper(abstract=f"{CODE_AT} and https://github.com/ada/demo", version=2), id="a second repository"),
        pytest.param(paper(abstract="No address here.", version=2), id="a version without"),
        pytest.param(paper(abstract=CODE_AT, ids=[PaperId("doi", "10.1/x")]), id="under a further id"),
    ],
)
def test_each_of_the_two_is_news_once_whatever_repeats_it(storage: Storage, repeat: FetchedPaper) -> None:
    subscribe(storage, "nets kind:papers")
    assert take_in(storage, paper(abstract=CODE_AT)) == 1
    assert take_in(storage, repeat, at=NOW + timedelta(days=1)) == 0
    assert len(alerts(storage)) == 1


def test_code_that_was_there_and_is_told_again_after_a_version_without_is_no_news(storage: Storage) -> None:
    subscribe(storage, "nets")
    with_code, without = paper(abstract=CODE_AT), paper(abstract="None.", version=2, announcement=REPLACED)
    assert take_in(storage, with_code, without, paper(abstract=CODE_AT, version=3, announcement=REPLACED)) == 1


def test_a_doubtful_link_is_kept_and_not_told(storage: Storage) -> None:
    subscribe(storage, "nets")
    auto = stated(None, EvidenceKind.HUGGING_FACE_AUTO)
    assert take_in(storage, paper(stated=(auto,)), paper(abstract="We build on https://github.com/bob/base.")) == 0
    assert storage.links.count() >= 1


@pytest.mark.parametrize(
    ("arxiv", "published", "told"),
    [
        ("2603.00001", NOW - timedelta(days=3), 1),
        ("2603.00001", None, 1),
        ("1706.03762", None, 0),
        ("1706.03762", datetime(2017, 6, 12, tzinfo=UTC), 0),
        ("2601.00001", NOW - timedelta(days=60), 0),
        ("cs/9901001", None, 0),
    ],
    ids=["three days", "this month", "a classic by id", "a classic by date", "two months", "an old id"],
)
def test_outside_the_announcements_only_a_recent_paper_counts(
    storage: Storage, arxiv: str, published: datetime | None, told: int
) -> None:
    subscribe(storage, "nets")
    seen = paper(arxiv, announcement=None, version=0, published=published, stated=(stated(),))
    assert take_in(storage, seen) == told


def test_a_paper_that_a_source_told_before_arxiv_is_news_once(storage: Storage) -> None:
    subscribe(storage, "nets kind:papers")
    assert take_in(storage, paper(announcement=None, version=0), paper()) == 1
    assert take_in(storage, paper(version=1, announcement=CROSS, comment=CODE_AT)) == 1
    assert sorted(kind for _, kind, _ in alerts(storage)) == [NewsKind.CODE, NewsKind.PAPER]


def test_what_somebody_looked_up_is_no_news_until_it_is_announced(storage: Storage) -> None:
    subscribe(storage, "nets")
    with storage.write():
        looked_up = ingest(storage, [paper(abstract=CODE_AT, announcement=None)], now=NOW, quiet=True)
    assert (looked_up.new_papers, looked_up.new_links, looked_up.alerts) == (1, 1, 0)
    assert take_in(storage, paper(abstract=CODE_AT)) == 1


# Who is told ----------------------------------------------------------------------------------------------------------


def test_a_chat_is_told_once_with_all_its_matching_words(storage: Storage) -> None:
    for text in ("nets", "deep", "cat:cs.LG", "trees"):
        subscribe(storage, text, "ada")
    subscribe(storage, "deep nets", "bob")
    assert take_in(storage, paper(abstract=CODE_AT, categories=("cs.LG",))) == 2
    deliveries = {d.chat.address.chat: d.alerts for d in claim_all(storage, now=SOON)}
    assert sorted(deliveries["ada"][0].why) == ["cat:cs.LG", "deep", "nets"]
    assert deliveries["bob"][0].why == ("deep nets",)


@pytest.mark.parametrize("query", ["trees", "nets -deep", "cat:cs.CV", "au:turing", '"nets deep"', "repo:bob/trees"])
def test_who_asked_for_something_else_is_told_nothing(storage: Storage, query: str) -> None:
    subscribe(storage, query)
    assert take_in(storage, paper(abstract=CODE_AT, categories=("cs.LG",), authors=("Ada Lovelace",))) == 0


@pytest.mark.parametrize("query", ["au:lovelace", "cat:cs", "id:2603.00001", "repo:ada/nets", '"deep nets"', "net"])
def test_every_way_to_ask_for_a_paper_finds_it(storage: Storage, query: str) -> None:
    subscribe(storage, query)
    assert take_in(storage, paper(abstract=CODE_AT, categories=("cs.LG",), authors=("Ada Lovelace",))) == 1


def test_a_subscription_looks_forward_from_its_creation(storage: Storage) -> None:
    subscribe(storage, "nets", "early", at=NOW - timedelta(days=10))
    subscribe(storage, "nets", "late", at=NOW)
    fresh, stale = NOW - timedelta(hours=47), NOW - timedelta(days=5)
    take_in(storage, paper("2603.00001", abstract=CODE_AT, announced=fresh))
    take_in(storage, paper("2602.00002", abstract="See https://github.com/ada/old", announced=stale))
    told = alerts(storage)
    assert {name for chat, _, name in told if chat == "late"} == {"2603.00001"}
    assert {name for chat, _, name in told if chat == "early"} == {"2603.00001", "2602.00002"}


def test_old_news_comes_as_one_folded_message_a_chat(storage: Storage) -> None:
    subscribe(storage, "nets", "ada", at=NOW - timedelta(days=30))
    subscribe(storage, "nets", "bob", at=NOW - timedelta(days=30))
    for n in range(1, 6):
        old = paper(
            f"2602.{n:05}", abstract=f"See https://github.com/ada/nets{n}", announced=NOW - timedelta(days=n + 2)
        )
        take_in(storage, old)
    deliveries = claim_all(storage, now=FOLDED)
    assert [(d.folded, len(d.alerts)) for d in deliveries] == [(True, 5), (True, 5)]


def test_an_announcement_from_the_future_is_news_of_now(storage: Storage) -> None:
    subscribe(storage, "nets")
    take_in(storage, paper(abstract=CODE_AT, announced=NOW + timedelta(days=300)))
    (delivery,) = claim_all(storage, now=SOON)
    assert delivery.alerts[0].at == NOW


# Repositories that nobody has looked at yet ---------------------------------------------------------------------------


def test_an_alert_waits_a_moment_for_a_look_at_its_repository(storage: Storage) -> None:
    subscribe(storage, "nets")
    take_in(storage, paper(abstract=CODE_AT))
    assert claim_all(storage, now=NOW) == ()
    assert [r.slug for r in due(storage)] == ["ada/nets"]
    assert len(claim_all(storage, now=SOON)) == 1


def test_an_alert_waits_for_no_look_at_a_host_that_is_not_asked(storage: Storage) -> None:
    subscribe(storage, "nets")
    take_in(storage, paper(abstract="Code: https://gitlab.com/ada/nets"))
    assert len(claim_all(storage, now=NOW)) == 1
    assert due(storage) == ()


def missing(storage: Storage, *, next_check: datetime | None) -> None:
    """ada/nets was named, looked at and not there."""
    take_in(storage, paper("2602.00009", "Other", abstract=CODE_AT))
    (repository,) = due(storage)
    with storage.write():
        storage.repositories.checked(repository.key, RepositoryState.MISSING, now=NOW, next_check=next_check)


@pytest.mark.parametrize("next_check", [None, NOW + timedelta(days=7)], ids=["given up", "asked once a week"])
def test_a_repository_that_was_missing_is_looked_at_when_another_paper_names_it(
    storage: Storage, next_check: datetime | None
) -> None:
    missing(storage, next_check=next_check)
    subscribe(storage, "nets kind:papers")
    take_in(storage, paper(abstract=CODE_AT))
    assert alerts(storage) == [("ada", NewsKind.PAPER, "2603.00001")]  # as far as is known
    assert [r.slug for r in due(storage)] == ["ada/nets"]


def test_a_paper_told_again_does_not_ask_again_for_what_was_looked_at(storage: Storage) -> None:
    take_in(storage, paper(abstract=CODE_AT))
    (repository,) = due(storage)
    with storage.write():
        later = NOW + timedelta(days=1)
        storage.repositories.learn(repository, facts("ada/nets", 1), None, now=NOW, next_check=later)
    take_in(storage, paper(abstract=CODE_AT, announcement=CROSS), paper(abstract=CODE_AT, version=2))
    assert due(storage) == ()


# Odd tellings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    ["\u202eSTEN PEED\u202c \x00\x07 nets", "<b>nets</b> & <!channel> *x* _y_ `z`", "nets " * 2000,
     "\U0001f916" * 300 + " nets", "nets'; DROP TABLE papers; --", '"nets" NEAR(a, b) OR *',
     "nets %s {0} \\u0000 \\n", "ｎｅｔｓ nets", "nets\nnets\ttab"],
    ids=["control", "markup", "10,000 characters", "emoji", "SQL", "FTS", "formats", "full width", "lines"],
)  # fmt: skip
def test_a_hostile_title_is_stored_found_and_told(storage: Storage, title: str) -> None:
    subscribe(storage, "nets")
    assert take_in(storage, paper(title=title, abstract=CODE_AT)) == 1
    known = storage.papers.find(arxiv_id("2603.00001"))
    assert known is not None
    assert known.title == title
    assert storage.papers.titles.candidates(title)


def test_what_has_no_id_or_no_title_is_left_out(storage: Storage) -> None:
    count = take_in(storage, FetchedPaper((), "Nameless"), FetchedPaper((arxiv_id("2603.00001"),)))
    assert (count, storage.papers.count()) == (0, 0)


def test_an_id_alone_may_tell_more_of_a_known_paper(storage: Storage) -> None:
    subscribe(storage, "nets")
    take_in(storage, paper())
    assert take_in(storage, FetchedPaper((arxiv_id("2603.00001"),), stated=(stated(),))) == 1


def test_counts_tell_new_and_changed_papers_apart(storage: Storage) -> None:
    with storage.write():
        first = ingest(storage, [paper(), paper("2603.00002")], now=NOW)
        again = ingest(storage, [paper(), paper("2603.00002", version=2, abstract=CODE_AT)], now=NOW)
    assert (first.new_papers, first.updated_papers, first.new_links) == (2, 0, 0)
    assert (again.new_papers, again.updated_papers, again.new_links) == (0, 1, 1)


def test_a_look_up_adds_to_an_announcement_what_it_leaves_out(storage: Storage) -> None:
    announced = paper(abstract="From RSS", authors=("A. L.",))
    detail = paper(announcement=None, abstract="From the API", authors=("Ada L.",), comment="c", published=NOW)
    both = combine(announced, detail)
    assert (both.abstract, both.authors, both.comment, both.published) == ("From RSS", ("Ada L.",), "c", NOW)
    assert both.announcement is Announcement.NEW


def test_code_at_a_host_that_is_not_asked_is_released_at_once_and_told_once(storage: Storage) -> None:
    reader = subscribe(storage, "nets")
    with storage.write():
        ingest(storage, [paper(abstract="Code: https://gitlab.com/ada/nets")], now=NOW)
    assert storage.papers.get(1).code_state is CodeState.RELEASED
    assert [d.chat.key for d in claim_all(storage, now=NOW)] == [reader.key]
