"""The polite client against a strict server: what it gives up, what it reads, what it asks again."""

import gzip
import threading
import time
import traceback
import zlib
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from bot.domain.feed import Validators
from bot.errors import FetchError, Gone, Missing, RateLimited, Refused, TooLarge, Unreadable
from bot.sources.web import Web
from tests.sources.clients import SOON_S
from tests.sources.server import Reply, Server

# --- what goes wrong, and what is said about it


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, Missing), (410, Gone), (429, RateLimited), (401, FetchError), (403, FetchError), (500, FetchError)],
)
def test_a_status_is_the_error_that_it_means(web: Web, server: Server, status: int, kind: type[FetchError]) -> None:
    server.route("/x", Reply(status, "no"))
    with pytest.raises(FetchError) as failed:
        web.get(server.url("/x"))
    assert type(failed.value) is kind
    assert failed.value.status == status
    assert f"HTTP {status}" in str(failed.value)


def test_an_unknown_status_is_only_its_number(web: Web, server: Server) -> None:
    server.route("/x", Reply(599))
    with pytest.raises(FetchError, match=r"^HTTP 599$"):
        web.get(server.url("/x"))


@pytest.mark.parametrize(
    ("manner", "kind", "reason"),
    [
        ("hang", FetchError, f"no answer within {SOON_S} s"),
        ("drip", FetchError, f"no answer within {SOON_S} s"),
        ("reset", FetchError, "the connection was reset"),
        ("truncate", Unreadable, "broke off"),
        ("endless", TooLarge, "larger than 1 MB"),
    ],
)
def test_a_misbehaving_server_is_given_up(
    web: Web, hasty: Web, server: Server, manner: str, kind: type[FetchError], reason: str
) -> None:
    server.route("/x", body="x" * 5000, manner=manner)
    begun = time.monotonic()
    with pytest.raises(FetchError, match=reason) as failed:
        (hasty if reason.startswith("no answer") else web).get(server.url("/x"), limit=1_000_000)
    assert type(failed.value) is kind
    assert time.monotonic() - begun < SOON_S + 8  # a server that drips does so for a minute


