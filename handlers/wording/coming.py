"""What is said when the bot comes into a group, or back into a chat. Nobody asked for it, so it makes no sound."""

from dataclasses import replace

from bot.answers.coming import Back
from handlers.messages import Bullets, Message, Typed, text
from handlers.wording.plain import count, say


def hello() -> Message:
    """To a group where we are new."""
    return Message(
        (
            text("Hello! I find the code of papers, and tell when a paper that you care about gets some."),
            Bullets(
                (
                    (Typed("/code bert"), " — for everybody here"),
                    (Typed("/subscribe diffusion cat:cs.CV"), " — for the admins, who also decide when I speak"),
                    (Typed("/help"), " — all the rest"),
                )
            ),
        ),
        "I find the code of papers: /code bert, /help",
        silent=True,
    )


def here_again(back: Back) -> Message:
    """To a group where we were before."""
    missed = "What was missed comes in one message." if back.missed else "Nothing was missed."
    return _silently(say(f"Here again, with {count(back.subscriptions, 'subscription')} as before. {missed}"))


def welcome_back(back: Back) -> Message:
    """To somebody who missed nothing."""
    goes_on = (
        "Your subscription goes on" if back.subscriptions == 1 else f"Your {back.subscriptions} subscriptions go on"
    )
    return _silently(say(f"Welcome back. {goes_on}, and nothing was missed."))


def _silently(message: Message) -> Message:
    return replace(message, silent=True)
