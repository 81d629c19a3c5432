"""Links in words: whose they are, what is known of the repository, and how we know; and what readers said of them."""

import re
from collections.abc import Sequence
from typing import Final

from bot.answers import Corrected, Uncorrectable
from bot.domain.code import ContentState
from bot.domain.link import CodeLink, Evidence, EvidenceKind
from bot.domain.paper import Paper
from bot.domain.report import Says
from bot.domain.repository import Repository, RepositoryState
from handlers.messages import Bullets, Button, Buttons, Line, Link, Message, Part, Quiet, Strong, Typed, text
from handlers.wording.plain import day, listed, say

_LINKS_SHOWN: Final = 5
_SNIPPET_SHOWN: Final = 90
_REASONS_SHOWN: Final = 3

_EVIDENCE: Final = {
    EvidenceKind.ABSTRACT: "in the abstract",
    EvidenceKind.COMMENT: "in the arXiv comments",
    EvidenceKind.FULL_TEXT: "in the full text",
    EvidenceKind.PROJECT_PAGE: "on the project page",
    EvidenceKind.README: "its README cites the paper",
    EvidenceKind.DESCRIPTION: "its description cites the paper",
    EvidenceKind.HUGGING_FACE_PERSON: "linked by a person on Hugging Face",
    EvidenceKind.HUGGING_FACE_AUTO: "matched by Hugging Face's machine",
    EvidenceKind.PAPERS_WITH_CODE: "on paperswithcode.co",
    EvidenceKind.PAPERS_WITH_CODE_COPY: "on paperswithcode.co, from Hugging Face",
    EvidenceKind.ARCHIVE: "in the Papers With Code archive",
    EvidenceKind.SEARCH: "found by GitHub's search",
    EvidenceKind.STARTER: "from the starter catalogue",
    EvidenceKind.CONFIRMED: "confirmed by the owner",
    EvidenceKind.REJECTED: "called wrong by the owner",
}
_README_SAYS: Final = {True: "its README calls it the paper's official code", False: "its README calls it unofficial"}
_IN_WORDS: Final = (EvidenceKind.ABSTRACT, EvidenceKind.COMMENT, EvidenceKind.FULL_TEXT)
_WHOSE: Final = {True: "official", False: "community", None: "not sure whose"}
_FRAMEWORKS: Final = {
    "pytorch": "PyTorch",
    "tensorflow": "TensorFlow",
    "jax": "JAX",
    "flax": "Flax",
    "keras": "Keras",
    "mxnet": "MXNet",
    "paddle": "PaddlePaddle",
    "mindspore": "MindSpore",
    "sklearn": "scikit-learn",
    "torch": "Torch (Lua)",
}
_FRAMEWORKS_SHOWN: Final = 2
_ADDRESS_BEGINS: Final = re.compile(r"[\s(<\[{]*(?:\\(?:href|url)\s*\{+)?(?:https?:/*\S*|(?:www\.)?github\.com/*)?$")
_HOLLOW: Final = (ContentState.EMPTY, ContentState.PLACEHOLDER)


def code_parts(links: Sequence[CodeLink], disputed: Sequence[int] = ()) -> list[Part]:
    """The links as bullets: what is known whose it is first, and what is only supposed under its own line."""
    shown = [link for link in links if link.confidence > 0]
    sure = [link for link in shown if link.official is not None]
    supposed = [link for link in shown if link.official is None]
    parts: list[Part] = [_bullets(sure[:_LINKS_SHOWN], disputed)] if sure else []
    if supposed:
        parts.append(text("Also named:" if sure else "Named, but perhaps not its own code:"))
        parts.append(_bullets(supposed[: _LINKS_SHOWN - min(len(sure), 3)], disputed))
    hidden = len(shown) - sum(len(part.items) for part in parts if isinstance(part, Bullets))
    return [*parts, text(Quiet(f"and {hidden} more"))] if hidden > 0 else parts


def _bullets(links: Sequence[CodeLink], disputed: Sequence[int]) -> Bullets:
    return Bullets(tuple(_link_line(link, disputed=link.key in disputed) for link in links))


def _link_line(link: CodeLink, *, disputed: bool) -> Line:
    facts = [whose(link) + (" ✓" if link.official else ""), *_facts(link.repository)]
    name = link.repository.slug + (f"/{link.path}" if link.path else "")
    doubt: Line = (" · sources disagree whose it is",) if disputed else ()
    return (Link(name, link.url), "".join(f" · {fact}" for fact in facts), *doubt, *because(link))


def brief(links: Sequence[CodeLink]) -> Line:
    """The best link with what counts most, in one line, and how many more there are."""
    best, *others = [link for link in links if link.confidence > 0]
    facts = [whose(best) + (" ✓" if best.official else ""), *_facts(best.repository)[:2]]
    more = f" · and {len(others)} more" if others else ""
    return (Strong("Code: "), Link(best.repository.slug, best.url), "".join(f" · {fact}" for fact in facts) + more)


