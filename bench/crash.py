"""Is an alert lost, or told too often, when the process is killed at any moment?

A real process (the whole wiring: poller, storage, outbox, deliver loop) polls a feed on loopback that has new papers
with code at every look, and delivers to a channel that writes down what it sent. It is killed with SIGKILL at random
moments, again and again; at the end it may finish. `lost` are alerts that were never sent, `repeated` those that were
sent more than once (at most one a kill: the one in flight). This shows what a crash of the process does; a crash of the
whole machine is what SQLite's synchronous = FULL is for.
"""

import random
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from bench.arxiv_day import small_feed
from bench.crash_worker import settings_for
from bench.figures import options, show
from bench.loopback import serving
from bench.stores import NOW
from bench.synthetic import Made, World
from bot.app import App
from bot.domain.chat import Address
from storage import FILE, Storage

KILLS: Final = 60
_CHATS: Final = tuple("abcdefghij")
_NEW: Final = 4  # papers that every look at the feed finds new
_SHOWN: Final = 60  # papers in the feed: one stays for many looks, as arXiv's stay for the day
_LIFE_S: Final = 0.6  # the longest that a process lives, from its first poll on; on a slow machine a few rounds,
_LONGEST_LIFE_S: Final = 3.0  # and no longer than this
_EMPTY: Final = b'<feed xmlns="http://www.w3.org/2005/Atom"></feed>'
_WORKER: Final = Path(__file__).with_name("crash_worker.py")


class EndlessFeed:
    """A feed that has new papers at every look; `served` are all that anybody could have read so far."""

    def __init__(self) -> None:
        self.served: list[Made] = []
        self.open = True
        self._papers = World(seed=5).papers(1_000_000, code=1.0)
        self._lock = threading.Lock()

    def answer(self, path: str) -> bytes:
        return self._look() if path.startswith("/rss/") else _EMPTY

    def _look(self) -> bytes:
        with self._lock:
            if self.open:
                self.served += [next(self._papers) for _ in range(_NEW)]
            # Not GitHub: those would first wait for a look at the repository.
            return small_feed(self.served[-_SHOWN:]).replace(b"github.com", b"gitlab.com")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found when all was over."""

    expected: Counter[str]
    sent: Counter[str]
    integrity: str

    @property
    def lost(self) -> int:
        return len(self.expected - self.sent)

    @property
    def repeated(self) -> int:
        return sum((self.sent - self.expected).values())


def main() -> None:
    args = options(__doc__)
    kills = max(3, round(KILLS * args.scale))
    feed = EndlessFeed()
    with TemporaryDirectory() as name, serving(feed.answer) as url:
        folder, rng = Path(name), random.Random(6)
        _subscribe(folder, url)
        life_s = min(max(_LIFE_S, 3 * _round_s(folder, url)), _LONGEST_LIFE_S)
        phases = Counter(_run_and_kill(folder, url, rng.uniform(0, life_s)) for _ in range(kills))
        feed.open = False
        subprocess.run(_command(folder, url, rounds=2), check=True, stdout=subprocess.DEVNULL, timeout=120)
        outcome = _outcome(folder, feed)
    show(_figures(kills, phases, outcome), as_json=args.json)


def _figures(kills: int, phases: Counter[str], outcome: Outcome) -> dict[str, float | int | str]:
    return {
        "kills": kills,
        "kills_while_polling": phases["poll"],
        "kills_while_delivering": phases["deliver"],
        "expected_alerts": outcome.expected.total(),
        "sent_alerts": outcome.sent.total(),
        "lost": outcome.lost,
        "repeated": outcome.repeated,
        "repeated_per_kill": round(outcome.repeated / kills, 3),
        "integrity": outcome.integrity,
    }


def _subscribe(folder: Path, server: str) -> None:
    with App(settings_for(folder, server), clock=lambda: NOW) as app:
        for chat in _CHATS:
            app.answers.subscribe(Address("bench", chat), "cat:cs.LG")
            app.answers.subscribe(Address("bench", chat), "cat:cs.CV")  # the same paper twice, and told once
            for number in "12":  # else what is over a budget, or comes with many others, would come together
                app.answers.settling.rhythm(Address("bench", chat), f"{number} priority")


def _command(folder: Path, server: str, *, rounds: int = 1_000_000) -> list[str]:
    return [sys.executable, str(_WORKER), str(folder), server, str(rounds)]


def _round_s(folder: Path, server: str) -> float:
    """Seconds that one round of a process takes here, from its first poll on."""
    with subprocess.Popen(_command(folder, server, rounds=1), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "poll", "the worker didn't start"
        begun = time.monotonic()
        assert process.stdout.read().split()[-1] == "done", "the worker didn't finish"
        return time.monotonic() - begun


def _run_and_kill(folder: Path, server: str, life_s: float) -> str:
    """Start a process, kill it so long after its first poll began; what it was doing."""
    with subprocess.Popen(_command(folder, server), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        phase = process.stdout.readline().strip()
        assert phase == "poll", "the worker didn't start"
        try:
            process.wait(life_s)
        except subprocess.TimeoutExpired:
            process.kill()
        rest = process.stdout.read().split()
        assert process.wait() == -9, "the worker ended by itself"
        return rest[-1] if rest else phase


def _outcome(folder: Path, feed: EndlessFeed) -> Outcome:
    # All of them name their code, and each chat is told once of those in its categories.
    wanted = [paper for paper in feed.served if {"cs.LG", "cs.CV"} & set(paper.categories)]
    expected = Counter(f"{chat} {paper.arxiv}" for paper in wanted for chat in _CHATS)
    sent = Counter((folder / "sent.txt").read_text().splitlines())
    with Storage(folder / FILE) as storage:
        integrity = str(storage.database.value("PRAGMA integrity_check"))
        broken = storage.database.rows("PRAGMA foreign_key_check")
        with storage.write():
            storage.database.execute("INSERT INTO titles (titles) VALUES ('integrity-check')")
    return Outcome(expected, sent, f"{len(broken)} rows refer to nothing" if broken else integrity)


if __name__ == "__main__":
    main()
