"""Reading the archive's files: broken ones, rows that can't be used, ids, and rows of any size in bounded memory."""

import gzip
import io
import json
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.archive import ArchiveDetail, ArchiveLink, ArchivePaper, BadRow, Stage
from bot.domain.paper import PaperId
from bot.domain.repository import RepositoryAddress, parse_repository
from bot.errors import FetchError, TooLarge, Unreadable
from bot.rules.archive import claim
from bot.sources import archive
from bot.sources.archive import ArchiveFile

LINK: dict[str, Any] = {
    "paper_url": "https://paperswithcode.com/paper/slow-bees",
    "paper_title": "Slow Bees",
    "paper_arxiv_id": "1803.00001",
    "paper_url_abs": "http://arxiv.org/abs/1803.00001v2",
    "paper_url_pdf": "http://arxiv.org/pdf/1803.00001v2.pdf",
    "repo_url": "https://github.com/Ada/Hives",
    "is_official": True,
    "mentioned_in_paper": False,
    "mentioned_in_github": None,
    "framework": "pytorch",
}
PAPER: dict[str, Any] = {
    "paper_url": "https://paperswithcode.com/paper/slow-bees",
    "arxiv_id": "1803.00001",
    "openreview_id": None,
    "title": "Slow  Bees",
    "abstract": "Bees\nare slow.",
    "url_abs": "http://arxiv.org/abs/1803.00001v2",
    "authors": ["Ada Bee", "", None, "Ada Bee"],
    "tasks": ["Beekeeping"],
    "date": "2018-03-01",
    "proceeding": "HIVE 2018",
    "methods": [{"name": "Wax", "full_name": "Bees' Wax"}, 3],
}
IDS = (PaperId("arxiv", "1803.00001"), PaperId("pwc", "slow-bees"))


def a_file(folder: Path, content: object, name: str = "archive.json") -> Path:
    file = folder / name
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    file.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return file


def rows(path: Path, stage: Stage, skip: int = 0) -> list[Any]:
    return list(ArchiveFile(path).rows(stage, skip=skip))


# Broken files ---------------------------------------------------------------------------------------------------------

