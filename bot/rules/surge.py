"""Whether a repository gains more stars than it usually does: from its counts and `now` to a Surge or nothing.

Gains are compared with the repository's own days before, by how improbable they are under a negative binomial: counts
of stars are far more uneven than chance alone (Poisson) would have them. Three windows: a day, three days, a week.

    days      counts at whole days back from the last sample, straight lines between samples; what a fall took doesn't
              count as gained when it comes back, so that purges and glitches are no surges
    usual     a weighted mean of the four weeks before the window, its greatest days cut, weekdays evened out
    tail      the probability of as many stars or more; the repository's own unevenness, drawn towards the usual one
    episodes  a surge is told once; it ends after a week without
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Final

from bot.domain.stars import Episode, StarSample, Surge

DAY: Final = timedelta(days=1)
LOOK_BACK: Final = 36  # days: four weeks before a window of a week, and one
QUIET: Final = timedelta(days=7)  # without a surge end an episode
# Days, the least gain that is worth a word, and that where less than a week is known.
_WINDOWS: Final = {1: (10, 25), 3: (15, 60), 7: (25, 120)}
_DIP: Final = 200
_DIP_SHARE: Final = 0.01
_YOUNG: Final = 5  # days before a window, with the window a week at least
_BEFORE: Final = 28
_LEFT_OUT: Final = 2  # days at least that don't count as "before"
_STALE: Final = timedelta(days=2)
_P: Final = 5e-5
_RATIO: Final = 3.0
_SHARE: Final = 1 / 1000  # of its stars: less is no surge of a repository that everybody knows
_SHARE_MOST: Final = 100
_LEAST: Final = 0.2
_PRIOR: Final = 0.3
_PRIOR_SHARE: Final = 1 / 1000  # of its stars, what a repository that we don't know may gain a day
_HALF_LIFE: Final = 14.0
_CUT: Final = 0.9
_UNEVEN: Final = 1 / 1.5  # 1/k of the negative binomial, as research repositories have it
_UNEVEN_WEIGHT: Final = 28.0  # days of its own that this is worth
_UNEVEN_LEAST: Final = 0.1
_UNEVEN_MOST: Final = 3.0
_WEEKDAYS: Final = (0.89, 1.02, 1.04, 1.04, 1.04, 0.96, 0.85)  # Monday first, as seen on hundreds of thousands of days
_WEIGHTS: Final = tuple(0.5 ** (age / _HALF_LIFE) for age in range(_BEFORE))


@dataclass(frozen=True, slots=True)
class Days:
    """Stars gained day by day, the last day first, ending at `end`; as many as are known."""

    end: datetime
    stars: int
    gains: tuple[float, ...]


def days(samples: Sequence[StarSample]) -> Days | None:
    """`samples` in order of time. None where they don't reach over a day."""
    return days_of([sample.at.timestamp() for sample in samples], [sample.stars for sample in samples])


def days_of(seconds: Sequence[float], counts: Sequence[int]) -> Days | None:
    """As `days`, of bare times and counts: there are millions of them."""
    if len(seconds) < 2:
        return None
    end, last = seconds[-1], counts[-1]
    dips = _dips(counts)
    kept = [at for at in range(len(counts)) if at not in dips] if dips else range(len(counts))
    ages = [(end - seconds[at]) / 86_400 for at in reversed(kept)]
    known = min(int(ages[-1] + 1e-6), LOOK_BACK)
    if known < 1:
        return None
    high = list(accumulate(_at_whole_days(ages, [counts[at] for at in reversed(kept)], known), max))
    gains = tuple(after - before for before, after in pairwise(high))
    return Days(datetime.fromtimestamp(end, UTC), last, gains[::-1])


def _dips(counts: Sequence[int]) -> set[int]:
    """Where a count had fallen by hundreds and came back: a mistake of the host, or a purge undone; unknown then."""
    found = set[int]()
    high, top, low = 0, -1, 0  # where the highest count stands, what it is, the lowest one since
    for at, stars in enumerate(counts):
        if stars < top:
            low = min(low, stars)
            continue
        if top - low >= max(_DIP, top * _DIP_SHARE):
            found.update(range(high + 1, at))
        high, top, low = at, stars, stars
    return found


def _at_whole_days(ages: Sequence[float], counts: Sequence[int], days_back: int) -> list[float]:
    """The counts so many whole days back, the oldest first; between samples on the straight line. `ages` rise."""
    found, after = [], 0
    for age in range(days_back + 1):
        while after < len(ages) and ages[after] <= age:
            after += 1
        if after == len(ages):
            found.append(float(counts[-1]))
            continue
        begin = ages[after - 1]
        slope = (counts[after] - counts[after - 1]) / (ages[after] - begin)
        found.append(counts[after - 1] + slope * (age - begin))
    return found[::-1]


