"""Papers: one row each, whatever ids and sources tell of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.domain.code import CodeEvent, CodeState
from bot.domain.news import NewsKind
from bot.domain.paper import FetchedPaper, Paper, PaperId
from bot.domain.text import words
from bot.rules.topics import topic
from storage.authors import Authors
from storage.database import Database, Row, marks, moment, stamp
from storage.merging import join_alerts, join_links, join_votes
from storage.search import TitleIndex

T = TypeVar("T", str, tuple[str, ...])

_COLUMNS = (
    "id, title, abstract, authors, categories, comment, version, published, seen_at, changed_at, enriched, looked_at, "
    "next_look_at, rung, read_version, code_state, upvotes, "
    "(SELECT group_concat(scheme || ' ' || value, char(10)) FROM paper_ids WHERE paper = papers.id)"
)
_FRESH = timedelta(days=14)  # from being written to being announced, at most
_WAITING = (
    "SELECT count(*) FROM paper_ids JOIN subscription_terms ON term = 'id:' || iif(scheme = 'arxiv', 'arXiv', scheme) "
    "|| ':' || value WHERE paper = papers.id"
)
_EVENT = "id, paper, state, before, at, why"
_ABOUT_PAPERS = (NewsKind.CODE, NewsKind.PAPER)


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing came to: the paper as it now is, as it was before (None: it's new), and whether anything changed."""

    paper: Paper
    before: Paper | None
    changed: bool


