"""Does a repository's README cite a paper?

Where a paper names a repository whose README cites the paper, hardly any link is wrong. Whether the README calls
itself that paper's own code is for `bot.rules.stance`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bot.domain.paper import PaperId, arxiv_ids_in
from bot.domain.text import clean, fold, words
from bot.rules.stance import stance

READ: Final = 200_000  # characters of a README that are read
_TOLD: Final = 200  # characters of a snippet
_TITLE: Final = 4  # words from which on a title can't be mistaken for common words
_MOST: Final = 5  # places of one id that are looked at
_LIST: Final = 15  # so many cited papers make a list of papers, whose words are about others' code

_WORD = re.compile(r"[^\W_]+")
# What stands between or inside the words of a title: tags, targets of links, commands and braces of TeX.
_MARKUP = re.compile(r"<[^<>\n]{1,300}>|(?<=\])\([^()\s]{0,300}\)|\\(?:[a-zA-Z]{1,20}|\W)|[{}]")
_HEADING = re.compile(r"^[ ]{0,3}#{1,3}[ ]{1,3}([^\n]{1,400})|^([^\n]{1,400})\n[=-]{3}", re.MULTILINE)
_FIELD = re.compile(r"\btitle\s{0,8}[=:]\s{0,8}([^\n]{1,300}?)(?:[}\"']{1,3}\s{0,3},|$)", re.IGNORECASE | re.MULTILINE)
_ENTRY_OF_CFF = "cff-version:"

# (before, after): an id is no part of a longer one; arXiv's may have a version, the Anthology's a ".pdf".
_EDGES: Final = {
    "arxiv": (r"(?:(?<![\w.])|(?<=arxiv)|(?<=arxiv[._]))", r"(?!\d)"),
    "doi": (r"(?<![\w.])", r"(?![\w-]|\.\w)"),
    "acl": (r"(?<![\w-])", r"(?!\d)"),
    "openreview": (r"(?<=[?&]id=)", r"(?![\w-])"),
}


@dataclass(frozen=True, slots=True)
class Cited:
    """How a text names the paper ("arxiv", "doi", "acl", "openreview", "title"), and the words around it.

    `stance`: True when it calls itself the paper's own code, False when somebody else's, None when it only cites.
    """

    how: str
    snippet: str
    stance: bool | None = None


def cites(readme: str, *, arxiv: str | None, ids: Sequence[PaperId], title: str) -> Cited | None:
    """Whether this text (a README, a description, topics, CITATION.cff) cites the paper; None when it doesn't."""
    text = readme[:READ]
    own = [PaperId("arxiv", arxiv)] if arxiv else []
    places = [(paper.scheme, text, at) for paper in dict.fromkeys((*own, *ids)) for at in _places_of_id(text, paper)]
    places += [("title", *found) for found in _places_of_title(text, title)]
    if not places:
        return None
    how, where, at = places[0]
    return Cited(how, _snippet(where, *at), _stance(text, places))


def cited_papers(readme: str) -> tuple[str, ...]:
    """The arXiv ids that a README cites, each once: many of them make it a list of papers."""
    return arxiv_ids_in(readme[:READ])


def _places_of_id(text: str, paper: PaperId) -> Iterator[tuple[int, int]]:
    if paper.value and paper.scheme in _EDGES:
        before, after = _EDGES[paper.scheme]
        how = re.NOFLAG if paper.scheme == "openreview" else re.IGNORECASE
        found = re.finditer(before + re.escape(paper.value) + after, text, how)
        yield from (at.span() for at in islice(found, _MOST))


def _places_of_title(text: str, title: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """The text without markup and where in it the title stands; a short one only as a heading or in a citation."""
    wanted = words(_MARKUP.sub("", title))
    if len(wanted) >= _TITLE:
        plain = _MARKUP.sub("", text)
        yield from ((plain, at) for at in _runs(plain, wanted))
    elif wanted:
        named = (found for kind in (_HEADING, _FIELD) for found in kind.finditer(text))
        same = (at for at in named if words(_MARKUP.sub("", next(filter(None, at.groups())))) == wanted)
        yield from ((text, at.span()) for at in islice(same, _MOST))


def _runs(text: str, wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where these words follow each other, whatever stands between them."""
    sought, joined = f" {' '.join(wanted)} ", f" {' '.join(words(text))} "
    if sought not in joined:
        return
    found = [(at.start(), at.end(), fold(at[0])) for at in _WORD.finditer(text)]
    joined, at = f" {' '.join(word for _, _, word in found)} ", -1
    for _ in range(_MOST):
        if (at := joined.find(sought, at + 1)) < 0:
            return
        first = joined.count(" ", 0, at)
        yield found[first][0], found[min(first + len(wanted), len(found)) - 1][1]


def _snippet(text: str, start: int, end: int) -> str:
    """The words around a place, cut at words."""
    room = max(0, _TOLD - (end - start)) // 2
    left, right = max(0, start - room), end + room
    cut = text[left:right]
    cut = cut.partition(" ")[2] if left and " " in text[left:start] else cut
    return clean(cut.rpartition(" ")[0] if right < len(text) and " " in text[end:right] else cut, _TOLD)


def _stance(text: str, places: Sequence[tuple[str, str, tuple[int, int]]]) -> bool | None:
    """The first stance that is taken where the paper is named; a list of papers takes none."""
    if _ENTRY_OF_CFF in text[:2000]:
        return True
    if len(cited_papers(text)) >= _LIST:
        return None
    told = (stance(where, *at) for _, where, at in places)
    return next((found for found in told if found is not None), None)
