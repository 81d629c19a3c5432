"""The buttons below a paper: what can be done with it. Few, until more of them are asked for."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from bot.domain.link import CodeLink
from bot.domain.paper import Paper, parse_paper_id
from handlers.messages import Bullets, Button, Buttons, Copy, Line, Maths, Part, Pressable, Quiet, Share, Span, Text
from handlers.wording.links import corrections
from handlers.wording.plain import cut

_ABSTRACT_SHOWN: Final = 1200
# "$x^2$", and not the money of "$5 and $10".
_FORMULA: Final = re.compile(r"\$(?! )([^$\n]{1,200}?)(?<! )\$(?!\d)")


class Opened(StrEnum):
    """What of a card is open; the word with which /card opens it."""

    NOTHING = ""
    ABSTRACT = "abstract"
    MORE = "more"


def paper_buttons(
    paper: Paper,
    links: Sequence[CodeLink] = (),
    *,
    opened: Opened = Opened.NOTHING,
    card: str = "",
    why: Button | None = None,
) -> list[Part]:
    """To read it, to keep it, to have less of it, to see what is like it, to ask why it came; and the rest, if open.

    `card` is what /card calls this card, if not by the paper's name.
    """
    named, more = typed_name(paper), _more(paper, links)
    row = (
        # because: where arXiv has it, it is asked for
        *([_opens(card or named, Opened.ABSTRACT, opened, "Abstract")] if paper.abstract or paper.arxiv else []),
        Button("👍 Save", f"/save {named}"),
        Button("👎 Less", f"/less {named}"),
        Button("Similar", f"/more {named}"),
        *((why,) if why else ()),
        _opens(card or named, Opened.MORE, opened, "More"),
    )
    if opened is Opened.MORE:
        return [Buttons((*row, *more), minor=True), Buttons((Share("Share", named),), minor=True)]
    return [Buttons(row, minor=True, menu=tuple(button for button in more if isinstance(button, Button)))]


def lead_of(body: Sequence[Part]) -> Line:
    """The first line below a paper's heading, if it says something by itself."""
    match body:
        case [Bullets((line, *_)), *_]:
            return line
        case [Text(line), *_]:
            return () if not line or str(line[-1]).endswith(":") else line
    return ()


def _opens(card: str, what: Opened, opened: Opened, label: str) -> Button:
    """A button that opens a part of a card, or closes it again."""
    if opened is what:
        return Button(f"{label} ▴", f"/card {card}", here=True)
    return Button(f"{label} ▾", f"/card {card} {what}", here=True)


def _more(paper: Paper, links: Sequence[CodeLink]) -> tuple[Pressable, ...]:
    """What few want of a paper: to copy, to follow, to correct its best link."""
    named = typed_name(paper)
    best = links[0].repository if links else None
    return (
        *((Copy("git clone", f"git clone {best.url}"),) if best else ()),
        Button("BibTeX", f"/cite {named}"),
        Button("Watch", f"/watch {best.slug if best else named}"),
        *corrections(paper, links),
    )


def abstract_of(paper: Paper, opened: Opened) -> list[Part]:
    """The abstract, where it is open."""
    if opened is not Opened.ABSTRACT:
        return []
    return [Text(maths_of(paper.abstract) or (Quiet("I couldn't learn its abstract just now."),))]


def maths_of(words: str) -> Line:
    """The words that are shown, with their formulas set apart."""
    line, at = list[Span](), 0
    for found in _FORMULA.finditer(words[:_ABSTRACT_SHOWN]):
        line += [words[at : found.start()], Maths(found[1])]
        at = found.end()
    rest = cut(words[at:], max(_ABSTRACT_SHOWN - at, 2))
    return tuple(span for span in (*line, rest) if span)


def typed_name(paper: Paper) -> str:
    """What can be typed for just this paper: its id where that says enough by itself, else its address."""
    return paper.name if parse_paper_id(paper.name) in paper.ids else paper.url or paper.title
