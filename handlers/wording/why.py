"""The answers to /why: why a message came, and why none did."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.answers import Matched, Silence, Silent, Why, WhySilent, WhyThese, WhyTold
from bot.domain.link import CodeLink
from bot.domain.news import Alert, Held, NewsKind
from bot.domain.pace import Pace
from bot.domain.vote import Vote
from handlers.messages import Bullets, Button, Buttons, Heading, Line, Link, Message, Part, Quiet, Strong, Typed, text
from handlers.wording.links import because, whose
from handlers.wording.papers import code, paper_link
from handlers.wording.plain import cut, place, say
from handlers.wording.stars import happening_line

Clock = Callable[[datetime | None], str]

_MATCHED_SHOWN: Final = 3
_LINKS_SHOWN: Final = 3
_SILENT_SHOWN: Final = 6
_WORDS: Final = 60
_TITLE: Final = 90
_NEWS: Final = {
    NewsKind.CODE: "it has code",
    NewsKind.PAPER: "it is a new paper",
    NewsKind.STATE: "the state of its code has changed",
    NewsKind.ENTRY: "a new entry of a feed",
    NewsKind.FEED: "a feed that is followed here has stopped",
    NewsKind.REPORT: "a reader says something of a link, and you are the owner",
    NewsKind.SURGE: "the repository gains more stars than usual",
    NewsKind.MILESTONE: "the repository has passed a round number of stars",
    NewsKind.RELEASE: "the repository has a new release",
    NewsKind.ROUTE: "a chat where your subscription speaks can't be reached",
}
_HELD: Final = {
    Held.RHYTHM: "its subscription speaks in the digest",
    Held.BUDGET: "the day's budget was used up",
    Held.MUTED: "it is muted",
    Held.SILENCE: "this chat had asked for silence",
}
_VOTED: Final = {
    Vote.SAVED: "not listed again, as it is saved",
    Vote.LESS: "not among the best, as you want less like it",
}
_SILENT: Final = {
    Silence.NO_CODE: "it matches, and waits for the paper's code",
    Silence.NEVER_NEWS: "it matches, but I never saw this announced: it is older, or somebody asked for it",
    Silence.ELSEWHERE: "it speaks in another chat",
}


def why(answer: Why, *, now: datetime) -> Message:
    match answer:
        case WhyTold():
            return _told(answer)
        case WhySilent():
            return _silent(answer)
        case WhyThese():
            return _these(answer)
        case _:
            return code(answer, now=now)  # several may be meant, or none: as /code has it


def _told(answer: WhyTold) -> Message:
    alert, at = answer.alert, _clock(answer.pace)
    lines: list[Line] = [_match(one) for one in answer.matched[:_MATCHED_SHOWN]]
    lines.append((f"What is new: {_NEWS.get(alert.kind, alert.kind.value)}", Quiet(_since(answer, at))))
    lines.append((_how(answer, at),))
    lines += [_link(link) for link in alert.links[:_LINKS_SHOWN] if link.confidence > 0]
    lines += _in_digest(answer)
    parts: list[Part] = [Heading("Why you got this"), *_subject(alert), Bullets(tuple(lines))]
    return Message((*parts, *_buttons(answer)), "Why you got this")


def _in_digest(answer: WhyTold) -> list[Line]:
    """What the chat's votes make of it there."""
    if vote := answer.alert.vote:
        return [(f"In the digest: {_VOTED[vote]}",)]
    up = [f"{one.kind} {one.name}" for one in answer.likings if one.shift > 0]
    down = [f"{one.kind} {one.name}" for one in answer.likings if one.shift < 0]
    moves = [f"{how} for {', '.join(names)}" for how, names in (("higher", up), ("lower", down)) if names]
    return (
        [(f"In the digest: {'; '.join(moves)}", Quiet(", as you saved, or want less of, others like it"))]
        if moves
        else []
    )


def _subject(alert: Alert) -> list[Part]:
    if alert.paper:
        return [text(cut(alert.paper.title or alert.paper.name, _TITLE), Quiet(" · "), paper_link(alert.paper))]
    if alert.happening:
        return [text(*happening_line(alert.happening))]
    if alert.entry:
        return [text(Link(cut(alert.entry.title or alert.entry.url, _TITLE), alert.entry.url))]
    if alert.lost:
        return [text(place(alert.lost))]
    return [text(alert.feed_name)] if alert.feed_name else []


def _match(one: Matched) -> Line:
    number = f"#{one.number} " if one.number else ""
    held = ", ".join(reason.typed + (f" (in the {reason.where})" if reason.where else "") for reason in one.reasons)
    ended = "" if one.number else " (ended, or another chat's)"
    fits = (Quiet(f": {held}"),) if held.lower() != one.text.lower() and held else ()
    return (f"Subscription {number}", Strong(f"“{cut(one.text, _WORDS)}”"), ended, *fits)


