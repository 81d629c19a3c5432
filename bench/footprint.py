"""How much memory does the idle service take, and how long does one question take from a cold start?

With 600,000 papers stored, no terminal, no token, and every source at a port where nobody listens:

    idle_rss_mb       resident memory of `python -m bot run`, when its ticks have run and questions were asked beside it
    after_day_rss_mb  the same when it has taken in a full day of arXiv, from a server on loopback
    cold_ask_s        `python -m bot ask "/code bert"`, from the start of the process to its end, median of five
    first_start_s     the same in an empty folder: it makes the database and takes in the starter catalogue
    import_cli_s      importing the command line, beyond the start of Python itself
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

import psutil  # type: ignore[import-untyped]

from bench.arxiv_day import make_day
from bench.figures import options, show
from bench.loopback import serving
from bench.stores import CACHE, HOME, folder_of
from storage import FILE

PAPERS: Final = 600_000
_RUNS: Final = 5
_SETTLES_S: Final = 35.0  # every tick but the hourly one comes within 30 s
_QUESTIONS: Final = ("/code bert", "/code attention is all you need", "/code graph neural networks", "/status")
_PYTHON: Final = (sys.executable, "-m", "bot")


def main() -> None:
    args = options(__doc__)
    papers = max(1_000, int(PAPERS * args.scale))
    store = folder_of(papers)
    with TemporaryDirectory(dir=CACHE) as name, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # taken, and nobody listens
        folder, nowhere = Path(name), f"http://127.0.0.1:{closed.getsockname()[1]}"
        first_start = _seconds([*_PYTHON, "ask", "/code bert"], _environment(folder / "empty", nowhere))
        (folder / "full").mkdir()
        shutil.copyfile(store / FILE, folder / "full" / FILE)
        figures = {"papers": papers, **_measure(_environment(folder / "full", nowhere))}
        figures["after_day_rss_mb"] = _after_day(_environment(folder / "full", nowhere))
    show({**figures, "first_start_s": round(first_start, 3), "import_cli_s": _import_seconds()}, as_json=args.json)


def _environment(data: Path, nowhere: str) -> dict[str, str]:
    """Only what the process needs: nothing of this machine's own settings, and no source within reach."""
    sources = "ARXIV_RSS ARXIV_API ARXIV_OAI ARXIV GITHUB GITHUB_API HUGGINGFACE PAPERSWITHCODE"
    urls = [f"{name}_URL" for name in sources.split()]
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, **dict.fromkeys(urls, nowhere), "PAPERWIRE_DATA": str(data), "PAPERWIRE_FEEDS": f"{nowhere}/feed"}


def _measure(environment: Mapping[str, str]) -> dict[str, float]:
    ask = [*_PYTHON, "ask", "/code bert"]
    _seconds(ask, environment)  # takes in the starter catalogue
    asks = [_seconds(ask, environment) for _ in range(_RUNS)]
    idle, peak = _memory(environment)
    return {
        "idle_rss_mb": round(idle / 1e6, 1),
        "peak_rss_mb": round(peak / 1e6, 1),
        "cold_ask_s": round(median(asks), 3),
        "cold_ask_max_s": round(max(asks), 3),
    }


def _after_day(environment: Mapping[str, str]) -> float:
    """The same with announcements to read."""
    feeds = {f"/rss/{category}": body for category, body in make_day(1_000).feeds.items()}
    with serving(feeds.get) as url:
        near = {"ARXIV_RSS_URL": url, "ARXIV_API_URL": f"{url}/api", "ARXIV_OAI_URL": f"{url}/oai"}
        idle, _ = _memory({**environment, **near, "PAPERWIRE_ARXIV_INTERVAL": "0"})
    return round(idle / 1e6, 1)


def _memory(environment: Mapping[str, str]) -> tuple[int, int]:
    """Resident bytes of the service when it has settled, and the most that were seen on the way."""
    with subprocess.Popen(
        [*_PYTHON, "run"],
        cwd=HOME.parent,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        service, begun, seen = psutil.Process(process.pid), time.monotonic(), [0]
        asked = 0
        while time.monotonic() - begun < _SETTLES_S:
            assert process.poll() is None, "the service ended by itself"
            if asked < len(_QUESTIONS) and time.monotonic() - begun > 5 * (asked + 1):
                _seconds([*_PYTHON, "ask", _QUESTIONS[asked]], environment)
                asked += 1
            seen.append(service.memory_info().rss)
            time.sleep(0.2)
        process.terminate()
        assert process.wait(15) == 0, "the service didn't stop in order"
        return seen[-1], max(seen)


def _seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, cwd=HOME.parent, env=environment, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return time.perf_counter() - begun


def _import_seconds() -> float:
    """Median of five, less that of a Python that imports nothing."""
    bare, whole = ([_seconds([sys.executable, "-c", code], os.environ) for _ in range(_RUNS)] for code in ("", _IMPORT))
    return round(median(whole) - median(bare), 3)


_IMPORT: Final = "import bot.cli"


if __name__ == "__main__":
    main()
