"""The polite client: every request of the house goes through `Web.get` or `Web.post`.

For each hop of a request: check the address, wait for the lane's turn, connect (to a public address only, unless the
asked one is trusted), send, note what the server says about waiting, then follow, refuse, or read the body under caps
of size and time. What goes wrong is a FetchError with a short reason that never holds an address.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.utils import get_environ_proxies, select_proxy
from urllib3.util import Timeout

from bot.domain.feed import Validators
from bot.errors import Refused, Unreadable
from bot.sources.addresses import Adapter, resolve
from bot.sources.lanes import Allowances, Lane, LocalAllowances, Turns, asked_to_wait, spent_until
from bot.sources.packing import GZIP_MAGIC, inflate, unpack
from bot.sources.replies import as_fetch_errors, body_of, error_of, small_body

__all__ = ["Allowances", "Answer", "Lane", "LocalAllowances", "Web"]

_NONE_KNOWN: Final = Validators()
_MOST_REDIRECTS = 5
_PERMANENT = (301, 308)
_FOLLOWED = {"GET": (301, 302, 303, 307, 308), "POST": (307, 308)}  # others would turn a POST into a GET
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_FEED_LIKE = re.compile(r"xml|rss|atom|rdf|feed|json", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came. `body` is unpacked, and b"" when not modified; `validators` are for the next request.

    `url` is the final address; `moved_to` the same if every hop to it said "for good" (301, 308), else None.
    """

    url: str
    status: int
    body: bytes
    headers: Mapping[str, str]
    validators: Validators
    not_modified: bool = False
    moved_to: str | None = None

    def text(self) -> str:
        """The body by the charset that the server names, else as UTF-8; what can't be decoded is replaced."""
        named = _CHARSET.search(self.headers.get("Content-Type", ""))
        try:
            return self.body.decode(named[1] if named else "utf-8", "replace")
        except (LookupError, ValueError):
            return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises Unreadable."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            kind = self.headers.get("Content-Type", "").partition(";")[0].strip()[:80]
            raise Unreadable(
                f"the answer is not JSON (it calls itself {kind or 'nothing'})", status=self.status
            ) from None


@dataclass(frozen=True, slots=True)
class _Ask:
    """One request as asked, before any redirect. `given` are headers for the asked origin alone."""

    method: str
    url: str
    common: Mapping[str, str]
    given: Mapping[str, str]
    body: bytes | None
    limit: int
    trusted: bool
    lane: Lane | None


@dataclass(frozen=True, slots=True)
class _Got:
    """One hop's answer as read: `location` is set when it is to be followed."""

    url: str
    status: int
    body: bytes
    headers: Mapping[str, str]
    location: str | None = None


