"""A paper's project page: which repositories its links call the paper's code.

Such pages link to more: to the template that they are made of, to related work, to their authors. So a link counts when
its own words say that it is code, and nothing around it says that it is something else's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, takewhile
from typing import Final

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from bot.domain.repository import RepositoryAddress, parse_repository
from bot.domain.text import clean
from bot.errors import Unreadable
from bot.sources.pages import tree
from bot.sources.web import Web

_LIMIT: Final = 3_000_000  # bytes
_MOST_FOUND: Final = 10
_MOST_JUDGED: Final = 200  # links to code hosts; the rest of a page that has more is a list of something else
_LABEL_LIMIT: Final = 100
_MOST_INSIDE: Final = 60  # elements of a link or a heading that are read for its words
_NEAR: Final = 120  # characters around a link that speak of it
_LEFTOVERS = frozenset(
    ("github.com/google/nerfies",)
)  # "Code" on each page whose maker didn't change the usual template
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset("p div li ul ol td tr table section article header footer main nav body".split()) | set(_HEADINGS)
_HOST = re.compile(r"(?:https?:)?//(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)/", re.IGNORECASE)
_SAYS = re.compile(r"\b(?:codes?|codebase|github|gitlab|repo(?:sitory)?|source|implementation)\b", re.IGNORECASE)
_ICON = re.compile(r"\bgit(?:hub|lab)\b", re.IGNORECASE)
_TEMPLATE = re.compile(
    r"\btemplate\b|\btheme\b|\bborrow|\blicen[cs]e"
    r"|\b(?:built|made|build|created|powered|styled|designed) (?:with|on|using|by|upon)\b"
    r"|\b(?:adapted|adopted|modified|taken|forked) from\b|\b(?:inspired by|based (?:up)?on|fork of|thanks to)\b"
    r"|\b(?:web)?(?:site|page)(?:'s|’s)? (?:source|code|design)\b",
    re.IGNORECASE,
)
_OF_THE_PAGE = re.compile(
    r"^[^.]{0,20}\b(?:(?:of|for|behind) th(?:is|e) (?:web ?)?(?:site|page)|template)\b", re.IGNORECASE
)
_OTHERS = re.compile(
    r"acknowledg|\brelated\b|\bother works?\b|\bconcurrent\b|\breferences\b|\bcredits\b|\blicen[cs]e|\bbaselines\b"
    r"|\bmore (?:works?|research|projects?)\b|\bother projects?\b",
    re.IGNORECASE,
)
# How pages name the parts of theirs that speak of something else.
_OUTSIDE = re.compile(
    r"(?:^|\s)(?:(?:(?:page|site|project|main)-)?footer|related|more-?works|acknowledg)", re.IGNORECASE
)
_SIDE_PAGE = re.compile(
    r"/(?:issues|pulls?|actions|discussions|commits?|stargazers|network|licen[cs]e[\w.]{0,10})(?:[/?#]|$)",
    re.IGNORECASE,
)
_BADGE = re.compile(
    r"shields\.io|badge", re.IGNORECASE
)  # some are mere buttons, "Code" or "GitHub"; others count things
_COUNTS = re.compile(
    r"\b(?:stars?|forks?|builds?|downloads?|licen[cs]e|issues|version|pypi|releases?|tests?|docs|visitors|hits)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Link:
    """A link to a repository: `says` is whether its own words call it code."""

    address: RepositoryAddress
    url: str
    label: str
    says: bool


class ProjectPage:
    """Any site that a paper or a person names: public addresses only."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def repositories(self, url: str) -> tuple[tuple[str, str], ...]:
        """(address, label) of the links to the paper's code, at most 10; a label may be "". Raises FetchError."""
        answer = self._web.get(url, accept="text/html", limit=_LIMIT)
        if "html" not in answer.headers.get("Content-Type", "").lower():
            raise Unreadable("not a web page")
        return read_links(answer.text())


def read_links(html: str) -> tuple[tuple[str, str], ...]:
    """As `repositories`: the links that call themselves code, or else the only repository that the page links to."""
    links = [link for heading, tag in islice(_anchors(html), _MOST_JUDGED) if (link := _link(heading, tag))]
    said = [link for link in links if link.says]
    alone = links if len({link.address.id for link in links}) == 1 else []
    once: dict[tuple[str, str], _Link] = {}
    for link in said or alone:
        once.setdefault((link.address.id, link.address.path), link)
    return tuple((link.url, link.label) for link in once.values())[:_MOST_FOUND]


