"""The starter catalogue's file: its form, and that nothing known about the same pairs contradicts it."""

import gzip
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.domain.paper import PaperId, parse_paper_id
from bot.domain.repository import parse_repository
from bot.domain.text import TITLE_LIMIT, clean

ROOT = Path(__file__).parents[2]
FILE = ROOT / "storage" / "starter.tsv"
ARCHIVE = ROOT.parent / "shared" / "data" / "pwc" / "links-between-papers-and-code.json.gz"
COLUMNS = ["arxiv", "title", "year", "repository", "official", "names"]

# Pairs whose class differs from the archive's on purpose, each with its because. None so far.
EXCEPTIONS: dict[tuple[str, str], str] = {}


class Row(NamedTuple):
    arxiv: str
    title: str
    year: str
    repository: str
    official: str
    names: str


def table() -> list[list[str]]:
    """The lines below the comments, cut at tabs: a reader of its own, so that the shipped one isn't its own judge."""
    lines = FILE.read_text("utf-8").splitlines()
    while lines[0].startswith("#"):
        lines.pop(0)
    return [line.split("\t") for line in lines]


ROWS = [Row(*cells) for cells in table()[1:] if len(cells) == len(COLUMNS)]


def test_every_line_has_the_six_columns() -> None:
    head, *lines = table()
    assert head == COLUMNS
    assert [cells for cells in lines if len(cells) != len(COLUMNS)] == []


def test_every_id_is_a_bare_arxiv_id() -> None:
    assert [row.arxiv for row in ROWS if parse_paper_id(row.arxiv) != PaperId("arxiv", row.arxiv)] == []


def test_every_repository_is_an_owner_and_a_name() -> None:
    addresses = {row.repository: parse_repository(row.repository) for row in ROWS}
    assert [name for name, address in addresses.items() if address is None or address.slug != name] == []


def test_a_repository_is_written_in_one_way() -> None:
    written = defaultdict(set)
    for row in ROWS:
        written[row.repository.lower()].add(row.repository)
    assert [names for names in written.values() if len(names) > 1] == []


def test_no_pair_of_paper_and_repository_stands_twice() -> None:
    pairs = Counter((row.arxiv, row.repository.lower()) for row in ROWS)
    assert [pair for pair, times in pairs.items() if times > 1] == []


def test_a_paper_has_one_title_and_one_year() -> None:
    told = defaultdict(set)
    for row in ROWS:
        told[row.arxiv].add((row.title, row.year))
    assert {key: values for key, values in told.items() if len(values) > 1} == {}


def test_no_title_stands_for_two_papers() -> None:
    ids = defaultdict(set)
    for row in ROWS:
        ids[row.title.casefold()].add(row.arxiv)
    assert {title: values for title, values in ids.items() if len(values) > 1} == {}


def test_the_year_is_the_one_in_the_id() -> None:
    new = [row for row in ROWS if re.fullmatch(r"\d{4}\.\d{4,5}", row.arxiv)]
    assert [row for row in new if row.year != f"20{row.arxiv[:2]}"] == []


def test_the_length_and_month_of_every_id_fit_its_date() -> None:
    """arXiv counts months to 12, and gives five digits since January 2015, four before."""
    new = [row.arxiv for row in ROWS if "/" not in row.arxiv]
    assert [i for i in new if not 1 <= int(i[2:4]) <= 12] == []
    assert [i for i in new if len(i.partition(".")[2]) != (5 if i[:4] >= "1501" else 4)] == []


def test_titles_are_clean_as_they_stand() -> None:
    assert [row.title for row in ROWS if not row.title or clean(row.title, TITLE_LIMIT) != row.title] == []


def test_a_link_is_official_or_community() -> None:
    assert {row.official for row in ROWS} == {"official", "community"}


def test_rows_are_sorted_by_id() -> None:
    assert [row.arxiv for row in ROWS] == sorted(row.arxiv for row in ROWS)


def test_there_are_at_least_150_papers() -> None:
    assert len({row.arxiv for row in ROWS}) >= 150


@pytest.mark.parametrize(
    ("arxiv", "repository", "official"),
    [
        ("1810.04805", "google-research/bert", "official"),
        ("1810.04805", "codertimo/BERT-pytorch", "community"),
        ("1703.06870", "facebookresearch/Detectron", "official"),
        ("1703.06870", "matterport/Mask_RCNN", "community"),
        ("1808.06601", "NVIDIA/vid2vid", "official"),
        ("1806.01261", "google-deepmind/graph_nets", "official"),
        ("1805.08318", "jantic/DeOldify", "community"),
        ("1710.10196", "jantic/DeOldify", "community"),
        ("1706.08500", "jantic/DeOldify", "community"),
    ],
)
def test_the_landmarks_that_were_asked_for_are_there(arxiv: str, repository: str, official: str) -> None:
    assert [row.official for row in ROWS if (row.arxiv, row.repository) == (arxiv, repository)] == [official]


@pytest.mark.parametrize("library", ["huggingface/transformers", "tensorflow/models", "tensorflow/tpu"])
def test_shared_libraries_of_others_papers_are_left_out(library: str) -> None:
    assert [row for row in ROWS if row.repository.lower() == library] == []


@pytest.mark.skipif(not ARCHIVE.exists(), reason="the recorded archive isn't beside this clone")
def test_the_archive_contradicts_no_class_but_the_explained() -> None:
    with gzip.open(ARCHIVE, "rt", encoding="utf-8") as file:
        links = json.load(file)
    told = {pair: link["is_official"] for link in links if (pair := _pair(link["paper_arxiv_id"], link["repo_url"]))}
    ours = {(row.arxiv, row.repository.lower()): row.official == "official" for row in ROWS}
    both = ours.keys() & told.keys()
    wrong = {pair for pair in both if told[pair] is not None and told[pair] != ours[pair]}
    assert both, "the archive names none of our pairs: is its form still the same?"
    assert wrong == EXCEPTIONS.keys()


def _pair(arxiv: str | None, url: str | None) -> tuple[str, str] | None:
    address = parse_repository(url or "")
    return (arxiv, address.slug.lower()) if arxiv and address else None
