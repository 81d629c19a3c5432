"""GitHub's repositories, by GraphQL (a hundred a query, wants a token) or REST (one a call, 304 is free).

A repository that isn't there is an answer. One that couldn't be asked for is left: nothing is known, it stays due.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.domain.feed import Validators
from bot.domain.repository import Release, RepositoryAddress, RepositoryFacts
from bot.domain.text import ABSTRACT_LIMIT, NAME_LIMIT
from bot.errors import FetchError, Gone, Missing, RateLimited, Unreadable
from bot.sources.fields import count, line, mapping, moment, rows
from bot.sources.web import Answer, Lane, Web

ALIASES = 100  # repositories a query: about one point of 5,000 an hour
ANONYMOUS_LOOKS = 60  # an hour, by REST
RESERVE = 10
MANY = 3000
_FAILURES = 3  # in a row: the service is down, the rest isn't tried
_UNAVAILABLE = 451  # for legal reasons
_FULL_NAME = re.compile(r"(?P<owner>[\w-]{1,100})/(?P<name>(?!\.{1,2}$)[\w.-]{1,100})", re.ASCII)
_QUERY = """query({variables}) {{
{fields}
}}
fragment facts on Repository {{
  databaseId nameWithOwner description stargazerCount forkCount isArchived isFork createdAt pushedAt
  primaryLanguage {{ name }}
  licenseInfo {{ spdxId }}
  latestRelease {{ tagName url publishedAt }}
}}"""

Wanted = Sequence[tuple[RepositoryAddress, str | None]]


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking at repositories came to. Every asked address stands in exactly one of the first four.

    found: the asked address, the facts (with the present name, so that a rename shows), the ETag for the next look;
    unchanged: since the ETag that was sent; missing: not there for us; left: not asked or not answered, stays due.
    `errors` are failed fetches, in short; a missing repository is none. `limited_until`: when the allowance is new.
    """

    found: tuple[tuple[RepositoryAddress, RepositoryFacts, str | None], ...] = ()
    unchanged: tuple[RepositoryAddress, ...] = ()
    missing: tuple[RepositoryAddress, ...] = ()
    left: tuple[RepositoryAddress, ...] = ()
    errors: tuple[str, ...] = ()
    limited_until: datetime | None = None


@dataclass(slots=True)
class _Tally:
    """Looked in the making."""

    found: list[tuple[RepositoryAddress, RepositoryFacts, str | None]] = field(default_factory=list)
    unchanged: list[RepositoryAddress] = field(default_factory=list)
    missing: list[RepositoryAddress] = field(default_factory=list)
    left: list[RepositoryAddress] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    limited_until: datetime | None = None

    def failed(self, error: FetchError, said: str) -> None:
        self.errors.append(said)
        self.limited_until = error.retry_at or self.limited_until

    def done(self) -> Looked:
        return Looked(
            found=tuple(self.found),
            unchanged=tuple(self.unchanged),
            missing=tuple(self.missing),
            left=tuple(self.left),
            errors=tuple(self.errors),
            limited_until=self.limited_until,
        )


