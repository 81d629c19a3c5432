"""The answers to /code, /paper and /waiting."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.answers import Awaited, Choice, Choices, FoundAuthor, FoundPaper, FoundRepository, NotFound, PaperAnswer
from bot.domain.code import CodeState
from bot.domain.link import CodeLink, Linked
from bot.domain.paper import Paper, parse_paper_id
from handlers.messages import (
    Bullets,
    Button,
    Buttons,
    Heading,
    Line,
    Link,
    Message,
    Part,
    Quiet,
    Strong,
    Text,
    Typed,
    text,
)
from handlers.wording.cards import Opened, abstract_of, lead_of, paper_buttons, typed_name
from handlers.wording.links import because, code_parts
from handlers.wording.plain import ago, count, cut, day, listed, not_reached, say, until

_AUTHORS_SHOWN: Final = 4
_PAPERS_SHOWN: Final = 10

_WHOSE_CODE: Final = {True: "official code", False: "community code", None: "perhaps code"}


def code(answer: PaperAnswer, *, now: datetime, opened: Opened = Opened.NOTHING) -> Message:
    """The answer to /code."""
    match answer:
        case FoundPaper():
            return _found_paper(answer, now, opened)
        case Choices():
            return choices(answer)
        case FoundRepository():
            return _found_repository(answer)
        case FoundAuthor():
            return _found_author(answer)
        case NotFound():
            return not_found(answer)


def paper(answer: PaperAnswer, *, now: datetime) -> Message:
    """The answer to /paper: as /code, with the abstract."""
    return code(answer, now=now, opened=Opened.ABSTRACT)


def _linked(linked: Linked | None, upvotes: int) -> list[Part]:
    """What Hugging Face has of a paper, beside its page."""
    told = linked or Linked(0, 0, 0)
    named = ((upvotes, "vote"), (told.models, "model"), (told.datasets, "data set"), (told.spaces, "space"))
    counts = ", ".join(count(number, what) for number, what in named if number)
    best = f": {', '.join(told.best)}" if told.best else ""
    return [text(Quiet(f"On Hugging Face: {counts}{best}"))] if counts else []


def _found_paper(found: FoundPaper, now: datetime, opened: Opened) -> Message:
    subject = found.paper
    body = code_parts(found.links, found.disputed)
    if not found.has_code:
        body += _without_code(found, now)
    parts: list[Part] = [*title(subject), *abstract_of(subject, opened), *body]
    if found.hidden:
        parts.append(text(Quiet(f"{count(found.hidden, 'link')} that this chat called wrong, not shown.")))
    if found.trouble:
        parts.append(text(Quiet(not_reached(found.trouble))))
    if found.also:
        parts += [text("Also close:"), Bullets(tuple(map(choice_line, found.also)))]
    if opened is Opened.ABSTRACT:
        parts += _linked(found.linked, subject.upvotes or 0)
    parts += paper_buttons(subject, found.links, opened=opened)
    summary = f"code at {found.links[0].repository.slug}" if found.links else "no code known yet"
    preview = found.links[0].url if found.links else ""
    said = f"{subject.title}: {summary}"
    return Message(tuple(parts), said, preview, lead=lead_of(body), about=typed_name(subject))


def _without_code(found: FoundPaper, now: datetime) -> list[Part]:
    """What is known instead of code, when it is looked for again, and what is like it."""
    subject = found.paper
    looks = f" I look again {until(subject.next_look_at, now)}." if subject.next_look_at else ""
    parts: list[Part] = [text(Strong(code_state(found)), " ", Quiet(_looked_at(found, now) + looks))]
    if found.promise:
        parts.append(text(Quiet(f"It says: “{found.promise}”")))
    if found.similar:
        parts += [text("Closest with code:"), Bullets(tuple(map(choice_line, found.similar)))]
    return [*parts, Buttons((Button("Tell me when it has code", f"/subscribe id:{subject.name}"),))]


def code_state(found: FoundPaper) -> str:
    """Of a paper without code: what there is instead."""
    since = f" since {day(found.since)}" if found.since else ""
    return {
        CodeState.PROMISED: f"Code promised{since}.",
        CodeState.PLACEHOLDER: f"A repository without code{since}.",
        CodeState.GONE: f"The code is gone{since}.",
    }.get(found.paper.code_state, "Code promised." if found.promise else "No code known yet.")


def title(subject: Paper) -> tuple[Part, ...]:
    """A paper's heading and the line below it."""
    return (Heading(subject.title or subject.name, subject.url), Text((Quiet(_byline(subject)),)))


def _byline(subject: Paper) -> str:
    more = " and others" if len(subject.authors) > _AUTHORS_SHOWN else ""
    authors = ", ".join(subject.authors[:_AUTHORS_SHOWN]) + more
    categories = ", ".join(subject.categories[:4])
    version = f"v{subject.version}" if subject.version > 1 else ""
    return " · ".join(part for part in (authors, written(subject), categories, subject.name + version) if part)


def written(subject: Paper) -> str:
    """The day, or the year where no more is known."""
    when = subject.published
    if when is None:
        return ""
    return f"{when:%Y}" if (when.month, when.day) == (1, 1) else day(when)


def waiting(awaited: Sequence[Awaited], *, now: datetime) -> Message:
    """The answer to /waiting."""
    if not awaited:
        return say("This chat waits for no paper's code. ", Typed("/subscribe 1706.03762"), " waits for one.")
    items = tuple(awaited_line(one, now) for one in awaited)
    return Message((Heading("Waiting for the code of"), Bullets(items)), f"Waiting for {count(len(items), 'paper')}.")


