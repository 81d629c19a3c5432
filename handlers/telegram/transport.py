"""How the library's requests travel: by aiohttp, which costs half the time of the library's own way.

Nothing is sent twice here: after a broken connection the outbox decides. (Fetching a file may be tried once more.)
"""

import asyncio
import os
import ssl
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import certifi
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

_CONNECT_S: Final = 5.0
_WRITE_S: Final = 20.0  # beyond what the answer may take


class Transport(BaseRequest):
    """Connections to one server, `url`, kept open between requests; by the environment's proxy, if it names one.

    `patience_s`: seconds without a word of an answer after which it's a time-out.
    """

    def __init__(self, url: str, *, patience_s: float) -> None:
        self._patience_s = patience_s
        self._https = urlsplit(url).scheme == "https"
        self._proxy = _proxy(url)
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._patience_s

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=_trusted() if self._https else True),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                proxy=self._proxy,
            )

    async def shutdown(self) -> None:
        if self._session:
            session, self._session = self._session, None
            await session.close()
            await asyncio.sleep(0)  # because: only the loop's next turn closes what has been closed

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and the body. Raises TimedOut and NetworkError."""
        del write_timeout, connect_timeout, pool_timeout  # because: nobody sets them for a single request
        assert self._session, "initialize comes first"
        patience = self._patience_s if read_timeout is self.DEFAULT_NONE else read_timeout
        limits = aiohttp.ClientTimeout(patience + _WRITE_S, sock_connect=_CONNECT_S, sock_read=patience)
        body = _body(request_data) if request_data else None
        try:
            async with self._session.request(method, url, data=body, timeout=limits, allow_redirects=False) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(f"{type(error).__name__}: {error}") from error


def _body(data: RequestData) -> aiohttp.Payload | aiohttp.FormData:
    if not data.contains_files:
        return aiohttp.BytesPayload(
            data.url_encoded_parameters().encode(), content_type="application/x-www-form-urlencoded"
        )
    form = aiohttp.FormData(data.json_parameters, quote_fields=False)
    for field, (name, content, kind) in data.multipart_data.items():
        form.add_field(field, content, filename=name, content_type=kind)
    return form


def _proxy(url: str) -> str | None:
    parts = urlsplit(url)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)


def _trusted() -> ssl.SSLContext:
    """The same authorities wherever we run; the environment's own, if it names a file."""
    return ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE") or certifi.where())
