"""When a card that was sent is worth showing anew."""

from typing import Final

_LEAST: Final = 5
_SHARE: Final = 0.1


def stars_show(before: int | None, after: int | None) -> bool:
    """Whether a reader would see the difference: a tenth, and at least five stars."""
    if after is None or before is None:
        return after != before
    return abs(after - before) >= max(_LEAST, _SHARE * before)
