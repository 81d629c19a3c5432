"""How well are a paper's repositories found and judged, by hand-labelled papers, paragraphs and requirements?

Needs the labelled sets in ../shared/data/gold, or others of the same columns; a part whose file is missing is left out.
From a title and an abstract alone, as Linking's claims have it; `_low` and `_high` are Wilson's 95 % intervals:

    url_recall            of the labelled repositories whose address stands in the text, the share found
    link_precision        of the repositories called official, the share that the labels name for that paper; where
                          labels are incomplete or a repository was renamed since, this is a floor
    link_precision_moved  the same, and a label of the same owner or of the same name counts too
    false_official        of the repositories labelled as somebody else's, the share called official
    undecided_official    of the official ones that the text names, the share whose owner is left open
    undecided_false       of somebody else's, the share left open or not named at all

paragraph_… are those of `bench/paragraphs.py`, framework_… of `bench/requirements.py`. The shipped weights were learnt
from the default paragraphs: these are judged by cross-validation in any case.
"""

import argparse
import csv
import gzip
import io
import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from bench import paragraphs, requirements
from bench.figures import options, show
from bot.domain.paper import FetchedPaper
from bot.domain.repository import RepositoryAddress, parse_repository
from bot.rules.linking import claims
from bot.rules.mentions import mentions
from tests.replay import SHARED

_GOLD: Final = SHARED / "data" / "gold"
_LEARNT: Final = _GOLD / "own_code_paragraphs.csv.gz"
_LONGEST: Final = 10_000_000  # characters of a field


@dataclass(frozen=True, slots=True)
class Label:
    """A labelled row: a paper, a repository, and whether it is the authors' own (None: not known)."""

    paper: str
    title: str
    abstract: str
    address: RepositoryAddress
    official: bool | None

    @property
    def named(self) -> bool:
        """Whether the address stands in the text, were it written without any spaces."""
        return self.address.id in "".join(f"{self.title} {self.abstract}".split()).lower()


@dataclass(frozen=True, slots=True)
class Named:
    """A repository that a paper's text names, as judged, beside those of its labels."""

    paper: str
    address: RepositoryAddress
    official: bool | None
    labels: tuple[RepositoryAddress, ...]

    @property
    def right(self) -> bool:
        return any(label.id == self.address.id for label in self.labels)

    @property
    def moved(self) -> bool:
        """Whether it is a label's, or one of the same owner or name."""
        return any(_plain(label.owner) == _plain(self.address.owner) for label in self.labels) or any(
            _plain(label.name) == _plain(self.address.name) for label in self.labels
        )


def main() -> None:
    args = options(__doc__, more=_more)
    figures: dict[str, Any] = {}
    parts: tuple[tuple[Path, Callable[[Path], Mapping[str, Any]]], ...] = (
        (args.links, lambda path: links(path, scale=args.scale, misses=args.misses)),
        (args.paragraphs, lambda path: paragraphs.score(path, cross_validate=args.cross_validate or path == _LEARNT)),
        (args.requirements, requirements.score),
    )
    for path, measure in parts:
        if path.is_file():
            figures |= measure(path)
        else:
            print(f"{path} isn't there: left out", file=sys.stderr)
    show(figures, as_json=args.json)


def _more(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--links", type=Path, default=_GOLD / "official_links.csv.gz", help="papers and their repositories")
    add("--paragraphs", type=Path, default=_LEARNT, help="paragraphs of full texts")
    add("--requirements", type=Path, default=_GOLD / "requirements.csv", help="requirements.txt and frameworks")
    add("--cross-validate", action="store_true", help="learn and test the paragraphs' classifier on different papers")
    add("--misses", action="store_true", help="name what was called official and has no label, to be judged by hand")


def links(path: Path, *, scale: float = 1.0, misses: bool = False) -> dict[str, float | int]:
    """The figures of a file with the columns paper_id, title, abstract, repo_url and is_official."""
    rows = read(path)
    labels = _labels(rows[: max(1, math.ceil(len(rows) * scale))])
    found = _named(labels)
    official = [named for named in found.values() if named.official]
    if misses:
        print(*(_miss(named) for named in official if not named.right), sep="\n")
    foreign = [_judged(label, found) for label in labels if label.official is False]
    judged = [_judged(label, found) for label in labels if label.official and (label.paper, label.address.id) in found]
    return {
        "papers": len({label.paper for label in labels}),
        **_share("url_recall", [_is_found(label) for label in labels if label.named]),
        **_share("link_precision", [named.right for named in official]),
        "link_precision_moved": _ratio([named.moved for named in official]),
        **_share("false_official", [judgement is True for judgement in foreign]),
        **_share("undecided_official", [judgement is None for judgement in judged]),
        "undecided_false": _ratio([judgement is None for judgement in foreign]),
    }


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a .csv or .csv.gz file."""
    csv.field_size_limit(_LONGEST)
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(io.StringIO(data.decode("utf-8", "replace"), newline="")))


def _labels(rows: Iterable[Mapping[str, str]]) -> tuple[Label, ...]:
    """The rows that name a repository on one of the hosts that we know."""
    owns = {"true": True, "false": False}
    return tuple(
        Label(row["paper_id"], row["title"], row["abstract"], address, owns.get(row["is_official"].lower()))
        for row in rows
        if (address := parse_repository(row["repo_url"]))
    )


def _named(labels: Sequence[Label]) -> dict[tuple[str, str], Named]:
    """What the papers' texts claim, by paper and repository."""
    papers: dict[str, list[Label]] = {}
    for label in labels:
        papers.setdefault(label.paper, []).append(label)
    return {
        (paper, claim.address.id): Named(paper, claim.address, claim.official, _own(of_paper))
        for paper, of_paper in papers.items()
        for claim in claims(FetchedPaper((), of_paper[0].title, of_paper[0].abstract))
    }


def _own(labels: Sequence[Label]) -> tuple[RepositoryAddress, ...]:
    return tuple(label.address for label in labels if label.official is not False)


def _is_found(label: Label) -> bool:
    text = f"{label.title}\n{label.abstract}"
    return any(mention.address.id == label.address.id for mention in mentions(text))


def _judged(label: Label, found: Mapping[tuple[str, str], Named]) -> bool | None:
    named = found.get((label.paper, label.address.id))
    return named.official if named else None


def _miss(named: Named) -> str:
    return f"{named.paper}: {named.address.id}, labelled {', '.join(label.id for label in named.labels) or 'nothing'}"


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))


def _share(name: str, hits: Sequence[bool]) -> dict[str, float | int]:
    low, high = wilson(sum(hits), len(hits))
    return {name: _ratio(hits), f"{name}_low": low, f"{name}_high": high, f"{name}_of": len(hits)}


def _ratio(hits: Sequence[bool]) -> float:
    return round(sum(hits) / len(hits), 4) if hits else 0.0


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share, by Wilson's score."""
    if not of:
        return 0.0, 1.0
    z, p = 1.96, hits / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


if __name__ == "__main__":
    main()