def raw_answer(answer: bytes, pause_s: float = 0.0) -> tuple[str, threading.Thread]:
    """A server of one answer, sent as it stands; byte by byte where there is a pause."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pieces = [bytes([byte]) for byte in answer] if pause_s else [answer]
            try:
                for piece in pieces:
                    self.wfile.write(piece)
                    time.sleep(pause_s)
            except OSError:
                pass

        def log_message(self, format: str, *args: Any) -> None:
            pass

    httpd = HTTPServer(("127.0.0.1", 0), Handler)

    def serve() -> None:
        with httpd:
            httpd.handle_request()

    thread = threading.Thread(target=serve)
    thread.start()
    return f"http://127.0.0.1:{httpd.server_port}/", thread


@pytest.mark.parametrize(
    ("answer", "pause_s", "kind", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 40, 0.05, FetchError, "no answer within"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nhe", 0, Unreadable, "broke off"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhello", 0, Unreadable, "broke off"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", 0, FetchError, "the connection broke"),
        (b"", 0, FetchError, "the connection broke"),
    ],
    ids=["headers in drops", "a chunk cut short", "less than announced", "not HTTP", "hung up"],
)
def test_what_is_not_an_answer_has_a_short_reason(
    web: Web, hasty: Web, answer: bytes, pause_s: float, kind: type[FetchError], reason: str
) -> None:
    url, thread = raw_answer(answer, pause_s)
    with pytest.raises(kind, match=reason):
        (hasty if reason.startswith("no answer") else web).get(url)
    thread.join()


def test_a_closed_port_is_a_refused_connection(web: Web, server: Server) -> None:
    with Server() as other:
        url = other.url("/x")
    with pytest.raises(FetchError, match=r"^connection refused$"):
        web.get(url)


def test_no_error_tells_a_login_or_a_query(web: Web, server: Server) -> None:
    server.route("/reset", manner="reset")
    for path in ("/missing", "/reset"):
        url = server.url(path, host="me:{}@127.0.0.1").format("hunter" + "2") + "?token=" + "s3" + "cret"
        with pytest.raises(FetchError) as failed:
            web.get(url)
        told = "".join(traceback.format_exception(failed.value))
        assert "hunter2" not in told
        assert "s3cret" not in told


def test_a_login_in_the_address_is_neither_sent_nor_kept(web: Web, server: Server) -> None:
    server.route("/x", body="hello")
    answer = web.get(f"http://me:hunter2@127.0.0.1:{server.port}/x#part")
    assert answer.url == server.url("/x")
    assert "Authorization" not in server.asked[0].headers


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "example.org/feed",
        "http://",
        "",
        "http://[::1",
        "http://a b/",
    ],
)
def test_only_web_addresses_are_read(web: Web, url: str) -> None:
    with pytest.raises(Refused):
        web.get(url)


# --- caps and packing


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip", "deflate"])
def test_a_bomb_is_not_unpacked_beyond_the_limit(web: Web, server: Server, encoding: str) -> None:
    body = b"\0" * 20_000_000
    for layer in encoding.split(", "):
        body = gzip.compress(body) if layer == "gzip" else zlib.compress(body)
    server.route("/bomb", body=body, headers={"Content-Encoding": encoding})
    with pytest.raises(TooLarge, match="larger than 1 MB when unpacked"):
        web.get(server.url("/bomb"), limit=1_000_000)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"plain", "gzip"),
        (gzip.compress(b"x" * 999)[:-20], "gzip"),
        (b"?", "br"),
        (gzip.compress(gzip.compress(gzip.compress(b"x"))), "gzip, gzip, gzip"),
    ],
    ids=["not packed", "cut short", "not asked for", "too many layers"],
)
def test_what_cannot_be_unpacked_is_unreadable(web: Web, server: Server, body: bytes, encoding: str) -> None:
    server.route("/x", body=body, headers={"Content-Encoding": encoding})
    with pytest.raises(Unreadable):
        web.get(server.url("/x"))


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b"hello"), "gzip"),
        (gzip.compress(b"hel") + gzip.compress(b"lo") + b"\0\0", "x-gzip"),
        (zlib.compress(b"hello"), "deflate"),
        (raw_deflate(b"hello"), "deflate"),
        (b"hello", "identity"),
    ],
    ids=["gzip", "several members", "zlib", "bare deflate", "identity"],
)
def test_packed_answers_are_unpacked(web: Web, server: Server, body: bytes, encoding: str) -> None:
    server.route("/x", body=body, headers={"Content-Encoding": encoding})
    assert web.get(server.url("/x")).body == b"hello"
    assert server.asked[0].headers["Accept-Encoding"] == "gzip, deflate"


def test_an_undeclared_gzip_is_unpacked_where_a_feed_is_served_and_left_alone_elsewhere(
    web: Web, server: Server
) -> None:
    packed = gzip.compress(b"<rss/>")
    server.route("/feed.xml.gz", body=packed, type="application/octet-stream")
    server.route("/typed", body=packed, type="application/rss+xml")
    server.route("/weights", body=packed, type="application/octet-stream")
    bodies = [web.get(server.url(path)).body for path in ("/feed.xml.gz", "/typed", "/weights")]
    assert bodies == [b"<rss/>", b"<rss/>", packed]


def test_an_announced_length_above_the_limit_is_not_even_begun(web: Web, server: Server) -> None:
    server.route("/x", body="x", length=50_000_000, manner="hang-up")
    with pytest.raises(TooLarge):
        web.get(server.url("/x"))


# --- reading


def test_a_request_says_who_asks_and_for_what(web: Web, server: Server) -> None:
    server.route("/x", body="hello")
    web.get(server.url("/x?a=1"), accept="text/plain", params={"q": "b c"}, headers={"X-Version": "3"})
    asked = server.asked[0]
    assert (asked.query, asked.headers["Accept"], asked.headers["X-Version"]) == (
        {"a": "1", "q": "b c"},
        "text/plain",
        "3",
    )
    assert asked.headers["User-Agent"] == "paperwire-test (+https://example.org)"
    assert "Cookie" not in asked.headers


def test_cookies_are_not_kept(web: Web, server: Server) -> None:
    server.route("/x", headers={"Set-Cookie": "a=1; Path=/"})
    web.get(server.url("/x"))
    web.get(server.url("/x"))
    assert "Cookie" not in server.asked[1].headers


def test_json_is_sent_and_read(web: Web, server: Server) -> None:
    server.route("/graphql", lambda asked: Reply(body={"echo": asked.json()}), method="POST")
    assert web.post(server.url("/graphql"), json={"query": "é"}).json() == {"echo": {"query": "é"}}


@pytest.mark.parametrize("body", ["<html>", "", "[" * 100_000, "{"])
def test_what_is_not_json_says_so(web: Web, server: Server, body: str) -> None:
    server.route("/x", body=body, type="text/html; charset=utf-8")
    with pytest.raises(Unreadable, match="is not JSON"):
        web.get(server.url("/x")).json()


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("é".encode("latin-1"), "text/html; charset=ISO-8859-1", "é"),
        ("é".encode(), "text/html", "é"),
        (b"a\xff", "text/html", "a�"),
        ("é".encode(), 'text/html; charset="no-such-thing"', "é"),
        (b"ab", "text/html; charset=hex", "ab"),
    ],
    ids=["named", "utf-8", "broken", "unknown", "no text encoding"],
)
def test_a_text_is_read_by_its_charset(web: Web, server: Server, body: bytes, kind: str, text: str) -> None:
    server.route("/x", body=body, type=kind)
    assert web.get(server.url("/x")).text() == text


# --- conditional requests


def test_the_second_request_is_conditional_and_keeps_what_it_knew(web: Web, server: Server) -> None:
    server.route("/x", body="hello", etag='"1"', last_modified="Thu, 05 Mar 2026 06:00:00 GMT")
    first = web.get(server.url("/x"))
    second = web.get(server.url("/x"), known=first.validators)
    assert server.asked[1].headers["If-None-Match"] == '"1"'
    assert server.asked[1].headers["If-Modified-Since"] == "Thu, 05 Mar 2026 06:00:00 GMT"
    assert (second.status, second.body, second.not_modified) == (304, b"", True)
    assert second.validators == first.validators


def test_a_304_may_bring_a_new_etag(web: Web, server: Server) -> None:
    server.route("/x", Reply(304, etag='W/"2"'))
    known = Validators('"1"', "Thu, 05 Mar 2026 06:00:00 GMT", "abc")
    assert web.get(server.url("/x"), known=known).validators == Validators('W/"2"', known.last_modified, "abc")


def test_the_same_bytes_are_not_modified_whatever_the_server_says(web: Web, server: Server) -> None:
    server.route("/x", Reply(body="hello", etag='"1"'), Reply(body="hello", etag='"2"'), Reply(body="other"))
    first = web.get(server.url("/x"))
    second = web.get(server.url("/x"), known=first.validators)
    third = web.get(server.url("/x"), known=second.validators)
    assert (second.status, second.not_modified, second.body) == (200, True, b"")
    assert second.validators.etag == '"2"'
    assert (third.not_modified, third.body, third.validators.etag) == (False, b"other", None)


def test_a_304_that_nobody_asked_for_is_unreadable(web: Web, server: Server) -> None:
    server.route("/x", Reply(304))
    with pytest.raises(Unreadable):
        web.get(server.url("/x"))


def test_an_etag_that_could_not_be_sent_back_is_forgotten(web: Web, server: Server) -> None:
    server.route("/x", body="hello", etag='"' + "x" * 5000 + '"')
    assert web.get(server.url("/x")).validators.etag is None
