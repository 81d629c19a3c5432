"""A data folder with very many made-up papers, made once and kept under bench/.cache (safe to delete).

The rows are written in bulk: `Papers.store` would need a quarter of an hour for them. `check_bulk` proves on a sample
that both ways leave the same rows in every table.
"""

import hashlib
import inspect
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench.synthetic import Made, World
from bot.domain.link import Evidence, EvidenceKind
from bot.domain.paper import FetchedPaper, PaperId, StatedRepository
from bot.domain.text import words
from bot.ingest import ingest
from bot.rules.topics import topic
from storage import FILE, Storage
from storage.authors import name_key
from storage.search import TitleIndex, name_hashes

HOME: Final = Path(__file__).parent
CACHE: Final = HOME / ".cache"
NOW: Final = datetime(2026, 3, 5, 6, tzinfo=UTC)
_MADE_FROM: Final = (
    "bench/synthetic.py",
    "bench/stores.py",
    "storage/schema/papers.py",
    "storage/schema/chats.py",
    "storage/schema/trends.py",
    "bot/domain/text.py",
)
_ABSTRACTS: Final = 3_000  # shared by all papers: nothing searches them
_AT_ONCE: Final = 20_000


def folder_of(count: int) -> Path:
    """A data folder with `count` papers, from the cache where it is there. Treat it as read-only."""
    folder = CACHE / f"papers-{count}-{_edition()}"
    if not (folder / FILE).exists():
        for old in CACHE.glob(f"papers-{count}-*"):
            shutil.rmtree(old)
        _make(folder, count)
    return folder


def _edition() -> str:
    """What tells stores apart that were made by different code."""
    texts = [(HOME.parent / name).read_text("utf-8") for name in _MADE_FROM]
    texts += [inspect.getsource(part) for part in (TitleIndex.add, name_hashes)]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:10]


def _make(folder: Path, count: int) -> None:
    check_bulk()
    begun, part = time.monotonic(), folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    with Storage(part / FILE) as storage:
        papers = many_papers(count)
        for start in range(0, count, _AT_ONCE):
            with storage.write():
                fill(storage, list(islice(papers, _AT_ONCE)))
            _tell(f"\rmaking {count:,} papers: {min(start + _AT_ONCE, count):,}")
    part.replace(folder)
    _tell(f" in {time.monotonic() - begun:.0f} s\n")


def _tell(words: str) -> None:
    """Progress, where somebody watches."""
    if sys.stderr.isatty():
        print(words, end="", file=sys.stderr, flush=True)


def many_papers(count: int, *, first: int = 0) -> Iterator[Made]:
    """Papers, numbered from `first` on, with a few thousand abstracts; every seventh names its repository."""
    world = World()
    abstracts = [world.abstract() for _ in range(_ABSTRACTS)]
    for n, title in enumerate(world.titles(count), first):
        abstract, repository = world.rng.choice(abstracts), ""
        if n % 7 == 0:
            abstract, repository = world.with_code(abstract)
        yield Made(n, title, abstract, world.authors(), world.categories(), repository)


def fill(storage: Storage, papers: Sequence[Made]) -> None:
    """Write papers that aren't there yet, with their index and links, into the same tables as `ingest` does."""
    db, now = storage.database, int(NOW.timestamp())
    db.execute_many(
        "INSERT INTO papers (id, title, abstract, authors, categories, version, published, seen_at, changed_at, topic) "
        "VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
        (
            (
                *(p.n + 1, p.title, p.abstract, "\n".join(p.authors), " ".join(p.categories), _published(p), now, now),
                topic(p.title),
            )
            for p in papers
        ),
    )
    db.execute_many("INSERT INTO paper_ids VALUES ('arxiv', ?, ?)", ((p.arxiv, p.n + 1) for p in papers))
    found = [(p.n + 1, words(p.title)) for p in papers]
    db.execute_many("INSERT INTO titles (rowid, words) VALUES (?, ?)", ((key, " ".join(said)) for key, said in found))
    counts = Counter(word for _, said in found for word in set(said))
    db.execute_many(
        "INSERT INTO title_words VALUES (?, ?) ON CONFLICT DO UPDATE SET papers = papers + excluded.papers",
        counts.items(),
    )
    names = ((h, p.n + 1) for p in papers for h in name_hashes(p.title))
    db.execute_many("INSERT OR IGNORE INTO paper_names VALUES (?, ?)", names)
    authors = ((name_key(name), p.n + 1) for p in papers for name in p.authors)
    db.execute_many("INSERT OR IGNORE INTO paper_authors VALUES (?, ?)", authors)
    _fill_links(storage, [p for p in papers if p.repository], now)


