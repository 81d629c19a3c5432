"""Trends in words: each figure with its denominator and interval, or "too few to tell"."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.answers.trend_values import (
    Asked,
    CodeAnswer,
    CommunityAnswer,
    FieldsAnswer,
    FrameworksAnswer,
    PapersAnswer,
    Popular,
    PopularAnswer,
    TimeAnswer,
)
from bot.domain.trends import FieldShare, FrameworkShare, Growth, Month, MonthCount, Period, Share, TooFew
from handlers.messages import (
    Bullets,
    Button,
    Buttons,
    Chart,
    Heading,
    Line,
    Link,
    Message,
    Part,
    Quiet,
    Table,
    Typed,
    text,
)
from handlers.plots import Plot
from handlers.wording import trend_plots as plots
from handlers.wording.figures import (
    estimate,
    every,
    interval,
    minutes,
    one_in_words,
    percent,
    points,
    share,
    spoken,
    too_few,
)
from handlers.wording.papers import paper_link
from handlers.wording.plain import count, cut
from handlers.wording.stars import sparkline

MOORE: Final = "Moore's law, a doubling every two years, is 41 % a year."
KINDS: Final = {
    "code": "how many papers have code, month by month",
    "papers": "how many papers there are, and how that grows",
    "frameworks": "what implementations are written in",
    "fields": "which fields and topics rise and fall",
    "popular": "who gained most stars",
    "time": "how long papers wait for their code",
    "community": "what others than the authors write, and who writes most",
}
_WHOSE: Final = {True: "official", False: "community", None: "any"}
_TITLE: Final = 60
_ROWS: Final = 8
_FEW: Final = 10  # implementations; of fewer, none is the hottest
_LATELY: Final = timedelta(days=8)  # what gains little is counted once a week


def trends() -> Message:
    """The answer to /trends without words."""
    lines = [(Typed(f"/trends {kind}"), f" {what}") for kind, what in KINDS.items()]
    more = text(Quiet("A field (cs.CV, diffusion …), official or community, or a period (2025-Q4) narrows each."))
    names = list(KINDS)
    rows = [
        Buttons(tuple(Button(kind.title(), f"/trends {kind}") for kind in some), minor=True)
        for some in (names[:4], names[4:])
    ]
    return Message((Heading("Trends"), Bullets(tuple(lines)), more, *rows), "Trends")


# Coverage -------------------------------------------------------------------------------------------------------------


def code(answer: CodeAnswer) -> Message:
    """The answer to /trends code."""
    asked, coverage = answer.asked, answer.coverage
    whose, theirs = (" by its authors", " by their authors") if asked.official else ("", "")
    parts: list[Part] = [Heading(_head("Papers with code", asked))]
    if isinstance(answer.period, TooFew):
        parts.append(text(f"Of the papers of {spoken(asked.period)}: {too_few(answer.period)}"))
    else:
        verb = "has" if answer.period.one_in > 1 else "have"
        one_in = f"{one_in_words(answer.period)} new papers {verb} code{whose}: " if answer.period.part else ""
        parts.append(text(f"{one_in}{share(answer.period)} of those of {spoken(asked.period)}{_so_far(asked)}."))
        parts += _chart(plots.coverage(answer), [100 * one.share.value for one in coverage.months])
    if not isinstance(coverage.everything, TooFew):
        since = f", since {coverage.months[0].month.label}" if coverage.months else ""
        parts.append(text(f"Of all papers until then{since}: {share(coverage.everything)} have code{theirs}."))
    if asked.official is not True and not isinstance(coverage.recent_official, TooFew):
        parts.append(text(f"By their authors, in the last six months: {share(coverage.recent_official)}."))
    if corrected := [one for one in coverage.months if one.corrected]:
        last = corrected[-1]
        assert last.corrected is not None
        parts.append(
            text(
                f"Code comes late: of {last.month.label}'s papers {percent(last.share.value)} have code by now, and "
                f"{estimate(last.corrected)} will, if it comes as it has come before."
            )
        )
    if rows := [(name, of) for name, of in answer.fields if of.whole >= plots.ENOUGH]:
        parts.append(
            Table(
                ("Field", "With code", "Papers"), tuple(_field_code(name, of) for name, of in rows[:_ROWS]), named=True
            )
        )
    return _said(parts, asked)


def _field_code(name: str, of: Share) -> tuple[Line, ...]:
    return ((name,), (f"{percent(of.value)} ({interval(of.low, of.high)})",), (f"{of.whole:,}",))


# Growth ---------------------------------------------------------------------------------------------------------------


def papers(answer: PapersAnswer) -> Message:
    """The answer to /trends papers."""
    asked, told = answer.asked, answer.growth
    parts: list[Part] = [
        Heading(_head("New papers", asked)),
        text(
            f"{count(answer.in_period, 'paper')} of {spoken(asked.period)}{_so_far(asked)}, {answer.in_all:,} in all."
        ),
    ]
    if isinstance(told, TooFew):
        if last := answer.last:
            parts.append(text(born(last)))
        parts.append(
            text(f"How they grow: {too_few(told)} Only whole months without a gap count, of ten papers or more.")
        )
        return _said(parts, asked)
    parts += _chart(plots.papers(answer), [float(one.papers) for one in answer.months])
    parts.append(text(f"{every(told.minutes)} a new paper is born: {told.a_month:,.0f} a month in {told.last.label}."))
    span = f"fitted to {told.first.label} to {told.last.label}"
    clear = "" if told.clear else ": no clear trend"
    parts.append(text(f"Growth: {estimate(told.monthly)} a month, {estimate(told.yearly)} a year, {span}{clear}."))
    if told.clear and told.doubling:
        parts.append(text(f"That doubles in {told.doubling:,.0f} months. {MOORE}"))
    ahead = told.next_year
    parts.append(
        text(f"The next twelve months, if it goes on: {ahead.value:,.0f} ({ahead.low:,.0f} to {ahead.high:,.0f}).")
    )
    if len(answer.fields) > 1:
        parts.append(Table(("Field", "Papers", "Growth a year"), tuple(map(_grown, answer.fields)), named=True))
    return _said(parts, asked)


def born(month: MonthCount) -> str:
    return f"{every(minutes(month.papers))} a new paper is born: {month.papers:,} of {month.month.label}."


def _grown(field: tuple[str, int, Growth | TooFew]) -> tuple[Line, ...]:
    name, papers, told = field
    yearly = "too few to tell" if isinstance(told, TooFew) else estimate(told.yearly)
    return ((name,), (f"{papers:,}",), (yearly,))


# Frameworks -----------------------------------------------------------------------------------------------------------


def frameworks(answer: FrameworksAnswer) -> Message:
    """The answer to /trends frameworks."""
    asked = answer.asked
    parts: list[Part] = [Heading(_head("Frameworks", asked))]
    if isinstance(answer.shares, TooFew):
        parts.append(text(f"Of {spoken(asked.period)}: {too_few(answer.shares)}"))
    else:
        whole = answer.shares[0].share.whole
        by = "repositories" if asked.by_repository else "papers"
        kind = f"{_WHOSE[asked.official]} " if asked.official is not None else ""
        of = f"{whole:,} {kind}implementations of {by} of {spoken(asked.period)}{_so_far(asked)}"
        if [one.framework for one in answer.shares] == ["none"]:
            parts.append(text(f"None of {of} uses a framework that I know ({', '.join(plots.KNOWN)} …)."))
        else:
            parts.append(text(f"Of {of}:"))
            parts += _chart(plots.frameworks(answer), [])
            rows = tuple(map(_framework, answer.shares[:_ROWS]))
            parts.append(Table(("Framework", "Share", "The period before"), rows, named=True))
    if answer.unknown:
        parts.append(text(Quiet(f"Left out: {answer.unknown:,} whose files I couldn't read yet.")))
    return _said(parts, asked)


def _framework(one: FrameworkShare) -> tuple[Line, ...]:
    before = percent(one.before.value) if one.before else "too few to tell"
    if one.change:
        before += f"; {points(one.change)}"
    said = f"{percent(one.share.value)} ({interval(one.share.low, one.share.high)}; {one.share.part:,})"
    return ((plots.framework_name(one.framework),), (said,), (before,))


# Fields ---------------------------------------------------------------------------------------------------------------


def fields(answer: FieldsAnswer) -> Message:
    """The answer to /trends fields."""
    asked = answer.asked
    parts: list[Part] = [Heading(f"Fields · {asked.period.name}")]
    if isinstance(answer.fields, TooFew):
        parts.append(text(f"Of {spoken(asked.period)}: {too_few(answer.fields)}"))
        return _said(parts, asked)
    beside = f", beside {answer.papers_before:,} of {spoken(asked.before)}."
    if answer.papers_before < plots.ENOUGH:
        beside = f"; of {spoken(asked.before)} there are too few to compare with ({answer.papers_before:,})."
    parts.append(text(f"Of {count(answer.papers, 'paper')} of {spoken(asked.period)}{_so_far(asked)}{beside}"))
    for name, shares in (("Field", answer.fields), ("Topic", answer.topics)):
        if not isinstance(shares, TooFew) and shares:
            head = (name, "Share of papers", "Change", "With code")
            parts.append(Table(head, tuple(map(_field, shares[:_ROWS])), named=True))
    parts += _chart(plots.fields(answer), [])
    moved = [*answer.fields, *(() if isinstance(answer.topics, TooFew) else answer.topics)]
    for verb, some in (("Rise", [m for m in moved if m.rises]), ("Fall", [m for m in moved if m.falls])):
        if some:
            parts.append(text(f"{verb} beyond chance: {', '.join(map(_moved, _by_change(some)[:4]))}."))
    if answer.hot >= _FEW:
        hot = ", ".join(f"{name} ({n})" for name, n in answer.hottest)
        parts.append(text(f"Hottest among the {answer.hot} implementations that gained most stars: {hot}."))
    return _said(parts, asked)


def _by_change(some: Sequence[FieldShare]) -> list[FieldShare]:
    return sorted(some, key=lambda one: -abs(one.change.value) if one.change else 0.0)


def _moved(one: FieldShare) -> str:
    return f"{one.name} {points(one.change)}" if one.change else one.name


def _field(one: FieldShare) -> tuple[Line, ...]:
    share_said = f"{percent(one.share.value)} ({one.share.part:,})"
    code_said = percent(one.code.value) if one.code.whole >= plots.ENOUGH else ""
    change: Line = (points(one.change),) if one.change else ()
    return ((one.name,), (share_said,), change, (code_said,) if code_said else ())


# Stars ----------------------------------------------------------------------------------------------------------------


def popular(answer: PopularAnswer) -> Message:
    """The answer to /trends popular."""
    asked = answer.asked
    parts: list[Part] = [Heading(_head("Most stars gained", asked))]
    parts += _chart(plots.popular(answer), [])
    parts += _chart(plots.curves(answer), plots.ahead(answer))
    for official, name, rows in (
        (True, "Official code:", answer.official),
        (False, "Community code:", answer.community),
    ):
        if asked.official in (None, official):
            parts.append(text(name if rows else f"{name} none that I count gained any."))
            head = ("Repository", "Gained", "Paper", "Trending pages")
            parts += [Table(head, tuple(_popular(one, asked) for one in rows))] if rows else []
    missing = answer.of - answer.counted
    if missing:
        of = "all" if missing == answer.of else f"{missing:,} of the"
        parts.append(text(Quiet(f"Star history missing for {of} {answer.of:,} repositories with papers.")))
    return _said(parts, asked, gaps=False)


def _popular(one: Popular, asked: Asked) -> tuple[Line, ...]:
    row, counted = one.row, one.counts[-1].at if one.counts else asked.until
    until = f" by {counted:%-d %b}" if asked.until - counted > _LATELY else ""
    paper: Line = (
        (cut(row.paper.title or row.paper.name, _TITLE), Quiet(" · "), paper_link(row.paper)) if row.paper else ()
    )
    days = f"{count(one.days_trending, 'day')} on trending"
    name: Line = (Link(row.repository.slug, row.repository.url),)
    return (name, (f"+{row.gained or 0:,} ★{until}",), paper, (days,) if one.days_trending else ())


# Waiting, and others' code --------------------------------------------------------------------------------------------


def time(answer: TimeAnswer) -> Message:
    """The answer to /trends time."""
    asked, told = answer.asked, answer.waiting
    parts: list[Part] = [Heading(_head("Time to code", asked, dated=False))]
    if isinstance(told, TooFew):
        parts.append(text(f"How long papers wait: {too_few(told)}"))
        return _said(parts, asked)
    since = f", from {answer.since.label} on" if answer.since else ""
    parts.append(text(f"Of {count(told.papers, 'paper')} that I followed since they were announced{since}:"))
    parts += _chart(plots.time(answer), [])
    parts.append(Table(("After", "Have code"), tuple(((_after(day),), (estimate(of),)) for day, of in told.after)))
    if told.with_code:
        first = told.official_first / told.with_code
        parts.append(
            text(
                f"Of {told.with_code:,} with code, {told.official_first:,} ({percent(first)}) had their authors' first."
            )
        )
    return _said(parts, asked, gaps=False)


def _after(days: int) -> str:
    return {0: "the first day", 365: "a year"}.get(days, f"{days} days")


def community(answer: CommunityAnswer) -> Message:
    """The answer to /trends community."""
    asked, counts = answer.asked, answer.counts
    parts: list[Part] = [Heading(_head("The community's part", asked))]
    if isinstance(answer.alone, TooFew):
        parts.append(text(f"Of the papers of {spoken(asked.period)} with code: {too_few(answer.alone)}"))
    else:
        before = "" if isinstance(answer.alone_before, TooFew) else f" Before: {share(answer.alone_before)}."
        parts.append(text(f"Of papers with code, {share(answer.alone)} have code by others alone.{before}"))
        parts.append(
            text(
                f"Of {count(counts.papers, 'paper')} of {spoken(asked.period)}{_so_far(asked)}: {counts.official:,} "
                f"with the authors' code alone, {counts.community:,} with others' alone, {counts.both:,} with both."
            )
        )
    if most := [one for one in answer.implementers if one[1] > 1]:
        rows = tuple(((Link(owner, f"https://github.com/{owner}"),), (f"{papers:,}",)) for owner, papers in most)
        parts += [text("Who wrote most code for others' papers:"), Table(("Who", "Papers"), rows)]
    return _said(parts, asked)


# What all have in common ----------------------------------------------------------------------------------------------


def _so_far(asked: Asked) -> str:
    return "" if asked.over else " so far"


def _head(what: str, asked: Asked, *, dated: bool = True) -> str:
    whose = _WHOSE[asked.official] if asked.official is not None else ""
    return " · ".join(filter(None, (what, asked.about, whose, asked.period.name if dated else "")))


def _chart(plot: Plot | None, line: Sequence[float]) -> list[Part]:
    """The chart, where there is enough to draw; in its place a line of bars, the last years' months."""
    if plot is None:
        return []
    bars: Line = (Typed(sparkline(line[-36:])),) if len(line) > 1 else (Quiet(plot.finding),)
    return [Chart(plot, f"{plot.title}: {plot.finding}", bars)]


