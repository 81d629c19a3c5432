"""arXiv: announcements in three forms, the query API, OAI-PMH. Golden twins: data/arxiv-X and arxiv-X.expected.json."""

import gzip
import json
import tarfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.feed import Batch, Feed, Source
from bot.domain.paper import Announcement, FetchedPaper, parse_paper_id
from bot.errors import FetchError, RateLimited, Unreadable
from bot.sources.arxiv import Arxiv
from bot.sources.arxiv_feed import MANY_ITEMS, authors_of, read_announcement
from bot.sources.arxiv_parse import is_withdrawn, read_records, read_results
from bot.sources.web import LocalAllowances, Web
from tests.sources.server import Asked, Reply, Server

DATA = Path(__file__).parent / "data"
RECORDED = Path(__file__).parents[3] / "shared" / "data" / "arxiv"
MARCH = {"since": date(2026, 3, 4), "until": date(2026, 3, 6)}
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><feed>&b;</feed>'


@pytest.fixture
def arxiv(server: Server) -> Iterator[Arxiv]:
    web = Web(user_agent="paperwire tests", allowances=LocalAllowances(), timeout_s=10, patience_s=0)
    yield _arxiv(web, server)
    web.close()


def _arxiv(web: Web, server: Server, interval_s: float = 0.0) -> Arxiv:
    return Arxiv(
        web, rss_url=server.url(""), api_url=server.url("/api"), oai_url=server.url("/oai"), interval_s=interval_s
    )


def _fetch(arxiv: Arxiv, category: str = "cs.LG") -> Batch:
    return arxiv.fetch(Feed(1, Source.ARXIV, arxiv.feed_url(category), category))


def _announce(*items: str, title: str = "cs.LG updates on arXiv.org", about: str = "") -> bytes:
    stamp = "Thu, 05 Mar 2026 00:00:00 -0500"
    channel = f"<title>{title}</title><description>{about}</description><pubDate>{stamp}</pubDate>{''.join(items)}"
    space = 'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'<rss version="2.0" {space}><channel>{channel}</channel></rss>'.encode()


def _item(paper: str, kind: str = "new", title: str = "T", category: str = "cs.LG") -> str:
    return (
        f"<item><title>{title}</title><guid>oai:arXiv.org:{paper}</guid><category>{category}</category>"
        f"<description>arXiv:{paper} Announce Type: {kind} \nAbstract: A.</description></item>"
    )


def _results(*ids: str, total: int | None = None, extra: str = "") -> str:
    entries = "".join(f"<entry><id>http://arxiv.org/abs/{i}</id><title>Title of {i}</title></entry>" for i in ids)
    count = len(ids) if total is None else total
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">'
        f"<o:totalResults>{count}</o:totalResults>{entries}{extra}</feed>"
    )


def _records(*ids: str, token: str = "", error: str = "") -> str:
    records = "".join(
        f"<record><header><datestamp>2026-03-05</datestamp></header><metadata><arXiv><id>{i}</id>"
        f"<created>2026-03-04</created><title>T</title><categories>cs.LG</categories></arXiv></metadata></record>"
        for i in ids
    )
    inside = f'<error code="{error}">why</error>' if error else f"<ListRecords>{records}{token}</ListRecords>"
    return f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{inside}</OAI-PMH>'


def _token(value: str) -> str:
    return f"<resumptionToken>{value}</resumptionToken>"


def _ids(papers: tuple[FetchedPaper, ...]) -> list[str | None]:
    return [paper.arxiv for paper in papers]


# Announcements: what goes wrong


def test_an_unknown_category_is_named_in_the_error(arxiv: Arxiv, server: Server) -> None:
    server.route("/rss/cs.XX", status=400, body=_announce(title="Feed error for query: cs.XX"))
    with pytest.raises(FetchError, match=r'no category "cs\.XX"') as caught:
        _fetch(arxiv, "cs.XX")
    assert caught.value.status == 400


