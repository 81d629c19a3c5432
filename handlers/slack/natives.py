"""A message's parts, with those that Slack has a kind of block for as that block; pure. See `newer` and `charts`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from handlers.messages import Bullets, Buttons, Chart, Heading, Line, Message, Part, Quiet, Table, Text, text
from handlers.slack import charts, mrkdwn
from handlers.slack.newer import CARD, CARD_BUTTONS, CHART, TABLE, card, cells_size, table
from handlers.slack.objects import Block, Placed, placed


@dataclass(frozen=True, slots=True)
class Native:
    """A block of a newer kind, how many characters are in it, and the parts in whose place it stands."""

    block: Block
    extent: int
    instead: tuple[Part, ...]


Shown = Part | Native | Placed


def natives(message: Message, kinds: frozenset[str]) -> list[Shown]:
    """Of these kinds: a card of what the message is about, its table, and two charts.

    Of several tables Slack takes one, and half of them as tables and half as lists reads badly: then all are lists.
    """
    parts: list[Shown] = list(message.parts)
    if TABLE in kinds and sum(isinstance(part, Table) for part in parts) == 1:
        parts = [_table(part) if isinstance(part, Table) else part for part in parts]
    if CHART in kinds:
        parts = _with_charts(parts)
    return _with_card(parts, message.lead) if CARD in kinds and message.lead else parts


def fitting(message: Message, kinds: frozenset[str]) -> list[Chart]:
    """The charts that Slack draws itself, with all that a picture of them would show."""
    found = (part for part in message.parts if isinstance(part, Chart) and charts.chart(part))
    return list(islice(found, charts.MOST)) if CHART in kinds else []


def _table(part: Table) -> Shown:
    block = table(part)
    return Native(block, cells_size(block["rows"]), (part,)) if block else part


def _with_charts(parts: Sequence[Shown]) -> list[Shown]:
    shown, left = list[Shown](), charts.MOST
    for part in parts:
        block = charts.chart(part, exact=False) if isinstance(part, Chart) and left else None
        if block and isinstance(part, Chart):
            left -= 1
            shown += [Native(block, _words_in(block), (part,)), text(Quiet(charts.finding_of(part)))]
        else:
            shown.append(part)
    return shown


def _with_card(parts: list[Shown], lead: Line) -> list[Shown]:
    """The card stands for the heading, the quiet words below it and the lead, and takes the first buttons."""
    match parts:
        case [Heading() as title, Text(line) as byline, *rest] if all(isinstance(span, Quiet) for span in line):
            head: tuple[Part, ...] = (title, byline)
        case [Heading() as title, *rest]:
            line, head = (), (title,)
        case _:
            return parts
    buttons = placed(_together([part for part in rest if isinstance(part, Buttons)]))
    said, evidence = _parted(lead)
    block = card(title, line, said, buttons.standing, "card")
    if block is None:
        return parts
    below = [*_without(rest, lead, evidence), replace(buttons, standing=buttons.standing[CARD_BUTTONS:])]
    return [Native(block, _words_in(block), (*head, text(*said))), *below]


def _together(rows: Sequence[Buttons]) -> Buttons:
    """The buttons of a card: what it asks for first, and what can be done with it."""
    return Buttons(tuple(button for row in rows for button in row.commands), menu=rows[-1].menu if rows else ())


def _parted(lead: Line) -> tuple[Line, Line]:
    """What it says, and how we know, which stands below the card."""
    said = tuple(span for span in lead if not isinstance(span, Quiet))
    quiet = [span.text for span in lead if isinstance(span, Quiet)]
    if not said:
        return tuple(quiet), ()
    evidence = "".join(quiet).strip(" —·")
    return said, (Quiet(f"{evidence[:1].upper()}{evidence[1:]}"),) if evidence else ()


def _without(parts: Sequence[Shown], lead: Line, evidence: Line) -> Iterator[Shown]:
    """These parts but for buttons, with the lead's evidence where the lead was."""
    found = False
    for part in parts:
        match part:
            case Text(line) if line == lead and not found:
                found, left = True, list[Part]()
            case Bullets([line, *others]) if line == lead and not found:
                found, left = True, [Bullets(tuple(others))] if others else []
            case Buttons():
                continue
            case _:
                yield part
                continue
        yield from [text(*evidence)] if evidence else []
        yield from left


def _words_in(block: Any) -> int:
    """Characters of all that is shown in a block."""
    if isinstance(block, list):
        return sum(map(_words_in, block))
    if not isinstance(block, dict):
        return 0
    own = sum(mrkdwn.size(block[name]) for name in ("text", "title", "label") if isinstance(block.get(name), str))
    return own + sum(map(_words_in, block.values()))
