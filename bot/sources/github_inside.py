"""Inside GitHub's repositories: their README, list of files, single files, releases; and those that name a paper.

What isn't there, or is too large to be worth reading, is an answer (None or ""). What failed is a FetchError, for the
caller to see, as a spent allowance is shared with all other looks.
"""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import quote

from bot.domain.repository import RepositoryAddress, RepositoryFacts
from bot.errors import FetchError, Gone, Missing, TooLarge, Unreadable
from bot.sources.fields import mapping, rows
from bot.sources.github import facts_of_rest
from bot.sources.web import Answer, Lane, Web

MOST_PATHS: Final = 20_000
MOST_FOUND: Final = 10
_FILE_LIMIT: Final = 1_000_000  # bytes of a README or a file
_PATH_LIMIT: Final = 1_000  # characters of a path
_HOST: Final = "github.com"
_RAW: Final = "application/vnd.github.raw+json"
_JSON: Final = "application/vnd.github+json"
_EMPTY: Final = 409  # what the list of files answers where nothing has been pushed yet
_UNAVAILABLE: Final = 451  # for legal reasons
_UNSEARCHABLE: Final = 422
_LISTS_TRIED: Final = 5


class Inside:
    """`api_url` is the settings': trusted. The token goes to its origin alone, and into no message."""

    def __init__(self, web: Web, *, api_url: str, token: str | None = None) -> None:
        self._web = web
        self._api_url = api_url.rstrip("/")
        self._headers = {"X-GitHub-Api-Version": "2022-11-28"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._rest = Lane("github-rest")
        self._search = Lane("github-search")  # its own allowance, a few a minute: whoever searches counts them
        self._lists_missed = 0

    def readme(self, address: RepositoryAddress) -> str | None:
        """The README; None where there is none, "" where it is larger than 1 MB. Raises FetchError."""
        try:
            answer = self._of(address, "readme", accept=_RAW)
        except TooLarge:
            return ""
        return _text(answer) if answer else None

    def paths(self, address: RepositoryAddress) -> tuple[str, ...] | None:
        """The paths of its files, at most 20,000; () when it is empty, None when it isn't there. Raises FetchError.

        A server that has had no list several times running (a mirror may serve none) isn't asked for lists any more.
        """
        if self._lists_missed >= _LISTS_TRIED:
            return None
        try:
            answer = self._of(address, "git/trees/HEAD", accept=_JSON, recursive="1")
        except FetchError as error:
            if error.status != _EMPTY:
                raise
            return ()
        except TooLarge:
            return None
        self._lists_missed = 0 if answer else self._lists_missed + 1
        return _paths(mapping(answer.json())) if answer else None

    def file(self, address: RepositoryAddress, path: str) -> str | None:
        """The text of a file; None where there is none, or one larger than 1 MB. Raises FetchError."""
        if not path.isprintable() or any(part in ("", ".", "..") for part in path.split("/")):
            return None
        with suppress(TooLarge):
            answer = self._of(address, f"contents/{quote(path)}", accept=_RAW)
            return _text(answer) if answer else None
        return None

    def released(self, address: RepositoryAddress) -> bool:
        """Whether it has a release (no draft, no preliminary one). Raises FetchError."""
        return self._of(address, "releases/latest", accept=_JSON) is not None

    def search(self, arxiv: str) -> tuple[RepositoryFacts, ...]:
        """At most ten repositories whose README or description names this arXiv id. Raises FetchError."""
        named = arxiv.replace('"', "")
        params = {"q": f'"{named}" in:readme,description', "per_page": str(MOST_FOUND)}
        answer = self._get("search/repositories", accept=_JSON, params=params, lane=self._search)
        found: list[RepositoryFacts] = []
        for row in rows(mapping(answer.json() if answer else None).get("items"))[:MOST_FOUND]:
            with suppress(Unreadable):
                found.append(facts_of_rest(mapping(row)))
        return tuple(found)

    def _of(self, address: RepositoryAddress, what: str, *, accept: str, **params: str) -> Answer | None:
        """One answer about a repository; None when it, or that of it, isn't there."""
        if address.host != _HOST:
            return None
        owner, name = quote(address.owner, safe=""), quote(address.name, safe="")
        return self._get(f"repos/{owner}/{name}/{what}", accept=accept, params=params, lane=self._rest)

    def _get(self, path: str, *, accept: str, params: Mapping[str, str], lane: Lane) -> Answer | None:
        limit = _FILE_LIMIT if accept == _RAW else 10_000_000
        try:
            return self._web.get(
                f"{self._api_url}/{path}",
                accept=accept,
                headers=self._headers,
                params=params,
                limit=limit,
                trusted=True,
                lane=lane,
            )
        except (Missing, Gone):
            return None
        except FetchError as error:
            if error.status not in (_UNAVAILABLE, _UNSEARCHABLE):
                raise
            return None


def _paths(told: Mapping[str, object]) -> tuple[str, ...]:
    """The files of a tree, without its folders and the repositories that it only points to."""
    files = (entry for entry in map(mapping, rows(told.get("tree"))) if entry.get("type") == "blob")
    named = (path for entry in files if isinstance(path := entry.get("path"), str) and len(path) <= _PATH_LIMIT)
    good = (path for path in named if path and path.isprintable())
    return tuple(path for _, path in zip(range(MOST_PATHS), good, strict=False))


def _text(answer: Answer) -> str:
    """As text, whatever it is: by its mark if it begins with one of UTF-16, without NULs."""
    body = answer.body
    wide = body.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    return (body.decode("utf-16", "replace") if wide else answer.text()).removeprefix("\ufeff").replace("\x00", "")
