"""Stars in words: what takes off, what is on the trending pages, how a repository does."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.answers import StarsAnswer, TopAnswer, TrendingAnswer
from bot.domain.news import NewsKind
from bot.domain.paper import Paper
from bot.domain.stars import Curve, Happening, Pattern, Ranked, Surge
from handlers.messages import Bullets, Chart, Heading, Line, Link, Message, Part, Quiet, Strong, Table, Typed, text
from handlers.wording.papers import paper_link
from handlers.wording.plain import count, cut, day, say

_WINDOWS: Final = {1: "in 24 h", 3: "in 3 days", 7: "in a week"}
_WHOSE: Final = {True: "official code of ", False: "community code of ", None: "perhaps code of "}
_PATTERNS: Final = {
    Pattern.HALF_AT_ONCE: "at least half of all its stars came within three days",
    Pattern.MANY_LOST: "it has lost a tenth of its stars within a month",
    Pattern.FEW_FORKS: "very few forks for so many stars",
}
_SEARCHED: Final = "GitHub's page can't be read; this is its search: new repositories, by their stars."
_TITLE: Final = 90
_ROWS: Final = 10
_TOP: Final = ("Repository", "Gained", "Paper")
_BARS: Final = "▁▂▃▄▅▆▇█"
_SPANS: Final = {1: "a day", 7: "a week", 30: "a month", 365: "a year"}


def happening(told: Happening) -> tuple[str, str, list[Part]]:
    """What happened: a headline, its address, and what is told beside it."""
    repository = told.repository
    head, url = {
        NewsKind.SURGE: (f"{repository.slug} takes off", repository.url),
        NewsKind.MILESTONE: (f"{repository.slug} has {_number(told.value)} stars", repository.url),
        NewsKind.RELEASE: (f"{repository.slug}: release {cut(told.value, 60)}", told.url or repository.url),
    }[NewsKind(told.kind)]
    lines: list[Line] = [(_WHOSE[link.official], *_titled(paper)) for paper, link in told.papers]
    if told.trending:
        lines.append((f"on trending: {page(told.trending[0])} #{told.trending[1]}",))
    if told.released:
        lines.append((f"released {cut(told.released[0], 40)} {_days_ago(told.released[1])}",))
    parts: list[Part] = [text(Strong(surged(told.surge, told.stars)))] if told.surge else []
    if told.kind == NewsKind.MILESTONE and told.stars:
        parts.append(text(f"★ {told.stars:,} now"))
    parts += [Bullets(tuple(lines))] if lines else []
    parts += _unusual(told.unusual)
    return head, url, parts


def surged(found: Surge, stars: int | None) -> str:
    """ "★ +184 in 24 h (usually 3 a day), now 1,204"."""
    now = f", now {stars:,}" if stars is not None else ""
    return f"★ +{found.gained:,} {in_window(found)} (usually {usually(found)}){now}"


def in_window(found: Surge) -> str:
    """ "in 24 h"."""
    return _WINDOWS.get(found.days, f"in {found.days} days")


def usually(found: Surge) -> str:
    """ "3 a day"."""
    return "less than 1 a day" if found.usual < 1 else f"{found.usual:,.0f} a day"


def surge_chart(told: Happening) -> list[Part]:
    """The weeks up to a surge, to be drawn; nothing where they aren't known."""
    if told.surge is None or told.curve is None:
        return []
    begin = told.curve.stars_at(told.at - timedelta(days=told.surge.days))
    grown = f"{begin:,.0f} to {told.surge.stars:,} {in_window(told.surge)}, usually {usually(told.surge)}"
    return [_chart(told.curve, grown)]


def _stars_chart(curve: Curve) -> Chart:
    grown = curve.counts[-1].stars - round(sum(curve.gains))
    return _chart(curve, f"{grown:,} to {curve.counts[-1].stars:,} in {count(len(curve.gains), 'day')}")


def _chart(curve: Curve, grown: str) -> Chart:
    bars = f"{count(len(curve.gains), 'day')}, most {max(curve.gains):,.0f} a day"
    return Chart(curve, f"★ of {curve.name}: {grown}", (Typed(sparkline(curve.gains)), Quiet(f" {bars}")))


def happening_line(told: Happening) -> Line:
    """What happened, in a line among others."""
    head = happening(told)[0]
    more = f" · {surged(told.surge, told.stars)}" if told.surge else ""
    title: Line = (Quiet(" · "), cut(told.papers[0][0].title, 60)) if told.papers and told.papers[0][0].title else ()
    return (Link(head, told.url or told.repository.url), more, *title)


def _unusual(patterns: Sequence[Pattern]) -> list[Part]:
    said = "; ".join(_PATTERNS[pattern] for pattern in patterns)
    return [text(Quiet(f"Unusual pattern: {said}."))] if said else []