def source(asked: Asked) -> str:
    return f"Source: this catalogue, as known on {asked.now:%-d %b %Y}. Intervals: 95 %."


def missing(asked: Asked) -> str:
    """Of which of the period's months hardly anything is known; of all of them there is no need to say so."""
    if not asked.gaps or len(asked.gaps) == asked.period.months:
        return ""
    return f"Fewer than ten papers a month are known of {stretches(asked.gaps)}."


def stretches(months: Sequence[Month]) -> str:
    """ "Jul 2018 and Sep to Oct 2018"."""
    return " and ".join(map(_run, _runs(months)))


def _runs(months: Sequence[Month]) -> list[list[Month]]:
    runs: list[list[Month]] = []
    for month in months:
        if runs and runs[-1][-1] + 1 == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return runs


def _run(months: Sequence[Month]) -> str:
    return spoken(Period(months[0], months[-1], ""))


def _said(parts: Sequence[Part], asked: Asked, *, gaps: bool = True) -> Message:
    head = parts[0]
    assert isinstance(head, Heading)
    found = next((part.curve.finding for part in parts if isinstance(part, Chart) and isinstance(part.curve, Plot)), "")
    summary = f"{head.text}: {found}" if found else head.text
    return Message((*parts, *closing(asked, gaps=gaps)), summary)


def closing(asked: Asked, *, gaps: bool = True) -> tuple[Part, ...]:
    """What an answer ends with: what is missing, and where it is from."""
    return tuple(text(Quiet(said)) for said in (missing(asked) if gaps else "", source(asked)) if said)
