"""Counting stars: who takes off is told of once, confirmed by the host's history, whatever fails in between."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from bot.domain.feed import PollCount, Source
from bot.domain.news import NewsKind
from bot.domain.repository import Release, Repository, RepositoryAddress
from bot.domain.stars import StarDay
from bot.errors import FetchError, RateLimited
from tests.builders import NOW, due, linked_paper, subscribe
from tests.jobs.wire import Wire

QUIET = (3, 2, 4, 3, 0, 5, 3) * 5
ADDRESS = RepositoryAddress("github.com", "ada", "nets")


class FakeHistory:
    """A host's history: what each day gained, up to yesterday; or an error."""

    def __init__(self) -> None:
        self.gains: dict[date, int] | None = {}
        self.error: FetchError | None = None
        self.asked: list[str] = []

    def day(self, day: date, gained: int) -> None:
        assert self.gains is not None
        self.gains[day] = gained

    def past(self, address: RepositoryAddress, *, today: date) -> tuple[StarDay, ...] | None:
        self.asked.append(address.slug)
        if self.error:
            raise self.error
        if self.gains is None:
            return None
        return tuple(StarDay(day, self.gains[day]) for day in sorted(self.gains) if day < today)


class Sky:
    """A repository of a paper with quiet weeks behind it, counted once a day from now on."""

    def __init__(self, wire: Wire) -> None:
        self.wire, self.history, self.stars = wire, FakeHistory(), 1000
        self.key = linked_paper(wire.storage)
        wire.feed(Source.GITHUB, "repositories")
        for at, gained in enumerate(QUIET):
            self.history.day((NOW - timedelta(days=len(QUIET) - at)).date(), gained)
        wire.github.repository("ada/nets", number=5, stars=self.stars)
        with wire.storage.write():
            repository = wire.storage.repositories.find(ADDRESS)
            assert repository is not None
            wire.storage.repositories.ask_for(repository.key, wire.now)
        wire.poll(Source.GITHUB)
        self.count()

    @property
    def repository(self) -> Repository:
        found = self.wire.storage.repositories.find(ADDRESS)
        assert found is not None
        return found

    def count(self, *, budget: int = 100) -> PollCount:
        return self.wire._poller().count_stars(self.history, self.wire.now, budget=budget)

    def day(self, gained: int) -> PollCount:
        """A day goes by that brings so many stars, and is counted."""
        self.history.day(self.wire.now.date(), max(gained, 0))
        self.wire.later(days=1)
        self.stars += gained
        self.wire.github.repository("ada/nets", number=5, stars=self.stars)
        return self.count()

    def told(self) -> list[tuple[NewsKind, str]]:
        self.wire.deliver()
        alerts = [a for d in self.wire.channel.sent for a in d.alerts if a.happening]
        return [(a.kind, a.happening.value) for a in alerts if a.happening]


@pytest.fixture
def sky(wire: Wire) -> Sky:
    subscribe(wire.storage, "nets kind:surges kind:milestones kind:releases")
    return Sky(wire)


def test_a_surge_is_told_once_however_often_it_is_counted(sky: Sky) -> None:
    sky.day(3)
    sky.day(184)
    sky.count()
    sky.day(250)
    assert [kind for kind, _ in sky.told()] == [NewsKind.SURGE]


def test_a_new_repository_gets_its_past_in_one_call(sky: Sky) -> None:
    assert sky.history.asked == ["ada/nets"]
    repository = sky.wire.storage.repositories.find(ADDRESS)
    assert repository is not None
    samples = sky.wire.storage.stars.samples(repository.key, NOW - timedelta(days=30))
    assert samples[0].stars < 930
    assert samples[-1].stars == 1000


def test_the_message_has_what_was_usual(sky: Sky) -> None:
    sky.day(184)
    sky.wire.deliver()
    (alert,) = [a for d in sky.wire.channel.sent for a in d.alerts if a.happening]
    assert alert.happening is not None
    assert alert.happening.surge is not None
    assert (alert.happening.surge.gained, alert.happening.stars) == (184, 1184)
    assert 2 < alert.happening.surge.usual < 4
    assert [paper.name for paper, _ in alert.happening.papers] == ["2603.00001"]


