"""Digests: what a chat's period brought, and how the field is doing."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any, Final

from bot.domain.news import HAPPENINGS, Beside, Digest, DigestFacts, FieldCount, Gainer, NewsKind, WeekShare
from bot.domain.trends import Share
from bot.rules import weeks
from bot.rules.arxiv_calendar import between
from storage.database import Database, marks, moment, stamp
from storage.rankings import Rankings

_WORTH_A_WORD: Final = 10  # stars
_WEEK: Final = timedelta(days=7)
_KINDS: Final = (NewsKind.CODE, NewsKind.STATE, NewsKind.PAPER, NewsKind.ENTRY, *sorted(HAPPENINGS))
_ITEMS: Final = (
    f"chat = ? AND digest IS NULL AND kind IN ({marks(_KINDS)}) AND held != 'muted' AND (held != '' OR at >= ?)"
)


class Digests:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._rankings = Rankings(database)

    def get(self, key: int) -> Digest:
        """Raises KeyError for a key that isn't there."""
        row = self._db.row(
            "SELECT day, since, until, told FROM digests JOIN digest_facts ON digest_facts.id = facts "
            "WHERE digests.id = ?",
            (key,),
        )
        if row is None:
            raise KeyError(key)
        day, since, until, told = row
        begin, end = moment(since), moment(until)
        assert begin is not None
        assert end is not None
        return Digest(key, date.fromisoformat(day), begin, end, _facts(told), between(begin, end))

    def add_facts(self, facts: DigestFacts) -> int:
        return self._db.insert("INSERT INTO digest_facts (told) VALUES (?)", (json.dumps(asdict(facts)),))

    def add(self, chat: int, day: date, since: datetime, until: datetime, facts: int, now: datetime) -> bool:
        """A digest with its delivery: of what was held back, and of the news since then, that stand in none yet.

        False where the chat has had one of this local date.
        """
        cursor = self._db.execute(
            "INSERT INTO digests (chat, day, since, until, facts) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (chat, day.isoformat(), stamp(since), stamp(until), facts),
        )
        if not cursor.rowcount:
            return False
        key = int(cursor.lastrowid or 0)
        self._db.execute(
            "INSERT INTO deliveries (chat, digest, due_at, created_at) VALUES (?, ?, ?, ?)",
            (chat, key, stamp(now), stamp(now)),
        )
        self._db.execute(f"UPDATE alerts SET digest = ? WHERE {_ITEMS}", (key, chat, *_KINDS, stamp(since)))
        return True

    def last(self, chat: int) -> int | None:
        """The key of the chat's last digest."""
        key: int | None = self._db.value("SELECT id FROM digests WHERE chat = ? ORDER BY day DESC LIMIT 1", (chat,))
        return key

    def held_in(self, key: int) -> list[int]:
        """Keys of a digest's alerts."""
        return [row[0] for row in self._db.rows("SELECT id FROM alerts WHERE digest = ?", (key,))]

    def items(self, chat: int, since: datetime) -> list[int]:
        """Keys of the alerts that the chat's next digest would hold."""
        return [row[0] for row in self._db.rows(f"SELECT id FROM alerts WHERE {_ITEMS}", (chat, *_KINDS, stamp(since)))]

    # How the field is doing -------------------------------------------------------------------------------------------

    def facts(self, since: datetime, until: datetime) -> DigestFacts:
        """Of the papers announced between two times and in the same span before, and the trending pages between."""
        before = since - (until - since)
        papers, with_code = self._share(since, until)
        papers_before, with_code_before = self._share(before, since)
        fields, fields_before = self._fields(since, until), self._fields(before, since)
        best = sorted(fields, key=lambda name: (-fields[name], name))[:4]
        counts = self._weeks(until) if until - since == _WEEK else ()
        told = weeks.shares(counts)
        return DigestFacts(
            papers,
            with_code,
            papers_before,
            with_code_before,
            tuple(FieldCount(name, fields[name], fields_before.get(name, 0)) for name in best),
            tuple(self._gainers(since.date(), until.date())),
            weeks.code(told),
            weeks.riser(counts, told),
            told,
        )

    def _weeks(self, until: datetime) -> tuple[weeks.WeekCount, ...]:
        """Papers announced in the last weeks, by week and topic."""
        rows = self._db.rows(
            "SELECT ago, topic, count(*), sum(code_at IS NOT NULL AND code_at < :until - ago * :week) FROM (SELECT "
            "(:until - 1 - announced_at) / :week AS ago, topic, code_at FROM papers WHERE announced_at < :until "
            "AND announced_at >= :until - :week * :weeks) GROUP BY ago, topic",
            {"until": stamp(until), "week": int(_WEEK.total_seconds()), "weeks": weeks.WEEKS},
        )
        return tuple(weeks.WeekCount(*row) for row in rows)

    def _share(self, since: datetime, until: datetime) -> tuple[int, int]:
        row = self._db.row(
            "SELECT count(*), count(code_at) FROM papers WHERE announced_at >= ? AND announced_at < ?",
            (stamp(since), stamp(until)),
        )
        assert row is not None
        return row[0], row[1]

    def _fields(self, since: datetime, until: datetime) -> dict[str, int]:
        """Papers with code by their primary category."""
        rows = self._db.rows(
            "SELECT CASE instr(categories, ' ') WHEN 0 THEN categories "
            "ELSE substr(categories, 1, instr(categories, ' ') - 1) END AS field, count(*) FROM papers "
            "WHERE announced_at >= ? AND announced_at < ? AND code_at IS NOT NULL AND categories != '' GROUP BY field",
            (stamp(since), stamp(until)),
        )
        return dict(rows)

    def _counted(self, since: date) -> Iterator[Gainer]:
        """Those that gained most by our own counts."""
        begin = datetime(since.year, since.month, since.day, tzinfo=UTC)
        for official in (True, False):
            for row in self._rankings.top(begin, official=official, limit=3):
                if row.paper and row.gained and row.gained >= _WORTH_A_WORD:
                    yield Gainer(row.repository.slug, row.gained, official, row.paper.title, row.paper.name)

    def _gainers(self, since: date, until: date) -> list[Gainer]:
        """Repositories of papers that gained most on the daily trending pages; three official, three community."""
        rows = self._db.rows(
            "SELECT owner || '/' || name, sum(gained) AS gain, official, title, "
            "(SELECT value FROM paper_ids WHERE paper = papers.id ORDER BY scheme != 'arxiv' LIMIT 1) FROM "
            "(SELECT repository, day, max(gained) AS gained FROM sightings JOIN feeds ON feeds.id = feed "
            "WHERE day >= ? AND day <= ? AND ' ' || name LIKE '% daily' "
            "GROUP BY repository, day) seen JOIN links ON links.repository = seen.repository "
            "JOIN repositories ON repositories.id = seen.repository JOIN papers ON papers.id = links.paper "
            "WHERE official IS NOT NULL AND confidence >= 0.7 GROUP BY seen.repository ORDER BY gain DESC LIMIT 40",
            (since.isoformat(), until.isoformat()),
        )
        found = [
            Gainer(slug, gain or 0, bool(official), title, paper or "") for slug, gain, official, title, paper in rows
        ]
        gained = sorted(_greater(found, self._counted(since)), key=lambda one: (-one.gained, one.slug))
        return [one for said in (True, False) for one in [g for g in gained if g.official is said][:3]]


def _greater(*lists: Iterable[Gainer]) -> list[Gainer]:
    """Each repository once, with the greater of its gains; those without any are left out."""
    best: dict[str, Gainer] = {}
    for one in chain(*lists):
        if one.gained > 0 and one.gained > (best[one.slug].gained if one.slug in best else 0):
            best[one.slug] = one
    return list(best.values())


def _facts(told: str) -> DigestFacts:
    row = json.loads(told)
    fields = tuple(FieldCount(**one) for one in row.pop("fields"))
    gainers = tuple(Gainer(**one) for one in row.pop("gainers"))
    code, riser = (_beside(row.pop(name, None)) for name in ("code", "riser"))
    shares = tuple(WeekShare(one["ago"], Share(**one["share"])) for one in row.pop("weeks", ()))
    return DigestFacts(**row, fields=fields, gainers=gainers, code=code, riser=riser, weeks=shares)


def _beside(row: dict[str, Any] | None) -> Beside | None:
    return Beside(row["name"], Share(**row["now"]), Share(**row["before"]), row["differs"]) if row else None
