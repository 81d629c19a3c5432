"""Repositories. The key is ours; (host, numeric id) is theirs once known; names come and go as dated aliases."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from bot.domain.code import ContentState

HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_OWNER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")  # GitHub has old names that end in a hyphen
# First path segments of these hosts that are pages, not owners.
_PAGES = frozenset(
    "about account advisories apps blog codespaces collections contact customer-stories dashboard enterprise events "
    "explore features gist groups help issues join login marketplace new notifications orgs organizations "
    "premium-support pricing product projects pulls readme resources search security settings site snippets solutions "
    "sponsors stars team topics trending user users".split()
)
# What stands behind a project's path on GitLab, whose groups have groups.
_GITLAB_PAGES = frozenset("- tree blob raw commits issues merge_requests releases tags wikis".split())
_TRAILING = "'\".,;:!?)]}>*`’”\\"
_LEADING = "<([{\"'`‘“"
_TEX_COMMAND = re.compile(r"\\(?:url|nolinkurl|href|hyperlink|path|texttt)\{")
_TEX_ESCAPE = re.compile(r"\{\\?([_~#%&-])\}|\\([_~#%&$-])")
# What stands for "https://" where a sign was lost: "https//", "https:/".
_SCHEME = re.compile(r"https?(?::/|//)/*", re.IGNORECASE)
# Where a host keeps its folders: /tree/BRANCH/PATH, and Gitea's /src/branch/BRANCH/PATH.
_FOLDERS = re.compile(r"(?:-/)?(?:tree|blob|src(?:/(?:branch|tag|commit))?)/[^/]+/(?P<path>.+)")


@dataclass(frozen=True, slots=True)
class RepositoryAddress:
    """Where a repository lives, as written; compare by `id`. `path` is a folder inside it ("" for the whole)."""

    host: str
    owner: str
    name: str
    path: str = ""

    @property
    def id(self) -> str:
        """host/owner/name in lower case, which is how the hosts compare them."""
        return f"{self.host}/{self.owner}/{self.name}".lower()

    @property
    def owned(self) -> str:
        """host/owner/* in lower case: all that its owner has there."""
        return f"{self.host}/{self.owner}/*".lower()

    @property
    def slug(self) -> str:
        return f"{self.owner}/{self.name}"

    @property
    def url(self) -> str:
        return f"https://{self.host}/{self.owner}/{self.name}"


class RepositoryState(StrEnum):
    """Whether the repository answers: not looked at yet, there, or not there (never public, deleted, private)."""

    UNCHECKED = "unchecked"
    PRESENT = "present"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Release:
    """The latest release; "" is the tag of none."""

    tag: str = ""
    url: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RepositoryFacts:
    """A repository as its host tells it; `address` is its present name, whatever name was asked for.

    `release` None: not told.
    """

    address: RepositoryAddress
    host_id: int
    stars: int = 0
    forks: int = 0
    description: str = ""
    language: str | None = None
    licence: str | None = None
    archived: bool = False
    fork: bool = False
    created: datetime | None = None
    pushed: datetime | None = None
    release: Release | None = None


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository as known; None means "not told yet".

    `frameworks` has the primary one first; `hints` of what it has (dependencies, tests, weights, data, releases);
    `inside_at` is when somebody last looked into it, and `inside_pushed` what `pushed` was then.
    """

    key: int
    host: str
    owner: str
    name: str
    state: RepositoryState = RepositoryState.UNCHECKED
    host_id: int | None = None
    stars: int | None = None
    forks: int | None = None
    description: str = ""
    language: str | None = None
    licence: str | None = None
    archived: bool = False
    fork: bool = False
    checked_at: datetime | None = None
    next_check_at: datetime | None = None
    etag: str | None = None
    pushed: datetime | None = None
    contents: ContentState = ContentState.UNKNOWN
    frameworks: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    inside_at: datetime | None = None
    inside_pushed: datetime | None = None

    @property
    def address(self) -> RepositoryAddress:
        return RepositoryAddress(self.host, self.owner, self.name)

    @property
    def slug(self) -> str:
        return f"{self.owner}/{self.name}"

    @property
    def url(self) -> str:
        return self.address.url


def parse_repository(text: str) -> RepositoryAddress | None:
    """The repository that an address (or GitHub's owner/name) names, in any written form; None when it names none.

    Undoes TeX, drops `.git`, `www.`, query, fragment and the punctuation around; keeps /tree/BRANCH/PATH as `path`.
    """
    text = _bare(text)
    if len(text) > 500 or " " in text or not text.isprintable():
        return None
    try:
        url = urlsplit(_as_url(text))
        host = (url.hostname or "").removeprefix("www.").removesuffix(".")
    except ValueError:
        return None
    parts = [unquote(part) for part in url.path.split("/") if part]
    if host not in HOSTS or len(parts) < 2 or parts[0].lower() in _PAGES:
        return None
    depth = _depth(host, parts)
    owner, name = "/".join(parts[:depth]), _bare_name(parts[depth])
    if not all(map(_OWNER.fullmatch, parts[:depth])) or not name.strip(".-"):
        return None
    return RepositoryAddress(host, owner, name, _sub_path("/".join(parts[depth + 1 :])))


def _bare(text: str) -> str:
    """Without the TeX and the punctuation around it."""
    text = _TEX_ESCAPE.sub(r"\1\2", text[:1000].strip().lstrip(_LEADING))
    if command := _TEX_COMMAND.match(text):
        text = text[command.end() :].partition("}")[0]
    return text.rstrip(_TRAILING)


def _as_url(text: str) -> str:
    if ssh := re.match(r"(?:ssh://)?git@([\w.-]+)[:/](.+)", text):
        return f"https://{ssh[1]}/{ssh[2]}"
    if re.fullmatch(r"[\w-]+/[\w.-]+", text):
        return f"https://github.com/{text}"
    text = text.removeprefix("git+")
    if scheme := _SCHEME.match(text):
        text = text[scheme.end() :]
    return text if re.match(r"[a-z][a-z+]*://", text, re.IGNORECASE) else f"https://{text}"


def _depth(host: str, parts: list[str]) -> int:
    """How many of an address's parts are the owner: one, except that GitLab's groups have groups."""
    if host != "gitlab.com":
        return 1
    ends = (at for at, part in enumerate(parts) if part in _GITLAB_PAGES)
    return max(next(ends, len(parts)) - 1, 1)


def _bare_name(part: str) -> str:
    """The name at the beginning of a part; what follows it in prose can't be in a name, unless it is a letter.

    A letter without upper and lower case (Chinese, Japanese …) begins the prose.
    """
    found = _NAME.match(part)
    follows = part[found.end() : found.end() + 1] if found else ""
    if found is None or follows.lower() != follows.upper() or follows.isdecimal():
        return ""
    name = found[0]
    while (shorter := re.sub(r"\.git$", "", name.rstrip("."), flags=re.IGNORECASE)) != name:
        name = shorter
    return name


def _sub_path(rest: str) -> str:
    """The folder in the repository; a README is its folder."""
    found = _FOLDERS.fullmatch(rest)
    parts = [part.rstrip(_TRAILING) for part in found["path"].split("/")] if found else []
    if parts and parts[-1].lower().startswith("readme"):
        parts.pop()
    path = "/".join(part for part in parts if part.strip("."))
    return path if len(path) <= 200 and path.isprintable() else ""
