"""The web door, inside `run`: what a supervisor and a scraper ask, and the routes that platforms hang into it.

    GET /healthz    200 {"status": "well"}, or 503 with the reasons: see `health`
    GET /metrics    Prometheus' text: see `metrics`

It knows no platform. Nothing here is secret, and nobody is asked who they are; what comes to a platform's route, that
platform checks. May use: errors, handlers.
"""

import asyncio
import errno
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.errors import CannotServe
from handlers.incoming import Route

BODY_LIMIT: Final = 1_000_000  # bytes; what is larger is answered with 413
_CLOSE_S: Final = 0.5  # spent twice: for the answers, and for breaking them off
_FRESH_S: Final = 1.0  # metrics younger than this are told again, however many ask
_METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_TAKEN: Final = "another program has this port: stop that, or choose another PORT"
_REASONS: Final = {
    errno.EADDRINUSE: _TAKEN,
    errno.EACCES: "this user may not use that port: choose a PORT above 1023",
    errno.EADDRNOTAVAIL: "PAPERWIRE_HOST is no address of this machine",
}

log = logging.getLogger(__name__)


class WebDoor:
    """`faults` says what is wrong, and `metrics`, called in a worker thread, gives the page."""

    def __init__(
        self, *, faults: Callable[[], Sequence[str]], metrics: Callable[[], bytes], routes: Iterable[Route] = ()
    ) -> None:
        self._faults = faults
        self._metrics = metrics
        self._page, self._made_at = b"", float("-inf")
        self._making = asyncio.Lock()
        app = web.Application(client_max_size=BODY_LIMIT)
        app.add_routes([web.get("/healthz", self._healthz), web.get("/metrics", self._show_metrics)])
        for method, path, handle in routes:
            app.router.add_route(method, path, handle)
        log.addFilter(_is_no_garbage)
        self._runner = web.AppRunner(app, access_log=None, logger=log, shutdown_timeout=_CLOSE_S)

    async def open(self, host: str, port: int) -> None:
        """Raises CannotServe."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self.close()
            reason = _REASONS.get(error.errno or 0, error.strerror or "it can't be listened on")
            raise CannotServe(f"PORT={port} can't be opened on {host}: {reason}.") from error

    async def close(self) -> None:
        """Within about a second; requests that are being answered are finished by then, or broken off."""
        await self._runner.cleanup()

    async def _healthz(self, _: web.Request) -> web.Response:
        if faults := self._faults():
            return web.json_response({"status": "failing", "reasons": list(faults)}, status=503)
        return web.json_response({"status": "well"})

    async def _show_metrics(self, _: web.Request) -> web.Response:
        async with self._making:
            if time.monotonic() - self._made_at > _FRESH_S:
                self._page = await asyncio.to_thread(self._metrics)
                self._made_at = time.monotonic()
        return web.Response(body=self._page, headers={"Content-Type": _METRICS_TYPE})


def _is_no_garbage(record: logging.LogRecord) -> bool:
    """Whoever sends what isn't HTTP gets 400, and no traceback of ours for each."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))
