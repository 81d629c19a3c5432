"""Does a README cite a paper, by which of its names, and does it call itself that paper's own code?"""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import PaperId
from bot.rules.citing import Cited, cited_papers, cites

TITLE = "Deep Nets of Growing Graphs: A Survey"
ARXIV = "2301.12345"
LINK = f"[paper](https://arxiv.org/abs/{ARXIV})"
BIBTEX = f"@article{{ada23,\n  title={{{TITLE}}},\n}}"
FAR = "word " * 500


def cited(readme: str, *, arxiv: str | None = ARXIV, ids: tuple[PaperId, ...] = (), title: str = TITLE) -> Cited | None:
    return cites(readme, arxiv=arxiv, ids=ids, title=title)


def stance(readme: str) -> bool | None:
    found = cited(readme)
    assert found is not None
    return found.stance


# Not cited


@pytest.mark.parametrize(
    "readme",
    [
        "",
        "# Nets",
        "12301.12345",
        "2301.123456",
        "x2301.12345",
        "https://arxiv.org/abs/2301.12346",
        "Deep nets of growing trees: a survey",
        "A survey of deep nets of growing graphs",
    ],
)
def test_another_paper_is_not_this_one(readme: str) -> None:
    assert cited(readme) is None


def test_a_paper_without_names_is_never_cited() -> None:
    assert cited("# \n\nAnything at all.", arxiv=None, title="") is None
    assert cited("# x\n", arxiv="", ids=(PaperId("doi", ""), PaperId("other", "x")), title="—") is None


@pytest.mark.parametrize(
    ("readme", "paper"),
    [
        ("https://doi.org/10.1145/12.345", PaperId("doi", "10.1145/12.34")),
        ("https://doi.org/10.1145/12.34.5", PaperId("doi", "10.1145/12.34")),
        ("P19-10012", PaperId("acl", "P19-1001")),
        ("https://openreview.net/forum?id=abcdeF", PaperId("openreview", "abcde")),
        ("the abcde of nets", PaperId("openreview", "abcde")),
    ],
)
def test_an_id_within_a_longer_one_is_not_it(readme: str, paper: PaperId) -> None:
    assert cited(readme, ids=(paper,)) is None


@pytest.mark.parametrize("readme", ["We grow deep nets.", "# Deep nets for all", "title = {Deep Nets for All},"])
def test_a_short_title_among_other_words_is_not_cited(readme: str) -> None:
    assert cited(readme, title="Deep Nets") is None


# Cited


@pytest.mark.parametrize(
    ("readme", "how"),
    [
        (f"See {LINK}.", "arxiv"),
        ("arXiv:2301.12345v2", "arxiv"),
        ("eprint={2301.12345},", "arxiv"),
        ("https://arxiv.org/pdf/2301.12345.pdf", "arxiv"),
        ("https://doi.org/10.48550/ARXIV.2301.12345", "arxiv"),
        ("(https://doi.org/10.1145/AB.12).", "doi"),
        ("https://aclanthology.org/P19-1001.pdf", "acl"),
        ("https://openreview.net/pdf?id=abcDE", "openreview"),
        (f"# {TITLE}", "title"),
        ("# Deep Nets of\nGrowing Graphs — a survey", "title"),
        ("title={{D}eep {N}ets of {\\emph{G}}rowing {Graphs: A Survey}},", "title"),
        ("<h1>Deep <b>Nets</b><br> of Growing Graphs: A Survey</h1>", "title"),
        ("**Deep Nets** of [Growing](https://example.org/a) _Graphs_: A Survey", "title"),
        ('cff-version: 1.2.0\ntitle: "Deep Nets of Growing Graphs: A Survey"', "title"),
    ],
)
def test_a_paper_is_known_by_each_of_its_names(readme: str, how: str) -> None:
    ids = (PaperId("doi", "10.1145/ab.12"), PaperId("acl", "P19-1001"), PaperId("openreview", "abcDE"))
    found = cited(readme, ids=ids)
    assert found is not None
    assert found.how == how


