"""What happens beside questions: the bot is let know, and what it says of that goes there."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from bot.domain.posting import links_in
from bot.errors import DeliveryFailed
from handlers.events import Event, Posted, Reacted
from handlers.incoming import Request
from handlers.messages import Message
from handlers.recent import Recent
from handlers.slack.happenings import happened, vote_of
from handlers.slack.questions import Question, as_typed
from handlers.slack.render import Rendered, render
from handlers.slack.wire import Wire, patiently

Admits = Callable[[Request], bool]
Manages = Callable[[Request], Awaitable[bool]]
Note = Callable[[Event], tuple[Message, ...]]

log = logging.getLogger(__name__)


class Noting:
    """`manages`: whether somebody may decide for all of a channel. No more than so many notes at once."""

    def __init__(
        self, wire: Wire, note: Note, admits: Admits, manages: Manages, recent: Recent, at_once: asyncio.Semaphore
    ) -> None:
        self._wire, self._note, self._admits, self._manages = wire, note, admits, manages
        self._recent, self._at_once = recent, at_once

    async def take(self, question: Question) -> None:
        """Raises DeliveryFailed for what can't be said."""
        if question.links:
            await self._unfurl(question)
            return
        event = happened(question)
        if isinstance(event, Reacted):
            if event.vote is None and await self._says_so_still(event):
                return
            event = await self._completed(event)
        for message in await self._let_know(event):
            await patiently(partial(self._wire.post, event.address.chat, render(message)))

    async def _let_know(self, event: Event) -> tuple[Message, ...]:
        async with self._at_once:
            return await asyncio.to_thread(self._note, event)

    async def _unfurl(self, question: Question) -> None:
        """Previews of what is known; not a word of all else."""
        request, shown = question.request, dict[str, Rendered]()
        for url in question.links:
            if counting := links_in((as_typed(url),)):
                event = Posted(request.address, counting, sender=request.sender, brief=True)
                for message in await self._let_know(event):
                    shown[url] = render(message)
        if shown:
            await self._wire.unfurl(request.address.chat, question.message, shown)

    async def _says_so_still(self, event: Reacted) -> bool:
        """Whether another reaction says the same: a vote is the channel's, and is taken back with the last of them."""
        try:
            left = await self._wire.reactions(event.address.chat, event.message)
        except DeliveryFailed as fault:
            log.info("which reactions a message in Slack still has can't be found out: %s", fault)
            return False
        return event.before in map(vote_of, left)

    async def _completed(self, event: Reacted) -> Reacted:
        """With what it reacts to, as far as that is remembered, and whether an admin does where that counts."""
        _, about = self._recent.find(event.address, event.message)
        event = replace(event, about=about)
        if not event.manages or event.alone or not await asyncio.to_thread(self._admits, event.request):
            return event
        return replace(event, may_manage=await self._manages(event.request))
