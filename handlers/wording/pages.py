"""Long answers in pages, which are turned in their place where they can be pressed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.errors import BadQuery
from handlers.messages import Button, Buttons, Part, Quiet, Typed, text

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of many, and how to get at the others: nothing where these are all."""

    items: tuple[T, ...]
    turns: tuple[Part, ...]


def page_of(items: Sequence[T], number: int, size: int, command: str) -> Page[T]:
    """The page of this number, from 1; `command` and a number show it. Raises BadQuery where there is no such page."""
    pages = max(-(-len(items) // size), 1)
    if not 1 <= number <= pages:
        has = f"{command} has {pages}." if pages > 1 else f"{command} has one."
        raise BadQuery(f"There is no page {number}.", hint=has)
    return Page(tuple(items[size * (number - 1) : size * number]), turns(number, pages, command))


def turns(number: int, pages: int, command: str) -> tuple[Part, ...]:
    """Where one is, and buttons to the pages beside."""
    if pages == 1:
        return ()
    typed = (Typed(f"{command} {number + 1}"), " shows more.") if number < pages else ()
    beside = ((number - 1, "‹ {0}"), (number + 1, "{0} ›"))
    row = tuple(Button(label.format(n), f"{command} {n}", here=True) for n, label in beside if 1 <= n <= pages)
    return (text(Quiet(f"Page {number} of {pages}. "), *typed), Buttons(row, minor=True))
