"""Repositories: one row each, through renames, letter case and freed names taken by others."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.code import ContentState
from bot.domain.feed import Sighting
from bot.domain.repository import Repository, RepositoryAddress, RepositoryFacts, RepositoryState
from storage.database import Database, Row, moment, stamp
from storage.merging import join_links, join_stars

COLUMNS = (
    "repositories.id, host, owner, name, state, host_id, stars, forks, description, language, licence, archived, fork, "
    "checked_at, next_check_at, etag, pushed, contents, frameworks, hints, inside_at, "
    "inside_pushed"
)


class Repositories:
    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, key: int) -> Repository:
        """Raises KeyError for a key that isn't there."""
        row = self._db.row(f"SELECT {COLUMNS} FROM repositories WHERE id = ?", (key,))
        if row is None:
            raise KeyError(key)
        return repository(row)

    def find(self, address: RepositoryAddress) -> Repository | None:
        """The repository with this name now, else the one that had it last."""
        row = self._db.row(
            f"SELECT {COLUMNS} FROM repository_names JOIN repositories ON repositories.id = repository WHERE slug = ? "
            "ORDER BY until IS NOT NULL, until DESC LIMIT 1",
            (address.id,),
        )
        return repository(row) if row else None

    def called(self, name: str, limit: int = 20) -> tuple[Repository, ...]:
        """Repositories with this bare name, whoever owns them."""
        rows = self._db.rows(
            f"SELECT {COLUMNS} FROM repositories WHERE name = ? COLLATE NOCASE ORDER BY stars DESC LIMIT ?",
            (name, limit),
        )
        return tuple(map(repository, rows))

    def with_address_begun(self, begun: str, limit: int) -> list[int]:
        """Keys of the repositories whose present "host/owner/name" begins so, the best-known first."""
        rows = self._db.rows(
            "SELECT repository FROM (SELECT repository FROM repository_names WHERE until IS NULL AND slug >= ? "
            "AND slug < ? LIMIT ?) JOIN repositories ON repositories.id = repository ORDER BY stars DESC, repository",
            (begun.lower(), begun.lower() + "\U0010ffff", limit),
        )
        return [row[0] for row in rows]

    def meet(self, address: RepositoryAddress, now: datetime) -> Repository:
        """The repository at this address, made if nobody has named it before."""
        row = self._db.row(
            f"SELECT {COLUMNS} FROM repository_names JOIN repositories ON repositories.id = repository WHERE slug "
            "= ? AND until IS NULL",
            (address.id,),
        )
        return repository(row) if row else self._add(address, now)

    def _add(self, address: RepositoryAddress, now: datetime) -> Repository:
        key = self._db.insert(
            "INSERT INTO repositories (host, owner, name, seen_at) VALUES (?, ?, ?, ?)",
            (address.host, address.owner, address.name, stamp(now)),
        )
        self._take_name(key, address, now)
        return Repository(key, address.host, address.owner, address.name)

    def _take_name(self, key: int, address: RepositoryAddress, now: datetime) -> None:
        """From now on the name is this repository's; its other names, and the name's other owner, are past."""
        self._db.execute(
            "UPDATE repository_names SET until = ? WHERE until IS NULL AND (slug = ? OR repository = ?)",
            (stamp(now), address.id, key),
        )
        self._db.execute(
            "INSERT INTO repository_names (slug, repository, since) VALUES (?, ?, ?)", (address.id, key, stamp(now))
        )

    def due(self, now: datetime, limit: int, *, spare: int) -> tuple[Repository, ...]:
        """Repositories to look at: those that alerts wait for, those never looked at (latest first), then the others.

        At most `limit`, and `spare` of those that no alert waits for.
        """
        rows = self._db.rows(
            f"SELECT {COLUMNS} FROM repositories WHERE next_check_at <= ? "
            "ORDER BY awaited DESC, checked_at IS NOT NULL, iif(checked_at IS NULL, -id, next_check_at) "
            "LIMIT min(?, ? + (SELECT count(*) FROM repositories WHERE next_check_at <= ? AND awaited = 1))",
            (stamp(now), limit, spare, stamp(now)),
        )
        return tuple(map(repository, rows))

    def ask_for(self, key: int, at: datetime, *, awaited: bool = False) -> None:
        """Somebody cares about this repository: look at it, at the latest then; first where an alert waits for it."""
        self._db.execute(
            "UPDATE repositories SET next_check_at = min(coalesce(next_check_at, ?), ?), awaited = max(awaited, ?) "
            "WHERE id = ?",
            (stamp(at), stamp(at), awaited, key),
        )

    def make_due(self, checked_before: datetime, now: datetime) -> None:
        """Let every repository that is watched and wasn't looked at since then be due."""
        self._db.execute(
            "UPDATE repositories SET next_check_at = ? WHERE next_check_at > ? AND checked_at < ?",
            (stamp(now), stamp(now), stamp(checked_before)),
        )

    def learn(
        self, asked: Repository, facts: RepositoryFacts, etag: str | None, *, now: datetime, next_check: datetime | None
    ) -> Repository:
        """Store what the host tells. Its number decides who this is: a rename moves the name, one number is one row.

        `next_check` None: it was only counted; whoever waits for a look at it still does.
        """
        key = self._db.value(
            "SELECT id FROM repositories WHERE host = ? AND host_id = ?", (facts.address.host, facts.host_id)
        )
        if asked.host_id not in (None, facts.host_id):  # the name was freed, and another repository has taken it
            self._lose(asked)
            key = key or self._add(facts.address, now).key
        elif key is None:
            key = asked.key
        elif key != asked.key:
            self._merge(asked.key, into=key, now=now)
        self._store(key, facts, etag, now, next_check)
        return self.get(key)

    def recount(self, key: int, facts: RepositoryFacts) -> None:
        """Only its stars and forks have changed."""
        self._db.execute("UPDATE repositories SET stars = ?, forks = ? WHERE id = ?", (facts.stars, facts.forks, key))

    def _lose(self, asked: Repository) -> None:
        """It isn't at its name any more; unless it has just been found at another one."""
        self._db.execute(
            "UPDATE repositories SET state = 'missing', next_check_at = NULL WHERE id = ? AND NOT EXISTS "
            "(SELECT 1 FROM repository_names WHERE repository = ? AND slug != ? AND until IS NULL)",
            (asked.key, asked.key, asked.address.id),
        )

    def _store(
        self, key: int, facts: RepositoryFacts, etag: str | None, now: datetime, next_check: datetime | None
    ) -> None:
        present = self._db.value(
            "SELECT repository FROM repository_names WHERE slug = ? AND until IS NULL", (facts.address.id,)
        )
        if present != key:
            self._take_name(key, facts.address, now)
        self._db.execute(
            "UPDATE repositories SET owner = ?, name = ?, host_id = ?, state = 'present', stars = ?, forks = "
            "?, description = ?, "
            "language = ?, licence = ?, archived = ?, fork = ?, created = ?, pushed = ?, etag = ? WHERE id = ?",
            (
                facts.address.owner,
                facts.address.name,
                facts.host_id,
                facts.stars,
                facts.forks,
                facts.description,
                facts.language,
                facts.licence,
                facts.archived,
                facts.fork,
                stamp(facts.created),
                stamp(facts.pushed),
                etag,
                key,
            ),
        )
        if next_check is not None:
            self._db.execute(
                "UPDATE repositories SET checked_at = ?, next_check_at = ?, awaited = 0 WHERE id = ?",
                (stamp(now), stamp(next_check), key),
            )

    def _merge(self, gone: int, *, into: int, now: datetime) -> None:
        """A name that was written in a paper turns out to be a repository that we know by another name."""
        join_links(self._db, "repository", gone, into)
        join_stars(self._db, gone, into)
        self._db.execute("UPDATE OR IGNORE sightings SET repository = ? WHERE repository = ?", (into, gone))
        self._db.execute(
            "UPDATE repository_names SET repository = ?, until = coalesce(until, ?) WHERE repository = ?",
            (into, stamp(now), gone),
        )
        self._db.execute("DELETE FROM repositories WHERE id = ?", (gone,))

    def names(self, key: int) -> frozenset[str]:
        """Every name that it has or had, as addresses' ids."""
        rows = self._db.rows("SELECT slug FROM repository_names WHERE repository = ?", (key,))
        return frozenset(slug for (slug,) in rows)

    def born(self, key: int) -> datetime | None:
        """When it was made, as its host tells."""
        return moment(self._db.value("SELECT created FROM repositories WHERE id = ?", (key,)))

    def release(self, key: int) -> str | None:
        """The latest release's tag, "" for none; None: nobody has told yet."""
        tag: str | None = self._db.value("SELECT release FROM repositories WHERE id = ?", (key,))
        return tag

    def released(self, key: int, tag: str) -> None:
        self._db.execute("UPDATE repositories SET release = ? WHERE id = ?", (tag, key))

    def checked(self, key: int, state: RepositoryState, *, now: datetime, next_check: datetime | None) -> None:
        """Looked at without new facts: still the same, or not there."""
        self._db.execute(
            "UPDATE repositories SET state = ?, checked_at = ?, next_check_at = ?, awaited = 0 WHERE id = ?",
            (state, stamp(now), stamp(next_check), key),
        )

    # Looking inside ---------------------------------------------------------------------------------------------------

    def look_inside_next(self, key: int) -> None:
        self._db.execute("UPDATE repositories SET inside_due = 1 WHERE id = ?", (key,))

    def inside_due(self, limit: int) -> tuple[Repository, ...]:
        """Repositories to look into: those never looked into first, then those without source, the latest first."""
        rows = self._db.rows(
            f"SELECT {COLUMNS} FROM repositories WHERE inside_due = 1 AND state = 'present' "
            "ORDER BY inside_at IS NOT NULL, contents = 'source', id DESC LIMIT ?",
            (limit,),
        )
        return tuple(map(repository, rows))

    def learn_inside(
        self,
        key: int,
        contents: ContentState,
        frameworks: Sequence[str],
        hints: Sequence[str],
        now: datetime,
        *,
        listed: bool = True,
    ) -> None:
        """Store what was found inside; frameworks that couldn't be read this time stay as they were known.

        `listed`: its files could be told.
        """
        self._db.execute(
            "UPDATE repositories SET contents = ?, frameworks = iif(? = '', frameworks, ?), hints = ?, listed = ?, "
            "inside_at = ?, inside_pushed = pushed, inside_due = 0 WHERE id = ?",
            (contents, " ".join(frameworks), " ".join(frameworks), " ".join(hints), listed, stamp(now), key),
        )

    def sight(self, feed: int, day: date, sighting: Sighting, now: datetime, *, searched: bool = False) -> None:
        """Note a repository on a trending page, or (`searched`) found by what stands in for one that can't be read.

        The star count that comes with it serves until the API tells.
        """
        owner, _, name = sighting.slug.partition("/")
        met = self.meet(RepositoryAddress("github.com", owner, name), now)
        self._db.execute(
            "INSERT INTO sightings (feed, day, repository, rank, gained, searched) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET rank = iif(excluded.searched < searched, excluded.rank, "
            "min(rank, excluded.rank)), gained = excluded.gained, searched = excluded.searched "
            "WHERE excluded.searched <= searched",
            (feed, day.isoformat(), met.key, sighting.rank, sighting.gained, searched),
        )
        if met.checked_at is None:
            self._db.execute(
                "UPDATE repositories SET stars = coalesce(?, stars), language = coalesce(?, language), "
                "description = ? WHERE id = ?",
                (sighting.stars, sighting.language, sighting.description, met.key),
            )

    def last_sighting(self, key: int) -> tuple[str, date, int, int | None] | None:
        """(page's name, day, rank, stars gained) of the latest time on a trending page."""
        row = self._db.row(
            "SELECT feeds.name, day, rank, gained FROM sightings JOIN feeds ON feeds.id = feed WHERE repository = ? "
            "AND searched = 0 ORDER BY day DESC, rank LIMIT 1",
            (key,),
        )
        return (row[0], date.fromisoformat(row[1]), row[2], row[3]) if row else None


def repository(row: Row) -> Repository:
    """A row of COLUMNS as a Repository."""
    (
        key,
        host,
        owner,
        name,
        state,
        host_id,
        stars,
        forks,
        description,
        language,
        licence,
        archived,
        fork,
        checked,
        due,
        etag,
        pushed,
        contents,
        frameworks,
        hints,
        inside,
        inside_pushed,
    ) = row
    return Repository(
        key,
        host,
        owner,
        name,
        RepositoryState(state),
        host_id,
        stars,
        forks,
        description,
        language,
        licence,
        bool(archived),
        bool(fork),
        moment(checked),
        moment(due),
        etag,
        moment(pushed),
        ContentState(contents),
        tuple(frameworks.split()),
        tuple(hints.split()),
        moment(inside),
        moment(inside_pushed),
    )
