"""Times, counts and one-paragraph messages."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.chat import Chat
from handlers.messages import Buttons, Line, Link, Message, Span, Strong, Text


def pressable(message: Message, *rows: Buttons) -> Message:
    """The message with these buttons below it."""
    return replace(message, parts=(*message.parts, *rows))


def say(*line: Span) -> Message:
    """A message of one paragraph."""
    return Message((Text(line),), plain(line))


def plain(line: Line) -> str:
    """A line without its marks."""
    return "".join(map(_plain, line))


def _plain(span: Span) -> str:
    if isinstance(span, str):
        return span
    return span.label if isinstance(span, Link) else span.text


def with_mend(why: str) -> Line:
    """An error's words, in which what is to be typed stands in backticks."""
    pieces = enumerate(why.split("`"))
    return tuple(Strong(words) if place % 2 else words for place, words in pieces if words)


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 paper", "2,000 papers"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def cut(words: str, most: int) -> str:
    """At most so many characters, cut at a word."""
    return words if len(words) <= most else words[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


def listed(names: Sequence[str]) -> str:
    """ "one", "one and another", "one, another and a third"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def not_reached(troubles: Sequence[str]) -> str:
    """ "arXiv: timed out" and "Hugging Face: HTTP 503" in a sentence."""
    named = [f"{who} ({why})" for who, _, why in (trouble.partition(": ") for trouble in troubles)]
    return f"I couldn't ask {' and '.join(named)} just now."


def place(chat: Chat) -> str:
    """What people call a chat, and where it is: "ML papers (Telegram)"."""
    platform = chat.address.platform.capitalize()
    topic = ", a topic or thread of it" if chat.address.topic else ""
    return f"{cut(chat.title, 60)} ({platform}{topic})" if chat.title else f"a chat on {platform}{topic}"


def day(moment: datetime) -> str:
    return f"{moment:%-d %b %Y}"


def ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    gone = now - moment
    return "just now" if gone < timedelta(minutes=1) else f"{_length(gone)} ago"


def until(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    return "now" if moment <= now + timedelta(seconds=30) else f"in {_length(moment - now)}"


def _length(length: timedelta) -> str:
    minutes = max(1, round(length.total_seconds() / 60))
    if minutes < 90:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 60 * 48 else f"{round(minutes / 1440)} days"
