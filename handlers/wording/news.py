"""What is pushed to a chat: an alert, or several folded into one message."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from bot.domain.chat import is_address
from bot.domain.code import CodeState
from bot.domain.news import Alert, Delivery, NewsKind
from handlers.messages import (
    Bullets,
    Button,
    Buttons,
    Heading,
    Line,
    Link,
    Message,
    Part,
    Quiet,
    Strong,
    Text,
    Typed,
    text,
)
from handlers.wording.cards import Opened, abstract_of, lead_of, paper_buttons
from handlers.wording.digest import digest
from handlers.wording.digest import in_parts as digests_in_parts
from handlers.wording.links import code_parts, report
from handlers.wording.papers import paper_link, title
from handlers.wording.plain import count, cut, day
from handlers.wording.routes import lost_route
from handlers.wording.stars import happening, happening_line, surge_chart, surged

_FOLDED_SHOWN: Final = 10
_THREAD_SHOWN: Final = 100  # beside those, in its thread, so many in a part
_A_PART: Final = 20
_REASONS_SHOWN: Final = 3
_REASON: Final = 120  # characters of a subscription's words
_SUMMARY_SHOWN: Final = 280
_TITLE: Final = 110
_WHY_TOGETHER: Final = "In one message, as they came together, or waited for the same hour."
_WHY_FOLDED: Final = "Folded into one message, because it waited or happened while I was away."
_STATES: Final = {
    CodeState.PROMISED: "Code promised: ",
    CodeState.PLACEHOLDER: "A repository, without code yet: ",
    CodeState.WEIGHTS: "Weights added: ",
    CodeState.ARCHIVED: "Code archived: ",
    CodeState.GONE: "Code gone: ",
}
_BEFORE: Final = {
    CodeState.PLACEHOLDER: "Until now the repository had no code in it.",
    CodeState.PROMISED: "It was promised; now it is there.",
    CodeState.GONE: "It had gone, and is back.",
}


def delivery(item: Delivery) -> Message:
    """What is pushed to a chat."""
    if item.digest:
        return digest(item)
    return _folded(item) if _is_several(item) else card(item.alerts[0])


def _is_several(item: Delivery) -> bool:
    return len(item.alerts) != 1 or (item.folded and not item.together)


def delivery_in_parts(item: Delivery) -> tuple[Message, ...]:
    """What is pushed to a chat whose messages have threads: the first one, and what stands in its thread."""
    if item.digest:
        return digests_in_parts(item)
    if not _is_several(item) or len(item.alerts) <= _FOLDED_SHOWN:
        return (delivery(item),)
    rest = [_folded_line(alert) for alert in item.alerts[_FOLDED_SHOWN:]]
    shown = range(0, min(len(rest), _THREAD_SHOWN), _A_PART)
    head, hidden = _head_of(item), len(rest) - _THREAD_SHOWN
    parts = [Message((Bullets(tuple(rest[start : start + _A_PART])),), f"{head}, the next ones") for start in shown]
    if hidden > 0:
        more = text(Quiet(f"and {hidden} more: "), Typed(f"/why m{item.key}"))
        parts[-1] = replace(parts[-1], parts=(*parts[-1].parts, more))
    return (_folded(item, rest=text(Quiet(f"and {len(rest)} more in the thread"))), *parts)


def card(alert: Alert, opened: Opened = Opened.NOTHING) -> Message:
    """One piece of news by itself."""
    if alert.kind in _ABOUT_PAPERS:
        return _ABOUT_PAPERS[alert.kind](alert, opened)
    return {
        NewsKind.REPORT: _report_alert,
        NewsKind.ENTRY: _entry_alert,
        NewsKind.FEED: _feed_alert,
        NewsKind.ROUTE: lost_route,
        NewsKind.SURGE: _happening_alert,
        NewsKind.MILESTONE: _happening_alert,
        NewsKind.RELEASE: _happening_alert,
    }[alert.kind](alert)


def _code_alert(alert: Alert, opened: Opened) -> Message:
    preview = alert.links[0].url if alert.links else ""
    return _about_paper(alert, "Has code: ", [*code_parts(alert.links), *_waited(alert)], opened, preview=preview)


def _waited(alert: Alert) -> list[Part]:
    """What there was before the code."""
    before = alert.event.before if alert.event and alert.event.state.has_code else CodeState.NONE
    return [text(Quiet(_BEFORE[before]))] if before in _BEFORE else []


def _state_alert(alert: Alert, opened: Opened) -> Message:
    assert alert.event is not None
    why: list[Part] = [text(Quiet(f"It says: “{alert.event.why}”"))] if alert.event.why else []
    return _about_paper(alert, _STATES[alert.event.state], [*code_parts(alert.links), *why], opened)


def _report_alert(alert: Alert) -> Message:
    assert alert.report is not None
    assert alert.paper is not None
    where = f"{alert.report.platform}, {alert.report.chat}"
    return report(alert.paper, alert.links[0], alert.report.says, where)


def _paper_alert(alert: Alert, opened: Opened) -> Message:
    """The card of a paper that came without code; shown anew, it tells what has come since."""
    has_code = alert.paper is not None and alert.paper.code_state.has_code
    since: list[Part] = [text("Code has come since:"), *code_parts(alert.links)]
    body: list[Part] = since if has_code else [text(Quiet("No code known yet."))]
    return _about_paper(alert, "New paper: ", body, opened)


_ABOUT_PAPERS: Final[Mapping[NewsKind, Callable[[Alert, Opened], Message]]] = {
    NewsKind.CODE: _code_alert,
    NewsKind.STATE: _state_alert,
    NewsKind.PAPER: _paper_alert,
}


def _about_paper(alert: Alert, what: str, body: list[Part], opened: Opened, *, preview: str = "") -> Message:
    assert alert.paper is not None
    byline = title(alert.paper)[1]
    head = what + (alert.paper.title or alert.paper.name)
    buttons = paper_buttons(alert.paper, alert.links, opened=opened, card=f"a{alert.key}", why=_why_this(alert))
    abstract = abstract_of(alert.paper, opened)
    parts = (Heading(head, alert.paper.url), byline, *abstract, *body, _why(alert), *buttons)
    return Message(parts, head, preview, lead=lead_of(body))


def why_button(alert: Alert) -> Buttons:
    return Buttons((_why_this(alert),), minor=True)


def _why_this(alert: Alert) -> Button:
    return Button("Why this?", f"/why {alert.key}")


def _why(alert: Alert) -> Text:
    shown = ", ".join(f"“{cut(words, _REASON)}”" for words in alert.why[:_REASONS_SHOWN])
    more = f" and {len(alert.why) - _REASONS_SHOWN} more" if len(alert.why) > _REASONS_SHOWN else ""
    return Text((Quiet(f"Why: your subscription{'s' if len(alert.why) > 1 else ''} {shown}{more}"),))


def _entry_alert(alert: Alert) -> Message:
    assert alert.entry is not None
    head = alert.entry.title or alert.entry.url
    parts: list[Part] = [Heading(head, alert.entry.url)]
    if alert.entry.summary:
        parts.append(text(cut(alert.entry.summary, _SUMMARY_SHOWN)))
    whole = any(map(is_address, alert.why))
    because = " · because you follow this feed" if whole else ""
    parts.append(Text((Quiet(f"{alert.feed_name} · {day(alert.at)}{because}"),)))
    parts += [] if whole else [_why(alert)]
    parts.append(why_button(alert))
    return Message(tuple(parts), f"{alert.feed_name}: {head}", alert.entry.url)


def _happening_alert(alert: Alert) -> Message:
    assert alert.happening is not None
    head, url, parts = happening(alert.happening)
    told = alert.happening.surge
    summary = f"{head}: {surged(told, alert.happening.stars)}" if told else head
    chart = surge_chart(alert.happening)
    return Message((Heading(head, url), *parts, *chart, _why(alert), why_button(alert)), summary)


def _feed_alert(alert: Alert) -> Message:
    if alert.feed_gone:
        told = text(Strong(f"{alert.feed_name} is gone for good"), f": its server says so ({alert.feed_error}).")
        row = (Button(f"End #{alert.number}", f"/unsubscribe {alert.number}"),)
    else:
        told = text(
            Strong(f"{alert.feed_name} has stopped"),
            f": {alert.feed_error}. It failed for two weeks, so I no longer look at it.",
        )
        row = (Button("Try again", f"/retry {alert.number}"),)
    return Message((told, *([Buttons(row)] if alert.number else [])), _stopped(alert))


def _stopped(alert: Alert) -> str:
    return f"{alert.feed_name} {'is gone for good' if alert.feed_gone else 'has stopped'}: {alert.feed_error}"


def _folded(item: Delivery, *, rest: Text | None = None) -> Message:
    """Several pieces of news in one message: those of a moment, of an hour, of quiet hours, or older ones.

    `rest` says where those are that it doesn't list.
    """
    lines: list[Line] = [_folded_line(alert) for alert in item.alerts[:_FOLDED_SHOWN]]
    hidden = len(item.alerts) - len(lines)
    head = _head_of(item)
    parts: list[Part] = [Heading(head), Bullets(tuple(lines))]
    if hidden:
        parts.append(rest or text(Quiet(f"and {hidden} more: "), Typed(f"/why m{item.key}")))
    parts.append(text(Quiet(_WHY_TOGETHER if item.together else _WHY_FOLDED)))
    parts.append(Buttons((Button("Why these?", f"/why m{item.key}"),), minor=True))
    return Message(tuple(parts), head)


def _head_of(item: Delivery) -> str:
    number = len(item.alerts)
    what = count(number, "paper") + " with code" if {a.kind for a in item.alerts} == {NewsKind.CODE} else ""
    if item.together:
        return what or f"{count(number, 'piece')} of news"
    return f"{what or count(number, 'piece') + ' of news'} since {day(min(alert.at for alert in item.alerts))}"


def _folded_line(alert: Alert) -> Line:
    if alert.happening:
        return happening_line(alert.happening)
    if alert.paper:
        first = alert.links[0] if alert.links and alert.kind is NewsKind.CODE else None
        stars = f" ★ {first.repository.stars:,}" if first and first.repository.stars else ""
        where: Line = (" → ", Link(first.repository.slug, first.url), stars) if first else ()
        what = {NewsKind.PAPER: " · no code yet"}.get(alert.kind, "")
        name = cut(alert.paper.title or alert.paper.name, _TITLE)
        return (name, Quiet(" · "), paper_link(alert.paper), *where, Quiet(what))
    if alert.entry:
        return (
            Link(cut(alert.entry.title or alert.entry.url, _TITLE), alert.entry.url),
            Quiet(f" · {alert.feed_name}"),
        )
    return (_stopped(alert) if alert.feed_name else lost_route(alert).summary,)
