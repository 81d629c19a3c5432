"""How often a list of requirements alone names the framework that Papers With Code knows.

python -m bench.requirements PATH     a .csv or .csv.gz with the columns framework and requirements
"""

import csv
import gzip
import io
import json
import sys
from pathlib import Path
from typing import Any

from bot.rules.frameworks import archive_name, from_requirements

_LONGEST = 10_000_000  # characters of a field


def score(path: Path | str) -> dict[str, Any]:
    """framework_accuracy (0 to 1, the primary one in the archive's words) over framework_rows."""
    right = [archive_name(from_requirements(row["requirements"])) == row["framework"] for row in _rows(Path(path))]
    return {
        "framework_accuracy": round(sum(right) / len(right), 4) if right else None,
        "framework_rows": len(right),
    }


def _rows(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(_LONGEST)
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(io.StringIO(data.decode("utf-8", "replace"), newline="")))


if __name__ == "__main__":
    print(json.dumps(score(sys.argv[1])))
