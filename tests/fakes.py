"""Fakes for the two outer seams, built up in a test's own words: what sources tell, what channels take."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import ClassVar

from bot.domain.feed import Batch, Entry, Feed, Sighting, Validators
from bot.domain.news import Delivery
from bot.domain.paper import FetchedPaper
from bot.domain.repository import Release, RepositoryAddress, RepositoryFacts
from bot.errors import DeliveryFailed, FetchError
from bot.sources.github import Looked
from tests.builders import NOW


class FakeArxiv:
    """Announcements by category, look-ups by id (or id and version), changes by day. Conditional as the real one."""

    def __init__(self) -> None:
        self.announced: dict[str, Batch] = {}
        self.known: dict[str, FetchedPaper] = {}
        self.changes: dict[tuple[str, date], list[FetchedPaper]] = {}
        self.failing: dict[str, Exception] = {}
        self.asked: list[tuple[str, object]] = []
        self.revision = 0

    def announce(self, *papers: FetchedPaper, category: str = "cs.LG", at: datetime = NOW) -> None:
        """Today's list: announcements carry no comments; look-ups tell the comments that are given here."""
        for told in papers:
            self.has(told)
        heard = tuple(replace(told, comment=None) for told in papers)
        self.revision += 1
        self.announced[category] = Batch(Validators(etag=f"{self.revision}"), papers=heard, announced=at)

    def has(self, told: FetchedPaper) -> None:
        known = replace(told, comment=told.comment or "", announcement=None, announced=None)
        self.known[f"{told.arxiv}v{told.version}"] = known
        if told.version >= self.known.get(told.arxiv or "", told).version:
            self.known[told.arxiv or ""] = known

    def changed_on(self, day: date, *papers: FetchedPaper, category: str = "cs.LG") -> None:
        self.changes.setdefault((category, day), []).extend(papers)

    def fail(self, what: str = "fetch", error: Exception | None = None) -> None:
        """Let fetch ("fetch cs.LG": of one), look_up or changed fail from now on; `mend` ends that."""
        self.failing[what] = error or FetchError(f"{what} failed", status=503)

    def mend(self) -> None:
        self.failing.clear()

    def _ask(self, what: str, about: object) -> None:
        self.asked.append((what, about))
        if failure := self.failing.get(what) or self.failing.get(f"{what} {about}"):
            raise failure

    def fetch(self, feed: Feed) -> Batch:
        self._ask("fetch", feed.name)
        batch = self.announced.get(feed.name, Batch(Validators(etag="empty")))
        return Batch(feed.validators, not_modified=True) if feed.validators == batch.validators else batch

    def look_up(self, ids: Sequence[str]) -> tuple[FetchedPaper, ...]:
        self._ask("look_up", tuple(ids))
        return tuple(self.known[i] for i in ids if i in self.known)

    def changed(self, category: str, *, since: date, until: date) -> Iterator[tuple[FetchedPaper, ...]]:
        self._ask("changed", (category, since, until))
        for (name, day), papers in sorted(self.changes.items(), key=lambda item: item[0]):
            if name == category and since <= day <= until:
                yield tuple(papers)


class FakeFeeds:
    """Any source with addresses: a batch for each, in place until another takes it. Conditional as the real ones."""

    def __init__(self) -> None:
        self.batches: dict[str, Batch | Exception] = {}
        self.asked: list[str] = []

    def serve(self, url: str, *told: Entry | Sighting | FetchedPaper, title: str = "", moved_to: str = "") -> None:
        self.batches[url] = Batch(
            Validators(etag=f"{url} {len(self.batches)} {hash(told)}"),
            title=title,
            entries=tuple(t for t in told if isinstance(t, Entry)),
            sightings=tuple(t for t in told if isinstance(t, Sighting)),
            papers=tuple(t for t in told if isinstance(t, FetchedPaper)),
            moved_to=moved_to or None,
        )

    def fail(self, url: str, error: Exception | None = None) -> None:
        self.batches[url] = error or FetchError(f"{url} failed", status=503)

    def fetch(self, feed: Feed) -> Batch:
        self.asked.append(feed.url)
        batch = self.batches.get(feed.url, Batch())
        if isinstance(batch, Exception):
            raise batch
        same = feed.validators.etag is not None and feed.validators == batch.validators
        return Batch(feed.validators, not_modified=True, moved_to=batch.moved_to) if same else batch

    def instead(self, feed: Feed, *, today: date) -> Sequence[Sighting]:
        """What a search has: the sightings of "<address> instead"."""
        self.asked.append(f"{feed.url} instead")
        batch = self.batches.get(f"{feed.url} instead", Batch())
        if isinstance(batch, Exception):
            raise batch
        return batch.sightings

    def day_url(self, day: date | None = None) -> str:
        return f"https://hf.test/daily?date={day or ''}"


