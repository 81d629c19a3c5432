"""Other chats that somebody may look into: what is subscribed there. Who may is the platform's to know."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.chat import Address, Chat, Subscription
from storage import Storage


@dataclass(frozen=True, slots=True)
class Visited:
    """A chat, its subscriptions, and those of other chats that speak there."""

    chat: Chat
    mine: tuple[Subscription, ...]
    routed_here: tuple[Subscription, ...]


class Visiting:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def visited(self, places: Sequence[Address]) -> tuple[Visited, ...]:
        """Those of these chats, all of one workspace, that have a subscription, or in which another chat's speaks."""
        if not places:
            return ()
        first = places[0]
        chats = self._storage.chats.speaking(first.platform, first.workspace, [one.chat for one in places])
        return tuple(map(self._visited, chats))

    def _visited(self, chat: Chat) -> Visited:
        subscriptions = self._storage.subscriptions
        return Visited(chat, subscriptions.of_chat(chat.key), subscriptions.routed_to(chat.key))
