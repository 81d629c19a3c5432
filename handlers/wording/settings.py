"""The answers to /settings and to the commands that change them, and to /missed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.answers import Missed, Settings, Settled
from bot.domain.news import Alert, Held
from bot.domain.pace import DigestRhythm
from handlers.messages import (
    Bullets,
    Button,
    Buttons,
    Facts,
    Heading,
    Line,
    Link,
    Message,
    Part,
    Quiet,
    Strong,
    Typed,
    text,
)
from handlers.wording import choosing
from handlers.wording.pages import page_of
from handlers.wording.papers import paper_link
from handlers.wording.plain import count, cut, day, pressable, say
from handlers.wording.stars import happening_line
from handlers.wording.subscriptions import how_it_speaks
from handlers.wording.talk import usage

_MISSED_SHOWN: Final = 15
_FAILED_SHOWN: Final = 5
_UNMUTES: Final = 3
_ALL_UNMUTES: Final = 20
_RESUME: Final = Button("Speak again", "/resume")
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HELD: Final = {
    Held.RHYTHM: "kept for the digest",
    Held.BUDGET: "over the day's budget, kept for the digest",
    Held.MUTED: "muted",
    Held.SILENCE: "silence was asked for, kept for the digest",
}


def settings(answer: Settings, *, typed: bool = True) -> Message:
    """All that a chat has settled, and what changes it.

    Not `typed`: by presses alone, where words that are typed would count for another chat.
    """
    pairs: tuple[tuple[str, Line], ...] = (
        ("Time zone", (f"{answer.pace.zone}, {answer.now:%H:%M} now",)),
        ("Digest", (_digest(answer),)),
        ("Quiet hours", (_quiet(answer),)),
        ("Budget", (_budget(answer),)),
        ("Silence", (_silence(answer), *_typed_for_silence(answer, typed))),
        *_of_chats(answer),
    )
    parts: list[Part] = [Heading("Settings of this chat"), Facts(pairs)]
    if answer.mutes:
        numbers = (f"#{n} " if typed else "" for n in range(1, len(answer.mutes) + 1))
        named = zip(numbers, answer.mutes, strict=True)
        parts += [text("Muted:"), Bullets(tuple((f"{n}{mute.text}", Quiet(_until(mute.until))) for n, mute in named))]
        parts += [text(Typed("/unmute 1"), " lets it be heard again.")] if typed else []
    rows = (
        choosing.settings(answer.platform),
        Buttons(_to_press(answer, _UNMUTES if typed else _ALL_UNMUTES), minor=True),
    )
    return Message((*parts, *rows), "Settings of this chat")


def _typed_for_silence(answer: Settings, typed: bool) -> Line:
    return (" · ", Typed("/resume" if _is_silent(answer) else "/pause 3 days")) if typed else ()


def _of_chats(answer: Settings) -> Iterator[tuple[str, Line]]:
    """What means nothing in a terminal; of links what isn't so by itself."""
    if answer.platform == "telegram":
        yield "Sound", ("news rings" if answer.pace.sound else "none",)
        if answer.pace.links:
            yield "Links", ("to papers are answered · ", Typed("/links off"))
    if answer.platform == "slack" and not answer.pace.links:
        yield "Links", ("to papers have no preview · ", Typed("/links on"))


def _to_press(answer: Settings, unmutes: int) -> tuple[Button, ...]:
    """What is settled most, and the way back from what is settled now."""
    silence = _RESUME if _is_silent(answer) else Button("Silence for a day", "/pause 1 day")
    unmute = (_unmute(n, mute.text) for n, mute in enumerate(answer.mutes[:unmutes], 1))
    return (Button("Digest now", "/digest"), Button("What I missed", "/missed"), silence, *unmute)


def _unmute(number: int, words: str) -> Button:
    return Button(f"Hear “{cut(words, 24)}” again", f"/unmute {number}")


def _digest(answer: Settings) -> str:
    pace = answer.pace
    if pace.digest is DigestRhythm.OFF:
        return "off"
    when = (
        f"{_DAYS[pace.weekday]}s at {pace.hour}:00"
        if pace.digest is DigestRhythm.WEEKLY
        else f"daily at {pace.hour}:00"
    )
    return f"{when}, next {_moment(answer.next_digest)}" if answer.next_digest else f"{when}, once you subscribe"


def _moment(local: datetime) -> str:
    return f"{local:%-d %b %Y %H:%M}"


def _quiet(answer: Settings) -> str:
    quiet = answer.pace.quiet
    return f"{_clock(quiet.start)} to {_clock(quiet.end)}" if quiet else "none"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _budget(answer: Settings) -> str:
    return f"{count(answer.pace.budget, 'message')} a day" if answer.pace.budget else "no limit"


def _is_silent(answer: Settings) -> bool:
    return answer.pace.silent_until is not None and answer.pace.silent_until > answer.now


def _silence(answer: Settings) -> str:
    until = answer.pace.silent_until
    if until is None or not _is_silent(answer):
        return "no"
    return (
        "until you say /resume"
        if (until - answer.now).days > 1000
        else f"until {_moment(until.astimezone(answer.now.tzinfo))}"
    )


