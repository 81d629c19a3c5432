"""A data folder with very many made-up subscriptions, made once and kept under bench/.cache (safe to delete).

What people wish for is cut out of titles, so that words and phrases come as often as they do there (Zipf's law): the
titles of recorded announcements where they are at hand (../shared), else made-up ones.
"""

import gzip
import hashlib
import json
import random
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Final

from bench.stores import CACHE, HOME, NOW
from bench.synthetic import CATEGORIES, FUNCTION_WORDS, World
from bot.domain.paper import Paper, PaperId
from bot.domain.text import words
from bot.rules.query import parse
from bot.rules.terms import query_terms
from storage import FILE, Storage
from tests.replay import SHARED

_RECORDED: Final = SHARED / "data" / "arxiv" / "papers"
_MADE_FROM: Final = (
    "bench/wishes.py",
    "bench/synthetic.py",
    "storage/schema/papers.py",
    "storage/schema/chats.py",
    "bot/domain/text.py",
)
ASKED: Final = 1_000  # abstracts that are matched; no wish is cut out of their titles
_TITLES: Final = 20_000
_GENERAL: Final = 1_000  # words that say little without others: "learning", "diffusion", "regression"
_COMMON: Final = 10_000  # words that bring too much by themselves for one who wants each of its papers alone
_A_CHAT: Final = 5  # subscriptions of one chat
_AT_ONCE: Final = 20_000
_FUNCTION: Final = frozenset(FUNCTION_WORDS)
_EXTRAS: Final = ("lang:python", "stars:>100", "framework:pytorch", "official:yes", "has:code", "conf:cvpr")


@dataclass(frozen=True, slots=True)
class Corpus:
    """The papers that are matched, and the titles out of which wishes are cut."""

    name: str
    papers: tuple[Paper, ...]
    titles: tuple[str, ...]
    authors: tuple[str, ...]


@lru_cache
def corpus() -> Corpus:
    files = sorted(_RECORDED.glob("*.jsonl.gz"))
    return _recorded(files) if files else _made_up()


def _recorded(files: Sequence[Path]) -> Corpus:
    rows = [json.loads(line) for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]
    papers = tuple(
        Paper(
            n,
            (PaperId("arxiv", row["id"]),),
            row["title"],
            " ".join(row["summary"].split()),
            tuple(row["authors"]),
            tuple(row["categories"]),
            row["comment"],
        )
        for n, row in enumerate(rows, 1)
    )
    return _split("recorded", papers)


def _made_up() -> Corpus:
    made = World().papers(_TITLES + ASKED)
    papers = [Paper(p.n + 1, (PaperId("arxiv", p.arxiv),), p.title, p.abstract, p.authors, p.categories) for p in made]
    return _split("made up", papers)


def _split(name: str, papers: Sequence[Paper]) -> Corpus:
    """The latest papers are matched, those before are where wishes come from."""
    before = papers[:-ASKED]
    authors = tuple(name for paper in before for name in paper.authors[:3])
    return Corpus(name, tuple(papers[-ASKED:]), tuple(paper.title for paper in before), authors)


