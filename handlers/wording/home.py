"""The answer to /home: all that a chat has, on one page, and the ways to change it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.answers import Awaited, DigestAnswer, Settings, ShownSubscription, Status, Subscriptions
from bot.answers.keeping import SavedPage
from handlers.messages import Bullets, Button, Buttons, Facts, Heading, Message, Part, text
from handlers.wording import digest as digests
from handlers.wording.keeping import saved_line
from handlers.wording.pages import page_of
from handlers.wording.papers import awaited_line
from handlers.wording.plain import count
from handlers.wording.settings import settings
from handlers.wording.status import source_facts
from handlers.wording.subscriptions import subscription_line

COMMAND: Final = "/home"
NEW: Final = Button("New subscription", "/subscribe")
_BACK: Final = Button("‹ Home", COMMAND, here=True)
_A_PAGE: Final = 8
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Overview:
    """What /home shows; times by the chat's clock are in `settings`."""

    subscriptions: Subscriptions
    waiting: Sequence[Awaited]
    saved: SavedPage
    status: Status
    settings: Settings
    digest: DigestAnswer
    now: datetime


def home(told: Overview, page: int) -> Message:
    """A page of the subscriptions, then the rest in short. Raises BadQuery for a page that there isn't."""
    parts = [
        *_subscriptions(told.subscriptions.mine, page),
        *_waiting(told),
        *_saved(told.saved),
        *_digest(told.digest),
        *settings(told.settings).parts,
        Heading("Sources"),
        Facts(source_facts(told.status)),
        Buttons((Button("All of the status", "/status", here=True),), minor=True),
    ]
    return Message(tuple(parts), _summary(told), private=True)


def above_home(message: Message, overview: Message) -> Message:
    """An answer that leads nowhere else, and Home below it."""
    return replace(overview, parts=(*message.parts, *overview.parts), summary=message.summary)


def with_way_back(message: Message) -> Message:
    return replace(message, parts=(*message.parts, Buttons((_BACK,), minor=True)))


def _summary(told: Overview) -> str:
    return f"{count(len(told.subscriptions.mine), 'subscription')}, {count(told.saved.saved, 'saved paper')}"


def _subscriptions(mine: Sequence[ShownSubscription], page: int) -> list[Part]:
    """Each with what can be done with it."""
    shown = page_of(mine, page, _A_PAGE, COMMAND)
    parts: list[Part] = [Heading("Subscriptions")]
    for one in shown.items:
        parts += [text(*subscription_line(one)), Buttons(_changes(one), minor=True)]
    none = () if mine else (text("None yet."),)
    return [*parts, *none, *shown.turns, Buttons((NEW,))]


def _changes(one: ShownSubscription) -> tuple[Button, ...]:
    """To change it, to have a rest of it, to end it. A feed isn't muted."""
    number = one.subscription.number
    pause = () if one.feed else (Button(f"Pause #{number} for a week", f"/mute #{number} 7 days"),)
    edit = Button(f"Change #{number} ›", f"/subscriptions #{number}", here=True)
    return (edit, *pause, Button(f"End #{number}", f"/unsubscribe {number}"))


def _waiting(told: Overview) -> list[Part]:
    if not told.waiting:
        return []
    lines = tuple(awaited_line(one, told.now) for one in told.waiting[:_SHOWN])
    return [Heading("Waiting for the code of"), Bullets(lines), *_all(len(told.waiting), "/waiting")]


def _saved(page: SavedPage) -> list[Part]:
    if not page.saved:
        return []
    lines = tuple(map(saved_line, page.papers[:_SHOWN]))
    return [Heading(f"Saved: {count(page.saved, 'paper')}"), Bullets(lines), *_all(page.saved, "/saved")]


def _all(number: int, command: str) -> list[Part]:
    return [Buttons((Button(f"All {number} ›", command, here=True),), minor=True)] if number > _SHOWN else []


def _digest(answer: DigestAnswer) -> list[Part]:
    """The last one; where there was none, what the next one would hold."""
    head = "Last digest" if answer.digest.key else "The next digest, so far"
    shows = Buttons((Button("Show it ›", "/digest all", here=True),), minor=True)
    return [Heading(head), text(digests.of(answer.digest, answer.alerts).summary), *([shows] if answer.alerts else [])]
