"""Make bot/rules/own_code_weights.tsv from labelled paragraphs: `python bench/train_own_code.py FILE [--write]`.

The file has the columns paper_id, own_code ("true" or not) and paragraph, as .csv or .csv.gz. A logistic regression
with an L2 penalty is fitted by Newton's method; the same file gives the same weights, to the last digit that is
written. Without --write, the weights go to the standard output.
"""

import argparse
import csv
import gzip
import io
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from bot.rules.own_code import BIAS, WEIGHTS, features

PENALTY: Final = 6.0  # on half the square of each weight's distance from its prior; the bias is free
# What is known beforehand of some features: to these weights the penalty draws, to 0 for all others. The labelled set
# is small, and somebody else's code is seldom offered in it.
PRIOR: Final[Mapping[str, float]] = {
    "our code": 0.7,
    "our repository": 0.5,
    "we release code": 0.7,
    "code offered by owners": 0.5,
    "code offered by owners at a place": 0.5,
    "code offered without doubt": 1.0,
    "code available at a place": 0.5,
    "code offered, use code": -2.0,
    "code offered, code of others": -2.0,
    "code offered, by others": -1.0,
    "not available": -1.0,
    "reference address": -1.0,
    "only data available": -0.5,
}
RARE: Final = 3  # a feature of fewer paragraphs gets no weight, unless one is known beforehand
STEPS: Final = 12  # of Newton's method; six are enough
_HEADER: Final = """\
# What each feature of a paragraph adds to the log odds that it tells where the authors' own code is.
# Logistic regression (L2 penalty {penalty:g}) on {rows:,} paragraphs of {papers} papers, {positives} of them positive:
# every second paper of a public set of arXiv paragraphs labelled none, data, code or both.
# Made by bench/train_own_code.py.
"""

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A paragraph as somebody judged it."""

    paper: str
    text: str
    own: bool


@dataclass(frozen=True, slots=True)
class Example:
    """The features of a paragraph and its label."""

    features: frozenset[str]
    own: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS.name} instead of showing it")
    args = parser.parse_args()
    rows = tuple(read(args.file))
    table = as_table(fit([as_example(row) for row in rows]), rows)
    if args.write:
        WEIGHTS.write_text(table, encoding="utf-8")
    else:
        print(table, end="")


def read(path: Path) -> Iterator[Labelled]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield Labelled(row["paper_id"], row["paragraph"], row["own_code"].lower() == "true")


def as_example(row: Labelled) -> Example:
    return Example(features(row.text), row.own)


def as_table(weights: Weights, rows: Sequence[Labelled]) -> str:
    papers, positives = len({row.paper for row in rows}), sum(row.own for row in rows)
    header = _HEADER.format(penalty=PENALTY, rows=len(rows), papers=papers, positives=positives)
    by_weight = sorted(weights.items(), key=lambda item: (item[0] != BIAS, -round(item[1], 3), item[0]))
    return header + "".join(f"{name}\t{weight:+.3f}\n" for name, weight in by_weight)


def fit(examples: Sequence[Example]) -> Weights:
    """The weights of the features, and of the bias."""
    names = (BIAS, *_known(examples))
    index = {name: n for n, name in enumerate(names)}
    rows = [[0, *sorted(index[name] for name in example.features if name in index)] for example in examples]
    prior = [PRIOR.get(name, 0.0) for name in names]
    weights = prior
    for _ in range(STEPS):
        step = _solve(*_newton(rows, [example.own for example in examples], weights, prior))
        weights = [weight - change for weight, change in zip(weights, step, strict=True)]
    return dict(zip(names, weights, strict=True))


def probability(example: Example, weights: Weights) -> float:
    return _sigmoid(weights[BIAS] + sum(weights.get(name, 0.0) for name in sorted(example.features)))


def _known(examples: Iterable[Example]) -> list[str]:
    counted = Counter(name for example in examples for name in example.features)
    return sorted({name for name, times in counted.items() if times >= RARE} | set(PRIOR))


def _sigmoid(score: float) -> float:
    return 1 / (1 + exp(-score))


def _newton(
    rows: Sequence[Sequence[int]], labels: Sequence[bool], weights: Sequence[float], prior: Sequence[float]
) -> tuple[list[list[float]], list[float]]:
    """Second and first derivatives of the penalised loss."""
    size = len(weights)
    gradient = [PENALTY * (weight - known) for weight, known in zip(weights, prior, strict=True)]
    gradient[0] = 0.0
    hessian = [[PENALTY if row == column > 0 else 0.0 for column in range(size)] for row in range(size)]
    for row, label in zip(rows, labels, strict=True):
        likely = _sigmoid(sum(weights[n] for n in row))
        curve = likely * (1 - likely)
        for n in row:
            gradient[n] += likely - label
            line = hessian[n]
            for other in row:
                line[other] += curve
    return hessian, gradient


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a positive definite system, by Gauss's elimination."""
    lines = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for at, pivot in enumerate(lines):
        for line in lines[at + 1 :]:
            if factor := line[at] / pivot[at]:
                line[at:] = [a - factor * b for a, b in zip(line[at:], pivot[at:], strict=True)]
    solution = [0.0] * len(right)
    for at in reversed(range(len(lines))):
        line = lines[at]
        known = sum(line[n] * solution[n] for n in range(at + 1, len(right)))
        solution[at] = (line[-1] - known) / line[at]
    return solution


if __name__ == "__main__":
    main()
