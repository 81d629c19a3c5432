"""The wiring: the only file that knows every concrete class. Builds the parts, starts them, and stops them in order."""

import asyncio
import logging
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

from bot.answers import Answers, Live
from bot.config import Settings
from bot.domain.feed import Feed, PollCount, Source
from bot.domain.news import Delivery
from bot.errors import ChannelDown, DeliveryFailed, InUse, PaperwireError
from bot.jobs.deliver import DeliverCount, deliver
from bot.jobs.poll import Poller, Progress, silent
from bot.jobs.seed import seed
from bot.jobs.tidy import tidy
from bot.locks import locked
from bot.rules.rhythm import STEADY
from bot.schedule import Clockwork, Tick, scheduler
from bot.sources.arxiv import Arxiv
from bot.sources.github import GitHub
from bot.sources.huggingface import HuggingFace
from bot.sources.rss import Rss
from bot.sources.trending import Trending
from bot.sources.web import Web
from handlers import wording
from handlers.commands import COMMANDS, respond
from handlers.console.adapter import ADDRESS, Console
from handlers.console.render import render
from handlers.incoming import Request
from handlers.messages import Message
from storage import FILE, Storage, restore

log = logging.getLogger("paperwire")

Clock = Callable[[], datetime]
SOURCES: Final = tuple(source.value for source in Source)
POLL_TICK_S: Final = 30.0
DELIVER_TICK_S: Final = 2.0
TIDY_TICK_S: Final = 3600.0
CONSOLE_HEAD_START_S: Final = 15.0  # time for a newcomer to subscribe before the first look at the sources
CONSOLE_KEEPS: Final = 50  # alerts that wait for the next console; older ones are folded into one message
PATIENCE_S: Final = 10.0  # of a one-shot command, with another process that is sending
_LAST_SEND_S: Final = 3.0  # of a stop, for the message in flight
_STOP_CHANNELS_S: Final = 4.0
_LIVE_TIMEOUT_S: Final = 8.0  # somebody waits for the answer
_THREADS: Final = 32


