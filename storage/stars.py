"""Stars: how many a repository had when, and which repositories are counted, how often."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from bot.domain.stars import Episode, StarSample, Watched
from bot.rules.surge import Days, days_of
from storage.database import Database, Row, moment, stamp
from storage.repositories import COLUMNS, repository

# From which age on, how many seconds one count is kept for: every 6 hours after a week, a day's after a month.
_KEPT: Final = ((timedelta(days=30), 86_400), (timedelta(days=7), 6 * 3600))
_WATCHED: Final = f"{COLUMNS}, since, pace, next_at, asked, past_at, told_at, star_watch.seen_at, told_pace"
_JOINED: Final = "star_watch JOIN repositories ON repositories.id = star_watch.repository"


class Stars:
    def __init__(self, database: Database) -> None:
        self._db = database

    # Counts -----------------------------------------------------------------------------------------------------------

    def count(self, key: int, stars: int, at: datetime) -> int | None:
        """Note how many there are now; how many there were before (None: nobody knows).

        Of a flat stretch the two ends are kept, which is all that it says.
        """
        last = self._db.rows("SELECT at, stars FROM star_samples WHERE repository = ? ORDER BY at DESC LIMIT 2", (key,))
        seconds = stamp(at) or 0
        if last and last[0][0] > seconds:  # the clock was set back
            return stars
        if len(last) == 2 and last[0][1] == last[1][1] == stars:
            self._db.execute("DELETE FROM star_samples WHERE repository = ? AND at = ?", (key, last[0][0]))
        self._db.execute("INSERT OR REPLACE INTO star_samples VALUES (?, ?, ?)", (key, seconds, stars))
        self._db.execute(
            "UPDATE star_watch SET fresh = 1, next_at = max(next_at, ? + pace) WHERE repository = ?", (seconds, key)
        )
        return last[0][1] if last else None

    def replace(self, key: int, samples: Iterable[StarSample], *, before: datetime) -> None:
        """What was before that time was like this."""
        self._db.execute("DELETE FROM star_samples WHERE repository = ? AND at < ?", (key, stamp(before)))
        self._db.execute_many(
            "INSERT OR IGNORE INTO star_samples VALUES (?, ?, ?)",
            [(key, stamp(sample.at), sample.stars) for sample in samples if sample.at < before],
        )

    def samples(self, key: int, since: datetime) -> tuple[StarSample, ...]:
        """The counts from the last one before that time on."""
        rows = self._series([key], since)
        return tuple(StarSample(at, stars) for _, seconds, stars in rows if (at := moment(seconds)))

    def days(self, keys: Sequence[int], since: datetime) -> Mapping[int, Days | None]:
        """Stars gained day by day since then, by repository."""
        series: dict[int, tuple[list[float], list[int]]] = {key: ([], []) for key in keys}
        for key, seconds, stars in self._series(keys, since):
            times, counts = series[key]
            times.append(seconds)
            counts.append(stars)
        return {key: days_of(*told) for key, told in series.items()}

    def _series(self, keys: Sequence[int], since: datetime) -> list[Row]:
        return self._db.rows(
            "SELECT value, at, stars FROM json_each(?) CROSS JOIN star_samples ON repository = value AND at >= "
            "coalesce((SELECT max(at) FROM star_samples before WHERE before.repository = value AND before.at <= ?), 0) "
            "ORDER BY value, at",
            (json.dumps(list(keys)), stamp(since)),
        )

    def most(self, key: int, *, before: datetime) -> int | None:
        """The highest count that was seen before that time."""
        highest: int | None = self._db.value(
            "SELECT max(stars) FROM star_samples WHERE repository = ? AND at < ?", (key, stamp(before))
        )
        return highest

    def compact(self, now: datetime, *, since: datetime | None) -> None:
        """Of what has grown old, one count a stretch stays: the last one. `since`: when this was last done."""
        for age, seconds in _KEPT:
            end = stamp(now - age) or 0
            begin = (stamp(since - age) or 0) - 2 * seconds if since else 0
            self._db.execute(
                "DELETE FROM star_samples WHERE at >= ? AND at < ? AND EXISTS (SELECT 1 FROM star_samples later "
                "WHERE later.repository = star_samples.repository AND later.at > star_samples.at AND later.at < ? "
                "AND later.at / ? = star_samples.at / ?)",
                (begin, end, end, seconds, seconds),
            )

    # Who is counted ---------------------------------------------------------------------------------------------------

    def enrol(self, now: datetime, *, pace: int, limit: int = 20_000) -> int:
        """Count those of whose stars anything is known, by a look or from a trending page; how many are new."""
        return self._db.execute(
            "INSERT OR IGNORE INTO star_watch (repository, since, pace, next_at, fresh) "
            "SELECT id, ?, ?, max(?, coalesce(checked_at, 0) + ?), 1 FROM repositories "
            "WHERE host = 'github.com' AND state != 'missing' AND stars IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM star_watch WHERE repository = repositories.id) LIMIT ?",
            (stamp(now), pace, stamp(now), pace, limit),
        ).rowcount

    def watch(self, key: int, now: datetime, *, pace: int) -> None:
        """Somebody watches this one."""
        self._db.execute(
            "INSERT INTO star_watch (repository, since, pace, next_at, asked) VALUES (?, ?, ?, ?, 1) "
            "ON CONFLICT DO UPDATE SET asked = 1, pace = min(pace, excluded.pace), "
            "next_at = min(next_at, excluded.next_at)",
            (key, stamp(now), pace, stamp(now)),
        )

    def due(self, now: datetime, limit: int) -> tuple[Watched, ...]:
        """Those whose count is due, the latest by their own pace first: where the budget is short, all wait longer."""
        rows = self._db.rows(
            f"SELECT {_WATCHED} FROM {_JOINED} WHERE next_at <= ? OR next_at > ? "
            "ORDER BY asked DESC, (? - next_at) * 1.0 / pace DESC LIMIT ?",
            (stamp(now), (stamp(now) or 0) + 30 * 86_400, stamp(now), limit),
        )
        return tuple(map(_watched, rows))

    def fresh(self, limit: int) -> tuple[Watched, ...]:
        """Those that were counted since they were last judged."""
        rows = self._db.rows(f"SELECT {_WATCHED} FROM {_JOINED} WHERE fresh = 1 LIMIT ?", (limit,))
        return tuple(map(_watched, rows))

    def without_past(self, limit: int, *, least: int) -> tuple[Watched, ...]:
        """Those with at least so many stars whose history nobody has asked for yet, the greatest first."""
        rows = self._db.rows(
            f"SELECT {_WATCHED} FROM {_JOINED} WHERE past_at IS NULL AND state = 'present' "
            "AND (asked = 1 OR stars >= ?) ORDER BY asked DESC, stars DESC LIMIT ?",
            (least, limit),
        )
        return tuple(map(_watched, rows))

    def get(self, key: int) -> Watched | None:
        row = self._db.row(f"SELECT {_WATCHED} FROM {_JOINED} WHERE star_watch.repository = ?", (key,))
        return _watched(row) if row else None

    def plan(self, paces: Iterable[tuple[int, int]], now: datetime) -> None:
        """(repository, pace in seconds) each: when they are counted next."""
        seconds = stamp(now) or 0
        self._db.execute_many(
            "UPDATE star_watch SET pace = ?, next_at = ? WHERE repository = ?",
            [(pace, seconds + pace, key) for key, pace in paces],
        )

    def judged(self, keys: Iterable[int]) -> None:
        self._db.execute_many("UPDATE star_watch SET fresh = 0 WHERE repository = ?", [(key,) for key in keys])

    def past_asked(self, key: int, now: datetime) -> None:
        self._db.execute("UPDATE star_watch SET past_at = ? WHERE repository = ?", (stamp(now), key))

    def follow(self, key: int, episode: Episode | None) -> None:
        """The surge under way, or that there is none."""
        told = (stamp(episode.told_at), stamp(episode.seen_at), episode.pace) if episode else (None, None, None)
        self._db.execute(
            "UPDATE star_watch SET told_at = ?, seen_at = ?, told_pace = ? WHERE repository = ?", (*told, key)
        )

    def trending_since(self, day: date) -> set[int]:
        """The repositories that were on a trending page on that day or later."""
        rows = self._db.rows("SELECT DISTINCT repository FROM sightings WHERE day >= ?", (day.isoformat(),))
        return {key for (key,) in rows}


def _watched(row: Row) -> Watched:
    *facts, since, pace, next_at, asked, past, told, seen, told_pace = row
    begun, due, told_at, seen_at = moment(since), moment(next_at), moment(told), moment(seen)
    assert begun is not None
    assert due is not None
    episode = Episode(told_at, seen_at, told_pace) if told_at and seen_at else None
    return Watched(repository(tuple(facts)), begun, pace, due, bool(asked), moment(past), episode)
