"""How fast, and how well, is a paper found by its title among 600,000?

    exact          the whole title as typed, through Answers.code: all that `/code` does, without live look-ups
    typo           the title with one letter swapped, dropped, added or replaced in one word
    three words    three consecutive words of the title
    similar        the papers like one, as `/more` finds them
    fts5           the yardstick: a bare FTS5 query, the AND of the title's words, first ten rows, unranked

`…_first` and `…_in_ten` are shares of the questions for which the paper came first, or among the first ten, in the
order of titles.rank; the times are those of Answers.code.
"""

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count as counter
from pathlib import Path
from typing import Final, NoReturn

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from bench.figures import options, percentile_ms, share, show, timed
from bench.stores import NOW, folder_of
from bench.synthetic import World
from bot.answers import Answers, Choices, FoundPaper, Live
from bot.answers.similar import similar
from bot.domain.paper import FetchedPaper
from bot.domain.text import words
from bot.errors import FetchError
from bot.rules import titles
from storage import FILE, Storage

PAPERS: Final = 600_000
QUESTIONS: Final = 2_000


class Unplugged:
    """The live sources, without a network."""

    def look_up(self, _asked: object) -> NoReturn:
        raise FetchError("no network")

    def linked(self, _arxiv: str) -> NoReturn:
        raise FetchError("no network")

    def find(self, _title: str, *, limit: int = 5) -> tuple[FetchedPaper, ...]:
        raise FetchError(f"no network for {limit}")

    def discover(self, _url: str, *, trusted: bool = False) -> NoReturn:
        raise FetchError(f"no network, trusted or not ({trusted})")

    def fetch(self, _feed: object) -> NoReturn:
        raise FetchError("no network")


@dataclass(frozen=True, slots=True)
class Bench:
    """An open store, and the papers that are asked for: (key, title)."""

    storage: Storage
    answers: Answers
    asked: tuple[tuple[int, str], ...]


def main() -> None:
    args = options(__doc__)
    papers = max(1_000, int(PAPERS * args.scale))
    with Storage(folder_of(papers) / FILE) as storage:
        bench = opened(storage, papers, QUESTIONS)
        figures: dict[str, float | int | str] = {"papers": papers, "questions": len(bench.asked)}
        _warm(bench)
        figures |= _exact(bench)
        figures |= _fts5(bench)
        figures |= _typo(bench)
        figures |= _three_words(bench)
        figures |= _similar(bench)
    figures["exact_over_fts5_ratio"] = round(float(figures["exact_p50_ms"]) / float(figures["fts5_p50_ms"]), 3)
    figures["exact_p99_over_fts5_ratio"] = round(float(figures["exact_p99_ms"]) / float(figures["fts5_p99_ms"]), 3)
    show(figures, as_json=args.json)


def opened(storage: Storage, papers: int, asked: int) -> Bench:
    """A store of so many papers, of which some are asked for."""
    source, rng = Unplugged(), random.Random(1)
    keys = rng.sample(range(1, papers + 1), min(asked, papers))
    known = storage.papers.many(keys)
    answers = Answers(storage, Live(source, source, source), clock=lambda: NOW)
    return Bench(storage, answers, tuple((paper.key, paper.title) for paper in known))


def _warm(bench: Bench) -> None:
    for _, title in bench.asked[:50]:
        bench.answers.code(title)


def _exact(bench: Bench) -> dict[str, float]:
    seconds: list[float] = []
    hits = []
    for key, title in bench.asked:
        with timed(seconds):
            answer = bench.answers.code(title)
        hits.append(_first(answer) in (key, *_same(bench, title)))
    return {**_times("exact", seconds), "exact_first": share(hits)}


def _same(bench: Bench, title: str) -> list[int]:
    """Papers of the very same title, of which none is more right than the other."""
    return bench.storage.papers.titles.named(title)


def _first(answer: object) -> int:
    match answer:
        case FoundPaper():
            return answer.paper.key
        case Choices():
            return answer.choices[0].paper.key
        case _:
            return 0


def _fts5(bench: Bench) -> dict[str, float]:
    seconds: list[float] = []
    for _, title in bench.asked[:500]:
        query = " AND ".join(f'"{word}"' for word in dict.fromkeys(words(title)))
        with timed(seconds):
            bench.storage.database.rows("SELECT rowid FROM titles WHERE titles MATCH ? LIMIT 10", (query,))
    return _times("fts5", seconds)


def _typo(bench: Bench) -> dict[str, float]:
    world = World(seed=2)
    seconds, places = _ask(bench, [world.typo(title) for _, title in bench.asked])
    return {
        **_times("typo", seconds),
        "typo_first": share([place == 1 for place in places]),
        "typo_in_ten": share([place <= 10 for place in places]),
    }


def _three_words(bench: Bench) -> dict[str, float]:
    rng = random.Random(3)
    asked = []
    for _, title in bench.asked:
        said = words(title)
        at = rng.randint(0, max(0, len(said) - 3))
        asked.append(" ".join(said[at : at + 3]))
    seconds, places = _ask(bench, asked)
    return {
        **_times("three_words", seconds),
        "three_words_first": share([place == 1 for place in places]),
        "three_words_in_ten": share([place <= 10 for place in places]),
    }


def _similar(bench: Bench) -> dict[str, float]:
    seconds: list[float] = []
    for paper in bench.storage.papers.many([key for key, _ in bench.asked[:1000]]):
        with timed(seconds):
            similar(bench.storage, paper, 8)
    return _times("similar", seconds)


def _ask(bench: Bench, asked: Sequence[str]) -> tuple[list[float], list[int]]:
    """The times of the answers, and at which place of the ranking (from 1) each right paper stood."""
    seconds: list[float] = []
    places = []
    for (key, _), text in zip(bench.asked, asked, strict=True):
        with timed(seconds):
            bench.answers.code(text)
        ranked = titles.rank(text, bench.storage.papers.titles.candidates(text), limit=10)
        places.append(next((n for n, found in zip(counter(1), ranked, strict=False) if found.key == key), 11))
    return seconds, places


def _times(name: str, seconds: Sequence[float]) -> dict[str, float]:
    return {
        f"{name}_p50_ms": percentile_ms(seconds, 50),
        f"{name}_p99_ms": percentile_ms(seconds, 99),
        f"{name}_max_ms": round(1000 * max(seconds), 3),
    }


if __name__ == "__main__":
    main()
