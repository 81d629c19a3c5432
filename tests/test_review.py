"""A period's review: the page, Markdown and CSV, from planted catalogues, an empty one and the starter catalogue."""

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.answers.trends import Trends
from bot.domain.trends import Month
from bot.errors import BadQuery
from bot.jobs.seed import seed
from handlers.messages import Chart, File
from handlers.review import figures, markdown, page, write
from handlers.wording import review as wording
from storage import Storage
from tests.planted import plant, starred
from tests.small_world import House

DECEMBER = Month.at(datetime(2018, 12, 1, tzinfo=UTC))
NOW = datetime(2019, 1, 3, 6, tzinfo=UTC)
HOSTILE = '<script>alert(1)</script> | **a** [x](javascript:1) "'
VOID = {"meta", "br", "wbr", "path", "use", "rect", "stop", "line", "circle", "polygon"}


@pytest.fixture
def trends(storage: Storage) -> Trends:
    return Trends(storage, lambda: NOW)


@pytest.fixture
def planted(storage: Storage, trends: Trends) -> Trends:
    """Eighteen months of 200 papers; of the last six 30 with code each, before 20."""
    for back in range(18):
        names = ["pytorch"] * 12 + ["tensorflow"] * 8
        new = back < 6
        plant(storage, DECEMBER + -back, 120, official=15 if new else 10, frameworks=names, topic="generative models")
        plant(storage, DECEMBER + -back, 80, community=15 if new else 10, frameworks=names, field="cs.CL")
    for repository, gained in ((1, 900), (2, 40), (16, 5000)):
        starred(storage, repository, [((DECEMBER + -5).begin, 10), (DECEMBER.begin, 10 + gained)])
    return trends


