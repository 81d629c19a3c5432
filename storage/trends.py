"""What trends are told from: sums by month and scope, kept by each transaction (see schema/trends); stars in a period.

A scope is "" (all papers), a category ("cs.CV"), an archive's categories together ("cs"), or "topic " and its name.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.domain.stars import Ranked
from bot.domain.trends import FieldCounts, FrameworkCount, LagCount, Month, MonthCount, Period
from storage.database import Database, Row, stamp
from storage.rankings import Rankings
from storage.schema import trends as counted

_COUNT: Final = "SELECT at, stars FROM star_samples WHERE repository = star_watch.repository AND at"
# The stars at a time: between two counts on a straight line, after the last as many as there; NULL before the first.
_STARS_AT: Final = (
    f"(SELECT iif(after.at IS NULL, before.stars, before.stars + (after.stars - before.stars) * (:{{0}} - before.at) "
    f"/ (after.at - before.at)) FROM ({_COUNT} <= :{{0}} ORDER BY at DESC LIMIT 1) before "
    f"LEFT JOIN ({_COUNT} > :{{0}} ORDER BY at LIMIT 1) after)"
)
# Stars gained in a period, as far as it has counts: from its begin, else from the first one in it.
_FIRST: Final = f"(SELECT stars FROM ({_COUNT} > :since AND at <= :until ORDER BY at LIMIT 1))"
_GAINED: Final = f"{_STARS_AT.format('until')} - coalesce({_STARS_AT.format('since')}, {_FIRST})"
_PREFIXED: Final = "(scope = :scope OR (:scope != '' AND scope >= :scope || '.' AND scope < :scope || '/'))"
_SUMS: Final = (
    ("trend_months", counted.MONTHS, "papers"),
    ("trend_lags", counted.LAGS, "papers"),
    ("trend_frameworks", counted.FRAMEWORKS, "links"),
)
_ROWS: Final = (("trend_links", "links_counted"), ("trend_papers", "papers_counted"))


class Trends:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._rankings = Rankings(database)

    def settle(self) -> None:
        """Count again what the transaction has changed."""
        if self._db.value("SELECT EXISTS (SELECT 1 FROM trend_changed)"):
            for statement in counted.SETTLE:
                self._db.execute(statement)

    def months(self, scope: str = "") -> tuple[MonthCount, ...]:
        """Papers by the month of their first version, in order; those without one are left out."""
        rows = self._db.rows(
            "SELECT month, sum(papers), sum(community), sum(official), sum(both) FROM trend_months "
            f"WHERE {_PREFIXED} AND month > 0 AND papers > 0 GROUP BY month ORDER BY month",
            {"scope": scope},
        )
        return tuple(MonthCount(_month(month), *counts) for month, *counts in rows)

    def undated(self, scope: str = "") -> int:
        """How many papers have no date, or a year alone."""
        found = self._db.value(
            f"SELECT sum(papers) FROM trend_months WHERE {_PREFIXED} AND month = 0", {"scope": scope}
        )
        return int(found or 0)

    def lags(self, scope: str = "") -> tuple[LagCount, ...]:
        """Followed papers by how long they waited for their code."""
        rows = self._db.rows(
            f"SELECT month, days, official, sum(papers) FROM trend_lags WHERE {_PREFIXED} AND papers > 0 "
            "GROUP BY month, days, official ORDER BY month, days",
            {"scope": scope},
        )
        return tuple(
            LagCount(_month(month), None if days < 0 else days, papers, official=bool(official))
            for month, days, official, papers in rows
        )

    def frameworks(self, scope: str = "", *, by_repository: bool = False) -> tuple[FrameworkCount, ...]:
        """Implementations by framework and the month of their paper, or of their repository where that is known."""
        rows = self._db.rows(
            f"SELECT month, official, framework, sum(links) FROM trend_frameworks WHERE {_PREFIXED} AND basis = :basis "
            "AND month > 0 AND links > 0 GROUP BY month, official, framework ORDER BY month",
            {"scope": scope, "basis": "repository" if by_repository else "paper"},
        )
        return tuple(
            FrameworkCount(_month(month), bool(official), name, links) for month, official, name, links in rows
        )

    def fields(self, period: Period, before: Period, *, topics: bool = False) -> tuple[FieldCounts, ...]:
        """Every category's papers, or every topic's, in two periods."""
        inside = "month BETWEEN :{0}_first AND :{0}_last"
        now, earlier = inside.format("now"), inside.format("before")
        with_code = "community + official + both"
        rows = self._db.rows(
            f"SELECT scope, sum(papers * ({now})) AS papers, sum(({with_code}) * ({now})), "
            f"sum(papers * ({earlier})) AS papers_before, sum(({with_code}) * ({earlier})) FROM trend_months "
            f"WHERE scope != '' AND (scope LIKE 'topic %') = :topics AND ({now} OR {earlier}) GROUP BY scope "
            "HAVING papers + papers_before > 0",
            {
                "now_first": _stored(period.first),
                "now_last": _stored(period.last),
                "before_first": _stored(before.first),
                "before_last": _stored(before.last),
                "topics": topics,
            },
        )
        return tuple(FieldCounts(scope.removeprefix("topic "), *counts) for scope, *counts in rows)

    def scopes(self) -> tuple[str, ...]:
        """All that papers are counted by, those with most papers first."""
        rows = self._db.rows(
            "SELECT scope FROM trend_months WHERE scope != '' GROUP BY scope HAVING sum(papers) > 0 "
            "ORDER BY sum(papers) DESC"
        )
        return tuple(scope for (scope,) in rows)

    def implementers(self, period: Period, limit: int, scope: str = "") -> tuple[tuple[str, int], ...]:
        """Who wrote most code for others' papers of the period, and for how many papers."""
        rows = self._db.rows(
            "SELECT min(owner), count(DISTINCT paper) AS papers FROM trend_links JOIN repositories "
            f"ON repositories.id = repository WHERE official = 0 AND month BETWEEN :first AND :last AND {_of(scope)} "
            "GROUP BY host, lower(owner) ORDER BY papers DESC, min(owner) LIMIT :limit",
            {"first": _stored(period.first), "last": _stored(period.last), "scope": scope, "limit": limit},
        )
        return tuple((owner, papers) for owner, papers in rows)

    # Stars in a period ------------------------------------------------------------------------------------------------

    def popular(
        self, since: datetime, until: datetime, *, official: bool, limit: int, scope: str = ""
    ) -> tuple[Ranked, ...]:
        """The repositories with papers that gained most stars between two times."""
        rows = self._db.rows(
            f"SELECT repository, {_GAINED} AS gain FROM star_watch WHERE EXISTS (SELECT 1 FROM trend_links WHERE "
            f"trend_links.repository = star_watch.repository AND official = :official AND {_of(scope)}) AND gain > 0 "
            "ORDER BY gain DESC, repository LIMIT :limit",
            {"since": stamp(since), "until": stamp(until), "official": official, "limit": limit, "scope": scope},
        )
        return tuple(self._rankings.ranked(key, rank, gain) for rank, (key, gain) in enumerate(rows, start=1))

    def days_trending(self, key: int, since: datetime, until: datetime) -> int:
        """On how many days a repository stood on a trending page."""
        return int(
            self._db.value(
                "SELECT count(DISTINCT day) FROM sightings WHERE repository = ? AND searched = 0 "
                "AND day >= ? AND day < ?",
                (key, since.date().isoformat(), until.date().isoformat()),
            )
        )

    def star_histories(self, since: datetime, until: datetime, scope: str = "") -> tuple[int, int]:
        """Of how many repositories with papers counts reach into a period, and of how many."""
        asked = {"since": stamp(since), "until": stamp(until), "scope": scope}
        known = self._db.value(
            "SELECT count(*) FROM star_watch WHERE EXISTS (SELECT 1 FROM trend_links WHERE trend_links.repository = "
            f"star_watch.repository AND {_of(scope)}) AND EXISTS ({_COUNT} > :since) AND EXISTS ({_COUNT} <= :until)",
            asked,
        )
        all_of_them = (
            self._db.value(  # by the index in which they come in order: to sort them takes seven times as long
                "SELECT count(DISTINCT repository) FROM trend_links INDEXED BY trend_links_of_repository "
                f"WHERE {_of(scope)}",
                asked,
            )
        )
        return int(known), int(all_of_them)

    # Whether they are right -------------------------------------------------------------------------------------------

    def drifted(self) -> tuple[str, ...]:
        """The tables whose rows aren't what a count of everything gives: none, unless a trigger is wrong. Slow."""
        return tuple(
            table
            for table, first, second in (*map(self._row_lists, _ROWS), *map(self._sum_lists, _SUMS))
            if first != second
        )

    def _row_lists(self, pair: Sequence[str]) -> tuple[str, list[Row], list[Row]]:
        table, view = pair
        kept, counted_again = (self._db.rows(f"SELECT * FROM {name} ORDER BY 1") for name in (table, view))
        return table, kept, counted_again

    def _sum_lists(self, sums: Sequence[str]) -> tuple[str, list[Row], list[Row]]:
        table, query, count = sums
        kept = self._db.rows(f"SELECT * FROM {table} WHERE {count} != 0")
        return table, sorted(kept), sorted(self._db.rows(query))


def _of(scope: str) -> str:
    """Which links are of papers of a scope, `:scope`; of all there is nothing to look at."""
    if not scope:
        return "true"
    if scope.startswith("topic "):
        return "topic = substr(:scope, 7)"
    return "(field = :scope OR (field >= :scope || '.' AND field < :scope || '/'))"


def _stored(month: Month) -> int:
    """A month as it is stored: 202603."""
    return month.year * 100 + month.number % 12 + 1


def _month(stored: int) -> Month:
    return Month(stored // 100 * 12 + stored % 100 - 1)
