"""BibTeX that BibTeX reads: golden twins, hostile texts, and braces that always have their partners."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import Paper, PaperId
from bot.rules.bibtex import bibtex
from bot.rules.venues import Venue, VenueKind, venue

DATA = Path(__file__).parent / "data"
NEEDED = {"misc": {"title"}, "article": {"title", "author", "journal", "year"}}
TACL = "Transactions of the Association for Computational Linguistics"
PAMI = "IEEE Transactions on Pattern Analysis and Machine Intelligence"
NEEDED["inproceedings"] = {"title", "author", "booktitle", "year"}


def paper(*authors: str, title: str = "Deep Nets", year: int = 2026, ids: Sequence[PaperId] = ()) -> Paper:
    return Paper(1, tuple(ids), title, authors=authors, published=datetime(year, 3, 4, tzinfo=UTC))


def keys(*papers: Paper) -> list[str]:
    return re.findall(r"^@\w+\{(.*),$", bibtex(papers), re.MULTILINE)


def authors(*names: str) -> str:
    found = re.search(r"^  author = \{(.*)\},$", bibtex([paper(*names)]), re.MULTILINE)
    return found[1] if found else ""


def balance(text: str) -> int:
    """How many braces are open at the end, as BibTeX counts: a backslash changes nothing. -1: one closed too many."""
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return -1
    return depth


def entries(text: str) -> list[tuple[str, str, dict[str, str]]]:
    """Type, key and fields of each entry, read as strictly as BibTeX does; nothing may be left between."""
    found, rest = [], text
    while rest:
        entry = re.match(r"@([a-z]+)\{([a-z0-9]+),\n((?:  [a-zA-Z]+ = \{.*\},?\n)+)\}\n\n?", rest)
        assert entry, rest[:200]
        fields = re.findall(r"  ([a-zA-Z]+) = \{(.*)\}(,?)\n", entry[3])
        assert [comma for _, _, comma in fields] == [","] * (len(fields) - 1) + [""]
        assert all(balance(value) == 0 for _, value, _ in fields)
        found.append((entry[1], entry[2], {name: value for name, value, _ in fields}))
        rest = rest[entry.end() :]
    return found


def test_a_list_of_papers_comes_out_as_its_twin() -> None:
    rows = json.loads((DATA / "papers.json").read_text(encoding="utf-8"))
    papers = [
        Paper(
            key,
            tuple(PaperId(*pair) for pair in row["ids"].items()),
            row["title"],
            authors=tuple(row["authors"]),
            categories=tuple(row.get("categories", ())),
            published=datetime.fromisoformat(f"{row['published']}T00:00:00Z") if "published" in row else None,
        )
        for key, row in enumerate(rows)
    ]
    stated = {key: row["stated"] for key, row in enumerate(rows) if "stated" in row}
    told = bibtex(papers, stated)
    assert told == (DATA / "papers.bib").read_text(encoding="utf-8")
    assert len(entries(told)) == len(papers)


def test_no_papers_are_no_entries() -> None:
    assert bibtex([]) == ""


# Keys


@pytest.mark.parametrize(
    ("names", "title", "key"),
    [
        (["Yoshua Bengio"], "A Neural Probabilistic Model", "bengio2026neural"),
        (["Laurens van der Maaten"], "The t-SNE", "maaten2026sne"),
        (["Bengio, Yoshua"], "On the Nets", "bengio2026nets"),
        (["Jürgen Schmidhuber Jr."], "Über Netze", "schmidhuber2026uber"),
        (["Qwen Team"], "Of the", "qwen2026of"),
        (["OpenAI"], "GPT-4 Report", "openai2026gpt"),
        (["王小明"], "深度学习", "anon2026paper"),
        (["}{,\\"], "{", "anon2026paper"),
        ([], "Nets", "anon2026nets"),
        (["Jr."], "x y z", "jr2026paper"),
    ],
)
def test_a_key_is_the_first_authors_last_name_the_year_and_a_word(names: list[str], title: str, key: str) -> None:
    assert keys(paper(*names, title=title)) == [key]


def test_keys_that_would_be_the_same_get_letters_in_order() -> None:
    assert keys(*[paper("Ada Lin")] * 3) == ["lin2026deep", "lin2026deepb", "lin2026deepc"]
    many = keys(*[paper("Ada Lin")] * 800)
    assert len(set(many)) == 800
    assert many[25:28] == ["lin2026deepz", "lin2026deepba", "lin2026deepbb"]


def test_a_letter_never_makes_another_papers_key() -> None:
    assert keys(paper("Lin", title="Netb"), paper("Lin", title="Net"), paper("Lin", title="Net")) == [
        "lin2026netb",
        "lin2026net",
        "lin2026netc",
    ]


# Names


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Ada Lin", "Björn Ångström"], "Ada Lin and Björn Ångström"),
        (["Lin, Ada"], "Lin, Ada"),
        (["Sammy Davis Jr."], "Davis, Jr., Sammy"),
        (["Gemini Team", "Ada Lin"], "{Gemini Team} and Ada Lin"),
        (["Smith and Sons"], "{Smith and Sons}"),
        (["AND"], "{AND}"),
        (["Ada Lin", "and Bob Roy"], "Ada Lin and Bob Roy"),
        (["Ada Lin", "others"], "Ada Lin and others"),
        (["Ada Lin", "et al."], "Ada Lin and others"),
        (["others", "Ada Lin"], "{others} and Ada Lin"),
        (["others"], "{others}"),
        (["a, b, c, d"], "{a, b, c, d}"),
        ([", Ada"], "{, Ada}"),
        (["  ", "\x00", "Ada\nLin"], "Ada Lin"),
        (["{Ada} \\Lin"], r"\textbraceleft{}Ada\textbraceright{} \textbackslash{}Lin"),
    ],
)
def test_names_are_read_as_names(names: list[str], said: str) -> None:
    assert authors(*names) == said


def test_three_hundred_authors_are_all_named() -> None:
    assert authors(*[f"Ada Lin{n}" for n in range(300)]).count(" and ") == 299


# Where it appeared


@pytest.mark.parametrize(
    ("scheme", "value", "found"),
    [
        ("acl", "P19-1001", Venue(VenueKind.IN_PROCEEDINGS, "ACL", 2019)),
        ("acl", "C96-1001", Venue(VenueKind.IN_PROCEEDINGS, "COLING", 1996)),
        ("acl", "Q18-1001", Venue(VenueKind.ARTICLE, TACL, 2018)),
        ("acl", "W19-1001", None),
        ("acl", "2020.acl-main.610", Venue(VenueKind.IN_PROCEEDINGS, "ACL", 2020)),
        ("acl", "2021.findings-emnlp.7", Venue(VenueKind.IN_PROCEEDINGS, "Findings of EMNLP", 2021)),
        ("acl", "2020.nlpcovid19-acl.1", None),
        ("doi", "10.18653/v1/2020.emnlp-demos.6", Venue(VenueKind.IN_PROCEEDINGS, "EMNLP", 2020)),
        ("doi", "10.1109/cvpr.2016.90", Venue(VenueKind.IN_PROCEEDINGS, "CVPR", 2016)),
        ("doi", "10.1109/3dv57658.2022.00017", Venue(VenueKind.IN_PROCEEDINGS, "3DV", 2022)),
        ("doi", "10.24963/ijcai.2023/12", Venue(VenueKind.IN_PROCEEDINGS, "IJCAI", 2023)),
        ("doi", "10.21437/interspeech.2023-12", Venue(VenueKind.IN_PROCEEDINGS, "Interspeech", 2023)),
        ("doi", "10.1109/tpami.2023.1", Venue(VenueKind.ARTICLE, PAMI)),
        ("doi", "10.1145/3292500.3330701", None),
        ("arxiv", "2603.00001", None),
    ],
)
def test_ids_tell_where_it_appeared_or_nothing(scheme: str, value: str, found: Venue | None) -> None:
    assert venue([PaperId(scheme, value)]) == found


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ("CVPR 2020 6", Venue(VenueKind.IN_PROCEEDINGS, "CVPR", 2020)),
        ("HIVE 2018", Venue(VenueKind.IN_PROCEEDINGS, "HIVE", 2018)),
        ("Proceedings of the Bees", Venue(VenueKind.IN_PROCEEDINGS, "Proceedings of the Bees")),
        ("Journal of Bees 2018", Venue(VenueKind.ARTICLE, "Journal of Bees", 2018)),
        ("2018", None),
        ("", None),
    ],
)
def test_the_archive_tells_where_it_appeared(stated: str, found: Venue | None) -> None:
    assert venue([], stated) == found


def test_an_entry_that_would_lack_what_its_type_needs_is_of_the_type_that_needs_nothing() -> None:
    nature = PaperId("doi", "10.1038/s41586-021-03819-2")
    (without_authors,) = entries(bibtex([paper(ids=[nature])]))
    (without_year,) = entries(bibtex([Paper(1, (nature,), "Deep Nets", authors=("Ada Lin",))]))
    assert (without_authors[0], without_year[0]) == ("misc", "misc")


# Anything

_texts = st.text(st.sampled_from('{}\\$%&#_~^<>|@",=-:. \n\0aAbB1éÅ王🤖π\u202e\ud800')) | st.text()
_ids = st.sampled_from(
    [
        PaperId("arxiv", "2603.00001"),
        PaperId("arxiv", "cs/0101001"),
        PaperId("acl", "P19-1001"),
        PaperId("doi", "10.1000/{}\\%_#"),
        PaperId("doi", "10.1109/cvpr.2016.90"),
        PaperId("openreview", "Bkg6RiCqY7"),
        PaperId("pwc", "deep-nets"),
    ]
)
_papers = st.builds(
    Paper,
    st.integers(1, 9),
    st.lists(_ids, max_size=3, unique=True).map(tuple),
    _texts,
    authors=st.lists(_texts, max_size=4).map(tuple),
    categories=st.lists(_texts.filter(lambda text: text.split() == [text]), max_size=2).map(tuple),
    published=st.sampled_from([None, datetime(2026, 3, 4, tzinfo=UTC)]),
)


@given(st.lists(_papers, max_size=5), st.dictionaries(st.integers(1, 9), _texts))
def test_whatever_stands_in_papers_each_is_an_entry_that_can_be_read(
    papers: list[Paper], stated: dict[int, str]
) -> None:
    found = entries(bibtex(papers, stated))
    assert len(found) == len(papers)
    assert len({key for _, key, _ in found}) == len(found)
    assert all(NEEDED[kind] <= fields.keys() for kind, _, fields in found)
    bibtex(papers, stated).encode()
