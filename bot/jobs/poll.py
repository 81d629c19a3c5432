"""Polling: ask each source what is new, and take it in. Read this file from top to bottom to follow one item.

Each source is polled on its own; whatever one does, the others don't notice. A failed fetch is stored on its feed,
with its reason and its next due time, and counted; so is a bug that a look brings to light, which is logged as well.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol

from bot.domain.feed import Batch, Feed, FeedState, PollCount, Sighting, Source, Validators
from bot.domain.news import News, NewsKind
from bot.domain.paper import FetchedPaper
from bot.errors import FetchError, Gone
from bot.ingest import ingest
from bot.jobs.check import check
from bot.jobs.comments import Comments, LookUp
from bot.jobs.comments import Progress as Progress  # because: whoever makes a Poller knows only this file
from bot.jobs.inside import Inside
from bot.jobs.relink import HUGGING_FACE, SITE, Places, Run, relink
from bot.jobs.stars import History, StarHost, count_stars
from bot.rules import arxiv_calendar, entries, news, rhythm
from bot.telling import send_out
from storage import Storage

log = logging.getLogger("paperwire.poll")

THREADS: Final = 16
_LONGEST_GAP: Final = timedelta(days=30)


def silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


class FeedSource(Protocol):
    """Whatever looks at one feed. Raises FetchError."""

    def fetch(self, feed: Feed) -> Batch: ...


class PaperSource(FeedSource, LookUp, Protocol):
    """arXiv: announcements, look-ups by id (ids may carry a version), and what changed between two days."""

    def changed(self, category: str, *, since: date, until: date) -> Iterator[tuple[FetchedPaper, ...]]: ...


class TrendingSource(FeedSource, Protocol):
    """GitHub's trending pages, and what there is instead where one can't be read. Raises FetchError."""

    def instead(self, feed: Feed, *, today: date) -> Sequence[Sighting]: ...


class DailySource(FeedSource, Protocol):
    """A list that has an address for each day."""

    def day_url(self, day: date | None = None) -> str: ...


class Sources(Protocol):
    """All that is polled."""

    @property
    def arxiv(self) -> PaperSource: ...
    @property
    def rss(self) -> FeedSource: ...
    @property
    def trending(self) -> TrendingSource: ...
    @property
    def huggingface(self) -> DailySource: ...
    @property
    def github(self) -> StarHost: ...
    @property
    def inside(self) -> Inside: ...
    @property
    def places(self) -> Places: ...


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one feed: what it brought, or why it failed."""

    feed: Feed
    batch: Batch | None = None
    error: FetchError | None = None


