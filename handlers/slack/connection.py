"""The socket to Slack, kept up. The library mends short breaks; where it stays silent, a new handler takes its place.

That is needed: the library asks for a new address only sometimes, and can try a used one for ever.
"""

import asyncio
import contextlib
import json
import logging
import re
from collections.abc import Callable
from typing import Any, Final

from aiohttp import WSMessage, WSMsgType
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from bot.errors import DeliveryFailed
from handlers.slack.failures import SLACK_ERRORS, failure

log = logging.getLogger(__name__)
LIBRARY_LOG = "slack_sdk.paperwire"
OPEN_S = 10.0
CLOSE_S = 2.0
PULSE_S = 5.0
PING_S = 10.0  # a peer that answers no ping is given up after two of these at most
_PATIENCE = 3  # looks at a silent socket before a new one is opened
_REFUSED_PULSES = 12
_LONGEST_PAUSE_S = 60.0  # apps.connections.open is allowed about once a minute
# Why Slack closes a socket for good; for other reasons it wants a new one at once, which the library opens.
_REFUSALS: Final = {
    "link_disabled": "Socket Mode is switched off for this Slack app: open it at https://api.slack.com/apps, click "
    "Socket Mode, Enable Socket Mode; paperwire looks again every minute",
    "too_many_websockets": "Slack closes paperwire's socket, as ten are open for this app: stop the other programs "
    "that run with this SLACK_APP_TOKEN; paperwire tries again every minute",
}
_TOLD_BY_US: Final = (
    "Failed to retrieve WSS URL",
    "Failed to receive or enqueue",
    "Failed to check the current session",
)
_SECRET = re.compile(r"(xox[a-z]?[.-]|xapp-|ticket=)[\w.%-]+")


class Connection:
    """One socket at a time. `trouble` is "" or why there is none.

    `opened` is called each time that Slack has been reached. `pulse_s` seconds lie between two looks, `ping_s` between
    two pings: one that has died without a word is replaced in 40 s.
    """

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        *,
        opened: Callable[[], None] = lambda: None,
        pulse_s: float = PULSE_S,
        ping_s: float = PING_S,
    ) -> None:
        self._app, self._token, self._opened, self._pulse_s, self._ping_s = app, app_token, opened, pulse_s, ping_s
        self._handler: AsyncSocketModeHandler | None = None
        self._watch: asyncio.Task[None] | None = None
        self._refusal = ""
        self.trouble = ""

    async def address(self) -> str:
        """A new address for a socket. Raises ChannelDown for a refused token, DeliveryFailed without an answer."""
        try:
            answer = await self._app.client.apps_connections_open(app_token=self._token)
        except SLACK_ERRORS as error:
            raise failure(error, app_token=True) from None
        return str(answer["url"])

    async def open(self) -> None:
        """Raises as `address` does."""
        url = await self.address()
        handler = AsyncSocketModeHandler(
            self._app,
            self._token,
            logger=self._app.logger,
            web_client=self._app.client,
            ping_interval=self._ping_s,
        )
        handler.client.wss_uri = url
        handler.client.on_message_listeners.append(self._listen)
        self._handler = handler
        try:
            await asyncio.wait_for(handler.connect_async(), OPEN_S)  # type: ignore[no-untyped-call]  # the library's
        except TimeoutError:
            await self._drop()
            raise DeliveryFailed("Slack's socket can't be opened") from None
        self._opened()

    def keep(self, trouble: str = "") -> None:
        """From now on the socket is watched, and opened again when it is down; `trouble` is why it isn't open yet."""
        self.trouble = trouble
        self._watch = asyncio.create_task(self._keep())

    async def close(self) -> None:
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await self._drop()

    def _say(self, trouble: str) -> None:
        """For whoever looks, and once in the log."""
        if trouble and trouble != self.trouble:
            log.warning("%s", trouble)
        elif self.trouble and not trouble:
            log.info("the socket to Slack is open")
        self.trouble = trouble

    async def _listen(self, message: WSMessage) -> None:
        """Before the library acts on it: where Slack refuses us it would ask for new sockets without a pause."""
        if message.type != WSMsgType.TEXT or '"disconnect"' not in message.data or self._handler is None:
            return
        told = json.loads(message.data)
        self._refusal = _REFUSALS.get(told.get("reason"), "") if told.get("type") == "disconnect" else ""
        if self._refusal:
            self._handler.client.auto_reconnect_enabled = False
            self._handler.client.message_processor.cancel()

    async def _keep(self) -> None:
        silent, pause = 0, self._pulse_s
        while True:
            await asyncio.sleep(pause)
            if self._refusal:
                self._say(self._refusal)
                await self._drop()
                self._refusal, pause = "", _REFUSED_PULSES * self._pulse_s
                continue
            silent = 0 if await self._lives() else silent + 1
            if silent in range(1, _PATIENCE) and self._handler:
                self._say("the socket to Slack is silent")
            elif silent:
                pause = self._pulse_s if await self._replaced() else min(pause * 2, _LONGEST_PAUSE_S)
            else:
                self._say("")
                pause = self._pulse_s

    async def _lives(self) -> bool:
        """It is open, its pings are answered, and what comes is taken off it."""
        if self._handler is None:
            return False
        client = self._handler.client
        return await client.is_connected() and not any(job.done() for job in _jobs(client))

    async def _replaced(self) -> bool:
        await self._drop()
        try:
            await self.open()
        except DeliveryFailed as fault:
            self._say(str(fault))
        except Exception:  # a bug must be seen, but not end the watch
            self._say("the socket to Slack can't be opened; the log says why")
            log.exception("opening the socket to Slack failed")
        return self._handler is not None

    async def _drop(self) -> None:
        """The library closes politely, which can take ten seconds with a dead peer; then it is taken apart."""
        handler, self._handler = self._handler, None
        if handler is None:
            return
        with contextlib.suppress(*SLACK_ERRORS):
            await asyncio.wait_for(handler.close_async(), CLOSE_S)  # type: ignore[no-untyped-call]  # the library's
        client = handler.client
        jobs = _jobs(client)
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await client.aiohttp_client_session.close()


def _jobs(client: SocketModeClient) -> list["asyncio.Future[Any]"]:
    """The library's tasks of one handler."""
    jobs = (client.message_processor, client.current_session_monitor, client.message_receiver)
    return [job for job in jobs if job]


def library_log() -> logging.Logger:
    """Where Bolt and the SDK write: errors only, as they print payloads below that, and without secrets."""
    logger = logging.getLogger(LIBRARY_LOG)
    logger.setLevel(logging.ERROR)
    logger.addFilter(_without_secrets)
    return logger


def _without_secrets(record: logging.LogRecord) -> bool:
    """Socket addresses carry a ticket, and a traceback of a failed handshake shows it. Of a lost socket we tell."""
    if str(record.msg).startswith(_TOLD_BY_US):
        return False
    record.msg, record.args = _SECRET.sub("…", record.getMessage()), ()
    if record.exc_info:
        record.exc_text = _SECRET.sub("…", logging.Formatter().formatException(record.exc_info))
        record.exc_info = None
    return True