def whose(link: CodeLink) -> str:
    return _WHOSE[link.official]


def _facts(repository: Repository) -> list[str]:
    looked = f" (looked {day(repository.checked_at)})" if repository.checked_at else ""
    frameworks = [_FRAMEWORKS.get(name, name) for name in repository.frameworks[:_FRAMEWORKS_SHOWN]]
    facts = [
        f"★ {repository.stars:,}" if repository.stars else "",
        " + ".join(frameworks) or repository.language or "",
        repository.licence or "",
        f"pushed {day(repository.pushed)}" if repository.pushed else "",
        "archived" if repository.archived else "",
        "a fork" if repository.fork else "",
        f"has {listed(repository.hints)}" if repository.hints else "",
        f"no code in it yet{looked}" if repository.contents in _HOLLOW else "",
        f"{_missing(repository)}{looked}" if repository.state is RepositoryState.MISSING else "",
    ]
    return [fact for fact in facts if fact]


def _missing(repository: Repository) -> str:
    return "not there yet" if repository.host_id is None else "gone"


def because(link: CodeLink) -> Line:
    """How we know of a link: its strongest kinds of evidence, in the words of the first."""
    quoted = next((e for e in link.evidence if e.kind in _IN_WORDS and e.where), None)
    words = list(dict.fromkeys(_evidence(e, link.repository.slug, quote=e is quoted) for e in link.evidence))
    more = f"; and {len(words) - _REASONS_SHOWN} more" if len(words) > _REASONS_SHOWN else ""
    return (Quiet(f" — {'; '.join(words[:_REASONS_SHOWN])}{more}"),) if words else ()


def _evidence(evidence: Evidence, slug: str, *, quote: bool) -> str:
    if evidence.kind is EvidenceKind.README and evidence.official is not None:
        return _README_SAYS[evidence.official]
    words = _EVIDENCE[evidence.kind]
    if quote:
        said = _up_to(evidence.snippet, slug)
        return f"{words} of {evidence.where}" + (f": “{said}”" if said.strip("… ") else "")
    return f"{words} ({evidence.where})" if evidence.kind is EvidenceKind.ARCHIVE and evidence.where else words


def _up_to(snippet: str, slug: str) -> str:
    """The words before a repository's address in a snippet; the address itself stands beside them already."""
    found = snippet.lower().rfind(slug.lower())
    shown = f"{_ADDRESS_BEGINS.sub('', snippet[:found])} …" if found >= 0 else snippet
    return shown if len(shown) <= _SNIPPET_SHOWN else "…" + shown[-_SNIPPET_SHOWN:].split(" ", 1)[-1].lstrip("…")


def corrections(paper: Paper, links: Sequence[CodeLink]) -> tuple[Button, ...]:
    """Ways to say that the best link is wrong, or whose it is."""
    if not links:
        return ()
    best, name = links[0], f"{paper.name} {links[0].repository.slug}"
    wrong = Button("Wrong link", f"/wrong {name}")
    return (wrong,) if best.official is True else (wrong, Button("This is official", f"/official {name}"))


def corrected(answer: Corrected | Uncorrectable) -> Message:
    """The answer to /wrong, /official and /link."""
    if isinstance(answer, Uncorrectable):
        return say(answer.reason)
    slug, name = answer.link.repository.slug, answer.paper.title or answer.paper.name
    said = {
        Says.WRONG: f"{slug} isn't the code of “{name}”",
        Says.OFFICIAL: f"{slug} is the official code of “{name}”",
        Says.COMMUNITY: f"{slug} is community code of “{name}”",
    }[answer.says]
    if answer.for_all:
        return say("Noted for all: ", Strong(said), ". No source will change that.")
    if answer.hidden:
        return say(f"Thank you. I no longer show {slug} here, and whoever runs me will decide for all.")
    return say("Thank you. Whoever runs me will decide: ", Strong(said), "?")


def report(paper: Paper, link: CodeLink, says: Says, where: str) -> Message:
    """For the owner: what a reader said of a link, and how to agree."""
    slug, name = link.repository.slug, paper.title or paper.name
    said = {Says.WRONG: "is wrong", Says.OFFICIAL: "is official", Says.COMMUNITY: "is a link that I lack"}[says]
    command = {Says.WRONG: "wrong", Says.OFFICIAL: "official", Says.COMMUNITY: "link"}[says]
    typed = f"/{command} {paper.name} {slug}"
    line = text(f"A reader ({where}) says that {slug} {said}, for “{name}”. ", Typed(typed), " says so for all.")
    return Message((line, Buttons((Button("Agree", typed),), minor=True)), f"A reader says that {slug} {said}.")
