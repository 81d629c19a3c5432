"""Messages as blocks: within Slack's limits, formatting what we mean and nothing that strangers wrote."""

import pytest

from handlers.messages import (
    Bullets,
    Button,
    Buttons,
    Facts,
    Heading,
    Link,
    Message,
    Part,
    Quiet,
    Span,
    Strong,
    Text,
    Typed,
    text,
)
from handlers.slack.mrkdwn import ZERO_WIDTH, address, literal, written, written_line
from handlers.slack.render import Rendered, render
from tests.slack import limits


def blocks_of(*parts: Part) -> tuple[dict[str, object], ...]:
    return render(Message(parts, "summary")).blocks


def mrkdwn_of(*parts: Part) -> str:
    return "\n".join(words["text"] for words in limits.texts(list(blocks_of(*parts))))


def unspaced(words: str) -> str:
    return words.replace(ZERO_WIDTH, "")


# What strangers wrote


@pytest.mark.parametrize("words", ["*bold*", "_it_", "~gone~", "`code`", "**x**", "(*x*)", "中*文*字", "a *b", "b* c"])
def test_a_mark_at_a_words_border_gets_spaces_without_width_on_both_sides(words: str) -> None:
    shown = literal(words)
    assert unspaced(shown) == words
    for place, mark in enumerate(shown):
        if mark in "*_~`":
            assert shown[place - 1] == ZERO_WIDTH == shown[place + 1]


@pytest.mark.parametrize("words", ["snake_case_name", "2 * 3", "a~b", "x*y", "plain words (2026): all of them!"])
def test_words_that_slack_would_not_format_stay_as_they_are_for_copying(words: str) -> None:
    assert literal(words) == words


def test_the_three_characters_of_slacks_markup_are_entities() -> None:
    assert literal("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


def test_a_line_that_begins_with_a_bracket_is_no_quotation() -> None:
    assert literal("> said\n  > more") == f"{ZERO_WIDTH}&gt; said\n{ZERO_WIDTH}  &gt; more"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.org/x|y>z", "https://a.org/x%7Cy%3Ez"),
        ("https://a.org/a b\x01?q=1&r=2", "https://a.org/a%20b%01?q=1&amp;r=2"),
        ("HTTP://A.org", "HTTP://A.org"),
        ("javascript:alert(1)", ""),
        ("ht\ntps://a.org", ""),
        ("ftp://a.org", ""),
        ("https://", ""),
        ("https://a.org/" + "x" * 2000, ""),
    ],
)
def test_an_address_is_encoded_and_only_the_webs_own_schemes_can_be_clicked(url: str, safe: str) -> None:
    assert address(url) == safe


# What we mean


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (Strong("BERT"), "*BERT*"),
        (Quiet("seen in the abstract"), "_seen in the abstract_"),
        (Typed("cat:cs.CV & x"), "`cat:cs.CV &amp; x`"),
        (Typed("a `b`"), "`a 'b'`"),
        (Link("a|b <c>", "https://a.org"), "<https://a.org|a¦b &lt;c&gt;>"),
        (Link("", "https://a.org"), "<https://a.org|https://a.org>"),
        (Link("label", "javascript:x"), "label"),
        (Strong(" two\nlines "), " *two lines* "),
        (Strong(""), ""),
    ],
)
def test_each_span_has_its_form(span: Span, shown: str) -> None:
    assert written(span) == shown


@pytest.mark.parametrize(
    ("command", "typed"),
    [
        ("/subscribe diffusion", "/paperwire subscribe diffusion"),
        ("/help", "/paperwire help"),
        ("/code bert", "/code bert"),
        ("/paperwire help", "/paperwire help"),
        ("bert", "bert"),
    ],
)
def test_a_command_is_shown_as_slack_lets_it_be_typed(command: str, typed: str) -> None:
    assert written(Typed(command)) == f"`{typed}`"


def test_a_mark_that_touches_a_letter_still_formats() -> None:
    assert written_line(("pre", Strong("bold"), "post")) == f"pre{ZERO_WIDTH}*bold*{ZERO_WIDTH}post"
    assert written_line(("(", Strong("bold"), "),")) == "(*bold*),"


