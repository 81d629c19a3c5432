"""What comes in from a chat, the same from every platform."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from bot.domain.arrival import Arrival
from bot.domain.chat import Address

# What a platform hangs into the service's web door: HTTP method, path, and a handler of aiohttp's requests.
Route = tuple[str, str, Callable[[Any], Awaitable[Any]]]


class FileTrouble(StrEnum):
    """Why a file that came along can't be read."""

    TOO_LARGE = "too large"
    NOT_TEXT = "not text"
    NOT_REACHED = "not reached"
    NOT_THERE = "not there"


@dataclass(frozen=True, slots=True)
class Room:
    """Another chat that somebody may look into: they are in it, or (not `inside`) could be if they wanted."""

    address: Address
    name: str
    inside: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """A question or command as typed: "/code bert", "code bert", or just words.

    `may_manage`: the sender may change this chat's subscriptions; `is_owner`: sits at the machine itself; `sender` is
    the platform's id of the person, "" for one who hides it; `alone`: nobody else reads the chat; `chat_title` is the
    group's or person's name, for the operator's status; `thread` the platform's id of the thread in which it was said,
    where a thread is no chat of its own. `file` is the text of a file that came along (None: none did), `file_trouble`
    why it can't be read. `rhythm` is how often a new subscription shall speak, and `quiet` the chat's quiet hours,
    where a form says so; `zone` the sender's time zone, where that is known. `rooms` are other chats that the sender
    may look into, where a platform shows these together.
    """

    address: Address
    text: str
    may_manage: bool = True
    is_owner: bool = False
    sender: str = ""
    alone: bool = False
    chat_title: str = ""
    thread: str = ""
    file: str | None = None
    file_trouble: FileTrouble | None = None
    rhythm: str = ""
    quiet: str = ""
    zone: str = ""
    rooms: tuple[Room, ...] = ()


class Inbox(Protocol):
    """A platform's inbox: what comes is kept before it is confirmed there. Raises StorageError where it can't be."""

    def take(self, arrivals: Sequence[Arrival]) -> tuple[Arrival, ...]:
        """Keep these; those that haven't come before."""

    def put_down(self, arrivals: Sequence[Arrival]) -> None:
        """On disk at once where `take` is held up, for `waiting` after a crash."""

    def clear(self) -> None:
        """All that was put down has been taken."""

    def waiting(self) -> tuple[Arrival, ...]:
        """What hasn't been answered, in the order in which it came."""

    def done(self, *keys: str) -> None: ...
