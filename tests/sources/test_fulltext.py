"""Full texts: who is asked and when, Markdown and HTML as they come, and texts that mean harm."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import FetchError, RateLimited, TooLarge, Unreadable
from bot.sources.fulltext import FullText, telling
from bot.sources.fulltext_read import LONGEST, MOST_PARAGRAPHS, read_markdown, read_page
from bot.sources.web import LocalAllowances, Web
from tests.sources.server import Reply, Server

ARXIV = "2603.00001"
MARKDOWN, HTML = f"/hf/papers/{ARXIV}.md", f"/html/{ARXIV}"
TOKEN = "hf_averysecrettoken"
PIECES = (
    *("<a href='", "https://github.com/a/b", "'>Code</a>", "<p>", "</p>", "<span class=ltx_note>", "</span>"),
    *("\n\n", "[^1]", "[^1]: ", "References\n", "---", "Markdown Content:\n"),
)
LONG = "A hive learns slowly. " * 300
PAPER = f"# Slow Bees\n\n{LONG}\n\nOur code is at https://github.com/ada/hives."
ABSTRACT = "# Slow Bees\n\nAda Lin\n\n## Abstract\n\nA hive learns."
TEXT = Reply(body=PAPER, type="text/markdown; charset=utf-8")
STUB = Reply(body=ABSTRACT, type="text/markdown; charset=utf-8")
OWN = "Our code is at https://github.com/ada/hives."
HTML_OWN = "Our code (https://gitlab.com/ada/hives)."
PAGE = Reply(
    body=f"<article class='ltx_document'><p>{LONG}</p><p>Our <a href='https://gitlab.com/ada/hives'>code</a>.</p></article>",
    type="text/html; charset=utf-8",
)


@pytest.fixture
def client() -> Iterator[Web]:
    web = Web(user_agent="paperwire tests", allowances=LocalAllowances(), timeout_s=10, patience_s=0)
    yield web
    web.close()


def _texts(web: Web, server: Server, *, html: bool = True) -> FullText:
    address = server.url("/") if html else None
    return FullText(web, huggingface_url=server.url("/hf/"), arxiv_html_url=address, interval_s=0, token=TOKEN)


@pytest.mark.parametrize("html", [True, False])
def test_a_paper_that_nobody_has_is_none(client: Web, server: Server, html: bool) -> None:
    assert _texts(client, server, html=html).read(ARXIV) is None
    assert server.paths() == ([MARKDOWN, HTML] if html else [MARKDOWN])


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(429, headers={"Retry-After": "60"}), RateLimited),
        (Reply(503), FetchError),
        (Reply(body="<!DOCTYPE html><p>Sign in</p>", type="text/html"), Unreadable),
        (Reply(body="x" * 5_000_001), TooLarge),
        (Reply(body=PAPER, manner="truncate"), FetchError),
        (Reply(manner="reset"), FetchError),
    ],
    ids=["limited", "down", "html", "huge", "half", "reset"],
)
def test_trouble_at_hugging_face_is_told_unless_arxiv_has_the_paper(
    client: Web, server: Server, reply: Reply, error: type[FetchError]
) -> None:
    server.route(MARKDOWN, reply)
    with pytest.raises(error):
        _texts(client, server).read(ARXIV)
    server.route(HTML, PAGE)
    found = _texts(client, server).read(ARXIV)
    assert found is not None
    assert found[-1] == HTML_OWN


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(429), RateLimited),
        (Reply(body="%PDF-1.7", type="application/pdf"), Unreadable),
        (Reply(body="x" * 5_000_001, type="text/html"), TooLarge),
    ],
    ids=["limited", "a pdf", "huge"],
)
def test_trouble_at_arxiv_is_told_unless_hugging_face_has_something(
    client: Web, server: Server, reply: Reply, error: type[FetchError]
) -> None:
    server.route(HTML, reply)
    with pytest.raises(error):
        _texts(client, server).read(ARXIV)
    server.route(MARKDOWN, STUB)
    client.close()
    fresh = Web(user_agent="paperwire tests", allowances=LocalAllowances(), timeout_s=10, patience_s=0)
    assert _texts(fresh, server).read(ARXIV) == ("Ada Lin", "A hive learns.")
    fresh.close()


def test_arxiv_is_spared_where_hugging_face_has_the_paper(client: Web, server: Server) -> None:
    server.route(MARKDOWN, TEXT).route(HTML, PAGE)
    found = _texts(client, server).read(ARXIV)
    assert found is not None
    assert found[-1] == OWN
    assert server.paths() == [MARKDOWN]


@pytest.mark.parametrize(("version", "path"), [(0, HTML), (2, f"{HTML}v2")])
def test_an_abstract_alone_is_not_enough(client: Web, server: Server, version: int, path: str) -> None:
    server.route(MARKDOWN, STUB).route(path, PAGE)
    found = _texts(client, server).read(ARXIV, version)
    assert found is not None
    assert found[-1] == HTML_OWN
    assert server.paths() == [MARKDOWN, path]


@pytest.mark.parametrize(("version", "own"), [(0, OWN), (1, OWN), (2, HTML_OWN)])
def test_an_older_text_is_taken_only_where_there_is_no_newer(
    client: Web, server: Server, version: int, own: str
) -> None:
    older = f"# Slow Bees\n\n![Bees](https://arxiv.org/html/{ARXIV}v1/x1.png)\n\n{LONG}\n\n{OWN}"
    server.route(MARKDOWN, body=older)
    kept = _texts(client, server).read(ARXIV, version)
    assert kept is not None
    assert kept[-1] == OWN
    server.route(f"{HTML}v2", PAGE)
    found = _texts(client, server).read(ARXIV, version)
    assert found is not None
    assert found[-1] == own


def test_the_token_goes_to_hugging_face_alone_and_old_ids_are_quoted(client: Web, server: Server) -> None:
    assert _texts(client, server).read("cs/9901001", 3) is None
    assert server.paths() == ["/hf/papers/cs%2F9901001.md", "/html/cs/9901001v3"]
    assert [asked.headers["Authorization"] for asked in server.asked] == [f"Bearer {TOKEN}", None]


def test_arxiv_is_asked_in_its_own_lane_at_its_pace(server: Server) -> None:
    web = Web(user_agent="paperwire tests", allowances=LocalAllowances(), timeout_s=10)
    texts = FullText(web, huggingface_url=server.url("/hf"), arxiv_html_url=server.url("/"), interval_s=0.3)
    server.pace("/html", 0.3).route(HTML, PAGE)
    for _ in range(3):
        assert texts.read(ARXIV)
    web.close()


# Markdown


def test_a_texts_head_is_left_out_and_one_made_of_another_page_has_no_paragraphs() -> None:
    head = "Title: Slow Bees\n\nURL Source: {}\n\nPublished Time: Mon\n\nMarkdown Content:\nA hive learns.\n"
    assert read_markdown(head.format(f"https://arxiv.org/html/{ARXIV}")) == ("A hive learns.",)
    assert read_markdown(head.format(f"https://huggingface.co/papers/{ARXIV}")) == ()


@pytest.mark.parametrize(
    ("markdown", "paragraphs"),
    [
        ("one\ntwo\n\nthree", ["one two", "three"]),
        ("# Title\none\n\nMethod\n------\ntwo\n\n---\n\nthree", ["one", "two", "three"]),
        ("*   •one \n*   two\n    goes on\n1. three", ["one", "two goes on", "three"]),
        ("| a | b |\n|---|:-:|\n| c | d |", ["| a | b |", "| c | d |"]),
        ("> quoted\n> twice", ["quoted twice"]),
        ("```\ngit clone x\n```", ["git clone x"]),
        ("**bold** `x` and a\\_b &amp; c<sub>2</sub> < d", ["bold x and a_b & c2 < d"]),
        ("See [the code](https://github.com/a/b).", ["See the code (https://github.com/a/b)."]),
        ("See [https://github.com/a/b](https://github.com/a/b/).", ["See https://github.com/a/b/."]),
        ("See [x](https://a.org/x_(y) \"t (z)\").", ["See x (https://a.org/x_(y))."]),
        ("See <https://github.com/a/b>.", ["See https://github.com/a/b."]),
        ("See <a href='https://github.com/a/b'>it</a>.", ["See it (https://github.com/a/b)."]),
        ("As [[3](https://arxiv.org/html/2603.00001v1#bib \"Title (x)\")], [me](mailto:a@b.c)", ["As [3], me"]),
        ("![Bees](https://a.org/x.png) fly", ["Bees fly"]),
        ("The suite 1 1 1[https://github.com/a/b](https://github.com/a/b) of", ["The suite https://github.com/a/b of"]),
        ("Our code[^1] is out.\n\n[^1]: https://github.com/a/b", ["Our code (https://github.com/a/b) is out."]),
        ("Text.\n\n[^9]: See https://github.com/a/b", ["Text.", "See https://github.com/a/b"]),
        ("[^1][^1][^2] x\n\n[^1]: one", ["(one) x"]),
        ("## Code availability\n\nAll is here.\n\nMore.", ["Code availability: All is here.", "More."]),
        ("Code at https://github.com/a/b\n---", ["Code at https://github.com/a/b"]),
        ("one\n\n## References\n\n- [1] https://github.com/x/y\n\n## Appendix\n\ntwo", ["one", "two"]),
        ("one\n\nReferences\n----------\n\n[1] x\n\nA Proofs\n--------\ntwo", ["one", "two"]),
        ("one\n\nReferences\nLin (2020)\nAda Lin. x\n\nAppendix AProofs\n\ntwo", ["one", "two"]),
        ("Contents\n1Introduction\nReferences\n\none", ["Contents 1Introduction References", "one"]),
        ("one\n\n7. Bibliography:\n\nx", ["one"]),
        ("soft\u00adware\x00 \u202eone", ["software one"]),
    ],
)  # fmt: skip
def test_markdown_becomes_paragraphs(markdown: str, paragraphs: list[str]) -> None:
    assert list(read_markdown(markdown)) == paragraphs


def test_long_paragraphs_are_cut_at_words_and_long_papers_at_their_end() -> None:
    found = read_markdown("word " * 3_000)
    assert " ".join(found) == ("word " * 3_000).strip()
    assert max(map(len, found)) <= LONGEST
    assert len(read_markdown("one\n\n" * 5_000)) == MOST_PARAGRAPHS


# HTML


def _article(inside: str) -> list[str]:
    chrome = "<p>See https://github.com/brucemiller/LaTeXML</p>"
    return list(
        read_page(
            f"<!DOCTYPE html><html><body><div class='package-alerts ltx_document'>{chrome}</div>"
            f"<article class='ltx_document'>{inside}</article><footer>{chrome}</footer></body></html>"
        )
    )


@pytest.mark.parametrize(
    ("inside", "paragraphs"),
    [
        ("<h1>Slow Bees</h1><div class='ltx_para'><p class='ltx_p'>one\n two</p></div>three", ["one two", "three"]),
        ("<p>We <b>learn</b>ed <math alttext='x'><mi>x</mi></math>.</p>", ["We learned ."]),
        ("<ul><li><p>one</p></li><li>two</li></ul>", ["one", "two"]),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", ["a b", "c"]),
        ("<p>The <a href='https://github.com/a/b'>code</a> is out.</p>", ["The code (https://github.com/a/b) is out."]),
        ("<p><a href='https://github.com/a/b'>https://github.com/a/b</a>.</p>", ["https://github.com/a/b."]),
        ("<p><a href='#bib'>3</a> <a href='https://a.org/'>x</a> <a>y</a></p>", ["3 x y"]),
        ("<p>a<script>x</script><svg><title>x</title></svg><button>x</button>b<!-- x --></p>", ["ab"]),
        ("<h2>Data and code availability</h2><p>All here.</p>", ["Data and code availability: All here."]),
        ("<section class='ltx_bibliography'><h2>References</h2><p>x</p></section><p>one</p>", ["one"]),
        ("<p>one</p><h2>References</h2><p>x</p><h2>Proofs</h2><p>two</p>", ["one", "two"]),
        ("<nav class='ltx_TOC'>References</nav><p>one", ["one"]),
        ("<p>a &lt;b&gt; &amp; c", ["a <b> & c"]),
        ("<p>one</p></article></div></p><p>two</p>", ["one"]),
    ],
)
def test_html_becomes_paragraphs(inside: str, paragraphs: list[str]) -> None:
    assert _article(inside) == paragraphs


def test_a_footnote_stands_where_it_is_referred_to() -> None:
    note = (
        "<span class='ltx_note ltx_role_footnote'><sup class='ltx_note_mark'>1</sup><span class='ltx_note_outer'>"
        "<span class='ltx_note_content'><sup class='ltx_note_mark'>1</sup><span class='ltx_tag ltx_tag_note'>1</span>"
        "<a href='https://github.com/a/b'>https://github.com/a/b</a></span></span></span>"
    )
    assert _article(f"<p>Our code{note}is out.</p>") == ["Our code (https://github.com/a/b) is out."]
    assert _article("<p>x<span class='ltx_note'><sup class='ltx_note_mark'>1</sup></span> y</p>") == ["x y"]


def test_a_page_that_is_not_latexmls_is_read_all_the_same() -> None:
    assert read_page("<html><body><h1>x</h1><p>one<p>two</body></html>") == ("one", "two")
    assert read_page("") == ()
    assert read_page("<h1>x</h1><p>one<p>two") == ("one", "two")
    assert read_page("https://github.com/a/b") == ("https://github.com/a/b",)


@pytest.mark.parametrize("piece", ["<p>", "<p>a<span class=ltx_note>", "<div><nav></nav>", "<h1>"])
def test_many_elements_take_a_second(piece: str) -> None:
    _takes(3, piece * (60_000 // len(piece)))


@pytest.mark.parametrize(
    "piece",
    [
        *("<a ", "<!--", "<math", "&#"),
        *("[", "[](", "[a](b ", "1 1 1", "[^1] ", "[^1]: x\n", "- ", "# \n", "x\n", "> ", "|", "\\_", "http://a ("),
    ],
)
def test_a_text_that_means_harm_takes_seconds_at_most(piece: str) -> None:
    _takes(5, piece * (400_000 // len(piece)))


def _takes(at_most_s: float, text: str) -> None:
    started = time.process_time()
    assert len(read_markdown(text)) <= MOST_PARAGRAPHS
    assert len(read_page(text)) <= MOST_PARAGRAPHS
    telling([text[at : at + LONGEST] for at in range(0, len(text), LONGEST)])
    assert time.process_time() - started < at_most_s


@given(st.lists(st.sampled_from([*"<>'\"/[]()#*|`\\^:&;\0\n\f -1x", *PIECES])))
def test_no_text_breaks_the_readers(pieces: list[str]) -> None:
    for read in (read_markdown, read_page):
        for paragraph in read("".join(pieces)):
            assert 0 < len(paragraph) <= LONGEST
            assert paragraph == " ".join(paragraph.split())


@pytest.mark.parametrize(
    ("paragraph", "tells"),
    [
        ("Code: https://github.com/ada/hives", True),
        ("at GitHub.com/ada/hives", True),
        ("https://github. com/ ada/hives", True),
        ("https://gitlab.com/a/b", True),
        ("bitbucket.org/a/b and codeberg. org /a/b", True),
        ("https://www.github.com/a/b", True),
        ("our code is on GitHub", False),
        ("https://ada.github.io/hives", False),
        ("https://notgithub.com/a/b", False),
        ("https://raw.githubusercontent.com/a/b", False),
        ("Report it at https://github.com/brucemiller/LaTeXML/issues", False),
    ],
)
def test_paragraphs_that_name_a_code_host_tell(paragraph: str, tells: bool) -> None:
    assert telling(["x", paragraph, "y"]) == ((paragraph,) if tells else ())


def test_forty_paragraphs_tell_enough() -> None:
    many = [f"github.com/a/{number}" for number in range(100)]
    assert telling(many) == tuple(many[:40])