class Papers:
    def __init__(self, database: Database) -> None:
        self._db = database
        self.titles = TitleIndex(database)
        self.authors = Authors(database)

    def get(self, key: int) -> Paper:
        """Raises KeyError for a key that isn't there."""
        row = self._db.row(f"SELECT {_COLUMNS} FROM papers WHERE id = ?", (key,))
        if row is None:
            raise KeyError(key)
        return _paper(row)

    def many(self, keys: Sequence[int]) -> tuple[Paper, ...]:
        """The papers of these keys, in their order; keys without a paper are left out."""
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM papers WHERE id IN ({marks(keys)})", keys)
        found = {row[0]: _paper(row) for row in rows}
        return tuple(found[key] for key in keys if key in found)

    def find(self, *ids: PaperId) -> Paper | None:
        """The paper that has any of these ids."""
        keys = self._keys(ids)
        return self.get(keys[0]) if keys else None

    def with_id_begun(self, begun: str, limit: int) -> list[int]:
        """Keys of the papers whose arXiv id begins so, the latest id first."""
        rows = self._db.rows(
            "SELECT paper FROM paper_ids WHERE scheme = 'arxiv' AND value >= ? AND value < ? "
            "ORDER BY value DESC LIMIT ?",
            (begun, begun + "\U0010ffff", limit),
        )
        return [row[0] for row in rows]

    def count(self) -> int:
        return int(self._db.value("SELECT count(*) FROM papers"))

    def _keys(self, ids: Iterable[PaperId]) -> list[int]:
        found = {
            row[0]
            for i in ids
            if (row := self._db.row("SELECT paper FROM paper_ids WHERE scheme = ? AND value = ?", (i.scheme, i.value)))
        }
        return sorted(found)

    def store(self, fetched: FetchedPaper, now: datetime) -> Stored:
        """Remember what a source tells: a new paper, or more about a known one. Ids that join two papers merge them."""
        if not fetched.ids:
            raise ValueError("a paper needs an id")
        keys = self._keys(fetched.ids)
        if not keys:
            added = self._add(fetched, now)
            self.titles.add_names(added.key, fetched.names)
            return Stored(self._voted(added, fetched), None, True)
        self.titles.add_names(keys[0], fetched.names)
        for gone in keys[1:]:
            self._merge(gone, into=keys[0])
        before = self.get(keys[0])
        after = told(before, fetched)
        changed = after != before
        if changed:
            after = replace(after, changed_at=now)
            self._update(before, after)
        return Stored(self._voted(after, fetched), before, changed or len(keys) > 1)

    def _voted(self, paper: Paper, fetched: FetchedPaper) -> Paper:
        """With Hugging Face's votes, which are no change of the paper."""
        if fetched.upvotes is None or fetched.upvotes == paper.upvotes:
            return paper
        self._db.execute("UPDATE papers SET upvotes = ? WHERE id = ?", (fetched.upvotes, paper.key))
        return replace(paper, upvotes=fetched.upvotes)

    def _add(self, fetched: FetchedPaper, now: datetime) -> Paper:
        known = told(Paper(0, (), "", seen_at=now, changed_at=now), fetched)
        key = self._db.insert(
            "INSERT INTO papers (title, abstract, authors, categories, comment, version, published, seen_at, "
            "changed_at, enriched, topic) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*_values(known), topic(known.title)),
        )
        self._add_ids(key, known.ids)
        self.titles.add(key, known.title)
        self.authors.add(key, known.authors)
        return replace(known, key=key)

    def _update(self, before: Paper, after: Paper) -> None:
        self._db.execute(
            "UPDATE papers SET title = ?, abstract = ?, authors = ?, categories = ?, comment = ?, version = "
            "?, published = ?, "
            "seen_at = ?, changed_at = ?, enriched = ? WHERE id = ?",
            (*_values(after), after.key),
        )
        self._add_ids(after.key, after.ids[len(before.ids) :])
        if after.authors != before.authors:
            self.authors.replace(after.key, after.authors)
        if words(after.title) != words(before.title):
            self.titles.remove(before.key, before.title)
            self.titles.add(after.key, after.title)
            self._db.execute("UPDATE papers SET topic = ? WHERE id = ?", (topic(after.title), after.key))

    def _add_ids(self, key: int, ids: Sequence[PaperId]) -> None:
        self._db.execute_many("INSERT INTO paper_ids VALUES (?, ?, ?)", [(i.scheme, i.value, key) for i in ids])

    def _merge(self, gone: int, *, into: int) -> None:
        """Two papers turn out to be one: all that refers to `gone` moves, what both have is kept once."""
        one, other = self.get(into), self.get(gone)
        self.titles.remove(gone, other.title)
        join_links(self._db, "paper", gone, into)
        join_alerts(self._db, "subject", gone, into, _ABOUT_PAPERS)
        join_votes(self._db, "paper", gone, into)
        self._db.execute("UPDATE paper_ids SET paper = ? WHERE paper = ?", (into, gone))
        self._db.execute("UPDATE OR IGNORE archive_papers SET paper = ? WHERE paper = ?", (into, gone))
        self._db.execute("UPDATE code_events SET paper = ? WHERE paper = ?", (into, gone))
        self._db.execute(
            "UPDATE papers SET announced_at = coalesce(papers.announced_at, other.announced_at), code_at = "
            "coalesce(papers.code_at, other.code_at) "
            "FROM (SELECT announced_at, code_at FROM papers WHERE id = ?) other WHERE papers.id = ?",
            (gone, into),
        )
        self._db.execute("DELETE FROM papers WHERE id = ?", (gone,))
        merged = told(one, _as_told(other))
        self._update(replace(one, ids=merged.ids), merged)

    def milestones(self, key: int) -> tuple[datetime | None, datetime | None]:
        """When the paper was announced as news, and when its code was."""
        row = self._db.row("SELECT announced_at, code_at FROM papers WHERE id = ?", (key,))
        return (moment(row[0]), moment(row[1])) if row else (None, None)

    def mark(
        self,
        key: int,
        *,
        announced: datetime | None = None,
        code: datetime | None = None,
        look: datetime | None = None,
    ) -> None:
        """Note that a paper, or its code, has been news (the first time counts); and when its code is looked for."""
        self._db.execute(
            "UPDATE papers SET announced_at = coalesce(announced_at, ?), code_at = coalesce(code_at, ?), "
            "next_look_at = coalesce(?, next_look_at) WHERE id = ?",
            (stamp(announced), stamp(code), stamp(look), key),
        )

    # Looking for its code ---------------------------------------------------------------------------------------------

    def look_for_code(self, key: int, at: datetime | None) -> None:
        """The other sources are asked for its code then (the earlier time counts), or no more."""
        self._db.execute(
            "UPDATE papers SET next_look_at = iif(? IS NULL, NULL, min(coalesce(next_look_at, ?), ?)) WHERE id = ?",
            (stamp(at), stamp(at), stamp(at), key),
        )

    def to_look_for(self, now: datetime, limit: int) -> tuple[Paper, ...]:
        """Papers whose code is due to be looked for: those that most chats wait for first, then the longest overdue."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM papers WHERE next_look_at <= ? ORDER BY ({_WAITING}) DESC, next_look_at, "
            "id DESC LIMIT ?",
            (stamp(now), limit),
        )
        return tuple(map(_paper, rows))

    def waiting_chats(self, key: int) -> int:
        """How many subscriptions wait for just this paper's code."""
        return int(self._db.value(f"SELECT ({_WAITING}) FROM papers WHERE id = ?", (key,)) or 0)

    def looked_for(self, key: int, *, rung: int, next_look: datetime | None, read_version: int, now: datetime) -> None:
        """The other sources have been asked for this paper's code."""
        self._db.execute(
            "UPDATE papers SET looked_at = ?, rung = ?, next_look_at = ?, read_version = max(read_version, ?) "
            "WHERE id = ?",
            (stamp(now), rung, stamp(next_look), read_version, key),
        )

    def change_state(self, paper: Paper, state: CodeState, why: str, now: datetime) -> CodeEvent:
        """Note that its code has come to another state."""
        self._db.execute("UPDATE papers SET code_state = ? WHERE id = ?", (state, paper.key))
        key = self._db.insert(
            "INSERT INTO code_events (paper, state, before, at, why) VALUES (?, ?, ?, ?, ?)",
            (paper.key, state, paper.code_state, stamp(now), why),
        )
        return CodeEvent(key, paper.key, state, paper.code_state, now, why)

    def event(self, key: int) -> CodeEvent:
        """Raises KeyError for a key that isn't there."""
        row = self._db.row(f"SELECT {_EVENT} FROM code_events WHERE id = ?", (key,))
        if row is None:
            raise KeyError(key)
        return _event(row)

    def events(self, paper: int) -> tuple[CodeEvent, ...]:
        """The changes of its code's state, in order."""
        return tuple(
            map(_event, self._db.rows(f"SELECT {_EVENT} FROM code_events WHERE paper = ? ORDER BY id", (paper,)))
        )

    def unmark_code(self, key: int) -> None:
        """The code turned out not to be there: its appearance will be news."""
        self._db.execute("UPDATE papers SET code_at = NULL WHERE id = ?", (key,))

    def to_enrich(self, since: datetime, limit: int) -> tuple[Paper, ...]:
        """arXiv papers whose comments haven't been read in their present version, latest first."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM papers WHERE enriched < version AND changed_at >= ? ORDER BY "
            "changed_at DESC LIMIT ?",
            (stamp(since), limit),
        )
        return tuple(map(_paper, rows))

    def latest_with_code(self, limit: int) -> tuple[Paper, ...]:
        """The papers whose code was news last, latest first."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM papers WHERE code_at IS NOT NULL ORDER BY code_at DESC, id DESC LIMIT ?", (limit,)
        )
        return tuple(map(_paper, rows))

    def news(self, since: datetime, *, also_without_code: bool, limit: int) -> tuple[tuple[datetime, Paper], ...]:
        """The papers whose code was news since then, or that were news themselves; when, and latest first.

        What is marked although it was old when it was first seen (the starter catalogue, a new version) is none.
        """
        code = "SELECT id, code_at AS at, published, announced_at < code_at AS late FROM papers WHERE code_at >= :since"
        new = " UNION ALL SELECT id, announced_at, published, 0 FROM papers WHERE announced_at >= :since"
        rows = self._db.rows(
            f"WITH found AS ({code}{new if also_without_code else ''}) "
            f"SELECT max(at), {_COLUMNS} FROM (SELECT id AS key, at FROM found WHERE late OR published IS NULL "
            "OR published >= at - :fresh) JOIN papers ON papers.id = key "
            "GROUP BY papers.id ORDER BY max(at) DESC LIMIT :limit",
            {"since": stamp(since), "fresh": int(_FRESH.total_seconds()), "limit": limit},
        )
        return tuple((datetime.fromtimestamp(at, UTC), _paper(tuple(rest))) for at, *rest in rows)

    def venues(self, keys: Sequence[int]) -> dict[int, str]:
        """Where papers appeared, by their keys, as far as the archive has it."""
        rows = self._db.rows(
            f"SELECT paper, venue FROM archive_papers WHERE venue != '' AND paper IN ({marks(keys)})", keys
        )
        return dict(rows)

    def mark_enriched(self, key: int) -> None:
        """The source was asked and knows no more."""
        self._db.execute("UPDATE papers SET enriched = version WHERE id = ?", (key,))


