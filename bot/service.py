"""The service: what the clock does and who talks, from the start to an orderly stop. `app` builds the parts."""

import asyncio
import logging
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Final

from bot import __version__
from bot.app import App, describe
from bot.channels import Channel
from bot.domain.feed import POLLED, Source
from bot.errors import ChannelDown, DeliveryFailed, InUse, SettingsError
from bot.health import Health
from bot.jobs.deliver import DeliverCount
from bot.jobs.tidy import tidy
from bot.schedule import Clockwork, Tick, scheduler

log = logging.getLogger("paperwire")

POLL_TICK_S: Final = 30.0
DELIVER_TICK_S: Final = 2.0
LOOK_TICK_S: Final = 60.0
DIGEST_TICK_S: Final = 20.0
STARS_TICK_S: Final = 600.0
TIDY_TICK_S: Final = 3600.0
PROOF_TICK_S: Final = 30.0
CONSOLE_HEAD_START_S: Final = 15.0  # time for a newcomer to subscribe before the first look at the sources
ROUND_S: Final = 10.0  # of sending: then every channel gets a look at what has become due meanwhile
_LAST_SEND_S: Final = 3.0  # of a stop, for the message in flight
_THREADS: Final = 32


class Service:
    """An app that lives: it polls, delivers and talks."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._sending, self._stopping = asyncio.Lock(), False
        self._health = Health()
        self._on_round: Callable[[DeliverCount], None] = lambda _: None

    async def chat(self) -> None:
        """The console alone: what waits for it, then questions and answers, until the person leaves."""
        console = self._app.console()
        await self._app.deliver_to_console()
        ticks: dict[str, tuple[Tick, float]] = {
            "deliver": (partial(self._tick_deliver, {"console": console}), DELIVER_TICK_S)
        }
        clock = scheduler(ticks)
        clock.start()
        try:
            await console.talk()
        finally:
            await self._stop_sending(clock)

    async def run(self) -> None:
        """The whole service until SIGTERM, SIGINT or the person at the console leaves."""
        loop, stopping = asyncio.get_running_loop(), asyncio.Event()
        loop.set_default_executor(ThreadPoolExecutor(_THREADS, "work"))
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stopping.set)
        senders: dict[str, Any] = {}
        console = self._app.console() if sys.stdin.isatty() and sys.stdout.isatty() else None
        if console:
            senders["console"] = console
            self._app.fold_console()
        if changed := await asyncio.to_thread(self._app.answers.access.settle):
            log.info("who is let in has changed: %d chats paused or woken", changed)
        channels = await asyncio.to_thread(self._app.open_channels)
        try:
            async with self._web_door(channels):
                starting = asyncio.create_task(self._start_channels(channels, senders))
                pulse = asyncio.create_task(self._health.pulse())
                clock = scheduler(self._ticks(senders), first_after_s=CONSOLE_HEAD_START_S if console else 0.0)
                clock.start()
                talking = asyncio.create_task(console.talk()) if console else None
                try:
                    await _first(stopping.wait(), talking)
                finally:
                    starting.cancel()
                    pulse.cancel()
                    await self._stop_sending(clock)
        finally:
            await self._app.stop_channels()

    @asynccontextmanager
    async def _web_door(self, channels: Mapping[str, Channel]) -> AsyncIterator[None]:
        """The web door is open meanwhile, if PORT is set. Raises CannotServe before anything else has begun."""
        s = self._app.settings
        if not s.port:
            if s.public_url:
                raise SettingsError("PAPERWIRE_PUBLIC_URL is set, and PORT isn't: nothing could be brought to it.")
            yield
            return
        from bot.metrics import Metrics  # because: with the next a quarter of a second, for those who use it
        from bot.web import WebDoor

        metrics = Metrics(
            self._app.storage,
            version=__version__,
            now=self._app.clock,
            lag_s=lambda: self._health.lag_s,
            troubles=lambda: {name: channel.trouble for name, channel in channels.items()},
        )
        self._app.on_answer, self._on_round = metrics.answered, metrics.delivered
        routes = [route for channel in channels.values() for route in channel.routes()]
        door = WebDoor(faults=self._health.faults, metrics=metrics.page, routes=routes)
        host = s.host or ("0.0.0.0" if s.public_url else "127.0.0.1")  # noqa: S104  because: the proxy is elsewhere
        await door.open(host, s.port)
        log.info("the web door is open: http://%s:%d/healthz", host, s.port)
        try:
            yield
        finally:
            await door.close()

    def _ticks(self, senders: dict[str, Any]) -> dict[str, tuple[Tick, float]]:
        polls: dict[str, tuple[Tick, float]] = {
            source.value: (partial(self._tick_poll, source), POLL_TICK_S) for source in POLLED
        }
        if self._app.settings.port:
            polls["proof"] = (self._tick_proof, PROOF_TICK_S)
        return polls | {
            "deliver": (partial(self._tick_deliver, senders), DELIVER_TICK_S),
            "look": (self._tick_look, LOOK_TICK_S),
            "digest": (self._tick_digest, DIGEST_TICK_S),
            "stars": (self._tick_stars, STARS_TICK_S),
            "tidy": (self._tick_tidy, TIDY_TICK_S),
        }

    async def _tick_poll(self, source: Source) -> None:
        count = await asyncio.to_thread(self._app.poll, source)
        if count.fetched or count.errors:
            log.info("%s: %s", source, describe(count))
            if source is not Source.GITHUB:
                await asyncio.to_thread(
                    self._app.poll, Source.GITHUB
                )  # what was just named is looked at before people are told

    async def _tick_deliver(self, senders: dict[str, Any]) -> None:
        """Rounds without a pause while anything is sent; short, so that no backlog keeps other channels waiting."""
        try:
            async with self._sending:
                sent = 1
                while sent and not self._stopping:
                    going = partial(self._goes_on, until=time.monotonic() + ROUND_S)
                    count = await self._app.deliver(senders, going=going)
                    self._on_round(count)
                    sent = count.sent
        except InUse:
            log.debug("another process is sending")
        self._health.sends()

    def _goes_on(self, *, until: float) -> bool:
        """Asked between two messages."""
        self._health.sends()
        return not self._stopping and time.monotonic() < until

    async def _stop_sending(self, clock: Clockwork) -> None:
        """No tick begins any more; the message in flight arrives, and that it did is stored: else it would come twice.

        The clock is paused, not shut down: that would cancel the ticks under way, with a traceback for each.
        """
        clock.pause()
        self._stopping = True
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_SEND_S), self._sending:
                pass

    async def _tick_look(self) -> None:
        count = await asyncio.to_thread(self._app.look_for_code)
        if count.new_links:
            log.info("looked for code: %s", describe(count))
            await asyncio.to_thread(self._app.poll, Source.GITHUB)

    async def _tick_stars(self) -> None:
        count = await asyncio.to_thread(self._app.count_stars)
        if count.alerts or count.errors:
            log.info("stars: %s", describe(count))

    async def _tick_digest(self) -> None:
        if made := await asyncio.to_thread(self._app.compose):
            log.info("digests: %d composed", made)

    async def _tick_tidy(self) -> None:
        await asyncio.to_thread(tidy, self._app.storage, self._app.clock())

    async def _tick_proof(self) -> None:
        self._health.written(await asyncio.to_thread(self._app.prove_writing))

    async def _start_channels(self, channels: Mapping[str, Channel], senders: dict[str, Any]) -> None:
        code = await asyncio.to_thread(self._app.answers.owning.new_code) if channels else None
        if not channels and not senders:
            log.warning(
                "No channel is set and there is no terminal: I poll, and deliver to nobody until a token is set."
            )
        await asyncio.gather(*(self._start_channel(name, channel, senders, code) for name, channel in channels.items()))

    async def _start_channel(self, name: str, channel: Channel, senders: dict[str, Any], code: str | None) -> None:
        """Start a channel, trying again while it can't be reached; a refused token stops this channel only.

        `code` makes whoever says it there the owner.
        """
        wait = 5.0
        while True:
            try:
                await channel.start()
            except ChannelDown as error:
                log.error("%s is off: %s", name, error)
                return
            except DeliveryFailed as error:
                log.warning("%s can't be reached: %s; trying again in %.0f s", name, error, wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 300)
            else:
                senders[name] = channel
                log.info("%s is on", name)
                if code:
                    how = await self._app.how_to_claim(name, code)
                    print(how, flush=True)  # noqa: T201  because: no log may hold it
                return


async def _first(*waits: Any) -> None:
    """Wait until the first of these ends; the others are given up."""
    tasks = [asyncio.ensure_future(wait) for wait in waits if wait is not None]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    for task in done:
        task.result()
