"""Charts as Slack draws them itself, from their numbers; pure. What one may hold: see `newer`. No text knows markup."""

from collections.abc import Sequence
from datetime import timedelta
from math import isfinite
from typing import Final

from bot.domain.stars import Curve
from bot.domain.trends import Month
from handlers.messages import Chart
from handlers.plots import Axis, Bar, Plot, Series, Unit
from handlers.slack.newer import CHART
from handlers.slack.objects import Block, short
from handlers.wording.trend_plots import LEGENDS, STARS

MOST: Final = 2  # in a message
TITLE_LIMIT: Final = 50
NAME_LIMIT: Final = 20
POINTS_LIMIT: Final = 20
SERIES_LIMIT: Final = 6
_FEWEST: Final = 3  # points that make a line
_BARS: Final = 6  # that are readable side by side on a phone


def chart(part: Chart, *, exact: bool = True) -> Block | None:
    """None where Slack can't draw it.

    `exact`: nothing that a picture of it would show is left out, no interval, mark or point. Else a line may lose its
    interval and what it is compared with, and be drawn through some of its points, evenly apart.
    """
    title = short(title_of(part), TITLE_LIMIT)
    drawn = _of_curve(part.curve, exact) if isinstance(part.curve, Curve) else _of_plot(part.curve, exact)
    return {"type": CHART, "title": title, "chart": drawn} if drawn and title else None


def title_of(part: Chart) -> str:
    return f"★ {part.curve.name}" if isinstance(part.curve, Curve) else part.curve.title


def finding_of(part: Chart) -> str:
    """What is to be seen there, without the title."""
    return part.alt.partition(": ")[2] if isinstance(part.curve, Curve) else part.curve.finding


def _of_plot(plot: Plot, exact: bool) -> Block | None:
    if plot.bars:
        return _bars(plot.bars, plot.unit)
    if plot.axis is not Axis.MONTHS:
        return None
    shown = [one for one in plot.series if exact or not one.aside]
    if exact and any(one.band or one.steps for one in shown):
        return None
    places = [x for x, _ in shown[0].points] if shown else []
    if any([x for x, _ in one.points] != places for one in shown):
        return None
    kept = _spread(len(places), exact)
    names = [_when(places[n]) for n in kept]
    values = [[_figure(one.points[n][1], plot.unit) for n in kept] for one in shown]
    return _lines(names, list(zip(_names(shown, plot.unit), values, strict=True)), plot.unit)


def _when(place: float) -> str:
    """A month, or a day between two."""
    month = Month(int(place))
    if place == month.number:
        return month.label
    return f"{month.begin + (month.end - month.begin) * (place - month.number):%-d %b}"


def _names(shown: Sequence[Series], unit: Unit) -> list[str]:
    """A line alone has its last figure for a name, which is none for a legend."""
    main = [one for one in shown if not one.aside]
    return [LEGENDS[unit] if [one] == main else one.name for one in shown]


def _of_curve(curve: Curve, exact: bool) -> Block | None:
    first, last = curve.counts[0].at, curve.counts[-1].at
    days = (last - first).days
    if exact and (curve.surges or days >= POINTS_LIMIT):
        return None
    at = [last - timedelta(days=days - n) for n in _spread(days + 1, exact)]
    form = "%-d %b" if days < 360 else "%-d %b %Y"
    return _lines([f"{one:{form}}" for one in at], [(STARS, [round(curve.stars_at(one)) for one in at])], Unit.COUNT)


def _spread(number: int, exact: bool) -> range:
    """Which of so many points are shown: all, or the last one and others evenly apart."""
    step = 1 if exact else -(-number // POINTS_LIMIT) or 1
    return range((number - 1) % step, number, step)


def _lines(categories: list[str], lines: list[tuple[str, list[float]]], unit: Unit) -> Block | None:
    series = [{"name": short(name, NAME_LIMIT), "data": _points(categories, values)} for name, values in lines]
    return _checked("line", categories, series, unit) if len(categories) >= _FEWEST else None


def _bars(bars: Sequence[Bar], unit: Unit) -> Block | None:
    """No interval can be told, and no two kinds apart."""
    if len(bars) > _BARS or any(one.low is not None or one.other for one in bars):
        return None
    names = [short(one.name, NAME_LIMIT) for one in bars]
    data = _points(names, [_figure(one.value, unit) for one in bars])
    return _checked("bar", names, [{"name": LEGENDS[unit], "data": data}], unit)


def _points(categories: list[str], values: list[float]) -> list[Block]:
    return [{"label": name, "value": value} for name, value in zip(categories, values, strict=True)]


def _checked(kind: str, categories: list[str], series: list[Block], unit: Unit) -> Block | None:
    names = [one["name"] for one in series]
    values = [point["value"] for one in series for point in one["data"]]
    if not 0 < len(categories) <= POINTS_LIMIT or not 0 < len(series) <= SERIES_LIMIT:
        return None
    if not (all(map(isfinite, values)) and _are_names(categories) and _are_names(names)):
        return None
    axes: Block = {"categories": categories, **({"y_label": "%"} if unit is Unit.SHARE else {})}
    return {"type": kind, "series": series, "axis_config": axes}


def _are_names(names: list[str]) -> bool:
    return all(name.strip() for name in names) and len(set(names)) == len(names)


def _figure(value: float, unit: Unit) -> float:
    return round(100 * value, 1) if unit is Unit.SHARE else round(value, 1)
