"""Reading an answer: its body under a cap, what its status means, and what broke on the way.

The reasons given here hold no address and no text of a library's error, as both may hold secrets.
"""

import http.client
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from http import HTTPStatus

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from bot.errors import FetchError, Gone, Missing, RateLimited, TooLarge, Unreadable
from bot.sources.lanes import usual_wait
from bot.sources.packing import unpack

_ERROR_BODY = 65_536  # read of an error's body: enough to know its reason and to use the connection again


def body_of(response: requests.Response, limit: int) -> bytes:
    """The bytes as sent, at most `limit`; read1 gives what is there, so that an endless drip is noticed."""
    if (response.headers.get("Content-Length") or "").isdigit() and int(response.headers["Content-Length"]) > limit:
        raise TooLarge(f"larger than {_megabytes(limit)}")
    out = bytearray()
    while piece := response.raw.read1(65_536, decode_content=False):
        out += piece
        if len(out) > limit:
            raise TooLarge(f"larger than {_megabytes(limit)}")
    return bytes(out)


def _megabytes(limit: int) -> str:
    return f"{limit / 1e6:g} MB"


def small_body(response: requests.Response) -> bytes:
    """The body of an answer that isn't wanted for its body; b"" where it is large or broken."""
    with suppress(TooLarge, Unreadable, HTTPError, OSError):
        return unpack(body_of(response, _ERROR_BODY), response.headers.get("Content-Encoding", ""), _ERROR_BODY)
    return b""


def error_of(response: requests.Response, wait: datetime | None, now: datetime) -> FetchError:
    """The error that a status means; `wait` is until when its headers ask to wait. Reads the body's beginning."""
    status, body = response.status_code, small_body(response)
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
    reason = f"HTTP {status} {phrase}".strip()
    if status == 404:
        return Missing(reason, status=status)
    if status == 410:
        return Gone(reason, status=status)
    if _is_limit(status, response.headers, body):
        until = wait or usual_wait(now)
        return RateLimited(f"{reason}: asked to wait until {until:%H:%M:%S} UTC", status=status, retry_at=until)
    return FetchError(reason, status=status, retry_at=wait)


def _is_limit(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """GitHub answers a spent allowance with 403 and headers, and a secondary limit with 403 and words alone."""
    in_headers = "Retry-After" in headers or headers.get("X-RateLimit-Remaining", "").strip() == "0"
    in_words = status == 403 and b"rate limit" in body.lower()
    return status == 429 or in_words or (status in (403, 503) and in_headers)


@contextmanager
def as_fetch_errors(deadline: float, timeout_s: float) -> Iterator[None]:
    """Turn what requests, urllib3 and sockets raise into ours, without their words."""
    try:
        yield
    except FetchError:
        raise
    except (requests.RequestException, HTTPError, http.client.HTTPException, OSError, UnicodeError) as error:
        if any(isinstance(e, http.client.IncompleteRead) for e in (error, *error.args)):
            raise Unreadable("the answer broke off before its end") from None
        late = isinstance(error, requests.Timeout | ReadTimeoutError | TimeoutError) or time.monotonic() >= deadline
        raise FetchError(f"no answer within {timeout_s:g} s" if late else _reason(error)) from None


def _reason(error: Exception) -> str:
    text = str(error)
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate can't be trusted" if "certificate" in text.lower() else "no secure connection"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy refused"
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidHeader):
        return "the request can't be made in this form"
    return "the connection was reset" if "reset" in text.lower() else "the connection broke"
