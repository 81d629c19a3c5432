"""The wiring: it knows every concrete class (the platforms by `channels`), builds, starts, and stops in order."""

import asyncio
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from bot.answers import Answers, Live
from bot.channels import Channel, made_channels
from bot.config import ARXIV_PACE_S, Settings
from bot.domain.feed import POLLED, SOURCES, Feed, PollCount, Source
from bot.errors import (
    ChannelDown,
    DamagedDatabase,
    DeliveryFailed,
    InUse,
    NoSpace,
    PaperwireError,
    StorageError,
)
from bot.forms import on_this_host
from bot.jobs.deliver import DeliverCount, deliver
from bot.jobs.digest import compose
from bot.jobs.import_archive import StageCount, import_archive
from bot.jobs.poll import Poller, Progress, silent
from bot.jobs.refresh import refresh
from bot.jobs.relink import Places
from bot.jobs.seed import seed
from bot.locks import locked
from bot.rules.rhythm import STEADY
from bot.sources.archive_ahead import ReadAhead
from bot.sources.arxiv import Arxiv
from bot.sources.download import Downloads
from bot.sources.files import Files
from bot.sources.fulltext import FullText
from bot.sources.github import GitHub
from bot.sources.github_inside import Inside
from bot.sources.github_stars import StarHistory
from bot.sources.huggingface import HuggingFace
from bot.sources.paperswithcode import PapersWithCode
from bot.sources.projectpage import ProjectPage
from bot.sources.rss import Rss
from bot.sources.trending import NewRepositories, Trending
from bot.sources.web import Web
from handlers import wording
from handlers.command import admits
from handlers.commands import respond
from handlers.console.adapter import Console
from handlers.console.asking import asked
from handlers.console.render import render
from handlers.events import Event, note
from handlers.incoming import Request
from handlers.messages import Message
from handlers.suggesting import suggest
from storage import FILE, Storage, restore

log = logging.getLogger("paperwire")

Clock = Callable[[], datetime]
CONSOLE_KEEPS: Final = 50  # alerts that wait for the next console; older ones are folded into one message
PATIENCE_S: Final = 10.0  # of a one-shot command, with another process that is sending
_STOP_CHANNELS_S: Final = 4.0
_UNWRITTEN: Final = {NoSpace.id: "no space, or no right to write", DamagedDatabase.id: "it is damaged"}
_LIVE_TIMEOUT_S: Final = 8.0  # somebody waits for the answer


@dataclass(frozen=True, slots=True)
class Sources:
    """Every source, built on one web client."""

    arxiv: Arxiv
    rss: Rss
    trending: Trending
    huggingface: HuggingFace
    github: GitHub
    inside: Inside
    places: Places
    history: StarHistory


def real_clock() -> datetime:
    return datetime.now(UTC)


