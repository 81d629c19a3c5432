"""What stands below a paper, and the reading list: short, pressable, and harmless whatever the title is."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Choice, FoundPaper
from bot.domain.link import CodeLink
from bot.domain.news import Alert, Delivery, NewsKind
from bot.domain.paper import Paper, PaperId, parse_paper_id
from bot.domain.repository import Repository
from handlers import wording
from handlers.commands import COMMANDS
from handlers.messages import Button, Buttons, Message
from handlers.telegram.render import render
from handlers.wording.cards import Opened, paper_buttons, typed_name
from handlers.wording.reading_list import reading_list
from tests.builders import NOW

PAPER = Paper(1, (PaperId("arxiv", "2603.03692"),), "Deep Nets")


def link(owner: str = "ada", name: str = "nets", *, official: bool | None = None) -> CodeLink:
    return CodeLink(1, 1, Repository(1, "github.com", owner, name, stars=1234), "", official, 0.9, NOW)


def buttons(message: Message) -> list[Button]:
    return [button for part in message.parts if isinstance(part, Buttons) for button in part.commands]


# Below a paper


WITH_ABSTRACT = replace(PAPER, abstract="We learn nets.")


@pytest.mark.parametrize(
    ("opened", "rows"),
    [
        (Opened.NOTHING, [["Abstract ▾", "👍 Save", "👎 Less"], ["Similar", "Why this?", "More ▾"]]),
        (Opened.ABSTRACT, [["Abstract ▴", "👍 Save", "👎 Less"], ["Similar", "Why this?", "More ▾"]]),
        (
            Opened.MORE,
            [
                ["Abstract ▾", "👍 Save", "👎 Less"],
                ["Similar", "Why this?", "More ▴"],
                ["git clone", "BibTeX", "Watch"],
                ["Wrong link", "This is official"],
                ["Share"],
            ],
        ),
    ],
)
def test_the_buttons_are_few_until_more_are_asked_for(opened: Opened, rows: list[list[str]]) -> None:
    why = Button("Why this?", "/why 1")
    message = Message(tuple(paper_buttons(WITH_ABSTRACT, (link(),), opened=opened, why=why)), "card")
    assert [[button.label for button in row] for row in render(message)[-1].keyboard] == rows


def test_a_card_opens_and_closes_in_its_place() -> None:
    def commands(opened: Opened, card: str = "") -> list[str]:
        made = buttons(Message(tuple(paper_buttons(WITH_ABSTRACT, opened=opened, card=card)), "card"))
        return [button.command for button in made if button.here]

    assert commands(Opened.NOTHING) == ["/card 2603.03692 abstract", "/card 2603.03692 more"]
    assert commands(Opened.ABSTRACT) == ["/card 2603.03692", "/card 2603.03692 more"]
    assert commands(Opened.MORE, "a7") == ["/card a7 abstract", "/card a7"]


def test_a_paper_without_an_abstract_or_code_offers_neither() -> None:
    paper = Paper(1, (PaperId("acl", "P19-1001"),), "Deep Nets")
    made = Message(tuple(paper_buttons(paper, opened=Opened.MORE)), "card")
    assert [button.label for button in buttons(made)] == ["👍 Save", "👎 Less", "Similar", "More ▴", "BibTeX", "Watch"]


def test_each_of_them_types_a_command_that_is_known_and_fits_telegram() -> None:
    known = {command.name for command in COMMANDS}
    for button in buttons(Message(tuple(paper_buttons(WITH_ABSTRACT, (link(),), opened=Opened.MORE)), "card")):
        assert button.command.split()[0].removeprefix("/") in known
        assert len(button.command.encode()) <= 64


def alert(kind: NewsKind) -> Alert:
    return Alert(1, kind, NOW, ("nets",), PAPER, (link(official=True),) if kind is NewsKind.CODE else ())


@pytest.mark.parametrize("kind", [NewsKind.CODE, NewsKind.PAPER])
def test_alerts_about_papers_have_them(kind: NewsKind) -> None:
    delivery = Delivery(1, None, (alert(kind),), False, 0, NOW)  # type: ignore[arg-type]  # because: nobody is told
    commands = [button.command for button in buttons(wording.delivery(delivery))]
    expected = ["/save 2603.03692", "/less 2603.03692", "/more 2603.03692", "/why 1", "/card a1 more"]
    assert commands == ["/card a1 abstract", *expected]


@pytest.mark.parametrize(
    ("scheme", "value", "typed"),
    [
        ("arxiv", "2603.03692", "2603.03692"),
        ("doi", "10.1/x", "https://doi.org/10.1/x"),
        ("doi", "10.1145/3292500.3330701", "10.1145/3292500.3330701"),
        ("acl", "P19-1001", "https://aclanthology.org/P19-1001"),
        ("openreview", "Bkg6RiCqY7", "https://openreview.net/forum?id=Bkg6RiCqY7"),
        ("pwc", "deep-nets", "https://paperswithcode.com/paper/deep-nets"),
    ],
)
def test_what_a_button_calls_a_paper_names_just_this_one(scheme: str, value: str, typed: str) -> None:
    paper = Paper(1, (PaperId(scheme, value),), "Deep Nets")
    assert typed_name(paper) == typed
    if value != "10.1/x":  # which is no DOI that could be typed either
        assert parse_paper_id(typed) in paper.ids


# The reading list


def unescaped(text: str) -> Iterator[str]:
    """The signs that Markdown would read as its own."""
    yield from re.sub(r"\\[!-/:-@\[-`{-~]", "", text)


def test_a_list_says_who_wrote_what_and_where_its_code_is() -> None:
    paper = Paper(1, PAPER.ids, "Deep Nets", authors=("Ada Lin", "Bob Roy"), published=NOW)
    told = reading_list([Choice(paper, link(official=True)), Choice(PAPER, None)], NOW)
    assert told.splitlines() == [
        "Reading list",
        "============",
        "",
        "2 papers, as of 5 Mar 2026.",
        "",
        "- **[Deep Nets](https://arxiv.org/abs/2603.03692)**  ",
        "  2603.03692  ",
        "  No code known yet",
        "",
        "- **[Deep Nets](https://arxiv.org/abs/2603.03692)**  ",
        "  Ada Lin, Bob Roy · 5 Mar 2026 · 2603.03692  ",
        "  Code: [ada/nets](https://github.com/ada/nets) · ★ 1,234 · official",
    ]


@pytest.mark.parametrize(
    "title",
    [
        "](javascript:alert(1)) [x",
        "<script>alert(1)</script>",
        "**bold** _it_ `code` ~~gone~~ $x$ | # @ada &lt;",
        "![](https://evil.test/pixel.png)",
        "see https://evil.test and www.evil.test",
        "\\[x](y)",
        "line\n\n# heading\n- item",
    ],
)
def test_a_hostile_title_stays_a_title(title: str) -> None:
    paper = Paper(1, (PaperId("doi", "10.1000/x(y)z"),), title, authors=(title,))
    told = reading_list([Choice(paper, None)], NOW)
    (line,) = [line for line in told.splitlines() if line.startswith("- **")]
    label, _, address = line.rpartition("](")
    assert not set("[]<>*_`~|$#@&") & set(unescaped(label.removeprefix("- **[")))
    assert "://" not in label
    assert "www." not in label
    assert re.fullmatch(r"https://doi\.org/10\.1000/x%28y%29z\)\*\*  ", address)
    assert sum(line.startswith(("#", "- ")) for line in told.splitlines()) == 1


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_text_is_one_item_of_the_list(title: str, authors: list[str]) -> None:
    told = reading_list([Choice(Paper(1, PAPER.ids, title, authors=tuple(authors)), link())], NOW)
    beginnings = "".join(line[0] for line in told.split("\n") if line)
    assert re.fullmatch("R=1- +", beginnings)
    assert told.count("\n- **[") == 1


def test_an_abstract_that_could_not_be_learnt_is_said_to_be_missing() -> None:
    found = FoundPaper(PAPER, ())
    assert "I couldn't learn its abstract just now." in str(wording.paper(found, now=NOW).parts)
