"""A wire on fakes: storage, all sources, one channel, and a clock that a test moves."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.feed import Feed, PollCount, Source
from bot.domain.news import NewsKind
from bot.jobs.deliver import DeliverCount, deliver
from bot.jobs.poll import Poller
from bot.jobs.relink import Places
from storage import Storage
from tests.builders import NOW
from tests.fake_places import FakeInside, FakeWorld
from tests.fakes import FakeArxiv, FakeChannel, FakeFeeds, FakeHost


@dataclass
class Wire:
    """`later` moves the clock, `poll` looks at what is due, `deliver` sends what is due, `told` is what was sent."""

    storage: Storage
    now: datetime = NOW
    real_now: datetime = NOW + timedelta(days=200)  # replays run long after the days that they replay
    arxiv: FakeArxiv = field(default_factory=FakeArxiv)
    rss: FakeFeeds = field(default_factory=FakeFeeds)
    trending: FakeFeeds = field(default_factory=FakeFeeds)
    huggingface: FakeFeeds = field(default_factory=FakeFeeds)
    github: FakeHost = field(default_factory=FakeHost)
    world: FakeWorld = field(default_factory=FakeWorld)
    channel: FakeChannel = field(default_factory=FakeChannel)

    @property
    def inside(self) -> FakeInside:
        return self.world.inside

    @property
    def places(self) -> Places:
        return self.world.places

    def feed(self, source: Source, name: str, url: str = "", *, trusted: bool = True) -> Feed:
        """A feed that is looked at every hour."""
        with self.storage.write():
            url = url or f"https://{name}.test/"
            return self.storage.feeds.want(source, url, name, now=self.now, interval_s=3600, trusted=trusted)

    def state(self, feed: Feed) -> Feed:
        return self.storage.feeds.get(feed.key)

    def poll(self, source: Source, *, named: bool = False) -> PollCount:
        return self._poller().poll(source, self.now, named=named)

    def look_for_code(self) -> PollCount:
        return self._poller().look_for_code(self.now)

    def _poller(self) -> Poller:
        return Poller(self.storage, self, jitter=lambda: 0.0, real_clock=lambda: self.real_now)

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.real_now += timedelta(**span)

    def deliver(self) -> DeliverCount:
        """A round an hour later, as the service would have it by then: what an earlier round left is free again."""
        with self.storage.write():
            self.storage.outbox.free_leases()
        hour_later = self.now + timedelta(hours=1)
        return asyncio.run(deliver(self.storage, {"telegram": self.channel}, now=hour_later, real_now=self.real_now))

    def told(self) -> list[tuple[str, NewsKind, str]]:
        """(chat, kind, subject) of everything that the chats have been sent, after a round."""
        self.deliver()
        kinds = [a.kind for d in self.channel.sent for a in d.alerts]
        return [(chat, kind, subject) for (chat, subject), kind in zip(self.channel.told, kinds, strict=True)]
