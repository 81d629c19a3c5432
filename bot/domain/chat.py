"""Chats and their subscriptions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.pace import Rhythm


class ChatState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"  # can't be reached; its subscriptions are kept


class Loss(StrEnum):
    """How a place was lost, as it is told of a chat that is paused."""

    BLOCKED = "blocked"  # by the person whose chat it is
    REMOVED = "removed"
    MUTED = "no right to write"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a chat is: platform (console, telegram, slack), workspace, the platform's own id, and topic or thread."""

    platform: str
    chat: str
    workspace: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat as known; `reason` says why it is paused, or was when it was tried again; `sound`: what comes may ring."""

    key: int
    address: Address
    title: str = ""
    state: ChatState = ChatState.ACTIVE
    reason: str = ""
    sound: bool = True


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription as known: `text` is the query as typed, `number` what the chat calls it.

    `feed` is set when it follows one feed: whole, then `text` is the feed's address, or the entries that fulfil the
    query. `rhythm` is how often it speaks; `priority` passes quiet hours and budget; `route` is the chat where it
    speaks, if not in its own.
    """

    key: int
    chat: int
    number: int
    text: str
    created_at: datetime
    feed: int | None = None
    rhythm: Rhythm = Rhythm.AT_ONCE
    priority: bool = False
    route: int | None = None

    @property
    def speaks_in(self) -> int:
        """The chat that is told."""
        return self.route or self.chat

    @property
    def is_whole(self) -> bool:
        """Whether it follows a feed with all of its entries."""
        return self.feed is not None and is_address(self.text)


def is_address(text: str) -> bool:
    """Whether this is nothing but an address on the web."""
    return text.lower().startswith(("http://", "https://")) and " " not in text
