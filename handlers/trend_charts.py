"""Pictures of trends: a plot as PNG for a chat, or as SVG for a page, in the style of `charts`.

A line's name stands at its end, in its colour; names that would touch are moved apart. Drawn for a width of 360 pixels:
few ticks, large words. Whoever draws holds `chart_style.drawing`.
"""

import io
import re
from collections.abc import Sequence
from itertools import pairwise
from math import nan
from typing import TYPE_CHECKING, Any, Final

from bot.domain.trends import Month
from handlers.chart_style import COLOURS, GRID, GROUND, INK, QUIET, known, short
from handlers.chart_style import width as text_width
from handlers.plots import Axis, Bar, Plot, Point, Series, Unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIZE: Final = (5.4, 3.8)  # inches; in a page, whose pictures are scaled to its width:
_PAGE_SIZE: Final = (4.4, 2.9)
_DPI: Final = 200  # 1,080 by 760 pixels
_MARGIN: Final = 0.58, 0.45, 0.14  # inches: left, below and right of lines
_BESIDE: Final = 0.14  # inches: from a line's end to its name
_MONTH: Final = 0.85  # inches: a month below the axis, and room beside it
_BAR: Final = 0.36  # inches a bar
_APART: Final = 0.1  # of the axes' height, from one name to the next
_TICKS: Final = 4
_SIZES: Final = {"title": 13.5, "finding": 12.0, "label": 12.0, "tick": 10.5}
# In a page the words and grounds take its colours, light or dark.
_PAGE: Final = {GROUND: "var(--card)", INK: "var(--ink)", QUIET: "var(--quiet)", GRID: "var(--grid)"} | {
    colour: f"var(--c{n})" for n, colour in enumerate(COLOURS)
}


def png(plot: Plot) -> bytes:
    """The picture, the same bytes for the same plot. Raises ImportError without matplotlib."""
    content = io.BytesIO()
    _figure(plot, heads=True).savefig(content, format="png", metadata={"Software": None}, facecolor=GROUND)
    return content.getvalue()


def svg(plot: Plot) -> str:
    """The picture as an element of a page, which gives its title and colours. Raises ImportError without matplotlib."""
    import matplotlib as mpl

    content, figure = io.StringIO(), _figure(plot, heads=False)
    mpl.rcParams["svg.hashsalt"] = plot.name  # the same names of its parts each time
    figure.savefig(content, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    drawn = content.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(r"<metadata>.*?</metadata>\s*", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{plot.name}-", drawn)  # several stand in one page
    drawn = re.sub(
        r'<svg\b[^>]*?(viewBox="[^"]*")[^>]*>', r'<svg xmlns="http://www.w3.org/2000/svg" \1>', drawn, count=1
    )
    drawn = drawn.replace("xlink:href", "href")
    return re.sub("|".join(_PAGE), lambda found: _PAGE[found[0]], drawn)


def _figure(plot: Plot, *, heads: bool) -> "Figure":
    # because: late and without pyplot, see charts
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    mpl.rcdefaults()
    mpl.rcParams["text.parse_math"] = False
    width, height = _SIZE if heads else _PAGE_SIZE
    if plot.bars:
        height = _BAR * len(plot.bars) + 0.2 + (0.85 if heads else 0.0)
    figure = Figure((width, height), dpi=_DPI)
    FigureCanvasAgg(figure)
    if heads:
        _head(figure, plot, height)
    top = 1 - (0.85 / height if heads else 0.03)
    if plot.bars:
        axes = figure.add_axes((0.0, 0.03, 1.0, top - 0.03))
        _bars(axes, plot.bars, width)
    else:
        left, below, right = _MARGIN
        size = (1 - (left + right) / width, top - below / height - 0.02)
        axes = figure.add_axes((left / width, below / height, *size))
        _lines(axes, plot, width * size[0])
    axes.patch.set_alpha(0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return figure


def _head(figure: "Figure", plot: Plot, height: float) -> None:
    room = _SIZE[0] - 0.3
    for n, (words, size, colour, weight) in enumerate(
        ((plot.title, _SIZES["title"], INK, "bold"), (plot.finding, _SIZES["finding"], QUIET, "normal"))
    ):
        fitting = size * min(room / text_width(words, size), 1.0)
        place = 1 - (0.12 + 0.31 * n) / height
        figure.text(0.03, place, known(words), size=fitting, color=colour, weight=weight, va="top")


def _lines(axes: "Axes", plot: Plot, width: float) -> None:
    shown = [one for one in plot.series if one.points]
    first = min(one.points[0][0] for one in shown)
    last = max(one.points[-1][0] for one in shown)
    room = (max(text_width(one.name, _SIZES["label"]) for one in shown) + _BESIDE) / width
    axes.set_xlim(first, last + (last - first) * room / (1 - room))
    _ticks(axes, plot, first, last, most=int(width * (1 - room) / _MONTH) + 1)
    colours: dict[str, str] = {}
    for one in shown:
        colours[one.name] = QUIET if one.aside else COLOURS[len(colours) % len(COLOURS)]
        _line(axes, one, colours[one.name])
    top = max(y for one in shown for y in [*(p[1] for p in one.points), *(b[2] for b in one.band)])
    axes.set_ylim(0, top * 1.08 or 1)
    for one, at in zip(shown, _apart([one.points[-1][1] / axes.get_ylim()[1] for one in shown]), strict=True):
        axes.annotate(
            known(one.name),
            (last, at * axes.get_ylim()[1]),
            (7, 0),
            textcoords="offset points",
            va="center",
            size=_SIZES["label"],
            weight="normal" if one.aside else "bold",
            color=colours[one.name],
            bbox={"facecolor": GROUND, "edgecolor": "none", "pad": 1},  # no line of the grid strikes words through
        )


def _line(axes: "Axes", one: Series, colour: str) -> None:
    xs, ys = zip(*_broken(one), strict=True)
    look: dict[str, Any] = {"linewidth": 1.8, "linestyle": (0, (2, 1.4))} if one.aside else {"linewidth": 2.6}
    if one.steps:
        look["drawstyle"] = "steps-post"
    axes.plot(xs, ys, color=colour, zorder=2 if one.aside else 3, solid_capstyle="round", **look)
    alone = (
        []
        if one.steps or one.bridged
        else [one.points[n] for n, end in _runs([x for x, _ in one.points]) if end - n == 1]
    )
    axes.plot([x for x, _ in alone], [y for _, y in alone], "o", color=colour, markersize=5, zorder=3, clip_on=False)
    if one.band:
        at, low, high = zip(*one.band, strict=True)
        if one.steps:
            mid = [dict(one.points)[x] for x in at]
            below = [[m - b for m, b in zip(mid, low, strict=True)], [h - m for m, h in zip(mid, high, strict=True)]]
            axes.errorbar(at, mid, yerr=below, fmt="o", markersize=4, color=colour, capsize=3, linewidth=1.2, zorder=4)
        else:
            for begin, end in _runs(at):
                some = slice(begin, end)
                axes.fill_between(at[some], low[some], high[some], color=colour, alpha=0.18, linewidth=0, zorder=1)


def _broken(one: Series) -> list[Point]:
    """The points of a line, with a gap where months are missing."""
    points: list[Point] = []
    for x, y in one.points:
        if points and x - points[-1][0] > 1 and not one.bridged:
            points.append((points[-1][0] + 1, nan))
        points.append((x, y))
    return points


def _runs(xs: Sequence[float]) -> list[tuple[int, int]]:
    """Where stretches without a missing month begin and end."""
    cuts = [0, *(n for n in range(1, len(xs)) if xs[n] - xs[n - 1] > 1), len(xs)]
    return list(pairwise(cuts))


def _apart(places: Sequence[float]) -> list[float]:
    """The places of names, of the axes' height, moved up or down until none touches another."""
    order = sorted(range(len(places)), key=lambda n: places[n])
    moved = [min(max(place, 0.03), 1.0) for place in places]
    for low, high in pairwise(order):
        moved[high] = max(moved[high], moved[low] + _APART)
    limit = 1.0
    for n in reversed(order):
        moved[n] = min(moved[n], limit)
        limit = moved[n] - _APART
    return moved


def _ticks(axes: "Axes", plot: Plot, first: float, last: float, *, most: int) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    if plot.axis is Axis.MONTHS:
        axes.set_xticks(_month_ticks(round(first), round(last), most))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: Month(round(x)).label))
    else:
        axes.set_xticks(_day_ticks(last))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f} d"))
    axes.yaxis.set_major_locator(MaxNLocator(_TICKS, integer=plot.unit is Unit.COUNT))
    share = plot.unit is Unit.SHARE
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:.3g} %" if share else short(y)))
    axes.grid(visible=True, axis="y", color=GRID, linewidth=1)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=_SIZES["tick"], labelcolor=QUIET, pad=6)
    axes.tick_params(axis="x", pad=9)