def test_an_error_in_the_form_of_a_feed_is_an_error_also_in_a_200(arxiv: Arxiv, server: Server) -> None:
    server.route("/rss/cs.XX", body=_announce(title="Feed error for query: x", about="Bad category 'cs.XX'."))
    with pytest.raises(FetchError, match=r"Bad category 'cs\.XX'"):
        _fetch(arxiv, "cs.XX")


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\xff\xfe garbage", b"<html><body>Rate exceeded.</body></html>", b"Rate exceeded.", BOMB, b"{}"],
    ids=["nothing", "noise", "a page", "words", "an entity bomb", "JSON"],
)
@pytest.mark.parametrize("path", ["/rss/cs.LG", "/api", "/oai"])
def test_what_is_no_answer_of_arxivs_is_unreadable(arxiv: Arxiv, server: Server, path: str, body: bytes) -> None:
    server.route(path, body=body, type="text/xml")
    asks: dict[str, Callable[[], object]] = {
        "/rss/cs.LG": lambda: _fetch(arxiv),
        "/api": lambda: arxiv.look_up(["2603.00001"]),
        "/oai": lambda: list(arxiv.changed("cs.LG", **MARCH)),
    }
    with pytest.raises(Unreadable):
        asks[path]()


def test_a_bomb_in_utf_16_is_not_let_through() -> None:
    with pytest.raises(Unreadable):
        read_announcement(BOMB.decode().encode("utf-16"), "cs.LG")


def test_a_body_that_is_a_files_name_is_not_opened() -> None:
    with pytest.raises(Unreadable):
        read_announcement(str(DATA / "arxiv-rss.xml").encode(), "cs.LG")


def test_a_feed_that_breaks_off_gives_what_it_has_and_a_warning() -> None:
    whole = _announce(_item("2603.00001v1"), _item("2603.00002v1"))
    read = read_announcement(whole[: whole.index(b"2603.00002")], "cs.LG")
    assert _ids(read.papers) == ["2603.00001"]
    assert "broken" in read.warnings[0]


def test_a_feed_near_arxivs_cut_is_warned_of() -> None:
    items = [_item(f"2603.{number:05}v1") for number in range(MANY_ITEMS)]
    assert "1,900 items" in read_announcement(_announce(*items), "cs").warnings[0]
    assert not read_announcement(_announce(*items[1:]), "cs").warnings


def test_brackets_nested_a_thousand_deep_and_long_gaps_cost_no_time() -> None:
    begun = time.process_time()
    authors_of("(" * 100_000 + "Ada" + ")" * 100_000 + " " * 100_000 + "x")
    gap = " " * 200_000
    read_announcement(_announce(_item("2603.00001v1", title=f"a{gap}b (arXiv:"), f"<item>{gap}</item>"), "cs.LG")
    assert time.process_time() - begun < 10


# Announcements: what they say


@pytest.mark.parametrize("name", ["arxiv-rss.xml", "arxiv-atom.xml", "arxiv-old.rdf"])
def test_each_form_of_announcement_is_read(name: str) -> None:
    assert _as_json(read_announcement((DATA / name).read_bytes(), name).papers) == _twin(name)


def _as_json(papers: tuple[FetchedPaper, ...]) -> object:
    return json.loads(json.dumps([asdict(paper) for paper in papers], default=str))


def _twin(name: str) -> object:
    return json.loads((DATA / f"{name}.expected.json").read_text(encoding="utf-8"))


def test_a_look_brings_papers_a_title_the_day_and_validators(arxiv: Arxiv, server: Server) -> None:
    server.route("/rss/cs.LG", body=(DATA / "arxiv-rss.xml").read_bytes(), type="application/rss+xml", etag='"1"')
    batch = _fetch(arxiv)
    assert len(batch.papers) == 3
    assert batch.title == "cs.LG updates on arXiv.org"
    assert batch.announced == datetime(2026, 3, 5, 5, tzinfo=UTC)
    assert batch.validators.etag == '"1"'
    again = arxiv.fetch(Feed(1, Source.ARXIV, arxiv.feed_url("cs.LG"), "cs.LG", validators=batch.validators))
    assert again.not_modified
    assert again.validators == batch.validators
    assert server.asked[1].headers["If-None-Match"] == '"1"'


