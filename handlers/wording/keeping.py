"""The answers to /save, /unsave, /saved, /less, /more and /cite."""

from typing import Final

from bot.answers import Choice, Choices
from bot.answers.keeping import Alike, Cited, Export, Kept, Lessened, SavedPage, Unclear
from bot.domain.chat import Subscription
from bot.domain.pace import Rhythm
from handlers.messages import (
    Bullets,
    Button,
    Buttons,
    Code,
    Copy,
    File,
    Heading,
    Line,
    Link,
    Message,
    Part,
    Quiet,
    Typed,
    text,
)
from handlers.wording.cards import typed_name
from handlers.wording.pages import turns
from handlers.wording.papers import choice_line, choices, not_found, paper_link, written
from handlers.wording.plain import count, cut, say
from handlers.wording.reading_list import reading_list

_TITLE: Final = 110
_BUTTON_TITLE: Final = 40
_BUTTONS: Final = 5
_BROUGHT: Final = 2  # subscriptions that are offered to be quieter
_NAME: Final = 24
BIBTEX_FILE: Final = "paperwire-saved.bib"
LIST_FILE: Final = "paperwire-saved.md"
_NOTHING: Final = (
    "Nothing is saved in this chat yet. ",
    Typed("/save 1706.03762"),
    " saves a paper, and so does the button below one.",
)


def saved_one(answer: Kept | Unclear) -> Message:
    """The answer to /save."""
    if not isinstance(answer, Kept):
        return _which(answer, "save")
    name = typed_name(answer.paper)
    head = "Saved: " if answer.changed else "Saved already: "
    parts = (
        text(head, _title(answer), ". ", Typed("/saved"), f" shows {_all(answer.saved)}."),
        Buttons((Button("Similar", f"/more {name}"), Button("Take back", f"/unsave {name}")), minor=True),
    )
    return Message(parts, f"{head}{_title(answer)}", passing=True)


def unsaved(answer: Kept | Unclear) -> Message:
    """The answer to /unsave."""
    if not isinstance(answer, Kept):
        return _which(answer, "unsave")
    return say(f"No longer saved: {_title(answer)}." if answer.changed else f"{_title(answer)} isn't saved.")


def _title(answer: Kept | Lessened | Cited) -> str:
    return f"“{cut(answer.paper.title or answer.paper.name, _TITLE)}”"


def _all(number: int) -> str:
    return "it" if number == 1 else f"all {number:,}"


def _which(answer: Unclear, command: str) -> Message:
    return choices(answer, command) if isinstance(answer, Choices) else not_found(answer)


def saved(page: SavedPage) -> Message:
    """The answer to /saved: a page."""
    if not page.papers:
        return say(*_NOTHING)
    head = f"Saved: {count(page.saved, 'paper')}"
    shown = (Heading(head), Bullets(tuple(map(saved_line, page.papers))), *turns(page.page, page.pages, "/saved"))
    as_file = text("As a file: ", Typed("/saved bibtex"), " or ", Typed("/saved list"))
    files = Buttons((Button("BibTeX", "/saved bibtex"), Button("Reading list", "/saved list")), minor=True)
    return Message((*shown, as_file, files), head)


def saved_line(choice: Choice) -> Line:
    """Title, when, id, and the code with its stars."""
    when = "".join(f" · {fact}" for fact in (written(choice.paper),) if fact)
    title = cut(choice.paper.title or choice.paper.name, _TITLE)
    return (title, Quiet(f"{when} · "), paper_link(choice.paper), *_code(choice))


def _code(choice: Choice) -> Line:
    if choice.best is None:
        return ()
    stars = choice.best.repository.stars
    return (" → ", Link(choice.best.repository.slug, choice.best.url), f" ★ {stars:,}" if stars else "")


def saved_bibtex(export: Export) -> Message:
    """The answer to /saved bibtex."""
    return _exported(export, "as BibTeX", File(BIBTEX_FILE, export.bibtex))


def saved_list(export: Export) -> Message:
    """The answer to /saved list."""
    return _exported(export, "as a reading list", File(LIST_FILE, reading_list(export.papers, export.at)))


def cited(answer: Cited | Unclear) -> Message:
    """The answer to /cite."""
    if not isinstance(answer, Cited):
        return _which(answer, "cite")
    row = (Copy("Copy", answer.bibtex.strip()), Button("Save", f"/save {typed_name(answer.paper)}"))
    parts = (Code(answer.bibtex.strip()), Buttons(row, minor=True))
    return Message(parts, f"{_title(answer)} as BibTeX")


def _exported(export: Export, form: str, file: File) -> Message:
    if not export.papers:
        return say(*_NOTHING)
    papers = count(len(export.papers), "paper")
    if len(export.papers) < export.saved:
        papers = f"The latest {papers} of {export.saved:,}"
    said = f"{papers} {form}."
    missing = f" {count(export.nameless, 'paper')} without authors, as I couldn't learn them from arXiv just now."
    return Message((text(said, Quiet(missing if export.nameless else "")), file), said)


def less(answer: Lessened | Unclear) -> Message:
    """The answer to /less: what it does, and what else can be done."""
    if not isinstance(answer, Lessened):
        return _which(answer, "less")
    name = typed_name(answer.paper)
    back = Button("Take back", f"/less {name} off")
    said = text(
        f"Less like this: {_title(answer)} leaves the best of this chat's digests, and what is like it falls a "
        "little. ",
        Typed(back.command),
        " takes that back.",
    )
    offers = [Button(f"Mute {cut(one.name, _NAME)}", f"/mute {one.query}") for one in answer.mutable]
    offers += [button for one in answer.brought[:_BROUGHT] for button in _quieter(one)]
    more: list[Part] = [text("If that isn't enough:"), Buttons(tuple(offers))] if offers else []
    return Message((said, *more, Buttons((back,), minor=True)), f"Less like this: {_title(answer)}")


def _quieter(one: Subscription) -> list[Button]:
    """What can be done with a subscription that brought it."""
    in_digest = one.rhythm in (Rhythm.DAILY, Rhythm.WEEKLY)
    rhythm = [] if in_digest else [Button(f"#{one.number} in the digest", f"/rhythm {one.number} daily")]
    return [*rhythm, Button(f"End #{one.number}", f"/unsubscribe {one.number}")]


def less_no_more(answer: Kept | Unclear) -> Message:
    """The answer to /less PAPER off."""
    if not isinstance(answer, Kept):
        return _which(answer, "less")
    return say(
        f"Taken back: {_title(answer)}." if answer.changed else f"You hadn't asked for less like {_title(answer)}."
    )


def alike(answer: Alike | Unclear) -> Message:
    """The answer to /more: papers like one, those with code marked."""
    if not isinstance(answer, Alike):
        return _which(answer, "more")
    title = f"“{cut(answer.paper.title or answer.paper.name, _TITLE)}”"
    if not answer.papers:
        return say(f"I know no paper like {title} yet.")
    buttons = tuple(
        Button(cut(choice.paper.title, _BUTTON_TITLE), f"/code {typed_name(choice.paper)}")
        for choice in answer.papers[:_BUTTONS]
    )
    head = f"Like {title}:"
    return Message((text(head), Bullets(tuple(map(choice_line, answer.papers))), Buttons(buttons, minor=True)), head)
