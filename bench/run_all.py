"""Run all benchmarks and refresh the table in bench/README.md (`make bench`).

    python bench/run_all.py [--scale 0.1] [NAME…]

With a scale other than 1 the README stays as it is: its figures are those of the full size.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from tests.replay import PRESENT

HOME: Final = Path(__file__).parent
README: Final = HOME / "README.md"
_BEGIN: Final = "<!-- figures: bench/run_all.py writes between these two lines -->"
_END: Final = "<!-- end of figures -->"
Figure = float | int | str


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that is promised: its name, how it has to compare, and with what."""

    name: str
    how: str
    value: Figure

    def met(self, figure: Figure) -> bool:
        match figure, self.value:
            case (int() | float(), int() | float()):
                return {"<": figure < self.value, "≤": figure <= self.value, "≥": figure >= self.value}[self.how]
            case _:
                return figure == self.value


# Each benchmark with what is promised of it; its other figures are told for understanding.
BENCHES: Final[Mapping[str, tuple[Target, ...]]] = {
    "ingest": (Target("ingest_over_parse_ratio", "≤", 2.0),),
    "search": (
        Target("exact_p50_ms", "<", 2),
        Target("exact_p99_ms", "<", 25),
        Target("exact_first", "≥", 0.99),
        Target("typo_first", "≥", 0.95),
        Target("three_words_in_ten", "≥", 0.75),
        Target("three_words_p99_ms", "<", 200),
    ),
    "keystrokes": (
        Target("letters_p99_ms", "<", 200),
        Target("short_p99_ms", "<", 200),
        Target("ids_p99_ms", "<", 200),
        Target("addresses_p99_ms", "<", 200),
        Target("found_20", "≥", 0.9),
    ),
    "crash": (
        Target("kills", "≥", 50),
        Target("lost", "≤", 0),
        Target("repeated_per_kill", "≤", 1),
        Target("integrity", "=", "ok"),
    ),
    "archive": (
        Target("import_speed_ratio", "≥", 0.8),
        Target("total_speed_ratio", "≥", 0.3),
        Target("peak_rss_mb", "<", 300),
    ),
    "footprint": (Target("idle_rss_mb", "<", 150), Target("cold_ask_s", "<", 1)),
    "weeks": (
        Target("not_stored", "≤", 0),
        Target("stored_twice", "≤", 0),
        Target("told_twice", "≤", 0),
        Target("again_asked_in_full", "≤", 0),
        Target("again_stored", "≤", 0),
        Target("weekends_unexplained", "≤", 0),
    ),
    "linking": (
        Target("link_precision", "≥", 0.96),
        Target("url_recall", "≥", 0.995),
        Target("false_official", "≤", 0.10),
        Target("paragraph_f1", "≥", 0.90),
        Target("framework_accuracy", "≥", 0.80),
    ),
    "month": (
        Target("late_found", "≥", 0.99),
        Target("filled_found", "≥", 0.99),
        Target("second_version_found", "≥", 0.99),
        Target("told_too_early", "≤", 0),
        Target("official_unnamed", "≤", 0),
    ),
    "readers": (),
    "telegram": (
        Target("busiest_second", "≤", 30),
        Target("time_over_minimum", "≤", 1.05),
        Target("too_many_requests", "≤", 0),
        Target("rate_over_bare_loop", "≥", 0.7),
        Target("answer_p50_ms", "<", 50),
        Target("idle_cpu_share", "<", 0.01),
    ),
    "slack": (
        Target("time_over_minimum", "≤", 1.1),
        Target("too_many_requests", "≤", 0),
        Target("answer_p50_ms", "<", 50),
        Target("answer_p99_ms", "<", 300),
        Target("ack_p99_ms", "<", 200),
    ),
    "matching": (
        Target("match_p50_ms", "<", 3),
        Target("match_p99_ms", "<", 15),
        Target("added_rss_mb", "<", 100),
        Target("add_one_ms", "<", 1),
        Target("growth_10k_to_1m", "<", 100),
    ),
    "trends": (
        Target("command_max_ms", "<", 200),
        Target("review_s", "<", 10),
        Target("aggregate_share_of_ingest", "<", 0.10),
        Target("drifted", "≤", 0),
    ),
    "digests": (
        Target("fanout_100k_s", "<", 2),
        Target("digests_100k_s", "<", 120),
        Target("answer_meanwhile_p99_ms", "<", 100),
        Target("peak_rss_mb", "<", 300),
    ),
    "surges": (
        Target("episodes_per_1000", "≤", 1.5),
        Target("announced_share", "≥", 0.95),
        Target("first_day_share", "≥", 0.80),
        Target("artefacts_announced", "≤", 0),
        Target("judge_100k_s", "<", 60),
        Target("kb_a_repository_year", "<", 15),
    ),
    "takeoff": (
        Target("surges_told", "≥", 0.95),
        Target("watched_told", "≥", 1),
        Target("told_twice", "≤", 0),
        Target("undelivered", "≤", 0),
        Target("refused", "≤", 0),
    ),
    "allowance": (
        Target("repositories", "≥", 5000),
        Target("first_day_refused", "≤", 0),
        Target("first_day_graphql_most_an_hour", "<", 5000),
        Target("first_day_rest_most_an_hour", "<", 5000),
        Target("usual_day_refused", "≤", 0),
    ),
}
REPLAYED: Final = frozenset(
    {"linking", "weeks", "month", "readers", "surges", "takeoff", "allowance"}
)  # need ../shared


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="size, as a share of the default one")
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], metavar="NAME", help=", ".join(BENCHES))
    args = parser.parse_args()
    names = args.names or [name for name in BENCHES if PRESENT or name not in REPLAYED]
    results = {name: run(name, args.scale) for name in names}
    for name, figures in results.items():
        print("\n".join(_lines(name, figures)))
    if args.scale == 1.0:
        refresh(results)
    if missed := [t.name for name, found in results.items() for t in BENCHES[name] if not t.met(found[t.name])]:
        print(f"Beside the target: {', '.join(missed)}")


