"""When chats want to hear: their settings, how much they have had today, and what they muted."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from bot.domain.pace import DigestRhythm, Pace, Quiet
from storage.database import Database, Row, moment, stamp

_COLUMNS: Final = "zone, quiet_start, quiet_end, budget, digest, weekday, hour, silent_until, sound, links"
_IN: Final = "IN (SELECT value FROM json_each(?))"  # any number of keys in one parameter


@dataclass(frozen=True, slots=True)
class Load:
    """A chat's settings, how many messages it has had (or will have) on its local day `today`, and how many since
    `lately_at` (seconds since 1970).
    """

    pace: Pace
    today: str
    messages: int
    lately_at: int
    lately: int

    def on(self, day: str) -> int:
        return self.messages if self.today == day else 0

    def since(self, now: int, span: int) -> tuple[int, int]:
        """When the messages of so many seconds began, and how many there were; from now on, where they are over."""
        return (self.lately_at, self.lately) if 0 <= now - self.lately_at < span else (now, 0)


class Counted(NamedTuple):
    """How many messages a chat has had: on a local day, and since a moment."""

    day: str
    messages: int
    lately_at: int
    lately: int


@dataclass(frozen=True, slots=True)
class Mute:
    """Words that a chat doesn't want to hear of; `until` None is for good."""

    key: int
    text: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A chat whose digest is due: the local date of the last one, and since when it has been a chat."""

    chat: int
    pace: Pace
    last: date | None
    created_at: datetime


class Paces:
    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, chat: int) -> Pace:
        """Raises KeyError for a key that isn't there."""
        row = self._db.row(f"SELECT {_COLUMNS} FROM chats WHERE id = ?", (chat,))
        if row is None:
            raise KeyError(chat)
        return _pace(row)

    def set(self, chat: int, pace: Pace) -> None:
        quiet = (pace.quiet.start, pace.quiet.end) if pace.quiet else (None, None)
        self._db.execute(
            "UPDATE chats SET zone = ?, quiet_start = ?, quiet_end = ?, budget = ?, digest = ?, weekday = ?, hour = ?, "
            "silent_until = ?, sound = ?, links = ? WHERE id = ?",
            (
                pace.zone,
                *quiet,
                pace.budget,
                pace.digest,
                pace.weekday,
                pace.hour,
                stamp(pace.silent_until),
                int(pace.sound),
                int(pace.links),
                chat,
            ),
        )

    def loads(self, chats: Collection[int]) -> dict[int, Load]:
        """How much each of these chats has had, by its key."""
        rows = self._db.rows(
            f"SELECT id, today, messages, lately_at, lately, {_COLUMNS} FROM chats WHERE id {_IN}", (_keys(chats),)
        )
        return {row[0]: Load(_pace(row[5:]), *row[1:5]) for row in rows}

    def count(self, counted: Mapping[int, Counted]) -> None:
        """Set how many messages chats have had."""
        alike: dict[Counted, list[int]] = {}
        for chat, one in counted.items():
            alike.setdefault(one, []).append(chat)
        for one, chats in alike.items():  # few: most chats have had as many as others
            self._db.execute(
                f"UPDATE chats SET today = ?, messages = ?, lately_at = ?, lately = ? WHERE id {_IN}",
                (one.day, one.messages, one.lately_at, one.lately, _keys(chats)),
            )

    # Mutes ------------------------------------------------------------------------------------------------------------

    def mute(self, chat: int, text: str, until: datetime | None) -> None:
        """Said again, it takes the place of what was said before, and is the latest."""
        self._db.execute(
            "INSERT OR REPLACE INTO mutes (chat, text, until) VALUES (?, ?, ?)", (chat, text, stamp(until))
        )

    def unmute(self, key: int) -> None:
        self._db.execute("DELETE FROM mutes WHERE id = ?", (key,))

    def mutes(self, chat: int, now: datetime) -> tuple[Mute, ...]:
        rows = self._db.rows(
            "SELECT id, text, until FROM mutes WHERE chat = ? AND (until IS NULL OR until > ?) ORDER BY id",
            (chat, stamp(now)),
        )
        return tuple(Mute(key, text, moment(until)) for key, text, until in rows)

    def muted(self, chats: Collection[int], now: datetime) -> dict[int, list[str]]:
        """What of these chats is muted, by the chat's key; those that muted nothing are left out."""
        found: dict[int, list[str]] = {}
        for chat, text in self._db.rows(
            f"SELECT chat, text FROM mutes WHERE (until IS NULL OR until > ?) AND chat {_IN}",
            (stamp(now), _keys(chats)),
        ):
            found.setdefault(chat, []).append(text)
        return found

    # Digests ----------------------------------------------------------------------------------------------------------

    def digests_due(self, now: datetime, limit: int) -> tuple[DueDigest, ...]:
        """Chats that can be reached and whose digest is due, the longest overdue first."""
        rows = self._db.rows(
            f"SELECT id, last_digest, created_at, {_COLUMNS} FROM chats WHERE next_digest_at <= ? AND state = 'active' "
            "ORDER BY next_digest_at LIMIT ?",
            (stamp(now), limit),
        )
        return tuple(_due(row) for row in rows)

    def next_digest(self, chat: int, at: datetime | None, *, last: date | None = None) -> None:
        """When the chat's next digest is (None: never); `last`: the local date of the one that has just been made."""
        self._db.execute(
            "UPDATE chats SET next_digest_at = ?, last_digest = coalesce(?, last_digest) WHERE id = ?",
            (stamp(at), last.isoformat() if last else None, chat),
        )

    def last_digest(self, chat: int) -> date | None:
        last = self._db.value("SELECT last_digest FROM chats WHERE id = ?", (chat,))
        return date.fromisoformat(last) if last else None


def _keys(chats: Collection[int]) -> str:
    return json.dumps(list(chats))


def _due(row: Row) -> DueDigest:
    chat, last, created, *pace = row
    since = moment(created)
    assert since is not None
    return DueDigest(chat, _pace(tuple(pace)), date.fromisoformat(last) if last else None, since)


@lru_cache(maxsize=1024)  # most chats have the same settings
def _pace(row: Row) -> Pace:
    zone, start, end, budget, digest, weekday, hour, silent, sound, links = row
    quiet = None if start is None or end is None else Quiet(start, end)
    return Pace(zone, quiet, budget, DigestRhythm(digest), weekday, hour, moment(silent), bool(sound), bool(links))
