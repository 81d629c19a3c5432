"""Who is answered: what is said to those who aren't, and to the owner."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.domain.access import LetIn
from bot.domain.chat import Address
from handlers.messages import Bullets, Button, Buttons, Heading, Line, Message, Part, Quiet, Strong, Typed, text
from handlers.wording.plain import count, cut, day, say

_SHOWN: Final = 40
_BUTTONS: Final = 8
_OPEN: Final = "At present everybody is answered: PAPERWIRE_ACCESS is open."


def not_let_in(address: Address, person: str) -> Message:
    """To somebody who isn't let in: why, and what the owner types. `person` is "" where the chat counts as a whole."""
    who = f"{address.platform} {person or address.chat}"
    line: Line = (f"Your id is {person}. Its owner lets you in by ", Typed(f"/allow {who}"))
    if not person:
        line = ("Its owner lets this chat in by saying ", Typed("/allow"), " here, or ", Typed(f"/allow {who}"))
    told = say("This bot answers only those whom its owner lets in. ", *line, ".")
    return replace(told, private=True)


def only_owner(command: str) -> Message:
    return say(Typed(command), " is for the bot's owner alone.")


def let_in(one: LetIn, *, closed: bool) -> Message:
    return say(Strong(f"{_who(one)} is let in"), f". {'' if closed else _OPEN + ' '}", Typed("/allowed"), " lists all.")


def with_note(message: Message, one: LetIn) -> Message:
    """An answer to the owner, who has let a chat in by settling something in it."""
    note = text(Quiet(f"{_who(one)} is let in by that. "), Typed("/allowed"), Quiet(" lists all."))
    return replace(message, parts=(*message.parts, note))


def allowed(mine: Sequence[LetIn], *, closed: bool) -> Message:
    if not mine:
        nobody = "Nobody is let in yet, but the owner. " if closed else f"The list is empty. {_OPEN} "
        return say(
            nobody, Typed("/allow telegram 12345"), " lets somebody in, ", Typed("/allow"), " in a group the group."
        )
    lines = tuple(_line(number, one) for number, one in enumerate(mine[:_SHOWN], 1))
    parts: list[Part] = [Heading("Who is let in"), Bullets(lines)]
    if len(mine) > _SHOWN:
        parts.append(text(Quiet(f"and {len(mine) - _SHOWN} more")))
    parts += [] if closed else [text(Quiet(_OPEN))]
    parts.append(text(Typed("/deny NUMBER"), " lets them in no more."))
    row = tuple(
        Button(f"Deny #{n} {cut(_who(one), 30)}", f"/deny {one.platform} {one.who}") for n, one in enumerate(mine, 1)
    )
    return Message((*parts, Buttons(row[:_BUTTONS], minor=True)), f"{count(len(mine), 'entry', 'entries')} on the list")


def _line(number: int, one: LetIn) -> Line:
    since = Quiet(f" · since {day(one.at)}" if one.at else "")
    return (f"#{number} ", Strong(_who(one)), Quiet(f" · {one.platform} {one.who}" if one.name else ""), since)


def denied(one: LetIn, *, closed: bool) -> Message:
    """What they have is kept, and nothing is sent to them."""
    kept = "I send nothing there any more. Subscriptions are kept, and what waits for 30 days." if closed else _OPEN
    return say(Strong(f"{_who(one)} is not let in any more"), f". {kept}")


def _who(one: LetIn) -> str:
    return one.name or f"{one.platform.capitalize()} {one.who}"
