"""Papers With Code, the site revived in 2026: the repositories that it states for a paper.

Some of its links come from Hugging Face; they repeat what is known from there and are marked so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from bot.domain.paper import parse_paper_id
from bot.domain.text import NAME_LIMIT
from bot.errors import Missing, Unreadable
from bot.sources.fields import line, mapping, rows
from bot.sources.web import Lane, Web

_MOST_STATED: Final = 20
_SITE = "https://paperswithcode.co"  # where people find a paper's page, whichever server was asked
_HUGGING_FACE = re.compile(r"(?:^|[^a-z])hf(?:[^a-z]|$)|hugging", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """A repository as stated. `official` None: not told whose; not `independent`: taken from Hugging Face.

    `url` is as it came, to be parsed; `where` is the paper's page.
    """

    url: str
    official: bool | None
    independent: bool
    where: str


class PapersWithCode:
    """`url` is the settings': trusted."""

    def __init__(self, web: Web, *, url: str) -> None:
        self._web = web
        self._url = url.rstrip("/")
        self._lane = Lane("paperswithcode")

    def look_up(self, arxiv: str) -> tuple[Stated, ...] | None:
        """What is stated for a paper, by its bare arXiv id; None when it isn't there. Raises FetchError."""
        told = self._ask(f"papers/arxiv/{quote(arxiv, safe='')}", arxiv)
        if told is not None and "repositories" not in told and (key := _key(told)):
            told = self._ask(f"papers/{quote(key, safe='')}", arxiv) or told
        return None if told is None else _stated(told, f"{_SITE}/paper/{quote(arxiv)}")

    def _ask(self, path: str, arxiv: str) -> Mapping[str, Any] | None:
        address = f"{self._url}/{path}"
        try:
            answer = self._web.get(address, params={"include_resources": "true"}, trusted=True, lane=self._lane)
        except Missing:
            return None
        return _paper(answer.json(), arxiv)


def _paper(told: Any, arxiv: str) -> Mapping[str, Any] | None:
    """The paper asked for, bare or in the envelope {count, results, applied_filters}; None when it isn't there."""
    if not isinstance(told, dict):
        raise Unreadable("Papers With Code's answer is not a paper")
    if "results" in told:
        results = told["results"]
        found = [mapping(row) for row in (results if isinstance(results, list) else [results])]
    else:
        found = [told]
        if not _key(told) and not line(told, "arxiv_id", NAME_LIMIT) and "repositories" not in told:
            raise Unreadable("Papers With Code's answer is not a paper")
    return next((row for row in found if row and _is_asked(row, arxiv)), None)


def _is_asked(row: Mapping[str, Any], arxiv: str) -> bool:
    """Not another paper, as a server that takes no notice of the id would send."""
    named = line(row, "arxiv_id", NAME_LIMIT)
    found = parse_paper_id(named) if named else None
    return found is None or found.value == arxiv.lower()


def _key(told: Mapping[str, Any]) -> str:
    value = told.get("id")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else line(told, "id", NAME_LIMIT)


def _stated(told: Mapping[str, Any], where: str) -> tuple[Stated, ...]:
    found: dict[str, Stated] = {}
    for row in map(mapping, rows(told.get("repositories"))):
        if (url := line(row, "url", 500)) and len(found) < _MOST_STATED:
            official = row.get("is_official")
            known = _HUGGING_FACE.search(line(row, "source", NAME_LIMIT))
            stated = Stated(url, official if isinstance(official, bool) else None, known is None, where)
            found.setdefault(url, stated)
    return tuple(found.values())
