"""Which repositories take off, on real series: how often, how early, and how often wrongly?

--series DIR   a folder of DAY.csv.gz, one row a repository with `repo_url` and `stars`; nothing but these counts is
               used, no history confirms a surge

episodes_per_1000    announcements in a thousand repository-days
announced_share      of the greatest true rises (gain of three days over the rate of the four weeks before, at least
                     100 stars; found without the detector), those announced, from a week before to three days after
first_day_share      … no later than the first day on which that gain is 100 and three times the rate
artefacts_announced  announcements out of counts that fall by thousands and come back: those of the series, and such
                     falls planted in 300 of its repositories
judge_100k_s         100,000 repositories, counted and judged; judge_100k_cpu_s is what it computes
z_… poisson_… triple_…   the same of three simpler rules, each with the same episodes
power_N, delay_N     surges of N stars in three days, planted in quiet series: the share announced, and after how
                     many days
"""

import argparse
import csv
import gzip
import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from multiprocessing import Pool
from pathlib import Path
from random import Random
from statistics import fmean, pstdev
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from bench.figures import Figures, options, show
from bench.star_store import judging, kb_a_year
from bot.domain.stars import Episode, StarSample, Surge
from bot.rules import surge
from tests.replay import SHARED

Series = Mapping[int, int]  # stars by day (its ordinal)
Over = Callable[..., list[list[list[int]]]]  # starmap() over all cores
Rule = Callable[[surge.Days], object]
_SERIES: Final = SHARED / "data" / "github" / "stars"
_READ_AT: Final = timedelta(hours=2)
_KNOWN: Final = 40  # days that a rule is given
_GREATEST: Final = 200
_LEAST: Final = 0.2
_SIZES: Final = (10, 20, 40, 80, 160, 320)
_PLANTED: Final = 400
_SHAPE: Final = (0.6, 0.3, 0.1)
_GLITCHES: Final = 300
_EPISODE: Final = 10  # days before a planted surge from which on what was told may still count as one with it


@dataclass(frozen=True, slots=True)
class Rise:
    """A true rise: how many times the rate before, its first day, and the day of its greatest three-day gain."""

    ratio: float
    name: str
    first: int
    peak: int


def main() -> None:
    args = options(__doc__, more=_more)
    series = read(args.series)
    if args.scale < 1:
        series = {name: series[name] for name in sorted(series)[: max(int(len(series) * args.scale), 50)]}
    with Pool(os.cpu_count()) as pool:
        show(_figures(series, pool.starmap, args.scale), as_json=args.json)


