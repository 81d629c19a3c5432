"""Slack as a channel: events become Requests, Messages become posts. Nothing is decided here.

an event -> kept -> acknowledged -> respond, in a worker thread -> render -> posted or whispered
a delivery -> word -> render -> posted, if the channel's pace allows; Slack's errors become ours
"""

import asyncio
import logging
from collections.abc import Callable
from typing import ClassVar

from bot.domain.news import Begun, Delivery
from bot.errors import ChannelDown, DeliveryFailed, StorageError
from handlers.incoming import Inbox, Route
from handlers.messages import File, Image, Message
from handlers.slack.answering import Answering, Respond
from handlers.slack.brought import PATH, Doorway
from handlers.slack.connection import Connection
from handlers.slack.failures import scopes_missing
from handlers.slack.files import Files
from handlers.slack.forms import Forms
from handlers.slack.keeping import Keeper
from handlers.slack.kinds import Taken
from handlers.slack.listening import Listening
from handlers.slack.noting import Admits, Note
from handlers.slack.people import People
from handlers.slack.render import Rendered
from handlers.slack.showing import as_shown
from handlers.slack.wire import CALL_S, Wire
from handlers.waits import Waits

Word = Callable[[Delivery], tuple[Message, ...]]
Pictures = tuple[File | Image, ...]

log = logging.getLogger(__name__)


class Slack:
    """One workspace. `respond` is called in worker threads, several at a time.

    `word` says a delivery in one message, or in several that stand in the thread of the first.
    """

    platform = "slack"
    side_by_side: ClassVar[int] = 8  # one a second for each of many channels, a fifth of a second away

    def __init__(
        self,
        bot_token: str,
        app_token: str = "",
        *,
        respond: Respond,
        word: Word,
        inbox: Inbox,
        api_url: str = "https://slack.com/api/",
        signing_secret: str = "",
        waits: Waits | None = None,
        admits: Admits = lambda _: True,
        note: Note = lambda _: (),
        admins_manage: bool = False,
    ) -> None:
        self._word = word
        self._wire = Wire(bot_token, api_url, waits)
        self._files = Files(self._wire.client, timeout_s=CALL_S)
        people = People(self._wire.client)
        answering = Answering(self._wire, respond, admits, note, people=people, admins_manage=admins_manage)
        self._keeper = Keeper(inbox, answering.answer)
        form = Forms(self._wire, answering, self._keeper, people)
        app = Listening(self._wire, self._keeper, form, api_url, signing_secret).app
        self._connection = Connection(app, app_token, opened=self._keeper.take_up) if app_token else None
        self._doorway = Doorway(app, signing_secret) if signing_secret else None

    def routes(self) -> tuple[Route, ...]:
        """Where Slack brings what happens, if it has a secret to sign it with; Socket Mode needs none."""
        return (("POST", PATH, self._doorway.handle),) if self._doorway else ()

    async def start(self) -> None:
        """Raises ChannelDown for a refused token.

        Without a network Socket Mode goes on trying, and `trouble` says so; else DeliveryFailed is raised.
        """
        await self._wire.open()
        try:
            await self._keeper.look()
        except StorageError as error:
            log.error("what Slack brought before can't be read: %s", error)
        if self._connection:
            await self._start_socket(self._connection)
        else:
            await self._wire.who()
            self._keeper.take_up()
        if self._wire.lacks:
            log.warning("%s", scopes_missing(self._wire.lacks))

    async def _start_socket(self, connection: Connection) -> None:
        trouble = ""
        try:
            await self._wire.who()
            await connection.open()
        except ChannelDown:
            raise
        except DeliveryFailed as fault:
            trouble = str(fault)
            log.warning("Slack can't be reached yet, trying on: %s", fault)
        connection.keep(trouble)

    async def stop(self) -> None:
        """Takes no more questions, and gives the answers under way two seconds; what isn't answered then waits."""
        if self._connection:
            await self._connection.close()
        await self._keeper.stop()
        await self._wire.close()

    async def send(self, delivery: Delivery) -> str | Begun:
        """The message's ts. Later news of a paper goes into the thread of its first card, and is shown in the channel.

        Of several messages, or one with pictures, this sends the next: the first one, and then each in its thread.
        Raises DeliveryFailed (permanent, or with the earliest useful next try) and ChannelDown.
        """
        address = delivery.chat.address
        if not delivery.parts:
            await self._wire.take_turn(address.chat)  # before anything is rendered: many wait, and often
        steps = await asyncio.to_thread(self._steps, delivery, await self._wire.kinds.taken(address.workspace))
        step, at = steps[min(delivery.parts, len(steps) - 1)], delivery.parts + 1
        thread, message = address.topic or delivery.reply_to or delivery.message, delivery.message
        if isinstance(step, Rendered):
            if delivery.parts:
                await self._wire.take_turn(address.chat)
            broadcast = bool(delivery.reply_to and not address.topic and not delivery.parts)
            posted = await self._wire.say(address.chat, step, thread, broadcast=broadcast)
            message = message or posted.ts
            if at >= len(steps) and posted.files:  # pictures of charts that were to be Slack's own
                await self._files.attach(posted.files, posted.channel, thread or posted.ts)
        else:
            await self._files.attach(step, address.chat, thread)
        return message if at >= len(steps) else Begun(message, at)

    def _steps(self, delivery: Delivery, taken: Taken) -> tuple[Rendered | Pictures, ...]:
        """Messages, each followed by its pictures."""
        rendered = (as_shown(message, taken, files=True) for message in self._word(delivery))
        return tuple(step for one in rendered for step in (one, one.files) if step)

    async def edit(self, delivery: Delivery) -> None:
        """Lets what was posted tell what is known now. Raises as `send` does."""
        address = delivery.chat.address
        taken = await self._wire.kinds.taken(address.workspace)
        rendered = await asyncio.to_thread(lambda: as_shown(self._word(delivery)[0], taken))
        await self._wire.update(address.chat, delivery.message, rendered)

    async def check(self) -> str:
        """Who we are, for the doctor; tries both tokens. Raises ChannelDown or DeliveryFailed, with the mend."""
        answer = await self._wire.auth_test()
        if self._connection:
            await self._connection.address()
        if self._wire.lacks:
            raise DeliveryFailed(scopes_missing(self._wire.lacks), permanent=True)
        way = "" if self._connection else f"; it brings what happens to https://YOUR-HOST{PATH}"
        missing = await self._wire.kinds.missing(str(answer.get("team_id") or ""))
        plain = f"; this workspace takes no blocks of kind {', '.join(missing)} yet: they are plain" if missing else ""
        return f"Slack answers as @{answer.get('user')} in {answer.get('team')}{way}{plain}"

    async def name(self) -> str:
        """What people call us. Raises ChannelDown or DeliveryFailed."""
        return str((await self._wire.auth_test()).get("user") or "")

    @property
    def trouble(self) -> str:
        return self._wire.refused or (self._connection.trouble if self._connection else "")
