"""Pictures: what a message would draw becomes a PNG, where matplotlib is installed (extra `charts`). How stars grow is
drawn here, trends in `trend_charts`.

matplotlib takes half a second and 50 MB, so it is imported with the first picture. It is not safe in threads: one
picture at a time. The same surge goes to many chats, so the latest pictures are kept.

One style: readable on a phone, where a picture is 360 pixels wide; words stand at what they name; blue and orange,
which nearly everybody can tell apart, and never colour alone; a light ground of its own, also in a dark chat.
"""

import gc
import io
import logging
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from bot.domain.stars import Curve, StarSample, Surge
from handlers import trend_charts
from handlers.chart_style import COLOURS, GRID, GROUND, INK, QUIET, drawing, known, short
from handlers.messages import Chart, Image, Message, Part
from handlers.plots import Plot
from handlers.wording.plain import count
from handlers.wording.stars import in_window, usually

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

log = logging.getLogger(__name__)

_KEPT: Final = 32  # pictures of some 30 kB
_SIZE: Final = (7.2, 4.8)  # inches
_DPI: Final = 150  # 1,080 by 720 pixels
_USUAL: Final = COLOURS[0]
_SURGE: Final = COLOURS[1]
_SHADE: Final = "#f9dcc4"
_NAME: Final = 40  # characters
_TICKS: Final = 4  # at most, on either axis
_WIDTH: Final = 912  # pixels of the axes, of which each figure right of the curve takes 20
_APART: Final = 0.12  # of the height: two labels right of the curve
_OPEN: Final = {"facecolor": GROUND, "edgecolor": "none", "pad": 1}  # no line of the grid strikes words through


@dataclass(frozen=True, slots=True)
class _Window:
    """A surge as it is marked: its days, how many stars there were when they began, whether it is the curve's end."""

    surge: Surge
    begin: datetime
    end: datetime
    before: float
    lasts: bool

    @property
    def usual(self) -> float:
        """How many there would be at its end, had these days been like others."""
        return self.before + self.surge.usual * self.surge.days


def drawn(message: Message, *, but: Sequence[Chart] = ()) -> Message:
    """The message with its curves as pictures, `but` for some. It takes up to a second, so never on an event loop.

    Where none can be drawn, its words stay.
    """
    if not any(isinstance(part, Chart) and part not in but for part in message.parts):
        return message
    return replace(message, parts=tuple(part if part in but else _drawn(part) for part in message.parts))


def _drawn(part: Part) -> Part:
    if not isinstance(part, Chart):
        return part
    with drawing:
        content = _kept(part.curve)
    name = part.curve.name.replace("/", "-")
    return Image(f"{name}.png", content, part.alt) if content else part


@lru_cache(_KEPT)
def _kept(curve: Curve | Plot) -> bytes:
    """The picture; nothing where there can be none, as it isn't wanted enough to fail for."""
    try:
        return trend_charts.png(curve) if isinstance(curve, Plot) else png(curve)
    except ImportError:
        return b""
    except Exception:  # because: whatever a drawing library stumbles over, the words are what counts
        log.exception("the curve of %s can't be drawn", curve.name)
        return b""
    finally:
        gc.collect()  # because: a figure and what it is made of hold each other, a megabyte and more


def png(curve: Curve) -> bytes:
    """The picture, the same bytes for the same curve. Raises ImportError without matplotlib; one call at a time."""
    figure = _figure(curve)
    content = io.BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    return content.getvalue()


def _figure(curve: Curve) -> "Figure":
    # because: see above; `Figure` draws by itself, where pyplot would keep every figure and look for a screen
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    mpl.rcdefaults()  # because: a matplotlibrc in the user's folders is not about us
    mpl.rcParams["text.parse_math"] = False  # because: a $ in a name is no formula
    figure = Figure(_SIZE, dpi=_DPI, facecolor=GROUND)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.115, 0.125, _WIDTH / _SIZE[0] / _DPI, 0.645), facecolor=GROUND)
    windows = list(_windows(curve))
    _head(figure, curve, windows)
    _curve(axes, curve.counts, windows)
    _axes(axes, curve.counts)
    _marks(axes, curve.counts, windows)
    return figure


def _head(figure: "Figure", curve: Curve, windows: Sequence[_Window]) -> None:
    """The repository, and what there is to see: the surge that goes on, else the whole."""
    name = curve.name if len(curve.name) <= _NAME else f"{curve.name[: _NAME - 1]}…"
    figure.text(0.035, 0.955, known(f"★ {name}"), size=17, weight="bold", color=INK, va="top")
    first, last = curve.counts[0], curve.counts[-1]
    said, colour = f"{last.stars - first.stars:+,} stars in {count(len(curve.gains), 'day')}", QUIET
    if windows and windows[-1].lasts:
        surge, colour = windows[-1].surge, _SURGE
        said = f"+{surge.gained:,} {in_window(surge)}, usually {usually(surge)}"
    figure.text(0.035, 0.862, said, size=15, color=colour, va="top")