class Wisher:
    """Makes subscriptions; equal seeds and titles make equal ones.

    They are as narrow as those of people who want a message for each match: about one paper in ten thousand fits.
    """

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        found = corpus()
        self._titles = [said for title in found.titles if len(said := words(title)) > 4]
        self._authors = [" ".join(said) for name in found.authors if len(said := words(name)) > 1]
        frequent = [word for word, _ in Counter(word for said in self._titles for word in said).most_common(_COMMON)]
        self._common, self._general = {*frequent, *FUNCTION_WORDS}, {*frequent[:_GENERAL], *FUNCTION_WORDS}

    def wish(self) -> str:
        """Words of one title, a phrase of it, an author, a repository or a paper; then perhaps something more."""
        kind = self._rng.choices(
            (self._word, self._some_words, self._phrase, self._either, self._author, self._exact),
            weights=(2, 12, 64, 6, 8, 8),
        )[0]
        return kind() + self._more()

    def _title(self) -> list[str]:
        return self._rng.choice(self._titles)

    def _word(self) -> str:
        while True:
            if said := [word for word in self._title() if word not in self._common]:
                return self._rng.choice(said)

    def _some_words(self) -> str:
        while True:
            said, length = [word for word in self._title() if word not in self._general], self._rng.choice((2, 2, 3))
            if len(said) >= length:
                return " ".join(self._rng.sample(said, length))

    def _phrase(self) -> str:
        """Neighbours, one of them at least not general."""
        while True:
            said, length = self._title(), self._rng.choice((2, 3))
            at = self._rng.randrange(len(said) - length + 1)
            phrase = said[at : at + length]
            if sum(word in self._general for word in phrase) < 2 and not {phrase[0], phrase[-1]} & _FUNCTION:
                return f'"{" ".join(phrase)}"'

    def _either(self) -> str:
        return f"({self._phrase()} OR {self._phrase()}) {self._word()}"

    def _author(self) -> str:
        return f'au:"{self._rng.choice(self._authors)}"'

    def _exact(self) -> str:
        number = self._rng.randrange(100_000)
        return self._rng.choice((f"repo:owner-{number}/code", f"id:26{number % 12 + 1:02}.{number:05}"))

    def _more(self) -> str:
        chance, more = self._rng.random, ""
        if chance() < 0.35:
            more += f" cat:{self._rng.choice(CATEGORIES)}"
        if chance() < 0.15:
            more += f" -{self._word()}"
        if chance() < 0.06:
            more += f" {self._rng.choice(_EXTRAS)}"
        return more + (" kind:papers" if chance() < 0.1 else "")


def folder_of(count: int) -> Path:
    """A data folder with `count` subscriptions, from the cache where it is there. Treat it as read-only."""
    folder = CACHE / f"subscriptions-{count}-{_edition()}"
    if not (folder / FILE).exists():
        for old in CACHE.glob(f"subscriptions-{count}-*"):
            shutil.rmtree(old)
        part = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        with Storage(part / FILE) as storage:
            _fill(storage, count)
        part.replace(folder)
    return folder


def _edition() -> str:
    rules = HOME.parent / "bot" / "rules"
    names = [*(HOME.parent / name for name in _MADE_FROM), *sorted(rules.glob("query*.py")), rules / "terms.py"]
    texts = [corpus().name, *(name.read_text("utf-8") for name in names)]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:10]


def _fill(storage: Storage, count: int) -> None:
    rarity = Counter(word for title in corpus().titles for word in set(words(title)))
    with storage.write():
        storage.database.execute_many("INSERT INTO title_words VALUES (?, ?)", rarity.items())
    wisher, at = Wisher(1), int(NOW.timestamp())
    texts = (wisher.wish() for _ in range(count))
    for start in range(0, count, _AT_ONCE):
        with storage.write():
            _add(storage, start, list(islice(texts, _AT_ONCE)), rarity, at)


def _add(storage: Storage, start: int, texts: Sequence[str], rarity: Counter[str], at: int) -> None:
    """The same rows as Subscriptions.add writes, in bulk."""
    db, chats = storage.database, range(start // _A_CHAT, (start + len(texts) - 1) // _A_CHAT + 1)
    db.execute_many(
        "INSERT INTO chats (id, platform, workspace, chat, topic, created_at) VALUES (?, 'console', '', ?, '', ?)",
        ((chat + 1, str(chat), at) for chat in chats),
    )
    db.execute_many(
        "INSERT INTO subscriptions (id, chat, number, text, created_at) VALUES (?, ?, ?, ?, ?)",
        ((n + 1, n // _A_CHAT + 1, n % _A_CHAT + 1, text, at) for n, text in enumerate(texts, start)),
    )
    db.execute_many("INSERT INTO subscription_terms VALUES (?, ?, ?, ?)", sorted(_terms(start, texts, rarity)))


def _terms(start: int, texts: Sequence[str], rarity: Counter[str]) -> Iterator[tuple[str, str, bool, int]]:
    for n, text in enumerate(texts, start):
        for place in query_terms(parse(text), rarity):
            yield *place, n + 1