class FakeHost:
    """GitHub: repositories by name, redirects from old names, ETags, and allowances that can be spent."""

    def __init__(self) -> None:
        self.there: dict[str, tuple[RepositoryAddress, int, int]] = {}
        self.allowance = 1000
        self.a_query = 100
        self.releases: dict[str, Release] = {}
        self.tells_releases = True  # with each look; otherwise they have to be asked for
        self.release_error: FetchError | None = None
        self.pushed: datetime | None = None
        self.errors: tuple[str, ...] = ()
        self.asked: list[str] = []

    def repository(self, slug: str, *, number: int, stars: int = 10, now_called: str = "") -> None:
        """What answers to this name; `now_called`: where the host redirects it to."""
        owner, _, name = (now_called or slug).partition("/")
        self.there[slug.lower()] = (RepositoryAddress("github.com", owner, name), number, stars)

    def remove(self, slug: str) -> None:
        del self.there[slug.lower()]

    def _facts(self, asked: RepositoryAddress, address: RepositoryAddress, number: int, stars: int) -> RepositoryFacts:
        release = self.releases.get(asked.slug.lower()) if self.tells_releases else None
        return RepositoryFacts(address, number, stars=stars, release=release, pushed=self.pushed)

    def release(self, address: RepositoryAddress) -> Release:
        self.asked.append(f"release of {address.slug}")
        if self.release_error:
            raise self.release_error
        return self.releases.get(address.slug.lower(), Release())

    @property
    def spare(self) -> int:
        return self.allowance

    def look(self, wanted: Sequence[tuple[RepositoryAddress, str | None]]) -> Looked:
        asked = dict(wanted[: self.allowance])
        self.asked += [address.slug for address in asked]
        there = {a: self.there[a.slug.lower()] for a in asked if a.slug.lower() in self.there}
        fresh = {a: told for a, told in there.items() if asked[a] != f"{told}"}
        return Looked(
            found=tuple((a, self._facts(a, *t), f"{t}") for a, t in fresh.items()),
            unchanged=tuple(a for a in there if a not in fresh),
            missing=tuple(a for a in asked if a not in there),
            left=tuple(a for a, _ in wanted[self.allowance :]),
            errors=self.errors,
        )


@dataclass(slots=True)
class FakeChannel:
    """Takes deliveries, or fails as it was told to: each failure is used once, for the next delivery (to that chat)."""

    side_by_side: ClassVar[int] = 4
    sent: list[Delivery] = field(default_factory=list)
    edited: list[Delivery] = field(default_factory=list)
    tried: int = 0
    _failures: list[tuple[str, Exception]] = field(default_factory=list)

    def fail(self, error: Exception | None = None, *, times: int = 1, chat: str = "", **facts: object) -> None:
        """The next delivery fails with this error, or with DeliveryFailed of these facts."""
        failure = error or DeliveryFailed("refused", **facts)  # type: ignore[arg-type]  # because: facts as it has them
        self._failures += [(chat, failure)] * times

    async def send(self, delivery: Delivery) -> str:
        self.tried += 1
        assert delivery.alerts or delivery.digest, "a message about nothing"
        self._fail(delivery)
        self.sent.append(delivery)
        return f"message {len(self.sent)}"

    async def edit(self, delivery: Delivery) -> None:
        self._fail(delivery)
        self.edited.append(delivery)

    def _fail(self, delivery: Delivery) -> None:
        for n, (chat, failure) in enumerate(self._failures):
            if chat in ("", delivery.chat.address.chat):
                del self._failures[n]
                raise failure

    @property
    def told(self) -> list[tuple[str, str]]:
        """(chat, subject) of every alert sent, in order."""
        return [
            (d.chat.address.chat, a.paper.name if a.paper else a.entry.title if a.entry else a.feed_name)
            for d in self.sent
            for a in d.alerts
        ]
