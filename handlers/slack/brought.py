"""What Slack brings to our web door, signed: checked before anything is done with it, then given to Bolt.

Wrong, missing and old signatures are refused, and one that has come before: when Slack brings something again, it signs
anew. After a restart one that came before it passes once more, and does nothing: the inbox knows what it brings, and a
form's trigger has long expired. https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import time
from collections import OrderedDict
from http import HTTPStatus
from typing import Final

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

PATH: Final = "/slack/events"
SIGNED_AT, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
OLD_S: Final = 300  # either way: clocks differ
_REMEMBERED: Final = 20_000  # signatures; of more in five minutes the oldest are forgotten


class Doorway:
    """Takes what is signed with the secret."""

    def __init__(self, app: AsyncApp, secret: str) -> None:
        self._app = app
        self._verifier = SignatureVerifier(secret)
        self._seen: OrderedDict[str, float] = OrderedDict()  # signatures, and when they came

    async def handle(self, request: web.Request) -> web.Response:
        signed_at, signature = request.headers.get(SIGNED_AT, ""), request.headers.get(SIGNATURE, "")
        if not _is_recent(signed_at) or not signature.isascii():
            return web.Response(status=HTTPStatus.UNAUTHORIZED)  # the body stays unread
        body = await request.read()  # one that is too large is refused by the door
        if not self._is_signed(body, signed_at, signature) or self._has_come(signature):
            return web.Response(status=HTTPStatus.UNAUTHORIZED)
        try:
            asked = await to_bolt_request(request)
        except (ValueError, TypeError, AttributeError):  # signed, and nothing that the library can read
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        return await to_aiohttp_response(await self._app.async_dispatch(asked))

    def _is_signed(self, body: bytes, signed_at: str, signature: str) -> bool:
        try:
            return self._verifier.is_valid(body, signed_at, signature)  # in constant time
        except UnicodeDecodeError:
            return False

    def _has_come(self, signature: str) -> bool:
        """From now on it has."""
        now = time.monotonic()
        while self._seen and (len(self._seen) > _REMEMBERED or next(iter(self._seen.values())) < now - 2 * OLD_S):
            self._seen.popitem(last=False)
        if signature in self._seen:
            return True
        self._seen[signature] = now
        return False


def _is_recent(signed_at: str) -> bool:
    whole = signed_at.isascii() and signed_at.isdecimal() and len(signed_at) < 20
    return whole and abs(time.time() - int(signed_at)) <= OLD_S
