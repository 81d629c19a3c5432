"""Messages in a terminal: wrapped to what is seen, addresses whole."""

import click
import pytest

from handlers.console.render import render
from handlers.messages import Bullets, Button, Buttons, Facts, Heading, Message, Quiet, Typed, text

WORDS = " ".join(f"word{n}" for n in range(40))
MESSAGE = Message(
    (
        Heading(WORDS, "https://example.org/" + "a" * 90),
        text("Say ", Typed("/help"), f" for {WORDS}. ", Quiet(WORDS)),
        Bullets(((WORDS,), (Typed("/code bert"), f" — {WORDS}"))),
        Facts((("arXiv", (WORDS,)), ("Hugging Face", (Quiet(WORDS),)))),
        Buttons(tuple(Button("x", f"/code 2603.0000{n}") for n in range(9))),
    ),
    "summary",
)


@pytest.mark.parametrize("width", [40, 57, 80, 110])
def test_no_line_is_wider_than_the_terminal_but_for_addresses(width: int) -> None:
    lines = render(MESSAGE, width=width).splitlines()
    assert max(len(line) for line in lines if "://" not in line) <= width
    assert f"  https://example.org/{'a' * 90}" in lines


def test_colours_take_no_room() -> None:
    plain, coloured = render(MESSAGE, width=60), render(MESSAGE, width=60, colour=True)
    assert "\x1b[" in coloured
    assert click.unstyle(coloured) == plain


def test_no_command_is_broken_in_two() -> None:
    shown = [line for line in render(MESSAGE, width=40).splitlines() if "/code 2603" in line]
    assert sum(line.count("/code 2603.0000") for line in shown) == 9
    assert not any(line.endswith("/code") for line in shown)


def test_an_empty_paragraph_is_an_empty_line() -> None:
    assert render(Message((text(""), text("word")), "")) == "\nword"
