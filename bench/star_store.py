"""A store in which the stars of many repositories are counted: how long a round takes, how large a year grows."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench.stores import NOW
from bot.domain.repository import Release, RepositoryAddress, RepositoryFacts
from bot.domain.stars import StarDay
from bot.jobs.stars import count_stars
from bot.sources.github import Looked
from storage import FILE, Storage

_DAYS: Final = 40
_YEARS_OF: Final = 20  # repositories


class _Host:
    """GitHub, at no distance: every repository has two stars more than yesterday."""

    a_query = 100
    spare = 3000

    def look(self, wanted: Sequence[tuple[RepositoryAddress, str | None]]) -> Looked:
        return Looked(found=tuple((a, RepositoryFacts(a, int(a.name), stars=_stars(_DAYS)), None) for a, _ in wanted))

    def release(self, _address: RepositoryAddress) -> Release:
        return Release()

    def past(self, _address: RepositoryAddress, *, today: date) -> tuple[StarDay, ...] | None:  # noqa: ARG002
        return None  # because: the protocol names its arguments; here nothing surges, and nobody asks


def _stars(day: int) -> int:
    return 1100 + 2 * day


def judging(count: int) -> tuple[float, float]:
    """Seconds for a round in which so many repositories are counted, stored, judged: by the clock, and computing."""
    with _store(count) as storage:
        begun, computed = time.perf_counter(), time.process_time()
        counted = count_stars(storage, _Host(), _Host(), budget=count, now=NOW)[0].fetched
        while storage.stars.fresh(1):
            count_stars(storage, _Host(), _Host(), budget=0, now=NOW)
        assert counted == count
        return round(time.perf_counter() - begun, 2), round(time.process_time() - computed, 2)


def kb_a_year() -> float:
    """What a year takes of a repository that never rests: counted hourly, never twice the same, thinned out daily."""
    with _store(_YEARS_OF) as storage:
        before, last = _bytes(storage), None
        for day in range(365):
            with storage.write():
                for hour in range(24):
                    now = NOW + timedelta(days=day, hours=hour)
                    for key in range(1, _YEARS_OF + 1):
                        storage.stars.count(key, 2000 + 24 * day + hour, now)
                storage.stars.compact(now, since=last)
                last = now
        return round((_bytes(storage) - before) / 1000 / _YEARS_OF, 2)


def _bytes(storage: Storage) -> int:
    pages = storage.database.value("PRAGMA page_count") - storage.database.value("PRAGMA freelist_count")
    return int(pages * storage.database.value("PRAGMA page_size"))


@contextmanager
def _store(count: int) -> Iterator[Storage]:
    """So many repositories, each with forty days behind it."""
    with TemporaryDirectory() as folder, Storage(Path(folder) / FILE) as storage:
        db, at = storage.database, int(NOW.timestamp()) - 7200
        with storage.write():
            db.execute_many(
                "INSERT INTO repositories (id, host, owner, name, host_id, state, stars, seen_at, checked_at) "
                "VALUES (?, 'github.com', 'ada', ?, ?, 'present', ?, ?, ?)",
                ((n, str(n), n, _stars(_DAYS - 1), at, at) for n in range(1, count + 1)),
            )
            db.execute_many(
                "INSERT INTO repository_names (slug, repository, since) VALUES (?, ?, ?)",
                ((f"github.com/ada/{n}", n, at) for n in range(1, count + 1)),
            )
            db.execute_many(
                "INSERT INTO star_samples VALUES (?, ?, ?)",
                ((n, at - (_DAYS - day) * 86_400, _stars(day)) for n in range(1, count + 1) for day in range(_DAYS)),
            )
            storage.stars.enrol(NOW - timedelta(hours=1), pace=3600, limit=count)
            for key in range(1, count + 1):
                storage.stars.past_asked(key, NOW)
        yield storage
