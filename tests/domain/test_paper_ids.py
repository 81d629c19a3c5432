"""What is a paper's id, in which of its many forms, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import PaperId, arxiv_id, arxiv_ids_in, doi, parse_paper_id

NEW = "2301.12345"
OLD = "cs/0101001"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "2024",
        "2024.12345 words",
        "the 2301.12345 paper",
        "3.14159",
        "$1299.9500",
        "1234.5678",  # there is no month 34
        "2024.1234",  # nor a month 24
        "9999.99999",
        "0601.1234",  # arXiv counts like this since April 2007,
        "1502.1234",  # with five digits since 2015
        "1412.12345",
        "2301.123456",
        "2301.12345v0",
        "2301.12345vv2",
        "２３０１.１２３４５",  # digits, but not arXiv's
        "cs/990100",
        "cs/99010011",
        "hello/0101001",  # somebody's repository, perhaps
        "and/or/0101001",
        "cs.LG",
        "10.48550",
        "10.1109/",
        "10.1109/)",
        "10.1109/a b",
        "10.1109/a\x00b",
        "acl:",
        "openreview:no",
        "https://arxiv.org",
        "https://arxiv.org/abs/",
        "https://arxiv.org/list/cs.LG/recent",
        "https://arxiv.org/abs/2301.12345/and/more",
        "https://arxiv.org.evil.test/abs/2301.12345",
        "https://example.org/abs/2301.12345",
        "https://arxiv.org@example.org/abs/2301.12345",
        "https://huggingface.co/ada/2301.12345",
        "https://huggingface.co/papers",
        "https://openreview.net/group?id=ICLR.cc/2024/Conference",
        "https://openreview.net/profile?id=~Ada_Lovelace1",
        "https://openreview.net/forum?noteId=rJ4km2R5t7",
        "https://aclanthology.org/venues/acl/",
        "https://[bad/abs/2301.12345",
        "https://doi.org/",
        "2301.12345" + " " * 500,
        "https://arxiv.org/abs/2301.12345?" + "x" * 500,
    ],
)
def test_this_is_no_papers_id(text: str) -> None:
    assert parse_paper_id(text) is None


@pytest.mark.parametrize(
    "text",
    [
        NEW,
        f"  {NEW}\n",
        f"{NEW}v2",
        f"{NEW}v12.",
        f"arXiv:{NEW}",
        f"arxiv: {NEW}v2",
        f"[arXiv:{NEW}]",
        f"(arXiv:{NEW}v1 [cs.LG])",
        f"oai:arXiv.org:{NEW}v3",
        f"arxiv.org/abs/{NEW}",
        f"ARXIV.ORG/ABS/{NEW}",
        f"http://arxiv.org/abs/{NEW}v1",
        f"<https://arxiv.org/abs/{NEW}>",
        f"(https://arxiv.org/abs/{NEW}).",
        f"https://arxiv.org/abs/{NEW}?context=cs.LG",
        f"https://arxiv.org./abs/{NEW}/",
        f"https://arxiv.org:443/abs/{NEW}",
        f"https://arxiv.org/pdf/{NEW}",
        f"https://arxiv.org/pdf/{NEW}v2.pdf#page=3",
        f"https://arxiv.org/html/{NEW}v1#S1",
        f"https://arxiv.org/ps/{NEW}",
        f"https://arxiv.org/e-print/{NEW}",
        f"https://arxiv.org/src/{NEW}v1",
        f"https://www.arxiv.org/abs/{NEW}",
        f"https://export.arxiv.org/abs/{NEW}",
        f"https://ar5iv.org/abs/{NEW}",
        f"https://ar5iv.labs.arxiv.org/html/{NEW}",
        f"https://alphaxiv.org/abs/{NEW}v2",
        f"https://www.alphaxiv.org/overview/{NEW}",
        f"https://huggingface.co/papers/{NEW}",
        f"https://huggingface.co/papers/{NEW}.md",
        f"https://hf.co/papers/{NEW}#community",
        f"10.48550/arXiv.{NEW}",
        f"10.48550/ARXIV.{NEW}v2",
        f"doi:10.48550/arXiv.{NEW}",
        f"https://doi.org/10.48550/arXiv.{NEW}",
        f"doi.org/10.48550%2FarXiv.{NEW}",
    ],
)
def test_every_form_of_an_arxiv_id_is_the_bare_id(text: str) -> None:
    assert parse_paper_id(text) == PaperId("arxiv", NEW)


@pytest.mark.parametrize(
    "text",
    [
        OLD,
        "cs.LG/0101001",
        "CS.LG/0101001v3",
        "arXiv:cs.LG/0101001",
        "https://arxiv.org/abs/cs.LG/0101001v2",
        "https://arxiv.org/pdf/cs/0101001v2.pdf",
        "10.48550/arXiv.cs/0101001",
        "https://doi.org/10.48550/arxiv.cs.LG/0101001",
    ],
)
def test_an_old_id_loses_its_subject_class(text: str) -> None:
    assert parse_paper_id(text) == PaperId("arxiv", OLD)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0704.0001", "0704.0001"),
        ("1412.6980v9", "1412.6980"),
        ("1501.00001", "1501.00001"),
        ("cs/9901001", "cs/9901001"),
        ("hep-th/9901001", "hep-th/9901001"),
        ("math.GT/0309136v1", "math/0309136"),
        ("cond-mat.str-el/0301234", "cond-mat/0301234"),
        ("physics.comp-ph/0301234", "physics/0301234"),
    ],
)
def test_ids_of_all_ages_are_known(text: str, value: str) -> None:
    assert parse_paper_id(text) == PaperId("arxiv", value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10.1109/CVPR.2016.90", "10.1109/cvpr.2016.90"),
        ("DOI: 10.1109/CVPR.2016.90.", "10.1109/cvpr.2016.90"),
        ("(10.1109/CVPR.2016.90)", "10.1109/cvpr.2016.90"),
        ("https://dx.doi.org/10.1109/CVPR.2016.90?ref=x#top", "10.1109/cvpr.2016.90"),
        ("doi.org/10.1109/CVPR.2016.90", "10.1109/cvpr.2016.90"),
        ("10.1016/S0004-3702(96)", "10.1016/s0004-3702(96)"),  # its own bracket
        ("10.1016/S0893-6080(05)80001-2,", "10.1016/s0893-6080(05)80001-2"),
        ("10.1234/a%2525b", "10.1234/a%2525b"),
    ],
)
def test_a_doi_is_compared_in_lower_case_and_without_the_sentence_around(text: str, value: str) -> None:
    assert parse_paper_id(text) == PaperId("doi", value)


@pytest.mark.parametrize(
    ("text", "scheme", "value"),
    [
        ("https://openreview.net/forum?id=rJ4km2R5t7", "openreview", "rJ4km2R5t7"),
        ("https://paperswithcode.com/paper/attention-is-all-you-need", "pwc", "attention-is-all-you-need"),
        ("paperswithcode.com/paper/Deep-Nets/", "pwc", "deep-nets"),
        ("https://openreview.net/pdf?id=S1-abc_-x", "openreview", "S1-abc_-x"),
        ("openreview.net/forum?noteId=abcdefgh&id=rJ4km2R5t7#x", "openreview", "rJ4km2R5t7"),
        ("openreview:rJ4km2R5t7", "openreview", "rJ4km2R5t7"),
        ("https://aclanthology.org/P19-1001/", "acl", "P19-1001"),
        ("https://aclanthology.org/p19-1001.pdf", "acl", "P19-1001"),
        ("https://www.aclweb.org/anthology/2020.acl-main.610.pdf", "acl", "2020.acl-main.610"),
        ("aclanthology.org/2022.findings-acl.12.bib", "acl", "2022.findings-acl.12"),
        ("acl:P19-1001", "acl", "P19-1001"),
    ],
)
def test_other_libraries_ids_are_known_too(text: str, scheme: str, value: str) -> None:
    assert parse_paper_id(text) == PaperId(scheme, value)


def test_a_running_text_gives_up_its_ids_in_order_and_once() -> None:
    text = (
        "See arXiv:2301.12345v2, https://arxiv.org/pdf/1412.6980.pdf and doi.org/10.48550/arXiv.cs.LG/0101001; "
        "again hf arXiv:2301.12345. Not 2105.00001, arXiv:2301.123456, arXiv:1412.12345 or arXiv:2024.1234."
    )
    assert arxiv_ids_in(text) == ("2301.12345", "1412.6980", "cs/0101001")


HARD_TEXTS = st.one_of(
    st.text(),
    st.text(alphabet="0123456789./:-vax%cslg()[]<> \u0660\u0130ſ", max_size=40),
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["arXiv:", "doi:", "10.1234/", "https://doi.org/10.1/", "acl:", "openreview:", "https://"]),
        st.text(max_size=20),
        st.sampled_from(["", "v2", ")", ".", "%25", "?id=abcdef", "/0101001"]),
    ),
    st.builds("https://openreview.net/forum?{}={}".format, st.text(max_size=5), st.text(max_size=12)),
)
PAPER_IDS = st.one_of(
    st.from_regex(r"(1[5-9]|2[0-9])(0[1-9]|1[0-2])\.[0-9]{5}", fullmatch=True).map(arxiv_id),
    st.from_regex(r"10\.[0-9]{4}/[!-~]{1,30}", fullmatch=True).map(parse_paper_id).filter(lambda i: i is not None),
    st.from_regex(r"[A-Za-z0-9_-]{5,14}", fullmatch=True).map(lambda value: PaperId("openreview", value)),
    st.from_regex(r"[A-Z][0-9]{2}-[0-9]{4}", fullmatch=True).map(lambda value: PaperId("acl", value)),
)


@given(HARD_TEXTS)
def test_reading_never_raises_and_what_was_read_is_read_again(text: str) -> None:
    found = parse_paper_id(text)
    assert found is None or parse_paper_id(str(found)) == found


@given(PAPER_IDS)
def test_every_id_is_found_again_in_its_name_and_in_its_address(found: PaperId) -> None:
    assert parse_paper_id(str(found)) == found
    assert parse_paper_id(found.url) == found


@given(st.text())
def test_texts_of_any_kind_can_be_searched_for_ids(text: str) -> None:
    assert arxiv_ids_in(text) == tuple(dict.fromkeys(arxiv_ids_in(text)))


def test_a_doi_of_arxiv_is_the_arxiv_id_wherever_it_is_told() -> None:
    assert doi(f"10.48550/arXiv.{NEW}v2") == arxiv_id(NEW)
