"""Which charts go with which answers about trends, and what is to be seen there; none where there is too little."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.answers.trend_values import (
    CodeAnswer,
    FieldsAnswer,
    FrameworksAnswer,
    PapersAnswer,
    Popular,
    PopularAnswer,
    TimeAnswer,
)
from bot.domain.news import Beside, WeekShare
from bot.domain.trends import Estimate, Month, MonthShare, TooFew
from handlers.plots import Axis, Bar, Plot, Series, Unit

ENOUGH = 30  # papers of a field
_FEWEST = 3  # points of a line
_SHOWN = 36  # months
_FRAMEWORKS = 4
_BARS = 8
_CURVES = 4
_NAME = 16  # letters at a curve's end
LEGENDS = {Unit.SHARE: "share", Unit.COUNT: "count"}  # what a line alone is called in a legend
STARS = "stars"
_NAMES = {
    "pytorch": "PyTorch",
    "tensorflow": "TensorFlow",
    "jax": "JAX",
    "mxnet": "MXNet",
    "paddle": "Paddle",
    "mindspore": "MindSpore",
    "torch": "Torch (Lua)",
    "caffe": "Caffe",
    "caffe2": "Caffe2",
    "keras": "Keras",
    "sklearn": "scikit-learn",
    "none": "none of them",
}
KNOWN = tuple(_NAMES.values())[:3]


def coverage(answer: CodeAnswer) -> Plot | None:
    months = answer.coverage.months[-_SHOWN:]
    if len(months) < _FEWEST or isinstance(answer.period, TooFew):
        return None
    last = months[-1]
    corrected = [one for one in months if one.corrected]
    series = [
        Series(
            _last(last.share.value),
            tuple((one.month.number, one.share.value) for one in months),
            tuple((one.month.number, one.share.low, one.share.high) for one in months),
        )
    ]
    if corrected:
        series.append(_to_come(months, corrected))
    finding = f"1 in {answer.period.one_in} of {answer.asked.period.name}" if answer.period.one_in > 1 else ""
    return Plot(
        "coverage",
        "Papers with code by month",
        finding or f"{100 * answer.period.value:.0f} % of {answer.asked.period.name}",
        tuple(series),
    )


def _to_come(months: tuple[MonthShare, ...], corrected: list[MonthShare]) -> Series:
    """What the last months will come to, drawn on from the last month that needs no correction."""
    first = next(n for n, one in enumerate(months) if one.corrected)
    before = [(months[first - 1].month.number, months[first - 1].share.value)] if first else []
    points = [(one.month.number, _value(one.corrected)) for one in corrected]
    return Series("expected", (*before, *points), aside=True, bridged=True)


def _value(one: Estimate | None) -> float:
    return one.value if one else 0.0


def weeks(code: Beside, shares: Sequence[WeekShare], until: datetime) -> Plot:
    """The weeks of a digest, each at its end."""
    places = [_place(until - timedelta(weeks=week.ago)) for week in shares]
    told = [week.share for week in shares]
    return Plot(
        "weeks",
        "New papers with code by the week's end",
        f"{100 * code.now.value:.1f} % this week, {100 * code.before.value:.1f} % in those before",
        (
            Series(
                _last(code.now.value),
                tuple((at, share.value) for at, share in zip(places, told, strict=True)),
                tuple((at, share.low, share.high) for at, share in zip(places, told, strict=True)),
            ),
        ),
    )


def papers(answer: PapersAnswer) -> Plot | None:
    told = answer.growth
    if isinstance(told, TooFew):
        return None
    months = [one for one in answer.months if one.month >= told.first]
    rate = 1 + told.monthly.value
    fit = tuple((one.month.number, told.a_month * rate ** (one.month.number - told.last.number)) for one in months)
    return Plot(
        "papers",
        "New papers a month",
        f"{100 * told.yearly.value:+.0f} % a year, {told.a_month:,.0f} in {told.last.label}",
        (
            Series(f"{months[-1].papers:,}", tuple((one.month.number, float(one.papers)) for one in months)),
            Series("fit", fit, aside=True, bridged=True),
        ),
        unit=Unit.COUNT,
    )


def frameworks(answer: FrameworksAnswer) -> Plot | None:
    if isinstance(answer.shares, TooFew) or len(answer.months) < _FEWEST:
        return None
    names = [one.framework for one in answer.shares if one.framework != "none"][:_FRAMEWORKS]
    series = []
    for name in names:
        points = [
            (month.number, next((one.share.value for one in shares if one.framework == name), 0.0))
            for month, shares in answer.months
        ]
        series.append(Series(f"{framework_name(name)} {100 * points[-1][1]:.0f} %", tuple(map(_float, points))))
    if not series:
        return None
    first = answer.shares[0]
    finding = f"{framework_name(first.framework)} leads with {100 * first.share.value:.0f} %"
    whose = {True: "official", False: "community", None: ""}[answer.asked.official]
    title = (
        f"Frameworks of {whose} code, three months each"
        if whose
        else "Frameworks of implementations, three months each"
    )
    return Plot(f"frameworks-{whose or 'any'}", title, finding, tuple(series))


def _float(point: tuple[int, float]) -> tuple[float, float]:
    return (float(point[0]), point[1])


def fields(answer: FieldsAnswer) -> Plot | None:
    if isinstance(answer.fields, TooFew) or len(answer.fields) < _FEWEST:
        return None
    bars = tuple(
        Bar(one.name, one.share.value, f"{100 * one.share.value:.1f} %", one.share.low, one.share.high)
        for one in answer.fields[:_BARS]
    )
    first = answer.fields[0]
    return Plot(
        "fields",
        "Fields by their share of papers",
        f"{first.name} leads with {100 * first.share.value:.0f} %",
        bars=bars,
    )


def popular(answer: PopularAnswer) -> Plot | None:
    rows = [(one, False) for one in answer.official] + [(one, True) for one in answer.community]
    if len(rows) < _FEWEST:
        return None
    bars = tuple(
        Bar(_short(one), float(one.row.gained or 0), f"+{one.row.gained or 0:,}", other=other) for one, other in rows
    )
    most = max(rows, key=lambda row: row[0].row.gained or 0)[0].row
    return Plot(
        "popular",
        "Stars gained: official, then community",
        f"{most.repository.name} leads with +{most.gained:,}",
        bars=bars,
        unit=Unit.COUNT,
    )


def curves(answer: PopularAnswer) -> Plot | None:
    """How the stars of those that gained most came, month by month."""
    told = [one for one in (*answer.official, *answer.community) if len(one.counts) > _FEWEST]
    told.sort(key=lambda one: -(one.row.gained or 0))
    if not told:
        return None
    series = tuple(map(_curve, told[:_CURVES]))
    finding = f"{series[0].name} ahead, since {answer.asked.period.first.label}"
    return Plot("curves", "How their stars came", finding, series, unit=Unit.COUNT)


def ahead(answer: PopularAnswer) -> list[float]:
    """The curve of the one that gained most, for a line of bars."""
    told = [one for one in (*answer.official, *answer.community) if len(one.counts) > _FEWEST]
    most = max(told, key=lambda one: one.row.gained or 0, default=None)
    if most is None:
        return []
    counts, (first, last) = most.counts, (most.counts[0], most.counts[-1])
    ends = [first.at + (last.at - first.at) * n / _SHOWN for n in range(1, _SHOWN + 1)]
    places = [bisect_right(counts, end, key=lambda one: one.at) - 1 for end in ends]
    return [float(counts[place].stars - first.stars) for place in places]


def _curve(one: Popular) -> Series:
    first = one.counts[0]
    points = tuple((_place(count.at), float(count.stars - first.stars)) for count in one.counts)
    name = one.row.repository.name
    return Series(name if len(name) <= _NAME else f"{name[: _NAME - 1]}…", points, bridged=True)


def _place(at: datetime) -> float:
    """A time between months, as they are numbered."""
    month = Month.at(at)
    return month.number + (at - month.begin) / (month.end - month.begin)


def _short(one: Popular) -> str:
    name = one.row.repository.name
    return name if len(name) <= 24 else f"{name[:23]}…"


def time(answer: TimeAnswer) -> Plot | None:
    told = answer.waiting
    if isinstance(told, TooFew) or len(told.curve) < 8:
        return None
    points = tuple((float(day), share) for day, share in enumerate(told.curve))
    band = tuple((float(day), of.low, of.high) for day, of in told.after)
    days, last = told.after[-1]
    return Plot(
        "time",
        "Papers that have code, by days since announced",
        f"{100 * told.after[0][1].value:.0f} % on the first day, {100 * last.value:.0f} % after {days} days",
        (Series(_last(told.curve[-1]), points, band, steps=True),),
        axis=Axis.DAYS,
    )


def _last(value: float) -> str:
    return f"{100 * value:.1f} %"


def framework_name(name: str) -> str:
    return _NAMES.get(name, name)
