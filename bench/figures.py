"""What all benchmarks share: their options, their last line, and how times become figures."""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import quantiles

Figures = Mapping[str, float | int | str]


def options(what: str | None, *, more: Callable[[argparse.ArgumentParser], None] | None = None) -> argparse.Namespace:
    """The command line of a benchmark: `--json` and `--scale` at least."""
    parser = argparse.ArgumentParser(description=what, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object on the last line")
    parser.add_argument("--scale", type=_positive, default=1.0, help="size, as a share of the default one")
    if more:
        more(parser)
    return parser.parse_args()


def _positive(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return value


def show(figures: Figures, *, as_json: bool) -> None:
    """The figures, one a line; or all of them as a JSON object."""
    if as_json:
        print(json.dumps(figures))
        return
    room = max(map(len, figures))
    for name, value in figures.items():
        print(f"{name:<{room}}  {value:,}" if isinstance(value, int | float) else f"{name:<{room}}  {value}")


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    """Add the seconds that the block took."""
    begun = time.perf_counter()
    yield
    into.append(time.perf_counter() - begun)


def percentile_ms(seconds: Sequence[float], percent: int) -> float:
    """A percentile in milliseconds; of few values, the nearest one."""
    if len(seconds) < 2:
        return round(1000 * seconds[0], 3)
    return round(1000 * quantiles(seconds, n=100, method="inclusive")[percent - 1], 3)


def share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / len(hits), 4)