def test_what_the_history_does_not_bear_out_is_not_told(sky: Sky) -> None:
    sky.day(3)
    sky.history.day(sky.wire.now.date(), 2)
    sky.wire.later(days=1)
    sky.wire.github.repository("ada/nets", number=5, stars=sky.stars + 90)
    for day, gained in list((sky.history.gains or {}).items()):
        sky.history.day(day, max(gained, 25))  # such days are usual, says the host
    sky.count()
    assert NewsKind.SURGE not in [kind for kind, _ in sky.told()]


def test_a_history_that_cannot_be_read_delays_the_news_and_loses_nothing(sky: Sky) -> None:
    sky.history.error = FetchError("timed out")
    sky.day(184)
    assert sky.told() == []
    sky.history.error = None
    sky.wire.later(hours=1)
    sky.count()
    assert [kind for kind, _ in sky.told()] == [NewsKind.SURGE]


def test_a_rate_limit_in_the_middle_ends_the_round_and_is_noted(sky: Sky) -> None:
    sky.history.error = RateLimited("too many", retry_at=sky.wire.real_now + timedelta(hours=1))
    assert sky.day(184).errors == ("ada/nets: too many",)
    (feed,) = sky.wire.storage.feeds.all(Source.GITHUB)
    assert feed.failures == 1


def test_where_the_host_has_no_history_our_own_counts_decide(sky: Sky) -> None:
    sky.history.gains = None
    sky.wire.later(hours=2)
    for _ in range(3):
        sky.wire.later(days=1)
        sky.count()
    sky.wire.later(days=1)
    sky.wire.github.repository("ada/nets", number=5, stars=sky.stars + 184)
    sky.count()
    assert [kind for kind, _ in sky.told()] == [NewsKind.SURGE]


def test_a_milestone_is_told_once_even_where_the_count_falls_and_comes_back(sky: Sky) -> None:
    for gained in (3, 2, 1600, -200, 300):
        sky.day(gained)
    assert [value for kind, value in sky.told() if kind is NewsKind.MILESTONE] == ["2500"]


def test_a_release_is_told_the_first_one_seen_is_not(sky: Sky) -> None:
    sky.wire.github.releases["ada/nets"] = Release("v0.9", "", NOW - timedelta(days=400))
    sky.day(2)
    assert sky.told() == []
    sky.wire.github.releases["ada/nets"] = Release(
        "v1.0", "https://github.com/ada/nets/releases/tag/v1.0", sky.wire.now
    )
    sky.day(2)
    sky.day(2)
    assert sky.told() == [(NewsKind.RELEASE, "v1.0")]


def watch(sky: Sky) -> None:
    """Without a token: counts come without releases."""
    sky.wire.github.tells_releases = False
    with sky.wire.storage.write():
        sky.wire.storage.stars.watch(sky.repository.key, sky.wire.now, pace=3600)


def push(sky: Sky, tag: str) -> None:
    sky.wire.github.pushed = sky.wire.now
    sky.wire.github.releases["ada/nets"] = Release(tag, "", sky.wire.now)


def test_a_release_that_cannot_be_asked_for_is_told_later(sky: Sky) -> None:
    watch(sky)
    push(sky, "v0.9")
    sky.day(2)
    sky.wire.github.release_error = FetchError("timed out")
    push(sky, "v1.0")
    sky.day(2)
    assert sky.told() == []
    sky.wire.github.release_error = None
    sky.day(2)
    assert sky.told() == [(NewsKind.RELEASE, "v1.0")]


def test_a_release_is_asked_for_where_the_allowance_has_room(sky: Sky) -> None:
    watch(sky)
    push(sky, "v0.9")
    sky.wire.github.release_error = RateLimited("spent", retry_at=sky.wire.real_now + timedelta(hours=1))
    sky.day(2)
    asked = sky.wire.github.asked.count("release of ada/nets")
    sky.wire.github.release_error, sky.wire.github.allowance = None, 0
    sky.day(2)
    assert sky.wire.github.asked.count("release of ada/nets") == asked == 1


