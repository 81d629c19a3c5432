"""Showing sent cards anew: with the stars, the version and the links that are known now. It makes no sound."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Protocol

from bot.domain.news import Delivery
from bot.errors import ChannelDown, DeliveryFailed
from storage import Storage

log = logging.getLogger("paperwire.refresh")

AT_ONCE: Final = 10  # edits a round, so that news goes first


class Editor(Protocol):
    """A way to change what was sent. Raises DeliveryFailed or ChannelDown."""

    async def edit(self, delivery: Delivery) -> None: ...


async def refresh(
    storage: Storage,
    channels: Mapping[str, Editor],
    *,
    now: datetime,
    real_now: datetime,
    going: Callable[[], bool] = lambda: True,
) -> int:
    """One round, by one process at a time; how many cards were shown anew. Killed in between, it edits again."""
    shown = 0
    for key in await asyncio.to_thread(storage.cards.due, tuple(channels), now, AT_ONCE):
        if not going():
            break
        card = await asyncio.to_thread(storage.outbox.delivery, key)
        again_at = await _edit(channels[card.chat.address.platform], card, now, real_now)
        await asyncio.to_thread(_note, storage, key, again_at)
        shown += again_at is None
    return shown


async def _edit(channel: Editor, card: Delivery, now: datetime, real_now: datetime) -> datetime | None:
    """When to try again, if the platform asks to wait. Whatever else fails is dropped: the card stays as it is."""
    try:
        await channel.edit(card)
    except ChannelDown as failure:
        log.info("delivery %d isn't shown anew: %s", card.key, failure)
        return now
    except DeliveryFailed as failure:
        if failure.retry_at:
            return now + (failure.retry_at - real_now)
        log.info("delivery %d stays as it was sent: %s", card.key, failure)
    except Exception:
        log.exception("delivery %d can't be shown anew: the channel broke", card.key)
    return None


def _note(storage: Storage, key: int, again_at: datetime | None) -> None:
    with storage.write():
        storage.cards.shown(key, again_at=again_at)
