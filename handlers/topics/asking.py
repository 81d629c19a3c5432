"""Papers and their code."""

import re
from typing import Final

from bot.answers import Answers
from handlers import wording
from handlers.command import Command, always
from handlers.incoming import Request
from handlers.messages import Message

_ALERT: Final = re.compile(r"a[0-9]{1,18}")


def _code(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which paper?", "/code bert", "/code 1703.06870", "/code video to video synthesis")
    return wording.code(answers.code(words, chat=request.address), now=answers.now())


def _paper(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which paper?", "/paper 1810.04805", "/paper mask r-cnn")
    return wording.paper(answers.paper(words, chat=request.address), now=answers.now())


def _card(answers: Answers, request: Request, words: str) -> Message:
    """What the buttons of a card say: a paper's name or a and an alert's number, and what of it is to be open."""
    if not words:
        return wording.usage("Which paper's card?", "/card 1810.04805", "/card 1810.04805 more")
    named, _, last = words.rpartition(" ")
    opened = wording.Opened(last) if named and last in (wording.Opened.ABSTRACT, wording.Opened.MORE) else None
    named = named if opened else words
    if _ALERT.fullmatch(named):
        return wording.card(answers.explaining.alert(request.address, int(named[1:])), opened or wording.Opened.NOTHING)
    answer = (answers.paper if opened else answers.code)(named, chat=request.address)
    return wording.code(answer, now=answers.now(), opened=opened or wording.Opened.NOTHING)


def _why(answers: Answers, request: Request, words: str) -> Message:
    return wording.why(answers.explaining.why(request.address, words), now=answers.now())


COMMANDS: Final = (
    Command(
        "code",
        "/code PAPER",
        "the code of a paper: by id, address, title or name; of a repository: its papers",
        _code,
        shows=always,
        for_all=True,
    ),
    Command("paper", "/paper PAPER", "a paper: authors, abstract, code", _paper, shows=always, for_all=True),
    Command(
        "card",
        "/card PAPER",
        "its card, as below every paper; abstract or more opens it",
        _card,
        topic="keeping",
        shows=always,
        for_all=True,
    ),
    Command(
        "why", "/why PAPER", "why you heard of it, or didn't; alone: why the last message came", _why, shows=always
    ),
)