class Web:
    """The client; safe for a pool of threads. Close it to free its connections and everybody who waits for a turn.

    `timeout_s` caps one request with all its redirects, from connecting to the last byte, without the waits for turns;
    `patience_s` is how long a blocked lane is waited for; `allow_private` lifts the guard of public addresses.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        allowances: Allowances,
        allow_private: bool = False,
        timeout_s: float = 30.0,
        patience_s: float = 10.0,
    ) -> None:
        self._user_agent = user_agent
        self._allow_private = allow_private
        self._timeout_s = timeout_s
        self._turns = Turns(allowances, patience_s=patience_s)
        self._anywhere = Adapter(public_only=False)
        self._public = Adapter(public_only=True)

    def get(
        self,
        url: str,
        *,
        known: Validators = _NONE_KNOWN,
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        limit: int = 10_000_000,
        trusted: bool = False,
        lane: Lane | None = None,
    ) -> Answer:
        """Fetch an address, on condition that it changed if `known` says so. `limit` is in bytes, also unpacked.

        `headers` go to the asked origin only, never along a redirect to another. Raises FetchError and its kinds.
        """
        common = {"Accept": accept, **_conditions(known)}
        asked = _Ask("GET", _with_params(url, params), common, headers or {}, None, limit, trusted, lane)
        return self._answer(asked, known)

    def post(
        self,
        url: str,
        *,
        json: object,
        headers: Mapping[str, str] | None = None,
        limit: int = 10_000_000,
        trusted: bool = False,
        lane: Lane | None = None,
    ) -> Answer:
        """Send JSON to an address; else as `get`."""
        common = {"Accept": "*/*", "Content-Type": "application/json"}
        asked = _Ask("POST", _with_params(url, None), common, headers or {}, _as_json(json), limit, trusted, lane)
        return self._answer(asked, _NONE_KNOWN)

    def close(self) -> None:
        self._turns.close()
        self._anywhere.close()
        self._public.close()

    def _answer(self, asked: _Ask, known: Validators) -> Answer:
        got, moved = self._follow(asked)
        if got.status == 304 and known == _NONE_KNOWN:
            raise Unreadable("not modified since a request that was never made", status=304)
        body = _unpacked(got, asked.limit)
        if got.status == 304:
            return Answer(got.url, 304, b"", got.headers, _refreshed(known, got.headers), True, moved)
        digest = hashlib.sha256(body).hexdigest()
        if digest == known.body_hash:
            return Answer(got.url, got.status, b"", got.headers, _refreshed(known, got.headers), True, moved)
        fresh = replace(_refreshed(_NONE_KNOWN, got.headers), body_hash=digest)
        return Answer(got.url, got.status, body, got.headers, fresh, False, moved)

    def _follow(self, asked: _Ask) -> tuple[_Got, str | None]:
        """Hop to the answer; with it the new address if all hops on the way were permanent ones."""
        url, permanent, spent = asked.url, True, 0.0
        for hop in range(_MOST_REDIRECTS + 1):
            got, took = self._hop(asked, url, self._timeout_s - spent)
            if got.location is None:
                return got, url if hop and permanent else None
            permanent = permanent and got.status in _PERMANENT
            url, spent = checked_address(got.location, base=url), spent + took
        raise Refused(f"more than {_MOST_REDIRECTS} redirects")

    def _hop(self, asked: _Ask, url: str, timeout_s: float) -> tuple[_Got, float]:
        """One exchange, in its turn, and the seconds that it took."""
        host = urlsplit(url).hostname or ""
        lane = asked.lane or Lane(host)
        same_origin = _origin(url) == _origin(asked.url)
        open_to_all = self._allow_private or (asked.trusted and same_origin)
        given = asked.given if same_origin else {}
        headers = {"User-Agent": self._user_agent, "Accept-Encoding": "gzip, deflate", **asked.common, **given}
        request = requests.Request(asked.method, url, headers=headers, data=asked.body)
        with self._turns.turn(lane, host):
            begun = time.monotonic()
            with as_fetch_errors(begun + timeout_s, self._timeout_s):
                response = self._send(request.prepare(), timeout_s, lane, open_to_all=open_to_all)
                try:
                    return self._read(response, url, asked, lane), time.monotonic() - begun
                finally:
                    response.close()

    def _send(
        self, request: requests.PreparedRequest, timeout_s: float, lane: Lane, *, open_to_all: bool
    ) -> requests.Response:
        if timeout_s <= 0:
            raise TimeoutError
        # No requests.Session: it would keep cookies, add logins from ~/.netrc, and follow redirects unasked. Of the
        # environment, proxies and certificates are honoured.
        url = request.url or ""
        proxies = get_environ_proxies(url)
        if not open_to_all and select_proxy(url, proxies):
            # Behind a proxy it is the proxy that connects, so the guard can't stand there. The name is looked up and
            # judged here first; what the proxy then finds under it is out of our hands.
            resolve(urlsplit(url).hostname or "", None, public_only=True)
        adapter = self._anywhere if open_to_all else self._public
        try:
            timeout: Any = Timeout(total=timeout_s)  # the stubs don't know that adapters take urllib3's own
            verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
            return adapter.send(request, stream=True, timeout=timeout, verify=verify, proxies=proxies)
        finally:
            self._turns.sent(lane)

    def _read(self, response: requests.Response, url: str, asked: _Ask, lane: Lane) -> _Got:
        status, headers, now = response.status_code, response.headers, datetime.now(UTC)
        wait = asked_to_wait(headers, now) if status >= 400 else spent_until(headers, now)
        if wait:
            self._turns.block(lane, wait)
        location = headers.get("Location") if status in _FOLLOWED[asked.method] else None
        if location is not None:
            small_body(response)
            return _Got(url, status, b"", headers, location.encode("latin-1", "replace").decode("utf-8", "replace"))
        if status == 304:
            small_body(response)
            return _Got(url, status, b"", headers)
        if not 200 <= status <= 299:
            error = error_of(response, wait, now)
            if error.retry_at and not wait:
                self._turns.block(lane, error.retry_at)
            raise error
        return _Got(url, status, body_of(response, asked.limit), headers)


def checked_address(url: str, *, base: str = "") -> str:
    """The address without login and fragment. Raises Refused unless it is an http or https one with a host."""
    try:
        parts = urlsplit(urljoin(base, url.strip()))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Refused("not a web address") from None
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise Refused("only http and https addresses are read")
    if re.search(r"[\s\x00-\x1f\\]", parts.netloc):
        raise Refused("not a web address")
    host = f"[{host}]" if ":" in host else host
    netloc = host if port is None else f"{host}:{port}"
    return SplitResult(parts.scheme.lower(), netloc, parts.path, parts.query, "").geturl()


def _with_params(url: str, params: Mapping[str, str] | None) -> str:
    url = checked_address(url)
    try:
        return requests.Request("GET", url, params=dict(params or {})).prepare().url or url
    except (requests.RequestException, ValueError):
        raise Refused("not a web address") from None


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _as_json(value: object) -> bytes:
    return json.dumps(value).encode()


def _conditions(known: Validators) -> dict[str, str]:
    pairs = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in pairs.items() if value}


def _refreshed(known: Validators, headers: Mapping[str, str]) -> Validators:
    etag, modified = _sane(headers.get("ETag")), _sane(headers.get("Last-Modified"))
    return replace(known, etag=etag or known.etag, last_modified=modified or known.last_modified)


def _sane(value: str | None) -> str | None:
    """A validator that can be sent back; one of many kilobytes or with control characters can't."""
    value = (value or "").strip()
    return value if value and len(value) <= 1000 and value.isascii() and value.isprintable() else None


def _unpacked(got: _Got, limit: int) -> bytes:
    body = unpack(got.body, got.headers.get("Content-Encoding", ""), limit)
    names = urlsplit(got.url).path + " " + got.headers.get("Content-Type", "")
    # Some sites serve feed.xml.gz as it lies on their disk, without a word about it.
    return inflate(body, limit) if body.startswith(GZIP_MAGIC) and _FEED_LIKE.search(names) else body
