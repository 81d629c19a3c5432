"""The buttons below a paper: what can be done with it. Few, and short enough to stand two in a row on a phone."""

from collections.abc import Sequence

from bot.domain.link import CodeLink
from bot.domain.paper import Paper, parse_paper_id
from handlers.messages import Button, Buttons, Part
from handlers.wording.links import corrections


def paper_buttons(paper: Paper, links: Sequence[CodeLink] = (), *, why: Button | None = None) -> list[Part]:
    """To keep it, to see what is like it, to ask why it came, to have less of it; and to correct its best link."""
    named = typed_name(paper)
    row = (
        Button("👍 Save", f"/save {named}"),
        Button("Similar", f"/more {named}"),
        *((why,) if why else ()),
        Button("👎 Less", f"/less {named}"),
        *corrections(paper, links),
    )
    return [Buttons(row, minor=True)]


def typed_name(paper: Paper) -> str:
    """What can be typed for just this paper: its id where that says enough by itself, else its address."""
    return paper.name if parse_paper_id(paper.name) in paper.ids else paper.url or paper.title
