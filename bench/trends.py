"""What does the field from above cost: a command, a review, and keeping the sums while papers come in?

    command    /trends of every kind, of all papers, a category, a topic and a year: answered and worded; the slowest.
               `chart_ms` is a picture beside it, after the first one (`first_chart_ms` has matplotlib's import in it)
    review     a review, from the question to its files: page, Markdown, CSV, charts
    aggregate  the processor's time for taking in a day of arXiv in its transaction (1,000 papers, 10,000 subscriptions,
               as in ingest.py), with the triggers that note what has changed and the sums at its end, beside the same
               without them; both take turns, the best of each counts

The store holds 600,000 papers and 300,000 links, half of them official, whose repositories have frameworks; 5,000 are
counted.
"""

import random
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from bench.arxiv_day import make_day
from bench.figures import options, show
from bench.ingest import prepare
from bench.stores import NOW, folder_of
from bot.answers.trends import Trends
from bot.domain.paper import FetchedPaper
from bot.domain.trends import Month
from bot.ingest import ingest
from bot.sources.arxiv_feed import read_announcement
from handlers import trend_charts
from handlers.messages import Chart, Message
from handlers.plots import Plot
from handlers.review import write
from handlers.wording import trends as wording
from storage import FILE, Storage

PAPERS: Final = 600_000
LINKS: Final = 300_000
COUNTED: Final = 5_000
A_DAY: Final = 1_000
_OFFSET: Final = 10_000_000  # of the keys of repositories that are added
_AT_ONCE: Final = 20_000
_FRAMEWORKS: Final = ("pytorch", "pytorch", "tensorflow", "jax", "")
_OF_ALL: Final = ("", "2024", "community last month")
_NARROWED: Final = (*_OF_ALL, "cs.CV", "cs official", "generative models")
_REPETITIONS: Final = 15
_SUBSCRIPTIONS: Final = 10_000


def main() -> None:
    args = options(__doc__)
    papers = max(5_000, int(PAPERS * args.scale))
    with TemporaryDirectory() as folder:
        shutil.copy(folder_of(papers) / FILE, Path(folder) / FILE)
        with Storage(Path(folder) / FILE) as storage:
            links = _add_links(storage, papers, int(LINKS * args.scale))
            _add_stars(storage, max(50, int(COUNTED * args.scale)))
            figures = {"papers": papers, "links": links, **_commands(storage), **_review(storage, Path(folder) / "out")}
            figures["drifted"] = len(storage.trends.drifted())
    figures |= _share(max(100, int(A_DAY * args.scale)), int(_SUBSCRIPTIONS * args.scale))
    show(figures, as_json=args.json)


def _add_links(storage: Storage, papers: int, wanted: int) -> int:
    """Repositories with frameworks for papers that have no link yet."""
    db, rng = storage.database, random.Random(5)
    there = storage.links.count()
    free = [key for (key,) in db.rows("SELECT id FROM papers WHERE id NOT IN (SELECT paper FROM links) ORDER BY id")]
    keys = rng.sample(free, min(max(wanted - there, 0), papers - there))
    for start in range(0, len(keys), _AT_ONCE):
        with storage.write():
            some = keys[start : start + _AT_ONCE]
            db.execute_many(
                "INSERT INTO repositories (id, host, owner, name, seen_at, state, contents, frameworks, listed, "
                "created) VALUES (?, 'github.com', ?, ?, 1, 'present', 'source', ?, 1, ?)",
                (
                    (_OFFSET + key, f"owner{key % 20_000}", f"r{key}", rng.choice(_FRAMEWORKS), 1_500_000_000 + key)
                    for key in some
                ),
            )
            db.execute_many(
                "INSERT INTO links (paper, repository, official, confidence, first_seen) VALUES (?, ?, ?, 0.9, ?)",
                ((key, _OFFSET + key, key % 2, 1_600_000_000) for key in some),
            )
    return storage.links.count()


def _add_stars(storage: Storage, wanted: int) -> None:
    """Repositories that are counted once a month."""
    db, month = storage.database, Month.at(NOW)
    keys = [
        key for (key,) in db.rows("SELECT DISTINCT repository FROM links ORDER BY repository DESC LIMIT ?", (wanted,))
    ]
    with storage.write():
        db.execute_many(
            "INSERT INTO star_watch (repository, since, pace, next_at) VALUES (?, 0, 86400, 0)",
            ((key,) for key in keys),
        )
        db.execute_many(
            "INSERT INTO star_samples VALUES (?, ?, ?)",
            (
                (key, int((month + -back).begin.timestamp()), (24 - back) * (key % 97))
                for key in keys
                for back in range(24)
            ),
        )


def _commands(storage: Storage) -> dict[str, float | int]:
    """The slowest of all commands, each asked three times, the best of which counts; and what a picture takes."""
    trends = Trends(storage, lambda: NOW)
    slowest, messages = 0.0, []
    for kind in wording.KINDS:
        for words in _OF_ALL if kind == "fields" else _NARROWED:  # fields are compared among all papers
            best = float("inf")
            for _ in range(3):
                begun = time.perf_counter()
                message: Message = getattr(wording, kind)(getattr(trends, kind)(words))
                best = min(best, time.perf_counter() - begun)
            slowest = max(slowest, best)
            messages.append(message)
    charts = [part.curve for message in messages for part in message.parts if isinstance(part, Chart)]
    plots = [plot for plot in charts if isinstance(plot, Plot)]
    first, *others = [_drawn(plot) for plot in plots[:12]]
    return {
        "command_max_ms": _ms(slowest),
        "chart_ms": _ms(sorted(others)[len(others) // 2]),
        "first_chart_ms": _ms(first),
    }


def _drawn(plot: Plot) -> float:
    begun = time.perf_counter()
    trend_charts.png(plot)
    return time.perf_counter() - begun


def _review(storage: Storage, out: Path) -> dict[str, float | int]:
    begun = time.perf_counter()
    review = Trends(storage, lambda: NOW).review("2025-H2")
    told = time.perf_counter()
    files = write(review, out)
    return {
        "review_s": round(time.perf_counter() - begun, 2),
        "review_told_s": round(told - begun, 3),
        "review_files": len(files),
    }


def _share(papers: int, subscriptions: int) -> dict[str, float | int]:
    day = make_day(papers)
    told = [paper for name, body in day.feeds.items() for paper in read_announcement(body, name).papers]
    with_them, without = [], []
    with TemporaryDirectory() as folder:
        prepared = prepare(Path(folder) / "store", day, subscriptions)
        for _ in range(_REPETITIONS):
            with_them.append(_take_in(prepared, told, summed=True))
            without.append(_take_in(prepared, told, summed=False))
    best, bare = min(with_them), min(without)
    return {
        "aggregate_share_of_ingest": round(max(best - bare, 0.0) / best, 3),
        "ingest_cpu_ms": _ms(best),
        "ingest_without_cpu_ms": _ms(bare),
    }


def _take_in(prepared: Path, papers: Sequence[FetchedPaper], *, summed: bool) -> float:
    """The processor's seconds for a day's papers, in a fresh copy, to the end of the commit."""
    with TemporaryDirectory() as folder:
        shutil.copy(prepared, Path(folder) / FILE)
        with Storage(Path(folder) / FILE) as storage:
            if not summed:
                with storage.write():
                    for (name,) in storage.database.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                        storage.database.execute(f"DROP TRIGGER {name}")
            begun = time.process_time()
            with storage.write():
                ingest(storage, papers, now=NOW)
            return time.process_time() - begun


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)


if __name__ == "__main__":
    main()
