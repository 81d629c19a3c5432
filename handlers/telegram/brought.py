"""An update that Telegram brings to our web door: checked, kept in the inbox, and only then confirmed.

Whatever isn't confirmed, Telegram brings again.
"""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus

from aiohttp import web
from telegram import Update

from bot.errors import DeliveryFailed, StorageError
from handlers.telegram.fetching import read

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  because: a header's name
Keep = Callable[[Sequence[Update]], Awaitable[None]]

log = logging.getLogger(__name__)


class Doorway:
    """Takes updates from whoever knows the secret.

    `keep` raises StorageError where that fails, DeliveryFailed while nothing is taken.
    """

    def __init__(self, secret: str, keep: Keep) -> None:
        self._secret = secret.encode()
        self._keep = keep
        self._failing = False

    async def handle(self, request: web.Request) -> web.Response:
        return web.Response(status=await self._take(request))

    async def _take(self, request: web.Request) -> HTTPStatus:
        told = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(told.encode("utf-8", "surrogateescape"), self._secret):
            return HTTPStatus.FORBIDDEN  # the body stays unread
        body = await request.read()  # one that is too large is refused by the door
        try:
            told_update = json.loads(body)
            known = isinstance(told_update, dict) and type(told_update["update_id"]) is int
        except (ValueError, KeyError, RecursionError):
            known = False
        if not known:
            return HTTPStatus.BAD_REQUEST
        return await self._confirm(read(told_update))

    async def _confirm(self, update: Update) -> HTTPStatus:
        try:
            await self._keep((update,))
        except DeliveryFailed:
            return HTTPStatus.SERVICE_UNAVAILABLE
        except StorageError as error:
            if not self._failing:
                log.error("Telegram: what it brings can't be kept, so it waits there: %s", error)
            self._failing = True
            return HTTPStatus.SERVICE_UNAVAILABLE
        self._failing = False
        return HTTPStatus.OK
