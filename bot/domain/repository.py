"""Repositories. The key is ours; (host, numeric id) is theirs once known; names come and go as dated aliases."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import unquote, urlsplit

HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?|\.[A-Za-z0-9._-]*[A-Za-z0-9_-]")
_OWNER = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_])?")
# First path segments of these hosts that are pages, not owners.
_PAGES = frozenset(
    "about account apps blog collections contact customer-stories enterprise events explore features issues login marketplace "
    "new notifications orgs organizations pricing pulls search security settings site sponsors stars team topics trending "
    "users dashboard help snippets -".split()
)
_TRAILING = "'\".,;:!?)]}>*`’”"


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
class RepositoryFacts:
    """A repository as its host tells it; `address` is its present name, whatever name was asked for."""

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


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository as known; None means "not told yet"."""

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

    Undoes TeX escapes, drops `.git`, `www.`, query, fragment and trailing punctuation; keeps /tree/BRANCH/PATH as `path`.
    """
    text = (
        text.strip()
        .replace("\\_", "_")
        .replace("\\~", "~")
        .replace("\\-", "-")
        .replace("\\#", "#")
        .strip("<>")
        .rstrip(_TRAILING)
    )
    if len(text) > 500:
        return None
    if ssh := re.match(r"(?:ssh://)?git@([\w.-]+)[:/](.+)", text):
        text = f"https://{ssh[1]}/{ssh[2]}"
    elif re.fullmatch(r"[\w-]+/[\w.-]+", text):
        text = f"https://github.com/{text}"
    try:
        url = urlsplit(re.sub(r"^git\+", "", text) if "://" in text else f"https://{text}")
        host = (url.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if host not in HOSTS:
        return None
    parts = [unquote(part) for part in url.path.split("/") if part]
    if len(parts) < 2 or parts[0].lower() in _PAGES:
        return None
    owner, name = parts[0], _bare_name(parts[1])
    if not _OWNER.fullmatch(owner) or not _NAME.fullmatch(name) or len(name) > 100:
        return None
    return RepositoryAddress(host, owner, name, _sub_path(parts[2:]))


def _bare_name(name: str) -> str:
    while True:
        shorter = name.rstrip(_TRAILING).removesuffix(".git").removesuffix(".GIT")
        if shorter == name:
            return name
        name = shorter


def _sub_path(rest: list[str]) -> str:
    if rest[:1] == ["-"]:
        rest = rest[1:]
    inside = rest[2:] if rest[:1] in (["tree"], ["blob"], ["src"]) else []
    return "/".join(part.rstrip(_TRAILING) for part in inside if part not in (".", ".."))[:200]