WHOLE = json.dumps([LINK, LINK]).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no list of rows"),
        (b"   ", "no list of rows"),
        (b'{"repo_url": 1}', "no list of rows"),
        (b"hello", "no list of rows"),
        (b"[]", "neither of the archive's two files: it holds no row"),
        (b'[{"colour": "red"}]', "neither of the archive's two files: its rows have colour"),
        (WHOLE[: len(WHOLE) // 4], "breaks off in row 1"),
        (WHOLE[:-1], "breaks off behind row 2"),
        (WHOLE[: len(WHOLE) // 2 + 1], "breaks off in row 2"),
        (WHOLE.replace(b"}, {", b"} {"), "row 1 is not JSON"),
        (WHOLE.replace(b'"framework": ', b'"framework" ', 1), "row 1 is not JSON"),
        (WHOLE.decode().encode("utf-16"), "not UTF-8"),
        (WHOLE.replace(b"Slow", b"Sl\xf6w"), "not UTF-8"),
        (b"[" * 100_000, "row 1 is nested too deeply"),
        (b"[" + b"1" * 5_000 + b"," + WHOLE[1:], "row 1 is not JSON"),
        (gzip.compress(WHOLE * 50)[:-60], "breaks off"),
        (gzip.compress(WHOLE)[:20] + b"garbage" * 20, "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_file_is_told_as_what_it_is(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        rows(a_file(tmp_path, content), Stage.LINKS)


def test_rows_before_the_break_are_told(tmp_path: Path) -> None:
    told = ArchiveFile(a_file(tmp_path, WHOLE[:-1])).rows(Stage.LINKS)
    assert isinstance(next(told), ArchiveLink)


def test_a_row_without_an_end_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="row 3 is larger than 4 MB"):
        rows(a_file(tmp_path, WHOLE[:-1] + b', {"x": "' + b"y" * 9_000_000 + b'"}]', "a.json"), Stage.LINKS)


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"no\.json can't be read: No such file"):
        ArchiveFile(tmp_path / "no.json")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = a_file(tmp_path_factory.mktemp("any"), content)
    with pytest.raises(FetchError):
        rows(file, Stage.LINKS)


# Rows that can't be used ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"paper_title": None}, "has no title"),
        ({"paper_title": " \u200b"}, "has no title"),
        ({"paper_title": ["x"]}, "has no title"),
        ({"repo_url": None}, "names no repository: None"),
        ({"repo_url": "https://example.org/x"}, "names no repository: https://example.org/x"),
        ({"paper_url": 7, "paper_arxiv_id": 7, "paper_url_abs": {}, "paper_url_pdf": []}, "has no address of a paper"),
        ({"paper_url": "https://example.org", "paper_arxiv_id": "x", "paper_url_abs": None}, None),
    ],
    ids=str,
)
def test_a_row_that_cannot_be_used_says_why_and_the_next_one_follows(
    tmp_path: Path, changed: dict[str, Any], reason: str | None
) -> None:
    bad, good = rows(a_file(tmp_path, [LINK | changed, LINK]), Stage.LINKS)
    assert bad == BadRow(1, reason) if reason else isinstance(bad, ArchiveLink)
    assert isinstance(good, ArchiveLink)


def test_what_is_no_object_is_a_bad_row(tmp_path: Path) -> None:
    told = rows(a_file(tmp_path, [None, 7, LINK, "x", [LINK]]), Stage.LINKS)
    assert [row.number for row in told if isinstance(row, BadRow)] == [1, 2, 4, 5]


@given(st.dictionaries(st.sampled_from([*LINK, *PAPER]), st.recursive(st.none() | st.text(), st.lists, max_leaves=3)))
def test_any_row_is_told_or_bad(changed: dict[str, Any]) -> None:
    for stage in Stage:
        told = archive._row(archive._PARSERS[stage], 1, LINK | PAPER | changed)
        str(told).encode()  # no half of a surrogate pair is left


# Rows -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["links.json", "links.json.gz"])
def test_a_link_is_told_with_all_that_it_says(tmp_path: Path, name: str) -> None:
    file = ArchiveFile(a_file(tmp_path, [LINK], name))
    assert file.stages == (Stage.LINKS,)
    said = claim(RepositoryAddress("github.com", "Ada", "Hives"), True)
    link = ArchiveLink(IDS, "Slow Bees", said, framework="pytorch", in_paper=False)
    assert list(file.rows(Stage.LINKS)) == [link]
    assert file.read == file.size


def test_a_paper_is_told_in_two_stages(tmp_path: Path) -> None:
    file = ArchiveFile(a_file(tmp_path, [PAPER]))
    assert file.stages == (Stage.TITLES, Stage.DETAILS)
    day = datetime(2018, 3, 1, tzinfo=UTC)
    assert list(file.rows(Stage.TITLES)) == [ArchivePaper(IDS, "Slow Bees", day)]
    detail = ArchiveDetail(IDS, "Bees are slow.", ("Ada Bee",), day, ("Beekeeping",), ("Wax",), "HIVE 2018")
    assert list(file.rows(Stage.DETAILS)) == [detail]


@pytest.mark.parametrize(
    ("changed", "ids"),
    [
        ({"arxiv_id": "1803.00001v3"}, ["arXiv:1803.00001"]),
        ({"arxiv_id": None}, ["arXiv:1803.00001"]),
        ({"arxiv_id": "cs/9901001"}, ["arXiv:cs/9901001"]),
        ({"url_abs": "https://doi.org/10.5555/ABC"}, ["arXiv:1803.00001", "doi:10.5555/abc"]),
        ({"arxiv_id": None, "url_abs": "https://aclanthology.org/P19-1001/"}, ["acl:P19-1001"]),
        ({"arxiv_id": None, "url_abs": "https://openreview.net/forum?id=rJ4km2R5t7"}, ["openreview:rJ4km2R5t7"]),
        ({"arxiv_id": None, "url_abs": None, "openreview_id": "rJ4km2R5t7"}, ["openreview:rJ4km2R5t7"]),
        ({"openreview_id": "rJ4km2R5t7"}, ["arXiv:1803.00001", "openreview:rJ4km2R5t7"]),
        ({"arxiv_id": None, "url_abs": "https://example.org/p.pdf"}, []),
    ],
    ids=str,
)
def test_all_ids_of_a_row_are_told_and_last_the_archives_own(
    tmp_path: Path, changed: dict[str, Any], ids: list[str]
) -> None:
    (told,) = rows(a_file(tmp_path, [PAPER | changed]), Stage.TITLES)
    assert [str(i) for i in told.ids] == [*ids, "pwc:slow-bees"]


@pytest.mark.parametrize("date", [None, "", "soon", "2018-13-01", "0001-01-01", 2018])
def test_a_date_that_is_none_is_left_out(tmp_path: Path, date: object) -> None:
    (told,) = rows(a_file(tmp_path, [PAPER | {"date": date}]), Stage.TITLES)
    assert told.published is None


@given(
    st.from_regex(r"https?://github\.com/[A-Za-z0-9-]{1,12}/[A-Za-z0-9._-]{1,12}/?", fullmatch=True)
    | st.sampled_from(["https://github.com/features/x", "https://github.com/Topics/x", "http://github.com/a/b.git"])
)
def test_plain_addresses_are_taken_as_all_others_are(address: str) -> None:
    assert archive._repository(address) == parse_repository(address)


def test_reading_begins_behind_what_was_read(tmp_path: Path) -> None:
    file = a_file(tmp_path, [LINK | {"paper_title": f"Bees {n}"} for n in range(10)])
    assert [row.title for row in rows(file, Stage.LINKS, skip=7)] == ["Bees 7", "Bees 8", "Bees 9"]


def test_a_byte_order_mark_and_wide_spacing_are_no_matter(tmp_path: Path) -> None:
    text = "\ufeff \n[\n" + json.dumps(LINK, indent=4) + "\r\n\t,\n\n" + json.dumps(LINK) + " \n ] \n"
    assert len(rows(a_file(tmp_path, text.encode()), Stage.LINKS)) == 2


class Drip(io.BytesIO):
    """Gives a few bytes at a time."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self.most = most

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self.most)


@pytest.mark.parametrize("most", [1, 2, 7, 64])
def test_rows_may_be_cut_anywhere(most: int) -> None:
    values = [12, LINK | {"paper_title": "Bées 🐝 \\u0041", "x": -1.5e-7}, True, None, [LINK]]
    for ascii_only in (True, False):
        data = json.dumps(values, ensure_ascii=ascii_only).encode()
        assert list(archive._list(archive._Window(Drip(data, most), "x"))) == values


def test_half_of_a_surrogate_pair_is_left_out(tmp_path: Path) -> None:
    half = "\ud83d"
    file = a_file(tmp_path, [LINK | {"paper_title": f"Bees{half}", "paper_url": half, "framework": half}])
    (told,) = rows(file, Stage.LINKS)
    assert (told.title, told.ids, told.framework) == ("Bees", IDS[:1], "")


def test_the_same_file_is_known_again_and_another_is_not(tmp_path: Path) -> None:
    one, same = (ArchiveFile(a_file(tmp_path, [LINK], name)).identity for name in ("a.json", "b.json"))
    other = ArchiveFile(a_file(tmp_path, [LINK, LINK], "c.json")).identity
    assert one == same != other


def test_a_file_far_larger_than_the_window_takes_no_more_memory(tmp_path: Path) -> None:
    large = json.dumps(LINK | {"paper_title": "Bees " * 2_000}).encode()
    file = ArchiveFile(a_file(tmp_path, b"[" + b",".join([large] * 2_000) + b"]", "a.json.gz"))
    tracemalloc.start()
    assert sum(1 for _ in file.rows(Stage.LINKS)) == 2_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000
