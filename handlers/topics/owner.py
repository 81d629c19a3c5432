"""For the bot's owner: becoming it, and who is let in."""

from typing import Final

from bot.answers import Answers, Claimed
from handlers import wording
from handlers.command import Command, is_owner
from handlers.incoming import Request
from handlers.messages import Message


def _claim(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which code? It is printed where I was started.", "/claim 1f0c…")
    if words.lower() == "off":
        return wording.claimed(answers.owning.give_up() if is_owner(answers, request) else Claimed.NO)
    return wording.claimed(claim(answers, request, words))


def claim(answers: Answers, request: Request, code: str) -> Claimed:
    """What comes of saying the code that makes its sayer the owner."""
    return answers.owning.claim(request.address, request.sender, code, alone=request.alone)


def _allow(answers: Answers, request: Request, words: str) -> Message:
    if not is_owner(answers, request):
        return wording.only_owner("/allow")
    if words:
        let_in = answers.access.allow(words, request.address)
    elif request.alone or request.address.platform == "console":
        return wording.usage("Whom? Or say /allow alone in a group.", "/allow telegram 12345", "/allow slack U0ADA")
    else:
        let_in = answers.access.let_chat_in(request.address, request.chat_title)
    return wording.let_in(let_in, closed=answers.access.closed)


def _allowed(answers: Answers, request: Request, _words: str) -> Message:
    if not is_owner(answers, request):
        return wording.only_owner("/allowed")
    return wording.allowed(answers.access.allowed(), closed=answers.access.closed)


def _deny(answers: Answers, request: Request, words: str) -> Message:
    if not is_owner(answers, request):
        return wording.only_owner("/deny")
    if not words:
        return wording.allowed(answers.access.allowed(), closed=answers.access.closed)
    return wording.denied(answers.access.deny(words), closed=answers.access.closed)


COMMANDS: Final = (
    Command("allow", "/allow PLATFORM ID", "let somebody in, or this chat (without words)", _allow, topic="owner"),
    Command("allowed", "/allowed", "who is let in", _allowed, topic="owner"),
    Command("deny", "/deny NUMBER", "let them in no more; what they have is kept", _deny, topic="owner"),
    Command(
        "claim", "/claim CODE", "become the owner, by the code printed at the start (or off)", _claim, topic="owner"
    ),
)
