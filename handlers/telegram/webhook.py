"""The webhook: Telegram brings the updates to our web door instead of our fetching them; set where we have an address.

Its path and its secret are made from the token: nothing is configured or stored, both are the same after a restart, and
neither tells the token. By the path a webhook that an earlier run has set is known as ours.
"""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

from telegram import Bot, Update, WebhookInfo

from bot.errors import ChannelDown, DeliveryFailed
from handlers.telegram.failures import WEBHOOK_GONE, WEBHOOK_SET
from handlers.telegram.wire import Wire

# Brought at once. Of one chat Telegram brings one after the other, so that more would only wait here to be kept.
CONNECTIONS = 8
LOOK_S = 120.0  # between two looks at how the bringing goes
_RECENT = timedelta(minutes=15)  # a failure that is older has been mended: what waits is tried again all the time

log = logging.getLogger(__name__)


class Webhook:
    """A token's webhook. `url` is "" where no public address is set: then updates are polled."""

    def __init__(self, wire: Wire, token: str, *, base: str = "", look_s: float = LOOK_S) -> None:
        self._wire = wire
        self._look_s = look_s
        self._next_look: float | None = None  # None: not set by us yet
        self.path = f"/telegram/{_made_from(token, 'path')[:32]}"
        self.secret = _made_from(token, "secret")
        self.url = base + self.path if base else ""

    async def watch(self, bot: Bot, kinds: Sequence[str]) -> tuple[Update, ...]:
        """Sets the webhook at first, and looks after it from then on, once a call. No updates: they come by the door.

        Raises ChannelDown where it isn't ours any more, DeliveryFailed where it can't be set or Telegram can't use it.
        """
        if self._next_look is None:
            await self._set(bot, kinds)
            self._next_look = monotonic() + self._look_s
            return ()
        await asyncio.sleep(self._next_look - monotonic())
        self._next_look = monotonic() + self._look_s
        info = await self._wire.call(bot.get_webhook_info(), anyway=True)
        if info.url != self.url:
            raise ChannelDown(WEBHOOK_GONE)
        if trouble := _trouble(info):
            raise DeliveryFailed(trouble)
        return ()

    async def remove(self, bot: Bot) -> bool:
        """Before polling: take away the webhook that an earlier run of ours has set, if there is one.

        What waits there is fetched. Raises ChannelDown and DeliveryFailed.
        """
        info = await self._wire.call(bot.get_webhook_info(), anyway=True)
        if not self._is_ours(info):
            return False
        await self._wire.call(bot.delete_webhook(drop_pending_updates=False), anyway=True)
        log.info("Telegram: the webhook of an earlier run is removed; updates are polled from now on")
        return True

    async def report(self, bot: Bot) -> str:
        """How updates come in, for the doctor. Raises ChannelDown and DeliveryFailed with the mend."""
        info = await self._wire.call(bot.get_webhook_info(), anyway=True)
        if not self.url:
            if info.url and not self._is_ours(info):
                raise ChannelDown(WEBHOOK_SET)
            return "updates are polled"
        if trouble := _trouble(info):
            raise DeliveryFailed(trouble)
        return "updates come by webhook" if info.url == self.url else "`paperwire run` will set its webhook"

    def _is_ours(self, info: WebhookInfo) -> bool:
        """The path tells: the public address may be another one today."""
        return urlsplit(info.url).path == self.path

    async def _set(self, bot: Bot, kinds: Sequence[str]) -> None:
        call = bot.set_webhook(
            self.url,
            max_connections=CONNECTIONS,
            allowed_updates=kinds,
            drop_pending_updates=False,
            secret_token=self.secret,
        )
        try:
            await self._wire.call(call, anyway=True)
            log.info("Telegram brings its updates to the web door")
        except ChannelDown:
            raise
        except DeliveryFailed as failure:
            if "webhook" not in str(failure).lower():
                raise
            raise DeliveryFailed(f"the webhook can't be set: check PAPERWIRE_PUBLIC_URL ({failure})") from None


def _trouble(info: WebhookInfo) -> str:
    """Why what waits at Telegram doesn't come; "" while all comes."""
    failed_at = info.last_error_date
    if not info.pending_update_count or not failed_at or datetime.now(UTC) - failed_at > _RECENT:
        return ""
    return (
        f"Telegram can't bring its updates to PAPERWIRE_PUBLIC_URL ({(info.last_error_message or '')[:200]}); "
        f"{info.pending_update_count} wait there. Check that this address leads to PORT"
    )


def _made_from(token: str, label: str) -> str:
    """64 hexadecimal digits that tell nothing of the token."""
    return hmac.new(token.strip().encode(), f"paperwire telegram webhook {label}".encode(), hashlib.sha256).hexdigest()
