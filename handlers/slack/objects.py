"""The small things that blocks are made of, as Slack's JSON: texts, buttons, menus; each within its documented limit.

https://docs.slack.dev/reference/block-kit/composition-objects/text-object and …/option-object,
…/block-elements/button-element and …/overflow-menu-element
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from handlers.messages import Button, Buttons, Line
from handlers.slack import mrkdwn

Block = dict[str, Any]  # Slack's own JSON, built at the very border

LABEL_LIMIT: Final = 75
COMMAND_LIMIT: Final = 2000
MENU_LIMIT: Final = 5
OPTION_LIMIT: Final = 150  # characters of a command in a menu

# How an action_id begins: its value is a command, and these say where the answer goes.
ACTION: Final = "command:"
HERE: Final = "here:"
SHARE: Final = "share:"
IN: Final = "in:"  # with the chat in which it is said


_STANDING: Final = 3  # buttons that stand beside a menu


@dataclass(frozen=True, slots=True)
class Placed:
    """Buttons as they stand, and those in a menu behind them."""

    standing: tuple[Button, ...]
    menu: tuple[Button, ...] = ()


def placed(part: Buttons) -> Placed:
    """Three stand and the others are in the menu, where there is one; what it can't hold stands too."""
    if not part.menu:
        return Placed(_sendable(part.commands))
    every = _sendable((*part.commands[:-1], *part.menu))
    standing = max(_STANDING, len(every) - MENU_LIMIT)
    few = every[standing:]
    also = [one for one in few if not _fits_menu(one)]
    return Placed((*every[:standing], *also), tuple(one for one in few if one not in also))


def _fits_menu(pressed: Button) -> bool:
    """A menu has one action_id for all that is in it, so that none of it can say where it is said or answered."""
    return not (pressed.here or pressed.place) and mrkdwn.size(pressed.command) <= OPTION_LIMIT


def _sendable(buttons: Sequence[Button]) -> tuple[Button, ...]:
    """Those whose command Slack takes, each in one line."""
    lines = [(one, mrkdwn.one_line(one.command)) for one in buttons]
    return tuple(
        replace(one, label=mrkdwn.one_line(one.label) or command, command=command)
        for one, command in lines
        if 0 < mrkdwn.size(command) <= COMMAND_LIMIT
    )


def label(text: str, limit: int = LABEL_LIMIT) -> str:
    """Plain text, which formats nothing; escaped all the same, as Slack decodes the three entities in every text."""
    return short(text, limit, mrkdwn.escape)


def short(text: str, limit: int, told: Callable[[str], str] = str) -> str:
    """One line that has at most so many characters as it is `told`."""
    text = mrkdwn.one_line(text)
    kept = text[:limit]
    while mrkdwn.size(shown := told(kept if kept == text else f"{kept}…")) > limit:
        kept = kept[:-1]
    return shown


def plain_text(text: str) -> Block:
    """Words that format nothing, where Slack wants such."""
    return {"type": "plain_text", "text": text, "emoji": False}


def formatted(text: str) -> Block:
    """Words in mrkdwn."""
    # verbatim: otherwise Slack looks for @names and #channels in the text by itself
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def fitted(line: Line, room: int) -> Block:
    """A line in mrkdwn, of at most so many characters."""
    return formatted(mrkdwn.fitted(line, room))


def button(pressed: Button, number: str, action: str = "") -> Block:
    """Its label is one line, its command at most COMMAND_LIMIT characters."""
    action = action or (f"{IN}{pressed.place}:" if pressed.place else HERE if pressed.here else ACTION)
    shown = plain_text(label(pressed.label))
    return {"type": "button", "text": shown, "action_id": f"{action}{number}", "value": pressed.command}


def menu(options: Sequence[Button], number: str) -> Block:
    """A menu behind "⋯", of one to MENU_LIMIT that fit it."""
    shown = [{"text": plain_text(label(one.label)), "value": one.command} for one in options]
    return {"type": "overflow", "action_id": f"{ACTION}{number}", "options": shown}
