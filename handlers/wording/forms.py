"""What stands in the form for a new subscription, and what is said around it."""

from dataclasses import replace
from typing import Final

from bot.domain.chat import is_address
from handlers.messages import Buttons, Message, Quiet, Text, Typed, text
from handlers.wording.plain import cut, plain, say, with_mend

TITLE: Final = "New subscription"
SEND: Final = "Subscribe"
CLOSE: Final = "Cancel"
CHANGE: Final = "Change #{0}"
SEND_CHANGE: Final = "Change"
NOT_THERE: Final = "You aren't in that channel any more, as far as I can see: nothing is changed."
WORDS: Final = "What shall I look for?"
WORDS_HINT: Final = 'Words, "a phrase", cat:cs.CV, au:bengio, -survey, owner/name, or a blog\'s address.'
WORDS_EXAMPLE: Final = "diffusion cat:cs.CV -survey"
WHERE: Final = "Where shall I tell it?"
WHERE_HINT: Final = "Nothing chosen: to you alone. I join public channels myself; invite me into private ones first."
WHERE_EXAMPLE: Final = "To me alone"
RHYTHM: Final = "How often?"
RHYTHMS: Final = (  # what /rhythm knows, and how it is called here
    ("at once", "At once"),
    ("hourly", "Once an hour at most"),
    ("daily", "In a daily digest"),
    ("weekly", "In a weekly digest"),
)
QUIET: Final = "Quiet hours"
QUIET_HINT: Final = "Alerts wait until they end. They count for all that is told there, by its own clock."
AS_IT_IS: Final = "as it is"
NIGHTS: Final = (  # what /quiet knows, and how it is called here
    (AS_IT_IS, "As they are there"),
    ("22:00-07:00", "22:00 to 07:00"),
    ("23:00-08:00", "23:00 to 08:00"),
    ("20:00-08:00", "20:00 to 08:00"),
    ("off", "None"),
)
NO_DIRECT: Final = "I can't open a direct message with you just now. Choose a channel, or try again."
_NAME: Final = 60
_FEED: Final = "A blog or feed: I tell its new entries. Its latest ones I show when you follow it."


def hint() -> Message:
    """In the preview's place, while there are no words."""
    return say(Quiet("Here stands what your words would have told in the last seven days."))


def is_feed(words: str) -> bool:
    """Whether these words follow a feed, of which there is no preview."""
    return is_address(words) or "feed:" in words.lower()


def feed() -> Message:
    return say(Quiet(_FEED))


def shown(preview: Message) -> Message:
    """A preview without what is to be pressed: that is the form's."""
    return replace(preview, parts=tuple(part for part in preview.parts if not isinstance(part, Buttons)))


def refusal(message: Message) -> str:
    """Why nothing was done, in one line for the form's field."""
    said = [plain(part.line) for part in message.parts if isinstance(part, Text)]
    return " ".join(said) or message.summary


def set_up_by(message: Message, name: str) -> Message:
    """To a chat for which somebody has made a subscription."""
    return replace(message, parts=(*message.parts, text(Quiet(f"Set up by {cut(name, _NAME)}")))) if name else message


def not_there(why: str) -> str:
    """At the field: the chat can't be written to."""
    return f"I can't write there: {why.replace('`', '')}. Then press {SEND} again."


def made_but_silent(asked: str, why: str) -> Message:
    """To who made a subscription for a channel that can't be written to."""
    return say("I did ", Typed(asked), " for that channel, but can't write there: ", *with_mend(why), ".")