def _event(row: Row) -> CodeEvent:
    key, paper, state, before, at, why = row
    happened = moment(at)
    assert happened is not None
    return CodeEvent(key, paper, CodeState(state), CodeState(before), happened, why)


def _as_told(paper: Paper) -> FetchedPaper:
    return FetchedPaper(
        paper.ids,
        paper.title,
        paper.abstract,
        paper.authors,
        paper.categories,
        paper.comment,
        paper.version,
        paper.published,
    )


def told(known: Paper, fetched: FetchedPaper) -> Paper:
    """A known paper with what a source tells. What isn't an older version speaks; what has none fills gaps."""
    speaks = fetched.version >= max(known.version, 1) or not known.title
    if not speaks and fetched.version:
        fetched = replace(fetched, comment=None)  # an older version's comments say nothing of this one
    version = max(known.version, fetched.version, 1 if fetched.arxiv else 0)
    comment = known.comment if fetched.comment is None else fetched.comment
    return replace(
        known,
        ids=known.ids + tuple(i for i in dict.fromkeys(fetched.ids) if i not in known.ids),
        title=_pick(speaks, fetched.title, known.title),
        abstract=_pick(speaks, fetched.abstract, known.abstract),
        authors=_pick(speaks, fetched.authors, known.authors),
        categories=_pick(speaks, fetched.categories, known.categories),
        comment=comment,
        version=version,
        published=(speaks and fetched.published) or known.published or fetched.published,
        enriched=known.enriched if fetched.comment is None else max(known.enriched, fetched.version),
    )


def _pick(speaks: bool, fetched: T, known: T) -> T:
    return (fetched or known) if speaks else (known or fetched)


def _values(paper: Paper) -> Row:
    return (
        paper.title,
        paper.abstract,
        "\n".join(paper.authors),
        " ".join(paper.categories),
        paper.comment,
        paper.version,
        stamp(paper.published),
        stamp(paper.seen_at),
        stamp(paper.changed_at),
        paper.enriched,
    )


def _paper(row: Row) -> Paper:
    key, title, abstract, authors, categories, comment, version, published, seen, changed, enriched, looked, *more = row
    next_look, rung, read_version, code_state, upvotes, ids = more
    return Paper(
        key,
        tuple(PaperId(*line.split(" ", 1)) for line in (ids or "").split("\n") if line),
        title,
        abstract,
        tuple(authors.split("\n")) if authors else (),
        tuple(categories.split()),
        comment,
        version,
        moment(published),
        moment(seen),
        moment(changed),
        enriched,
        moment(looked),
        moment(next_look),
        rung,
        read_version,
        CodeState(code_state),
        upvotes,
    )