def test_a_weekends_feed_is_empty_and_valid(arxiv: Arxiv, server: Server) -> None:
    server.route("/rss/cs.LG", body=_announce())
    batch = _fetch(arxiv)
    assert batch.papers == ()
    assert batch.warnings == ()
    assert batch.announced is not None


def test_five_hundred_items_of_one_id_are_one_paper() -> None:
    items = [_item("2603.00001v1", "cross", category=f"cs.{'ABCDE'[number % 5]}A") for number in range(500)]
    paper = read_announcement(_announce(*items, _item("2603.00001v1")), "cs.LG").papers
    assert _ids(paper) == ["2603.00001"]
    assert paper[0].announcement is Announcement.NEW
    assert paper[0].categories == ("cs.LG", "cs.AA", "cs.BA", "cs.CA", "cs.DA", "cs.EA")


def test_of_two_versions_in_one_feed_the_newer_counts() -> None:
    items = _item("2603.00001v2", "replace"), _item("2603.00001v1", "new")
    paper = read_announcement(_announce(*items), "cs.LG").papers
    assert [(one.version, one.announcement) for one in paper] == [(2, Announcement.REPLACE)]


def test_a_hostile_title_is_made_safe() -> None:
    title = "A\u202ebc\u200b&#x7f; &lt;script&gt;" + "x" * 10_000
    cleaned = read_announcement(_announce(_item("2603.00001v1", title=title)), "cs.LG").papers[0].title
    assert cleaned.startswith("Abc <script>x")
    assert len(cleaned) == 500


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ada Lin, Bo Quist", ("Ada Lin", "Bo Quist")),
        ("Ada Lin and Bo Quist", ("Ada Lin", "Bo Quist")),
        ("Ada Lin, Bo Quist, and Chi Osei", ("Ada Lin", "Bo Quist", "Chi Osei")),
        ("Ada Lin (1), Bo Quist (1 and 2) ((1) Hive Lab, Ghent, (2) Bees)", ("Ada Lin", "Bo Quist")),
        ("Bo Quist, Jr., Ada Lin III", ("Bo Quist Jr.", "Ada Lin III")),
        ("STAR Collaboration: Ada Lin", ("STAR Collaboration", "Ada Lin")),
        ("", ()),
    ],
)
def test_author_lists_are_split_and_freed_of_affiliations(text: str, names: tuple[str, ...]) -> None:
    assert authors_of(text) == names


# The query API


def test_an_error_entry_is_an_error_with_arxivs_words(arxiv: Arxiv, server: Server) -> None:
    entry = "<entry><id>https://arxiv.org/api/errors#bad</id><title>Error</title><summary>bad id</summary></entry>"
    server.route("/api", body=_results(total=1, extra=entry))
    with pytest.raises(FetchError, match="bad id"):
        arxiv.look_up(["2603.00001"])


def test_a_paper_called_error_is_a_paper() -> None:
    entry = "<entry><id>http://arxiv.org/abs/2603.00001v1</id><title>Error</title></entry>"
    assert _ids(read_results(_results(total=1, extra=entry).encode()).papers) == ["2603.00001"]


def test_an_empty_page_is_asked_for_once_again(arxiv: Arxiv, server: Server) -> None:
    server.route("/api", Reply(body=_results(total=1)), Reply(body=_results("2603.00001v1")))
    assert _ids(arxiv.look_up(["2603.00001"])) == ["2603.00001"]


def test_an_empty_page_that_comes_twice_is_an_error_not_silence(arxiv: Arxiv, server: Server) -> None:
    server.route("/api", body=_results(total=1))
    with pytest.raises(FetchError, match="empty page"):
        arxiv.look_up(["2603.00001"])
    assert len(server.asked) == 2


