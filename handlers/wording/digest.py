"""The digest: what a chat's week or day brought, on one screen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.news import Alert, Beside, Delivery, Digest, Gainer, Held, NewsKind
from bot.domain.trends import Share
from bot.domain.vote import Vote
from handlers.messages import (
    Bullets,
    Button,
    Buttons,
    Chart,
    Folded,
    Heading,
    Line,
    Link,
    Message,
    Part,
    Quiet,
    Span,
    Typed,
    text,
)
from handlers.wording import trend_plots
from handlers.wording.calendar import nothing_announced
from handlers.wording.pages import page_of
from handlers.wording.papers import paper_link
from handlers.wording.plain import count, cut
from handlers.wording.stars import happening_line, sparkline

_BEST_SHOWN: Final = 5
_LATE_SHOWN: Final = 3
_OTHERS_SHOWN: Final = 3
_HAPPENINGS_SHOWN: Final = 5
_A_PAGE: Final = 15
_TITLE: Final = 110
_HELD: Final = {
    Held.BUDGET: "over the day's budget",
    Held.RHYTHM: "kept for this digest",
    Held.SILENCE: "while this chat was silent",
}
_VOTES: Final = {Vote.SAVED: "saved", Vote.LESS: "less wanted"}


def digest(item: Delivery) -> Message:
    """A digest as it is sent."""
    assert item.digest is not None
    message = of(item.digest, item.alerts)
    ask = (Buttons((Button("Why these?", f"/why m{item.key}"),), minor=True),) if item.alerts else ()
    return replace(message, parts=(*message.parts, *_weeks(item.digest), *ask))


def in_parts(item: Delivery) -> tuple[Message, ...]:
    """As it is sent where a message has a thread: what is read first, then what stands in its thread."""
    assert item.digest is not None
    told, sorted_ = item.digest, _sorted(item.alerts)
    span, head = _span(told), _head(told, sorted_.coded)
    field = _field(told, span)
    beside = [*_listed("Got code later:", sorted_.late, _A_PAGE), *_others(item.alerts)]
    apart = ((beside, "What came later, and beside it"), ([*field, *_weeks(told)], f"The {span} in the field"))
    if not item.alerts or not isinstance(field[0], Folded):
        return (digest(item),)
    threads = tuple(Message(tuple(parts), summary) for parts, summary in apart if parts)
    first: list[Part] = [Heading(head), *_best(sorted_), *_voted(sorted_.coded), *_held(item.alerts)]
    more = text(Quiet(f"In the thread: {' · '.join(message.summary for message in threads)}"))
    row = (*_all(sorted_), Button("Why these?", f"/why m{item.key}"))
    return (Message((*first, more, Buttons(row, minor=True)), head), *threads)


def _weeks(told: Digest) -> list[Part]:
    """A picture of the weeks; a digest that is asked for has none, as it stands in one message."""
    if told.facts.code is None:
        return []
    plot = trend_plots.weeks(told.facts.code, told.facts.weeks, told.until)
    bars = sparkline([100 * week.share.value for week in told.facts.weeks])
    return [Chart(plot, f"{plot.title}: {plot.finding}", (Quiet("Week by week: "), Typed(bars)))]


def whole(told: Digest, alerts: Sequence[Alert], page: int = 1) -> Message:
    """All papers with code of a digest, the best first: a page. Raises BadQuery for one that there isn't."""
    coded = [alert for alert in alerts if alert.kind is NewsKind.CODE and alert.paper]
    if not coded:
        return of(told, alerts)
    head = f"{_head(told, coded)}, the best first"
    shown = page_of([_line(alert) for alert in coded], page, _A_PAGE, "/digest all")
    return Message((Heading(head), Bullets(shown.items), *shown.turns), head)


def of(told: Digest, alerts: Sequence[Alert]) -> Message:
    """The digest of these alerts, which come the best first."""
    span = _span(told)
    sorted_ = _sorted(alerts)
    head = _head(told, sorted_.coded)
    if span == "day" and not alerts:
        return _empty_day(told, head)
    parts: list[Part] = [Heading(head), *_best(sorted_)]
    parts += _listed("Got code later:", sorted_.late, _LATE_SHOWN)
    parts += _voted(sorted_.coded)
    parts += _others(alerts)
    parts += _field(told, span)
    parts += _held(alerts)
    if row := _all(sorted_):
        parts.append(Buttons(row))
    return Message(tuple(parts), head)


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The alerts about papers with code; of those that the chat hasn't voted on what is fresh, and what came late."""

    coded: Sequence[Alert]
    fresh: Sequence[Alert]
    late: Sequence[Alert]


def _sorted(alerts: Sequence[Alert]) -> _Sorted:
    coded = [alert for alert in alerts if alert.kind is NewsKind.CODE and alert.paper]
    shown = [alert for alert in coded if alert.vote is None]
    return _Sorted(coded, [one for one in shown if not one.late], [one for one in shown if one.late])


def _best(papers: _Sorted) -> list[Part]:
    return _listed("The best of them:" if len(papers.fresh) > _BEST_SHOWN else "", papers.fresh, _BEST_SHOWN)


def _all(papers: _Sorted) -> tuple[Button, ...]:
    """To see them all, where some aren't listed."""
    listed = min(len(papers.fresh), _BEST_SHOWN) + min(len(papers.late), _LATE_SHOWN)
    return (Button(f"All {len(papers.coded)}", "/digest all"),) if listed < len(papers.coded) else ()


def _span(told: Digest) -> str:
    return "day" if (told.until - told.since).days <= 1 else "week"