def _windows(curve: Curve) -> Iterator[_Window]:
    """The surges that lie within the curve, the oldest first."""
    first, last = curve.counts[0].at, curve.counts[-1].at
    for surge, told in sorted(curve.surges, key=lambda one: one[1]):
        end = min(told, last)
        begin = max(end - timedelta(days=surge.days), first)
        if begin < end:
            yield _Window(surge, begin, end, curve.stars_at(begin), end == last)


def _curve(axes: "Axes", counts: Sequence[StarSample], windows: Sequence[_Window]) -> None:
    """The counts; within a surge in another colour, and beside it what would have been usual."""
    style: dict[str, Any] = {"solid_capstyle": "round", "solid_joinstyle": "round"}
    axes.plot(_times(counts), [one.stars for one in counts], color=_USUAL, linewidth=3.2, zorder=3, **style)
    for window in windows:
        inside = counts[bisect_right(counts, window.begin, key=_at) : bisect_right(counts, window.end, key=_at)]
        stars = [window.before, *(one.stars for one in inside)]
        ends = [_number(window.begin), _number(window.end)]
        axes.axvspan(*ends, color=_SHADE, linewidth=0, zorder=1)
        axes.plot([ends[0], *_times(inside)], stars, color=_SURGE, linewidth=4.4, zorder=4, **style)
        axes.plot(ends, [window.before, window.usual], color=QUIET, linewidth=2, linestyle=(0, (2, 1)), zorder=2)


def _marks(axes: "Axes", counts: Sequence[StarSample], windows: Sequence[_Window]) -> None:
    """Words at what they name: the last count; where a surge began, and what would have been usual, or its gain."""
    end, stars = _number(counts[-1].at), counts[-1].stars
    colour = _SURGE if windows and windows[-1].lasts else _USUAL
    axes.plot([end], [stars], "o", color=colour, markersize=9, zorder=5)
    bold: dict[str, Any] = {"size": 15, "weight": "bold", "textcoords": "offset points"}
    axes.annotate(f"{stars:,}", (end, stars), (11, 0), va="center", color=colour, bbox=_OPEN, **bold)
    for window in windows:
        begin = (_number(window.begin), window.before)
        if not window.lasts:
            _gain(axes, window)
            continue
        axes.annotate(f"{window.before:,.0f}", begin, (-8, 9), ha="right", va="bottom", color=_USUAL, **bold)
        low, high = axes.get_ylim()
        if (stars - window.usual) / (high - low) > _APART:
            style: dict[str, Any] = {"size": 13, "textcoords": "offset points"}
            axes.annotate("usual", (end, window.usual), (11, 0), va="center", color=QUIET, bbox=_OPEN, **style)


def _gain(axes: "Axes", window: _Window) -> None:
    """What an earlier surge brought: where a curve that rises leaves room beside it."""
    left, right = axes.get_xlim()
    late = _number(window.begin) > (left + right) / 2
    place = (_number(window.begin), 0.98) if late else (_number(window.end), 0.03)
    axes.annotate(
        f"+{window.surge.gained:,} {in_window(window.surge)}",
        place,
        (-9 if late else 9, 0),
        xycoords=axes.get_xaxis_transform(),
        textcoords="offset points",
        ha="right" if late else "left",
        va="top" if late else "bottom",
        size=14,
        color=_SURGE,
        bbox=_OPEN,
    )


def _axes(axes: "Axes", counts: Sequence[StarSample]) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    first, last = _number(counts[0].at), _number(counts[-1].at)
    low, high = min(one.stars for one in counts), max(one.stars for one in counts)
    room = 20 * (max(len(f"{counts[-1].stars:,}"), 4) + 1) / _WIDTH
    around = max((high - low) * 0.12, (5 - high + low) / 2)
    axes.set_xlim(first, last + (last - first) * room / (1 - room))
    axes.set_ylim(max(low - around, -0.1 * (high + around)), high + around)
    axes.yaxis.set_major_locator(MaxNLocator(_TICKS, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axes.set_xticks(_days(first, last))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _day(value)))
    axes.grid(visible=True, axis="y", color=GRID, linewidth=1.2)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=13, labelcolor=QUIET, pad=7)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _day(days: float) -> str:
    """ "5 Mar"."""
    return f"{datetime.fromtimestamp(days * 86_400, UTC):%-d %b}"


def _days(first: float, last: float) -> list[float]:
    """Up to four midnights, evenly apart, the last one as late as can be."""
    step = max(-(-int(last - first) // _TICKS), 1)
    return [day for n in range(_TICKS) if (day := float(int(last) - n * step)) >= first][::-1]


def _times(counts: Sequence[StarSample]) -> list[float]:
    return [_number(one.at) for one in counts]


def _at(count: StarSample) -> datetime:
    return count.at


def _number(at: datetime) -> float:
    """Days since 1970, as matplotlib counts them."""
    return at.astimezone(UTC).timestamp() / 86_400
