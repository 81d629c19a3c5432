"""GitHub's trending pages: today's markup, older and unknown ones, and empty pages of both kinds."""

import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.domain.feed import Feed, Sighting, Source, Validators
from bot.errors import FetchError, RateLimited, Unreadable
from bot.sources.trending import EMPTY, SHIFTED, NewRepositories, Trending, read_page
from bot.sources.web import LocalAllowances, Web
from tests.sources.server import Reply, Server

PAGE = (Path(__file__).parent / "data" / "trending-today.html").read_text(encoding="utf-8")
RECORDED = Path(__file__).parents[3] / "shared" / "data" / "github" / "trending"
ROWS = (
    Sighting("Ada/hives", 1, 12_345, 2_855, "Jupyter Notebook", "Bees, <b>honey</b> and maths"),
    Sighting("bo/quiet.py", 2, 7, 1, None, ""),
)
NOTHING = Validators()
TOKEN = "ghp_averysecrettoken"
TODAY = date(2026, 3, 5)


@pytest.fixture
def trending(server: Server) -> Iterator[Trending]:
    web = Web(user_agent="paperwire tests", allowances=LocalAllowances(), timeout_s=10, patience_s=0)
    yield Trending(web, url=server.url(""), search=NewRepositories(web, api_url=server.url("/api"), token=TOKEN))
    web.close()


def _feed(trending: Trending, validators: Validators = NOTHING) -> Feed:
    return Feed(1, Source.TRENDING, trending.page_url(), "all daily", validators=validators)


def _page(inside: str) -> str:
    return f"<html><body><nav><h3><a href='/features/x'>x</a></h3></nav>{inside}</body></html>"


def test_a_page_without_rows_is_a_warning_and_is_read_again_in_full(trending: Trending, server: Server) -> None:
    server.route("/trending", body=_page("<div>All new!</div>"), etag='"1"')
    batch = trending.fetch(_feed(trending))
    assert (batch.sightings, batch.warnings) == ((), (SHIFTED,))
    assert trending.fetch(_feed(trending, batch.validators)).warnings == (SHIFTED,)


@pytest.mark.parametrize(
    "words",
    [
        "<h3>It looks like we don’t have any trending repositories for Alloy.</h3>",
        "It looks like we don't have any\n   trending repositories for <strong>your choices</strong>.",
        "Trending repositories results are currently being dissected.",
    ],
)
def test_a_page_that_says_it_has_none_says_so(trending: Trending, server: Server, words: str) -> None:
    server.route("/trending", body=_page(f"<div class='blankslate'>{words}</div>"), etag='"1"')
    batch = trending.fetch(_feed(trending))
    assert (batch.sightings, batch.warnings) == ((), (EMPTY,))
    assert trending.fetch(_feed(trending, batch.validators)).warnings == (EMPTY,)


@pytest.mark.parametrize("body", ["", "{}", "\x00\x01 noise", "Too many requests"], ids=str)
def test_what_is_no_page_is_unreadable(trending: Trending, server: Server, body: str) -> None:
    server.route("/trending", body=body)
    with pytest.raises(Unreadable):
        trending.fetch(_feed(trending))


def test_a_refusal_is_an_error_of_this_source_alone(trending: Trending, server: Server) -> None:
    server.route("/trending", Reply(429, headers={"Retry-After": "60"}))
    with pytest.raises(RateLimited):
        trending.fetch(_feed(trending))


def test_todays_rows_are_read_each_repository_once(trending: Trending, server: Server) -> None:
    server.route("/trending", body=PAGE, type="text/html; charset=utf-8", etag='"1"')
    batch = trending.fetch(_feed(trending))
    assert batch.sightings == ROWS
    assert trending.fetch(_feed(trending, batch.validators)).not_modified


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('class="Box-row"', 'class="new-name"'),
        ("article", "li"),
        ("article", "section"),
        ("h2", "h1"),
        ('href="/', 'href="https://github.com/'),
        ('itemprop="programmingLanguage"', 'class="title-meta"'),
    ],
)
def test_rows_are_found_when_the_markup_shifts(old: str, new: str) -> None:
    assert read_page(PAGE.replace(old, new)) == (ROWS, ())


def test_the_rows_of_2015_are_read() -> None:
    row = """<li class="repo-list-item"><h3 class="repo-list-name"><a href="/ada/hives"><span>ada</span>/hives</a></h3>
      <p class="repo-list-description">Bees.</p>
      <p class="repo-list-meta">Python &#8226; 1,624 stars this week &#8226; Built by <a href="/ada">Ada</a></p></li>"""
    assert read_page(_page(row))[0] == (Sighting("ada/hives", 1, None, 1_624, "Python", "Bees."),)


def test_a_rows_language_is_not_its_stars() -> None:
    row = """<li><h3><a href="/ada/hives">x</a></h3><p class="repo-list-meta">16 stars today • Built by</p></li>"""
    assert read_page(_page(row))[0] == (Sighting("ada/hives", 1, None, 16, None, ""),)


def test_stars_in_thousands_and_other_peoples_stars_are_told_apart() -> None:
    row = """<article class="Box-row"><h2><a href="/ada/hives">x</a></h2><a href="/bo/other/stargazers">9</a>
      <a href="/ada/hives/stargazers">12.3k</a> 1.2k stars this month</article>"""
    assert read_page(_page(row))[0][0] == Sighting("ada/hives", 1, 12_300, 1_200, None, "")


