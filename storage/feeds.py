"""Feeds: what is looked at again and again, when next, and how the last looks went."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from bot.domain.feed import Entry, Feed, FeedState, Source, Validators
from bot.domain.news import NewsKind
from storage.database import Database, Row, moment, stamp
from storage.merging import drop_alerts

_COLUMNS = (
    "id, source, url, name, state, etag, last_modified, body_hash, interval_s, next_check_at, checked_at, "
    "succeeded_at, failing_since, "
    "failures, error, moved_to, moved_times, last_item_at, trusted, warning"
)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A feed's entry that wasn't known before."""

    key: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class SourceFeeds:
    """A source's wanted feeds: how many, how many of them fail or have stopped, and when one was last read."""

    source: Source
    feeds: int
    failing: int
    succeeded_at: datetime | None


class Feeds:
    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, key: int) -> Feed:
        """Raises KeyError for a key that isn't there."""
        row = self._db.row(f"SELECT {_COLUMNS} FROM feeds WHERE id = ?", (key,))
        if row is None:
            raise KeyError(key)
        return _feed(row)

    def find(self, url: str) -> Feed | None:
        row = self._db.row(f"SELECT {_COLUMNS} FROM feeds WHERE url = ?", (url,))
        return _feed(row) if row else None

    def all(self, source: Source | None = None) -> tuple[Feed, ...]:
        """The feeds that somebody wants, of one source or all."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM feeds WHERE wanted = 1 AND (? IS NULL OR source = ?) ORDER BY id", (source, source)
        )
        return tuple(map(_feed, rows))

    def by_source(self) -> tuple[SourceFeeds, ...]:
        """How each source that has wanted feeds is doing."""
        rows = self._db.rows(
            "SELECT source, count(*), sum(failures > 0 OR state != 'active'), max(succeeded_at) FROM feeds "
            "WHERE wanted = 1 GROUP BY source ORDER BY source"
        )
        return tuple(SourceFeeds(Source(name), feeds, failing, moment(at)) for name, feeds, failing, at in rows)

    def due(self, source: Source, now: datetime) -> tuple[Feed, ...]:
        """Active feeds whose time has come. One due more than two days ahead comes from a clock that was set back."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM feeds WHERE source = ? AND state = 'active' AND wanted = 1 "
            "AND (next_check_at <= ? OR next_check_at > ?) ORDER BY next_check_at",
            (source, stamp(now), (stamp(now) or 0) + 2 * 86400),
        )
        return tuple(map(_feed, rows))

    def want(self, source: Source, url: str, name: str, *, now: datetime, interval_s: int, trusted: bool) -> Feed:
        """The feed at this address, made and due at once if it's new, or if a chat asks for one that had stopped."""
        found = self.find(url)
        if found is None:
            key = self._db.insert(
                "INSERT INTO feeds (source, url, name, trusted, interval_s, next_check_at) VALUES (?, ?, ?, ?, ?, ?)",
                (source, url, name, trusted, interval_s, stamp(now)),
            )
            return self.get(key)
        # because: what came while nobody wanted it counts as seen, as it does on a new feed's first look
        self._db.execute(
            "UPDATE feeds SET succeeded_at = CASE WHEN wanted OR ? THEN succeeded_at END, wanted = 1, "
            "trusted = max(trusted, ?) WHERE id = ?",
            (trusted, trusted, found.key),
        )
        if found.state is not FeedState.ACTIVE and not trusted:
            self.wake(found.key, now)
        return self.get(found.key)

    def wake(self, key: int, now: datetime) -> None:
        """A fresh start; should it stop again, that is news again."""
        self._db.execute(
            "UPDATE feeds SET state = 'active', failing_since = NULL, failures = 0, error = '', "
            "next_check_at = ? WHERE id = ?",
            (stamp(now), key),
        )
        told = self._db.rows("SELECT id FROM alerts WHERE kind = ? AND subject = ?", (NewsKind.FEED, key))
        drop_alerts(self._db, [alert for (alert,) in told])

    def configure(self, wanted: Iterable[tuple[Source, str, str, int]], now: datetime) -> None:
        """The settings' feeds, as (source, url, name, interval): exactly these and the followed ones are wanted."""
        self._db.execute(
            "UPDATE feeds SET wanted = 0, trusted = 0 WHERE id NOT IN (SELECT feed FROM subscriptions "
            "WHERE feed IS NOT NULL)"
        )
        for source, url, name, interval_s in wanted:
            self.want(source, url, name, now=now, interval_s=interval_s, trusted=True)

    def succeeded(
        self,
        feed: Feed,
        validators: Validators,
        *,
        now: datetime,
        next_check: datetime,
        interval_s: int,
        title: str = "",
        last_item_at: datetime | None = None,
        warning: str = "",
    ) -> None:
        self._db.execute(
            "UPDATE feeds SET etag = ?, last_modified = ?, body_hash = ?, checked_at = ?, succeeded_at = ?, "
            "next_check_at = ?, interval_s = ?, "
            "failing_since = NULL, failures = 0, error = '', warning = ?, name = CASE WHEN ? = '' OR trusted AND "
            "source != 'rss' THEN name ELSE ? END, "
            "last_item_at = max(coalesce(last_item_at, 0), coalesce(?, last_item_at, 0)), "
            "state = CASE WHEN state = 'paused' THEN 'active' ELSE state END WHERE id = ?",
            (
                validators.etag,
                validators.last_modified,
                validators.body_hash,
                stamp(now),
                stamp(now),
                stamp(next_check),
                interval_s,
                warning,
                title,
                title,
                stamp(last_item_at),
                feed.key,
            ),
        )

    def covered(self, feed: Feed, until: datetime) -> None:
        """All announcements up to then are known."""
        self._db.execute(
            "UPDATE feeds SET last_item_at = max(coalesce(last_item_at, 0), ?) WHERE id = ?", (stamp(until), feed.key)
        )

    def failed(self, feed: Feed, error: str, *, now: datetime, next_check: datetime, state: FeedState) -> None:
        self._db.execute(
            "UPDATE feeds SET checked_at = ?, failing_since = coalesce(failing_since, ?), failures = "
            "failures + 1, error = ?, "
            "next_check_at = ?, state = ? WHERE id = ?",
            (stamp(now), stamp(now), error, stamp(next_check), state, feed.key),
        )

    def moving(self, feed: Feed, to: str | None, times: int) -> None:
        """Count how often in a row the server has said that the feed has moved there for good."""
        self._db.execute("UPDATE feeds SET moved_to = ?, moved_times = ? WHERE id = ?", (to, times, feed.key))

    def move(self, feed: Feed, to: str) -> None:
        """The feed has a new address. Where that one is followed already, its followers are joined."""
        other = self._db.value("SELECT id FROM feeds WHERE url = ? AND id != ?", (to, feed.key))
        if other is None:
            trusted = feed.trusted and urlsplit(feed.url)[:2] == urlsplit(to)[:2]  # the settings name no other host
            self._db.execute(
                "UPDATE feeds SET url = ?, trusted = ?, moved_to = NULL, moved_times = 0 WHERE id = ?",
                (to, trusted, feed.key),
            )
            return
        self._db.execute("UPDATE subscriptions SET feed = ? WHERE feed = ?", (other, feed.key))
        self._db.execute("UPDATE feeds SET wanted = 1 WHERE id = ?", (other,))
        self._db.execute("UPDATE feeds SET wanted = 0, moved_to = NULL WHERE id = ?", (feed.key,))

    def add_entries(self, feed: Feed, entries: Iterable[Entry], now: datetime) -> tuple[NewEntry, ...]:
        """Keep a feed's entries; those that weren't known before."""
        new = []
        for e in entries:
            cursor = self._db.execute(
                "INSERT INTO entries (feed, guid, title, url, summary, author, published, seen_at) VALUES (?, ?, "
                "?, ?, ?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING",
                (feed.key, e.guid, e.title, e.url, e.summary[:2000], e.author, stamp(e.published), stamp(now)),
            )
            if cursor.rowcount:
                new.append(NewEntry(int(cursor.lastrowid or 0), e))
        return tuple(new)

    def latest(self, feed: int, limit: int) -> tuple[Entry, ...]:
        """Its newest entries."""
        rows = self._db.rows(
            "SELECT guid, title, url, summary, author, published FROM entries WHERE feed = ? "
            "ORDER BY coalesce(published, seen_at) DESC, id LIMIT ?",
            (feed, limit),
        )
        return tuple(map(_entry, rows))

    def entry(self, key: int) -> tuple[Entry, str]:
        """An entry and its feed's name. Raises KeyError for a key that isn't there."""
        row = self._db.row(
            "SELECT guid, title, entries.url, summary, author, published, feeds.name FROM entries JOIN feeds "
            "ON feeds.id = feed "
            "WHERE entries.id = ?",
            (key,),
        )
        if row is None:
            raise KeyError(key)
        *told, name = row
        return _entry(told), name


def _entry(row: Sequence[Any]) -> Entry:
    guid, title, url, summary, author, published = row
    return Entry(guid, title, url, summary, author, moment(published))


def _feed(row: Row) -> Feed:
    (
        key,
        source,
        url,
        name,
        state,
        etag,
        modified,
        body_hash,
        interval,
        due,
        checked,
        succeeded,
        since,
        failures,
        error,
        *rest,
    ) = row
    moved_to, moved_times, last_item, trusted, warning = rest
    return Feed(
        key,
        Source(source),
        url,
        name,
        FeedState(state),
        Validators(etag, modified, body_hash),
        interval,
        moment(due),
        moment(checked),
        moment(succeeded),
        moment(since),
        failures,
        error,
        moved_to,
        moved_times,
        moment(last_item) if last_item else None,
        bool(trusted),
        warning,
    )