def _since(answer: WhyTold, at: Clock) -> str:
    seen = f"; I saw the paper first on {at(answer.announced)}" if answer.announced else ""
    return f", since {at(answer.alert.at)}" + (seen if at(answer.announced) != at(answer.alert.at) else "")


def _how(answer: WhyTold, at: Clock) -> str:
    told = answer.told
    if told.digest_at and told.held:
        return f"It came in the digest of {at(told.digest_at)}, as {_HELD[told.held]}"
    if told.held:
        waits = "/missed shows it" if told.held is Held.MUTED else "it waits for the next digest"
        return f"No message of its own: {_HELD[told.held]}; {waits}"
    if told.sent_at is None:
        return f"Not sent yet{f': {told.error}' if told.error else ''}"
    waited = f", after waiting until {at(told.not_before)} as this chat's times say" if told.not_before else ""
    together = ", together with others" if told.together else ""
    return f"Sent {at(told.sent_at)}{together}{waited}"


def _link(link: CodeLink) -> Line:
    return (Link(link.repository.slug, link.url), f": {whose(link)}, {link.confidence:.0%} sure", *because(link))


def _buttons(answer: WhyTold) -> list[Part]:
    """What to do where it isn't wanted."""
    number = next((one.number for one in answer.matched if one.number), None)
    if number is None:
        return []
    row = (
        Button(f"Mute #{number} for 7 days", f"/mute #{number} 7 days"),
        Button(f"#{number} once a day", f"/rhythm {number} daily"),
        Button(f"End #{number}", f"/unsubscribe {number}"),
        Button("Silence for a day", "/pause 1 day"),
    )
    return [Buttons(row)]


def _these(answer: WhyThese) -> Message:
    lines = tuple(_one_of_these(one) for one in answer.alerts)
    more = [text(Quiet(f"and {answer.more} more"))] if answer.more else []
    ask = text(Typed("/why 2603.00001"), " tells all of one paper.")
    return Message((Heading("Why you got these"), Bullets(lines), *more, ask), "Why you got these")


def _one_of_these(one: WhyTold) -> Line:
    words = ", ".join(f"“{cut(match.text, 40)}”" for match in one.matched[:_MATCHED_SHOWN])
    held = f"; {_HELD[one.told.held]}" if one.told.held else ""
    because = Quiet(f" · {words}{held}" if words else f" · {_NEWS.get(one.alert.kind, '')}")
    if one.alert.paper:
        name = cut(one.alert.paper.title or one.alert.paper.name, _TITLE)
        return (name, Quiet(" · "), paper_link(one.alert.paper), because)
    if one.alert.entry:
        return (Link(cut(one.alert.entry.title or one.alert.entry.url, _TITLE), one.alert.entry.url), because)
    return (one.alert.feed_name or _NEWS.get(one.alert.kind, ""), because)


def _silent(answer: WhySilent) -> Message:
    name = cut(answer.paper.title or answer.paper.name, _TITLE)
    if not answer.silent:
        return say(f"Nothing came of {name}, as no subscription to papers speaks in this chat. ", Typed("/subscribe"))
    at = _clock(answer.pace)
    lines = tuple(_line_of(one, answer, at) for one in answer.silent[:_SILENT_SHOWN])
    hidden = len(answer.silent) - len(lines)
    more = [text(Quiet(f"and {hidden} more that don't match"))] if hidden else []
    known = f"Announced {at(answer.announced)}." if answer.announced else "I never saw it announced."
    coded = f" Code known since {at(answer.code_at)}." if answer.code_at else ""
    parts: list[Part] = [
        Heading("Why nothing came of this"),
        text(name, Quiet(" · "), paper_link(answer.paper)),
        text(Quiet(known + coded)),
        Bullets(lines),
    ]
    return Message((*parts, *more), "Why nothing came of this")


def _line_of(one: Silent, answer: WhySilent, at: Clock) -> Line:
    subscription = (f"#{one.subscription.number} ", Strong(f"“{cut(one.subscription.text, _WORDS)}”"))
    if one.why is Silence.NO_MATCH:
        return (*subscription, f" doesn't match, because of {_listed(one.lacking)}")
    if one.why is Silence.BEFORE:
        news = at(answer.code_at or answer.announced)
        return (*subscription, f" matches, but it was news on {news}, before you subscribed")
    return (*subscription, f": {_SILENT[one.why]}")


def _listed(lacking: Sequence[str]) -> str:
    return ", ".join(f"“{cut(part, _WORDS)}”" for part in lacking[:3]) + (" …" if len(lacking) > 3 else "")


def _clock(pace: Pace) -> Clock:
    """Moments as this chat's clock shows them."""
    zone = ZoneInfo(pace.zone)
    return lambda moment: f"{moment.astimezone(zone):%-d %b %Y %H:%M %Z}" if moment else "an unknown day"
