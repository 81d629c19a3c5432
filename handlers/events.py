"""What happens in chats beside what is typed: somebody lets us in or shows us out, a group moves, somebody reacts.

The same from every platform; `note` lets the bot know of it, and says what is to be said.
"""

from dataclasses import dataclass, replace

from bot.answers import Answers
from bot.domain.chat import Address, Loss
from bot.domain.vote import Vote
from handlers import wording
from handlers.command import admits
from handlers.commands import respond
from handlers.incoming import Request
from handlers.messages import NOTHING, Message


@dataclass(frozen=True, slots=True)
class Came:
    """We may write there, again or for the first time; `by` is the platform's id of who decided that.

    `alone`: nobody else reads the chat; `anew`: we were away, not only silenced; `greets`: it's no channel.
    """

    address: Address
    title: str = ""
    by: str = ""
    alone: bool = False
    anew: bool = True
    greets: bool = True


@dataclass(frozen=True, slots=True)
class Gone:
    """We may write there no more; `by` is the name of who decided that."""

    address: Address
    loss: Loss
    by: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """The platform gave the chat a new id, `to`."""

    address: Address
    to: str


@dataclass(frozen=True, slots=True)
class Reacted:
    """Somebody reacts to a message of ours, or takes that back: `vote` is what they say now, `before` what they did.

    `about` is the paper that the message is about, where the platform's side remembers that. In a group only an admin
    `may_manage`; it is looked up where the vote `manages`.
    """

    address: Address
    message: str
    vote: Vote | None
    before: Vote | None
    sender: str
    alone: bool = False
    about: str = ""
    may_manage: bool = False

    @property
    def manages(self) -> bool:
        """Whether it changes what all of a group hear: less of a paper, or no longer."""
        return self.vote is Vote.LESS or (self.vote is None and self.before is Vote.LESS)

    @property
    def request(self) -> Request:
        return Request(self.address, "", may_manage=self.may_manage, sender=self.sender, alone=self.alone)


@dataclass(frozen=True, slots=True)
class Posted:
    """Somebody's words hold links that are worth a card, at most two; `message` is the platform's number of them.

    `brief`: there is room for two lines only.
    """

    address: Address
    links: tuple[str, ...]
    title: str = ""
    sender: str = ""
    alone: bool = False
    message: int = 0
    brief: bool = False


Event = Came | Gone | Moved | Reacted | Posted


def note(answers: Answers, event: Event) -> tuple[Message, ...]:
    """What is to be said there, message by message."""
    match event:
        case Came():
            greeting = _came(answers, event)
            return () if greeting == NOTHING else (greeting,)
        case Gone():
            answers.coming.gone(event.address, event.loss, by=event.by)
        case Moved():
            answers.coming.moved(event.address, event.to)
        case Reacted():
            _vote(answers, event)
        case Posted(alone=True):
            said = (respond(answers, _asking(event, f"/code {link}")) for link in event.links)
            return tuple(message for message in said if message != NOTHING)
        case Posted():
            return _cards(answers, event)
    return ()


def _asking(event: Posted, text: str) -> Request:
    return Request(
        event.address, text, may_manage=False, sender=event.sender, alone=event.alone, chat_title=event.title
    )


def _cards(answers: Answers, event: Posted) -> tuple[Message, ...]:
    """In a group nobody has asked: a card each, without a sound; and not a word of what isn't known."""
    if not answers.posting.is_wanted(event.address) or not admits(answers, _asking(event, "")):
        return ()
    if answers.limits.wait(event.address, event.sender):
        return ()
    found = answers.posted(event.address, event.links)
    if event.brief:
        return tuple(map(wording.in_brief, found))
    return tuple(replace(wording.code(one, now=answers.now()), silent=True) for one in found)


def _vote(answers: Answers, event: Reacted) -> None:
    """Silently: whoever reacts sees the reaction, and /saved."""
    if not admits(answers, event.request) or answers.limits.wait(event.address, event.sender):
        return
    if event.alone or event.may_manage or not event.manages:
        answers.keeping.react(event.address, event.message, event.vote, before=event.before, about=event.about)


def _came(answers: Answers, event: Came) -> Message:
    """Whoever is back is told only what they can't see otherwise: what was missed comes in a message of its own."""
    who = Request(event.address, "", may_manage=False, sender=event.by, alone=event.alone, chat_title=event.title)
    if not admits(answers, who):
        return NOTHING
    back = answers.coming.came(event.address)
    if event.alone:
        return wording.welcome_back(back) if back.slept and back.subscriptions and not back.missed else NOTHING
    if not event.greets or not event.anew or answers.coming.has_moved_to(event.address):
        return NOTHING
    if not back.subscriptions:
        return wording.hello(event.address.platform)
    return wording.here_again(back) if back.slept else NOTHING