def _head(told: Digest, coded: Sequence[Alert]) -> str:
    what = f"{count(len(coded), 'paper')} with code" if coded else "nothing new matched"
    return f"Your {_span(told)}: {what}"


def _empty_day(told: Digest, head: str) -> Message:
    """One line, with the reason."""
    facts = told.facts
    share = f"{count(facts.papers, 'new paper')}, {_share(facts.with_code, facts.papers)} with code: none matched."
    return Message((Heading(head), text(Quiet(share if facts.papers else _silence(told, "day")))), head)


def _listed(head: str, ranked: Sequence[Alert], most: int) -> list[Part]:
    lines = tuple(_line(alert) for alert in ranked[:most])
    return [*([text(head)] if head else []), Bullets(lines)] if lines else []


def _line(alert: Alert) -> Line:
    assert alert.paper is not None
    best = alert.links[0] if alert.links else None
    stars = f" ★ {best.repository.stars:,}" if best and best.repository.stars else ""
    where: Line = (" → ", Link(best.repository.slug, best.url), stars) if best else ()
    title = cut(alert.paper.title or alert.paper.name, _TITLE)
    vote: Line = (Quiet(f" · {_VOTES[alert.vote]}"),) if alert.vote else ()
    return (title, Quiet(" · "), paper_link(alert.paper), *where, *vote)


def _voted(alerts: Sequence[Alert]) -> list[Part]:
    """How many aren't among them, as the chat said its word on them."""
    counts = {words: sum(alert.vote is vote for alert in alerts) for vote, words in _VOTES.items()}
    said = [f"{number} {words}" for words, number in counts.items() if number]
    return [text(Quiet(f"Not listed: {', '.join(said)}."))] if said else []


def _others(alerts: Sequence[Alert]) -> list[Part]:
    """News of other kinds, in few lines."""
    states = [a for a in alerts if a.kind is NewsKind.STATE and a.event and a.paper]
    entries = [a for a in alerts if a.kind is NewsKind.ENTRY and a.entry]
    papers = sum(a.kind is NewsKind.PAPER for a in alerts)
    lines: list[Line] = [
        (f"{a.event.state.value}: {cut(a.paper.title or a.paper.name, _TITLE)}", Quiet(" · "), paper_link(a.paper))
        for a in states[:_OTHERS_SHOWN]
        if a.event and a.paper
    ]
    lines += [
        (Link(cut(a.entry.title or a.entry.url, _TITLE), a.entry.url), Quiet(f" · {a.feed_name}"))
        for a in entries[:_OTHERS_SHOWN]
        if a.entry
    ]
    lines += [happening_line(a.happening) for a in alerts if a.happening][:_HAPPENINGS_SHOWN]
    if papers:
        lines.append((f"{count(papers, 'new paper')} without code so far",))
    return [text("Beside it:"), Bullets(tuple(lines))] if lines else []


def _field(told: Digest, span: str) -> list[Part]:
    """How the field is doing, with each number's denominator."""
    facts, lines = told.facts, list[Line]()
    if facts.code:
        lines.append((_beside_the_usual(facts.code),))
    elif facts.papers:
        share, before = _share(facts.with_code, facts.papers), _share(facts.with_code_before, facts.papers_before)
        then = f" (the {span} before: {before})" if facts.papers_before else ""
        lines.append((f"{share} of {count(facts.papers, 'new paper')} have code{then}",))
    change = "{0} {1} ({2:+})" if facts.papers_before else "{0} {1}"
    if hot := ", ".join(change.format(f.category, f.now, f.now - f.before) for f in facts.fields):
        lines.append((f"Most code: {hot}",))
    if facts.riser:
        lines.append((_rising(facts.riser),))
    for said, official in (("Taking off, official: ", True), ("Taking off, community: ", False)):
        if gainers := [one for one in facts.gainers if one.official is official]:
            lines.append((said, *_gainers(gainers)))
    head = f"The {span} in the field:"
    return [Folded(head, (Bullets(tuple(lines)),))] if lines else [text(Quiet(_silence(told, span)))]


def _beside_the_usual(code: Beside) -> str:
    how = {1: ", more than usual", -1: ", less than usual"}.get(code.differs, ", about as usual")
    return (
        f"{_percent(code.now)} of {count(code.now.whole, 'new paper')} have code{how} (in the weeks before, "
        f"{_percent(code.before)} of {code.before.whole:,} had it by the week's end)"
    )


def _rising(topic: Beside) -> str:
    return (
        f"Riser of the week: {topic.name}, {_percent(topic.now)} of the papers ({topic.now.part:,} of "
        f"{topic.now.whole:,}), "
        f"usually {_percent(topic.before)}"
    )


def _percent(share: Share) -> str:
    return f"{100 * share.value:.1f} %"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def _gainers(gainers: Sequence[Gainer]) -> Line:
    line: list[Span] = []
    for one in gainers:
        line += [", " if line else "", Link(one.slug, f"https://github.com/{one.slug}"), f" +{one.gained:,} ★"]
    return tuple(line)


def _silence(told: Digest, span: str) -> str:
    if kept := nothing_announced(told.evenings):
        return f"arXiv announced nothing in this {span}: {kept}."
    return f"No paper was announced in this {span}, as far as I could read arXiv; /status tells how it went."


def _held(alerts: Sequence[Alert]) -> list[Part]:
    """What had no message of its own, and why."""
    counts = {held: sum(alert.held is held for alert in alerts) for held in _HELD}
    said = [f"{number} {_HELD[held]}" for held, number in counts.items() if number]
    return [text(Quiet(f"Not told before: {', '.join(said)}."))] if said else []
