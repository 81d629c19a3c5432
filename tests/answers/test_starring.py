"""What takes off, as answers and in words: trending pages, curves, rankings, and the messages about surges."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from bot.answers.starring import Starring
from bot.domain.feed import Sighting, Source
from bot.domain.news import Alert, Delivery, Digest, DigestFacts, Held, NewsKind
from bot.domain.repository import Repository, RepositoryAddress
from bot.domain.stars import Curve, Happening, Pattern, Surge
from bot.errors import BadQuery
from bot.telling import tell_happening
from handlers import wording
from handlers.console.render import render
from handlers.messages import Chart
from handlers.wording.stars import sparkline
from storage import Storage
from tests.builders import NOW, chat, claim_all, facts, linked_paper, subscribe

DAY = timedelta(days=1)


def known(storage: Storage, slug: str = "ada/nets", *, number: int = 5, counts: Sequence[int] = ()) -> Repository:
    """A repository that is counted, once a day, today last."""
    owner, _, name = slug.partition("/")
    with storage.write():
        met = storage.repositories.meet(RepositoryAddress("github.com", owner, name), NOW)
        learnt = storage.repositories.learn(
            met, facts(slug, number, stars=counts[-1] if counts else 0), None, now=NOW, next_check=NOW
        )
        storage.stars.enrol(NOW, pace=3600)
        for at, stars in enumerate(counts):
            storage.stars.count(learnt.key, stars, NOW - DAY * (len(counts) - 1 - at))
    return learnt


def sighted(
    storage: Storage,
    slug: str,
    day: date,
    *,
    rank: int = 1,
    page: str = "daily",
    gained: int = 50,
    searched: bool = False,
) -> None:
    with storage.write():
        feed = storage.feeds.want(
            Source.TRENDING, f"https://t.test/{page}", page, now=NOW, interval_s=3600, trusted=True
        )
        storage.repositories.sight(
            feed.key, day, Sighting(slug, rank=rank, stars=None, gained=gained, language=None), NOW, searched=searched
        )


@pytest.fixture
def starring(storage: Storage) -> Starring:
    return Starring(storage, lambda: NOW)


def happened(storage: Storage, repository: Repository, **more: object) -> Happening:
    found = Surge(1, 184, 3.2, 1e-12, (NOW - DAY).date(), 1204)
    told = {"surge": found, "stars": 1204, **more}
    return Happening(0, repository, NewsKind.SURGE, "2026-03-05", "", NOW, **told)  # type: ignore[arg-type]


# Messages -------------------------------------------------------------------------------------------------------------


def test_a_surge_says_how_many_what_is_usual_and_what_may_explain_it(storage: Storage) -> None:
    linked_paper(storage)
    subscribe(storage, "nets kind:surges")
    surge = happened(storage, known(storage, counts=[1020, 1204]), trending=("python daily", 4), released=("v1.0", 1))
    with storage.write():
        assert tell_happening(storage, surge, now=NOW) == 1
        assert tell_happening(storage, surge, now=NOW) == 0
    (delivery,) = claim_all(storage)
    said = render(wording.delivery(delivery), width=100)
    assert "ada/nets takes off" in said
    assert "★ +184 in 24 h (usually 3 a day), now 1,204" in said
    assert "official code of Deep Nets" in said
    assert "on trending: Python #4" in said
    assert "released v1.0 yesterday" in said
    assert "your subscription “nets kind:surges”" in said
    assert "nusual pattern" not in said


def test_a_surge_has_the_curve_up_to_it_and_what_came_later_is_not_in_it(storage: Storage) -> None:
    subscribe(storage, "repo:ada/nets kind:surges")
    repository = known(storage, counts=[1000, 1010, 1020, 1204])
    with storage.write():
        assert tell_happening(storage, happened(storage, repository), now=NOW) == 1
        storage.stars.count(repository.key, 5000, NOW + DAY)
    (delivery,) = claim_all(storage)
    (chart,) = (part for part in wording.delivery(delivery).parts if isinstance(part, Chart))
    assert chart.alt == "★ of ada/nets: 1,020 to 1,204 in 24 h, usually 3 a day"
    assert isinstance(chart.curve, Curve)
    assert [sample.stars for sample in chart.curve.counts] == [1000, 1010, 1020, 1204]
    assert "▁▁█ 3 days, most 184 a day" in render(wording.delivery(delivery), width=100)


@pytest.mark.parametrize("pattern", list(Pattern))
def test_a_pattern_is_called_unusual_and_never_more(storage: Storage, pattern: Pattern) -> None:
    surge = happened(storage, known(storage), unusual=(pattern,))
    said = render(wording.delivery(_delivery(storage, surge)), width=100).lower()
    assert "unusual pattern" in said
    assert not any(word in said for word in ("fake", "fraud", "bought", "manipulat", "suspic"))


def _delivery(storage: Storage, *told: Happening, digest: bool = False) -> Delivery:
    alerts = tuple(
        Alert(at, NewsKind(one.kind), NOW, ("nets",), happening=one, held=Held.RHYTHM)
        for at, one in enumerate(told, start=1)
    )
    of = Digest(1, NOW.date(), NOW - 7 * DAY, NOW, DigestFacts()) if digest else None
    return Delivery(1, chat(storage), alerts, len(told) > 1, 0, NOW, digest=of)


def test_milestones_and_releases_have_their_own_words(storage: Storage) -> None:
    repository = known(storage)
    reached = Happening(0, repository, NewsKind.MILESTONE, "2500", "", NOW, stars=2503)
    released = Happening(0, repository, NewsKind.RELEASE, "v2.0", "https://github.com/ada/nets/releases/tag/v2.0", NOW)
    assert "ada/nets has 2,500 stars" in render(wording.delivery(_delivery(storage, reached)), width=100)
    said = render(wording.delivery(_delivery(storage, released)), width=100)
    assert "ada/nets: release v2.0" in said
    assert "releases/tag/v2.0" in said


def test_they_have_a_line_in_folded_messages_and_digests(storage: Storage) -> None:
    repository = known(storage)
    both = (happened(storage, repository), Happening(0, repository, NewsKind.MILESTONE, "1000", "", NOW))
    for digest in (False, True):
        said = render(wording.delivery(_delivery(storage, *both, digest=digest)), width=100)
        assert "takes off" in said
        assert "has 1,000 stars" in said


def test_a_hostile_tag_is_cut_and_stays_text(storage: Storage) -> None:
    evil = Happening(0, known(storage), NewsKind.RELEASE, "<b>" + "x" * 5000, "", NOW)
    assert len(render(wording.delivery(_delivery(storage, evil)), width=100)) < 600


# Trending -------------------------------------------------------------------------------------------------------------


def test_what_is_new_on_a_page_since_the_day_before(storage: Storage, starring: Starring) -> None:
    sighted(storage, "ada/nets", NOW.date() - DAY)
    sighted(storage, "ada/nets", NOW.date(), rank=2)
    sighted(storage, "bob/flow", NOW.date(), rank=1)
    answer = starring.trending("")
    assert [(row.repository.slug, row.new) for row in answer.rows] == [("bob/flow", True), ("ada/nets", False)]
    assert "1 of 2 are new" in render(wording.trending(answer), width=100)


def test_what_stands_in_for_a_page_is_said_to_be_that(storage: Storage, starring: Starring) -> None:
    sighted(storage, "ada/nets", NOW.date() - DAY)
    sighted(storage, "bob/flow", NOW.date(), searched=True)
    answer = starring.trending("")
    assert [(row.repository.slug, row.new) for row in answer.rows] == [("bob/flow", False)]
    assert "GitHub's page can't be read; this is its search" in render(wording.trending(answer), width=100)
    sighted(storage, "ada/nets", NOW.date())
    assert "its search" not in render(wording.trending(starring.trending("")), width=100)


def test_a_month_of_a_language(storage: Storage, starring: Starring) -> None:
    sighted(storage, "ada/nets", NOW.date(), page="python monthly", gained=5000)
    said = render(wording.trending(starring.trending("monthly python")), width=100)
    assert said.startswith("Trending: Python, monthly")
    assert "+5,000" in said


def test_a_weeks_digest_adds_up_days_and_never_weeks_or_months(storage: Storage) -> None:
    linked_paper(storage)
    for back in range(3):
        for page, gained in (("daily", 50), ("python daily", 40), ("weekly", 700), ("python monthly", 3000)):
            sighted(storage, "ada/nets", NOW.date() - DAY * back, page=page, gained=gained)
    (gainer,) = storage.digests.facts(NOW - 7 * DAY, NOW).gainers
    assert (gainer.slug, gainer.gained) == ("ada/nets", 150)


def test_only_those_with_papers(storage: Storage, starring: Starring) -> None:
    linked_paper(storage)
    sighted(storage, "ada/nets", NOW.date(), rank=2)
    sighted(storage, "bob/flow", NOW.date())
    answer = starring.trending("papers daily")
    assert [row.repository.slug for row in answer.rows] == ["ada/nets"]
    assert answer.hidden == 1


def test_an_empty_page_and_an_unknown_one(storage: Storage, starring: Starring) -> None:
    with storage.write():
        storage.feeds.want(Source.TRENDING, "https://t.test/", "weekly", now=NOW, interval_s=60, trusted=True)
    assert "haven't seen" in render(wording.trending(starring.trending("weekly")), width=100)
    with pytest.raises(BadQuery, match="cobol"):
        starring.trending("cobol")


def test_our_own_ranking_is_by_what_is_usual_and_not_by_size(storage: Storage, starring: Starring) -> None:
    linked_paper(storage)
    linked_paper(storage, "2603.00002", "bob/flow", title="Flows")
    sighted(storage, "ada/nets", NOW.date())
    small, large = known(storage), known(storage, "bob/flow", number=6)
    with storage.write():
        for repository, gained, usual in ((large, 900, 300.0), (small, 184, 3.0)):
            found = Surge(1, gained, usual, 1e-9, NOW.date(), 5000)
            tell_happening(storage, happened(storage, repository, surge=found), now=NOW)
    assert [one.repository.slug for one in starring.trending("").surges] == ["ada/nets", "bob/flow"]


# One repository, and the greatest gains -------------------------------------------------------------------------------


def test_a_curve_with_growth_rank_and_papers(storage: Storage, starring: Starring) -> None:
    linked_paper(storage)
    known(storage, counts=[100, 101, 101, 103, 104, 104, 105, 106, 190])
    known(storage, "bob/flow", number=6, counts=[10] * 8 + [20])
    answer = starring.stars("ada/nets")
    assert answer.gained == (84, 89, None)
    assert answer.rank == (1, 2)
    said = render(wording.stars(answer), width=100)
    (chart,) = (part for part in wording.stars(answer).parts if isinstance(part, Chart))
    assert chart.alt == "★ of ada/nets: 100 to 190 in 8 days"
    assert "▁▁▁▁▁▁▁█" in said
    assert "+84 in 24 h, +89 in a week" in said
    assert "official code of Deep Nets" in said


def test_a_repository_that_was_never_counted(storage: Storage, starring: Starring) -> None:
    linked_paper(storage)
    assert "/watch ada/nets" in render(wording.stars(starring.stars("ada/nets")), width=100)
    with pytest.raises(BadQuery):
        starring.stars("nobody/nothing")


def test_who_gained_most_official_and_community_apart(storage: Storage, starring: Starring) -> None:
    linked_paper(storage)
    known(storage, counts=[100, 190])
    known(storage, "bob/flow", number=6, counts=[10, 900])  # of no paper
    answer = starring.top("week")
    assert [(row.repository.slug, row.gained) for row in answer.official] == [("ada/nets", 90)]
    assert answer.community == ()
    assert starring.top("community").asked is False
    assert starring.top("pytorch").official == ()
    assert starring.top("cs.RO").official == ()


@pytest.mark.parametrize("words", ["yesterday", "official nonsense", "cs.CV ???", "x" * 3000])
def test_odd_words_get_a_hint(starring: Starring, words: str) -> None:
    with pytest.raises(BadQuery) as refused:
        starring.top(words)
    assert "/top" in refused.value.hint


@pytest.mark.parametrize("gains", [[], [0.0], [-3.0, 0.0], [1.0, 10_000.0], [0.4] * 400])
def test_every_curve_has_bars(gains: list[float]) -> None:
    assert len(sparkline(gains)) == len(gains)