class Page(HTMLParser):
    """What a page is made of; every element that is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.outside: list[str] = []
        self.words = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        told = dict(attrs)
        self.outside += [value or "" for name, value in attrs if name in ("src", "srcset", "data")]
        self.outside += [told.get("href") or ""] if tag in ("link", "image") else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data.replace("\u00a0", " ")


def test_the_page_stands_alone(planted: Trends) -> None:
    text = page(planted.review("2018-H2"))
    found = Page(text)
    assert "script" not in found.tags
    assert found.outside == []
    assert found.tags.count("svg") == 6
    assert re.findall(r"@import|url\((?!#)", text) == []
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    identifiers = re.findall(r'\bid="([^"]+)"', text)
    assert len(identifiers) == len(set(identifiers))
    assert "1 in 7 new papers has code: 15.0 % (13.1–17.1 %; 180 of 1,200)." in found.words
    assert "2018-H1 the period before" in found.words
    assert "as known on 3 Jan 2019" in found.words


def test_its_sections_follow_the_article(planted: Trends) -> None:
    review = planted.review("2018-H2")
    assert [section.name for section in wording.sections(review)] == [
        *("coverage", "growth", "frameworks-official", "frameworks-community"),
        *("fields", "popular", "time", "community"),
    ]
    (now, before, year_ago) = review.compared
    assert [(one.period.name, one.papers, one.with_code) for one in (now, before, year_ago)] == [
        ("2018-H2", 1200, 180),
        ("2018-H1", 1200, 120),
        ("2017-H2", 1200, 120),
    ]


def test_every_chart_says_what_it_shows(planted: Trends) -> None:
    charts = [
        part
        for section in wording.sections(planted.review("2018-H2"))
        for part in section.parts
        if isinstance(part, Chart)
    ]
    assert [chart.alt for chart in charts][:3] == [
        "Papers with code by month: 1 in 7 of 2018-H2",
        "New papers a month: +0 % a year, 200 in Dec 2018",
        "Frameworks of official code, three months each: PyTorch leads with 80 %",
    ]


def test_what_strangers_wrote_stays_words(storage: Storage, planted: Trends) -> None:
    with storage.write():
        storage.database.execute("UPDATE papers SET title = ? WHERE id = 1", (HOSTILE,))
        storage.database.execute("UPDATE papers SET categories = '=1+1' WHERE categories = 'cs.CL'")
    review = planted.review("2018-H2")
    text = page(review)
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    told = markdown(review)
    assert "\\<script\\>" in told
    assert "<script" not in told.replace("\\<script", "")
    assert ",'=1+1," in figures(review)


def test_the_csv_holds_every_figure_with_its_source(planted: Trends) -> None:
    rows = list(csv.DictReader(figures(planted.review("2018-H2")).splitlines()))
    by = {(row["section"], row["figure"], row["of"]): row for row in rows}
    covered = by["compared", "share with code", "2018-H2"]
    assert (covered["value"], covered["part"], covered["whole"]) == ("0.15", "180", "1200")
    assert by["growth", "a year", "2017-08..2018-12"]["value"] == "0"
    assert by["frameworks official", "share", "pytorch"]["value"] == "0.8"
    assert by["popular community", "stars gained", "others0/nets16"]["value"] == "5000"
    assert {row["as_known_on"] for row in rows} == {"2019-01-03"}
    assert {row["source"] for row in rows} == {"paperwire catalogue"}


NUMBER = re.compile(r"(?<![\w.])[-+]?\d[\d,]*(?:\.\d+)?(?![\w-])")


def numbers(text: str) -> set[str]:
    """All numbers of a text, but those in names and dates."""
    return {found.replace(",", "") for found in NUMBER.findall(text)}


def shown(row: dict[str, str]) -> Iterator[str]:
    """A figure of the table as it may stand in the text: as it is, rounded, as percentage, as points."""
    for name in ("value", "low", "high", "part", "whole"):
        with suppress(ValueError):
            value = float(row[name])
            yield from (f"{value:.0f}", f"{value:+.0f}", f"{100 * value:.0f}", f"{100 * value:+.0f}")
            yield from (
                f"{100 * value + 0.0:.1f}",
                f"{100 * value + 0.0:+.1f}",
                f"{100 * value:.2f}",
                f"{100 * value:+.2f}",
            )
    if (row["part"] or "0") != "0":
        yield f"{round(float(row['whole']) / float(row['part']))}"  # 1 in 7


def test_the_page_markdown_and_csv_say_the_same(planted: Trends) -> None:
    review = planted.review("2018-H2")
    told = re.sub(r"\]\((?:<[^>]*>|[^)]*)\)", "]", markdown(review)).replace("\\", "")
    drawn = re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", page(review), flags=re.DOTALL)
    in_page = Page(re.sub(r"(</\w+>)", r" \1", drawn)).words
    assert numbers(told) == numbers(in_page)
    assert len(numbers(told)) > 80
    rows = list(csv.DictReader(figures(review).splitlines()))
    known = {said.removeprefix("+") for row in rows for said in shown(row)}
    words = told.partition("## How this is counted")[0]
    said = {number.removeprefix("+") for number in numbers(words)}
    dates, constants = {"2017", "2018", "2019", "3"}, {"95", "365"}
    names = {number for number in said if len(number) == 9} | {"121"}  # "Nets 121"
    assert said - known - dates - constants - names == set()


def test_the_files_of_a_review(planted: Trends, tmp_path: Path) -> None:
    files = write(planted.review("2018-H2"), tmp_path / "new" / "folder")
    assert [file.suffix for file in files] == [".html", ".md", ".csv", *[".png"] * 6]
    told = files[1].read_text("utf-8")
    for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", told):
        assert (files[0].parent / name).read_bytes().startswith(b"\x89PNG")
    assert told.count("![") == 6


def test_the_summary_in_a_chat_has_two_charts_and_the_page(planted: Trends) -> None:
    review = planted.review("2018-H2")
    message = wording.summary(review, File("review.html", page(review)))
    assert sum(isinstance(part, Chart) for part in message.parts) == 2
    assert isinstance(message.parts[-1], File)


@pytest.mark.parametrize("papers", [0, 3])
def test_too_few_papers_give_a_page_that_says_so(storage: Storage, trends: Trends, papers: int) -> None:
    plant(storage, DECEMBER, papers, official=papers // 3)
    text = page(trends.review("2018-12"))
    assert "svg" not in Page(text).tags
    assert f"Too little is known of Dec 2018 to tell: {papers} papers." in text
    assert "too few to tell" in text
    figures(trends.review("2018-12"))


def test_the_starter_catalogue_alone_is_no_trend(storage: Storage, trends: Trends) -> None:
    seed(storage, NOW)
    text = page(trends.review("2018-H2"))
    assert "svg" not in Page(text).tags
    assert "have no date, or a year alone, and are left out" in text


def test_a_period_is_compared_with_what_there_is_of_the_one_before(storage: Storage, trends: Trends) -> None:
    for back in range(8):
        plant(storage, DECEMBER + -back, 100)
    told = markdown(trends.review("2018-H2"))
    assert "| 2018-H1 the period before, without Jan to Apr 2018 | 200 |" in told
    assert "| 2018-H2 | 600 |" in told
    assert "| 2017-H2 a year before | 0 | too few to tell |" in told


def test_a_period_that_isnt_over_says_so(planted: Trends, storage: Storage) -> None:
    told = markdown(Trends(storage, lambda: datetime(2018, 11, 3, tzinfo=UTC)).review("2018-H2"))
    assert "The period isn't over yet." in told
    assert "so far" in told


@pytest.mark.parametrize("text", ["", "2030", "2018-07-01", "2018-12..2018-07", "soon"])
def test_odd_periods_are_refused(trends: Trends, text: str) -> None:
    with pytest.raises(BadQuery):
        trends.review(text)


def test_the_command_line_writes_it_and_refuses_odd_periods(tmp_path: Path) -> None:
    house, out = House(tmp_path).settle(), tmp_path / "out"
    found = house.call("--now", "2026-03-05T06:00:00Z", "review", "last", "month", "--out", str(out))
    assert found.exit_code == 0
    assert [Path(line).name for line in found.stdout.splitlines()] == [
        f"review-2026-02.{ending}" for ending in ("html", "md", "csv")
    ]
    refused = house.call("--now", "2026-03-05T06:00:00Z", "review", "2027", "--out", str(out))
    assert refused.exit_code == 2
    assert "2027 hasn't begun yet." in refused.stderr
    (tmp_path / "file").write_text("")
    failed = house.call("review", "2025", "--out", str(tmp_path / "file" / "below"))
    assert failed.exit_code == 1
    assert "can't be written: Not a directory." in failed.stderr
