"""What happened to repositories: surges, milestones, releases; each once."""

import json
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

from bot.domain.stars import Curve, Happening, Pattern, Surge
from bot.rules import sampling
from storage.database import Database, Row, moment, stamp
from storage.links import Links
from storage.papers import Papers
from storage.repositories import Repositories
from storage.stars import Stars

_COLUMNS = "id, repository, kind, value, url, at, detail"
_PAPERS_SHOWN = 3
_BEFORE = timedelta(days=sampling.SHOWN + 1)


class Happenings:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._repositories = Repositories(database)
        self._links = Links(database)
        self._papers = Papers(database)
        self._stars = Stars(database)

    def add(self, happening: Happening) -> int | None:
        """Its key; None where it is known already."""
        told = happening.surge
        detail: dict[str, Any] = {
            "surge": {**asdict(told), "since": told.since.isoformat()} if told else None,
            "stars": happening.stars,
            "trending": happening.trending,
            "released": happening.released,
            "unusual": happening.unusual,
        }
        added = self._db.execute(
            "INSERT INTO repository_events (repository, kind, value, url, at, detail) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            (
                happening.repository.key,
                happening.kind,
                happening.value,
                happening.url,
                stamp(happening.at),
                json.dumps({name: value for name, value in detail.items() if value}),
            ),
        )
        return int(added.lastrowid or 0) if added.rowcount else None

    def get(self, key: int) -> Happening:
        """A surge comes with its curve. Raises KeyError for a key that isn't there."""
        row = self._db.row(f"SELECT {_COLUMNS} FROM repository_events WHERE id = ?", (key,))
        if row is None:
            raise KeyError(key)
        found = self._happening(row)
        return replace(found, curve=self._curve(found, found.surge)) if found.surge else found

    def _curve(self, told: Happening, surge: Surge) -> Curve | None:
        """What was counted later isn't part of it: all are told the same, whenever each hears of it."""
        counts = self._stars.samples(told.repository.key, told.at - _BEFORE)
        before = [sample for sample in counts if sample.at <= told.at]
        return sampling.curve(told.repository.slug, before, [(surge, told.at)])

    def of(self, repository: int, *, limit: int = 20) -> tuple[Happening, ...]:
        """What happened to a repository, the latest first."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM repository_events WHERE repository = ? ORDER BY at DESC, id DESC LIMIT ?",
            (repository, limit),
        )
        return tuple(map(self._happening, rows))

    def _happening(self, row: Row) -> Happening:
        key, repository, kind, value, url, at, detail = row
        happened, told = moment(at), json.loads(detail or "{}")
        assert happened is not None
        links = [link for link in self._links.of_repository(repository, limit=20) if link.official is not None]
        papers = tuple((self._papers.get(link.paper), link) for link in links[:_PAPERS_SHOWN])
        surge = told.get("surge")
        return Happening(
            key,
            self._repositories.get(repository),
            kind,
            value,
            url,
            happened,
            Surge(**{**surge, "since": date.fromisoformat(surge["since"])}) if surge else None,
            told.get("stars"),
            tuple(told["trending"]) if told.get("trending") else None,
            tuple(told["released"]) if told.get("released") else None,
            tuple(map(Pattern, told.get("unusual", ()))),
            papers,
        )