@pytest.mark.parametrize("number", ["", "…", "9" * 400, ",", "½", "-"])
def test_odd_numbers_are_not_told_or_cut(number: str) -> None:
    row = f'<article class="Box-row"><h2><a href="/a/b">x</a></h2><a href="/a/b/stargazers">{number}</a></article>'
    stars = read_page(_page(row))[0][0].stars
    assert stars is None or stars < 10**12


@pytest.mark.parametrize(
    ("language", "since", "path"),
    [
        ("", "daily", "/trending?since=daily"),
        ("Python", "weekly", "/trending/python?since=weekly"),
        ("C++", "daily", "/trending/c++?since=daily"),
        ("C#", "monthly", "/trending/c%23?since=monthly"),
        ("Jupyter Notebook", "daily", "/trending/jupyter-notebook?since=daily"),
        ("../login", "daily", "/trending/..%2Flogin?since=daily"),
    ],
)
def test_a_page_is_found_by_language_and_span(
    trending: Trending, server: Server, language: str, since: str, path: str
) -> None:
    assert trending.page_url(language, since) == server.url(path)


@pytest.mark.skipif(not RECORDED.is_dir(), reason="no recordings here")
def test_every_recorded_generation_of_the_page_gives_its_rows() -> None:
    counts: Counter[int] = Counter()
    for path in sorted(RECORDED.iterdir())[::3]:
        data = path.read_bytes()
        html = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "replace")
        sightings, warnings = read_page(html)
        assert bool(warnings) != bool(sightings), path.name
        assert sightings or (warnings == (EMPTY,) and "have any trending" in html), path.name
        assert all(one.stars is not None for one in sightings) or path.name < "2016-11", path.name
        counts[len(sightings)] += 1
    assert counts[25] > 10


# The search that stands in --------------------------------------------------------------------------------------------


def _found(slug: str = "ada/hives", **more: Any) -> dict[str, Any]:
    return {"id": 7, "full_name": slug, "stargazers_count": 900, "language": "Python", "description": "Bees", **more}


@pytest.mark.parametrize(
    "reply",
    [Reply(500), Reply(401), Reply(422), Reply(manner="reset"), Reply(200, "<html>"), Reply(404)],
    ids=["500", "401", "422", "reset", "no JSON", "404"],
)
def test_a_search_that_fails_is_an_error_without_the_token(trending: Trending, server: Server, reply: Reply) -> None:
    server.route("/api/search/repositories", reply)
    with pytest.raises(FetchError) as raised:
        trending.instead(_feed(trending), today=TODAY)
    assert TOKEN not in str(raised.value)


def test_a_spent_allowance_ends_the_searching_and_not_the_pages(trending: Trending, server: Server) -> None:
    server.route("/api/search/repositories", status=403, headers={"x-ratelimit-remaining": "0", "Retry-After": "60"})
    server.route("/trending", body=PAGE)
    for _ in range(2):
        with pytest.raises(RateLimited):
            trending.instead(_feed(trending), today=TODAY)
    assert len(server.asked) == 1
    assert trending.fetch(_feed(trending)).sightings == ROWS


@pytest.mark.parametrize(
    "body", [{}, [], {"items": None}, {"items": [None, 7, {}, {"full_name": "../x", "id": 1}]}], ids=str
)
def test_odd_answers_find_nothing(trending: Trending, server: Server, body: Any) -> None:
    server.route("/api/search/repositories", body=body)
    assert trending.instead(_feed(trending), today=TODAY) == ()


def test_new_repositories_come_by_their_stars(trending: Trending, server: Server) -> None:
    rows = [_found(), {"full_name": "?"}, *(_found(f"bo/r{n}", stargazers_count=n, language=None) for n in range(60))]
    server.route("/api/search/repositories", body={"items": rows})
    found = trending.instead(_feed(trending), today=TODAY)
    assert found[:2] == (
        Sighting("ada/hives", 1, 900, None, "Python", "Bees"),
        Sighting("bo/r0", 2, 0, None, None, "Bees"),
    )
    assert [one.rank for one in found] == list(range(1, len(found) + 1))
    assert len(found) <= 25
    (asked,) = server.asked
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("language", "since", "query"),
    [
        ("", "daily", "created:>=2026-02-26 stars:>=10"),
        ("Jupyter Notebook", "weekly", 'created:>=2026-02-03 stars:>=10 language:"jupyter-notebook"'),
        ("C++", "monthly", 'created:>=2025-12-05 stars:>=10 language:"c++"'),
        ('x" stars:>9', "daily", 'created:>=2026-02-26 stars:>=10 language:"x-stars:>9"'),
    ],
)
def test_what_is_asked_for(trending: Trending, server: Server, language: str, since: str, query: str) -> None:
    server.route("/api/search/repositories", body={"items": []})
    page = Feed(1, Source.TRENDING, trending.page_url(language, since), "a page")
    assert trending.instead(page, today=TODAY) == ()
    (asked,) = server.asked
    assert (asked.query["q"], asked.query["sort"]) == (query, "stars")
