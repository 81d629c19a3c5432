"""The Papers With Code archive in the catalogue: its rows in bulk, a batch in a transaction of the caller.

What stands in a batch is looked up once for all of its rows, keys are given here, and each table takes its rows in one
statement: a twentieth of the time that one row after the other would need. bench/archive.py measures it.

The same rows again change nothing. What sources told of a paper stays, the archive fills gaps; nothing of it is news.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count, islice
from operator import itemgetter
from typing import Final

from bot.domain.archive import AS_OF, CLOSED, ArchiveDetail, ArchiveLink, ArchivePaper
from bot.domain.code import CodeState
from bot.domain.link import EvidenceKind
from bot.domain.paper import FetchedPaper, PaperId
from bot.domain.repository import RepositoryAddress
from bot.domain.text import words
from bot.rules.archive import both, surer
from bot.rules.linking import worth_telling
from bot.rules.topics import topic
from bot.rules.weighing import SURE
from storage.database import Database, Row, marks, stamp
from storage.evidence import weigh_anew
from storage.papers import Papers
from storage.search import name_hashes

_CACHE_KIB: Final = 49_152  # for the indexes, into which rows fall at random places
_CHECKPOINT_PAGES: Final = 10_000  # 40 MB, rather than after each batch
_USUAL_MERGING: Final = 4  # FTS5's own default; should a kill leave 0, it still merges sixteen parts into one
_KIND: Final = EvidenceKind.ARCHIVE
_AT_ONCE: Final = 10_000  # values in one look-up; SQLite takes 32,766
Id = tuple[str, str]


class Archive:
    """Call all that writes inside `storage.write()`."""

    def __init__(self, database: Database, papers: Papers) -> None:
        self._db = database
        self._papers = papers

    @contextmanager
    def hurrying(self) -> Iterator[None]:
        """Memory for many rows, and no merging of the titles' index on the way, for as long as they come."""
        before = self._tune(-_CACHE_KIB, _CHECKPOINT_PAGES, merging=0)
        try:
            yield
        finally:
            self._tune(*before, merging=_USUAL_MERGING)

    def _tune(self, cache: int, checkpoint: int, *, merging: int) -> tuple[int, int]:
        """Set the writer's cache, when it writes back, and how eagerly FTS5 merges; what the first two were."""
        with self._db.write():
            before = (int(self._db.value("PRAGMA cache_size")), int(self._db.value("PRAGMA wal_autocheckpoint")))
            self._db.execute(f"PRAGMA cache_size = {cache}")
            self._db.execute(f"PRAGMA wal_autocheckpoint = {checkpoint}")
            self._db.execute("INSERT INTO titles (titles, rank) VALUES ('automerge', ?)", (merging,))
        return before

    def add_papers(self, rows: Sequence[ArchivePaper], now: datetime) -> int:
        """Papers that can then be found by their ids and titles; how many are new."""
        return len(self._meet(rows, now).fresh)

    def add_links(self, rows: Sequence[ArchiveLink], now: datetime) -> tuple[int, int]:
        """Links with their papers and repositories; how many papers, and how many links, are new."""
        met = self._meet(rows, now, [worth_telling(row.claim) for row in rows])
        repositories = self._meet_repositories([row.claim.address for row in rows], now)
        stated = _stated(met.keys, repositories, rows)
        known = self._links_of({paper for paper, _ in stated} - met.fresh)
        new = {pair: said for pair, said in stated.items() if pair not in known}
        self._add_new(new, now)
        self._add_to_known({known[pair]: said for pair, said in stated.items() if pair in known}, now)
        self._mark_code({paper for paper, _ in stated} - met.fresh)
        return len(met.fresh), len(new)

    def add_details(self, rows: Sequence[ArchiveDetail]) -> int:
        """Fill what is empty of known papers; how many rows have a paper."""
        keys = _keys(rows, self._known(rows))
        found = sorted(((key, row) for key, row in zip(keys, rows, strict=True) if key), key=itemgetter(0))
        nameless = {key for (key,) in self._among("SELECT id FROM papers WHERE authors = '' AND id IN", keys)}
        self._db.execute_many(
            "UPDATE papers SET abstract = iif(abstract = '', ?, abstract), authors = iif(authors = '', ?, authors), "
            "published = coalesce(published, ?) WHERE id = ? AND (abstract = '' OR authors = '' OR published IS NULL)",
            ((row.abstract, "\n".join(row.authors), stamp(row.published), key) for key, row in found),
        )
        for key, row in found:
            if key in nameless and row.authors:
                nameless.remove(key)
                self._papers.authors.add(key, row.authors)
        self._db.execute_many(
            "INSERT INTO archive_papers VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
            "tasks = iif(tasks = '', excluded.tasks, tasks), methods = iif(methods = '', excluded.methods, methods), "
            "venue = iif(venue = '', excluded.venue, venue)",
            ((key, _slug(row), "\n".join(row.tasks), "\n".join(row.methods), row.venue) for key, row in found),
        )
        self._db.execute_many(
            "UPDATE papers SET topic = ? WHERE id = ? AND topic = ''",
            ((named, key) for key, row in found if (named := topic("", row.tasks))),
        )
        return len(found)

    # Papers ----------------------------------------------------------------------------------------------------------

    def _meet(
        self, rows: Sequence[ArchivePaper] | Sequence[ArchiveLink], now: datetime, telling: Sequence[bool] = ()
    ) -> "_Met":
        """The paper of each row, made where nobody knows it. `telling`: whether a row's link is worth telling."""
        met = _meet(rows, self._known(rows), self._next_key("papers"))
        self._insert(met, {key for key, tells in zip(met.keys, telling, strict=False) if tells}, now)
        self._db.execute_many("INSERT INTO paper_ids VALUES (?, ?, ?)", sorted(met.ids))
        self._db.execute_many(
            "UPDATE papers SET announced_at = ? WHERE id = ? AND announced_at IS NULL",
            ((stamp(CLOSED), key) for key in sorted(set(met.keys) - met.fresh)),
        )
        if not met.joins:
            return met
        for ids in met.joins:
            self._papers.store(FetchedPaper(ids), now)  # finds several papers under these ids, and makes them one
        keys = _keys(rows, self._known(rows))
        return replace(met, keys=keys, fresh=met.fresh & set(keys))

    def _known(self, rows: Iterable[ArchivePaper | ArchiveLink | ArchiveDetail]) -> dict[Id, int]:
        """The keys of the papers that any id of these rows names."""
        asked: dict[str, dict[str, None]] = defaultdict(dict)
        for row in rows:
            for i in row.ids:
                asked[i.scheme][i.value] = None
        return {
            (scheme, value): key
            for scheme, values in asked.items()
            for value, key in self._among(
                "SELECT value, paper FROM paper_ids WHERE scheme = ? AND value IN", values, scheme
            )
        }

    def _insert(self, met: "_Met", with_code: Collection[int], now: datetime) -> None:
        """New papers, in the order of their keys, and the index of their titles."""
        known, seen, closed = CodeState.RELEASED.value, stamp(now), stamp(CLOSED)
        self._db.execute_many(
            "INSERT INTO papers (id, title, topic, published, seen_at, changed_at, announced_at, code_at, code_state) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *(key, title, topic(title), published, seen, seen, closed),
                    *((closed, known) if key in with_code else (None, "none")),
                )
                for key, title, published in met.papers
            ),
        )
        said = [(key, words(title)) for key, title, _ in met.papers]
        self._db.execute_many("INSERT INTO titles (rowid, words) VALUES (?, ?)", ((k, " ".join(w)) for k, w in said))
        counts = Counter(word for _, found in said for word in set(found))
        self._db.execute_many(
            "INSERT INTO title_words VALUES (?, ?) ON CONFLICT DO UPDATE SET papers = papers + excluded.papers",
            sorted(counts.items()),
        )
        names = sorted((hash_, key) for key, title, _ in met.papers for hash_ in name_hashes(title))
        self._db.execute_many("INSERT INTO paper_names VALUES (?, ?)", names)

    def _mark_code(self, keys: Collection[int]) -> None:
        """Papers that were known before, and that have code worth telling now: that isn't news."""
        self._db.execute_many(
            "UPDATE papers SET code_at = coalesce(code_at, ?), code_state = iif(code_state = 'none', ?, code_state) "
            "WHERE id = ? AND (code_at IS NULL OR code_state = 'none') AND EXISTS "
            "(SELECT 1 FROM links WHERE paper = papers.id AND official IS NOT NULL AND confidence >= ?)",
            ((stamp(CLOSED), CodeState.RELEASED, key, SURE) for key in sorted(keys)),
        )

    # Repositories and links -------------------------------------------------------------------------------------------

    def _meet_repositories(self, addresses: Sequence[RepositoryAddress], now: datetime) -> list[int]:
        """The repository at each address now, made where nobody has named it."""
        slugs = [address.id for address in addresses]
        known: dict[str, int] = dict(
            self._among("SELECT slug, repository FROM repository_names WHERE until IS NULL AND slug IN", set(slugs))
        )
        new = {slug: address for slug, address in zip(slugs, addresses, strict=True) if slug not in known}
        known |= zip(new, count(self._next_key("repositories")))
        seen = stamp(now)
        self._db.execute_many(
            "INSERT INTO repositories (id, host, owner, name, seen_at) VALUES (?, ?, ?, ?, ?)",
            ((known[slug], a.host, a.owner, a.name, seen) for slug, a in new.items()),
        )
        self._db.execute_many(
            "INSERT INTO repository_names (slug, repository, since) VALUES (?, ?, ?)",
            ((slug, known[slug], seen) for slug in new),
        )
        return [known[slug] for slug in slugs]

    def _links_of(self, papers: Collection[int]) -> dict[tuple[int, int], int]:
        rows = self._among("SELECT paper, repository, id FROM links WHERE paper IN", papers)
        return {(paper, repository): key for paper, repository, key in rows}

    def _add_new(self, new: Mapping[tuple[int, int], ArchiveLink], now: datetime) -> None:
        """Links that nothing else speaks for: what the archive says is all the evidence."""
        first, seen = self._next_key("links"), stamp(now)
        self._db.execute_many(
            "INSERT INTO links (id, paper, repository, path, official, confidence, first_seen) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (key, *pair, said.claim.address.path, said.claim.official, said.claim.confidence, seen)
                for key, (pair, said) in enumerate(new.items(), first)
            ),
        )
        self._add_evidence(dict(enumerate(new.values(), first)), now)
        self._add_rest(dict(enumerate(new.values(), first)))

    def _add_to_known(self, links: Mapping[int, ArchiveLink], now: datetime) -> None:
        """More evidence for known links, which are weighed anew where it says anything new."""
        told: dict[int, int | None] = dict(
            self._among("SELECT link, official FROM evidence WHERE kind = ? AND link IN", links, _KIND)
        )
        changed = {key: said for key, said in links.items() if key not in told or _says_more(said, told[key])}
        self._add_evidence(changed, now)
        self._add_rest(links)
        for key in changed:
            weigh_anew(self._db, key)

    def _add_evidence(self, links: Mapping[int, ArchiveLink], now: datetime) -> None:
        seen = stamp(now)
        self._db.execute_many(
            "INSERT INTO evidence VALUES (?, ?, ?, '', ?, ?, ?) ON CONFLICT DO UPDATE SET official = excluded.official",
            ((key, _KIND.value, AS_OF, _said(said), seen, seen) for key, said in links.items()),
        )

    def _add_rest(self, links: Mapping[int, ArchiveLink]) -> None:
        """What the archive says beside the evidence; a framework's name before "none", yes before no."""
        both = ", ".join(
            f"{name} = max(coalesce({name}, excluded.{name}), coalesce(excluded.{name}, {name}))"
            for name in ("in_paper", "in_readme")
        )
        self._db.execute_many(
            "INSERT INTO archive_links VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET framework = iif(framework NOT IN "
            "('', 'none') OR excluded.framework = '', framework, excluded.framework), " + both,
            ((key, said.framework, said.in_paper, said.in_readme) for key, said in links.items()),
        )

    # Both -------------------------------------------------------------------------------------------------------------

    def _next_key(self, table: str) -> int:
        return int(self._db.value(f"SELECT coalesce(max(id), 0) + 1 FROM {table}"))

    def _among(self, query: str, values: Iterable[str | int], *before: str) -> Iterator[Row]:
        """The rows of a query that ends with IN, for as many values as there are."""
        left = iter(values)
        while some := list(islice(left, _AT_ONCE)):
            yield from self._db.rows(f"{query} ({marks(some)})", [*before, *some])


