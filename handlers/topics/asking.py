"""Papers and their code."""

from typing import Final

from bot.answers import Answers
from handlers import wording
from handlers.command import Command
from handlers.incoming import Request
from handlers.messages import Message


def _code(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which paper?", "/code bert", "/code 1703.06870", "/code video to video synthesis")
    return wording.code(answers.code(words, chat=request.address), now=answers.now())


def _paper(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which paper?", "/paper 1810.04805", "/paper mask r-cnn")
    return wording.paper(answers.paper(words, chat=request.address), now=answers.now())


def _why(answers: Answers, request: Request, words: str) -> Message:
    return wording.why(answers.explaining.why(request.address, words), now=answers.now())


COMMANDS: Final = (
    Command(
        "code", "/code PAPER", "the code of a paper: by id, address, title or name; of a repository: its papers", _code
    ),
    Command("paper", "/paper PAPER", "a paper: authors, abstract, code", _paper),
    Command("why", "/why PAPER", "why you heard of it, or didn't; alone: why the last message came", _why),
)
