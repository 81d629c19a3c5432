"""What a person types to settle when and how a chat is told, understood. Each raises BadQuery with what to type."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.pace import DigestRhythm, Pace, Quiet, Rhythm
from bot.errors import BadQuery
from bot.rules.local_time import zone_named

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME: Final = r"(\d{1,2})(?:[:.](\d{2}))?\s?(am|pm)?"
_SPAN = re.compile(rf"(?:from )?{_TIME}\s?(?:-|–|to|until)\s?{_TIME}", re.IGNORECASE | re.ASCII)
_LENGTH = re.compile(r"(\d{1,3})\s?(d|days?|w|weeks?|h|hours?)", re.IGNORECASE | re.ASCII)
_HOURS: Final = {"h": 1, "d": 24, "w": 168}
_OFF: Final = ("off", "none", "never", "no")
_MOST_MESSAGES: Final = 500


def zone(pace: Pace, text: str) -> Pace:
    found = zone_named(text)
    if found is None:
        raise BadQuery(
            f"I know no time zone “{text[:40]}”.", hint="Name a city or a zone: Berlin, New York, Asia/Tokyo."
        )
    return replace(pace, zone=found)


def quiet(pace: Pace, text: str) -> Pace:
    if text.lower() in _OFF:
        return replace(pace, quiet=None)
    found = _SPAN.fullmatch(text.strip())
    start, end = (
        (_minute(found[1], found[2], found[3]), _minute(found[4], found[5], found[6])) if found else (None, None)
    )
    if start is None or end is None or start == end:
        raise BadQuery("I can't read these hours.", hint="Write 22:00-07:00, or off.")
    return replace(pace, quiet=Quiet(start, end))


def _minute(hour: str, minute: str | None, half: str | None) -> int | None:
    """Minutes after midnight; None for no time of day."""
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    return hours % 24 * 60 + minutes if hours <= 24 and minutes < 60 else None


def budget(pace: Pace, text: str) -> Pace:
    if text.lower() in _OFF:
        return replace(pace, budget=None)
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= _MOST_MESSAGES):
        raise BadQuery("That is no number of messages.", hint=f"Write a number from 1 to {_MOST_MESSAGES}, or off.")
    return replace(pace, budget=int(text))


def digest(pace: Pace, text: str) -> Pace:
    """weekly [DAY] [HOUR], daily [HOUR], or off."""
    said = text.lower().replace(",", " ").replace(" at ", " ").split()
    if said and said[0] in _OFF:
        return replace(pace, digest=DigestRhythm.OFF)
    rhythm = {"weekly": DigestRhythm.WEEKLY, "daily": DigestRhythm.DAILY}.get(said[0] if said else "")
    if rhythm is None:
        raise _no_digest()
    weekday, hour = pace.weekday, pace.hour
    for word in said[1:]:
        day = next((n for n, name in enumerate(DAYS) if len(word) >= 2 and name.startswith(word)), None)
        if day is not None and rhythm is DigestRhythm.WEEKLY:
            weekday = day
        else:
            hour = _hour(word)
    return replace(pace, digest=rhythm, weekday=weekday, hour=hour)


def _hour(word: str) -> int:
    found = re.fullmatch(_TIME, word, re.IGNORECASE | re.ASCII)
    minute = _minute(found[1], found[2], found[3]) if found else None
    if minute is None or minute % 60:
        raise _no_digest()
    return minute // 60


def _no_digest() -> BadQuery:
    return BadQuery("I can't read when the digest shall come.", hint="Write weekly monday 9, daily 18, or off.")


def length(text: str) -> timedelta | None:
    """ "3 days", "2w" or "12h" as a time; None for nothing."""
    if not text:
        return None
    found = _LENGTH.fullmatch(text.strip())
    if found is None or int(found[1]) == 0:
        raise BadQuery("I can't read how long.", hint="Write 3 days, 2 weeks or 12 hours; or nothing, for good.")
    return timedelta(hours=int(found[1]) * _HOURS[found[2][0].lower()])


def feed_words(url: str) -> str:
    """The words that mute all of a feed."""
    return f'feed:"{url}"'


def muted(text: str, now: datetime) -> tuple[str, datetime | None]:
    """The words to mute, and until when: the last words may say for how long."""
    for size in (2, 1):
        head, tail = text.split()[:-size], " ".join(text.split()[-size:])
        if head and _LENGTH.fullmatch(tail):
            span = length(tail)
            return " ".join(head).removesuffix(" for"), now + span if span else None
    return text, None


def rhythm(text: str) -> Rhythm:
    names = {"at once": Rhythm.AT_ONCE, "now": Rhythm.AT_ONCE, "instant": Rhythm.AT_ONCE} | {r.value: r for r in Rhythm}
    found = names.get(" ".join(text.lower().split()))
    if found is None:
        raise BadQuery("I don't know this rhythm.", hint="There are at once, hourly, daily and weekly.")
    return found


def sound(pace: Pace, text: str) -> Pace:
    return replace(pace, sound=_switched(text))


def links(pace: Pace, text: str) -> Pace:
    return replace(pace, links=_switched(text))


def _switched(text: str) -> bool:
    said = text.strip().lower()
    if said not in ("on", *_OFF):
        raise BadQuery("I can't tell whether you want it.", hint="Write on, or off.")
    return said == "on"


def silent(pace: Pace, until: datetime | None) -> Pace:
    return replace(pace, silent_until=until)


def zone_info(pace: Pace) -> ZoneInfo:
    return ZoneInfo(pace.zone)