def test_of_what_is_watched_a_release_is_asked_for_once_a_push(sky: Sky) -> None:
    watch(sky)
    push(sky, "v0.9")
    for _ in range(3):
        sky.day(2)
    push(sky, "v1.0")
    for _ in range(3):
        sky.day(2)
    assert sky.told() == [(NewsKind.RELEASE, "v1.0")]
    assert sky.wire.github.asked.count("release of ada/nets") == 2


def test_of_what_nobody_watches_no_release_is_asked_for(sky: Sky) -> None:
    sky.wire.github.tells_releases = False
    push(sky, "v0.9")
    sky.day(2)
    assert "release of ada/nets" not in sky.wire.github.asked


def test_a_release_explains_the_surge_that_follows(sky: Sky) -> None:
    sky.wire.github.releases["ada/nets"] = Release("v0.9")
    sky.day(2)
    sky.wire.github.releases["ada/nets"] = Release("v1.0", "", sky.wire.now)
    sky.day(2)
    sky.day(300)
    sky.wire.deliver()
    (surge,) = [a.happening for d in sky.wire.channel.sent for a in d.alerts if a.kind is NewsKind.SURGE]
    assert surge is not None
    assert surge.released == ("v1.0", 1)


def test_a_repository_that_is_gone_does_not_stop_the_others(sky: Sky) -> None:
    sky.wire.github.remove("ada/nets")
    sky.wire.later(days=1)
    assert sky.count().errors == ()
    sky.wire.poll(Source.GITHUB)
    assert sky.told() == []


def test_a_renamed_repository_goes_on_as_the_same(sky: Sky) -> None:
    subscribe(sky.wire.storage, "repo:ada/nets kind:surges", "bob")
    sky.history.day(sky.wire.now.date(), 0)
    sky.wire.later(days=1)
    sky.wire.github.repository("ada/nets", number=5, stars=sky.stars, now_called="ada/webs")
    sky.count()
    sky.history.day(sky.wire.now.date(), 184)
    sky.wire.later(days=1)
    sky.wire.github.repository("ada/webs", number=5, stars=sky.stars + 184)
    sky.count()
    sky.wire.deliver()
    assert {d.chat.address.chat for d in sky.wire.channel.sent for a in d.alerts if a.happening} == {"ada", "bob"}


def test_another_repository_under_the_same_name_has_its_own_stars(sky: Sky) -> None:
    """Deleted, and made anew by somebody with many more stars: nothing took off, and no milestone was passed."""
    sky.day(3)
    sky.wire.later(days=1)
    sky.wire.github.repository("ada/nets", number=99, stars=9000)
    sky.count()
    assert sky.told() == []
    found = sky.repository
    assert found.key != sky.key
    assert [one.stars for one in sky.wire.storage.stars.samples(found.key, NOW - timedelta(days=90))] == [9000]
    sky.wire.later(days=1)
    sky.count()
    assert sky.told() == []


def test_a_count_that_falls_and_comes_back_tells_nothing(sky: Sky) -> None:
    for gained in (2, -600, 0, 601, 3):
        sky.day(gained)
    assert sky.told() == []


def test_where_the_allowance_ends_in_the_middle_the_rest_is_counted_later(wire: Wire) -> None:
    wire.feed(Source.GITHUB, "repositories")
    for n in range(6):
        linked_paper(wire.storage, f"2603.0000{n}", f"ada/nets{n}")
        wire.github.repository(f"ada/nets{n}", number=n + 1)
    with wire.storage.write():
        for n in range(6):
            found = wire.storage.repositories.find(RepositoryAddress("github.com", "ada", f"nets{n}"))
            assert found is not None
            wire.storage.stars.watch(found.key, wire.now, pace=3600)
    wire.github.allowance = 4
    assert wire._poller().count_stars(FakeHistory(), wire.now, budget=10).fetched == 4
    wire.later(minutes=10)
    assert wire._poller().count_stars(FakeHistory(), wire.now, budget=10).fetched == 2
    assert len({slug for slug in wire.github.asked if slug.startswith("ada/")}) == 6


