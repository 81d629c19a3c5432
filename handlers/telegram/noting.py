"""What happens in chats beside questions: the bot is let know, and what it says of that goes there."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from handlers.events import Came, Event, Posted, Reacted
from handlers.incoming import Request
from handlers.messages import Message
from handlers.recent import Recent
from handlers.telegram.asking import Asked
from handlers.telegram.people import is_admin
from handlers.telegram.wire import Parcel, Wire, packed

Admits = Callable[[Request], bool]
Note = Callable[[Event], Awaitable[tuple[Message, ...]]]
Post = Callable[[Asked, Parcel], Awaitable[None]]

SETTLES_S = 2.0  # in which it turns out whether we were let into a supergroup, or a group has become one


class Noting:
    """`note` lets the bot know; `post` sends what it says, to where the event was."""

    def __init__(self, wire: Wire, note: Note, admits: Admits, post: Post, recent: Recent) -> None:
        self._wire = wire
        self._note = note
        self._admits = admits
        self._post = post
        self._recent = recent

    async def take(self, event: Event) -> None:
        """Never raises for what the platform refuses."""
        match event:
            case Came(alone=False):
                await asyncio.sleep(SETTLES_S)
            case Reacted():
                event = await self._completed(event)
        quote = event.message if isinstance(event, Posted) and not event.alone else None
        for message in await self._note(event):
            await self._post(Asked(event.address, "", "", 0, False, quote), packed(message))

    async def _completed(self, event: Reacted) -> Reacted:
        """With what it reacts to, as far as that is remembered, and whether an admin does where that counts."""
        address, about = self._recent.find(event.address, event.message)
        event = replace(event, address=address, about=about)
        if not event.manages or event.alone or not await asyncio.to_thread(self._admits, event.request):
            return event
        return replace(event, may_manage=await is_admin(self._wire, event.address, int(event.sender)))
