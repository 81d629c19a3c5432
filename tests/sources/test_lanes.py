"""Being polite: waiting when asked to, keeping a pace, one at a time."""

import gzip
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from bot.domain.feed import Validators
from bot.errors import FetchError, Missing, RateLimited
from bot.sources.web import Lane, LocalAllowances, Web
from tests.sources.clients import a_web, now, redirect
from tests.sources.server import Reply, Server


def in_s(error: FetchError) -> float:
    assert error.retry_at is not None
    return (error.retry_at - now()).total_seconds()


def limited(web: Web, url: str, **options: Any) -> RateLimited:
    with pytest.raises(RateLimited) as failed:
        web.get(url, **options)
    return failed.value


def from_now(value: str) -> str:
    """A header's value, with DATE+n and EPOCH+n as n seconds from now."""
    kind, plus, seconds = value.partition("+")
    if not plus:
        return value
    when = now() + timedelta(seconds=int(seconds))
    return format_datetime(when, usegmt=True) if kind == "DATE" else str(int(when.timestamp()))


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"Retry-After": "30"}, 30),
        (503, {"Retry-After": "DATE+90"}, 90),
        (429, {"Retry-After": "99999999999999"}, 86_400),
        (429, {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, 86_400),
        (429, {"Retry-After": "soon"}, 60),
        (429, {"Retry-After": "-5"}, 60),
        (503, {"Retry-After": "soon"}, 60),
        (429, {}, 60),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "EPOCH+600"}, 600),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "12"}, 60),
        (403, {"X-RateLimit-Remaining": "0"}, 60),
        (403, {"Retry-After": "40", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9999999999"}, 40),
        (429, {"RateLimit": '"api";r=0;t=212'}, 212),
    ],
)
def test_how_long_to_wait_is_read_from_the_headers(
    web: Web, server: Server, status: int, headers: dict[str, str], seconds: float
) -> None:
    server.route("/x", Reply(status, headers={name: from_now(value) for name, value in headers.items()}))
    error = limited(web, server.url("/x"))
    assert error.status == status
    assert in_s(error) == pytest.approx(seconds, abs=10)


def test_a_secondary_limit_is_known_by_its_words(web: Web, server: Server) -> None:
    body = gzip.compress(b'{"message": "You have exceeded a secondary rate limit."}')
    server.route("/x", Reply(403, body, headers={"Content-Encoding": "gzip"}))
    assert in_s(limited(web, server.url("/x"))) == pytest.approx(60, abs=5)


def test_a_blocked_lane_is_not_asked_again_by_anybody(web: Web, server: Server, allowances: LocalAllowances) -> None:
    server.route("/x", Reply(429, headers={"Retry-After": "30"})).route("/y", body="hello")
    lane = Lane("service")
    limited(web, server.url("/x"), lane=lane)
    begun = time.monotonic()
    error = limited(a_web(allowances), server.url("/y"), lane=lane)
    assert time.monotonic() - begun < 20
    assert in_s(error) == pytest.approx(30, abs=5)
    assert server.paths() == ["/x"]
    assert web.get(server.url("/y")).body == b"hello"


def test_without_a_lane_the_host_is_blocked(web: Web, server: Server, allowances: LocalAllowances) -> None:
    server.route("/x", Reply(429, headers={"Retry-After": "30"}))
    limited(web, server.url("/x"))
    assert allowances.blocked_until("127.0.0.1") is not None


def test_a_short_block_is_waited_for(web: Web, server: Server, allowances: LocalAllowances) -> None:
    server.route("/x", body="hello")
    until = now() + timedelta(seconds=0.2)
    allowances.block("127.0.0.1", until)
    assert web.get(server.url("/x")).body == b"hello"
    assert now() >= until


def test_a_shorter_block_does_not_lift_a_longer_one(web: Web, server: Server, allowances: LocalAllowances) -> None:
    server.route("/x", Reply(403, headers={"Retry-After": "1"}))
    until = now() + timedelta(seconds=0.25)
    allowances.block("127.0.0.1", until)
    limited(web, server.url("/x"))
    blocked = allowances.blocked_until("127.0.0.1")
    assert blocked is not None
    assert blocked > until


def test_the_last_of_an_allowance_is_used_and_then_the_lane_rests(web: Web, server: Server) -> None:
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(now().timestamp()) + 600)}
    server.route("/x", body="hello", headers=spent)
    assert web.get(server.url("/x")).body == b"hello"
    assert in_s(limited(web, server.url("/x"))) == pytest.approx(600, abs=10)
    assert len(server.asked) == 1


# --- whose turn it is


def test_a_pace_is_kept_by_many_threads_and_by_redirects(web: Web, server: Server) -> None:
    server.pace("/", 0.1).route("/x", body="hello").route("/r", redirect(302, "/x"))
    lane = Lane("paced", interval_s=0.1)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda path: web.get(server.url(path), lane=lane), ["/x", "/r", "/x"]))
    assert [answer.body for answer in answers] == [b"hello"] * 3


def test_a_pace_counts_from_the_sending_not_from_the_slot(web: Web, server: Server) -> None:
    server.route("/x", lambda _: Reply(body=str(server.wait(0.15))))
    lane = Lane("paced", interval_s=0.1)
    web.get(server.url("/x"), lane=lane)
    done = time.monotonic()
    web.get(server.url("/x"), lane=lane)
    assert server.asked[1].at - done > 0.09


def test_a_single_lane_asks_one_thing_at_a_time_on_one_connection(web: Web, server: Server) -> None:
    server.route("/x", lambda _: Reply(body=str(server.wait(0.01))))
    lane = Lane("single", single=True)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: web.get(server.url("/x"), lane=lane), range(8)))
    assert server.most_at_once == 1
    assert len({asked.peer for asked in server.asked}) == 1


def test_errors_and_304s_leave_the_connection_open(web: Web, server: Server) -> None:
    server.route("/x", body="hello", etag='"1"').route("/r", redirect(302, "/x"))
    for path in ("/r", "/missing", "/x"):
        try:
            web.get(server.url(path), known=Validators('"1"'))
        except Missing:
            continue
    assert len({asked.peer for asked in server.asked}) == 1


def test_a_host_sees_few_requests_at_once(server: Server) -> None:
    server.route("/x", lambda _: Reply(body=str(server.wait(0.03))))
    web = a_web(timeout_s=5)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda _: web.get(server.url("/x")), range(12)))
    assert 1 < server.most_at_once <= 4


def test_closing_wakes_whoever_waits_for_a_turn(server: Server) -> None:
    web = a_web()
    lane = Lane("slow", interval_s=60, single=True)
    server.route("/x", body="hello")
    web.get(server.url("/x"), lane=lane)
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(web.get, server.url("/x"), lane=lane) for _ in range(3)]
        time.sleep(0.05)
        web.close()
        for one in waiting:
            with pytest.raises(FetchError, match="stopping"):
                one.result(timeout=2)
    assert len(server.asked) == 1
