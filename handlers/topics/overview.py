"""All that a chat has, and how all is."""

from typing import Final

from bot.answers import Answers
from handlers import wording
from handlers.command import Command, always, page_number
from handlers.incoming import Request
from handlers.messages import Message


def _home(answers: Answers, request: Request, words: str) -> Message:
    here = request.address
    named = {room.address: room for room in request.rooms}
    told_there = answers.visiting.visited(tuple(named))
    rooms = sorted(((named[one.chat.address], one) for one in told_there), key=lambda pair: pair[0].name.lower())
    if words.lower().split()[:1] == ["channels"]:
        return wording.channels(rooms, page_number(words[len("channels") :].strip(), "/home channels"))
    told = wording.Overview(
        subscriptions=answers.subscriptions(here),
        waiting=answers.waiting(here),
        saved=answers.keeping.saved(here),
        status=answers.status(here),
        settings=answers.settling.settings(here),
        digest=answers.settling.last_digest(here),
        now=answers.now(),
        rooms=rooms,
        may_manage=request.may_manage,
    )
    return wording.home(told, page_number(words, "/home"))


def _status(answers: Answers, request: Request, _words: str) -> Message:
    return wording.status(answers.status(request.address))


COMMANDS: Final = (
    Command("home", "/home", "what this chat has, and how all is, on one page", _home, shows=always),
    Command("status", "/status", "the sources, the queue, and what failed", _status, shows=always),
)