@dataclass(frozen=True, slots=True)
class _Met:
    """`keys` of the papers, row by row; `papers` (key, title, published) and `ids` are to be stored.

    `fresh` are the keys of new papers; `joins` ids that turn out to be one paper's.
    """

    keys: list[int]
    fresh: set[int]
    papers: list[tuple[int, str, int | None]]
    ids: list[tuple[str, str, int]]
    joins: list[tuple[PaperId, ...]]


def _meet(rows: Sequence[ArchivePaper] | Sequence[ArchiveLink], known: dict[Id, int], key: int) -> _Met:
    """Which paper each row is, by ids that are `known` or that a row before it has; new ones count from `key`."""
    met = _Met([], set(), [], [], [])
    for row in rows:
        ids = [(i.scheme, i.value) for i in row.ids]
        found = {known[i] for i in ids if i in known}
        if not found:
            found.add(key)
            met.fresh.add(key)
            met.papers.append((key, row.title, stamp(row.published) if isinstance(row, ArchivePaper) else None))
            key += 1
        elif len(found) > 1:
            met.joins.append(row.ids)
        paper = min(found)
        met.keys.append(paper)
        for i in ids:
            if i not in known:
                known[i] = paper
                met.ids.append((*i, paper))
    return met


def _keys(rows: Iterable[ArchivePaper | ArchiveLink | ArchiveDetail], known: Mapping[Id, int]) -> list[int]:
    """The paper of each row; 0 where there is none."""
    return [next((known[i.scheme, i.value] for i in row.ids if (i.scheme, i.value) in known), 0) for row in rows]


def _slug(row: ArchiveDetail) -> str:
    return next((i.value for i in row.ids if i.scheme == "pwc"), "")


def _stated(
    papers: Iterable[int], repositories: Iterable[int], rows: Iterable[ArchiveLink]
) -> dict[tuple[int, int], ArchiveLink]:
    """The rows as links, each once: addresses differ in letter case, ".git" or a folder."""
    stated: dict[tuple[int, int], ArchiveLink] = {}
    for paper, repository, row in zip(papers, repositories, rows, strict=True):
        before = stated.get((paper, repository))
        stated[paper, repository] = _both(before, row) if before else row
    return stated


def _both(one: ArchiveLink, other: ArchiveLink) -> ArchiveLink:
    return replace(
        one,
        claim=both(one.claim, other.claim),
        framework=one.framework if one.framework not in ("", "none") else other.framework or one.framework,
        in_paper=surer(one.in_paper, other.in_paper),
        in_readme=surer(one.in_readme, other.in_readme),
    )


def _said(link: ArchiveLink) -> bool | None:
    return link.claim.evidence[0].official


def _says_more(link: ArchiveLink, told: int | None) -> bool:
    before = None if told is None else bool(told)
    return surer(before, _said(link)) != before