def _day_ticks(last: float) -> list[float]:
    """The days that are told, the later ones first, as far as there is room between them."""
    ticks: list[float] = []
    for day in (365, 180, 90, 30, 7, 0):
        if day <= last and (not ticks or ticks[-1] - day > last / 8):
            ticks.append(day)
    return ticks


def _month_ticks(first: int, last: int, most: int) -> list[int]:
    """At most so many months, evenly apart; Januaries where there are two of them in that distance."""
    step = max(-(-(last - first) // max(most - 1, 1)), 1)
    years = list(range(-(-first // 12) * 12, last + 1, -(-step // 12) * 12))
    if last - first >= 24 and len(years) > 1:
        return years
    return list(range(last, first - 1, -step))[::-1]


def _bars(axes: "Axes", bars: Sequence[Bar], width: float) -> None:
    """Names left, bars right of them, the figure behind each bar's end."""
    names = max(text_width(one.name, _SIZES["tick"]) for one in bars)
    said = max(text_width(one.said, _SIZES["tick"]) for one in bars)
    begin = names / width + 0.03
    most = max(max(one.value, one.high or 0.0) for one in bars) or 1.0
    scale = (1 - begin - said / width - 0.04) / most
    axes.set_xlim(0, 1)
    axes.set_ylim(len(bars) - 0.45, -0.55)
    axes.set_xticks([])
    axes.set_yticks([])
    for n, one in enumerate(bars):
        colour = COLOURS[1 if one.other else 0]
        axes.barh(n, one.value * scale, left=begin, height=0.62, color=colour, linewidth=0)
        if one.low is not None and one.high is not None:
            ends = [begin + one.low * scale, begin + one.high * scale]
            axes.plot(ends, [n, n], color=INK, linewidth=1.4, solid_capstyle="butt")
        end = begin + max(one.value, one.high or 0.0) * scale
        axes.text(begin - 0.015, n, known(one.name), ha="right", va="center", size=_SIZES["tick"], color=INK)
        style: dict[str, Any] = {"va": "center", "size": _SIZES["tick"], "color": colour, "weight": "bold"}
        axes.text(end + 0.015, n, one.said, **style)
