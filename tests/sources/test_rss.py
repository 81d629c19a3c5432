"""General feeds: every kind of feed and every kind of harm.

Each feed-* in data/ has a golden twin: what it comes to, as JSON.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.feed import Batch, Validators
from bot.domain.paper import PaperId
from bot.errors import FetchError, Gone, Refused, TooLarge, Unreadable
from bot.sources.rss import Rss
from bot.sources.web import Web
from tests.sources.clients import DATA, TWINS, a_feed, a_web, redirect, rss
from tests.sources.server import Reply, Server


def read(web: Web, server: Server, body: bytes | str, kind: str = "application/rss+xml") -> Batch:
    server.route("/feed", body=body, type=kind)
    return Rss(web).fetch(a_feed(server.url("/feed")))


# --- not a feed


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        ("<!DOCTYPE html><html><head><title>A blog</title></head></html>", "text/html", "a web page, not a feed"),
        ("\ufeff <?xml version='1.0'?><!-- hi -->\n<HTML>", "application/xml", "a web page, not a feed"),
        ("<html>".encode("utf-16"), "text/html", "a web page, not a feed"),
        ("<head><title>Document Moved</title></head>", "application/rss+xml", "a web page, not a feed"),
        ("", "application/rss+xml", "an empty answer, not a feed"),
        ("<opml version='2.0'><body/></opml>", "text/xml", "XML, but not a feed (its root is <opml>)"),
        ('{"message": "hello"}', "application/json", "JSON, but not a feed"),
        ("[" * 50_000, "application/json", "broken JSON, not a feed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": [', "application/json", "broken JSON, not a feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "image/png", "not a feed (it calls itself image/png)"),
        ("Bad gateway", "text/plain; charset=utf-8", "not a feed (it calls itself text/plain)"),
        ("<rss version='2.0'><channel><title>cut of", "text/xml", "a feed whose XML is broken before its first item"),
    ],
    ids="page page-with-mark page-utf16 head empty opml json nested-json half-json image text half-rss".split(),
)
def test_what_is_not_a_feed_is_called_what_it_is(
    web: Web, server: Server, body: bytes | str, kind: str, reason: str
) -> None:
    with pytest.raises(Unreadable) as failed:
        read(web, server, body, kind)
    assert str(failed.value) == reason


def test_a_feed_that_is_gone_says_so(web: Web, server: Server) -> None:
    server.route("/feed", Reply(410))
    with pytest.raises(Gone):
        Rss(web).fetch(a_feed(server.url("/feed")))


def test_a_private_feed_is_read_only_where_the_settings_name_it(server: Server) -> None:
    server.route("/feed", body=rss("<item><title>a</title></item>"))
    source = Rss(a_web(allow_private=False))
    with pytest.raises(Refused):
        source.fetch(a_feed(server.url("/feed")))
    with pytest.raises(Refused):
        source.discover(server.url("/feed"))
    assert len(source.fetch(a_feed(server.url("/feed"), trusted=True)).entries) == 1
    assert len(source.discover(server.url("/feed"), trusted=True)) == 1


# --- every kind of feed


@pytest.mark.parametrize("path", TWINS, ids=lambda path: path.name)
def test_a_feed_comes_to_its_golden_twin(web: Web, server: Server, path: Path) -> None:
    server.route("/here/feed", body=path.read_bytes(), type="application/octet-stream")
    batch = Rss(web).fetch(a_feed(server.url("/here/feed")))
    expected = json.loads(path.with_name(f"{path.name}.expected.json").read_text(encoding="utf-8"))
    assert as_told(batch, server) == expected


def as_told(batch: Batch, server: Server) -> Any:
    """What the batch tells, apart from validators and what is empty, as JSON has it."""
    told = json.dumps(asdict(replace(batch, validators=Validators())), default=str)
    return without_empty(json.loads(told.replace(server.url(""), "http://feed.example")))


def without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: kept for key, inner in value.items() if (kept := without_empty(inner))}
    return [without_empty(inner) for inner in value] if isinstance(value, list) else value


def test_an_empty_feed_is_a_feed(web: Web, server: Server) -> None:
    batch = read(web, server, rss())
    assert (batch.title, batch.entries, batch.not_modified) == ("t", (), False)


def test_an_unchanged_feed_is_an_empty_batch(web: Web, server: Server) -> None:
    server.route("/feed", body=rss("<item><title>a</title></item>"), etag='"1"')
    first = Rss(web).fetch(a_feed(server.url("/feed")))
    second = Rss(web).fetch(a_feed(server.url("/feed"), first.validators))
    assert (second.not_modified, second.entries, second.validators) == (True, (), first.validators)
    assert server.asked[1].headers["If-None-Match"] == '"1"'


def test_a_moved_feed_says_where_it_lives_now(web: Web, server: Server) -> None:
    server.route("/old", redirect(301, "/feed")).route("/feed", body=rss())
    assert Rss(web).fetch(a_feed(server.url("/old"))).moved_to == server.url("/feed")


def test_a_feed_of_arxiv_given_as_any_feed_brings_papers(web: Web, server: Server) -> None:
    item = """<item><title>On words</title><link>https://arxiv.org/abs/2603.01250</link>
        <description>arXiv:2603.01250v1 Announce Type: new \nAbstract: We count words.</description>
        <guid isPermaLink="false">oai:arXiv.org:2603.01250v1</guid>
        <pubDate>Thu, 05 Mar 2026 00:00:00 -0500</pubDate></item>"""
    batch = read(web, server, rss(item))
    paper = batch.papers[0]
    assert paper.ids == (PaperId("arxiv", "2603.01250"),)
    assert (paper.title, paper.announced) == ("On words", datetime(2026, 3, 5, 5, tzinfo=UTC))
    assert paper.abstract == "We count words."
    assert batch.entries[0].paper == PaperId("arxiv", "2603.01250")


@pytest.mark.parametrize(
    ("item", "paper"),
    [
        ("<link>https://huggingface.co/papers/2005.14165</link>", "arXiv:2005.14165"),
        ("<guid isPermaLink='false'>doi:10.48550/arXiv.2005.14165</guid>", "arXiv:2005.14165"),
        ("<link>https://aclanthology.org/2020.acl-main.1/</link>", "acl:2020.acl-main.1"),
        ("<link>https://blog.example.org/</link><guid isPermaLink='false'>2301.12345</guid>", None),
        ("<guid isPermaLink='false'>post/1234567</guid>", None),
        ("<link>https://blog.example.org/on-arxiv.org/abs/2005.14165</link>", None),
        ("<description>about https://arxiv.org/abs/2005.14165</description>", None),
    ],
)
def test_an_entry_is_a_paper_only_by_its_own_address(web: Web, server: Server, item: str, paper: str | None) -> None:
    entry = read(web, server, rss(f"<item><title>a</title>{item}</item>")).entries[0]
    assert (str(entry.paper) if entry.paper else None) == paper


# --- harm


def test_five_hundred_items_of_one_id_are_one_entry(web: Web, server: Server) -> None:
    items = (f"<item><title>{n}</title><guid>same</guid></item>" for n in range(500))
    assert [entry.title for entry in read(web, server, rss(*items)).entries] == ["0"]


def test_of_too_many_items_the_newest_are_kept_in_the_order_of_the_feed(web: Web, server: Server) -> None:
    day = datetime(2020, 1, 1, tzinfo=UTC)
    dates = [f"{day + timedelta(days=n):%a, %d %b %Y} 00:00:00 GMT" for n in range(520)]
    items = (f"<item><title>{n}</title><pubDate>{date}</pubDate></item>" for n, date in enumerate(dates))
    titles = [entry.title for entry in read(web, server, rss(*items)).entries]
    assert titles == [str(n) for n in range(20, 520)]


def test_a_missing_guid_is_made_from_link_and_title_and_stays_the_same(web: Web, server: Server) -> None:
    one, other = "<item><title>a</title><link>/1</link>{}</item>", "<item><title>b</title><link>/1</link></item>"
    before = read(web, server, rss(one.format("<description>x</description>"), other)).entries
    after = read(web, server, rss(other, one.format("<description>edited</description>"))).entries
    assert {entry.guid for entry in before} == {entry.guid for entry in after}
    assert len({entry.guid for entry in before}) == 2


def test_a_guid_of_any_length_fits(web: Web, server: Server) -> None:
    items = (f"<item><guid isPermaLink='false'>{'x' * 1000}{n}</guid><title>{n}</title></item>" for n in range(2))
    guids = [entry.guid for entry in read(web, server, rss(*items)).entries]
    assert len(set(guids)) == 2
    assert max(map(len, guids)) < 100


def test_a_hostile_title_becomes_one_plain_line(web: Web, server: Server) -> None:
    title = "\u202eevil\u200b\n  &lt;script&gt;alert(1)&lt;/script&gt;&lt;b onclick=x&gt;bold&lt;/b&gt; "
    title += "&amp;#0;&lt;!-- no --&gt;end"
    long = "x" * 10_000
    entries = read(web, server, rss(*(f"<item><title>{t}</title></item>" for t in (title, long)))).entries
    assert entries[0].title == "evil bold end"
    assert len(entries[1].title) <= 500


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("mailto:a@example.org", ""),
        ("https://user:pass@example.org/x", "https://example.org/x"),
        ("//cdn.example.org/x", "http://cdn.example.org/x"),
        ("../up", "http://feed.example/up"),
        ("https://example.org/ä b?q=ü#é", "https://example.org/%C3%A4%20b?q=%C3%BC#%C3%A9"),
        ("https://example.org/" + "x" * 3000, ""),
    ],
)
def test_a_link_is_a_web_address_or_dropped(web: Web, server: Server, link: str, url: str) -> None:
    item = f"<item><title>a</title><guid isPermaLink='false'>1</guid><link>{link}</link></item>"
    server.route("/here/feed", body=rss(item), type="application/rss+xml; charset=utf-8")
    entry = Rss(web).fetch(a_feed(server.url("/here/feed"))).entries[0]
    assert entry.url.replace(server.url(""), "http://feed.example") == url


@pytest.mark.parametrize(
    "date",
    ["", "yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "0000-00-00T00:00:00Z", "9" * 400, "2399-01-01T00:00:00Z"],
)
def test_an_absurd_date_is_none(web: Web, server: Server, date: str) -> None:
    entry = read(web, server, rss(f"<item><title>a</title><pubDate>{date}</pubDate></item>")).entries[0]
    assert entry.published is None


def test_a_clock_that_is_a_zone_ahead_is_believed(web: Web, server: Server) -> None:
    tomorrow = datetime.now(UTC) + timedelta(hours=20)
    item = f"<item><title>a</title><pubDate>{tomorrow:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
    assert read(web, server, rss(item)).entries[0].published is not None


def entity_bomb() -> str:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    item = "<item><title>boom &e11;</title><guid>1</guid></item>"
    return f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "aaaaaaaaaa">{levels}]>{rss(item)}'


@pytest.mark.parametrize(
    "body",
    [
        entity_bomb(),
        entity_bomb() + " " * 1_100_000,
        '<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + rss("<item><title>&f;</title></item>"),
        "<rss version='2.0'><channel><item>" + "<a>" * 10_000,
        rss("<item><title>a</title><description>" + "&lt;script&gt;" * 30_000 + "</description></item>"),
        "<!--" * 300_000,
        "<?" * 500_000,
    ],
    ids=["entities", "entities in a large file", "a file", "depth", "scripts", "comments", "instructions"],
)
def test_a_bomb_is_over_soon_and_says_little(web: Web, server: Server, body: str) -> None:
    begun = time.process_time()
    try:
        batch = read(web, server, body)
    except FetchError:
        batch = Batch()
    assert time.process_time() - begun < 5
    assert all(len(entry.title) < 600 and "root:" not in entry.title for entry in batch.entries)


def test_a_file_name_instead_of_a_feed_opens_no_file(web: Web, server: Server) -> None:
    with pytest.raises(Unreadable):
        read(web, server, str(DATA / "feed-rss20.xml"), "text/plain")


def test_only_the_beginning_of_a_large_broken_feed_is_taken(web: Web, server: Server) -> None:
    items = "<item><title>a &amp; b</title><description>" + "x" * 100_000 + "</description></item>"
    batch = read(web, server, rss(items * 20, "<item><title>a & b</title></item>"))
    assert len(batch.entries) == 1
    assert batch.warnings == ("its XML is broken; 10 items of its first 1 MB could be read",)
    assert batch.entries[0].title == "a & b"


def test_a_feed_that_never_ends_is_too_large(web: Web, server: Server) -> None:
    server.route("/feed", body=rss("<item><title>a</title></item>"), manner="endless")
    with pytest.raises(TooLarge):
        Rss(a_web(timeout_s=10)).fetch(a_feed(server.url("/feed")))


@pytest.mark.parametrize(
    ("charset", "kind"),
    [
        ("windows-1251", "text/xml; charset=windows-1251"),
        ("windows-1251", "application/xml"),
        ("utf-16", "application/rss+xml"),
        ("koi8-r", "application/rss+xml; charset=hex"),
    ],
)
def test_a_charset_is_found_where_it_is_named(web: Web, server: Server, charset: str, kind: str) -> None:
    body = f"<?xml version='1.0' encoding='{charset}'?>{rss('<item><title>Привет</title></item>')}"
    assert read(web, server, body.encode(charset), kind).entries[0].title == "Привет"


def test_a_wrong_charset_loses_letters_but_not_entries(web: Web, server: Server) -> None:
    body = "<?xml version='1.0' encoding='utf-8'?>" + rss("<item><title>Café one</title></item>")
    assert read(web, server, body.encode("latin-1")).entries[0].title.endswith("one")


# --- real feeds, where the recordings are at hand

REPLAY = Path(__file__).parents[2].parent / "shared" / "replay" / "serve.py"


@pytest.fixture(scope="module")
def replay() -> Iterator[str]:
    command = [sys.executable, "-u", str(REPLAY), "--port", "0", "--date", "2026-03-05"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1) as process:
        assert process.stdout is not None
        address = next((found[0] for line in process.stdout if (found := re.search(r"http://[\d.]+:\d+", line))), "")
        yield address
        process.terminate()


@pytest.mark.skipif(not REPLAY.exists(), reason="the recordings are not here")
def test_real_feeds_are_read_and_harm_is_survived(replay: str) -> None:
    source = Rss(a_web(timeout_s=5))
    names = re.findall(r"/feeds/([\w.-]+)", a_web(timeout_s=5).get(f"{replay}/feeds/").text())
    found, failed = 0, []
    for name in names:
        try:
            found += bool(source.fetch(a_feed(f"{replay}/feeds/{name}")).entries)
        except Unreadable:
            failed.append(name)
    assert found >= 50
    assert len(failed) <= 7
    assert source.fetch(a_feed(f"{replay}/feeds/_redirect/heise.atom")).moved_to == f"{replay}/feeds/heise.atom"
    assert len(source.discover(f"{replay}/feeds/_html")) == 2
    with pytest.raises(Gone):
        source.fetch(a_feed(f"{replay}/feeds/_gone"))
    with pytest.raises(TooLarge):
        source.fetch(a_feed(f"{replay}/feeds/_big"))
    with pytest.raises(FetchError, match="no answer within"):
        Rss(a_web(timeout_s=0.5)).fetch(a_feed(f"{replay}/feeds/_slow/heise.atom"))
