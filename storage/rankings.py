"""Rankings: what stands on a trending page, and which repositories of papers gained most."""

from collections.abc import Iterable
from datetime import date, datetime

from bot.domain.stars import Ranked
from storage.database import Database, stamp
from storage.links import Links
from storage.papers import Papers
from storage.repositories import Repositories

_SURE = 0.7
# How many stars a repository has gained since a time, or since it was first counted.
_GAIN = (
    "repositories.stars - coalesce("
    "(SELECT stars FROM star_samples WHERE repository = repositories.id AND at <= :since ORDER BY at DESC LIMIT 1), "
    "(SELECT stars FROM star_samples WHERE repository = repositories.id ORDER BY at LIMIT 1))"
)


class Rankings:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._repositories = Repositories(database)
        self._links = Links(database)
        self._papers = Papers(database)

    def pages(self) -> tuple[str, ...]:
        """The names of the trending pages that are looked at: "daily", "python daily" …"""
        rows = self._db.rows("SELECT name FROM feeds WHERE source = 'trending' AND wanted = 1 ORDER BY id")
        return tuple(name for (name,) in rows)

    def trending(self, page: str) -> tuple[date | None, tuple[Ranked, ...], bool]:
        """A page as it was last seen, and on which day; what is new there since the day before is marked.

        At last whether these come from the search that stood in for it.
        """
        days = self._db.rows(
            "SELECT DISTINCT day FROM sightings JOIN feeds ON feeds.id = feed WHERE name = ? ORDER BY day DESC LIMIT 2",
            (page,),
        )
        if not days:
            return None, (), False
        rows, searched = self._on(page, days[0][0])
        before, searched_before = self._on(page, days[1][0]) if len(days) > 1 else (rows, searched)
        known = {key for key, _, _ in (before if searched_before == searched else rows)}
        ranked = tuple(self.ranked(key, rank, gained, new=key not in known) for key, rank, gained in rows)
        return date.fromisoformat(days[0][0]), ranked, searched

    def _on(self, page: str, day: str) -> tuple[list[tuple[int, int, int | None]], bool]:
        """What was on a page on a day; where it couldn't be read all day, what the search had, and True."""
        rows = self._db.rows(
            "SELECT repository, rank, gained, searched FROM sightings JOIN feeds ON feeds.id = feed "
            "WHERE name = ? AND day = ? ORDER BY rank",
            (page, day),
        )
        searched = all(row[3] for row in rows)
        return [(key, rank, gained) for key, rank, gained, found in rows if found == searched], searched

    def ranked(self, key: int, rank: int, gained: int | None, *, new: bool = False) -> Ranked:
        """A repository at its rank, with the paper whose code it is."""
        link = next((one for one in self._links.of_repository(key, limit=3) if one.official is not None), None)
        paper = self._papers.get(link.paper) if link else None
        return Ranked(self._repositories.get(key), rank, gained, paper, link, new)

    def papers(self, key: int) -> tuple[Ranked, ...]:
        """The papers of a repository, the surest first."""
        links = [one for one in self._links.of_repository(key, limit=10) if one.official is not None][:3]
        return tuple(
            Ranked(link.repository, at, None, self._papers.get(link.paper), link)
            for at, link in enumerate(links, start=1)
        )

    def top(
        self, since: datetime, *, official: bool, category: str = "", framework: str = "", limit: int = 5
    ) -> tuple[Ranked, ...]:
        """The repositories of papers that gained most stars since then, official or community ones."""
        rows = self._db.rows(
            f"SELECT repositories.id, {_GAIN} AS gain FROM star_watch "
            "JOIN repositories ON repositories.id = star_watch.repository WHERE EXISTS (SELECT 1 FROM links "
            "JOIN papers ON papers.id = links.paper WHERE links.repository = repositories.id AND official = :official "
            "AND confidence >= :sure AND (:category = '' OR ' ' || lower(categories) || ' ' LIKE :like)) "
            "AND (:framework = '' OR ' ' || frameworks || ' ' LIKE '% ' || :framework || ' %') AND gain > 0 "
            "ORDER BY gain DESC, repositories.id LIMIT :limit",
            {
                "since": stamp(since),
                "official": official,
                "sure": _SURE,
                "category": category,
                "like": f"% {category.lower()}{' ' if '.' in category else '.'}%",
                "framework": framework,
                "limit": limit,
            },
        )
        return tuple(self.ranked(key, rank, gain) for rank, (key, gain) in enumerate(rows, start=1))

    def rank(self, key: int, since: datetime) -> tuple[int, int] | None:
        """Where a repository stands by what it gained since then, among all that are counted; None: it isn't."""
        parameters = {"since": stamp(since), "key": key}
        mine = self._db.value(
            f"SELECT {_GAIN} FROM star_watch JOIN repositories ON repositories.id = repository WHERE repository = :key",
            parameters,
        )
        if mine is None:
            return None
        row = self._db.row(
            f"SELECT count(*), sum({_GAIN} > :mine) FROM star_watch "
            "JOIN repositories ON repositories.id = star_watch.repository",
            {"since": stamp(since), "mine": mine},
        )
        return (int(row[1] or 0) + 1, int(row[0])) if row else None

    def surging(self, since: datetime, limit: int) -> tuple[int, ...]:
        """Keys of the surges told since then, of repositories with papers; the most unusual first."""
        rows: Iterable[tuple[int]] = self._db.rows(
            "SELECT id FROM repository_events WHERE kind = 'surge' AND at >= ? AND EXISTS (SELECT 1 FROM links "
            "WHERE links.repository = repository_events.repository AND official IS NOT NULL) "
            "ORDER BY json_extract(detail, '$.surge.gained') / json_extract(detail, '$.surge.usual') "
            "/ json_extract(detail, '$.surge.days') DESC LIMIT ?",
            (stamp(since), limit),
        )
        return tuple(key for (key,) in rows)