def test_a_refusal_says_until_when(arxiv: Arxiv, server: Server) -> None:
    server.route("/api", status=503, headers={"Retry-After": "60"})
    with pytest.raises(RateLimited) as caught:
        arxiv.look_up(["2603.00001"])
    assert caught.value.retry_at is not None
    with pytest.raises(RateLimited):  # and all of arXiv is left alone until then
        _fetch(arxiv)
    assert len(server.asked) == 1


def test_results_are_read_whatever_prefixes_and_order_they_have() -> None:
    assert _as_json(read_results((DATA / "arxiv-api.xml").read_bytes()).papers) == _twin("arxiv-api.xml")


def test_two_hundred_and_fifty_ids_take_three_calls_and_unknown_ones_are_left_out(arxiv: Arxiv, server: Server) -> None:
    def listed(asked: Asked) -> Reply:
        ids = asked.query["id_list"].split(",")
        assert len(ids) <= 100
        assert asked.query["max_results"] == str(len(ids))
        return Reply(body=_results(*(f"{one}v1" for one in ids if one != "2603.00007")))

    server.route("/api", listed)
    found = arxiv.look_up([f"2603.{number:05}" for number in range(250)])
    assert len(found) == 249
    assert len(server.asked) == 3


def test_a_short_page_is_followed_by_the_rest(arxiv: Arxiv, server: Server) -> None:
    ids = ["2603.00001", "2603.00002", "2603.00003"]
    server.route("/api", lambda asked: Reply(body=_results(ids[int(asked.query["start"])], total=3)))
    assert _ids(arxiv.look_up(ids)) == ids


def test_a_server_that_promises_millions_is_not_asked_for_ever(arxiv: Arxiv, server: Server) -> None:
    server.route("/api", body=_results("2603.00001v1", total=10**9))
    arxiv.look_up(["2603.00001", "2603.00002"])
    assert len(server.asked) == 2


def test_ids_are_asked_for_as_the_api_takes_them_and_each_once(arxiv: Arxiv, server: Server) -> None:
    server.route("/api", body=_results())
    forms = [
        "cs.LG/0101001v2",
        "https://arxiv.org/pdf/2603.00001v3",
        "arXiv:0704.0001",
        "0704.0001",
        "nonsense",
        "10.1/x",
    ]
    assert arxiv.look_up(forms) == ()
    assert server.asked[0].query["id_list"] == "cs/0101001v2,2603.00001v3,0704.0001"


def test_nothing_to_look_up_asks_nothing(arxiv: Arxiv, server: Server) -> None:
    assert arxiv.look_up(["nonsense", ""]) == ()
    assert server.asked == []


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Video-to-Video Synthesis", 'ti:"video" AND ti:"synthesis"'),
        ('"Attention" AND (OR) ANDNOT ti:x [all]', 'ti:"attention" AND ti:"ti" AND ti:"all"'),
        ("Don't Stop", 'ti:"stop"'),
        ("Q", 'ti:"q"'),
        ("Schrödinger\x00 \\ * ? ~", 'ti:"schrödinger"'),
    ],
)
def test_a_title_becomes_a_query_that_cannot_be_malformed(arxiv: Arxiv, server: Server, title: str, query: str) -> None:
    server.route("/api", body=_results("2603.00001v1"))
    assert len(arxiv.find(title)) == 1
    assert server.asked[0].query["search_query"] == query


@pytest.mark.parametrize("title", ["", "🎉", '"', "AND", ")(:*", " \n"])
def test_a_title_without_words_asks_nothing(arxiv: Arxiv, server: Server, title: str) -> None:
    assert arxiv.find(title) == ()
    assert server.asked == []


def test_a_title_of_five_thousand_characters_makes_a_short_query(arxiv: Arxiv, server: Server) -> None:
    server.route("/api", body=_results())
    arxiv.find(" ".join(f"word{number}" for number in range(700)), limit=3)
    assert len(server.asked[0].query["search_query"]) < 300
    assert server.asked[0].query["max_results"] == "3"


