"""Pictures of trends: drawn the same each time, whole, and fit for a page in light and dark."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from matplotlib.text import Text

from handlers import trend_charts
from handlers.charts import drawn
from handlers.messages import Chart, Image, Message
from handlers.plots import Axis, Bar, Plot, Series, Unit

MONTHS = tuple((float(24200 + n), 0.1 + 0.002 * n) for n in range(24))
LINES = Plot(
    "coverage",
    "Papers with $code$ by month",
    "1 in 7 of 2018-H2",
    (
        Series("14.6 %", MONTHS, tuple((x, y - 0.01, y + 0.01) for x, y in MONTHS)),
        Series("expected", MONTHS[-3:], aside=True),
    ),
)
BARS = Plot(
    "popular",
    "Stars gained",
    "nets leads with +5,000",
    bars=(Bar("nets", 5000, "+5,000"), Bar("a-very-long-name-of-a-repo", 10, "+10", other=True), Bar("网络", 0, "+0")),
    unit=Unit.COUNT,
)
DAYS = Plot(
    "time",
    "Papers with code",
    "3 % on the first day",
    (
        Series(
            "9 %",
            tuple((float(n), 0.03 + n / 5000) for n in range(366)),
            ((0, 0.02, 0.04), (90, 0.04, 0.06)),
            steps=True,
        ),
    ),
    axis=Axis.DAYS,
)


@pytest.mark.parametrize("plot", [LINES, BARS, DAYS], ids=lambda plot: plot.name)
def test_a_plot_becomes_the_same_picture_each_time(plot: Plot) -> None:
    first = trend_charts.png(plot)
    assert first.startswith(b"\x89PNG")
    assert trend_charts.png(plot) == first


@pytest.mark.parametrize("plot", [LINES, BARS, DAYS], ids=lambda plot: plot.name)
def test_in_a_page_it_takes_the_pages_colours_and_its_own_names(plot: Plot) -> None:
    page = trend_charts.svg(plot)
    assert trend_charts.svg(plot) == page
    root = ET.fromstring(page)
    assert set(root.attrib) == {"viewBox"}
    names = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert all(name.startswith(f"{plot.name}-") for name in names)
    assert len(names) == len(set(names))
    used = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', page))
    assert {one or other for one, other in used} <= set(names)
    assert "var(--c0)" in page
    assert re.findall(r"#(?:0072b2|20242b|6a6f78)", page) == []
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xlink", "")


def test_names_at_the_ends_of_lines_dont_touch() -> None:
    places = trend_charts._apart([0.5, 0.51, 0.99, 0.0, 1.0])
    ordered = sorted(places)
    assert all(high - low >= 0.099 for low, high in pairwise(ordered))
    assert ordered[-1] <= 1.0
    assert places[1] > places[0]


def test_a_message_with_a_plot_gets_its_picture() -> None:
    message = drawn(Message((Chart(LINES, "Papers with code: 1 in 7", ("bars",)),), ""))
    (image,) = message.parts
    assert isinstance(image, Image)
    assert (image.name, image.alt) == ("coverage.png", "Papers with code: 1 in 7")


def test_no_word_is_cut_however_long_it_is() -> None:
    names = tuple(Series(f"A long name of a line {n} %", MONTHS) for n in range(4))
    bars = (Bar("a-very-long-name-of-a-re", 1.0, "+1,234,567"), Bar("b", 0.5, "+1"))
    for plot in (Plot("a", "W" * 50, "m" * 60, names), Plot("b", "Title", "finding", bars=bars)):
        figure = trend_charts._figure(plot, heads=True)
        figure.canvas.draw()
        drawn = figure.canvas.get_renderer()  # type: ignore[attr-defined] # because: that of Agg
        for words in figure.findobj(Text):
            if words.get_text().strip() and words.get_visible():
                box = words.get_window_extent(drawn)
                assert box.x0 >= 0, words
                assert box.x1 <= figure.bbox.x1 + 1, words


def test_ticks_of_days_and_months_dont_touch() -> None:
    assert trend_charts._day_ticks(365) == [365, 180, 90, 30]
    assert trend_charts._day_ticks(35) == [30, 7, 0]
    assert trend_charts._month_ticks(24193, 24227, 2) == [24193, 24227]
    assert len(trend_charts._month_ticks(24193, 24227, 3)) == 3


def test_missing_months_are_no_line() -> None:
    gap = Series("", ((1.0, 0.1), (2.0, 0.2), (9.0, 0.3)))
    assert [x for x, y in trend_charts._broken(gap) if y != y] == [3.0]
    assert trend_charts._runs([1, 2, 9, 10, 20]) == [(0, 2), (2, 4), (4, 5)]
