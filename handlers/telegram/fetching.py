"""Fetching updates, and reading each by itself: one that the library can't read must not hold up all that follow.

The library reads the updates of an answer all or none; and it refuses, for example, to read what we are in a group
where the Bot API server doesn't tell a right that came later than the server.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from telegram import Bot, Update

_SLACK_S = 5.0  # in which an answer comes, after the wait that was asked for

log = logging.getLogger(__name__)


async def fetch(bot: Bot, offset: int | None, timeout: timedelta, kinds: Sequence[str]) -> tuple[Update, ...]:
    """One long poll. Raises whatever the library does."""
    seconds = timeout.total_seconds()
    asked = {"offset": offset, "timeout": int(seconds), "allowed_updates": list(kinds)}
    # because: what a public method gives is read already, or comes with a warning
    told = await bot._post("getUpdates", asked, read_timeout=seconds + _SLACK_S)  # noqa: SLF001
    return tuple(map(read, told))


def read(told: dict[str, Any]) -> Update:
    """An update; one that can't be read says nothing but its id. Raises where it has none."""
    try:
        return Update.de_json(told)
    except Exception as error:  # noqa: BLE001 - the library raises anything for a form that it doesn't expect
        log.error("Telegram: update %s can't be read: %s: %s", told["update_id"], type(error).__name__, error)
        return Update(int(told["update_id"]))
