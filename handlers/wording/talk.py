"""Start, help, and what is said when words can't be understood or something fails."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.answers import Claimed
from bot.errors import BadQuery, FetchError
from handlers.messages import Bullets, Button, Buttons, Code, Heading, Invite, Line, Message, Typed, text
from handlers.wording.plain import cut, pressable, say

_QUERY_HELP: Final[tuple[tuple[str, str], ...]] = (
    ("diffusion", "a word in title or abstract; side by side: all of them"),
    ('"optical flow"', "a phrase; ti: or abs: for one of the two alone"),
    ("-survey", "leave it out; also NOT, AND, OR, ( )"),
    ("cat:cs.CV", "an arXiv category; cat:cs for all of cs"),
    ("au:bengio", 'an author; au:"yoshua bengio" to be exact'),
    ("id:1703.06870", "a paper: when it gets code"),
    ("repo:owner/name", "a repository: when a paper names it"),
    ("framework:pytorch lang:python stars:>100", "what its repository is like"),
    ("official:yes", "the authors' own code; conf:iclr: arXiv's comments"),
    ("kind:papers", "new papers without code, too"),
    ("kind:surges", "also when its repository takes off; kind:milestones, kind:releases, kind:all"),
    ("code:any", "also when code is promised, empty, archived, gone …"),
    ("https://…", "a blog or feed: its new entries"),
    ("feed:bair robot -survey", "of those only what matches; by the feed's name or address"),
)
_BACK: Final = Buttons((Button("‹ Help", "/help", here=True),), minor=True)
_TOPICS: Final = {  # what is pressed, and what stands above
    "times": ("Times", "When, where and how often you hear"),
    "keeping": ("Keeping", "What you keep"),
    "stars": ("Stars", "What takes off: trending pages, stars, rankings"),
    "trends": ("Trends", "The field from above, and reviews"),
    "links": ("Corrections", "When a link is wrong or missing"),
    "moving": ("Moving", "Taking your things along"),
    "feeds": ("Feeds", "When a blog or feed has stopped"),
    "owner": ("Owner", "For the bot's owner"),
}


def welcome() -> Message:
    return Message(
        (
            Heading("paperwire: papers with code, as they come"),
            text("Ask me for a paper's code. Subscribe to what you care about, and I write when a paper has code."),
            Bullets(
                (
                    (Typed("/code bert"),),
                    (Typed("/subscribe diffusion cat:cs.CV"),),
                    (Typed("/help"), " for everything else"),
                )
            ),
            Buttons((Invite("Add me to a group", group=True),)),
        ),
        "paperwire: ask for a paper's code with /code, subscribe with /subscribe.",
    )


def offered_by_link(typed: str, *, pressed: bool) -> Message:
    """Somebody opened a link that would change something: what it says stands there, and is done if they want it."""
    said = f"The link that you opened wants to say {typed}"
    line = text("The link that you opened wants to say ", Typed(typed), ". Nothing is changed so far.")
    if pressed:
        return Message((line, Buttons((Button("Do it", typed),))), said)
    return Message((line, text("It would count for all: type it, if that is what you want.")), said)


_CLAIMED: Final = {
    Claimed.YES: "You own this bot now. Your /wrong, /official and /link count for all, and I send you what readers "
    "report. To give it up: /claim off",
    Claimed.NOT_ALONE: "Others can read this. Say it to me alone, in a private chat.",
    Claimed.NO: "That code doesn't open anything: it works once, for 24 hours. While nobody owns me, each start prints "
    "a new one.",
    Claimed.GIVEN_UP: "Nobody but the console owns this bot now. The next start prints a code.",
}


def claimed(outcome: Claimed) -> Message:
    return say(_CLAIMED[outcome])


def claim_how(platform: str, name: str, code: str) -> str:
    """For whoever starts the bot: how to become its owner on a platform. `name` is "" where it isn't known yet."""
    if platform == "telegram" and name:
        return f"To own this bot on Telegram, open https://t.me/{name}?start={code} (once, within 24 hours)"
    whom = f"@{name}" if name else "the bot"
    return f"To own this bot on {platform.capitalize()}, write to {whom} alone: claim {code} (once, within 24 hours)"


