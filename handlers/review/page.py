"""The page: one file with its charts and its style, which opens anywhere and prints well."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from bot.answers.trend_values import Review
from handlers import trend_charts
from handlers.chart_style import drawing
from handlers.messages import Bullets, Chart, Line, Link, Part, Quiet, Span, Strong, Table, Text, Typed
from handlers.plots import Plot
from handlers.wording import review as wording
from handlers.wording.trends import source

_TEMPLATE: Final = Path(__file__).with_name("template.html.j2")
_SAFE: Final = ("https://", "http://")


def page(review: Review) -> str:
    """The review as HTML; where matplotlib isn't installed, without charts."""
    return _template().render(
        title=wording.title(review),
        known=wording.known(review),
        lead=wording.lead(review),
        compared=wording.compared(review),
        sections=wording.sections(review),
        methods=wording.METHODS,
        source=_beside(escape(source(review.asked))),
    )


@lru_cache(1)
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"line": _line, "kind": _kind, "drawn": _drawn}
    return environment.from_string(_TEMPLATE.read_text("utf-8"))


def _kind(part: Part) -> str:
    """What the template calls a part."""
    match part:
        case Text():
            return "text"
        case Bullets():
            return "bullets"
        case Table():
            return "table"
        case Chart():
            return "chart"
    return ""


def _line(line: Line) -> Markup:
    """The line; what follows a figure stays beside it."""
    return _beside(Markup("").join(map(_span, line)))


def _beside(words: Markup) -> Markup:
    return words.replace(" %", "\u00a0%").replace(" ★", "\u00a0★")


def _span(span: Span) -> Markup:
    match span:
        case Link(label, url) if url.startswith(_SAFE):
            return Markup('<a href="{}">{}</a>').format(url, escape(label).replace("/", Markup("/<wbr>")))
        case Link(label):
            return Markup("{}").format(label)
        case Strong(words):
            return Markup("<strong>{}</strong>").format(words)
        case Quiet(words):
            return Markup('<span class="quiet">{}</span>').format(words)
        case Typed(words):
            return Markup("<code>{}</code>").format(words)
        case str():
            return Markup("{}").format(span)
    return Markup("{}").format(span.text)


def _drawn(chart: Chart) -> Markup:
    """The chart as SVG; what we drew ourselves, so that it needs no escaping."""
    if not isinstance(chart.curve, Plot):
        return Markup("")
    try:
        with drawing:
            return Markup(trend_charts.svg(chart.curve))  # noqa: S704 - because: matplotlib has escaped its words
    except ImportError:
        return Markup("")
