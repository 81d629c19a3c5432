"""How fast is the Papers With Code archive taken in, and in how much memory?

100,000 made-up rows of each of its two files, by `python -m bot import-archive`, beside what `sqlite-utils insert --nl`
takes to put the same rows into two bare tables; both are processes, the better of two runs counts:

    import_speed_ratio   rows a second until every title and link can be asked for, over those of sqlite-utils
    total_speed_ratio    the same until abstracts, authors, tasks and methods are stored and indexed, too
    again_s              the same command again, from start to end: nothing is read twice

And as many rows as the archive has, 576,000 papers and 300,000 links, gzipped:

    peak_rss_mb          the most memory that it ever had, together with the process that reads ahead
"""

import gzip
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

import psutil  # type: ignore[import-untyped]

from bench.figures import options, show
from bench.stores import CACHE, HOME, many_papers
from bench.synthetic import FUNCTION_WORDS, Made
from storage import FILE

ROWS: Final = 100_000
FULL_PAPERS: Final = 576_000
FULL_LINKS: Final = 300_000
_RUNS: Final = 2
_WITH_CODE: Final = 0.7  # papers for each link: some have several
_FRAMEWORKS: Final = ("none", "none", "none", "pytorch", "pytorch", "tf", "jax")
_LABS: Final = tuple(f"{a}{b}" for a in ("deep", "open", "vision", "neural") for b in FUNCTION_WORDS)
_TASKS: Final = tuple(f"Made-Up Task {n}" for n in range(2_000))


def main() -> None:
    args = options(__doc__)
    CACHE.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=CACHE) as name:
        figures = _ratios(Path(name), max(1_000, int(ROWS * args.scale)))
    with TemporaryDirectory(dir=CACHE) as name:
        papers, links = (max(1_000, int(count * args.scale)) for count in (FULL_PAPERS, FULL_LINKS))
        figures |= _full(Path(name), papers, links)
    show(figures, as_json=args.json)


def _ratios(folder: Path, count: int) -> dict[str, float]:
    files = _write(folder, count, count)
    bare, answerable, whole, again = [], [], [], []
    for n in range(_RUNS):
        bare.append(_bare(folder / f"bare-{n}.db", folder))
        run = _import(folder / f"data-{n}", files)
        answerable.append(run.answerable_s)
        whole.append(run.whole_s)
        again.append(_import(folder / f"data-{n}", files).whole_s)
    return {
        "rows_of_each": count,
        "import_speed_ratio": round(min(bare) / min(answerable), 3),
        "total_speed_ratio": round(min(bare) / min(whole), 3),
        "answerable_s": round(min(answerable), 2),
        "whole_s": round(min(whole), 2),
        "sqlite_utils_s": round(min(bare), 2),
        "again_s": round(min(again), 2),
    }


def _full(folder: Path, papers: int, links: int) -> dict[str, float]:
    run = _import(folder / "data", _write(folder, papers, links, packed=True))
    return {
        "full_papers": papers,
        "full_links": links,
        "full_answerable_s": round(run.answerable_s, 1),
        "full_whole_s": round(run.whole_s, 1),
        "peak_rss_mb": round(run.peak / 1e6, 1),
        "database_mb": round((folder / "data" / FILE).stat().st_size / 1e6),
    }


# Both ways in ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """One import: seconds until titles and links could be asked for, and until the end; the most resident bytes."""

    answerable_s: float
    whole_s: float
    peak: int


def _import(data: Path, files: Iterable[Path]) -> Run:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "-m", "bot"]
    place: dict[str, Any] = {"cwd": HOME.parent, "env": {**kept, "PAPERWIRE_DATA": str(data)}}
    subprocess.run([*command, "status"], **place, check=True, capture_output=True)  # makes the database
    begun, answerable, peak = time.perf_counter(), 0.0, [0]
    with subprocess.Popen(
        [*command, "import-archive", *map(str, files)], **place, stdout=subprocess.PIPE, text=True
    ) as process:
        watching = threading.Thread(target=_watch, args=(process, peak))
        watching.start()
        for line in process.stdout or ():
            if ", links: " in line or ", titles: " in line:
                answerable = time.perf_counter() - begun
        whole = time.perf_counter() - begun
        watching.join()
    assert process.returncode == 0, "the import failed"
    return Run(answerable, whole, peak[0])


def _watch(process: "subprocess.Popen[str]", peak: list[int]) -> None:
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            tree = [watched, *watched.children()]  # the file is read by a process beside it
            peak[0] = max(peak[0], sum(each.memory_info().rss for each in tree))
        except psutil.NoSuchProcess:
            return
        time.sleep(0.05)


