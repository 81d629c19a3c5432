"""Feeds that chats follow: which one is named, what of it is wanted, and trying one again that has stopped.

A chat may name the feeds of the settings and those that it follows. Others' are found by their whole address alone:
an address may hold a secret.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from bot.answers.finding import FeedFinder
from bot.answers.values import Retried, Subscribed
from bot.domain.chat import Address, Subscription
from bot.domain.feed import Entry, Feed, FeedState, FoundFeed, Source
from bot.errors import BadQuery, FetchError, Gone
from bot.rules import entries, feed_names, rhythm
from bot.rules.matching import matches
from bot.rules.query import EVERYTHING, Query
from storage import Storage

_SAMPLES: Final = 3
_LATEST: Final = 200  # entries of a known feed among which samples are looked for


@dataclass(frozen=True, slots=True)
class Named:
    """The feed that a subscription names: a known one, or what was found at an address. No `query`: all of it."""

    feed: Feed | None
    found: tuple[FoundFeed, ...] = ()
    query: Query | None = None


class Following:
    def __init__(self, storage: Storage, finder: FeedFinder, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._finder = finder
        self._clock = clock

    def named(self, address: Address, text: str, parsed: Query | None) -> Named | None:
        """What these words name, as they are (an address) or `parsed`; None: no feed. Raises BadQuery or FetchError."""
        if parsed is None:
            return Named(None, self._finder.discover(text))
        if parsed.feed is None:
            return None
        known = feed_names.meant(parsed.feed, self._nameable(address))
        found = () if known else self._finder.discover(parsed.feed.text)
        return Named(known, found, None if parsed.root == EVERYTHING else parsed)

    def _nameable(self, address: Address) -> list[Feed]:
        mine = {subscription.feed for subscription in self._of_chat(address)}
        return [feed for feed in self._storage.feeds.all(Source.RSS) if feed.trusted or feed.key in mine]

    def _of_chat(self, address: Address) -> tuple[Subscription, ...]:
        chat = self._storage.chats.find(address)
        return self._storage.subscriptions.of_chat(chat.key) if chat else ()

    def want(self, named: Named) -> tuple[Feed, bool]:
        """In the caller's transaction: the feed, looked at from now on, and whether it had stopped."""
        url = named.feed.url if named.feed else named.found[0].url
        title = named.feed.name if named.feed else named.found[0].title
        before = self._storage.feeds.find(url)
        feed = self._storage.feeds.want(
            Source.RSS, url, title or url, now=self._clock(), interval_s=3600, trusted=False
        )
        return feed, before is not None and before.state is not FeedState.ACTIVE

    def made(self, subscription: Subscription, named: Named, feed: Feed) -> Subscribed:
        """A new subscription to a feed, with the newest of its entries that are known already and wanted."""
        found = named.found[0].entries if named.found else ()
        known: Sequence[Entry] = found or self._storage.feeds.latest(feed.key, _LATEST)
        wanted = (
            entry
            for entry in entries.newest(known)
            if named.query is None or matches(named.query, entries.document(entry))
        )
        samples, others = tuple(islice(wanted, _SAMPLES)), max(len(named.found) - 1, 0)
        return Subscribed(subscription, True, feed, others, entries=samples, looked_at=len(known))

    def retry(self, address: Address, text: str) -> Retried:
        """Ask the feed of the subscription with this number once more, now. Raises BadQuery.

        Whatever stopped it, it is looked at again from now on, unless it is gone for good.
        """
        subscription, feed = self._followed(address, text)
        if feed.state is FeedState.ACTIVE and feed.succeeded_at and not feed.failures:
            return Retried(subscription, feed, was_well=True)
        try:
            self._finder.fetch(feed)
        except FetchError as error:
            return Retried(subscription, self._wake(feed, error), str(error))
        return Retried(subscription, self._wake(feed))

    def _followed(self, address: Address, text: str) -> tuple[Subscription, Feed]:
        number = text.strip().lstrip("#")
        chat = self._storage.chats.find(address)
        subscription = self._storage.subscriptions.numbered(chat.key, number) if chat else None
        if subscription is None:
            raise BadQuery(
                f"There is no subscription “{text.strip()[:20]}”.", hint="/subscriptions shows their numbers."
            )
        if subscription.feed is None:
            raise BadQuery(f"#{number} follows no feed.", hint="/subscriptions shows which do.")
        return subscription, self._storage.feeds.get(subscription.feed)

    def _wake(self, feed: Feed, error: FetchError | None = None) -> Feed:
        """It is looked at again; what it failed with just now is the first of its failures, or its end."""
        now = self._clock()
        state = FeedState.GONE if isinstance(error, Gone) else FeedState.ACTIVE
        with self._storage.write():
            self._storage.feeds.wake(feed.key, now)
            if error:
                soon = now + rhythm.SHORTEST
                self._storage.feeds.failed(feed, str(error), now=now, next_check=soon, state=state)
        return self._storage.feeds.get(feed.key)
