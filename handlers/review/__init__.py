"""A period's review as files: a page that stands alone, the same as Markdown, its charts, and every figure as CSV.

    page      the page (Jinja2, template.html.j2): charts within, light and dark, no script
    markdown  the same as Markdown
    figures   every figure, with its interval, its denominator, its source

`write` puts them into a folder. Their words are those of `handlers.wording.review` and `trends`.
"""

from pathlib import Path

from bot.answers.trend_values import Review
from handlers import trend_charts
from handlers.chart_style import drawing
from handlers.messages import Chart
from handlers.plots import Plot
from handlers.review.figures import figures
from handlers.review.markdown import markdown
from handlers.review.page import page
from handlers.wording.review import sections

__all__ = ["figures", "markdown", "page", "write"]


def write(review: Review, folder: Path) -> tuple[Path, ...]:
    """The files of a review, in a folder that is made where it isn't there. Raises OSError."""
    name = f"review-{review.asked.period.name}"
    charts = {f"{name}-{plot.name}.png": content for plot in _plots(review) if (content := _picture(plot))}
    texts = {
        f"{name}.html": page(review),
        f"{name}.md": markdown(review, pictures=f"{name}-" if charts else ""),
        f"{name}.csv": figures(review),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for file, words in texts.items():
        (folder / file).write_text(words, encoding="utf-8", newline="")
    for file, content in charts.items():
        (folder / file).write_bytes(content)
    return tuple(folder / file for file in (*texts, *charts))


def _plots(review: Review) -> tuple[Plot, ...]:
    charts = [part for section in sections(review) for part in section.parts if isinstance(part, Chart)]
    return tuple(chart.curve for chart in charts if isinstance(chart.curve, Plot))


def _picture(plot: Plot) -> bytes:
    """The picture; nothing where matplotlib isn't installed."""
    try:
        with drawing:
            return trend_charts.png(plot)
    except ImportError:
        return b""