def run(name: str, scale: float) -> dict[str, Figure]:
    """One benchmark in a process of its own; its figures, and how long it took."""
    begun = time.monotonic()
    print(f"bench/{name}.py …", flush=True)
    command = [sys.executable, str(HOME / f"{name}.py"), "--json", "--scale", str(scale)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    figures: dict[str, Figure] = json.loads(output.splitlines()[-1])
    return {**figures, "bench_s": round(time.monotonic() - begun)}


def refresh(results: Mapping[str, Mapping[str, Figure]]) -> None:
    """Write these benchmarks' tables into the README; those of others stay."""
    before, _, rest = README.read_text("utf-8").partition(_BEGIN)
    old, _, after = rest.partition(_END)
    sections = {block.split("`")[1]: block.strip() for block in old.split("\n### ")[1:]}
    sections |= {f"bench/{name}.py": "\n".join(_section(name, found)) for name, found in results.items()}
    ordered = [sections[key] for key in map("bench/{}.py".format, BENCHES) if key in sections]
    body = "\n\n".join(f"### {section.removeprefix('### ')}" for section in ordered)
    README.write_text(f"{before}{_BEGIN}\n\n{body}\n\n{_END}{after}", "utf-8")


def _section(name: str, figures: Mapping[str, Figure]) -> Sequence[str]:
    day, cores = datetime.now(UTC).date(), os.cpu_count()
    made = f"{day}, Python {platform.python_version()}, {platform.system()}, {cores} cores, in {figures['bench_s']} s"
    return [f"`bench/{name}.py` ({made})", "", *_lines(name, figures)]


def _lines(name: str, figures: Mapping[str, Figure]) -> list[str]:
    targets = {target.name: target for target in BENCHES[name]}
    rows = [_row(key, value, targets.get(key)) for key, value in figures.items() if key != "bench_s"]
    return ["| figure | value | target |", "|---|---:|---|", *rows]


def _row(name: str, value: Figure, target: Target | None) -> str:
    shown = value if isinstance(value, str) else f"{value:,}"
    promised = f"{target.how} {target.value}{'' if target.met(value) else ', missed'}" if target else ""
    return f"| {f'**{name}**' if target else name} | {shown} | {promised} |"


if __name__ == "__main__":
    main()
