"""Project pages: which links are the paper's code, and pages that mean harm."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.repository import parse_repository
from bot.errors import FetchError, Missing, RateLimited, Refused, TooLarge, Unreadable
from bot.sources.projectpage import ProjectPage, read_links
from bot.sources.web import LocalAllowances, Web
from tests.sources.clients import a_web, redirect
from tests.sources.server import Reply, Server

HIVES = "https://github.com/ada/hives"
CODE = f"<a href='{HIVES}'><i class='fab fa-github'></i><span>Code</span></a>"
CREDITS = """<footer><p>You are free to borrow the
    <a href="https://github.com/nerfies/nerfies.github.io">source code</a> of this website.</p></footer>"""


def _page(inside: str, heading: str = "Slow Bees") -> str:
    return f"<!DOCTYPE html><html><head><title>x</title></head><body><h1>{heading}</h1>{inside}</body></html>"


def _found(inside: str) -> list[str]:
    return [url for url, _ in read_links(_page(inside))]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(404), Missing),
        (Reply(429, headers={"Retry-After": "60"}), RateLimited),
        (Reply(503), FetchError),
        (Reply(body="%PDF-1.7", type="application/pdf"), Unreadable),
        (Reply(body={"code": HIVES}), Unreadable),
        (Reply(body=_page(CODE), type="text/html", manner="truncate"), FetchError),
        (Reply(body=_page("x" * 3_000_000), type="text/html"), TooLarge),
        (Reply(body="<p>", type="text/html", manner="endless"), FetchError),
        (Reply(manner="reset"), FetchError),
    ],
    ids=["gone", "limited", "down", "a pdf", "json", "half", "huge", "endless", "reset"],
)
def test_a_page_that_cannot_be_read_is_an_error(server: Server, reply: Reply, error: type[FetchError]) -> None:
    server.route("/hives", reply)
    web = a_web(timeout_s=10)
    with pytest.raises(error):
        ProjectPage(web).repositories(server.url("/hives"))
    web.close()


def test_no_private_address_is_visited(server: Server) -> None:
    web = Web(user_agent="paperwire tests", allowances=LocalAllowances())
    with pytest.raises(Refused):
        ProjectPage(web).repositories(server.url("/hives"))
    web.close()
    assert server.asked == []


def test_a_page_is_read_where_it_moved_to(server: Server, web: Web) -> None:
    server.route("/old", redirect(301, "/hives")).route("/hives", body=_page(CODE), type="text/html; charset=utf-8")
    assert ProjectPage(web).repositories(server.url("/old")) == ((HIVES, "Code"),)
    assert server.asked[0].headers["Accept"] == "text/html"


@pytest.mark.parametrize(
    "html",
    [
        "",
        "garbage",
        HIVES,
        _page("<p>Code: coming soon</p>"),
        _page("<a>Code</a><a href>Code</a><a href='#code'>Code</a><a href='mailto:a@b.c'>Code</a>"),
        _page("<a href='https://github.com/ada'>Code</a><a href='https://github.com/YOUR REPO HERE'>Code</a>"),
        _page("<a href='https://github.com/topics/bees'>Code</a><a href='https://github.com/[ada/x'>Code</a>"),
        _page("<a href='https://ada.github.io/hives'>Code</a><a href='https://notgithub.com/ada/hives'>Code</a>"),
        _page(f"<!-- {CODE} -->"),
        _page(f"<a href='{HIVES}/{'x' * 600}'>Code</a>"),
    ],
    ids=[
        "empty",
        "garbage",
        "an address",
        "promised",
        "no addresses",
        "no repository",
        "no paper",
        "no host",
        "comment",
        "long",
    ],
)
def test_a_page_without_code_has_none(html: str) -> None:
    assert read_links(html) == ()


@pytest.mark.parametrize(
    "inside",
    [
        CREDITS,
        "<p>This page was built using the <a href='https://github.com/a/Academic-page'>source</a>.</p>",
        "<p>Website template from <a href='https://github.com/a/page'>GitHub</a></p>",
        "<p>Feel free to use the <a href='https://github.com/a/page'>source code</a> of this website.</p>",
        "<p>Our method is based on <b>the</b> <a href='https://github.com/a/torch'>code of Torch</a>.</p>",
        "<a href='https://github.com/eliahuhorwitz/Academic-project-page-template'>Code</a>",
        "<a href='https://github.com/google/nerfies'>Code</a>",
        "<a href='https://github.com/ada/ada.github.io'>Code</a>",
        "<h2>Related work</h2><a href='https://github.com/a/b'>Code</a>",
        "<h3>Acknowledgements</h3><p>We use the <a href='https://github.com/a/b'>implementation</a> of others.</p>",
        "<div class='more-works-dropdown'><a href='https://github.com/a/b'>Code</a></div>",
        "<div id='footer'><a href='https://github.com/a/b'>GitHub</a></div>",
        "<a href='https://github.com/a/b/blob/main/LICENSE'>Code licence</a>",
        "<a href='https://github.com/a/b/issues'>GitHub issues</a>",
        "<a href='https://github.com/a/b'><img src='https://img.shields.io/github/stars/a/b' alt='GitHub stars'></a>",
    ],
)
def test_templates_badges_and_other_peoples_code_do_not_count(inside: str) -> None:
    assert _found(inside) == []
    assert _found(CODE + inside) == [HIVES]


@pytest.mark.parametrize(
    ("anchor", "label"),
    [
        ("<a href='{}'>Code</a>", "Code"),
        ("<a href='{}'>  Source\n code </a>", "Source code"),
        ("<a href='{}' aria-label='GitHub repository'><svg></svg></a>", "GitHub repository"),
        ("<a href='{}' title='Implementation'>here</a>", "Implementation"),
        ("<a href='{}'><img src='gh.png' alt='github'></a>", "github"),
        ("<a href='{}'><img src='https://img.shields.io/badge/Code-black' alt='Code'></a>", "Code"),
        ("<a href='{}'><i class='fa-brands fa-github'></i></a>", "github"),
        ("<p>The code is on <a href='{}'>GitHub</a>. The template is another.</p>", "GitHub"),
        ("<p>Built with love. The <a href='{}'>code</a> is here.</p>", "code"),
        ("<div><p>Based on nature</p><a href='{}'>Code</a></div>", "Code"),
        ("<nav><ul><li><a href='{}'>Code</a></li></ul></nav>", "Code"),
        ("<div class='sticky page-with-footer'><a href='{}'>Code</a></div>", "Code"),
    ],
)
def test_a_link_that_says_code_is_found_with_its_words(anchor: str, label: str) -> None:
    other = "<a href='https://github.com/bo/friend'>A friend</a>"
    assert read_links(_page(other + anchor.format(HIVES))) == ((HIVES, label),)


@pytest.mark.parametrize("words", ["hives", "here", ""])
def test_the_only_repository_needs_no_words(words: str) -> None:
    only = f"<a href='{HIVES}'>{words}</a>"
    assert read_links(_page(only + CREDITS)) == ((HIVES, words),)
    assert _found(only + "<a href='https://github.com/bo/friend'>A friend</a>") == []


@pytest.mark.parametrize(
    "href",
    ["//github.com/ada/hives", " https://GitHub.com/ada/hives ", "http://www.github.com/ada/hives.git?tab=readme"],
)
def test_addresses_come_as_written_and_can_be_parsed(href: str) -> None:
    ((url, _),) = read_links(_page(f"<a href='{href}'>Code</a>"))
    address = parse_repository(url)
    assert address is not None
    assert address.id == "github.com/ada/hives"


def test_each_repository_comes_once_and_ten_at_most() -> None:
    assert _found(CODE * 3 + f"<a href='{HIVES}/tree/main/sim'>Simulator code</a>") == [HIVES, f"{HIVES}/tree/main/sim"]
    many = "".join(f"<a href='https://gitlab.com/ada/h{number}'>Code</a>" for number in range(500))
    assert _found(many) == [f"https://gitlab.com/ada/h{number}" for number in range(10)]


def test_words_are_cleaned_and_cut() -> None:
    ((_, label),) = read_links(_page(f"<a href='{HIVES}'>Code\u202e &lt;b&gt; {'x' * 500}</a>"))
    assert label.startswith("Code <b> xxx")
    assert len(label) <= 100


@pytest.mark.parametrize("piece", ["<a ", "<a href='", "<a x=", "<!--", "<![CDATA[", "</", "<div>", "<?", "&#"])
def test_a_page_that_means_harm_takes_seconds_at_most(piece: str) -> None:
    started = time.process_time()
    assert len(read_links(piece * (500_000 // len(piece)) + CODE)) <= 10
    assert time.process_time() - started < 10  # html.parser alone would take hours over some of these


def test_many_links_take_a_second() -> None:
    started = time.process_time()
    assert len(read_links("<h1><a href=https://github.com/a/b>code" * 4_000)) <= 10
    assert time.process_time() - started < 4


@given(st.lists(st.sampled_from([*"<>'\"/= &;\0\n", "<a href='", HIVES, "'>Code</a>", "<p>", "</p>", "<footer>", "x"])))
def test_no_page_breaks_the_reader(pieces: list[str]) -> None:
    for url, label in read_links("".join(pieces)):
        assert parse_repository(url) is not None
        assert "\n" not in label
