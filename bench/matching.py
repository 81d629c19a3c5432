"""How long does a paper take to find its subscriptions among a million?

    match     from the paper to the subscriptions that match: its words folded, its terms looked up, all candidates'
              queries checked; everything but queueing the alerts
    add       one more subscription: parsed, its terms chosen by the words' frequencies, written; in a transaction that
              is open already, without the commit, whose fsync is the disk's business
    added_rss what the process has grown by after all papers, over the open store before the first
    growth    p50 with all subscriptions over p50 with a hundredth of them

The papers are 1,000 recorded ones where they are at hand (../shared), else made up; the subscriptions are made up of
the words of other titles (`wishes.py`): words, phrases, fields, OR and NOT. Each paper is matched once, with a
repository of its own, as news of code.
"""

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import median
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

import psutil  # type: ignore[import-untyped]

from bench.figures import options, percentile_ms, show, timed
from bench.stores import NOW
from bench.wishes import Wisher, corpus, folder_of
from bot.domain.link import CodeLink
from bot.domain.news import NewsKind
from bot.domain.paper import Paper
from bot.domain.repository import Repository
from bot.rules.matching import Document, cached_parse, document, matches
from bot.rules.query import parse
from bot.rules.terms import paper_terms, query_terms
from storage import FILE, Storage

SUBSCRIPTIONS: Final = 1_000_000
_ADDED: Final = 500
_WARM: Final = 20  # papers before the clock runs: statements are prepared, the file is open


@dataclass(frozen=True, slots=True)
class Matched:
    """What came of matching all papers: the times, candidates and matches of each."""

    seconds: Sequence[float]
    candidates: Sequence[int]
    matches: Sequence[int]


Measured = tuple[Matched, int, list[float]]


def main() -> None:
    args = options(__doc__)
    count = max(1_000, int(SUBSCRIPTIONS * args.scale))
    few, many = folder_of(count // 100), folder_of(count)
    papers, wisher = corpus().papers, Wisher(2)
    wishes = [wisher.wish() for _ in range(_ADDED)]
    small, _, _ = _apart(_measured, few, papers, wishes)
    large, grown, added = _apart(_measured, many, papers, wishes)
    figures: dict[str, float | int | str] = {
        "subscriptions": count,
        "papers": f"{len(papers):,} {corpus().name}",
        "match_p50_ms": percentile_ms(large.seconds, 50),
        "match_p99_ms": percentile_ms(large.seconds, 99),
        "match_max_ms": round(1000 * max(large.seconds), 3),
        "candidates_p50": int(median(large.candidates)),
        "matches_p50": int(median(large.matches)),
        "matches_max": max(large.matches),
        "match_10k_p50_ms": percentile_ms(small.seconds, 50),
        "growth_10k_to_1m": round(median(large.seconds) / median(small.seconds), 2),
        "add_one_ms": percentile_ms(added, 50),
        "add_one_p99_ms": percentile_ms(added, 99),
        "added_rss_mb": round(grown / 1e6, 1),
    }
    show(figures, as_json=args.json)


def _apart(work: Callable[..., Measured], *given: object) -> Measured:
    """In a process of its own, as small as a service is that waits: all that was loaded here isn't there."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def _measured(folder: Path, papers: Sequence[Paper], wishes: Sequence[str]) -> Measured:
    """What came of it, the resident bytes that matching added, and the seconds that each new subscription took."""
    with Storage(folder / FILE) as storage:
        storage.subscriptions.count()
        before = psutil.Process().memory_info().rss
        matched = _match(storage, papers)
        return matched, psutil.Process().memory_info().rss - before, _add(storage, wishes)


def _match(storage: Storage, papers: Sequence[Paper]) -> Matched:
    rng, seconds, candidates, matched = Random(1), list[float](), list[int](), list[int]()
    for paper in papers[:_WARM]:
        _of(storage, paper, _link(paper, rng))
    for paper in papers:
        link = _link(paper, rng)
        with timed(seconds):
            under, fit = _of(storage, paper, link)
        candidates.append(under)
        matched.append(fit)
    return Matched(seconds, candidates, matched)


def _of(storage: Storage, paper: Paper, link: CodeLink) -> tuple[int, int]:
    """How many subscriptions were looked at, and how many fit."""
    seen = document(paper, (link,))
    under = list(storage.subscriptions.under(paper_terms(seen, NewsKind.CODE)))
    return len(under), sum(certain or _fits(subscription.text, seen) for subscription, certain in under)


def _fits(text: str, seen: Document) -> bool:
    query = cached_parse(text)
    return query is not None and matches(query, seen)


def _link(paper: Paper, rng: Random) -> CodeLink:
    stars, language = int(1 / (1.001 - rng.random())), rng.choice(("Python", "Python", "C++", None))
    frameworks = rng.choice((("pytorch",), ("pytorch",), ("jax",), ()))
    repository = Repository(
        paper.key,
        "github.com",
        f"owner-{paper.key}",
        "code",
        stars=stars,
        description=paper.title,
        language=language,
        frameworks=frameworks,
    )
    return CodeLink(paper.key, paper.key, repository, "", True, 0.96, NOW)


class _NotKept(Exception):
    pass


def _add(storage: Storage, wishes: Sequence[str]) -> list[float]:
    """One subscription after the other, in a transaction that is taken back."""
    seconds = list[float]()
    try:
        with storage.write():
            for text in wishes:
                with timed(seconds):
                    query = parse(text)
                    terms = query_terms(query, storage.papers.titles.rarity(query.words))
                    storage.subscriptions.add(1, text, terms, NOW)
            raise _NotKept
    except _NotKept:
        return seconds


if __name__ == "__main__":
    main()
