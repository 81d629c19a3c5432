"""Local times: digests come once a local day or week, whatever the clocks do, and quiet hours end in the morning.

A digest's key is its local date, so that a clock change can neither double nor drop one. Times that don't exist (the
hour that spring skips) are taken as zoneinfo takes them: as if the clock had not been changed yet.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.pace import DigestRhythm, Pace, Quiet

PERIODS: Final = {DigestRhythm.WEEKLY: timedelta(days=7), DigestRhythm.DAILY: timedelta(days=1)}
# Cities that people name, and that no zone is called after.
_CITIES: Final[Mapping[str, str]] = {
    "beijing": "Asia/Shanghai",
    "shenzhen": "Asia/Shanghai",
    "hangzhou": "Asia/Shanghai",
    "bangalore": "Asia/Kolkata",
    "bengaluru": "Asia/Kolkata",
    "mumbai": "Asia/Kolkata",
    "delhi": "Asia/Kolkata",
    "new delhi": "Asia/Kolkata",
    "hyderabad": "Asia/Kolkata",
    "osaka": "Asia/Tokyo",
    "kyoto": "Asia/Tokyo",
    "munich": "Europe/Berlin",
    "hamburg": "Europe/Berlin",
    "frankfurt": "Europe/Berlin",
    "tübingen": "Europe/Berlin",
    "geneva": "Europe/Zurich",
    "lausanne": "Europe/Zurich",
    "basel": "Europe/Zurich",
    "cambridge": "Europe/London",
    "oxford": "Europe/London",
    "edinburgh": "Europe/London",
    "manchester": "Europe/London",
    "milan": "Europe/Rome",
    "barcelona": "Europe/Madrid",
    "lyon": "Europe/Paris",
    "grenoble": "Europe/Paris",
    "boston": "America/New_York",
    "new york city": "America/New_York",
    "nyc": "America/New_York",
    "princeton": "America/New_York",
    "pittsburgh": "America/New_York",
    "washington": "America/New_York",
    "atlanta": "America/New_York",
    "montreal": "America/Toronto",
    "san francisco": "America/Los_Angeles",
    "berkeley": "America/Los_Angeles",
    "stanford": "America/Los_Angeles",
    "palo alto": "America/Los_Angeles",
    "seattle": "America/Los_Angeles",
    "san diego": "America/Los_Angeles",
    "austin": "America/Chicago",
    "tel aviv": "Asia/Jerusalem",
    "haifa": "Asia/Jerusalem",
    "canberra": "Australia/Sydney",
}


def zone_named(text: str) -> str | None:
    """The IANA zone that somebody names, by its name or by a city; None where there is none."""
    wanted = " ".join(text.replace("_", " ").split()).lower()
    return _zones().get(wanted) or _CITIES.get(wanted)


@lru_cache(maxsize=1)
def _zones() -> Mapping[str, str]:
    """Every zone by its whole name and by its city, in lower case."""
    names = sorted(name for name in available_timezones() if not name.startswith(("posix/", "right/", "SystemV/")))
    cities = {name.rpartition("/")[2].replace("_", " ").lower(): name for name in names if "/" in name}
    return {**cities, **{name.replace("_", " ").lower(): name for name in names}}


def local_date(now: datetime, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date()


def next_digest(pace: Pace, *, last: date | None, now: datetime) -> tuple[date, datetime] | None:
    """The local date of the next digest and its moment (UTC), after the one of local date `last`; None: never.

    Those whose hour passed while nobody could send are one, which is due at once. It waits for the end of quiet hours
    and of a silence that the chat has asked for.
    """
    if pace.digest is DigestRhythm.OFF:
        return None
    passed = latest(pace, now)
    if last is not None and passed > last:
        return passed, _undisturbing(passed, pace, now)
    ahead = passed + PERIODS[pace.digest]
    return ahead, _undisturbing(ahead, pace, now)


def _undisturbing(day: date, pace: Pace, now: datetime) -> datetime:
    """The digest's hour on a local day or, when that has passed, now; after quiet hours and a silence."""
    earliest = max(moment(day, pace), now)
    return after_quiet(pace, max(earliest, pace.silent_until or earliest))


def latest(pace: Pace, now: datetime) -> date:
    """The local date of the latest digest whose hour has passed."""
    today = local_date(now, pace.zone)
    if pace.digest is DigestRhythm.WEEKLY:
        today -= timedelta(days=(today.weekday() - pace.weekday) % 7)
    step = PERIODS.get(pace.digest, PERIODS[DigestRhythm.WEEKLY])
    return today if moment(today, pace) <= now else today - step


def moment(day: date, pace: Pace) -> datetime:
    """The digest's hour on a local day, as UTC."""
    return datetime.combine(day, time(pace.hour), ZoneInfo(pace.zone)).astimezone(UTC)


def after_quiet(pace: Pace, now: datetime) -> datetime:
    """Now, or the end of the quiet hours that it lies in, as UTC."""
    if pace.quiet is None:
        return now
    zone = ZoneInfo(pace.zone)
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if not is_quiet(pace.quiet, minute):
        return now
    day = local.date() + timedelta(days=int(minute >= pace.quiet.start > pace.quiet.end))
    end = datetime.combine(day, time(pace.quiet.end // 60, pace.quiet.end % 60), zone).astimezone(UTC)
    return max(end, now)


def is_quiet(quiet: Quiet, minute: int) -> bool:
    """Whether a minute after local midnight lies in the quiet hours."""
    if quiet.start <= quiet.end:
        return quiet.start <= minute < quiet.end
    return minute >= quiet.start or minute < quiet.end