@pytest.mark.parametrize(
    "readme",
    [
        "# Deep Nets\n",
        "Deep Nets\n=====\n",
        "@misc{a,\n title = {Deep {N}ets},\n}",
        'title: "Deep Nets"',
        "## *Deep nets*",
    ],
)
def test_a_short_title_is_known_where_titles_stand(readme: str) -> None:
    assert cited(readme, title="Deep Nets") is not None


def test_the_words_around_are_told_in_short() -> None:
    found = cited(f"{FAR}\n\nIt grows.\n{LINK} {FAR}")
    assert found is not None
    assert f"It grows. {LINK}" in found.snippet
    assert len(found.snippet) <= 200


def test_the_papers_that_it_cites_are_listed_once() -> None:
    assert cited_papers(f"{LINK} {LINK} arXiv:2302.00001") == (ARXIV, "2302.00001")


# Whose code


@pytest.mark.parametrize(
    "readme",
    [
        LINK,
        f"# Foo\n\nNets that grow, as in {LINK}.",
        f"Based on the official implementation of {LINK}.",
        f"This is the official code of Foo.\n{FAR}\n## Thanks\nBased on {LINK}.",
        f"This is the official code of Foo.\n{FAR}\n@article{{foo,\n title={{Foo}}}}\n{BIBTEX}",
        "Our paper and official code. "
        + " ".join(f"arXiv:23{month:02}.12345" for month in range(1, 13)) * 2
        + " ".join(f"arXiv:24{month:02}.12345" for month in range(1, 13)),
    ],
    ids=["a link", "in passing", "built on it", "thanks", "a second citation", "a list"],
)
def test_who_only_cites_takes_no_stance(readme: str) -> None:
    assert stance(readme) is None


@pytest.mark.parametrize(
    "readme",
    [
        f"Unofficial implementation of {LINK}. The official code is here.",
        f"A PyTorch implementation of {TITLE}.",
        f"Implementation of {TITLE} by Ada et al.",
        f"This is a reimplementation of {LINK}.",
        f"# {TITLE}\n\nThis is not the official implementation.",
        f"My simple implementation of {LINK}",
        f"# Nets\n\nUnofficial.\n{FAR}\n## Citation\n{BIBTEX}",
    ],
)
def test_somebody_elses_code_says_so(readme: str) -> None:
    assert stance(readme) is False


@pytest.mark.parametrize(
    "readme",
    [
        f"Official PyTorch implementation of {LINK} (ICML 2023).",
        f"# {TITLE}\n\nThis is the official repository.",
        f"This repository contains the code for our paper {TITLE}.",
        f"This repo provides the source code for the paper {LINK}",
        f"Code for the paper {TITLE}",
        f"If you find our work useful, please cite\n{BIBTEX}",
        f"# Foo\n\nThis is the official code of Foo.\n{FAR}\n## Citation\n{BIBTEX}",
        f"[The authors' code]({LINK})",
        f"cff-version: 1.2.0\npreferred-citation:\n  title: {TITLE}",
    ],
)
def test_the_papers_own_code_says_so(readme: str) -> None:
    assert stance(readme) is True


# Hostile input


@given(st.text(), st.text(), st.text())
def test_any_text_is_read_without_an_error(readme: str, value: str, title: str) -> None:
    found = cites(readme, arxiv=value, ids=[PaperId("doi", value), PaperId("openreview", value)], title=title)
    assert found is None or len(found.snippet) <= 200


@pytest.mark.parametrize(
    "piece",
    [
        "official ",
        "implementation of ",
        "title=",
        "# ",
        "<",
        "a\n",
        "our ",
        "deep nets of growing graphs ",
        "@misc{\n",
        "\\",
    ],
)
@pytest.mark.parametrize("title", [TITLE, "Deep Nets"])
def test_long_texts_are_read_in_a_moment(piece: str, title: str) -> None:
    begun = time.process_time()
    cited(piece * (250_000 // len(piece)) + LINK, title=title)
    cited(LINK + piece * (250_000 // len(piece)), title=title)
    assert time.process_time() - begun < 5
