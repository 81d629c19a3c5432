"""A small, strict HTTP server on loopback that stands where the internet would be.

    with Server() as server:
        server.route("/feed", body=RSS, type="application/rss+xml", etag='"1"')  # 304 to a matching If-None-Match
        server.route("/once", Reply(503), Reply(body="ok"))                      # in turn; the last one stays
        server.route("/api", lambda asked: Reply(body=asked.query["q"]))         # or decided from the request
        web.get(server.url("/feed"))
        assert server.asked[0].headers["User-Agent"]                             # the log, in order of arrival

Strict as the real thing: a path without a route is 404, another method than the route's is 405, no User-Agent is 403,
a POST that isn't JSON is 400, and two requests under `server.pace(prefix, seconds)` that come too soon are 429.
`manner` makes an answer misbehave: "hang" (never answers), "truncate" (half the body), "reset", "drip" (a byte each
0.05 s), "endless" (the body again and again).
"""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came in; `at` is time.monotonic(), `headers` ignores letter case, `peer` is the client's port."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Message
    body: bytes
    at: float
    peer: int

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to give: `body` is bytes, text or JSON (dict, list); `length` announces a false Content-Length."""

    status: int = 200
    body: bytes | str | dict[str, Any] | list[Any] = b""
    type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    last_modified: str = ""
    manner: str = ""
    length: int | None = None

    def data(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()

    def kind(self) -> str:
        return self.type or ("application/json" if isinstance(self.body, dict | list) else "text/plain; charset=utf-8")

    def fresh_for(self, asked: Asked) -> bool:
        """Whether the client's conditional headers match; If-None-Match wins, as RFC 9110 says."""
        if "If-None-Match" in asked.headers:
            return bool(self.etag) and asked.headers["If-None-Match"] == self.etag
        return bool(self.last_modified) and asked.headers["If-Modified-Since"] == self.last_modified


Decide = Callable[[Asked], Reply]


@dataclass(slots=True)
class _Route:
    method: str
    replies: list[Reply | Decide]

    def next(self) -> Reply | Decide:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


class Server:
    """See the module's docstring. Use as a context manager; `asked` is safe to read when the client has its answer."""

    def __init__(self, *, tls: SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._at_once = 0
        self._routes: dict[str, _Route] = {}
        self._paces: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._http = _Http(self)
        self._scheme = "https" if tls else "http"
        if tls:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._http.shutdown()
        self._http.server_close()

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    def url(self, path: str = "/", *, host: str = "127.0.0.1") -> str:
        return f"{self._scheme}://{host}:{self.port}{path}"

    def route(self, path: str, *replies: Reply | Decide, method: str = "GET", **reply: Any) -> Self:
        """Answer `path` with these replies in turn (the last one stays), or one made from Reply's arguments."""
        self._routes[path] = _Route(method, list(replies) or [Reply(**reply)])
        return self

    def pace(self, prefix: str, seconds: float) -> Self:
        """From now on requests under `prefix` that arrive less than `seconds` after the one before get 429."""
        self._paces[prefix] = seconds
        return self

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def reply_to(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
            too_soon = [self._too_soon(prefix, asked) for prefix in self._paces]
            if any(too_soon):
                return Reply(429, "too soon", headers={"Retry-After": "1"})
            route = self._routes.get(asked.path)
            if route is None:
                return Reply(404, "nothing here")
            if complaint := _complaint(asked, route.method):
                return complaint
            reply = route.next()
        return reply if isinstance(reply, Reply) else reply(asked)

    def _too_soon(self, prefix: str, asked: Asked) -> bool:
        if not asked.path.startswith(prefix):
            return False
        last, self._last[prefix] = self._last.get(prefix), asked.at
        return last is not None and asked.at - last < self._paces[prefix]

    def enter(self, step: int) -> None:
        with self._lock:
            self._at_once += step
            self.most_at_once = max(self.most_at_once, self._at_once)

    def wait(self, seconds: float) -> bool:
        """Wait as a slow server does; True when the test is over."""
        return self._over.wait(seconds)


def _complaint(asked: Asked, method: str) -> Reply | None:
    if asked.method != method:
        return Reply(405, "another method")
    if not asked.headers.get("User-Agent"):
        return Reply(403, "say who you are")
    if asked.method == "POST" and asked.headers.get("Content-Type") != "application/json":
        return Reply(400, "not JSON")
    return None


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, owner: Server) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up early is none of the server's errors."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the log is Server.asked."""

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)

    def do_GET(self) -> None:
        self.server.owner.enter(+1)
        try:
            asked = self._asked()
            self._send(asked, self.server.owner.reply_to(asked))
        finally:
            self.server.owner.enter(-1)

    do_POST = do_HEAD = do_PUT = do_GET

    def _asked(self) -> Asked:
        at, parts = time.monotonic(), urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return Asked(self.command, parts.path, query, self.headers, body, at, self.client_address[1])

    def _send(self, asked: Asked, reply: Reply) -> None:
        if reply.manner == "hang":
            self.server.owner.wait(60)
            self.close_connection = True
            return
        if reply.manner == "reset":
            self._reset()
            return
        if reply.status == 200 and reply.fresh_for(asked):
            reply = Reply(304, headers=reply.headers, etag=reply.etag, last_modified=reply.last_modified)
        self._head(reply)
        if reply.status not in (204, 304):
            self._body(reply)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _head(self, reply: Reply) -> None:
        self.send_response(reply.status)
        length = len(reply.data()) if reply.length is None else reply.length
        own = {"Content-Type": reply.kind(), "ETag": reply.etag, "Last-Modified": reply.last_modified}
        if reply.manner != "endless" and reply.status not in (204, 304):
            own["Content-Length"] = str(length)
        for name, value in {**own, **reply.headers}.items():
            if value:
                self.send_header(name, value)
        self.close_connection = reply.manner != "" or length != len(reply.data())
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _body(self, reply: Reply) -> None:
        data = reply.data()
        if reply.manner == "endless":
            while not self.server.owner.wait(0):
                self.wfile.write((data or b"x") * (65536 // max(1, len(data)) or 1))
        elif reply.manner == "drip":
            for byte in data:
                self.wfile.write(bytes([byte]))
                if self.server.owner.wait(0.05):
                    return
        else:
            self.wfile.write(data[: len(data) // 2] if reply.manner == "truncate" else data)
