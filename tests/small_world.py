"""A world small enough to know by heart: arXiv, GitHub and Hugging Face on loopback, and a house that looks at them.

with small_world() as town, House(tmp_path, town) as house: house.call("poll", "--json")

The answers have the real ones' form as far as paperwire reads them, on the strict server of tests/sources.
"""

import atexit
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from xml.sax.saxutils import escape

from click.testing import CliRunner, Result

from bot.cli import main
from bot.config import explain, load
from tests.clock import PATIENCE_S
from tests.sources.server import Asked, Reply, Server

NOWHERE: Final = "http://127.0.0.1:9"  # the discard port: nobody listens
NOW: Final = ("--now", "2026-03-05T06:00:00Z")
_PAGE = (
    '<html><head><title>Ada\'s page</title><link rel="alternate" type="application/rss+xml" title="Ada writes" '
    'href="feed.xml"></head><body>Bees.</body></html>'
)
_HTML = "<html><body><main>{}</main></body></html>"


@dataclass(frozen=True, slots=True)
class Told:
    """A paper as this world's arXiv tells it; `code` is the owner/name that its comments name."""

    arxiv: str
    title: str
    code: str = ""
    kind: str = "new"
    version: int = 1


HIVES: Final = Told("2603.00001", "Slow Bees, Fast Hives", "ada/hives")
PLAIN: Final = Told("2603.00002", "A Paper without Code")
FOR: Final = Told("2603.00003", "For Bees Only: Attention in Hives", "ada/for-bees")


class Town:
    """The server and what it tells. `announce` replaces the day's papers; `break_down` and `mend` act on a prefix."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.papers: dict[str, Told] = {}
        self.repositories: dict[str, int] = {}
        server.route("/arxiv/api/query", self._query)
        server.route(
            "/arxiv/oai",
            body="<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><error code='noRecordsMatch'/></OAI-PMH>",
        )
        server.route("/github/api/rate_limit", body={})
        server.route("/hf/api/daily_papers", Reply(body=[], etag='"none"'))
        for page in ("/github/trending", "/github/trending/python"):
            server.route(page, Reply(body=_HTML.format(_row("ada/hives", 12)), type="text/html", etag='"today"'))
        server.route("/blog/feed.xml", Reply(body=_blog(["News"]), type="application/rss+xml", etag='"blog"'))
        server.route("/ada/", body=_PAGE, type="text/html")
        server.route("/ada/list.txt", body="ada/hives\n2603.00002\n", type="text/plain; charset=utf-8")
        self.post("News of hives")

    def post(self, *titles: str) -> None:
        """The entries of Ada's blog from now on; the page /ada/ names its feed."""
        reply = Reply(body=_blog(titles), type="application/rss+xml", etag=f'"{len(titles)} {titles[0]}"')
        self.server.route("/ada/feed.xml", reply)

    def end_posts(self, status: int) -> None:
        """Ada's blog answers with this failure."""
        self.server.route("/ada/feed.xml", status=status)

    def announce(self, *papers: Told, day: date = date(2026, 3, 5)) -> None:
        """A day's papers; arXiv's query endpoint knows them from now on."""
        self.papers |= {paper.arxiv: paper for paper in papers}
        reply = Reply(body=_rss(papers, day), type="application/rss+xml", etag=f'"{day}"')
        self.server.route("/arxiv/rss/cs.LG", reply)
        for paper in papers:
            self.server.route(f"/hf/api/papers/{paper.arxiv}", status=404)
            if paper.code:
                self.has(paper.code)

    def has(self, slug: str) -> None:
        """A repository that is there from now on."""
        number = self.repositories.setdefault(slug, 1000 + len(self.repositories))
        told = {"id": number, "full_name": slug, "stargazers_count": 12, "language": "Python", "license": None}
        self.server.route(f"/github/api/repos/{slug}", Reply(body=told, etag=f'"{number}"'))

    def settings(self) -> dict[str, str]:
        base = self.server.url("")
        return {
            "ARXIV_RSS_URL": f"{base}/arxiv",
            "ARXIV_API_URL": f"{base}/arxiv/api/query",
            "ARXIV_OAI_URL": f"{base}/arxiv/oai",
            "GITHUB_URL": f"{base}/github",
            "GITHUB_API_URL": f"{base}/github/api",
            "HUGGINGFACE_URL": f"{base}/hf",
            "PAPERSWITHCODE_URL": f"{base}/pwc",
            "ARXIV_URL": f"{base}/arxiv",
            "PAPERWIRE_FEEDS": f"{base}/blog/feed.xml",
        }

    def _query(self, asked: Asked) -> Reply:
        wanted = [i.partition("v")[0] for i in asked.query.get("id_list", "").split(",")]
        found = [self.papers[i] for i in wanted if i in self.papers]
        if words := re.findall(r'ti:"(\w+)"', asked.query.get("search_query", "")):
            found = [p for p in self.papers.values() if all(word in p.title.lower() for word in words)]
        return Reply(body=_answer(found), type="application/atom+xml")


@contextmanager
def small_world() -> Iterator[Town]:
    with Server() as server:
        town = Town(server)
        town.announce(HIVES, PLAIN)
        yield town


OFFLINE: Final = {
    **dict.fromkeys(("ARXIV_RSS_URL", "GITHUB_URL", "GITHUB_API_URL", "HUGGINGFACE_URL"), NOWHERE),
    "ARXIV_URL": f"{NOWHERE}/pages",
    "PAPERSWITHCODE_URL": f"{NOWHERE}/pwc",
    "ARXIV_API_URL": f"{NOWHERE}/api/query",
    "ARXIV_OAI_URL": f"{NOWHERE}/oai",
    "PAPERWIRE_FEEDS": f"{NOWHERE}/feed",
}