def _more(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--series", type=Path, default=_SERIES, help="folder of DAY.csv.gz")


def read(folder: Path) -> dict[str, dict[int, int]]:
    """Every repository's stars by day."""
    csv.field_size_limit(10**9)
    found: dict[str, dict[int, int]] = {}
    for file in sorted([*folder.glob("*.csv.gz"), *folder.glob("*.csv")]):
        day = date.fromisoformat(file.name[:10]).toordinal()
        text = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        for row in csv.DictReader(text.decode("utf-8", "replace").splitlines()):
            if (row.get("stars") or "").isdecimal() and row.get("repo_url"):
                found.setdefault(row["repo_url"].removeprefix("https://github.com/").lower(), {})[day] = int(
                    row["stars"]
                )
    if not found:
        raise SystemExit(f"No series in {folder}: it has to hold DAY.csv.gz with the columns repo_url and stars.")
    return found


def _figures(series: Mapping[str, Series], over: Over, scale: float) -> Figures:
    names, days = list(series), sum(map(len, series.values()))
    rises = greatest(series, max(int(_GREATEST * min(scale, 1)), 1))
    figures: dict[str, float | int | str] = {"repositories": len(names), "repository_days": days, "rises": len(rises)}
    told = dict(zip(names, over(announcements, zip(series.values(), strict=True), chunksize=20), strict=True))
    wrongly = _glitches(series, told, over)
    for at, prefix in enumerate(RULES):
        announced = {name: days[at] for name, days in told.items()}
        figures |= {f"{prefix}{name}": value for name, value in _scores(announced, rises, days).items()}
        figures[f"{prefix}artefacts_announced"] = wrongly[at]
    figures |= _power(series, over, scale)
    figures["judge_100k_s"], figures["judge_100k_cpu_s"] = judging(max(int(100_000 * min(scale, 1)), 100))
    figures["kb_a_repository_year"] = kb_a_year()
    return figures


def announcements(stars: Series, *, rules: int | None = None, within: range | None = None) -> list[list[int]]:
    """By rule, the days on which it announces this repository: the first of each episode. Of the first so many rules,
    on days within this range, where those are given."""
    samples = [StarSample(_moment(day), stars[day]) for day in sorted(stars)]
    judges = list(RULES.values())[:rules]
    episodes: list[Episode | None] = [None for _ in judges]
    told = [list[int]() for _ in judges]
    for at, sample in enumerate(samples):
        day = sample.at.toordinal()
        if within is not None and day not in within:
            continue
        known = surge.days(samples[max(0, at - _KNOWN) : at + 1])
        for number, rule in enumerate(judges):
            found = rule(known) if known else None
            seen = found if isinstance(found, Surge) or found is None else Surge(1, 0, 1, 0, sample.at.date(), 0)
            episodes[number], tell = surge.follow(episodes[number], seen, sample.at)
            told[number] += [day] if tell else []
    return told


def _near(stars: Series, within: range) -> list[list[int]]:
    return announcements(stars, within=within)


def _planted(stars: Series, begin: int) -> list[list[int]]:
    """Our rule alone, around a planted surge."""
    return announcements(stars, rules=1, within=range(begin - _EPISODE, begin + 8))


def _moment(day: int) -> datetime:
    return datetime.combine(date.fromordinal(day), datetime.min.time(), UTC) + _READ_AT


# The simpler rules ----------------------------------------------------------------------------------------------------


def _last(told: surge.Days) -> tuple[float, list[float]] | None:
    """The last day's gain, and those of the four weeks before."""
    return (told.gains[0], list(told.gains[1:29])) if len(told.gains) > 7 else None


def z_score(told: surge.Days) -> object:
    if (last := _last(told)) is None:
        return None
    return last[0] > fmean(last[1]) + 3 * pstdev(last[1]) or None


def poisson(told: surge.Days) -> object:
    if (last := _last(told)) is None or last[0] < 1:
        return None
    return _poisson_tail(math.ceil(last[0]), max(fmean(last[1]), _LEAST)) < 1e-4 or None


def _poisson_tail(count: int, mean: float) -> float:
    """P(X >= count), for counts above the mean."""
    if count <= mean:
        return 1.0
    term = total = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    while term > total * 1e-9:
        count += 1
        term *= mean / count
        total += term
    return total


def triple(told: surge.Days) -> object:
    if (last := _last(told)) is None:
        return None
    return (last[0] >= 10 and last[0] >= 3 * max(fmean(last[1]), _LEAST)) or None


RULES: Final[Mapping[str, Rule]] = {"": surge.judge, "z_": z_score, "poisson_": poisson, "triple_": triple}

# What they are measured with ------------------------------------------------------------------------------------------


def greatest(series: Mapping[str, Series], most: int) -> list[Rise]:
    """The greatest true rises; of those within two weeks of one repository the greatest alone."""
    found = [
        Rise(ratio, name, 0, day) for name, stars in series.items() for day in stars if (ratio := _ratio(stars, day))
    ]
    kept: list[Rise] = []
    peaks: dict[str, list[int]] = {}
    for rise in sorted(found, key=lambda one: -one.ratio):
        stars = series[rise.name]
        first = next(
            (day for day in range(rise.peak - 10, rise.peak + 1) if day in stars and _ratio(stars, day) >= 3), None
        )
        if first is None or any(abs(rise.peak - peak) < 14 for peak in peaks.get(rise.name, ())):
            continue
        peaks.setdefault(rise.name, []).append(rise.peak)
        kept.append(Rise(rise.ratio, rise.name, first, rise.peak))
        if len(kept) == most:
            break
    return kept


def _ratio(stars: Series, day: int) -> float:
    """The gain of three days over the rate of the four weeks before; 0 where it is under 100, or only comes back."""
    if day - 3 not in stars or day - 31 not in stars or (gain := stars[day] - stars[day - 3]) < 100:
        return 0.0
    if max(stars.get(other, 0) for other in range(day - 31, day - 3)) > stars[day - 3] + gain / 2:
        return 0.0
    return gain / 3 / max((stars[day - 3] - stars[day - 31]) / 28, _LEAST)


def _scores(announced: Mapping[str, Sequence[int]], rises: Sequence[Rise], days: int) -> Figures:
    near = [[day for day in announced[rise.name] if rise.first - 7 <= day <= rise.peak + 3] for rise in rises]
    early = [any(day <= rise.first for day in days) for rise, days in zip(rises, near, strict=True)]
    return {
        "episodes_per_1000": round(1000 * sum(map(len, announced.values())) / days, 3),
        "announced_share": round(sum(map(bool, near)) / max(len(rises), 1), 4),
        "first_day_share": round(sum(early) / max(len(rises), 1), 4),
    }


def _glitches(series: Mapping[str, Series], told: Mapping[str, Sequence[Sequence[int]]], over: Over) -> list[int]:
    """By rule, announcements of counts that come back after a fall by thousands; and those that planted falls add."""
    luck, spoilt, ends = Random(7), dict[str, Series](), dict[str, range]()
    large = sorted(name for name, stars in series.items() if len(stars) > 60 and min(stars.values()) > 3000)
    for name in large[:_GLITCHES]:
        stars = series[name]
        begin = luck.choice(sorted(stars)[35:-15])
        fall, length = luck.randint(2000, min(stars.values())), luck.randint(1, 10)
        spoilt[name] = {day: n - fall * (begin <= day < begin + length) for day, n in stars.items()}
        ends[name] = range(begin, begin + length + 8)
    near = [range(days.start - _EPISODE, days.stop) for days in ends.values()]
    again = dict(zip(spoilt, over(_near, zip(spoilt.values(), near, strict=True), chunksize=20), strict=True))
    return [
        sum(_comes_back(series[name], day) for name, days in told.items() for day in days[rule])
        + sum(_added(days[rule], told[name][rule], ends[name]) for name, days in again.items())
        for rule in range(len(RULES))
    ]


def _comes_back(stars: Series, day: int) -> bool:
    """Whether the count of this day was there before, and fell by a thousand at least in between."""
    before = [stars[other] for other in range(day - 28, day) if other in stars]
    high, fall = 0, 0
    for count in before:
        high = max(high, count)
        fall = max(fall, high - count)
    return fall >= 1000 and high >= stars[day]


def _added(days: Sequence[int], before: Sequence[int], near: range) -> int:
    """How many of these announcements the fall has made: near it, where without it there was none."""
    return sum(day in near and all(abs(day - other) > 3 for other in before) for day in days)


def _power(series: Mapping[str, Series], over: Over, scale: float) -> Figures:
    """Of surges of so many stars, planted in series that gain less than two stars a day: how many are announced."""
    quiet = [stars for _, stars in sorted(series.items()) if _is_quiet(stars)]
    quiet = Random(3).sample(quiet, min(len(quiet), max(int(_PLANTED * min(scale, 1)), 20)))
    figures: dict[str, float | int | str] = {"quiet_series": len(quiet)}
    if not quiet:
        return figures
    for size in _SIZES:
        luck = Random(size)
        begins = [luck.choice(sorted(stars)[40:-10]) for stars in quiet]
        planted = [_with(stars, begin, size) for stars, begin in zip(quiet, begins, strict=True)]
        told = over(_planted, zip(planted, begins, strict=True), chunksize=10)
        before = over(_planted, zip(quiet, begins, strict=True), chunksize=10)
        delays = [
            next((day - begin for day in days if begin < day and day not in old), None)
            for (days,), (old,), begin in zip(told, before, begins, strict=True)
        ]
        heard = [delay for delay in delays if delay is not None]
        figures[f"power_{size}"] = round(len(heard) / len(delays), 3)
        figures[f"delay_{size}"] = round(fmean(heard), 2) if heard else "-"
    return figures


def _is_quiet(stars: Series) -> bool:
    days = sorted(stars)
    return (
        len(days) > 100 and days[-1] - days[0] < len(days) + 3 and 0 <= stars[days[-1]] - stars[days[0]] < 2 * len(days)
    )


def _with(stars: Series, begin: int, size: int) -> Series:
    """The series with a surge that begins on this day and is seen from the next one on."""
    more = {begin + 1 + at: math.floor(size * sum(_SHAPE[: at + 1])) for at in range(len(_SHAPE))}
    return {day: n + (size if day > begin + len(_SHAPE) else more.get(day, 0)) for day, n in stars.items()}


if __name__ == "__main__":
    main()
