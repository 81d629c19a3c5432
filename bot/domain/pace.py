"""When a chat wants to hear: its time zone, quiet hours, budget and digest, and each subscription's rhythm."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Rhythm(StrEnum):
    """How often a subscription speaks; daily and weekly news comes in the digest alone."""

    AT_ONCE = "at once"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


class DigestRhythm(StrEnum):
    WEEKLY = "weekly"
    DAILY = "daily"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nothing comes, from and until minutes after local midnight; they may reach over it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pace:
    """A chat's settings. `budget` is the most messages of a local day (None: no limit); `weekday` 0 is Monday.

    `sound`: what comes may ring; `links`: links to papers that somebody posts are answered.
    """

    zone: str = "UTC"
    quiet: Quiet | None = None
    budget: int | None = 20
    digest: DigestRhythm = DigestRhythm.WEEKLY
    weekday: int = 0
    hour: int = 9
    silent_until: datetime | None = None
    sound: bool = True
    links: bool = False


def first_pace(platform: str) -> Pace:
    """What a chat begins with: links are answered where that makes a preview, and no message."""
    return Pace(links=platform == "slack")


@dataclass(frozen=True, slots=True)
class Today:
    """How many messages a chat has had on a local day."""

    day: date
    messages: int