def _fill_links(storage: Storage, papers: Sequence[Made], now: int) -> None:
    db = storage.database
    split = [(p.n + 1, *p.repository.split("/")) for p in papers]
    db.execute_many(
        "INSERT INTO repositories (id, host, owner, name, seen_at) VALUES (?, 'github.com', ?, ?, ?)",
        ((key, owner, name, now) for key, owner, name in split),
    )
    slugs = ((f"github.com/{owner}/{name}".lower(), key, now) for key, owner, name in split)
    db.execute_many("INSERT OR IGNORE INTO repository_names (slug, repository, since) VALUES (?, ?, ?)", slugs)
    db.execute_many(
        "INSERT INTO links (id, paper, repository, official, confidence, first_seen) VALUES (?, ?, ?, 1, 0.96, ?)",
        ((key, key, key, now) for key, _, _ in split),
    )
    evidence = ((key, now, now) for key, _, _ in split)
    db.execute_many("INSERT INTO evidence VALUES (?, 'starter', '', '', 1, ?, ?)", evidence)


def _published(paper: Made) -> int:
    return int((NOW - timedelta(hours=paper.n % 50_000)).timestamp())


def check_bulk(count: int = 300) -> None:
    """Raise AssertionError unless `fill` leaves the same index as the real way in."""
    papers = list(islice(many_papers(count), count))
    with (
        TemporaryDirectory() as folder,
        Storage(Path(folder) / "bulk.db") as bulk,
        Storage(Path(folder) / "real.db") as real,
    ):
        with bulk.write():
            fill(bulk, papers)
        with real.write():
            ingest(real, map(as_fetched, papers), now=NOW, quiet=True)
        assert _index(bulk) == _index(real), "the bulk way in has to be mended: see bench/stores.py"


def as_fetched(paper: Made) -> FetchedPaper:
    """The paper as a source would tell it."""
    stated = f"https://github.com/{paper.repository}"
    return FetchedPaper(
        (PaperId("arxiv", paper.arxiv),),
        paper.title,
        "" if paper.repository else paper.abstract,
        paper.authors,
        paper.categories,
        version=1,
        stated=(StatedRepository(stated, Evidence(EvidenceKind.STARTER, official=True)),) if paper.repository else (),
    )


def _index(storage: Storage) -> list[object]:
    """What stands in the tables by which papers are found: the same for the same papers, whatever way they came."""
    db = storage.database
    return [
        db.rows("SELECT id, title, authors, categories, version, topic FROM papers ORDER BY id"),
        db.rows("SELECT scheme, value, paper FROM paper_ids ORDER BY 1, 2"),
        db.rows("SELECT hash, paper FROM paper_names ORDER BY 1, 2"),
        db.rows("SELECT word, papers FROM title_words ORDER BY 1"),
        db.rows("SELECT name, paper FROM paper_authors ORDER BY 1, 2"),
        [db.rows("SELECT rowid FROM titles WHERE titles MATCH ?", (f'"{word}"',)) for word in World().words[:200]],
        db.rows("SELECT slug, paper, official FROM links JOIN repository_names USING (repository) ORDER BY paper"),
    ]