@pytest.mark.parametrize(
    ("comment", "withdrawn"),
    [
        ("This paper has been withdrawn by the author", True),
        ("paper withdrawn", True),
        ("12 pages. This submission was withdrawn due to an error", True),
        ("Withdrawn by arXiv administrators", True),
        ("Replaces a withdrawn paper, math/0202001", False),
        ("Supersedes 0704.0001, which was withdrawn", False),
        ("8 pages", False),
        ("", False),
    ],
)
def test_a_comment_that_withdraws_its_own_paper_is_known(comment: str, withdrawn: bool) -> None:
    assert is_withdrawn(comment) is withdrawn


# OAI-PMH


def test_records_are_read() -> None:
    page = read_records((DATA / "arxiv-oai.xml").read_bytes(), category="cs.LG", since=date(2026, 3, 4))
    assert _as_json(page.papers) == _twin("arxiv-oai.xml")
    assert (page.records, page.token) == (4, "next|1001")


@pytest.mark.parametrize(
    ("category", "wanted"),
    [
        ("cs.LG", "cs:cs:LG"),
        ("stat.ML", "stat:stat:ML"),
        ("eess.AS", "eess:eess:AS"),
        ("hep-ex", "physics:hep-ex"),
        ("astro-ph.GA", "physics:astro-ph:GA"),
        ("cs", "cs"),
    ],
)
def test_a_category_is_asked_for_by_its_set(arxiv: Arxiv, server: Server, category: str, wanted: str) -> None:
    server.route("/oai", body=_records(error="noRecordsMatch"))
    assert list(arxiv.changed(category, **MARCH)) == []
    asked = {"set": wanted, "from": "2026-03-04", "until": "2026-03-06"}
    assert server.asked[0].query == {"verb": "ListRecords", "metadataPrefix": "arXiv", **asked}


def test_changes_come_page_by_page(arxiv: Arxiv, server: Server) -> None:
    server.route(
        "/oai",
        Reply(body=_records("2603.00001", token=_token("a|b"))),
        Reply(body=_records("2603.00002", token=_token(""))),
    )
    pages = arxiv.changed("cs.LG", **MARCH)
    assert _ids(next(pages)) == ["2603.00001"]
    assert len(server.asked) == 1
    assert _ids(next(pages)) == ["2603.00002"]
    assert list(pages) == []
    assert server.asked[1].query == {"verb": "ListRecords", "resumptionToken": "a|b"}


def test_an_expired_token_starts_the_list_once_more(arxiv: Arxiv, server: Server) -> None:
    first, expired = _records("2603.00001", token=_token("a")), _records(error="badResumptionToken")
    server.route("/oai", Reply(body=first), Reply(body=expired), Reply(body=first), Reply(body=_records("2603.00002")))
    assert [_ids(page) for page in arxiv.changed("cs.LG", **MARCH)] == [["2603.00001"], ["2603.00001"], ["2603.00002"]]


def test_a_token_that_expires_again_is_an_error(arxiv: Arxiv, server: Server) -> None:
    first, expired = _records("2603.00001", token=_token("a")), _records(error="badResumptionToken")
    server.route("/oai", Reply(body=first), Reply(body=expired), Reply(body=first), Reply(body=expired))
    with pytest.raises(FetchError, match="badResumptionToken"):
        list(arxiv.changed("cs.LG", **MARCH))


def test_an_empty_page_of_changes_is_asked_for_once_again_then_an_error(arxiv: Arxiv, server: Server) -> None:
    server.route("/oai", body=_records(token=_token("a")))
    with pytest.raises(FetchError, match="empty page"):
        list(arxiv.changed("cs.LG", **MARCH))
    assert len(server.asked) == 2


def test_a_list_of_changes_without_end_is_given_up(arxiv: Arxiv, server: Server) -> None:
    server.route("/oai", body=_records("2603.00001", token=_token("again")))
    with pytest.raises(FetchError, match="no end"):
        list(arxiv.changed("cs.LG", **MARCH))