class House:
    """paperwire on a data folder: its settings, and its command line in this process or in one of its own."""

    def __init__(self, folder: Path, settings: Mapping[str, str] = OFFLINE) -> None:
        self.folder = folder
        self.data = folder / "data"
        own = {"PAPERWIRE_DATA": str(self.data), "PAPERWIRE_ARXIV_INTERVAL": "0", "PAPERWIRE_ARXIV_CATEGORIES": "cs.LG"}
        known = {row.name for row in explain(load({}, env_file=None))}
        self.env = dict.fromkeys([n for n in os.environ if n.removesuffix("_FILE") in known]) | own
        self.env |= {"PAPERWIRE_TRENDING_LANGUAGES": "python", "COLUMNS": "100", **settings}

    def settle(self, *now: str) -> Self:
        """As a first start leaves it: that takes in the starter catalogue, for which a copy of the data is as good."""
        shutil.copytree(_first_data(*now), self.data)
        return self

    def call(self, *words: str, type_in: str = "", **env: str | None) -> Result:
        """A command in this process; the logging that it sets up ends with it."""
        root = logging.getLogger()
        before, level = root.handlers[:], root.level
        try:
            return CliRunner().invoke(main, words, input=type_in, env={**self.env, **env}, catch_exceptions=False)
        finally:
            root.handlers[:] = before
            root.setLevel(level)

    def counts(self, *words: str) -> dict[str, Any]:
        """What `poll --json` prints on its last line."""
        result = self.call(*NOW, "poll", "--json", *words)
        return dict(json.loads(result.stdout.splitlines()[-1]))

    def start(self, *words: str, **env: str) -> "Process":
        """A command in a process of its own, in the house's folder."""
        given = {name: value for name, value in self.env.items() if value is not None}
        inherited = {name: value for name, value in os.environ.items() if name not in self.env}
        return Process(words, {**inherited, **given, **env}, self.folder)


@cache
def _first_data(*now: str) -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    house = House(folder)
    house.call(*now, "status")
    return house.data


class Process:
    """A running command; its lines can be waited for, and it never outlives its block."""

    def __init__(self, words: Sequence[str], env: Mapping[str, str], folder: Path) -> None:
        home = str(Path(__file__).resolve().parents[1])
        self.log = folder / f"log-{time.monotonic_ns()}"
        with self.log.open("wb") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "bot", *words],
                env={**env, "PYTHONPATH": home},
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_for(self, words: str, *, within_s: float = PATIENCE_S) -> str:
        end = time.monotonic() + within_s
        while words not in self.said():
            alive = time.monotonic() < end and self.popen.poll() is None
            assert alive, f"no {words!r} in:\n{self.said()}"
            time.sleep(0.02)
        return self.said()

    def end(self, signal: int, *, within_s: float = PATIENCE_S) -> tuple[int, float]:
        """Send a signal; the exit code, and how many seconds it took."""
        began = time.monotonic()
        self.popen.send_signal(signal)
        return self.popen.wait(within_s), time.monotonic() - began

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.popen.kill()
        self.popen.wait()


def _rss(papers: Sequence[Told], day: date) -> str:
    midnight = f"{day:%a, %d %b %Y} 00:00:00 -0500"
    items = "".join(
        f"<item><title>{escape(p.title)}</title><link>https://arxiv.org/abs/{p.arxiv}</link>"
        f"<description>arXiv:{p.arxiv}v{p.version} Announce Type: {p.kind} \nAbstract: We study it.</description>"
        f'<guid isPermaLink="false">oai:arXiv.org:{p.arxiv}v{p.version}</guid><category>cs.LG</category>'
        f"<pubDate>{midnight}</pubDate><arxiv:announce_type>{p.kind}</arxiv:announce_type>"
        "<dc:creator>Ada Lin</dc:creator></item>"
        for p in papers
    )
    return (
        '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0">'
        f"<channel><title>cs.LG updates on arXiv.org</title><pubDate>{midnight}</pubDate>{items}</channel></rss>"
    )


def _answer(papers: Sequence[Told]) -> str:
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/{p.arxiv}v{p.version}</id><title>{escape(p.title)}</title>"
        f"<summary>We study it.</summary><category term='cs.LG'/><published>2026-03-04T17:00:00Z</published>"
        + (f"<arxiv:comment>Code: https://github.com/{p.code}</arxiv:comment>" if p.code else "")
        + "<author><name>Ada Lin</name></author></entry>"
        for p in papers
    )
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" '
        'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        f"<opensearch:totalResults>{len(papers)}</opensearch:totalResults>{entries}</feed>"
    )


def _row(slug: str, gained: int) -> str:
    return (
        f'<article class="Box-row"><h2><a href="/{slug}">{slug}</a></h2><a href="/{slug}/stargazers">120</a>'
        f'<span class="d-inline-block float-sm-right">{gained} stars today</span></article>'
    )


def _blog(titles: Sequence[str]) -> str:
    items = "".join(
        f"<item><title>{title}</title><link>https://bee.example.org/{n}</link><guid>{title}</guid></item>"
        for n, title in enumerate(titles, 1)
    )
    return f'<rss version="2.0"><channel><title>Ada writes</title>{items}</channel></rss>'