class Channel(Protocol):
    """A platform as the wiring sees it."""

    @property
    def trouble(self) -> str: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def send(self, delivery: Delivery) -> None: ...
    async def check(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Every source, built on one web client."""

    arxiv: Arxiv
    rss: Rss
    trending: Trending
    huggingface: HuggingFace
    github: GitHub


def real_clock() -> datetime:
    return datetime.now(UTC)


class App:
    """Everything, built and opened. Use as a context manager. Raises StorageError and its kinds on opening."""

    def __init__(self, settings: Settings, *, clock: Clock = real_clock, progress: Progress | None = None) -> None:
        self.settings = settings
        self.clock = clock
        self.storage = Storage(settings.data / FILE)
        self._channels: dict[str, Channel] = {}
        self._sending, self._stopping = asyncio.Lock(), False
        self._polling = {source: threading.Lock() for source in Source}
        self._web = self._make_web(timeout_s=30.0)
        self._live_web = self._make_web(timeout_s=_LIVE_TIMEOUT_S)
        self.sources = self._make_sources(self._web)
        self.poller = Poller(
            self.storage,
            self.sources,
            jitter=random.random,
            real_clock=real_clock,
            progress=progress or silent,
        )
        live = self._make_sources(self._live_web)
        self.answers = Answers(
            self.storage, Live(live.arxiv, live.huggingface, live.rss), clock=clock, troubles=self._troubles
        )
        seed(self.storage, clock())
        self._configure_feeds()

    def _make_web(self, *, timeout_s: float) -> Web:
        return Web(
            user_agent=self.settings.user_agent,
            allowances=self.storage.allowances,
            allow_private=self.settings.allow_private_feeds,
            timeout_s=timeout_s,
        )

    def _make_sources(self, web: Web) -> Sources:
        s = self.settings
        return Sources(
            Arxiv(
                web,
                rss_url=s.arxiv_rss_url,
                api_url=s.arxiv_api_url,
                oai_url=s.arxiv_oai_url,
                interval_s=s.arxiv_interval,
            ),
            Rss(web),
            Trending(web, url=s.github_url),
            HuggingFace(web, url=s.huggingface_url, token=_secret(s.hf_token)),
            GitHub(web, api_url=s.github_api_url, token=_secret(s.github_token)),
        )

    def _configure_feeds(self) -> None:
        """Let exactly the feeds of the settings, and those that somebody follows, be looked at."""
        s, sources = self.settings, self.sources
        wanted = [(Source.ARXIV, sources.arxiv.feed_url(c), c) for c in s.arxiv_categories]
        wanted += [(Source.RSS, url, url.split("://", 1)[-1]) for url in s.feeds]
        wanted += [(Source.TRENDING, sources.trending.page_url(since=since), since) for since in ("daily", "weekly")]
        wanted += [(Source.TRENDING, sources.trending.page_url(lang), f"{lang} daily") for lang in s.trending_languages]
        wanted += [(Source.GITHUB, s.github_api_url, "repositories")]
        wanted += [(Source.HUGGING_FACE, sources.huggingface.day_url(), "daily papers")]
        with self.storage.write():
            self.storage.feeds.configure([(*row, STEADY[row[0]]) for row in wanted], self.clock())

    def ask(self, text: str) -> str:
        """The answer to the console's user, as plain text."""
        return render(self.respond(Request(ADDRESS, text)))

    def respond(self, request: Request) -> Message:
        """The answer to a request, from whatever platform."""
        return respond(self.answers, request)

    def _troubles(self) -> tuple[str, ...]:
        return tuple(f"{name}: {channel.trouble}" for name, channel in self._channels.items() if channel.trouble)

    def knock(self, feed: Feed) -> str | None:
        """Ask a source for anything at all; its Date header. Raises FetchError."""
        url = f"{feed.url}/rate_limit" if feed.source is Source.GITHUB else feed.url
        return self._live_web.get(url, trusted=feed.trusted).headers.get("Date")

    # Channels --------------------------------------------------------------------------------------------------------

    def make_channels(self) -> dict[str, Channel]:
        """The channels that the settings ask for, by platform; not started yet."""
        s, channels = self.settings, dict[str, Channel]()
        if token := _secret(s.telegram_bot_token):
            from handlers.telegram.adapter import Telegram  # because: half a second and 30 MB, for those who use it

            menu = tuple((c.name, c.summary) for c in COMMANDS)
            channels["telegram"] = Telegram(
                token, respond=self.respond, word=wording.delivery, api_url=s.telegram_api_url, commands=menu
            )
        if (bot := _secret(s.slack_bot_token)) and (app := _secret(s.slack_app_token)):
            from handlers.slack.adapter import Slack  # because: as above

            channels["slack"] = Slack(bot, app, respond=self.respond, word=wording.delivery, api_url=s.slack_api_url)
        return channels

    def console(self) -> Console:
        return Console(respond=self.respond, word=wording.delivery, history=self.settings.data / "console-history")

    # One-shot work ---------------------------------------------------------------------------------------------------

    def poll(self, source: Source, *, named: bool = False) -> PollCount:
        """Poll a source once, and only once at a time. A bug in one is logged, and stops no other."""
        try:
            with self._polling[source]:
                return self.poller.poll(source, self.clock(), named=named)
        except PaperwireError:
            raise
        except Exception as bug:
            log.exception("polling %s broke", source)
            return PollCount(errors=(f"{source} broke ({type(bug).__name__}); the log has the details",))

    def poll_all(self, names: Sequence[str] = ()) -> dict[str, PollCount]:
        """What is due of every source, or all of the named ones; a count for every source by its name.

        Side by side, and GitHub last, named or not: the others name the repositories that it is asked for.
        """
        first = [source for source in Source if source is not Source.GITHUB and source in (names or SOURCES)]
        counts: dict[str, PollCount] = dict.fromkeys(SOURCES, PollCount())
        with ThreadPoolExecutor(max(len(first), 1)) as pool:
            counts |= zip(first, pool.map(lambda source: self.poll(source, named=bool(names)), first), strict=True)
        counts[Source.GITHUB] = self.poll(Source.GITHUB, named=Source.GITHUB in names)
        self.stop_waiting_for_looks()
        return counts

    def stop_waiting_for_looks(self) -> None:
        """What waited for a look at its repository, and didn't get one now, goes as it is."""
        with self.storage.write():
            self.storage.outbox.release_all(self.clock())

    async def deliver(self, channels: dict[str, Any], *, patience_s: float = 0.0) -> DeliverCount:
        """One round of sending, by one process at a time. Raises InUse when another one sends for longer."""
        if not channels:
            return DeliverCount()
        patient_until = time.monotonic() + patience_s
        while True:
            try:
                with locked(self.settings.data / "deliver.lock", "Another process is sending right now."):
                    await asyncio.to_thread(self._free_leases)
                    return await deliver(
                        self.storage,
                        channels,
                        now=self.clock(),
                        real_now=real_clock(),
                        going=lambda: not self._stopping,
                    )
            except InUse:
                if time.monotonic() >= patient_until:
                    raise
                await asyncio.sleep(0.2)

    async def deliver_once(self) -> DeliverCount | None:
        """One round for all channels that are set, without listening to any; None where none is."""
        self._channels = self.make_channels()
        if not self._channels:
            return None
        try:
            return await self.deliver(dict(self._channels), patience_s=PATIENCE_S)
        finally:
            await self._stop_channels()

    async def deliver_to_console(self) -> DeliverCount:
        """What waits for the console, at most CONSOLE_KEEPS messages apart, now."""
        await asyncio.to_thread(self.fold_console)
        return await self.deliver({"console": self.console()}, patience_s=PATIENCE_S)

    def _free_leases(self) -> None:
        with self.storage.write():
            self.storage.outbox.free_leases()

    def fold_console(self) -> None:
        with self.storage.write():
            self.storage.outbox.fold("console", keep=CONSOLE_KEEPS, now=self.clock())

    # Serving --------------------------------------------------------------------------------------------------

    async def chat(self) -> None:
        """The console alone: what waits for it, then questions and answers, until the person leaves."""
        console = self.console()
        await self.deliver_to_console()
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
        console = self.console() if sys.stdin.isatty() and sys.stdout.isatty() else None
        if console:
            senders["console"] = console
            self.fold_console()
        starting = asyncio.create_task(self._start_channels(senders))
        clock = scheduler(self._ticks(senders), first_after_s=CONSOLE_HEAD_START_S if console else 0.0)
        clock.start()
        talking = asyncio.create_task(console.talk()) if console else None
        try:
            await _first(stopping.wait(), talking)
        finally:
            starting.cancel()
            await self._stop_sending(clock)
            await self._stop_channels()

    def _ticks(self, senders: dict[str, Any]) -> dict[str, tuple[Tick, float]]:
        polls: dict[str, tuple[Tick, float]] = {
            source.value: (partial(self._tick_poll, source), POLL_TICK_S) for source in Source
        }
        return polls | {
            "deliver": (partial(self._tick_deliver, senders), DELIVER_TICK_S),
            "tidy": (self._tick_tidy, TIDY_TICK_S),
        }

    async def _tick_poll(self, source: Source) -> None:
        count = await asyncio.to_thread(self.poll, source)
        if count.fetched or count.errors:
            log.info("%s: %s", source, describe(count))
            if source is not Source.GITHUB:
                await asyncio.to_thread(
                    self.poll, Source.GITHUB
                )  # what was just named is looked at before people are told

    async def _tick_deliver(self, senders: dict[str, Any]) -> None:
        try:
            async with self._sending:
                await self.deliver(senders)
        except InUse:
            log.debug("another process is sending")

    async def _stop_sending(self, clock: Clockwork) -> None:
        """No tick begins any more; the message in flight arrives, and that it did is stored: else it would come twice.

        The clock is paused, not shut down: that would cancel the ticks under way, with a traceback for each.
        """
        clock.pause()
        self._stopping = True
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_SEND_S), self._sending:
                pass

    async def _tick_tidy(self) -> None:
        await asyncio.to_thread(tidy, self.storage, self.clock())

    async def _start_channels(self, senders: dict[str, Any]) -> None:
        self._channels = await asyncio.to_thread(self.make_channels)
        if not self._channels and not senders:
            log.warning(
                "No channel is set and there is no terminal: I poll, and deliver to nobody until a token is set."
            )
        await asyncio.gather(*(self._start_channel(name, channel, senders) for name, channel in self._channels.items()))

    async def _start_channel(self, name: str, channel: Channel, senders: dict[str, Any]) -> None:
        """Start a channel, trying again while it can't be reached; a refused token stops this channel only."""
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
                return

    async def _stop_channels(self) -> None:
        for outcome in await asyncio.gather(*map(_stop, self._channels.values()), return_exceptions=True):
            if isinstance(outcome, Exception):
                log.warning("a channel didn't stop in order: %s", repr(outcome))

    def close(self) -> None:
        self._web.close()
        self._live_web.close()
        self.storage.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


async def _stop(channel: Channel) -> None:
    async with asyncio.timeout(_STOP_CHANNELS_S):  # wait_for may swallow a cancellation in Python 3.11
        await channel.stop()


async def _first(*waits: Any) -> None:
    """Wait until the first of these ends; the others are given up."""
    tasks = [asyncio.ensure_future(wait) for wait in waits if wait is not None]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    for task in done:
        task.result()


def describe(count: PollCount) -> str:
    """A poll in words: "412 fetched, 398 new papers, 61 new links, 3 alerts"."""
    named = (
        (count.fetched, "fetched"),
        (count.new_papers, "new papers"),
        (count.updated_papers, "updated"),
        (count.new_links, "new links"),
        (count.alerts, "alerts"),
        (count.not_modified, "unchanged"),
        (len(count.errors), "failed"),
    )
    return ", ".join(f"{number:,} {name}" for number, name in named if number) or "nothing new"


def put_back(file: Path, data: Path) -> Path | None:
    """Restore a backup into a data folder; where the database before was put. The caller holds the run lock."""
    return restore(file, data)


def _secret(value: Any) -> str | None:
    return value.get_secret_value() if value else None