class Poller:
    """Polls sources into storage. `jitter` gives numbers in [0, 1); `real_clock` is what Retry-After runs on."""

    def __init__(
        self,
        storage: Storage,
        sources: Sources,
        *,
        jitter: Callable[[], float],
        real_clock: Callable[[], datetime],
        progress: Progress = silent,
    ) -> None:
        self._storage = storage
        self._sources = sources
        self._jitter = jitter
        self._real_clock = real_clock
        self._progress = progress
        self._pages_rest_until: datetime | None = None  # Hugging Face failed a moment ago
        self._comments = Comments(storage, sources.arxiv, progress)

    def poll(self, source: Source, now: datetime, *, named: bool = False) -> PollCount:
        """Look at what is due of a source (`named`: at all of it)."""
        if source is Source.GITHUB:
            return self._github(now, named=named)
        feeds = (
            [f for f in self._storage.feeds.all(source) if f.state is FeedState.ACTIVE]
            if named
            else self._storage.feeds.due(source, now)
        )
        jobs = {
            Source.ARXIV: self._arxiv,
            Source.RSS: self._rss,
            Source.TRENDING: self._trending,
            Source.HUGGING_FACE: self._huggingface,
        }
        return jobs[source](feeds, now)

    # arXiv ----------------------------------------------------------------------------------------------------------

    def _arxiv(self, feeds: Sequence[Feed], now: datetime) -> PollCount:
        missed, behind = self._missed_days(feeds, now)
        looks = [
            self._look(self._sources.arxiv, feed, f"arXiv {feed.name}", n, len(feeds)) for n, feed in enumerate(feeds)
        ]
        announced = _merge(
            replace(paper, announced=None) for look in looks if look.batch for paper in look.batch.papers
        )
        papers, had_code, errors = self._comments.enrich(announced)
        with self._storage.write():
            count = ingest(self._storage, papers, now=now, had_code=had_code)
            for look in looks:
                count += self._conclude(look, now, behind=look.feed.key in behind)
        count += PollCount(fetched=len(announced), errors=errors) + missed
        return count + (self._comments.late(now) if feeds and not errors else PollCount())

    def _missed_days(self, feeds: Sequence[Feed], now: datetime) -> tuple[PollCount, set[int]]:
        """Announcement days between the last one that a feed brought and today's are back-filled, oldest first.

        With the count come the feeds that couldn't be; their missed days are asked for again at the next poll.
        """
        count, behind = PollCount(), set[int]()
        for feed in feeds:
            days = announcement_days(feed.last_item_at, now) if feed.last_item_at else []
            filled = self._back_fill(feed, days, now) if days else PollCount()
            count += filled
            behind |= {feed.key} if filled.errors else set()
        return count, behind

    def _back_fill(self, feed: Feed, days: Sequence[date], now: datetime) -> PollCount:
        log.info("arXiv %s: back-filling %s to %s", feed.name, days[0], days[-1])
        count = PollCount()
        try:
            for page in self._sources.arxiv.changed(feed.name, since=days[0], until=days[-1]):
                had_code, errors = self._comments.had_code(page)
                with self._storage.write():
                    count += ingest(self._storage, page, now=now, had_code=had_code)
                count += PollCount(fetched=len(page), errors=errors)
        except FetchError as error:
            log.warning("arXiv %s: the missed days %s to %s are still missing: %s", feed.name, days[0], days[-1], error)
            return count + PollCount(errors=(f"back-fill {feed.name}: {error}",))
        with self._storage.write():
            self._storage.feeds.covered(feed, datetime(days[-1].year, days[-1].month, days[-1].day, 12, tzinfo=UTC))
        return count

    # Feeds, trending pages, Hugging Face, GitHub --------------------------------------------------------------------

    def _rss(self, feeds: Sequence[Feed], now: datetime) -> PollCount:
        count = PollCount()
        with ThreadPoolExecutor(THREADS, "rss") as pool:
            for look in pool.map(lambda feed: self._look(self._sources.rss, feed, feed.name, 0, len(feeds)), feeds):
                with self._storage.write():
                    count += self._take_entries(look, now) + self._conclude(look, now)
        return count

    def _take_entries(self, look: Look, now: datetime) -> PollCount:
        """Entries are kept; those new since the first look are news for the feed's followers."""
        if not look.batch or look.batch.not_modified:
            return PollCount()
        new = self._storage.feeds.add_entries(look.feed, look.batch.entries, now)
        count = ingest(self._storage, _hinted(look), now=now, quiet=True) + PollCount(fetched=len(look.batch.entries))
        if look.feed.succeeded_at is None:
            return count
        followers = self._storage.subscriptions.of_feed(look.feed.key)
        for entry in new if followers else ():
            item = News(NewsKind.ENTRY, entry.key, min(entry.entry.published or now, now))
            about = entries.document(entry.entry, look.feed.url)
            tells = news.about_feed(item, entries.wanting(about, followers), now=now)
            queued = send_out(self._storage, tells, now=now, about=about)
            count += PollCount(alerts=queued)
        return count

    def _trending(self, feeds: Sequence[Feed], now: datetime) -> PollCount:
        count = PollCount()
        for n, feed in enumerate(feeds):
            look = self._look(self._sources.trending, feed, f"trending {feed.name}", n, len(feeds))
            found = look.batch.sightings if look.batch else ()
            searched = self._instead(look, now)
            with self._storage.write():
                for sighting in (*found, *searched):
                    self._storage.repositories.sight(feed.key, now.date(), sighting, now, searched=not found)
                count += PollCount(fetched=len(found) + len(searched)) + self._conclude(look, now)
        return count

    def _instead(self, look: Look, now: datetime) -> Sequence[Sighting]:
        """What stands in for a trending page that can't be read the second time running."""
        again = bool(look.batch.warnings and look.feed.warning) if look.batch else look.feed.failures > 0
        if not again:
            return ()
        try:
            return self._sources.trending.instead(look.feed, today=now.date())
        except FetchError as error:
            log.warning("trending %s: the search that stands in for it fails, too: %s", look.feed.name, error)
            return ()

    def _huggingface(self, feeds: Sequence[Feed], now: datetime) -> PollCount:
        """The day's list; after a pause, or a day that failed, also those of the days since; at most a week."""
        count = PollCount()
        for feed in feeds:
            last = feed.succeeded_at.date() if feed.succeeded_at else now.date()
            days = [now.date() - timedelta(days=n) for n in range(min(max((now.date() - last).days, 0), 7), -1, -1)]
            looks = [self._look_at_day(feed, day, known=day == last) for day in days]
            told = [paper for look in looks if look.batch for paper in look.batch.papers]
            worst = next((look for look in looks if look.error), looks[-1])
            with self._storage.write():
                count += ingest(self._storage, told, now=now) + self._conclude(replace(worst, feed=feed), now)
            count += PollCount(fetched=len(told))
        return count

    def _look_at_day(self, feed: Feed, day: date, *, known: bool) -> Look:
        validators = feed.validators if known else Validators()
        asked = replace(feed, url=self._sources.huggingface.day_url(day), validators=validators)
        return self._look(self._sources.huggingface, asked, f"Hugging Face {day}", 0, 1)

    def _github(self, now: datetime, *, named: bool) -> PollCount:
        """Look at repositories, unless GitHub asked to wait (`named`: somebody wants to know at once)."""
        feed = next(iter(self._storage.feeds.all(Source.GITHUB)), None)
        if feed is None:
            return PollCount()
        if feed.failures and feed.next_check_at and now < feed.next_check_at and not named:
            return PollCount()
        count, limited_until = check(self._storage, self._sources.github, self._sources.inside, now=now, named=named)
        if count.fetched or count.not_modified or count.errors:
            error = FetchError(count.errors[0], retry_at=limited_until) if count.errors else None
            with self._storage.write():
                self._conclude(Look(feed, None if error else Batch(), error), now)
        return count

    def count_stars(self, history: History, now: datetime, *, budget: int) -> PollCount:
        """Count stars, unless GitHub asked to wait; what fails is noted where it belongs."""
        feed = next(iter(self._storage.feeds.all(Source.GITHUB)), None)
        if feed is None or (feed.failures and feed.next_check_at and now < feed.next_check_at):
            return PollCount()
        count, limited_until = count_stars(self._storage, self._sources.github, history, budget=budget, now=now)
        if count.errors:
            with self._storage.write():
                self._conclude(Look(feed, error=FetchError(count.errors[0], retry_at=limited_until)), now)
        return count

    def look_for_code(self, now: datetime) -> PollCount:
        """Look again for the code of papers that have none; what fails is noted where it belongs."""
        if self._pages_rest_until and now < self._pages_rest_until:
            return PollCount()
        run = Run()
        site = next(iter(self._storage.feeds.all(Source.PAPERS_WITH_CODE)), None)
        if site is None or (site.failures and site.next_check_at and now < site.next_check_at):
            run.failed[SITE] = FetchError("it failed a moment ago")
            site = None
        count = relink(self._storage, self._sources.places, run, now=now, progress=self._progress)
        self._pages_rest_until = now + rhythm.SHORTEST if HUGGING_FACE in run.failed else None
        if site and count.fetched:
            error = run.failed.get(SITE)
            with self._storage.write():
                self._conclude(Look(site, None if error else Batch(), error), now)
        return count

    # One look, and its conclusions -----------------------------------------------------------------------------------

    def _look(self, source: FeedSource, feed: Feed, what: str, done: int, total: int) -> Look:
        self._progress(what, done, total)
        try:
            return Look(feed, batch=source.fetch(feed))
        except FetchError as error:
            return Look(feed, error=error)
        except Exception as bug:  # because: what one feed brings to light must not stop the others
            log.exception("%s %s: the source broke", feed.source, feed.name)
            return Look(feed, error=FetchError(f"{type(bug).__name__} in the source; see the log"))

    def _conclude(self, look: Look, now: datetime, *, behind: bool = False) -> PollCount:
        """Store how a look went: validators and the next due time, or the error. `behind`: days before are missing."""
        if look.batch is None:
            return self._conclude_failure(look, now)
        batch, feed = look.batch, look.feed
        every = (
            rhythm.interval(feed, [e.published for e in batch.entries if e.published])
            if not batch.not_modified
            else feed.interval_s
        )
        warning = feed.warning if batch.not_modified else "; ".join(batch.warnings)
        if warning and warning == feed.warning and not batch.not_modified:
            log.warning("%s %s: %s (twice running)", feed.source, feed.name, warning)
        self._storage.feeds.succeeded(
            feed,
            batch.validators,
            now=now,
            next_check=rhythm.next_look(every, now=now, jitter=self._jitter(), source=feed.source),
            interval_s=every,
            title=batch.title,
            last_item_at=None if behind else batch.announced,
            warning=warning,
        )
        self._follow_move(feed, batch.moved_to)
        return PollCount(not_modified=int(batch.not_modified))

    def _follow_move(self, feed: Feed, moved_to: str | None) -> None:
        """A permanent redirect is believed when it has been the same three times running."""
        if feed.source is not Source.RSS or (moved_to is None and feed.moved_to is None):
            return
        times = feed.moved_times + 1 if moved_to == feed.moved_to else 1
        if moved_to and times >= rhythm.MOVES_TO_BELIEVE:
            log.info("%s has moved to %s", feed.name, moved_to)
            self._storage.feeds.move(feed, moved_to)
        else:
            self._storage.feeds.moving(feed, moved_to, times if moved_to else 0)

    def _conclude_failure(self, look: Look, now: datetime) -> PollCount:
        feed, error = look.feed, look.error
        assert error is not None
        wait = error.retry_at - self._real_clock() if error.retry_at else None
        state = rhythm.state_after_failure(feed, now=now, gone=isinstance(error, Gone))
        next_check = rhythm.next_try(feed, now=now, jitter=self._jitter(), wait=wait)
        self._storage.feeds.failed(feed, str(error), now=now, next_check=next_check, state=state)
        log.warning("%s %s: %s", feed.source, feed.name, error)
        alerts = 0
        if state is not FeedState.ACTIVE:
            item = News(NewsKind.FEED, feed.key, now)
            followers = self._storage.subscriptions.of_feed(feed.key)
            alerts = send_out(self._storage, news.about_feed(item, followers, now=now), now=now)
        return PollCount(alerts=alerts, errors=(f"{feed.name}: {error}",))


