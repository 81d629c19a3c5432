"""What a program imports: Python in files and notebooks, Lua's require. Read by lines, never run or parsed."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

READ: Final = 1_000_000  # characters of a file that are read
_LINE: Final = 400  # characters of a line
_MOST: Final = 20_000  # lines
_DOTTED: Final = r"[A-Za-z_][\w.]{0,100}"
_FROM = re.compile(rf"from\s+(?P<module>{_DOTTED})\s+import\s+\(?\s*(?P<first>[\w*]{{0,60}})")
_NAMES = re.compile(rf"\s*({_DOTTED})")
_REQUIRE = re.compile(r"\brequire\s{0,3}\(?\s{0,3}[\"']([\w.-]{1,60})[\"']")
_TF_KERAS = re.compile(r"\b(?:tf|tensorflow)\.keras\b")


def imported(path: str, text: str) -> tuple[str, ...]:
    """The modules that a file imports, one an import, dotted: `from tensorflow import keras` is "tensorflow.keras".

    `tf.keras` in use counts as one import of it. () for a file of another kind.
    """
    kind = path.lower().rpartition(".")[2]
    if kind in ("py", "pyx", "pyw"):
        return tuple(_of_python(text[:READ]))
    if kind == "ipynb":
        return tuple(_of_python(_code_of(text[:READ])))
    return tuple(f"lua:{name}" for name in _REQUIRE.findall(text[:READ])) if kind == "lua" else ()


def _of_python(text: str) -> Iterator[str]:
    text = text.replace("\x00", "")
    for line in text.splitlines()[:_MOST]:
        for statement in line[:_LINE].split(";"):
            yield from _of_statement(statement.strip())
    if _TF_KERAS.search(text):
        yield "tensorflow.keras"


def _of_statement(statement: str) -> Iterator[str]:
    if statement.startswith("import "):
        named = (_NAMES.match(part) for part in statement[7:].split(","))
        yield from (found[1] for found in named if found)
    elif found := _FROM.match(statement):
        yield f"{found['module']}.{found['first']}".rstrip(".*")


def _code_of(text: str) -> str:
    """The code of a notebook; of one that is broken or cut, whatever looks like a line of code."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return "\n".join(line.strip().strip('",').replace("\\n", "\n") for line in text.splitlines())
    return "\n".join(_sources(told))


def _sources(told: Any) -> Iterator[str]:
    """The sources of the code cells, of this notebook form and of the older one with worksheets."""
    book = told if isinstance(told, dict) else {}
    sheets = [book, *_rows(book.get("worksheets"))]
    for cell in (cell for sheet in sheets if isinstance(sheet, dict) for cell in _rows(sheet.get("cells"))):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", cell.get("input"))
            yield "".join(line for line in _rows(source) if isinstance(line, str)) or str(source or "")


def _rows(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