def _bare(database: Path, folder: Path) -> float:
    """Seconds in which sqlite-utils puts the same rows into bare tables."""
    tool = str(Path(sys.executable).with_name("sqlite-utils"))
    begun = time.perf_counter()
    for table in ("links", "papers"):
        command = [tool, "insert", str(database), table, str(folder / f"{table}.nl"), "--nl"]
        subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


# Rows -----------------------------------------------------------------------------------------------------------------


def _write(folder: Path, papers: int, links: int, *, packed: bool = False) -> tuple[Path, Path]:
    """Both files as the archive has them; the same rows one a line beside them where they aren't packed."""
    made, rng = many_papers(max(papers, int(links * _WITH_CODE))), random.Random(7)
    ending = ".json.gz" if packed else ".json"
    files = (folder / f"links{ending}", folder / f"papers{ending}")
    with _List(files[0]) as into_links, _List(files[1]) as into_papers:
        left = links
        for paper in made:
            if paper.n < papers:
                into_papers.add(_paper_row(paper, rng))
            some = min(left, 1 + (rng.random() < 1 / _WITH_CODE - 1)) if paper.n < links * _WITH_CODE else 0
            for row in islice(_link_rows(paper, rng), some):
                into_links.add(row)
            left -= some
    return files


class _List:
    """A JSON list that is written row by row."""

    def __init__(self, file: Path) -> None:
        self._packed = file.suffix == ".gz"
        self._list = gzip.open(file, "wt", compresslevel=1) if self._packed else file.open("w")  # noqa: SIM115
        self._lines = None if self._packed else file.with_suffix(".nl").open("w")
        self._before = "[\n"

    def add(self, row: dict[str, Any]) -> None:
        text = json.dumps(row)
        self._list.write(f"{self._before}{text}")
        self._before = ",\n"
        if self._lines:
            self._lines.write(f"{text}\n")

    def __enter__(self) -> "_List":
        return self

    def __exit__(self, *_: object) -> None:
        self._list.write("\n]\n")
        self._list.close()
        if self._lines:
            self._lines.close()


def _address(paper: Made) -> tuple[str, str | None, str]:
    """The paper's page, its arXiv id (three in four have one) and its address."""
    slug = "-".join(paper.title.lower().replace(":", "").split())[:60]
    arxiv = paper.arxiv if paper.n % 4 else None
    address = f"https://arxiv.org/abs/{arxiv}v1" if arxiv else f"https://proceedings.example.org/{paper.n}.html"
    return f"https://paperswithcode.com/paper/{slug}-{paper.n}", arxiv, address


def _paper_row(paper: Made, rng: random.Random) -> dict[str, Any]:
    page, arxiv, address = _address(paper)
    return {
        "paper_url": page,
        "arxiv_id": arxiv,
        "nips_id": None,
        "openreview_id": None,
        "title": paper.title,
        "abstract": paper.abstract,
        "short_abstract": None,
        "url_abs": address,
        "url_pdf": address.replace("/abs/", "/pdf/"),
        "proceeding": None,
        "authors": paper.authors,
        "tasks": rng.sample(_TASKS, rng.randrange(5)),
        "date": f"{2000 + paper.n % 25}-{paper.n % 12 + 1:02}-17",
        "conference_url_abs": None,
        "conference_url_pdf": None,
        "conference": None,
        "reproduces_paper": None,
        "methods": [
            {"name": f"M{n}", "full_name": f"Method {n}", "description": paper.title} for n in range(paper.n % 3)
        ],
    }


def _owner(paper: Made, rng: random.Random) -> str:
    """One in three belongs to a laboratory, of which the largest have very many; the others to an author."""
    if rng.random() < 1 / 3:
        return f"{_LABS[int(len(_LABS) * rng.random() ** 3)]}-lab"
    first, last = rng.choice(paper.authors).split()
    return f"{first}{last}{paper.n % 90}" if paper.n % 6 == 0 else f"{first}{last}"


def _link_rows(paper: Made, rng: random.Random) -> Iterator[dict[str, Any]]:
    page, arxiv, address = _address(paper)
    name = paper.title.split()[0].strip(":")
    while True:
        yield {
            "paper_url": page,
            "paper_title": paper.title,
            "paper_arxiv_id": arxiv,
            "paper_url_abs": address,
            "paper_url_pdf": address.replace("/abs/", "/pdf/"),
            "repo_url": f"https://github.com/{_owner(paper, rng)}/{name}-{rng.randrange(100)}",
            "is_official": rng.random() < 0.4,
            "mentioned_in_paper": rng.random() < 0.3,
            "mentioned_in_github": rng.random() < 0.5,
            "framework": rng.choice(_FRAMEWORKS),
        }


if __name__ == "__main__":
    main()
