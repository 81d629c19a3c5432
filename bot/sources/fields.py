"""Reading JSON objects that may hold anything: a wrong type is "not told", never an error."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.domain.text import clean

_LARGEST = 2**53  # beyond it JSON's own numbers are no longer exact


def mapping(value: Any) -> Mapping[str, Any]:
    """The value as an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[Any]:
    """The value as a list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def line(row: Mapping[str, Any], key: str, limit: int) -> str:
    """A text, cleaned, of at most `limit` characters; "" for anything else."""
    value = row.get(key)
    return clean(value, limit) if isinstance(value, str) else ""


def count(row: Mapping[str, Any], key: str) -> int | None:
    """A whole number from 0 up; None for anything else."""
    value = row.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= _LARGEST else None


def moment(row: Mapping[str, Any], key: str) -> datetime | None:
    """An ISO 8601 time as UTC (one without a zone is UTC); None for anything else."""
    value = row.get(key)
    try:
        found = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC) if found else None
    except (ValueError, OverflowError):
        return None
