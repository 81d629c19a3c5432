"""How often a repository's stars are counted, what its history comes to, and what is unusual about them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.domain.stars import Curve, Pattern, StarDay, StarSample, Surge, Watched
from bot.rules.surge import DAY, Days, days

HOURLY: Final = 3600
SIX_HOURS: Final = 6 * 3600
DAILY: Final = 24 * 3600
WEEKLY: Final = 7 * 24 * 3600
SHOWN: Final = 28  # days of a curve
_YOUNG: Final = timedelta(days=3)
_MOVING: Final = 10  # stars of a day
_LAUNCH: Final = timedelta(days=30)
_HALF_OF: Final = 50  # stars at least
_LOST: Final = 0.1
_FEW_FORKS: Final = 200  # stars for one fork
_FORKS_OF: Final = 500


def pace(watched: Watched, told: Days | None, *, trending: bool, now: datetime) -> int:
    """Seconds to the next count: hourly where it moves, is young or somebody watches it, weekly where nothing does."""
    gains = told.gains if told else ()
    if watched.asked or trending or watched.episode or sum(gains[:1]) >= _MOVING or now - watched.since < _YOUNG:
        return HOURLY
    if sum(gains[:7]) >= 7:
        return SIX_HOURS
    return DAILY if sum(gains[:28]) >= 1 or len(gains) < 28 else WEEKLY


def at_midnight(own: Sequence[StarSample], now: datetime) -> int | None:
    """How many there were when today began, as far as our own counts can tell; None where there are none."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    before = [sample for sample in own if sample.at <= midnight]
    after = [sample for sample in own if sample.at > midnight]
    if not before or not after:
        return after[0].stars if after else before[-1].stars if before else None
    last, first = before[-1], after[0]
    return round(last.stars + (first.stars - last.stars) * ((midnight - last.at) / (first.at - last.at)))


def past(history: Sequence[StarDay], stars: int, now: datetime) -> tuple[StarSample, ...]:
    """What was counted at each midnight, by the host's history and the count when today began."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    counts, left = [StarSample(midnight, stars)], stars
    for day in reversed(history):
        left = max(left - day.gained, 0)
        counts.append(StarSample(datetime(day.day.year, day.day.month, day.day.day, tzinfo=UTC), left))
    return tuple(_corners(counts[::-1]))


def _corners(samples: Sequence[StarSample]) -> Iterator[StarSample]:
    """Without those in the midst of a flat stretch."""
    for at, sample in enumerate(samples):
        inner = 0 < at < len(samples) - 1
        if not inner or not samples[at - 1].stars == sample.stars == samples[at + 1].stars:
            yield sample


def curve(name: str, counts: Sequence[StarSample], surges: Sequence[tuple[Surge, datetime]] = ()) -> Curve | None:
    """What there is to see of a repository's last four weeks; None where not even a day is known."""
    told = days(counts)
    if told is None:
        return None
    begin = told.end - SHOWN * DAY
    kept = [at for at, sample in enumerate(counts) if sample.at >= begin]
    gains = told.gains[:SHOWN][::-1]
    return Curve(name, tuple(counts[max(kept[0] - 1, 0) :]), gains, tuple(surges))


def unusual(samples: Sequence[StarSample], *, forks: int | None, born: datetime | None) -> tuple[Pattern, ...]:
    """What is out of the ordinary about these counts, whatever the reason may be."""
    told = days(samples)
    if told is None:
        return ()
    found = []
    first = born or samples[0].at
    late = [age for age in range(len(told.gains) - 2) if told.end - (age + 3) * DAY - first > _LAUNCH]
    most = max((sum(told.gains[age : age + 3]) for age in late), default=0)
    if told.stars >= _HALF_OF and most >= told.stars / 2:
        found.append(Pattern.HALF_AT_ONCE)
    month = [sample.stars for sample in samples if told.end - sample.at <= timedelta(days=30)]
    if told.stars >= _HALF_OF and told.stars < (1 - _LOST) * max(month):
        found.append(Pattern.MANY_LOST)
    if forks is not None and told.stars >= _FORKS_OF and forks < told.stars / _FEW_FORKS:
        found.append(Pattern.FEW_FORKS)
    return tuple(found)