def test_each_part_has_its_block() -> None:
    parts = (
        Heading("Code & papers"),
        Heading("BERT", "https://arxiv.org/abs/1810.04805"),
        text("It has ", Strong("code"), "."),
        text(Quiet("seen today")),
        Bullets((("one",), (Link("two", "https://a.org"),))),
        Facts((("stars", ("1_000",)), ("since", ("March",)))),
        Buttons((Button("Watch & wait", "/subscribe bert"),)),
    )
    assert blocks_of(*parts) == (
        {"type": "header", "text": {"type": "plain_text", "text": "Code &amp; papers", "emoji": False}},
        section("*<https://arxiv.org/abs/1810.04805|BERT>*"),
        section("It has *code*."),
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "_seen today_", "verbatim": True}]},
        section("• one\n• <https://a.org|two>"),
        section("*stars*: 1_000\n*since*: March"),
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "Watch &amp; wait", "emoji": False},
                    "action_id": "command:6.0",
                    "value": "/subscribe bert",
                }
            ],
        },
    )


def section(words: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words, "verbatim": True}}


def test_the_text_is_the_summary_and_a_message_without_one_still_has_a_text() -> None:
    assert (
        render(Message((text("x"),), "A <b> *c*")).text
        == f"A &lt;b&gt; {ZERO_WIDTH}*{ZERO_WIDTH}c{ZERO_WIDTH}*{ZERO_WIDTH}"
    )
    assert render(Message((text("x"),), "")).text == "x"
    assert render(Message((), "")).text == "paperwire"
    assert render(Message((), "only this")) == Rendered("only this", (), "only this")


def test_everything_as_text_has_the_buttons_as_commands_to_type() -> None:
    whole = render(Message((Heading("H*"), text("line"), Buttons((Button("Go", "/help"),))), "s")).whole
    assert unspaced(whole) == "*H**\nline\nGo: `/paperwire help`"


# What is too much


def test_a_long_heading_and_a_long_paragraph_end_in_dots() -> None:
    header, paragraph = limits.texts(list(blocks_of(Heading("&" * 400), text("word " * 2000, Strong("end")))))
    assert header["text"].endswith("&amp;…")
    assert len(header["text"]) <= 150
    assert paragraph["text"].endswith("…")
    assert 2900 < len(paragraph["text"]) <= 3000


def test_a_cut_never_falls_inside_of_markup() -> None:
    line = Text(("x" * 2990, Link("a label that is long", "https://a.org"), Strong("never seen")))
    assert mrkdwn_of(line) == "x" * 2990 + "…"


def test_a_long_list_is_cut_between_items_and_the_rest_is_counted() -> None:
    shown = mrkdwn_of(Bullets(tuple((f"{number:03} " + "x" * 95,) for number in range(300))))
    lines = shown.splitlines()
    assert all(len(line) == 101 for line in lines[:-1])
    assert lines[-1] == f"… and {300 - len(lines) + 1} more"
    assert len(shown) <= 10_100


def test_papers_that_are_left_out_are_counted_and_no_heading_stands_alone() -> None:
    parts: list[Part] = []
    for number in range(80):
        parts += [Heading(f"Paper {number}", f"https://a.org/{number}"), text("words " * 40), text(Quiet("why"))]
    blocks = blocks_of(*parts)
    shown = mrkdwn_of(*parts)
    told = shown.count("|Paper ")
    assert len(blocks) <= 50
    assert told > 20
    assert shown.endswith(f"… and {80 - told} more")


def test_many_short_parts_share_sections_before_anything_is_left_out() -> None:
    shown = mrkdwn_of(*(text(f"line {number}") for number in range(200)))
    assert shown.count("line ") == 200


def test_thirty_buttons_stand_in_two_rows_and_one_that_cannot_be_sent_in_none() -> None:
    row = tuple(Button(f"B{number}", f"/code {number}") for number in range(30))
    first, second = blocks_of(Buttons((*row, Button("long", "x" * 2001), Button("empty", " "))))
    assert isinstance(first["elements"], list)
    assert isinstance(second["elements"], list)
    assert (len(first["elements"]), len(second["elements"])) == (25, 5)
