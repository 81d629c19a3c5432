"""The answer to /home: all that a chat has, on one page, and the ways to change it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Final

from bot.answers import Awaited, DigestAnswer, Settings, ShownSubscription, Status, Subscriptions
from bot.answers.keeping import SavedPage
from bot.answers.visiting import Visited
from bot.domain.chat import ChatState
from handlers.incoming import Room
from handlers.messages import Bullets, Button, Buttons, Facts, Heading, Message, Part, Quiet, Strong, Typed, text
from handlers.wording import digest as digests
from handlers.wording.keeping import saved_line
from handlers.wording.pages import page_of
from handlers.wording.papers import awaited_line
from handlers.wording.plain import count, cut
from handlers.wording.settings import settings
from handlers.wording.status import source_facts
from handlers.wording.subscriptions import routed_line, subscription_line

COMMAND: Final = "/home"
NEW: Final = Button("New subscription", "/subscribe")
_BACK: Final = Button("‹ Home", COMMAND, here=True)
_SOURCES: Final = Heading("Sources")
_A_PAGE: Final = 8
_SHOWN: Final = 5
_ROOMS: Final = 20
_NAMED: Final = 3  # subscriptions of a channel
_WORDS: Final = 40


@dataclass(frozen=True, slots=True)
class Overview:
    """What /home shows; times by the chat's clock are in `settings`.

    `rooms` are other chats that the asker may look into; who may not manage this one is offered no changes.
    """

    subscriptions: Subscriptions
    waiting: Sequence[Awaited]
    saved: SavedPage
    status: Status
    settings: Settings
    digest: DigestAnswer
    now: datetime
    rooms: Sequence[tuple[Room, Visited]] = ()
    may_manage: bool = True


def home(told: Overview, page: int) -> Message:
    """A page of the subscriptions, then the rest in short. Raises BadQuery for a page that there isn't."""
    pressed = told.settings.platform == "slack"  # where /home is shown beside chats, and words are said in one
    parts = [
        *_subscriptions(told, page),
        *_rooms(told.rooms),
        *_waiting(told),
        *_saved(told.saved),
        *_digest(told.digest),
        Heading("Settings"),
        *_without_heading(settings(told.settings, typed=not pressed), buttons=told.may_manage),
        _SOURCES,
        Facts(source_facts(told.status)),
        Buttons((Button("All of the status", "/status", here=True),), minor=True),
    ]
    return Message(tuple(parts), _summary(told), private=True)


def above_home(message: Message, overview: Message) -> Message:
    """What was done, and Home below it, which has all that can be done next."""
    said = (part for part in message.parts if not isinstance(part, Buttons))
    return replace(overview, parts=(*said, *overview.parts), summary=message.summary)


def with_form(asked: Message) -> Message:
    """What was asked for in words can be said in a form, where there are such."""
    return replace(asked, parts=(*asked.parts, Buttons((NEW,), minor=True)))


def channels(rooms: Sequence[tuple[Room, Visited]], page: int) -> Message:
    """All chats beside this one that the asker may look into. Raises BadQuery for a page that there isn't."""
    shown = page_of(rooms, page, _ROOMS, f"{COMMAND} channels")
    none = () if rooms else (text("No channel that you can read is subscribed to anything."),)
    parts = (Heading("In channels"), *none, *map(_room_line, shown.items), *_doors(shown.items), *shown.turns)
    return Message((*parts, Buttons((_BACK,), minor=True)), count(len(rooms), "channel"), private=True)


def with_way_back(message: Message, *, mine: str = "", room: str = "") -> Message:
    """Below an answer in Home; in that of a channel of this name also to one's own, in the chat `mine`."""
    back = Buttons((replace(_BACK, label=f"‹ {room}") if room else _BACK, *_way_home(mine)), minor=True)
    return replace(message, parts=(*message.parts, back))


def in_room(overview: Message, room: str, *, mine: str) -> Message:
    """A channel's Home, which somebody opened from their own, in the chat `mine`; how the sources are stands there."""
    its = takewhile(lambda part: part != _SOURCES, overview.parts)
    top = (Heading(room), Buttons(_way_home(mine), minor=True))
    return replace(overview, parts=(*top, *its), summary=f"{room}: {overview.summary}")


def shown_out(overview: Message) -> Message:
    """To who is in a channel no more, and pressed something of it."""
    gone = text("You aren't in that channel, as far as I can see, so I show nothing of it and change nothing there.")
    return replace(overview, parts=(gone, *overview.parts))


def _way_home(mine: str) -> tuple[Button, ...]:
    return (Button("‹ My Home", COMMAND, here=True, place=mine),) if mine else ()


def _summary(told: Overview) -> str:
    return f"{count(len(told.subscriptions.mine), 'subscription')}, {count(told.saved.saved, 'saved paper')}"


def _subscriptions(told: Overview, page: int) -> list[Part]:
    """Each with what can be done with it, then those that other chats send here."""
    mine, routed = told.subscriptions.mine, told.subscriptions.routed_here
    shown = page_of(mine, page, _A_PAGE, COMMAND)
    parts: list[Part] = [Heading("Subscriptions")]
    for one in shown.items:
        parts.append(text(*subscription_line(one)))
        parts += [Buttons(_changes(one), minor=True)] if told.may_manage else []
    parts += [] if mine else [text("None yet. ", Typed("/code bert"), " asks for a paper's code without any.")]
    parts += shown.turns
    if routed:
        parts += [text("Sent here from other chats:"), Bullets(tuple(map(routed_line, routed[:_SHOWN])))]
        parts += [Buttons((Button("Send them back", "/route off"),), minor=True)] if told.may_manage else []
    return [*parts, Buttons((NEW,))] if told.may_manage else parts


def _rooms(rooms: Sequence[tuple[Room, Visited]]) -> list[Part]:
    """The first chats beside this one."""
    if not rooms:
        return []
    shown = rooms[:_SHOWN]
    return [Heading("In channels"), *map(_room_line, shown), *_doors(shown), *_all(len(rooms), f"{COMMAND} channels")]


def _room_line(one: tuple[Room, Visited]) -> Part:
    """What is subscribed there, in short."""
    room, told = one
    words = [*told.mine, *told.routed_here]
    named = ", ".join(f"“{cut(each.text, _WORDS)}”" for each in words[:_NAMED])
    more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
    lost = f" · I can't write there: {told.chat.reason}" if told.chat.state is ChatState.PAUSED else ""
    outside = "" if room.inside else " · join it to change them"
    notes = (Quiet(lost + outside),) if lost or outside else ()
    return text(Strong(room.name), f" · {count(len(words), 'subscription')}: {named}{more}", *notes)


def _doors(rooms: Sequence[tuple[Room, Visited]]) -> list[Part]:
    """Into those where the asker is."""
    row = (Button(f"{room.name} ›", COMMAND, here=True, place=room.address.chat) for room, _ in rooms if room.inside)
    doors = tuple(row)
    return [Buttons(doors, minor=True)] if doors else []


def _without_heading(message: Message, *, buttons: bool) -> Iterator[Part]:
    return (
        part for part in message.parts if not isinstance(part, Heading) and (buttons or not isinstance(part, Buttons))
    )


def _changes(one: ShownSubscription) -> tuple[Button, ...]:
    """To change it, to have a rest of it, to end it. What speaks elsewhere is muted there."""
    number = one.subscription.number
    pause = () if one.speaks_in else (Button(f"Pause #{number} for a week", f"/mute #{number} 7 days"),)
    pause = (Button(f"Go on with #{number}", f"/unmute {one.paused.number}"),) if one.paused else pause
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
