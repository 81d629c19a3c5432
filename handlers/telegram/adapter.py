"""The Telegram channel: what is asked goes to `respond`, what is due goes out. It keeps nothing that must last."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from telegram import Bot, BotCommand, ChatMember, Update

from bot.domain.news import Delivery
from bot.errors import ChannelDown, DeliveryFailed
from handlers import wording
from handlers.incoming import FileTrouble, Inbox, Request
from handlers.messages import NOTHING, Message
from handlers.telegram.asking import Asked, Attached, asked
from handlers.telegram.files import fetched
from handlers.telegram.listening import Listener
from handlers.telegram.render import render
from handlers.telegram.wire import Parcel, Wire

Respond = Callable[[Request], Message]
Word = Callable[[Delivery], Message]
Admits = Callable[[Request], bool]

HANDLED = ("message", "channel_post", "callback_query")
SIDE_BY_SIDE = 8  # answers in the making
FILES_AT_ONCE = 4  # each is in memory as a whole
REPLY_TRIES = 8  # two minutes
LOOKUP_TRIES = 3

log = logging.getLogger(__name__)


class Telegram:
    """One bot's token. Only `start` listens: `send` and `check` work beside another process that does."""

    platform = "telegram"

    def __init__(
        self,
        token: str,
        *,
        respond: Respond,
        word: Word,
        inbox: Inbox,
        api_url: str = "https://api.telegram.org",
        commands: tuple[tuple[str, str], ...] = (),
        admits: Admits = lambda _: True,
    ) -> None:
        self._respond = respond
        self._admits = admits
        self._word = word
        self._menu = commands
        self._wire = Wire(token, api_url=api_url)
        self._listener = Listener(self._fetch, self._answer, inbox)
        self._responding = asyncio.Semaphore(SIDE_BY_SIDE)
        self._fetching = asyncio.Semaphore(FILES_AT_ONCE)
        self._unfinished: dict[int, Parcel] = {}  # deliveries of which only some pieces have been accepted

    @property
    def trouble(self) -> str:
        """One clear line for the operator, "" while all is well."""
        return self._listener.trouble or self._wire.trouble

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
        await self._wire.close()

    async def check(self) -> str:
        """For the doctor. Raises ChannelDown or DeliveryFailed with the mend."""
        return f"Telegram answers as @{await self._wire.name()}"

    async def name(self) -> str:
        """What people call us. Raises ChannelDown or DeliveryFailed."""
        return await self._wire.name()

    async def send(self, delivery: Delivery) -> str:
        """Words, renders, sends. Called again after a failure, it goes on with the piece that was not accepted.

        Returns the id of the first piece. Raises DeliveryFailed (also, without asking the platform, when the pace
        forbids it) and ChannelDown.
        """
        parcel = self._unfinished.pop(delivery.key, None) or Parcel(deque(render(self._word(delivery))))
        try:
            await self._wire.post(delivery.chat.address, parcel, quote=int(delivery.reply_to or 0) or None)
        except DeliveryFailed as failure:
            if parcel.first and not failure.permanent:
                self._unfinished[delivery.key] = parcel
            raise
        return parcel.first

    async def edit(self, delivery: Delivery) -> None:
        """Lets what was sent tell what is known now; of a long message its first piece. Raises as `send` does."""
        first, *rest = render(self._word(delivery))
        await self._wire.edit(delivery.chat.address, delivery.message, replace(first, keyboard=()) if rest else first)

    async def _ready(self) -> Bot:
        """Connected, and the menu of commands registered once."""
        bot = await self._wire.bot()
        if self._menu:
            menu, self._menu = self._menu, ()
            try:
                await self._wire.call(bot.set_my_commands([BotCommand(name.lstrip("/"), text) for name, text in menu]))
            except DeliveryFailed as failure:
                log.warning("the menu of commands can't be registered: %s", failure)
        return bot

    async def _fetch(self, offset: int | None, timeout: timedelta) -> tuple[Update, ...]:
        bot = await self._ready()
        return await self._wire.call(bot.get_updates(offset, timeout=timeout, allowed_updates=HANDLED))

    async def _answer(self, update: Update) -> None:
        bot = await self._wire.bot()
        if update.callback_query:
            await self._acknowledge(bot, update.callback_query.id)
        question = asked(update, bot_name=bot.username)
        if question is None:
            return
        request = Request(
            question.address,
            question.text,
            may_manage=False,
            sender="" if question.as_group or not question.sender else str(question.sender),
            alone=not question.in_group,
            chat_title=question.title,
        )
        if await asyncio.to_thread(self._admits, request):  # of a stranger nothing is asked, and no file is fetched
            content, trouble = await self._fetch_file(question.file) if question.file else (None, None)
            manages = await self._may_manage(bot, question)
            request = replace(request, may_manage=manages, file=content, file_trouble=trouble)
        async with self._responding:
            message = await asyncio.to_thread(self._respond, request)
        if message != NOTHING:
            await self._reply(question, Parcel(deque(render(message))))

    async def _fetch_file(self, attached: Attached) -> tuple[str | None, FileTrouble | None]:
        async with self._fetching:
            return await fetched(self._wire, attached)

    async def _acknowledge(self, bot: Bot, press: str) -> None:
        """Stops the button's spinner. A press from before a restart is too old for that, and is answered still."""
        try:
            await self._wire.call(bot.answer_callback_query(press))
        except DeliveryFailed as failure:
            log.info("a press can't be acknowledged: %s", failure)

    async def _may_manage(self, bot: Bot, question: Asked) -> bool:
        """In a group only administrators manage subscriptions, and only then is asked who is one."""
        if not question.in_group:
            return True
        if not question.manages or question.as_group:
            return question.manages
        look_up = partial(bot.get_chat_member, int(question.address.chat), question.sender)
        try:
            member = await self._wire.insist(lambda: self._wire.call(look_up()), tries=LOOKUP_TRIES)
        except DeliveryFailed as failure:
            log.warning("who manages this group can't be found out: %s", failure)
            return False
        return member.status in (ChatMember.ADMINISTRATOR, ChatMember.OWNER)

    async def _reply(self, question: Asked, parcel: Parcel) -> None:
        post = partial(self._wire.post, question.address, parcel, quote=question.quote)
        try:
            await self._wire.insist(post, tries=REPLY_TRIES)
        except DeliveryFailed as failure:
            if failure.moved_to:
                moved = replace(question.address, chat=failure.moved_to)
                await self._reply(replace(question, address=moved), parcel)
            elif parcel.pieces[0].file:
                log.warning("a file can't be sent: %s", failure)
                await self._reply(question, Parcel(deque(render(wording.file_not_sent(str(failure))))))
            else:
                log.warning("an answer can't be sent: %s", failure)
