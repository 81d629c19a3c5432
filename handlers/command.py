"""What a command is, and what commands ask about who speaks."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.answers import MOST_ALONE, MOST_SUBSCRIPTIONS, Answers
from bot.errors import BadQuery
from handlers.incoming import Request
from handlers.messages import Message

LONGEST: Final = 4000
_PAGE: Final = re.compile(r"[0-9]{1,6}")


def never(_words: str) -> bool:
    return False


def always(_words: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what to type, what it does, and who answers.

    `manages`: whether it changes something for all of a chat with these words, so that in a group admins alone may say
    them. `shows`: whether it shows something with these words, and changes nothing; then a link that anybody may have
    made is followed at once. `beforehand` is the name of a command that shows what this one would do. /help tells a
    `topic`'s commands apart, so that its first answer fits a screen. `longest` is how many
    characters of words it reads. `everyday`: its name begins many a title ("Less is More"), so that without its slash
    it wants a paper's id behind it. `for_all`: its answer says the same to everybody, so that who asked alone may show
    it to others.
    """

    name: str
    usage: str
    summary: str
    run: Callable[[Answers, Request, str], Message]
    manages: Callable[[str], bool] = never
    topic: str = ""
    longest: int = LONGEST
    everyday: bool = False
    shows: Callable[[str], bool] = never
    beforehand: str = ""
    for_all: bool = False


def page_number(words: str, command: str, *, more: str = "and so on") -> int:
    """Which page is meant: the first one by no words. Raises BadQuery for what is no number, with what else there is.

    `more` names that, behind the first two pages.
    """
    if words and not _PAGE.fullmatch(words):
        raise BadQuery("I can't tell what to show of it.", hint=f"There are {command}, {command} 2, {more}.")
    return int(words or 1)


def is_owner(answers: Answers, request: Request) -> bool:
    return request.is_owner or answers.owning.owns(request.address, request.sender)


def admits(answers: Answers, request: Request) -> bool:
    """Whether the bot answers this person here at all."""
    let_in = answers.access.lets_in(request.address, request.sender, alone=request.alone, name=request.chat_title)
    return let_in or is_owner(answers, request)


def maker(request: Request) -> str:
    """Who makes a subscription, where others are: they hear when that chat is lost."""
    return "" if request.alone else request.sender


def most_subscriptions(answers: Answers, request: Request) -> int:
    return MOST_ALONE if request.alone and not is_owner(answers, request) else MOST_SUBSCRIPTIONS
