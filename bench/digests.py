"""How long does it take to tell a hundred thousand chats of one paper, and to compose their digests in one minute?

    fanout_100k_s          one paper with code that every chat is subscribed to: from the match to the end of the commit
    digests_100k_s         the digests of all chats, due in the same minute: composed and committed to the outbox
    answer_meanwhile_…     `/code` with a title, through Answers.code, asked all the while beside the composing
    peak_rss_mb            of the process, at its end
    word_digest_p50_ms     what a digest costs later, when it is sent: taken from the outbox, ranked, worded, rendered

Each chat has had ten alerts in the week, of 1,400 papers. `commit_100k_s` is the yardstick: as many bare rows as the
fan-out makes, inserted and committed by SQLite alone into tables of the same shape.
"""

import random
import resource
import sqlite3
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from bench.figures import options, percentile_ms, show, timed
from bench.search import Unplugged
from bench.stores import NOW, fill, many_papers
from bot.answers import Answers, Live
from bot.domain.chat import Address
from bot.domain.news import News, NewsKind, Planned, Tell
from bot.jobs.digest import compose
from bot.rules import query
from bot.rules.terms import query_terms
from bot.telling import tell
from handlers import wording
from handlers.telegram.render import render
from storage import FILE, Storage

CHATS: Final = 100_000
PAPERS: Final = 10_000
_ALERTS: Final = 10
_AT_ONCE: Final = 5_000
_WORDED: Final = 300
_MONDAY: Final = datetime.fromisoformat("2026-03-09T09:00:00+00:00")  # when every digest is due, unless it is set


def main() -> None:
    args = options(__doc__)
    chats = max(1_000, int(CHATS * args.scale))
    with TemporaryDirectory() as folder, Storage(Path(folder) / FILE) as storage:
        titles = _papers(storage)
        (new, *known) = [row[0] for row in storage.database.rows("SELECT DISTINCT paper FROM links ORDER BY paper")]
        _chats(storage, chats, known)
        fanout = _fan_out(storage, chats, new)
        took, answers = _compose(storage, titles, chats)
        worded = _worded(storage)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        figures = {
            "chats": chats,
            "fanout_100k_s": round(fanout * CHATS / chats, 2),
            "commit_100k_s": round(_bare(Path(folder), chats) * CHATS / chats, 2),
            "digests_100k_s": round(took * CHATS / chats, 1),
            "answer_meanwhile_p50_ms": percentile_ms(answers, 50),
            "answer_meanwhile_p99_ms": percentile_ms(answers, 99),
            "word_digest_p50_ms": percentile_ms(worded, 50),
            "peak_rss_mb": round(peak, 1),
        }
    show(figures, as_json=args.json)


def _papers(storage: Storage) -> list[str]:
    made = list(islice(many_papers(PAPERS), PAPERS))
    with storage.write():
        fill(storage, made)
    return [one.title for one in made]


def _chats(storage: Storage, count: int, papers: Sequence[int]) -> None:
    """Chats with a subscription, ten alerts of the week that were sent, and a digest that is due on Monday at nine."""
    terms = query_terms(query.parse("cat:cs"), {})
    rng = random.Random(7)
    for start in range(0, count, _AT_ONCE):
        with storage.write():
            keys = [
                storage.chats.meet(Address("telegram", str(number)), NOW).key
                for number in range(start, min(start + _AT_ONCE, count))
            ]
            for key in keys:
                storage.subscriptions.add(key, "cat:cs", terms, NOW)
                storage.paces.next_digest(key, _MONDAY, last=date(2026, 3, 2))
            for paper in rng.sample(papers, _ALERTS):
                news = News(NewsKind.CODE, paper, NOW)
                tells = (Tell(key, news, ("cat:cs",), NOW) for key in keys)
                storage.outbox.queue([Planned(one) for one in tells], NOW)
    with storage.write():
        storage.database.execute("UPDATE deliveries SET state = 'sent', done_at = due_at")


def _fan_out(storage: Storage, chats: int, key: int) -> float:
    paper = storage.papers.get(key)
    took: list[float] = []
    with timed(took), storage.write():
        told = tell(storage, News(NewsKind.CODE, paper.key, NOW), paper, storage.links.of_paper(paper.key), now=NOW)
    assert told == chats, f"{told} of {chats} chats were told"
    return took[0]


def _bare(folder: Path, rows: int) -> float:
    """SQLite alone: a delivery and an alert for each chat, with the indexes that every outbox needs."""
    took: list[float] = []
    with closing(sqlite3.connect(folder / "bare.db")) as database:
        database.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "CREATE TABLE deliveries (id INTEGER PRIMARY KEY, chat INTEGER, state TEXT, due_at INTEGER);"
            "CREATE INDEX due ON deliveries (due_at) WHERE state = 'due';"
            "CREATE TABLE alerts (id INTEGER PRIMARY KEY, chat INTEGER, kind TEXT, subject INTEGER, delivery INTEGER, "
            "UNIQUE (chat, kind, subject));"
        )
        with timed(took), database:
            database.executemany("INSERT INTO deliveries VALUES (?, ?, 'due', 0)", ((n, n) for n in range(rows)))
            database.executemany("INSERT INTO alerts VALUES (NULL, ?, 'code', 1, ?)", ((n, n) for n in range(rows)))
    return took[0]


def _compose(storage: Storage, titles: Sequence[str], chats: int) -> tuple[float, list[float]]:
    """The seconds it took, and those of every answer in the meantime."""
    live = Live(Unplugged(), Unplugged(), Unplugged())
    answers, asked, done = Answers(storage, live, clock=lambda: NOW), list[float](), threading.Event()

    def ask() -> None:
        rng = random.Random(8)
        while not done.is_set():
            with timed(asked):
                answers.code(rng.choice(titles))
            time.sleep(0.02)

    asking = threading.Thread(target=ask)
    asking.start()
    took: list[float] = []
    with timed(took):
        made = compose(storage, _MONDAY + timedelta(seconds=20))
    done.set()
    asking.join()
    assert made == chats, f"{made} of {chats} digests were composed"
    return took[0], asked


def _worded(storage: Storage) -> list[float]:
    with storage.write():
        storage.database.execute("UPDATE deliveries SET state = 'sent', done_at = due_at WHERE digest IS NULL")
    now, took = _MONDAY + timedelta(minutes=1), list[float]()
    for _ in range(_WORDED):
        with timed(took):
            ((key, _),) = storage.outbox.due("telegram", now=now, limit=1)
            with storage.write():
                keys = storage.outbox.claim([key], now=now, lease_until=now)
            (delivery,) = storage.outbox.deliveries(keys)
            render(wording.delivery(delivery))
    return took


if __name__ == "__main__":
    main()
