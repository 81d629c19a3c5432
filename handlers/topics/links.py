"""What is wrong or missing, and who decides."""

from typing import Final

from bot.answers import Answers
from bot.domain.report import Says
from handlers import wording
from handlers.command import Command, always, is_owner
from handlers.incoming import Request
from handlers.messages import Message


def _wrong(answers: Answers, request: Request, words: str) -> Message:
    return _correct(answers, request, words, Says.WRONG, "/wrong 1810.04805 owner/name")


def _official(answers: Answers, request: Request, words: str) -> Message:
    return _correct(answers, request, words, Says.OFFICIAL, "/official 1810.04805 google-research/bert")


def _link(answers: Answers, request: Request, words: str) -> Message:
    return _correct(answers, request, words, Says.COMMUNITY, "/link 1810.04805 codertimo/BERT-pytorch")


def _correct(answers: Answers, request: Request, words: str, says: Says, example: str) -> Message:
    if not words:
        return wording.usage("Which paper, and which repository?", example)
    return wording.corrected(answers.correct(request.address, words, says, owner=is_owner(answers, request)))


COMMANDS: Final = (
    Command("wrong", "/wrong PAPER REPOSITORY", "say that this isn't the paper's code", _wrong, always, "links"),
    Command(
        "official", "/official PAPER REPOSITORY", "say that this is the authors' own code", _official, always, "links"
    ),
    Command(
        "link", "/link PAPER REPOSITORY", "add the code that somebody else wrote for a paper", _link, always, "links"
    ),
)