def help_text(commands: Sequence[tuple[str, str]], *, pressed: bool) -> Message:
    """The commands that most people need; the other ones by topic, to be `pressed` where that is possible."""
    more = (
        ("/help query", "all that a subscription may say"),
        *((f"/help {topic}", f"{title[0].lower()}{title[1:]}") for topic, (_, title) in _TOPICS.items()),
    )
    topics = Buttons(tuple(Button(label, f"/help {topic}", here=True) for topic, label in _labels()), minor=True)
    return Message(
        (
            Heading("What I can do"),
            Bullets(tuple(map(_explained, commands))),
            text(f"Words without a command are a question for code.{'' if pressed else ' More:'}"),
            topics if pressed else Bullets(tuple(map(_explained, more))),
        ),
        "The commands of paperwire.",
    )


def _labels() -> Iterator[tuple[str, str]]:
    yield "query", "Subscriptions ›"
    yield from ((topic, f"{label} ›") for topic, (label, _) in _TOPICS.items())


def help_topic(topic: str, commands: Sequence[tuple[str, str]]) -> Message:
    title = _TOPICS[topic][1]
    return Message((Heading(title), Bullets(tuple(map(_explained, commands))), _BACK), f"{title}.")


def help_query() -> Message:
    parts = (
        Heading("What a subscription may say"),
        Bullets(tuple(map(_explained, _QUERY_HELP))),
        text("Together: ", Typed('/subscribe (diffusion OR "flow matching") cat:cs.CV -survey')),
        _BACK,
    )
    return Message(parts, "What a subscription may say.")


def _explained(row: tuple[str, str]) -> Line:
    return (Typed(row[0]), f" — {row[1]}")


def usage(question: str, *examples: str) -> Message:
    """A command came without its words: ask for them, with examples."""
    parts = (text(f"{question} For example:"), Bullets(tuple((Typed(example),) for example in examples)))
    return Message(parts, f"{question} For example: {examples[0]}")


def unknown_command(typed: str, near: str | None, words: str = "") -> Message:
    """`near` is the command that was probably meant, `words` what stood behind it."""
    if near:
        question = say(f"I don't know {typed[:40]}. Did you mean ", Typed(f"/{near}"), "?")
        return pressable(question, Buttons((Button("Yes", f"/{near} {words}".strip()),), minor=True))
    return say(f"I don't know {typed[:40]}. ", Typed("/help"), " shows what I know.")


def thanked() -> Message:
    return say("With pleasure.")


def only_admins(command: str) -> Message:
    said = say("Only admins of this group can use ", Typed(command), " here. In a private chat with me, anybody can.")
    return replace(said, passing=True)


def too_long(length: int, most: int) -> Message:
    return say(f"That is {length:,} characters long; I read {most:,} at most. A title or an id is enough.")


def bad_query(typed: str, error: BadQuery) -> Message:
    """What can't be understood, with a caret under the place."""
    typed = " ".join(typed.split())
    start = max(0, error.place - 30)
    shown, caret = typed[start : start + 60], " " * (error.place - start) + "^"
    place = (Code(f"{shown}\n{caret}"),) if typed and error.place else ()
    return Message((text(str(error)), *place, *([text(error.hint)] if error.hint else [])), str(error), private=True)


def not_reached(typed: str, error: FetchError) -> Message:
    return say(f"I couldn't read {cut(typed, 200)}: {error}. Nothing was changed.")


def too_many(wait: timedelta) -> Message:
    said = say(f"That was a lot in one minute. Please ask again in {max(1, round(wait.total_seconds()))} s.")
    return replace(said, passing=True)


def storage_trouble() -> Message:
    return say(
        "I can't write to my database right now, so nothing was changed. Whoever runs me finds the reason in the log."
    )


def broken() -> Message:
    return say("Something broke while I answered that. It's in my log; please try it another way.")