def test_a_clock_set_back_tells_nothing_twice(sky: Sky) -> None:
    sky.day(184)
    sky.wire.later(days=-1)
    sky.count()
    sky.wire.later(days=1)
    sky.count()
    assert len(sky.told()) == 1


def test_the_hours_budget_is_kept_and_the_next_hour_goes_on(wire: Wire) -> None:
    wire.feed(Source.GITHUB, "repositories")
    wire.github.a_query = 1
    for n in range(6):
        linked_paper(wire.storage, f"2603.0000{n}", f"ada/nets{n}")
        wire.github.repository(f"ada/nets{n}", number=n + 1)
    with wire.storage.write():
        for n in range(6):
            found = wire.storage.repositories.find(RepositoryAddress("github.com", "ada", f"nets{n}"))
            assert found is not None
            wire.storage.stars.watch(found.key, wire.now, pace=3600)
    counts = []
    for _ in range(3):
        counts.append(wire._poller().count_stars(FakeHistory(), wire.now, budget=4).fetched)
        wire.later(minutes=10)
    wire.later(minutes=40)
    counts.append(wire._poller().count_stars(FakeHistory(), wire.now, budget=4).fetched)
    assert counts == [4, 0, 0, 4]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("nets", []),
        ("nets kind:papers", []),
        ("nets kind:surges", [NewsKind.SURGE]),
        ("nets kind:all", [NewsKind.SURGE]),
        ("repo:ada/nets kind:surges", [NewsKind.SURGE]),
        ("trees kind:surges", []),
        ("nets kind:milestones", []),
    ],
)
def test_who_does_not_ask_for_surges_hears_of_none(wire: Wire, text: str, kinds: Sequence[NewsKind]) -> None:
    subscribe(wire.storage, text)
    sky = Sky(wire)
    sky.day(184)
    assert [kind for kind, _ in sky.told()] == kinds


def test_a_repository_without_papers_is_told_to_who_watches_it(wire: Wire) -> None:
    subscribe(wire.storage, "repo:bob/app kind:all", at=NOW)
    wire.feed(Source.GITHUB, "repositories")
    history = FakeHistory()
    for back in range(40):
        history.day((NOW - timedelta(days=back)).date(), 2)
    with wire.storage.write():
        met = wire.storage.repositories.meet(RepositoryAddress("github.com", "bob", "app"), wire.now)
        wire.storage.stars.watch(met.key, wire.now, pace=3600)
    stars = 500
    for gained in (2, 2, 130):
        wire.github.repository("bob/app", number=9, stars=(stars := stars + gained))
        wire._poller().count_stars(history, wire.now, budget=10)
        history.day(wire.now.date(), 130)
        wire.later(days=1)
    wire.deliver()
    assert [a.kind for d in wire.channel.sent for a in d.alerts] == [NewsKind.SURGE]


def test_a_surge_of_today_is_told_today(sky: Sky) -> None:
    sky.day(3)
    for hours, gained in ((10, 4), (4, 90), (3, 100)):  # until eleven at night; the history knows nothing of today yet
        sky.wire.later(hours=hours)
        sky.stars += gained
        sky.wire.github.repository("ada/nets", number=5, stars=sky.stars)
        sky.count()
    assert [kind for kind, _ in sky.told()] == [NewsKind.SURGE]


def test_who_waits_for_a_look_at_a_repository_still_does_after_it_was_counted(wire: Wire) -> None:
    linked_paper(wire.storage)
    wire.feed(Source.GITHUB, "repositories")
    wire.github.repository("ada/nets", number=5)
    with wire.storage.write():
        found = wire.storage.repositories.find(ADDRESS)
        assert found is not None
        wire.storage.stars.watch(found.key, wire.now, pace=3600)
        wire.storage.repositories.ask_for(found.key, wire.now, awaited=True)
    wire._poller().count_stars(FakeHistory(), wire.now, budget=10)
    assert [one.slug for one in due(wire.storage, now=wire.now)] == ["ada/nets"]
