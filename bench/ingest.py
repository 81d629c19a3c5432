"""What does taking in a full day of arXiv cost, beside merely parsing it?

    parse      feedparser.parse, with its default options, of the day's feeds: the yardstick
    ours       the same bytes, parsed by bot.sources.arxiv_feed, then stored, linked, indexed, judged as news, matched
               with 10,000 subscriptions, and queued; in one transaction, to the end of its commit
    reader     the same bytes through the feed library `reader`: stored and its search index updated (no linking, no
               matching)

All three take turns, each time on a fresh store; the best time of each counts. The store holds papers of the months
before, and the first versions of half of the day's replacements. `match_ms` is what the subscriptions cost: the
difference to the same without any.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

import feedparser
import feedparser_sgmllib
from reader import make_reader

from bench.arxiv_day import Day, make_day
from bench.figures import options, show
from bench.stores import NOW, as_fetched, fill, many_papers
from bench.synthetic import World
from bot.domain.chat import Address
from bot.domain.feed import PollCount
from bot.ingest import ingest
from bot.rules import matching, query
from bot.rules.terms import query_terms
from bot.sources.arxiv_feed import read_announcement
from storage import FILE, Storage

PAPERS: Final = 1_000
SUBSCRIPTIONS: Final = 10_000
_BEFORE: Final = 20_000  # papers that are there already
_A_CHAT: Final = 5  # subscriptions of one chat
_REPETITIONS: Final = 7


@dataclass(frozen=True, slots=True)
class Taken:
    """One run of ours, in seconds, and what it came to."""

    parse: float
    ingest: float
    commit: float
    count: PollCount

    @property
    def total(self) -> float:
        return self.parse + self.ingest + self.commit


def main() -> None:
    args = options(__doc__, more=_more)
    day = make_day(max(50, int(PAPERS * args.scale)))
    feeds: Mapping[str, bytes] = {"feed": args.feed.read_bytes()} if args.feed else day.feeds
    subscriptions = int(SUBSCRIPTIONS * args.scale)
    with TemporaryDirectory() as folder:
        with_them = prepare(Path(folder) / "with", day, subscriptions)
        without = prepare(Path(folder) / "without", day, 0)
        parses, ours, unmatched, readers = [], list[Taken](), list[Taken](), []
        for _ in range(_REPETITIONS):
            parses.append(_seconds(lambda: _parse(feeds)))
            ours.append(_take_in(with_them, feeds))
            unmatched.append(_take_in(without, feeds))
            readers.append(_read(feeds))
    figures = _figures(min(parses), min(ours, key=lambda t: t.total), min(readers))
    figures["match_ms"] = _ms(min(t.ingest for t in ours) - min(t.ingest for t in unmatched))
    figures |= {"entries": _entries(feeds), "bytes": sum(map(len, feeds.values())), "subscriptions": subscriptions}
    show(figures, as_json=args.json)


def _more(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--feed", type=Path, help="a recorded announcement to take in instead of the made-up day")


def _figures(parse: float, ours: Taken, reader: float) -> dict[str, float | int | str]:
    told = ours.count
    return {
        "ingest_over_parse_ratio": round(ours.total / parse, 3),
        "reader_over_parse_ratio": round(reader / parse, 3),
        "feedparser_ms": _ms(parse),
        "total_ms": _ms(ours.total),
        "parse_ms": _ms(ours.parse),
        "ingest_ms": _ms(ours.ingest),
        "commit_ms": _ms(ours.commit),
        "reader_ms": _ms(reader),
        "new_papers": told.new_papers,
        "updated_papers": told.updated_papers,
        "new_links": told.new_links,
        "alerts": told.alerts,
        "alerts_per_paper_with_code": round(told.alerts / max(told.new_links, 1), 1),
    }


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _entries(feeds: Mapping[str, bytes]) -> int:
    return sum(len(feedparser.parse(body).entries) for body in feeds.values())


def _parse(feeds: Mapping[str, bytes]) -> None:
    for body in feeds.values():
        feedparser.parse(body)


def prepare(folder: Path, day: Day, subscriptions: int) -> Path:
    """A store to begin with, as a backup file: papers of the months before, and subscriptions."""
    folder.mkdir()
    world = World(seed=4)
    known = day.replaced[::2]
    with Storage(folder / FILE) as storage:
        with storage.write():
            fill(storage, list(many_papers(_BEFORE, first=1_000_000)))
            ingest(storage, map(as_fetched, known), now=NOW - timedelta(days=20), quiet=True)
        with storage.write():
            for n in range(subscriptions):
                _subscribe(storage, n // _A_CHAT, world.subscription())
        storage.back_up(folder / "prepared.db")
    return folder / "prepared.db"


def _subscribe(storage: Storage, chat: int, text: str) -> None:
    made = NOW - timedelta(days=10)
    parsed = query.parse(text)
    rarity = storage.papers.titles.rarity(parsed.words)
    key = storage.chats.meet(Address("console", str(chat)), made).key
    storage.subscriptions.add(key, text, query_terms(parsed, rarity), made)


def _take_in(prepared: Path, feeds: Mapping[str, bytes]) -> Taken:
    """Our whole way, on a fresh copy; the queries of the subscriptions are parsed anew."""
    matching.cached_parse.cache_clear()
    with TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        file.write_bytes(prepared.read_bytes())
        with Storage(file) as storage:
            begun = time.perf_counter()
            papers = [paper for name, body in feeds.items() for paper in read_announcement(body, name).papers]
            parsed = time.perf_counter()
            with storage.write():
                count = ingest(storage, papers, now=NOW)
                ingested = time.perf_counter()
            committed = time.perf_counter()
    return Taken(parsed - begun, ingested - parsed, committed - ingested, count)


def _read(feeds: Mapping[str, bytes]) -> float:
    """The seconds that the library `reader` takes from the bytes to its search index."""
    # because: the feedparser inside reader asks for sgmllib by the name that it had before feedparser took it over.
    sys.modules.setdefault("sgmllib", feedparser_sgmllib)
    with TemporaryDirectory() as folder:
        for name, body in feeds.items():
            (Path(folder) / f"{name}.xml").write_bytes(body)
        reader = make_reader(f"{folder}/reader.sqlite", feed_root=folder, search_enabled=True)
        for name in feeds:
            reader.add_feed(f"{name}.xml")
        begun = time.perf_counter()
        reader.update_feeds()
        reader.update_search()
        seconds = time.perf_counter() - begun
        assert reader.get_entry_counts().total, "reader has read nothing"
        reader.close()
        return seconds


if __name__ == "__main__":
    main()