def _until(until: datetime | None) -> str:
    return f" until {day(until)}" if until else ""


def zone(answer: Settings) -> Message:
    said = (Strong(f"It is {answer.now:%H:%M} in {answer.pace.zone}"), ". Digests and quiet hours follow this clock.")
    return pressable(say(*said), choosing.zones(answer.pace))


def by_profile(message: Message, zone: str) -> Message:
    """Below the first thing that is settled in a chat."""
    note = text(Quiet(f"Times here go by {zone}, as in your profile. "), Typed("/timezone"), Quiet(" changes that."))
    return replace(message, parts=(*message.parts, note))


def zone_asked(answer: Settings) -> Message:
    question = usage("Which time zone?", "/timezone Berlin", "/timezone America/New_York")
    return pressable(question, choosing.zones(answer.pace))


def quiet(answer: Settings) -> Message:
    said: Line = ("No quiet hours: alerts come at any time.",)
    if answer.pace.quiet:
        then = f" ({answer.pace.zone}). What comes then waits until they end; nothing is dropped."
        said = (Strong(f"Quiet from {_quiet(answer)}"), then)
    return pressable(say(*said), choosing.nights(answer.pace))


def quiet_asked(answer: Settings) -> Message:
    question = usage("Which hours shall be quiet?", "/quiet 22:00-07:00", "/quiet off")
    return pressable(question, choosing.nights(answer.pace))


def budget(answer: Settings) -> Message:
    said: Line = ("No limit: every alert has its own message.",)
    if answer.pace.budget is not None:
        over = ". What is over it comes in the next digest, which says so."
        said = (Strong(f"At most {_budget(answer)}"), over)
    return pressable(say(*said), choosing.budgets(answer.pace))


def budget_asked(answer: Settings) -> Message:
    return pressable(usage("How many messages a day?", "/budget 20", "/budget off"), choosing.budgets(answer.pace))


def digest_settled(answer: Settings) -> Message:
    said: Line = ("No digest. ", Typed("/digest weekly monday 9"), " brings it back.")
    if answer.pace.digest is not DigestRhythm.OFF:
        said = (Strong(f"Digest: {_digest(answer)}"), f" ({answer.pace.zone}).")
    return pressable(say(*said), *choosing.digests(answer.pace))


def digest_asked(answer: Settings) -> Message:
    question = usage("When shall the digest come?", "/digest weekly monday 9", "/digest daily 18", "/digest off")
    return pressable(question, *choosing.digests(answer.pace))


def silence(answer: Settings) -> Message:
    if not _is_silent(answer):
        return say("I speak again. ", Typed("/missed"), " shows what there was.")
    message = say(
        Strong(f"Silent {_silence(answer)}"),
        f". What comes meanwhile waits for {'its end' if answer.pace.digest is DigestRhythm.OFF else 'the digest'}. ",
        Typed("/resume"),
        " ends it.",
    )
    return pressable(message, Buttons((_RESUME,), minor=True))


def muted(answer: Settings) -> Message:
    if not answer.mutes:
        return say("Nothing is muted.")
    last, number = answer.mutes[-1], len(answer.mutes)
    message = say(Strong(f"Muted: {last.text}"), f"{_until(last.until)}. ", Typed("/settings"), " shows what is muted.")
    return pressable(message, Buttons((_unmute(number, last.text),), minor=True))


def unmuted(answer: Settings) -> Message:
    left = count(len(answer.mutes), "mute")
    return say("It is heard again." + (f" {left} left." if answer.mutes else ""))


def settled(answer: Settled) -> Message:
    one = answer.subscription
    said = say(Strong(f"#{one.number} {one.text}"), f" {how_it_speaks(one)}.")
    return pressable(said, *choosing.subscription(one))


def missed(answer: Missed, page: int = 1) -> Message:
    """The answer to /missed: a page. Raises BadQuery for one that there isn't."""
    if not answer.held and not answer.failed:
        return say("Nothing was missed in the last seven days: each alert had its own message.")
    failed = [(f"Failed on {day(letter.at)}: {letter.error}",) for letter in answer.failed[:_FAILED_SHOWN]]
    shown = page_of([*failed, *map(_missed, answer.held)], page, _MISSED_SHOWN, "/missed")
    head = Heading("Without a message of its own, in seven days")
    return Message((head, Bullets(tuple(shown.items)), *shown.turns), "What was missed")


def _missed(alert: Alert) -> Line:
    why = Quiet(f" · {_HELD[alert.held]}" if alert.held else "")
    if alert.paper:
        return (cut(alert.paper.title or alert.paper.name, 90), Quiet(" · "), paper_link(alert.paper), why)
    if alert.happening:
        return (*happening_line(alert.happening), why)
    if alert.entry:
        return (Link(cut(alert.entry.title or alert.entry.url, 90), alert.entry.url), why)
    return (alert.feed_name, why)
