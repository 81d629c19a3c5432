"""What is wrong or missing, and who decides."""

from typing import Final

from bot.answers import Answers, Claimed
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


def _claim(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which code? It is printed where I was started.", "/claim 1f0c…")
    if words.lower() == "off":
        return wording.claimed(answers.owning.give_up() if is_owner(answers, request) else Claimed.NO)
    return wording.claimed(claim(answers, request, words))


def claim(answers: Answers, request: Request, code: str) -> Claimed:
    """What comes of saying the code that makes its sayer the owner."""
    return answers.owning.claim(request.address, request.sender, code, alone=request.alone)


COMMANDS: Final = (
    Command("wrong", "/wrong PAPER REPOSITORY", "say that this isn't the paper's code", _wrong, always, "links"),
    Command(
        "official", "/official PAPER REPOSITORY", "say that this is the authors' own code", _official, always, "links"
    ),
    Command(
        "link", "/link PAPER REPOSITORY", "add the code that somebody else wrote for a paper", _link, always, "links"
    ),
    Command(
        "claim", "/claim CODE", "become the owner, by the code printed at the start (or off)", _claim, topic="links"
    ),
)
