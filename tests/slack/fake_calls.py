"""A call to the fake Slack: how it goes wrong, what it holds, and what is wrong with a message."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """How a call goes wrong: an error in a 200, an HTTP status, or a dropped connection (also after acceptance)."""

    error: str = ""
    messages: tuple[str, ...] = ()  # what is said of the error
    status: int = 200
    retry_after: int | None = None
    drop: bool = False
    accepted: bool = False


async def body_of(request: web.Request) -> Json:
    if request.method == "GET":
        return dict(request.query)
    if request.content_type == "application/json":
        body = await request.json()
        return dict(body)
    return {**request.query, **await request.post()}
