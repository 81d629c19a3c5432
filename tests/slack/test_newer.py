"""Slack's newer kinds of blocks: cards, tables and charts where nothing is lost by them, plain blocks elsewhere."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import nan
from typing import Any

import pytest

from bot.domain.stars import Curve, StarSample
from handlers.messages import (
    Bullets,
    Button,
    Buttons,
    Chart,
    Heading,
    Image,
    Line,
    Link,
    Message,
    Part,
    Quiet,
    Table,
    Text,
    Typed,
    text,
)
from handlers.plots import Axis, Bar, Plot, Series, Unit
from handlers.slack.kinds import NONE, Place, Taken
from handlers.slack.mrkdwn import written_line
from handlers.slack.newer import CHART
from handlers.slack.render import render
from handlers.slack.showing import as_shown
from tests.slack import limits
from tests.slack.newer_limits import NEWER
from tests.slack.pressable import pressable

ALL = Taken("T0WORK", Place.MESSAGE, NEWER)
PAPER, CODE = "https://arxiv.org/abs/1810.04805", "https://github.com/google-research/bert"
LEAD: Line = (Link("google-research/bert", CODE), " · official ✓ · ★ 38,000", Quiet(" — in the abstract of v1"))
OTHER: Line = (Link("codertimo/BERT-pytorch", "https://github.com/codertimo/BERT-pytorch"), " · community")
FEW = (
    Button("Abstract ▾", "/card bert abstract", here=True),
    Button("👍 Save", "/save bert"),
    Button("Less", "/less bert"),
)
MORE = Button("More ▾", "/card bert more", here=True)
MENU = (Button("BibTeX", "/cite bert"), Button("Watch", "/watch bert"), Button("Wrong link", "/wrong bert"))
BERT = Message(
    (
        Heading("BERT", PAPER),
        Text((Quiet("Devlin and others · 2018 · cs.CL · 1810.04805"),)),
        Bullets((LEAD, OTHER)),
        text(Quiet("Why: your subscription “bert”")),
        Buttons((*FEW, MORE), minor=True, menu=MENU),
    ),
    "BERT has code",
    lead=LEAD,
)


def blocks_of(message: Message, taken: Taken = ALL) -> list[dict[str, Any]]:
    blocks = list(render(message, taken).blocks)
    assert limits.fault_of(blocks) == ""
    return blocks


def kinds_of(message: Message, taken: Taken = ALL) -> list[str]:
    return [block["type"] for block in blocks_of(message, taken)]


def only(*parts: Part) -> Message:
    return Message(parts, "summary")


def mrkdwn(words: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": words, "verbatim": True}


# Cards


def test_a_paper_is_a_card_with_its_code_first_and_the_rest_below_it() -> None:
    card, evidence, other, why = blocks_of(BERT)
    assert (card["type"], card["title"]) == ("card", mrkdwn(f"<{PAPER}|BERT>"))
    assert card["subtitle"] == mrkdwn("Devlin and others · 2018 · cs.CL · 1810.04805")
    assert card["body"] == mrkdwn(f"<{CODE}|google-research/bert> · official ✓ · ★ 38,000")
    assert [button["text"]["text"] for button in card["actions"]] == ["Abstract ▾", "👍 Save", "Less"]
    assert evidence["text"] == mrkdwn("_In the abstract of v1_")
    assert evidence["accessory"]["type"] == "overflow"
    assert "codertimo/BERT-pytorch" in other["text"]["text"]
    assert "subscription" in why["elements"][0]["text"]


def test_where_there_are_no_cards_it_has_the_same_words_and_the_same_to_press() -> None:
    plain, card = ({"blocks": blocks_of(BERT, taken)} for taken in (NONE, ALL))
    assert [block["type"] for block in plain["blocks"]] == ["section", "context", "section", "context", "actions"]
    pressed, in_card = pressable(plain), pressable(card)
    assert {(one.label, one.value, one.menu) for one in pressed.values()} == {
        (one.label, one.value, one.menu) for one in in_card.values()
    }
    assert [one.label for one in pressed.values() if one.menu] == ["BibTeX", "Watch", "Wrong link"]
    assert "More ▾" not in pressed


def test_a_long_title_is_cut_inside_of_its_link() -> None:
    _, *rest = BERT.parts
    title = blocks_of(replace(BERT, parts=(Heading("word & " * 60, PAPER), *rest)))[0]["title"]["text"]
    assert title.startswith(f"<{PAPER}|word &amp; word")
    assert title.endswith(">…")
    assert 130 < len(title) <= 150


@pytest.mark.parametrize("place", ["title", "code"])
def test_a_card_that_has_no_room_for_an_address_is_no_card(place: str) -> None:
    far = "https://example.org/" + "x" * 190
    lead = (Link("far", far), *LEAD[1:]) if place == "code" else LEAD
    first, byline, _, *rest = BERT.parts
    parts = (Heading("BERT", far) if place == "title" else first, byline, Bullets((lead, OTHER)), *rest)
    message = replace(BERT, parts=parts, lead=lead)
    assert "card" not in kinds_of(message)
    assert far in str(blocks_of(message))


def test_quiet_words_alone_are_said_in_the_card() -> None:
    first, byline, _, *rest = BERT.parts
    lead = (Quiet("No code known yet."),)
    card, *below = blocks_of(replace(BERT, parts=(first, byline, Text(lead), *rest), lead=lead))
    assert card["body"] == mrkdwn("No code known yet.")
    assert "No code" not in str(below)


def test_what_a_card_asks_for_is_its_first_button() -> None:
    *parts, buttons = BERT.parts
    tell = Button("Tell me when it has code", "/subscribe id:bert")
    blocks = blocks_of(replace(BERT, parts=(*parts, Buttons((tell,)), buttons)))
    assert [button["text"]["text"] for button in blocks[0]["actions"]] == [tell.label, "Abstract ▾", "👍 Save"]
    found = pressable({"blocks": blocks})
    assert [label for label, one in found.items() if one.menu] == ["Less", "BibTeX", "Watch", "Wrong link"]
    assert "actions" not in {block["type"] for block in blocks}


def test_words_before_the_heading_and_a_message_without_a_lead_make_no_card() -> None:
    assert "card" not in kinds_of(replace(BERT, parts=(text("I was away."), *BERT.parts)))
    assert "card" not in kinds_of(replace(BERT, lead=()))


# Menus


def row(*labels: str) -> tuple[Button, ...]:
    return tuple(Button(label, f"/code {label}") for label in labels)


@pytest.mark.parametrize(
    ("standing", "menu", "stand", "behind"),
    [
        ("abc", "de", "abc", "de"),
        ("abcde", "fgh", "abc", "defgh"),
        ("abcde", "fghi", "abcd", "efghi"),
        ("ab", "c", "abc", ""),
        ("a", "bcdefgh", "abc", "defgh"),
    ],
)
def test_three_stand_and_five_are_in_the_menu(standing: str, menu: str, stand: str, behind: str) -> None:
    pressed = pressable({"blocks": blocks_of(only(Buttons((*row(*standing), MORE), menu=row(*menu))), NONE)})
    assert "".join(label for label, one in pressed.items() if not one.menu) == stand
    assert "".join(label for label, one in pressed.items() if one.menu) == behind


def test_what_is_too_long_for_a_menu_or_takes_a_place_stands() -> None:
    long, here = Button("long", "/code " + "x" * 150), Button("here", "/home", here=True)
    pressed = pressable({"blocks": blocks_of(only(Buttons((*row(*"abc"), MORE), menu=(long, here, *row("d")))), NONE)})
    assert [label for label, one in pressed.items() if one.menu] == ["d"]
    assert pressed["here"].action_id.startswith("here:")


# Tables

SHARES = Table(
    ("Framework", "Share", "Before"),
    ((("PyTorch",), ("50.0 % (60)",), ()), ((Link("JAX", "https://jax.dev/?a=1&b=2"),), ("20.0 %",), ("too few",))),
    named=True,
)


def text_cell(*pieces: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [*pieces]}]}


def test_a_table_is_slacks_with_figures_on_the_right_and_no_empty_cell() -> None:
    (block,) = blocks_of(only(SHARES))
    assert block["rows"][1] == [
        text_cell({"type": "text", "text": "PyTorch"}),
        text_cell({"type": "text", "text": "50.0 % (60)"}),
        text_cell({"type": "text", "text": "–"}),
    ]
    assert block["rows"][2][0] == text_cell({"type": "link", "url": "https://jax.dev/?a=1&b=2", "text": "JAX"})
    assert [column.get("align") for column in block["column_settings"]] == [None, "right", "left"]


@pytest.mark.parametrize(
    "table",
    [
        Table(("A",), tuple(((f"row {n}",),) for n in range(100))),
        Table(tuple("ABCDEFGHIJKLMNOPQRSTU"), (tuple(("x",) for _ in range(21)),)),
        Table(("A", "B"), tuple((("x" * 590,), ("y",)) for n in range(18))),
        Table(("A", "B"), ()),
    ],
    ids=["rows", "columns", "characters", "none"],
)
def test_a_table_that_slack_does_not_take_is_a_list(table: Table) -> None:
    assert "table" not in kinds_of(only(text("x"), table))


def test_two_tables_are_lists_as_slack_takes_one() -> None:
    assert kinds_of(only(SHARES, text("and"), SHARES)) == ["section"] * 3


# Charts


def months(*values: float, **rest: Any) -> Series:
    return Series(rest.pop("name", "x"), tuple((24_000.0 + n, value) for n, value in enumerate(values)), **rest)


def chart_of(*series: Series, **rest: Any) -> Chart:
    plot = Plot("name", "Papers with code by month", "1 in 7 has code", series, **rest)
    return Chart(plot, f"{plot.title}: {plot.finding}", (Typed("▁▂"),))


def test_a_chart_is_drawn_by_slack_with_its_finding_below_it() -> None:
    two = (months(0.1, 0.15, 0.2, name="PyTorch 20 %"), months(0.3, 0.2, 0.123, name="JAX 12 %"))
    chart, finding = blocks_of(only(chart_of(*two)))
    assert chart["title"] == "Papers with code by month"
    assert chart["chart"]["axis_config"] == {"categories": ["Jan 2000", "Feb 2000", "Mar 2000"], "y_label": "%"}
    assert [one["name"] for one in chart["chart"]["series"]] == ["PyTorch 20 %", "JAX 12 %"]
    assert [point["value"] for point in chart["chart"]["series"][1]["data"]] == [30.0, 20.0, 12.3]
    assert finding["elements"] == [mrkdwn("_1 in 7 has code_")]


WHOLE = chart_of(months(1, 2, 3), unit=Unit.COUNT)
BAND = chart_of(months(0.1, 0.2, 0.3, band=((24_000.0, 0.0, 0.2),)))
LONG = chart_of(months(*range(36), name="36"), months(*range(36), name="fit", aside=True), unit=Unit.COUNT)
DAYS = chart_of(months(1, 2, 3), axis=Axis.DAYS)
APART = chart_of(months(1, 2, 3, name="a"), months(1, 2, name="b"))
BARS = Chart(
    Plot("p", "Stars gained", "a leads", bars=tuple(Bar(name, 3.0, "+3") for name in "abc"), unit=Unit.COUNT), "a", ()
)
MANY = Chart(Plot("p", "Stars gained", "a leads", bars=tuple(Bar(name, 3.0, "+3") for name in "abcdefg")), "a", ())
ODD = chart_of(months(1, nan, 3))


@pytest.mark.parametrize(
    ("chart", "posted", "whispered"),
    [
        (WHOLE, CHART, CHART),
        (BARS, CHART, CHART),
        (BAND, "picture", CHART),
        (LONG, "picture", CHART),
        (DAYS, "picture", "words"),
        (MANY, "picture", "words"),
        (APART, "picture", "words"),
    ],
    ids=["whole", "bars", "interval", "36 months", "days", "7 bars", "months apart"],
)
def test_what_slack_cannot_show_whole_is_a_picture_and_where_there_is_none_slack_draws_what_it_can(
    chart: Chart, posted: str, whispered: str
) -> None:
    for files, wanted in ((True, posted), (False, whispered)):
        rendered = as_shown(only(text("x"), chart), ALL, files=files)
        kinds = {block["type"] for block in rendered.blocks}
        found = CHART if CHART in kinds else "picture" if rendered.files else "words"
        assert found == wanted
        assert not limits.fault_of(list(rendered.blocks))


def test_of_many_months_some_are_shown_evenly_apart_with_the_last_and_without_what_it_is_compared_with() -> None:
    (series,) = blocks_of(only(LONG))[0]["chart"]["series"]
    assert series["name"] == "count"
    assert [point["value"] for point in series["data"]] == list(range(1, 36, 2))


def test_a_figure_that_is_none_and_a_name_that_is_there_twice_are_not_sent() -> None:
    assert CHART not in kinds_of(only(text("x"), ODD))
    twice = chart_of(
        months(1, 2, 3, name="a very long name, number 1"), months(1, 2, 3, name="a very long name, number 2")
    )
    assert CHART not in kinds_of(only(text("x"), twice))


def test_a_message_has_two_charts_and_words_for_others() -> None:
    assert kinds_of(only(WHOLE, WHOLE, WHOLE)).count(CHART) == 2
    third = chart_of(months(3, 2, 1), unit=Unit.COUNT)
    assert len(as_shown(only(WHOLE, WHOLE, third), ALL, files=True).files) == 1


def curve(days: int) -> Curve:
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    counts = tuple(StarSample(begin + timedelta(days=n), 100 + n) for n in range(days + 1))
    return Curve("ada/nets", counts, (1.0,) * days)


@pytest.mark.parametrize(("days", "points"), [(2, 3), (19, 20), (20, 11), (400, 20)])
def test_stars_are_drawn_from_first_to_last_at_most_at_twenty_days(days: int, points: int) -> None:
    chart = Chart(curve(days), "★ of ada/nets: 100 to more", (Typed("▁"),))
    drawn, finding = blocks_of(only(chart))
    data = drawn["chart"]["series"][0]["data"]
    assert (len(data), data[-1]["value"]) == (points, 100 + days)
    assert finding["elements"] == [mrkdwn("_100 to more_")]


def test_a_picture_stays_beside_a_card() -> None:
    picture = Image("x.png", b"\x89PNG", "x")
    rendered = as_shown(replace(BERT, parts=(*BERT.parts, picture)), ALL, files=True)
    assert rendered.files == (picture,)
    assert rendered.plain is not None
    assert rendered.plain().files == (picture,)
    assert written_line(LEAD[:1]) in str(rendered.plain().blocks)