class GitHub:
    """`api_url` is the settings': trusted. The token goes to its origin alone, and into no message."""

    def __init__(self, web: Web, *, api_url: str, token: str | None = None) -> None:
        self._web = web
        self._api_url = api_url.rstrip("/")
        self._token = token
        self._headers = {"X-GitHub-Api-Version": "2022-11-28"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._rest, self._graphql = Lane("github-rest"), Lane("github-graphql")
        self._remaining = ANONYMOUS_LOOKS

    @property
    def a_query(self) -> int:
        """How many repositories one query looks at."""
        return ALIASES if self._token else 1

    @property
    def spare(self) -> int:
        """How many looks may go to repositories that nobody waits for: without a token, a reserve is kept."""
        return MANY if self._token else max(0, self._remaining - RESERVE)

    def look(self, wanted: Wanted) -> Looked:
        """Look at these repositories, (address, ETag of the last look) each, all of github.com. It never raises."""
        tally = _Tally()
        if self._token and len(wanted) > 1:
            self._look_by_graphql([address for address, _ in wanted], tally)
        else:
            self._look_by_rest(wanted, tally)
        return tally.done()

    def release(self, address: RepositoryAddress) -> Release:
        """The latest release, which a look by REST doesn't tell; no preliminary one. Raises FetchError."""
        try:
            answer = self._get(f"{self._url_of(address)}/releases/latest", Validators())
        except (Missing, Gone):
            return Release()
        told = mapping(answer.json())
        return _release_of(told, tag="tag_name", url="html_url", at="published_at")

    def _look_by_rest(self, wanted: Wanted, tally: _Tally) -> None:
        failures = 0
        for at, (address, etag) in enumerate(wanted):
            try:
                self._look_at_one(address, etag, tally)
                failures = 0
            except FetchError as error:
                failures += 1
                tally.left.append(address)
                tally.failed(error, self._said(error, address.slug))
                if isinstance(error, RateLimited) or error.status == 401 or failures == _FAILURES:
                    tally.left += [other for other, _ in wanted[at + 1 :]]
                    return

    def _look_at_one(self, address: RepositoryAddress, etag: str | None, tally: _Tally) -> None:
        try:
            answer = self._get(self._url_of(address), Validators(etag=etag))
        except FetchError as error:
            if not isinstance(error, Missing) and error.status != _UNAVAILABLE:
                raise
            tally.missing.append(address)
            return
        if answer.not_modified:
            tally.unchanged.append(address)
        else:
            tally.found.append((address, facts_of_rest(mapping(answer.json())), answer.validators.etag))

    def _url_of(self, address: RepositoryAddress) -> str:
        return f"{self._api_url}/repos/{quote(address.owner, safe='')}/{quote(address.name, safe='')}"

    def _get(self, url: str, known: Validators) -> Answer:
        """An answer by REST; what is left of the allowance is noted."""
        answer = self._web.get(
            url,
            known=known,
            accept="application/vnd.github+json",
            headers=self._headers,
            trusted=True,
            lane=self._rest,
        )
        remaining = answer.headers.get("x-ratelimit-remaining", "")
        self._remaining = int(remaining) if remaining.isdecimal() else self._remaining
        return answer

    def _look_by_graphql(self, wanted: Sequence[RepositoryAddress], tally: _Tally) -> None:
        for at in range(0, len(wanted), ALIASES):
            chunk = wanted[at : at + ALIASES]
            try:
                self._look_at_many(chunk, tally)
            except FetchError as error:
                tally.failed(error, self._said(error, f"{len(chunk)} repositories"))
                tally.left += wanted[at:]
                return

    def _look_at_many(self, chunk: Sequence[RepositoryAddress], tally: _Tally) -> None:
        """One query. A part may fail: what came counts, NOT_FOUND is missing, anything else is left."""
        answer = self._web.post(
            f"{self._api_url}/graphql", json=_query(chunk), headers=self._headers, trusted=True, lane=self._graphql
        )
        told = mapping(answer.json())
        data, complaints = mapping(told.get("data")), [mapping(error) for error in rows(told.get("errors"))]
        if not data:
            raise Unreadable(f"GitHub answered nothing: {_reason(complaints) or 'no data'}")
        kinds = {str(path[0]): line(error, "type", 50) for error in complaints if (path := rows(error.get("path")))}
        for alias, address in _aliased(chunk):
            _sort(address, data.get(alias, ...), kinds.get(alias, "unknown" if complaints else "NOT_FOUND"), tally)
        real = [error for error in complaints if error.get("type") != "NOT_FOUND"]
        if real:
            tally.errors.append(f"{len(real)} of {len(chunk)} repositories: {_reason(real)}")

    def _said(self, error: FetchError, what: str) -> str:
        if error.status == 401 and self._token:
            return "GitHub refused the token (401): make a new one at https://github.com/settings/tokens"
        if isinstance(error, RateLimited):
            return str(error) if self._token else f"{error} (a GITHUB_TOKEN raises 60 looks an hour to 5,000)"
        return f"{what}: {error}"


def _aliased(chunk: Sequence[RepositoryAddress]) -> Iterator[tuple[str, RepositoryAddress]]:
    return ((f"r{at}", address) for at, address in enumerate(chunk))


def _query(chunk: Sequence[RepositoryAddress]) -> dict[str, object]:
    """The query for these repositories; names go as variables, so that none can change it."""
    variables = ", ".join(f"$o{at}: String!, $n{at}: String!" for at in range(len(chunk)))
    fields = "\n".join(f"  r{at}: repository(owner: $o{at}, name: $n{at}) {{ ...facts }}" for at in range(len(chunk)))
    values = {f"o{at}": address.owner for at, address in enumerate(chunk)}
    values |= {f"n{at}": address.name for at, address in enumerate(chunk)}
    return {"query": _QUERY.format(variables=variables, fields=fields), "variables": values}


def _sort(address: RepositoryAddress, value: object, kind: str, tally: _Tally) -> None:
    """Put one repository where its value belongs: an object, null (with the kind of its error), or not there (...)."""
    if value is None and kind == "NOT_FOUND":
        tally.missing.append(address)
        return
    try:
        tally.found.append((address, _facts_of_graphql(mapping(value)), None))
    except Unreadable:
        tally.left.append(address)


def _reason(complaints: Sequence[Mapping[str, Any]]) -> str:
    """The first complaint, in its own words; they don't repeat what was sent in the headers."""
    told = (f"{line(one, 'type', 50)} {line(one, 'message', 150)}".strip() for one in complaints)
    return next((words for words in told if words), "")


def facts_of_rest(told: Mapping[str, Any]) -> RepositoryFacts:
    return RepositoryFacts(
        address=_address(line(told, "full_name", NAME_LIMIT)),
        host_id=_number(told, "id"),
        stars=count(told, "stargazers_count") or 0,
        forks=count(told, "forks_count") or 0,
        description=line(told, "description", ABSTRACT_LIMIT),
        language=line(told, "language", NAME_LIMIT) or None,
        licence=_licence(line(mapping(told.get("license")), "spdx_id", NAME_LIMIT)),
        archived=told.get("archived") is True,
        fork=told.get("fork") is True,
        created=moment(told, "created_at"),
        pushed=moment(told, "pushed_at"),
    )


def _facts_of_graphql(told: Mapping[str, Any]) -> RepositoryFacts:
    return RepositoryFacts(
        address=_address(line(told, "nameWithOwner", NAME_LIMIT)),
        host_id=_number(told, "databaseId"),
        stars=count(told, "stargazerCount") or 0,
        forks=count(told, "forkCount") or 0,
        description=line(told, "description", ABSTRACT_LIMIT),
        language=line(mapping(told.get("primaryLanguage")), "name", NAME_LIMIT) or None,
        licence=_licence(line(mapping(told.get("licenseInfo")), "spdxId", NAME_LIMIT)),
        archived=told.get("isArchived") is True,
        fork=told.get("isFork") is True,
        created=moment(told, "createdAt"),
        pushed=moment(told, "pushedAt"),
        release=_release(told),
    )


def _release(told: Mapping[str, Any]) -> Release | None:
    """The latest release; None where the answer doesn't speak of it."""
    if "latestRelease" not in told:
        return None
    return _release_of(mapping(told["latestRelease"]), tag="tagName", url="url", at="publishedAt")


def _release_of(told: Mapping[str, Any], *, tag: str, url: str, at: str) -> Release:
    """By the names that its facts have here; its address is GitHub's own, or none."""
    address = line(told, url, ABSTRACT_LIMIT)
    ours = address.startswith("https://github.com/") and " " not in address
    return Release(line(told, tag, NAME_LIMIT), address if ours else "", moment(told, at))


def _address(full_name: str) -> RepositoryAddress:
    found = _FULL_NAME.fullmatch(full_name)
    if found is None:
        raise Unreadable("GitHub's answer names no repository")
    return RepositoryAddress("github.com", found["owner"], found["name"])


def _number(told: Mapping[str, Any], key: str) -> int:
    found = count(told, key)
    if found is None:
        raise Unreadable("GitHub's answer gives the repository no number")
    return found


def _licence(spdx: str) -> str | None:
    """The SPDX id; GitHub's NOASSERTION is a licence text that it doesn't know."""
    return None if spdx in ("", "NOASSERTION") else spdx
