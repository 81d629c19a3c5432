"""What a scraper gets, in Prometheus' text. Nothing of it names a chat, a person, a paper or an address.

Most is read from the storage when it is asked for, by queries that look at what waits and at the feeds, never at all
papers. Imported late, for those who have a web door. May use: jobs, storage.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.jobs.deliver import DeliverCount
from storage import Storage

_BUCKETS_S: Final = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


class Metrics:
    """`now` tells the time, `lag_s` how late the event loop is, `troubles` each channel's trouble ("": it is well)."""

    def __init__(
        self,
        storage: Storage,
        *,
        version: str,
        now: Callable[[], datetime],
        lag_s: Callable[[], float],
        troubles: Callable[[], Mapping[str, str]],
    ) -> None:
        # A second series for each counter, which nobody asks for.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library's
        self._registry = CollectorRegistry()
        self._answers = Histogram(
            "paperwire_answer_seconds",
            "How long answers took to make.",
            ["platform"],
            buckets=_BUCKETS_S,
            registry=self._registry,
        )
        self._deliveries = Counter(
            "paperwire_deliveries",
            "Tries to deliver: sent, later (to be tried again) or dead (given up).",
            ["outcome"],
            registry=self._registry,
        )
        self.delivered(DeliverCount())
        ProcessCollector(registry=self._registry)
        self._registry.register(_Stored(storage, now, lambda: tuple(troubles())))
        self._registry.register(_Living(version, lag_s, troubles))

    def answered(self, platform: str, seconds: float) -> None:
        self._answers.labels(platform).observe(seconds)

    def delivered(self, count: DeliverCount) -> None:
        for outcome, messages in asdict(count).items():
            self._deliveries.labels(outcome).inc(messages)

    def page(self) -> bytes:
        """All of it. Raises StorageError where the database can't be read."""
        return generate_latest(self._registry)


class _Living(Collector):
    """What only the running process knows."""

    def __init__(self, version: str, lag_s: Callable[[], float], troubles: Callable[[], Mapping[str, str]]) -> None:
        self._version, self._lag_s, self._troubles = version, lag_s, troubles

    def collect(self) -> Iterable[Metric]:
        yield InfoMetricFamily("paperwire", "This paperwire.", value={"version": self._version})
        yield GaugeMetricFamily("paperwire_loop_lag_seconds", "How late the event loop is.", value=self._lag_s())
        well = {name: float(not trouble) for name, trouble in self._troubles().items()}
        yield _by("platform", "paperwire_channel_well", "1: the channel works; 0: /status says why it doesn't.", well)

    def describe(self) -> Iterable[Metric]:
        return ()


class _Stored(Collector):
    """What the storage knows; of each of these platforms also that nothing waits."""

    def __init__(self, storage: Storage, now: Callable[[], datetime], platforms: Callable[[], Sequence[str]]) -> None:
        self._storage, self._now, self._platforms = storage, now, platforms

    def collect(self) -> Iterable[Metric]:
        yield from self._outbox()
        yield from self._inbox()
        yield from self._feeds()
        links, subscriptions = self._storage.links.count(), self._storage.subscriptions.count()
        yield GaugeMetricFamily("paperwire_links", "Known links of papers to code.", value=links)
        yield GaugeMetricFamily("paperwire_subscriptions", "Subscriptions of all chats.", value=subscriptions)

    def describe(self) -> Iterable[Metric]:
        """Nothing is read at the start, only to find out the names."""
        return ()

    def _outbox(self) -> Iterable[Metric]:
        none, waiting = dict.fromkeys(self._platforms(), 0.0), self._storage.outbox.waiting()
        due = none | {one.platform: one.due for one in waiting}
        yield _by("platform", "paperwire_due_deliveries", "Messages that wait.", due)
        ages = none | {one.platform: self._age(one.oldest) for one in waiting}
        yield _by("platform", "paperwire_oldest_due_delivery_age_seconds", "How long one is overdue.", ages)
        dead = none | {one.platform: one.dead for one in waiting}
        yield _by("platform", "paperwire_dead_deliveries", "Messages that were given up and are still kept.", dead)

    def _inbox(self) -> Iterable[Metric]:
        none, waiting = dict.fromkeys(self._platforms(), 0.0), self._storage.inbox.backlog()
        counts = none | {one.platform: one.count for one in waiting}
        yield _by("platform", "paperwire_inbox", "What came in and isn't answered yet.", counts)
        ages = none | {one.platform: self._age(one.oldest) for one in waiting}
        yield _by("platform", "paperwire_inbox_oldest_age_seconds", "How long the oldest of it waits.", ages)

    def _feeds(self) -> Iterable[Metric]:
        told = self._storage.feeds.by_source()
        last = {str(one.source): one.succeeded_at.timestamp() for one in told if one.succeeded_at}
        yield _by("source", "paperwire_source_last_success_timestamp_seconds", "When a source was last read.", last)
        yield _by("source", "paperwire_feeds", "Feeds that are looked at.", {str(f.source): f.feeds for f in told})
        failing = {str(one.source): one.failing for one in told}
        yield _by("source", "paperwire_failing_feeds", "Feeds that fail or have stopped.", failing)

    def _age(self, since: datetime | None) -> float:
        return max(0.0, (self._now() - since).total_seconds()) if since else 0.0


def _by(label: str, name: str, words: str, values: Mapping[str, float]) -> Metric:
    """A gauge with a value for each of some names."""
    family = GaugeMetricFamily(name, words, labels=[label])
    for one, value in values.items():
        family.add_metric([one], value)
    return family
