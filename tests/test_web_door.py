"""The web door over a real socket: what it answers, to whomever, and what it leaves to others."""

import asyncio
import logging
import socket
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.errors import CannotServe, StorageError
from bot.web import BODY_LIMIT, WebDoor
from handlers.incoming import Route
from tests.clock import PATIENCE_S
from tests.telegram.channel import free_port

Story = Callable[[str], Awaitable[None]]


def with_door(
    story: Story,
    *,
    faults: Callable[[], tuple[str, ...]] = tuple,
    metrics: Callable[[], bytes] = lambda: b"a 1\n",
    routes: tuple[Route, ...] = (),
) -> None:
    async def tell() -> None:
        port = free_port()
        door = WebDoor(faults=faults, metrics=metrics, routes=routes)
        await door.open("127.0.0.1", port)
        try:
            await story(f"http://127.0.0.1:{port}")
        finally:
            await door.close()

    asyncio.run(tell())


async def ask(address: str, method: str = "GET", **more: Any) -> tuple[int, str, str]:
    async with aiohttp.ClientSession() as session, session.request(method, address, **more) as answer:
        return answer.status, answer.content_type, await answer.text()


def test_it_is_well_or_says_in_words_what_is_wrong() -> None:
    found: list[str] = []

    async def story(door: str) -> None:
        assert await ask(f"{door}/healthz") == (200, "application/json", '{"status": "well"}')
        found.append("the database hasn't been written for 91 s")
        status, _, words = await ask(f"{door}/healthz")
        assert (status, found[0] in words) == (503, True)
        assert (await ask(f"{door}/healthz", "HEAD"))[0] == 503

    with_door(story, faults=lambda: tuple(found))


def test_metrics_are_made_beside_the_loop_and_once_for_many_who_ask() -> None:
    made_in: list[str] = []

    def page() -> bytes:
        made_in.append(threading.current_thread().name)
        return b"answers_total 7\n"

    async def story(door: str) -> None:
        told = await asyncio.gather(*(ask(f"{door}/metrics") for _ in range(20)))
        assert set(told) == {(200, "text/plain", "answers_total 7\n")}

    with_door(story, metrics=page)
    assert len(made_in) == 1
    assert made_in[0] != threading.main_thread().name


def test_metrics_that_cannot_be_made_are_a_500_without_words_and_health_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def page() -> bytes:
        raise StorageError("/srv/secret/paperwire.db is damaged")

    async def story(door: str) -> None:
        status, _, words = await ask(f"{door}/metrics")
        assert (status, "secret" in words) == (500, False)
        assert (await ask(f"{door}/healthz"))[0] == 200

    with_door(story, metrics=page)
    assert "is damaged" in caplog.text


def test_a_platforms_route_gets_its_requests_and_no_others() -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.Response(text=await request.text())

    async def story(door: str) -> None:
        assert await ask(f"{door}/chat/hook", "POST", data="hello") == (200, "text/plain", "hello")
        assert (await ask(f"{door}/chat/hook"))[0] == 405
        assert (await ask(f"{door}/chat/hook/more", "POST", data="hello"))[0] == 404
        assert (await ask(f"{door}/"))[0] == 404
        assert (await ask(f"{door}/chat/hook", "POST", data=b"x" * (BODY_LIMIT + 1)))[0] == 413

    with_door(story, routes=(("POST", "/chat/hook", echo),))


@pytest.mark.parametrize(
    "sent",
    [b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/9.9\r\n\r\n", b"\x00" * 300, b"GET / HTTP/1.1\r\n" + b"a" * 99_999],
    ids=["TLS", "another version", "nothing", "a header without an end"],
)
def test_what_is_no_http_leaves_no_trace_in_the_log(caplog: pytest.LogCaptureFixture, sent: bytes) -> None:
    async def story(door: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(door.rpartition(":")[2]))
        writer.write(sent + b"\r\n\r\n")
        async with asyncio.timeout(PATIENCE_S):
            assert b" 400 " in await reader.readline()
        writer.close()
        assert (await ask(f"{door}/healthz"))[0] == 200

    with_door(story)
    assert [record for record in caplog.records if record.levelno >= logging.INFO] == []


def test_a_port_that_is_taken_or_an_address_that_is_not_ours_is_told() -> None:
    async def story(host: str, port: int) -> None:
        await WebDoor(faults=tuple, metrics=bytes).open(host, port)

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotServe, match=f"PORT={port} can't be opened on 127.0.0.1: another program"):
            asyncio.run(story("127.0.0.1", port))
    with pytest.raises(CannotServe, match="PAPERWIRE_HOST is no address of this machine"):
        asyncio.run(story("192.0.2.1", free_port()))


def test_it_closes_in_time_although_somebody_waits_for_an_answer() -> None:
    asked = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        asked.set()
        await asyncio.sleep(60)
        raise AssertionError

    async def tell() -> None:
        port = free_port()
        door = WebDoor(faults=tuple, metrics=bytes, routes=(("GET", "/hang", hang),))
        await door.open("127.0.0.1", port)
        asking = asyncio.create_task(ask(f"http://127.0.0.1:{port}/hang"))
        await asked.wait()
        async with asyncio.timeout(4):
            await door.close()
        with pytest.raises(aiohttp.ClientError):
            await asking

    asyncio.run(tell())
