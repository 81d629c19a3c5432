"""The starter catalogue that ships with the project: landmark papers and their code."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.domain.paper import PaperId

FILE = Path(__file__).with_name("starter.tsv")


@dataclass(frozen=True, slots=True)
class Landmark:
    """One row: a paper and one of its repositories."""

    id: PaperId
    title: str
    year: int
    repository: str
    official: bool
    names: tuple[str, ...] = ()


def landmarks(path: Path = FILE) -> Iterator[Landmark]:
    lines = (line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        yield Landmark(
            PaperId("arxiv", row["arxiv"]),
            row["title"],
            int(row["year"]),
            row["repository"],
            row["official"] == "official",
            tuple(filter(None, (row["names"] or "").split(";"))),
        )


def edition(path: Path = FILE) -> str:
    """What tells one edition of the catalogue from another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
