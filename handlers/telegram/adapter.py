"""The Telegram channel: what is asked goes to `respond`, what is due goes out. It keeps nothing that must last."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from telegram import Bot, Update

from bot.domain.news import Delivery
from bot.errors import ChannelDown, DeliveryFailed
from handlers.charts import drawn
from handlers.incoming import Inbox, Route
from handlers.menus import Marks
from handlers.messages import Message
from handlers.telegram.answering import Admits, Answering, Note, Respond
from handlers.telegram.brought import Doorway
from handlers.telegram.events import KINDS
from handlers.telegram.fetching import fetch
from handlers.telegram.inline import Inline, Suggest
from handlers.telegram.listening import Listener
from handlers.telegram.menus import Menus
from handlers.telegram.render import render
from handlers.telegram.webhook import LOOK_S, Webhook
from handlers.telegram.wire import Parcel, Wire
from handlers.waits import Waits

Word = Callable[[Delivery], Message]

HANDLED = ("message", "channel_post", "callback_query", "inline_query", *KINDS)

log = logging.getLogger(__name__)


class Telegram:
    """One bot's token. Only `start` listens: `send` and `check` work beside another process that does.

    With a `public_url` its updates come to `routes`, which must be served by then; without one they are polled.
    """

    platform = "telegram"
    side_by_side: ClassVar[int] = 4  # thirty a second, a tenth of a second away

    def __init__(
        self,
        token: str,
        *,
        respond: Respond,
        word: Word,
        inbox: Inbox,
        api_url: str = "https://api.telegram.org",
        marks: Marks | None = None,
        admits: Admits = lambda _: True,
        note: Note = lambda _: (),
        waits: Waits | None = None,
        public_url: str = "",
        look_s: float = LOOK_S,
        suggest: Suggest = lambda _request, _page: None,
    ) -> None:
        self._word = word
        self._wire = Wire(token, api_url=api_url, waits=waits)
        answering = Answering(self._wire, respond, admits, note)
        self._hook = Webhook(self._wire, token, base=public_url, look_s=look_s)
        self._polled = False  # a webhook that is set after the first poll is a newer run's, and stays
        self._menus = Menus(self._wire, marks) if marks else None
        self._inline = Inline(self._wire, suggest)
        self._listener = Listener(self._ready, self._fetch, answering.answer, inbox, aside=self._inline.take)
        self._unfinished: dict[int, Parcel] = {}  # deliveries of which only some pieces have been accepted

    @property
    def trouble(self) -> str:
        """One clear line for the operator, "" while all is well."""
        return self._listener.trouble or self._wire.trouble

    def routes(self) -> tuple[Route, ...]:
        """Where Telegram brings updates, if it does."""
        if not self._hook.url:
            return ()
        return (("POST", self._hook.path, Doorway(self._hook.secret, self._listener.keep).handle),)

    async def start(self) -> None:
        """Begins to listen; without a network it keeps trying. Raises ChannelDown when the token is refused."""
        try:
            await self._ready()
        except ChannelDown:
            raise
        except DeliveryFailed:
            pass  # the listener meets the same failure, shows it, and tries again
        self._listener.start()

    async def stop(self) -> None:
        """Orderly, in less than 5 s: what is being answered is finished, or is asked again after the next start."""
        await self._listener.stop()
        await self._inline.stop()
        if self._menus:
            await self._menus.stop()
        await self._wire.close()

    async def check(self) -> str:
        """For the doctor. Raises ChannelDown or DeliveryFailed with the mend."""
        async with self._wire.visit() as bot:
            return f"Telegram answers as @{bot.username}; {await self._hook.report(bot)}"

    async def name(self) -> str:
        """What people call us. Raises ChannelDown or DeliveryFailed."""
        return await self._wire.name()

    async def send(self, delivery: Delivery) -> str:
        """Words, renders, sends. Called again after a failure, it goes on with the piece that was not accepted.

        Returns the id of the first piece. Raises DeliveryFailed (also, without asking the platform, when the pace
        forbids it) and ChannelDown.
        """
        parcel = self._unfinished.pop(delivery.key, None)
        if parcel is None:
            parcel = await asyncio.to_thread(self._packed, delivery)
        try:
            await self._wire.post(delivery.chat.address, parcel, quote=int(delivery.reply_to or 0) or None)
        except DeliveryFailed as failure:
            if parcel.first and not failure.permanent:
                self._unfinished[delivery.key] = parcel
            raise
        return parcel.first

    def _packed(self, delivery: Delivery) -> Parcel:
        return Parcel(deque(render(drawn(self._word(delivery)))), silent=not delivery.rings)

    async def edit(self, delivery: Delivery) -> None:
        """Lets what was sent tell what is known now; of a long message its first piece. Raises as `send` does.

        What came as a picture can't say something else: nothing that has one is ever shown anew.
        """
        first, *rest = render(self._word(delivery))
        await self._wire.edit(delivery.chat.address, delivery.message, replace(first, keyboard=()) if rest else first)

    async def _ready(self) -> Bot:
        """Connected; the menus follow."""
        bot = await self._wire.bot()
        if self._menus:
            self._menus.begin(bot)
        return bot

    async def _fetch(self, offset: int | None, timeout: timedelta) -> tuple[Update, ...]:
        bot = await self._ready()
        if self._hook.url:
            return await self._hook.watch(bot, HANDLED)
        polled = fetch(bot, offset, timeout, HANDLED)
        try:
            updates = await self._wire.call(polled, anyway=True)
        except ChannelDown:
            if self._polled or not await self._hook.remove(bot):
                raise
            return ()
        self._polled = True
        return updates