class App:
    """Everything, built and opened. Use as a context manager. Raises StorageError and its kinds on opening."""

    def __init__(self, settings: Settings, *, clock: Clock = real_clock, progress: Progress | None = None) -> None:
        self.settings = settings
        self.clock = clock
        self.storage = Storage(settings.data / FILE)
        self.channels: dict[str, Channel] = {}
        self.on_answer: Callable[[str, float], None] = lambda *_: None  # takes the platform and the seconds it took
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
        asked = Live(live.arxiv, live.huggingface, live.rss, Files(self._live_web))
        closed = settings.access == "allow-list"
        self.answers = Answers(self.storage, asked, clock=clock, troubles=self._troubles, closed=closed)
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
        s, token = self.settings, _secret(self.settings.github_token)
        huggingface = HuggingFace(web, url=s.huggingface_url, token=_secret(s.hf_token))
        inside = Inside(web, api_url=s.github_api_url, token=token)
        texts = FullText(
            web,
            huggingface_url=s.huggingface_url,
            arxiv_html_url=s.arxiv_url,
            token=_secret(s.hf_token),
            interval_s=s.arxiv_interval if on_this_host(s.arxiv_url) else ARXIV_PACE_S,
        )
        site = PapersWithCode(web, url=s.paperswithcode_url)
        return Sources(
            Arxiv(
                web,
                rss_url=s.arxiv_rss_url,
                api_url=s.arxiv_api_url,
                oai_url=s.arxiv_oai_url,
                interval_s=s.arxiv_interval,
            ),
            Rss(web),
            Trending(web, url=s.github_url, search=NewRepositories(web, api_url=s.github_api_url, token=token)),
            huggingface,
            GitHub(web, api_url=s.github_api_url, token=token),
            inside,
            Places(huggingface, site, texts, ProjectPage(web), inside),
            StarHistory(web, api_url=s.github_api_url, token=token),
        )

    def _configure_feeds(self) -> None:
        """Let exactly the feeds of the settings, and those that somebody follows, be looked at."""
        s, sources = self.settings, self.sources
        wanted = [(Source.ARXIV, sources.arxiv.feed_url(c), c) for c in s.arxiv_categories]
        wanted += [(Source.RSS, url, url.split("://", 1)[-1]) for url in s.feeds]
        wanted += [(Source.TRENDING, *page) for page in sources.trending.pages(s.trending_languages)]
        wanted += [(Source.GITHUB, s.github_api_url, "repositories")]
        wanted += [(Source.HUGGING_FACE, sources.huggingface.day_url(), "daily papers")]
        wanted += [(Source.PAPERS_WITH_CODE, s.paperswithcode_url, "papers")]
        with self.storage.write():
            self.storage.feeds.configure([(*row, STEADY[row[0]]) for row in wanted], self.clock())

    def ask(self, text: str) -> str:
        """The answer to the console's user, as plain text."""
        return render(self.respond(asked(text)))

    def respond(self, request: Request) -> Message:
        """The answer to a request, from whatever platform."""
        began = time.monotonic()
        message = respond(self.answers, request)
        self.on_answer(request.address.platform, time.monotonic() - began)
        return message

    def note(self, event: Event) -> tuple[Message, ...]:
        """Let the bot know what happened in a chat; what is to be said there."""
        return note(self.answers, event)

    def admits(self, request: Request) -> bool:
        """Whether the bot answers this person here at all."""
        return admits(self.answers, request)

    def _troubles(self) -> tuple[str, ...]:
        return tuple(f"{name}: {channel.trouble}" for name, channel in self.channels.items() if channel.trouble)

    def knock(self, feed: Feed) -> str | None:
        """Ask a source for anything at all; its Date header. Raises FetchError."""
        url = f"{feed.url}/rate_limit" if feed.source is Source.GITHUB else feed.url
        return self._live_web.get(url, trusted=feed.trusted).headers.get("Date")

    # Channels --------------------------------------------------------------------------------------------------------

    def make_channels(self) -> dict[str, Channel]:
        """The channels that the settings ask for, by platform; not started yet."""
        return made_channels(
            self.settings,
            respond=self.respond,
            admits=self.admits,
            note=self.note,
            suggest=partial(suggest, self.answers),
            inbox=self.answers.inbox,
            waits=self.storage.allowances,
            marks=self.answers.marks,
        )

    def open_channels(self) -> dict[str, Channel]:
        """As `make_channels`; from now on /status tells how they are, and `stop_channels` ends them."""
        self.channels = self.make_channels()
        return self.channels

    async def how_to_claim(self, platform: str, code: str) -> str:
        """What the operator does with the code to own the bot on a platform; one line."""
        try:
            name = await self.channels[platform].name()
        except (ChannelDown, DeliveryFailed):  # not reached yet
            name = ""
        return wording.claim_how(platform, name, code)

    async def stop_channels(self) -> None:
        for outcome in await asyncio.gather(*map(_stop, self.channels.values()), return_exceptions=True):
            if isinstance(outcome, Exception):
                log.warning("a channel didn't stop in order: %s", repr(outcome))

    def console(self) -> Console:
        return Console(respond=self.respond, word=wording.delivery, history=self.settings.data / "console-history")

    # One-shot work ---------------------------------------------------------------------------------------------------

    def poll(self, source: Source, *, named: bool = False) -> PollCount:
        """Poll a source once, and only once at a time. A bug in one is logged, and stops no other."""
        return self._count(source, lambda: self.poller.poll(source, self.clock(), named=named))

    def why_nothing(self) -> str:
        """Why arXiv has nothing new today; "" on days with an announcement."""
        today = self.answers.announcing().today
        return "" if today.announces else wording.no_announcement(today)

    def look_for_code(self) -> PollCount:
        """Look again for the code of papers that have none, as far as they are due."""
        return self._count(Source.PAPERS_WITH_CODE, lambda: self.poller.look_for_code(self.clock()))

    def count_stars(self) -> PollCount:
        """Count the stars that are due, and tell of what takes off."""
        past, budget = self.sources.history, self.settings.star_budget
        return self._count(Source.GITHUB, lambda: self.poller.count_stars(past, self.clock(), budget=budget))

    def _count(self, source: Source, work: Callable[[], PollCount]) -> PollCount:
        try:
            with self._polling[source]:
                return work()
        except PaperwireError:
            raise
        except Exception as bug:
            log.exception("polling %s broke", source)
            return PollCount(errors=(f"{source} broke ({type(bug).__name__}); the log has the details",))

    def poll_all(self, names: Sequence[str] = ()) -> dict[str, PollCount]:
        """What is due of every source, or all of the named ones; a count for every source by its name.

        Side by side; then the papers without code are looked for, and GitHub comes last, named or not: the others
        name the repositories that it is asked for.
        """
        first = [source for source in POLLED if source is not Source.GITHUB and source in (names or SOURCES)]
        counts: dict[str, PollCount] = dict.fromkeys(SOURCES, PollCount())
        with ThreadPoolExecutor(max(len(first), 1)) as pool:
            counts |= zip(first, pool.map(lambda source: self.poll(source, named=bool(names)), first), strict=True)
        if Source.HUGGING_FACE in first:
            counts[Source.HUGGING_FACE] += self.look_for_code()
        counts[Source.GITHUB] = self.poll(Source.GITHUB, named=Source.GITHUB in names)
        counts[Source.GITHUB] += self.count_stars()
        self.stop_waiting_for_looks()
        return counts

    def stop_waiting_for_looks(self) -> None:
        """What waited for a look at its repository, and didn't get one now, goes as it is."""
        with self.storage.write():
            self.storage.outbox.release_all(self.clock())

    async def deliver(
        self, channels: dict[str, Any], *, patience_s: float = 0.0, going: Callable[[], bool] = lambda: True
    ) -> DeliverCount:
        """One round of sending, by one process at a time. Raises InUse when another one sends for longer."""
        if not channels:
            return DeliverCount()
        patient_until = time.monotonic() + patience_s
        while True:
            try:
                with locked(self.settings.data / "deliver.lock", "Another process is sending right now."):
                    await asyncio.to_thread(self._free_leases)
                    return await self._send_round(channels, going)
            except InUse:
                if time.monotonic() >= patient_until:
                    raise
                await asyncio.sleep(0.2)

    async def _send_round(self, channels: dict[str, Any], going: Callable[[], bool]) -> DeliverCount:
        """What is due, and then a few of the cards that are to be shown anew."""
        now, real_now = self.clock(), real_clock()
        count = await deliver(self.storage, channels, now=now, real_now=real_now, going=going)
        await refresh(self.storage, channels, now=now, real_now=real_now, going=going)
        return count

    async def deliver_once(self) -> DeliverCount | None:
        """One round for all channels that are set, without listening to any; None where none is."""
        if not self.open_channels():
            return None
        await asyncio.to_thread(self.answers.access.settle)
        await asyncio.to_thread(self.compose)
        try:
            return await self.deliver(dict(self.channels), patience_s=PATIENCE_S)
        finally:
            await self.stop_channels()

    async def deliver_to_console(self) -> DeliverCount:
        """What waits for the console, at most CONSOLE_KEEPS messages apart, now."""
        await asyncio.to_thread(self.compose)
        await asyncio.to_thread(self.fold_console)
        return await self.deliver({"console": self.console()}, patience_s=PATIENCE_S)

    def compose(self) -> int:
        """Compose the digests that are due."""
        return compose(self.storage, self.clock())

    def prove_writing(self) -> str:
        """Write something; "" or, in few words that anybody may read, why that can't be done."""
        try:
            with self.storage.write():
                self.storage.facts.set("written_at", self.clock().isoformat(timespec="seconds"))
        except StorageError as error:
            log.error("the database can't be written: %s", error)
            return _UNWRITTEN.get(error.id, "it is busy")
        return ""

    def _free_leases(self) -> None:
        with self.storage.write():
            self.storage.outbox.free_leases()

    def fold_console(self) -> None:
        with self.storage.write():
            self.storage.outbox.fold("console", keep=CONSOLE_KEEPS, now=self.clock())

    def import_archive(
        self, files: Sequence[Path], *, download: bool = False, progress: Progress = silent
    ) -> Iterator[StageCount]:
        """Take in files of the Papers With Code archive, fetched before if that is asked for. Raises FetchError."""
        if download:
            web = Downloads(user_agent=self.settings.user_agent, allowances=self.storage.allowances, progress=progress)
            with closing(web):
                files = (*files, *web.archive(self.settings.archive_url, self.settings.data / "archive"))
        yield from import_archive(self.storage, [*map(ReadAhead, files)], now=self.clock(), progress=progress)

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
