"""What is offered to whoever types our name, and words, in any chat: to be posted there in their name."""

from dataclasses import dataclass

from handlers.messages import Invite, Message


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to post: how it is listed, and what it says. `id` tells it from the others, in at most 64 bytes."""

    id: str
    title: str
    description: str
    message: Message


@dataclass(frozen=True, slots=True)
class Offers:
    """A page of them; `more`: whether another one follows. `way` leads to us, and stands above the list."""

    offers: tuple[Offer, ...] = ()
    more: bool = False
    way: Invite | None = None