def announcement_days(last: datetime, now: datetime) -> list[date]:
    """The days strictly between two, of the last month, whose announcements were missed."""
    return arxiv_calendar.missed_days(max(last, now - _LONGEST_GAP).date(), now)


def _hinted(look: Look) -> Iterator[FetchedPaper]:
    """The papers that a feed's entries are: an id and a working title, no more, until arXiv has told of them.

    A feed may say anything of any paper: its text is not the paper's abstract, and its links are no evidence. Where a
    chat gave the feed, only papers that arXiv will tell of count.
    """
    papers = look.batch.papers if look.batch else ()
    return (FetchedPaper(p.ids, p.title) for p in papers if p.arxiv or look.feed.trusted)


def _merge(papers: Iterable[FetchedPaper]) -> list[FetchedPaper]:
    """One telling a paper: several categories announce the same one. New beats cross-list beats replacement."""
    order = {"new": 0, "cross": 1, "replace": 2, "replace-cross": 3}
    merged: dict[str, FetchedPaper] = {}
    for paper in papers:
        key = paper.arxiv or str(paper.ids[0])
        other = merged.get(key)
        if other is None or (-paper.version, order.get(paper.announcement or "", 4)) < (
            -other.version,
            order.get(other.announcement or "", 4),
        ):
            merged[key] = paper
    return list(merged.values())