def _titled(paper: Paper) -> Line:
    return (cut(paper.title or paper.name, _TITLE), Quiet(" · "), paper_link(paper))


def _number(value: str) -> str:
    return f"{int(value):,}" if value.isdecimal() else value


def _days_ago(days: int) -> str:
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def page(name: str) -> str:
    """A trending page by its name: "python daily" is Python, "daily" is all languages."""
    language, _, since = name.rpartition(" ")
    shown = language.replace("-", " ").title() or "all languages"
    return shown if since == "daily" else f"{shown}, {since}"


def trending(answer: TrendingAnswer) -> Message:
    """The answer to /trending."""
    head = f"Trending: {page(answer.page)}"
    if answer.day is None:
        return say(f"I haven't seen that page yet ({page(answer.page)}); /status tells how the sources do.")
    shown = sorted(answer.rows, key=lambda row: (row.paper is None, row.rank))[:_ROWS]
    parts: list[Part] = [Heading(f"{head} · {answer.day:%-d %b}")]
    parts += [text(Quiet(_SEARCHED))] if answer.searched else []
    if shown:
        parts.append(Bullets(tuple(_trending_line(row) for row in sorted(shown, key=lambda row: row.rank))))
    else:
        nothing = "Nothing with a known paper is on it." if answer.only_papers else "The page was empty."
        parts.append(text(nothing))
    if fresh := sum(row.new for row in answer.rows):
        parts.append(text(Quiet(f"{fresh} of {len(answer.rows)} are new there since the day before.")))
    if answer.surges:
        parts += [text("Taking off, by what is usual for them:"), Bullets(tuple(map(happening_line, answer.surges)))]
    if not answer.only_papers:
        parts.append(text(Typed("/trending papers"), Quiet(" shows those with papers alone.")))
    return Message(tuple(parts), head)


def _trending_line(row: Ranked) -> Line:
    gained = f" +{row.gained:,} ★" if row.gained else ""
    new: Line = (" · ", Strong("new")) if row.new else ()
    paper: Line = (Quiet(" · "), *_titled(row.paper)) if row.paper else ()
    return (f"#{row.rank} ", Link(row.repository.slug, row.repository.url), gained, *new, *paper)


def stars(answer: StarsAnswer) -> Message:
    """The answer to /stars."""
    repository = answer.repository
    total = f"★ {repository.stars:,}" if repository.stars is not None else "stars not counted yet"
    parts: list[Part] = [Heading(f"{repository.slug} · {total}", repository.url)]
    parts += [_stars_chart(answer.curve)] if answer.curve else []
    grown = [
        f"+{gained:,} {_WINDOWS.get(span, 'in 4 weeks')}"
        for span, gained in zip((1, 7, 28), answer.gained, strict=True)
        if gained is not None
    ]
    if grown:
        parts.append(text(", ".join(grown)))
    elif answer.since is None:
        parts.append(text("I haven't counted its stars yet; ", Typed(f"/watch {repository.slug}"), " lets me."))
    if answer.rank and answer.gained[1]:
        parts.append(text(Quiet(f"#{answer.rank[0]:,} by the week's stars of {answer.rank[1]:,} that I count")))
    lines: list[Line] = [
        (_WHOSE[row.link.official], *_titled(row.paper)) for row in answer.papers if row.paper and row.link
    ]
    lines += [(f"{day(one.at)}: ", *happening_line(one)) for one in answer.happenings]
    parts += [Bullets(tuple(lines))] if lines else []
    parts += _unusual(answer.unusual)
    return Message(tuple(parts), f"{repository.slug}: {total}")


def sparkline(gains: Sequence[float]) -> str:
    """Stars day by day as a line of bars."""
    top = max([*gains, 1.0])
    return "".join(_BARS[min(int(gain / top * len(_BARS)), len(_BARS) - 1)] if gain > 0 else _BARS[0] for gain in gains)


def top(answer: TopAnswer) -> Message:
    """The answer to /top."""
    span = _SPANS.get(answer.days, f"{answer.days} days")
    head = f"Most stars in {span}" + (f": {answer.about}" if answer.about else "")
    parts: list[Part] = [Heading(head)]
    for said, name, rows in ((True, "Official code:", answer.official), (False, "Community code:", answer.community)):
        if answer.asked in (None, said):
            parts.append(text(name if rows else f"{name} none that I count has gained any."))
            parts += [Table(_TOP, tuple(map(_top_row, rows)))] if rows else []
    return Message(tuple(parts), head)


def _top_row(row: Ranked) -> tuple[Line, ...]:
    paper = _titled(row.paper) if row.paper else ()
    return ((Link(row.repository.slug, row.repository.url),), (f"+{row.gained:,} ★",), paper)
