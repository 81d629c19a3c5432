"""What is said around an answer: when one person shows it to others, and when it comes late."""

from dataclasses import replace
from typing import Final

from handlers.messages import Message, Quiet, Typed, text
from handlers.wording.plain import cut, say

SHARE: Final = "Share to channel"
_ASKED: Final = 80
_NAME: Final = 60


def shared(message: Message, name: str) -> Message:
    """An answer that somebody shows to all."""
    by = f"Shared by {cut(name, _NAME)}" if name else "Shared by a member"
    return replace(message, parts=(*message.parts, text(Quiet(by))))


def late(message: Message, asked: str) -> Message:
    """An answer that comes when its question is long forgotten, to the asker alone."""
    note = text(Quiet("I was away when you asked: "), Typed(cut(asked, _ASKED)))
    return replace(message, parts=(note, *message.parts))


def no_paper_there() -> Message:
    """To somebody who pointed at a message for its code."""
    return say(
        "I see no paper in that message: no link, no id, no title that I could look for. If you know the title, ask ",
        Typed("/code TITLE"),
        ".",
    )
