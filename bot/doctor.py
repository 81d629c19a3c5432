"""The doctor: looks at everything that can be wrong with an installation, and says how to mend it."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from statistics import median_low
from typing import Final

from bot.app import App, real_clock
from bot.channels import Channel
from bot.domain.feed import Feed, Source
from bot.errors import DeliveryFailed, FetchError

_LEAST_FREE: Final = 500_000_000
_SAFE_SQLITE: Final = (3, 51, 3)
_MOST_DRIFT_S: Final = 120


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, whether it is well, and what was seen (with the mend, where it isn't)."""

    what: str
    well: bool
    words: str


def examine(app: App) -> Iterator[Finding]:
    """Every check, in order, each told as soon as it is made; the sources and channels are really asked."""
    yield from _here(app)
    yield from _sources(app)
    yield from _channels(app)


def _here(app: App) -> Iterator[Finding]:
    yield Finding(
        "settings", True, "all understood" + (f"; {'; '.join(app.settings.warnings)}" if app.settings.warnings else "")
    )
    damage = app.storage.database.check()
    yield Finding(
        "database",
        damage == "ok",
        str(app.storage.database.path) if damage == "ok" else f"{damage}. Restore a backup: paperwire restore FILE",
    )
    free = shutil.disk_usage(app.settings.data).free
    room = f"{free / 1e9:,.1f} GB free"
    yield Finding("disk", free >= _LEAST_FREE, room if free >= _LEAST_FREE else f"only {room}: make some room")
    version = app.storage.database.engine_version
    safe = tuple(map(int, version.split("."))) >= _SAFE_SQLITE
    note = "" if safe else " (3.51.3 mends a rare fault with two writing connections; paperwire has one)"
    yield Finding("SQLite", True, version + note)


def _sources(app: App) -> Iterator[Finding]:
    """Each source by its first feed; and this machine's clock by what they take the time to be."""
    first: dict[Source, Feed] = {}
    for feed in app.storage.feeds.all():
        first.setdefault(feed.source, feed)
    drifts: list[float] = []
    for source, feed in first.items():
        yield _ask(app, source, feed, drifts)
    yield _clock(drifts)


def _ask(app: App, source: Source, feed: Feed, drifts: list[float]) -> Finding:
    try:
        drift = _drift(app.knock(feed))
    except FetchError as error:
        if source is Source.PAPERS_WITH_CODE:
            return Finding(source, True, f"{feed.url}: {error}. Nothing depends on it alone")
        mend = "Check the network, a proxy, or the address in the settings."
        return Finding(source, False, f"{feed.url}: {error}. {mend}")
    if drift is not None:
        drifts.append(drift)
    return Finding(source, True, f"{feed.url} answers")


def _drift(date: str | None) -> float | None:
    """Seconds by which our clock is ahead of the server's."""
    try:
        theirs = parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
    return (real_clock() - theirs.astimezone(UTC)).total_seconds() if isinstance(theirs, datetime) else None


def _clock(drifts: list[float]) -> Finding:
    """The middle one decides: a single server may be wrong itself."""
    if not drifts:
        return Finding("clock", True, f"{real_clock():%Y-%m-%d %H:%M} UTC; no source told its own time to compare with")
    drift = median_low(drifts)
    if abs(drift) <= _MOST_DRIFT_S:
        return Finding("clock", True, "agrees with the sources")
    far = f"{abs(drift):,.0f} s {'ahead of' if drift > 0 else 'behind'} the sources'"
    return Finding("clock", False, f"{far}. Set it (NTP): due times and quiet weekends depend on it")


def _channels(app: App) -> Iterator[Finding]:
    channels = app.make_channels()
    if not channels:
        yield Finding(
            "channels",
            True,
            "none set: the console only. TELEGRAM_BOT_TOKEN, or SLACK_BOT_TOKEN and SLACK_APP_TOKEN, add one",
        )
    for name, channel in channels.items():
        yield asyncio.run(_check(name, channel))


async def _check(name: str, channel: Channel) -> Finding:
    try:
        return Finding(name, True, await channel.check())
    except DeliveryFailed as error:
        return Finding(name, False, str(error))
