"""What is said when the bot comes into a group, or back into a chat. Nobody asked for it, so it makes no sound."""

from dataclasses import replace
from typing import Final

from bot.answers.coming import Back
from handlers.messages import Bullets, Message, Typed, text
from handlers.wording.plain import count, say

_IN_GROUPS: Final = (
    ("/code bert", "for everybody here"),
    ("/subscribe diffusion cat:cs.CV", "for the admins, who also decide when I speak"),
    ("/help", "all the rest"),
)
_IN_SLACK: Final = (
    ("/code bert", "I answer you alone, and you may show it to all"),
    ("/subscribe", "what this channel shall hear of, and how often"),
    ("/help", "all the rest"),
)


def hello(platform: str = "telegram") -> Message:
    """To a group where we are new."""
    lines = tuple(
        (Typed(command), f" — {what}") for command, what in (_IN_SLACK if platform == "slack" else _IN_GROUPS)
    )
    parts = (
        text("Hello! I find the code of papers, and tell when a paper that you care about gets some."),
        Bullets(lines),
    )
    return Message(parts, "I find the code of papers: /code bert, /help", silent=True)


def here_again(back: Back) -> Message:
    """To a group where we were before."""
    return _silently(say(f"Here again, with {count(back.subscriptions, 'subscription')} as before. {_missed(back)}"))


def welcome_back(back: Back) -> Message:
    """To somebody for whom nothing waits."""
    one = back.subscriptions == 1
    goes_on = "Your subscription goes on." if one else f"Your {back.subscriptions} subscriptions go on."
    return _silently(say(f"Welcome back. {goes_on} {_missed(back)}"))


def _missed(back: Back) -> str:
    """What becomes of what came in between."""
    comes = "What was missed comes in one message." if back.missed else ""
    are = "is" if back.lost == 1 else "are"
    gone = f"{count(back.lost, 'message')} that waited for more than 30 days {are} gone." if back.lost else ""
    return " ".join(said for said in (comes, gone) if said) or "Nothing was missed."


def _silently(message: Message) -> Message:
    return replace(message, silent=True)