def find(samples: Sequence[StarSample], now: datetime) -> Surge | None:
    """The least probable of the windows that end with the last sample; None where none is out of the ordinary."""
    return at(days(samples), now)


def at(told: Days | None, now: datetime) -> Surge | None:
    """As `find`, of days as they are known."""
    return judge(told) if told and timedelta(0) <= now - told.end <= _STALE else None


def judge(told: Days) -> Surge | None:
    """As `find`, whenever these days were."""
    best: Surge | None = None
    for window, (floor, young_floor) in _WINDOWS.items():
        gained = sum(told.gains[:window])
        least = floor if _known_before(told, window) >= _YOUNG else young_floor
        if gained < max(least, min(told.stars * _SHARE, _SHARE_MOST)) or len(told.gains) < window:
            continue
        usual, uneven = _usual(told, window)
        expected = usual * sum(_factor(told, age) for age in range(window))
        if gained < _RATIO * expected:
            continue
        p = tail(gained, expected, uneven)
        if p * len(_WINDOWS) < _P and (best is None or p < best.p):
            best = Surge(window, round(gained), usual, p, _first_day(told, window, usual), told.stars)
    return best


def confirm(found: Surge, history: Sequence[StarSample], own: Sequence[StarSample]) -> Surge | None:
    """The surge that we found, by what the host's own history calls usual; None where that shows none.

    `history` is counts at midnights, up to today's; today is known from `own` alone.
    """
    midnight = history[-1].at
    later = [sample for sample in own if sample.at > midnight]
    seen = [days(history), days([*history, *later])]
    borne = [one for told in seen if told and (one := judge(told))]
    best = min(borne, key=lambda one: one.p, default=None)
    if best is None or found.gained < _RATIO * best.usual * found.days:
        return best
    return replace(found, usual=best.usual, p=best.p)


def _known_before(told: Days, window: int) -> int:
    """Days before the window of which something is known."""
    return len(told.gains) - max(window, _LEFT_OUT)


def _usual(told: Days, window: int) -> tuple[float, float]:
    """Stars a day before the window, and how uneven they are (1/k)."""
    first = max(window, _LEFT_OUT)
    gains = [gain / _factor(told, first + age) for age, gain in enumerate(told.gains[first : first + _BEFORE])]
    prior = max(_PRIOR, told.stars * _PRIOR_SHARE)
    if len(gains) < _YOUNG:
        return prior, _UNEVEN
    top = sorted(gains)[int(_CUT * (len(gains) - 1))]
    cut = [min(gain, top) for gain in gains]
    weights = _WEIGHTS[: len(cut)]
    mean = max(sum(w * gain for w, gain in zip(weights, cut, strict=True)) / sum(weights), _LEAST)
    variance = sum((gain - mean) ** 2 for gain in cut) / len(cut)
    own = min(max(variance - mean, 0.0) / mean**2, _UNEVEN_MOST)
    shrunk = (_UNEVEN_WEIGHT * _UNEVEN + len(gains) * own) / (_UNEVEN_WEIGHT + len(gains))
    return mean, max(shrunk, _UNEVEN_LEAST)


def _factor(told: Days, age: int) -> float:
    """What share of a usual day's stars this day of the week brings."""
    return _WEEKDAYS[(told.end - (age + 0.5) * DAY).astimezone(UTC).weekday()]


def _first_day(told: Days, window: int, usual: float) -> date:
    """The first of the window's days that brought more than usual."""
    ages = [age for age in range(window) if told.gains[age] >= 2 * usual]
    return (told.end - (max(ages, default=0) + 0.5) * DAY).astimezone(UTC).date()


def tail(count: float, mean: float, uneven: float) -> float:
    """P(X >= count) of a negative binomial with this mean and 1/k."""
    k = 1 / uneven
    return _beta(mean / (mean + k), max(count, 1e-9), k)


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction."""
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 2000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + term * d)
            c = 1 + term / c
            value *= c * d
        if abs(c * d - 1) < 1e-10:
            break
    return front * value / a


def follow(episode: Episode | None, found: Surge | None, now: datetime) -> tuple[Episode | None, bool]:
    """The episode after this look, and whether to tell of it: once, until a week has gone without a surge."""
    if episode and now - episode.seen_at > QUIET:
        episode = None
    if found is None:
        return episode, False
    if episode is None:
        return Episode(now, now, found.gained / found.days), True
    return Episode(episode.told_at, max(now, episode.seen_at), episode.pace), False


def milestone(before: int | None, after: int) -> int | None:
    """The greatest round number that was passed: 100, 250, 500, 1,000, 2,500 …; None where none was."""
    if before is None or after <= before:
        return None
    passed = [step * 10**zeros for zeros in range(1, len(str(after))) for step in (10, 25, 50)]
    return max((number for number in passed if before < number <= after), default=None)
