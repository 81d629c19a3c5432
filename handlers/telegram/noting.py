"""What happens in chats beside questions: the bot is let know, and what it says of that goes there."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from handlers.events import Came, Event
from handlers.messages import Message
from handlers.telegram.asking import Asked
from handlers.telegram.render import render
from handlers.telegram.wire import Parcel

Note = Callable[[Event], tuple[Message, ...]]
Post = Callable[[Asked, Parcel], Awaitable[None]]

SETTLES_S = 2.0  # in which it turns out whether we were let into a supergroup, or a group has become one


class Noting:
    """`note` lets the bot know; `post` sends what it says, to where the event was."""

    def __init__(self, note: Note, post: Post) -> None:
        self._note = note
        self._post = post

    async def take(self, event: Event) -> None:
        """Never raises for what the platform refuses."""
        if isinstance(event, Came) and not event.alone:
            await asyncio.sleep(SETTLES_S)
        for message in await asyncio.to_thread(self._note, event):
            place = Asked(event.address, "", "", 0, False, None)
            await self._post(place, Parcel(deque(render(message)), silent=message.silent))