@pytest.mark.parametrize(
    ("created", "updated", "said"),
    [
        ("2026-03-04", "", Announcement.NEW),
        ("2026-03-01", "2026-03-04", Announcement.NEW),
        ("2026-02-10", "", Announcement.NEW),
        ("2026-02-10", "2026-03-04", Announcement.REPLACE),
        ("2025-03-04", "", Announcement.REPLACE),
    ],
    ids=["fresh", "fresh, second version", "held", "replaced", "a journal reference years later"],
)
def test_why_a_record_changed_is_told_from_its_dates(created: str, updated: str, said: Announcement) -> None:
    body = _records("2603.00001").replace("2026-03-04", created)
    body = body.replace("<title>", f"<updated>{updated}</updated><title>" if updated else "<title>")
    paper = read_records(body.encode(), category="cs.LG", since=date(2026, 3, 4)).papers[0]
    assert paper.announcement is said


# Manners


def test_all_three_services_share_one_pace(server: Server) -> None:
    server.route("/rss/cs.LG", body=_announce()).route("/api", body=_results()).route(
        "/oai", body=_records(error="noRecordsMatch")
    )
    server.pace("/", 0.2)
    web = Web(user_agent="paperwire tests", allowances=LocalAllowances(), patience_s=0)
    arxiv = _arxiv(web, server, interval_s=0.2)
    _fetch(arxiv)
    arxiv.look_up(["2603.00001"])
    assert list(arxiv.changed("cs.LG", **MARCH)) == []
    web.close()


# Recordings of the real thing, where they are at hand


def _recorded(folder: str, pattern: str) -> list[Path]:
    return sorted((RECORDED / folder).glob(pattern)) if RECORDED.is_dir() else []


needs_recordings = pytest.mark.skipif(not RECORDED.is_dir(), reason="no recordings here")


@needs_recordings
def test_every_recorded_feed_gives_papers_that_are_complete() -> None:
    for path in _recorded("rss", "*.xml"):
        read = read_announcement(path.read_bytes(), path.name)
        assert read.papers, path.name
        whole = read.papers[:-1] if read.warnings else read.papers  # one of them breaks off within its last item
        assert all(p.title and p.abstract and p.authors and p.categories and p.version for p in whole), path.name
        assert all(p.announced and p.announcement and p.comment is None for p in whole), path.name


@needs_recordings
def test_every_recorded_answer_of_the_api_is_papers_or_an_error() -> None:
    for path in _recorded("api", "*.json*"):
        data = path.read_bytes()
        recorded = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
        if recorded["status_code"] == 400:
            with pytest.raises(FetchError, match="incorrect id"):
                read_results(recorded["body"].encode())
            continue
        page = read_results(recorded["body"].encode())
        assert len(page.papers) == page.entries, path.name
        assert all(p.title and p.authors and p.categories and p.version and p.published for p in page.papers)
        assert all(p.comment is not None for p in page.papers)


@needs_recordings
def test_every_recorded_record_is_a_paper() -> None:
    for path in _recorded("oai", "*.xml"):
        body = path.read_bytes().replace(b"GetRecord>", b"ListRecords>")
        page = read_records(body, category="hep-ex", since=date(2018, 1, 1))
        assert page.papers, path.name
        assert all(p.title and p.abstract and p.authors and p.categories and p.announced for p in page.papers)


@needs_recordings
def test_every_id_that_arxiv_ever_gave_out_is_one_and_withdrawn_papers_are_known() -> None:
    with tarfile.open(RECORDED / "abs" / "abs_files.tar.gz") as archive:
        files = [archive.extractfile(one) for one in archive.getmembers() if one.name.endswith(".abs")]
        texts = [file.read().decode("utf-8", "replace") for file in files if file]
    ids = [line for text in texts for line in text.splitlines()[:4] if line.startswith("arXiv:")]
    assert len(ids) > 1000
    assert [one for one in ids if parse_paper_id(one) is None] == []
    comments = [text.partition("\nComments:")[2].split("\n")[0].strip() for text in texts]
    assert all(is_withdrawn(one) for one in comments if "withdrawn" in one.lower())
