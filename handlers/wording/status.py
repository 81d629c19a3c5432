"""The answer to /status: what fails, why, and when it is tried again."""

from datetime import datetime
from typing import Final

from bot.answers import SourceStatus, Status
from bot.domain.feed import Source
from handlers.messages import Bullets, Facts, Heading, Line, Message, Part, Quiet, Strong, text
from handlers.wording.calendar import announced
from handlers.wording.plain import ago, count, day, until

_TROUBLES_SHOWN: Final = 15
_GIVEN_UP_SHOWN: Final = 5

SOURCE_NAMES: Final = {
    Source.ARXIV: "arXiv",
    Source.RSS: "Feeds",
    Source.TRENDING: "GitHub trending",
    Source.GITHUB: "GitHub",
    Source.HUGGING_FACE: "Hugging Face",
    Source.PAPERS_WITH_CODE: "paperswithcode.co",
}


def status(answer: Status) -> Message:
    known = (
        count(answer.papers, "paper"),
        count(answer.links, "code link"),
        count(answer.subscriptions, "subscription"),
    )
    parts: list[Part] = [
        Heading("Status"),
        text(" · ".join(known)),
        Facts(source_facts(answer)),
    ]
    if troubles := [line for s in answer.sources for line in _source_troubles(s, answer.now)]:
        parts.append(Bullets(tuple(troubles[:_TROUBLES_SHOWN])))
    if len(troubles) > _TROUBLES_SHOWN:
        parts.append(text(Quiet(f"and {len(troubles) - _TROUBLES_SHOWN} more")))
    parts += _queue(answer)
    return Message(tuple(parts), _summary(answer), private=True)


def source_facts(answer: Status) -> tuple[tuple[str, Line], ...]:
    """How each source is, in a line."""
    return tuple((SOURCE_NAMES[s.source], (_source_line(s, answer),)) for s in answer.sources)


def _summary(answer: Status) -> str:
    failing = [SOURCE_NAMES[source.source] for source in answer.sources if source.failing]
    return f"Failing: {', '.join(failing)}." if failing else "All sources are well."


def _source_line(source: SourceStatus, answer: Status) -> str:
    if not source.feeds:
        return "off"
    now = answer.now
    told = f"read {ago(source.succeeded_at, now)}" if source.succeeded_at else "not read yet"
    upcoming = (
        f", next {'try' if source.failing else 'look'} {until(source.next_check_at, now)}"
        if source.next_check_at
        else ""
    )
    failing = f", {len(source.failing)} of {source.feeds} failing" if source.failing else ""
    calendar = f". {announced(answer.announcing)}" if source.source is Source.ARXIV else ""
    return told + failing + upcoming + calendar


def _source_troubles(source: SourceStatus, now: datetime) -> list[Line]:
    """Each failing feed with the reason and the next try; then what stopped, and the warnings."""
    name = SOURCE_NAMES[source.source]
    failing: list[Line] = [
        (
            Strong(f"{name} {f.name}"),
            f": {f.error}",
            Quiet(f" — tried {ago(f.checked_at, now)}, next try {until(f.next_check_at, now)}"),
        )
        for f in source.failing
    ]
    stopped: list[Line] = [(Strong(f.name), f" has stopped ({f.state}): {f.error}") for f in source.stopped]
    warned: list[Line] = [(Strong(f"{name} {f.name}"), f": {f.warning}") for f in source.warned]
    return failing + stopped + warned


def _queue(answer: Status) -> list[Part]:
    lines: list[Line] = [(trouble,) for trouble in answer.troubles]
    for w in answer.waiting:
        if w.due:
            waits = "waits" if w.due == 1 else "wait"
            since = f" (since {day(w.oldest)})" if w.oldest else ""
            lines.append((f"{count(w.due, 'message')} {waits} for {_platform(w.platform)}", Quiet(since)))
        if w.dead:
            lines.append((f"{count(w.dead, 'message')} to {_platform(w.platform)} given up",))
    lines += [
        (f"Given up: {letter.chat}: {letter.error}", Quiet(f" ({ago(letter.at, answer.now)})"))
        for letter in answer.dead[:_GIVEN_UP_SHOWN]
    ]
    lines += [
        (f"Paused: {_platform(chat.address.platform)} {chat.title or chat.address.chat}: {chat.reason}",)
        for chat in answer.paused[:_GIVEN_UP_SHOWN]
    ]
    return [Bullets(tuple(lines))] if lines else [text("Nothing waits to be sent.")]


def _platform(name: str) -> str:
    return "the console" if name == "console" else name.capitalize()