def awaited_line(one: Awaited, now: datetime) -> Line:
    """A paper that is waited for: what is known of its code, and when it is looked for again."""
    if one.paper is None:
        return (f"#{one.number} ", Strong(one.words), Quiet(" · not known yet"))
    looked = f"looked {ago(one.paper.looked_at, now)}" if one.paper.looked_at else "not looked yet"
    again = f", next {until(one.paper.next_look_at, now)}" if one.paper.next_look_at else ""
    state = {CodeState.PROMISED: "promised · ", CodeState.PLACEHOLDER: "a repository without code · "}
    facts = f" · {state.get(one.paper.code_state, '')}{looked}{again} · "
    return (f"#{one.number} ", one.paper.title or one.paper.name, Quiet(facts), paper_link(one.paper))


def _looked_at(found: FoundPaper, now: datetime) -> str:
    """What was looked at for code, and when."""
    subject, seen = found.paper, []
    if subject.abstract:
        seen.append(f"the abstract of v{subject.version}" if subject.version else "the abstract")
    if subject.enriched:
        seen.append("the arXiv comments")
    if subject.looked_at and not any(trouble.startswith("Hugging Face") for trouble in found.trouble):
        seen.append(f"Hugging Face ({ago(subject.looked_at, now)})")
    return f"I looked at {listed(seen)}." if seen else "I could look at nothing of it yet."


def choices(answer: Choices, command: str = "code") -> Message:
    """Which one is meant: the buttons say the command again, with an id."""
    buttons = tuple(
        Button(cut(choice.paper.title, 40), f"/{command} {typed_name(choice.paper)}") for choice in answer.choices
    )
    question = "Which one do you mean?" if len(answer.choices) > 1 else "Do you mean this one?"
    parts: list[Part] = [text(question), Bullets(tuple(map(choice_line, answer.choices)))]
    if answer.trouble:
        parts.append(text(Quiet(not_reached(answer.trouble))))
    meant = f"{count(len(answer.choices), 'paper')} may be meant by “{cut(answer.asked, 60)}”."
    return Message((*parts, Buttons(buttons)), meant)


def whose_code(link: CodeLink) -> str:
    return _WHOSE_CODE[link.official]


def choice_line(choice: Choice) -> Line:
    """A paper in one line: title, year or day, whether it has code, and its id."""
    whose = whose_code(choice.best) if choice.best else "no code known"
    facts = "".join(f" · {fact}" for fact in (written(choice.paper), whose) if fact)
    return (choice.paper.title, Quiet(f"{facts} · "), paper_link(choice.paper))


def paper_link(subject: Paper) -> Link | str:
    """A paper's id as a link to it."""
    return Link(subject.name, subject.url) if subject.url else subject.name


def _found_repository(answer: FoundRepository) -> Message:
    repository = answer.repository
    facts = [
        f"★ {repository.stars:,}" if repository.stars else "",
        repository.language or "",
        cut(repository.description, 200),
    ]
    parts: list[Part] = [Heading(repository.slug, repository.url)]
    if known := " · ".join(fact for fact in facts if fact):
        parts.append(text(Quiet(known)))
    if answer.papers:
        parts.append(text(f"The code of {count(len(answer.papers), 'paper')}:"))
        parts.append(Bullets(tuple(map(_paper_of_repository, answer.papers[:_PAPERS_SHOWN]))))
    else:
        parts.append(text("I know no paper whose code this is."))
    parts += _sighting(answer)
    summary = f"{repository.slug}: the code of {count(len(answer.papers), 'paper')}"
    about = typed_name(answer.papers[0].paper) if len(answer.papers) == 1 else ""
    return Message(tuple(parts), summary, repository.url, about=about)


def _found_author(answer: FoundAuthor) -> Message:
    head = f"Latest papers with code by {answer.asked}"
    return Message((text(f"{head}:"), Bullets(tuple(map(choice_line, answer.papers)))), head)


def _sighting(answer: FoundRepository) -> list[Part]:
    if not answer.sighting:
        return []
    page, when, rank, gained = answer.sighting
    stars = f", {count(gained, 'star')} gained" if gained else ""
    return [text(Quiet(f"On GitHub trending ({page}) on {when:%-d %b %Y}: #{rank}{stars}"))]


def _paper_of_repository(choice: Choice) -> Line:
    whose = f" · {whose_code(choice.best)} · " if choice.best else " · "
    why = because(choice.best) if choice.best else ()
    return (choice.paper.title, Quiet(whose), paper_link(choice.paper), *why)


def not_found(answer: NotFound) -> Message:
    """That nothing fits, and what the person can do now."""
    if answer.address:
        slug = answer.address.slug
        parts: list[Part] = [
            text(f"I know no paper that names {slug}. If you know one, ask by its title or id."),
            Buttons((Button("Tell me when a paper names it", f"/subscribe repo:{slug}"),)),
        ]
        return Message(tuple(parts), f"I know no paper that names {slug}.")
    shown = cut(answer.asked, 80)
    said = f"I found no paper for “{shown}”."
    return Message((text(said), text(Quiet(_what_else(answer)))), said)


def _what_else(answer: NotFound) -> str:
    """What the person can do now."""
    if answer.trouble:
        return f"{not_reached(answer.trouble)} Try again later."
    named = parse_paper_id(answer.asked)
    if named and named.scheme == "arxiv":
        return "arXiv doesn't know this id either: is a digit wrong?"
    if named:
        return "I find papers by their arXiv id or title best: try one of these."
    return "An arXiv id, a DOI or more words of the title find it best."
