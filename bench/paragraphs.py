"""How well, and how fast, are paragraphs found that tell where the authors' own code is?

    python bench/paragraphs.py FILE [--cross-validate] [--json]

The file has the columns paper_id, own_code and paragraph, as .csv or .csv.gz. Without --cross-validate the shipped
weights judge it and nothing is learnt from it, which is honest only of papers that they were not trained on. With it,
weights are trained anew for each tenth of the papers on the other nine. Low and high are the 95 % bootstrap interval
of F1, drawn by papers, as paragraphs of one paper resemble one another.
"""

import argparse
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from bench.figures import options, percentile_ms, show, timed
from bench.train_own_code import Labelled, as_example, fit, probability, read
from bot.rules.own_code import OWN, own_code

FOLDS: Final = 10
DRAWS: Final = 1_000
_SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Counts:
    """Judged own and are, judged own, are own."""

    right: int = 0
    judged: int = 0
    own: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.right + other.right, self.judged + other.judged, self.own + other.own)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, self.judged + self.own)


def main() -> None:
    args = options(__doc__, more=_more)
    show(score(args.file, cross_validate=args.cross_validate), as_json=args.json)


def _more(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--cross-validate", action="store_true", help="train anew on nine tenths of the papers")


def score(path: Path | str, *, cross_validate: bool) -> dict[str, float | int]:
    """The figures of a labelled file: judged by the shipped weights, or by weights of its other papers."""
    rows = tuple(read(Path(path)))
    seconds: list[float] = []
    shipped = [_timed(row, seconds) for row in rows]
    judged = [likely >= OWN for likely in (_cross_validated(rows) if cross_validate else shipped)]
    papers = _by_paper(rows, judged)
    counts = sum(papers, start=Counts())
    low, high = _interval(papers)
    return {
        "paragraph_f1": round(counts.f1, 4),
        "paragraph_precision": round(counts.right / max(1, counts.judged), 4),
        "paragraph_recall": round(counts.right / max(1, counts.own), 4),
        "paragraph_f1_low": low,
        "paragraph_f1_high": high,
        "paragraphs": len(rows),
        "paragraph_positives": counts.own,
        "paragraph_ms": percentile_ms(seconds, 50) if seconds else 0.0,
    }


def _timed(row: Labelled, seconds: list[float]) -> float:
    with timed(seconds):
        return own_code(row.text)


def _cross_validated(rows: Sequence[Labelled]) -> list[float]:
    """The probability of each paragraph by weights that have seen none of its paper."""
    folds = _folds(rows)
    examples = [as_example(row) for row in rows]
    trained = [fit([e for e, row in zip(examples, rows, strict=True) if folds[row.paper] != n]) for n in range(FOLDS)]
    return [probability(e, trained[folds[row.paper]]) for e, row in zip(examples, rows, strict=True)]


def _folds(rows: Sequence[Labelled]) -> Mapping[str, int]:
    papers = sorted({row.paper for row in rows})
    random.Random(_SEED).shuffle(papers)
    return {paper: n % FOLDS for n, paper in enumerate(papers)}


def _by_paper(rows: Sequence[Labelled], judged: Sequence[bool]) -> tuple[Counts, ...]:
    counts: dict[str, Counts] = {}
    for row, own in zip(rows, judged, strict=True):
        counts[row.paper] = counts.get(row.paper, Counts()) + Counts(own and row.own, own, row.own)
    return tuple(counts.values())


def _interval(papers: Sequence[Counts]) -> tuple[float, float]:
    """The 2.5th and 97.5th percentile of F1 over papers drawn with replacement."""
    if not papers:
        return 0.0, 0.0
    rng = random.Random(_SEED)
    drawn = sorted(sum(rng.choices(papers, k=len(papers)), start=Counts()).f1 for _ in range(DRAWS))
    return round(drawn[DRAWS // 40], 4), round(drawn[-DRAWS // 40 - 1], 4)


if __name__ == "__main__":
    main()
