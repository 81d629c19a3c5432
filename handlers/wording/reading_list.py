"""Saved papers as a reading list in Markdown: to keep, to print, to put into a wiki."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote

from bot.answers import Choice
from bot.domain.link import CodeLink
from bot.domain.paper import Paper
from handlers.wording.papers import written
from handlers.wording.plain import count, day

_AUTHORS: Final = 10
# What Markdown, in any of its kinds, could take for a mark inside a line; and where it would find an address by itself.
_MARKS: Final = re.compile(r"([\\`*_\[\]<>#|~$&@]|(?<=:)/(?=/)|(?<=\bwww)\.)", re.IGNORECASE)
_IN_ADDRESSES: Final = "!#$%&'*+,-./:;=?@_~"  # no brackets, which would end the address
_WHOSE: Final = {True: "official", False: "community", None: "not sure whose"}


def reading_list(papers: Sequence[Choice], at: datetime) -> str:
    """A paragraph a paper, the latest first: title, authors, where it is, its code."""
    head = f"Reading list\n============\n\n{count(len(papers), 'paper')}, as of {day(at)}.\n"
    return "\n".join([head, *(_entry(choice) for choice in reversed(papers))])


def _entry(choice: Choice) -> str:
    lines = [f"**{_link(choice.paper.title or choice.paper.name, choice.paper.url)}**", _about(choice.paper)]
    lines.append(f"Code: {_code(choice.best)}" if choice.best else "No code known yet")
    return "- " + "  \n  ".join(line for line in lines if line) + "\n"


def _about(paper: Paper) -> str:
    more = f" and {len(paper.authors) - _AUTHORS} more" if len(paper.authors) > _AUTHORS else ""
    authors = _plain(", ".join(paper.authors[:_AUTHORS])) + more
    return " · ".join(filter(None, (authors, written(paper), _plain(paper.name))))


def _code(link: CodeLink) -> str:
    stars = f"★ {link.repository.stars:,}" if link.repository.stars else ""
    return " · ".join(filter(None, (_link(link.repository.slug, link.url), stars, _WHOSE[link.official])))


def _link(label: str, url: str) -> str:
    return f"[{_plain(label)}]({quote(url, safe=_IN_ADDRESSES)})" if url else _plain(label)


def _plain(words: str) -> str:
    """Words in which Markdown finds no mark of its own."""
    return _MARKS.sub(r"\\\1", " ".join(words.split()))