def _anchors(html: str) -> Iterator[tuple[Tag | None, Tag]]:
    """The links to code hosts, each with the heading above it."""
    heading: Tag | None = None
    for tag in tree(html).find_all(["a", *_HEADINGS]):
        if tag.name != "a":
            heading = tag
        elif _HOST.match(str(tag.get("href") or "").strip()):
            yield heading, tag


def _link(heading: Tag | None, tag: Tag) -> _Link | None:
    """The repository that a link leads to; None for one that leads elsewhere, or to what isn't the paper's."""
    url = _url(tag)
    address = parse_repository(url) if url else None
    if address is None or address.id in _LEFTOVERS or address.id.endswith((".github.io", ".gitlab.io", "-template")):
        return None
    labels = _labels(tag)
    said = next((label for label in labels if _SAYS.search(label)), "")
    label = said or next(iter(labels), "")
    if (heading and _OTHERS.search(_words(heading))) or _is_badge(tag) or _is_foreign(tag, label):
        return None
    return _Link(address, clean(url, 500), label, bool(said))


def _url(tag: Tag) -> str:
    """Where a link leads; "" for a page beside a repository."""
    href = str(tag.get("href")).strip()
    url = f"https:{href}" if href.startswith("//") else href
    return url if len(url) <= 500 and not _SIDE_PAGE.search(url) else ""


def _labels(tag: Tag) -> list[str]:
    """What a link says: its words, its own names, those of its pictures."""
    inside = [part for part in _inside(tag) if isinstance(part, Tag)]
    labels = [_words(tag), *(_of(tag, name) for name in ("aria-label", "title"))]
    labels += [_of(part, name) for part in inside for name in ("alt", "aria-label", "title")]
    labels += [icon[0] for part in inside if part.name in ("i", "svg") and (icon := _ICON.search(_of(part, "class")))]
    return [label for label in labels if label]


def _is_badge(tag: Tag) -> bool:
    """Whether a link is a picture that tells a number of some project, and so is no way to the paper's code."""
    images = [part for part in _inside(tag) if isinstance(part, Tag) and part.name == "img"]
    return any(
        _BADGE.search(_of(one, "src")) and _COUNTS.search(f"{_of(one, 'src')} {_of(one, 'alt')}") for one in images
    )


def _words(tag: Tag) -> str:
    return clean(" ".join(str(part) for part in _inside(tag) if isinstance(part, NavigableString)), _LABEL_LIMIT)


def _inside(tag: Tag) -> Iterator[PageElement]:
    """The first elements in a tag, in order. (`descendants` walks to the last one first, however deep it is.)"""
    waiting = tag.contents[_MOST_INSIDE::-1]
    for _ in range(_MOST_INSIDE):
        if not waiting:
            return
        part = waiting.pop()
        yield part
        if isinstance(part, Tag):
            waiting += part.contents[_MOST_INSIDE::-1]


def _of(tag: Tag, name: str) -> str:
    return clean(" ".join(map(str, tag.get_attribute_list(name))) if tag.get(name) else "", _LABEL_LIMIT)


def _is_foreign(tag: Tag, label: str) -> bool:
    """Whether the words around a link, or the part of the page that it stands in, make it something else's."""
    parts = (part for part in islice(tag.parents, 40) if part.name not in ("body", "html"))
    if any(
        part.name == "footer" or any(_OUTSIDE.search(_of(part, name)) for name in ("class", "id")) for part in parts
    ):
        return True
    before, after = _around(tag)
    return any(map(_TEMPLATE.search, (label, before))) or _OF_THE_PAGE.search(after) is not None


def _around(tag: Tag) -> tuple[str, str]:
    """The words of a link's sentence before it, and those of its block after it."""
    before, after = "", ""
    for part in chain([tag], islice(tag.parents, 5)):
        if part.name in _BLOCKS:
            break
        before = " ".join([*reversed(_texts(part.previous_siblings, slice(-_NEAR, None))), before])
        after = " ".join([after, *_texts(part.next_siblings, slice(_NEAR))])
    return re.split(r"[.!?]\s", before[-_NEAR:])[-1], after[:_NEAR]


def _texts(siblings: Iterator[PageElement], near_end: slice) -> list[str]:
    """The words of the nearest siblings that stand in the same block."""
    near = takewhile(lambda part: not (isinstance(part, Tag) and part.name in _BLOCKS), islice(siblings, 6))
    return [_words(part) if isinstance(part, Tag) else str(part)[near_end] for part in near]
