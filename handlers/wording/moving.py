"""The answers to /export and /import, and what is said of files."""

from collections.abc import Sequence
from typing import Final

from bot.answers.moving import Packed
from bot.answers.taking import Taken
from bot.domain.moving import FILE_LIMIT, Luggage, Place, Unread
from handlers.incoming import FileTrouble
from handlers.messages import Bullets, File, Line, Message, Part, Quiet, Strong, Typed, text
from handlers.wording.plain import count, cut, listed, say

_ADDED_SHOWN: Final = 8
_UNREAD_SHOWN: Final = 5
_ONE_OF: Final = {
    "subscriptions": "subscription",
    "mutes": "mute",
    "saved": "saved paper",
    "hidden": "hidden link",
    "settings": "setting",
}
_TROUBLES: Final = {
    FileTrouble.TOO_LARGE: f"That file is too large for me: I read {FILE_LIMIT // 1_000_000} MB at most. Make several "
    "of it.",
    FileTrouble.NOT_TEXT: "I can't read that file: it isn't text in UTF-8. Save it as UTF-8, and send it once more.",
    FileTrouble.NOT_REACHED: "I couldn't get at that file just now. Please send it once more; should it stay so, "
    "whoever runs me finds the reason in the log.",
    FileTrouble.NOT_THERE: "There is no such file here.",
}


def exported(answer: Packed) -> Message:
    luggage = answer.luggage
    parts = (
        text(f"All that this chat has: {listed([*_counts(luggage), 'its settings'])}."),
        text("It can be taken in again with ", Typed("/import"), ": here, in another chat, on another platform."),
        File("paperwire.json", answer.content),
    )
    return Message(parts, f"All that this chat has: {listed([*_counts(luggage), 'its settings'])}.")


def _counts(luggage: Luggage) -> list[str]:
    return _named(len(luggage.wishes), len(luggage.mutes), len(luggage.saved), len(luggage.hidden))


def _named(subscriptions: int, mutes: int, saved: int, hidden: int) -> list[str]:
    """What there is of each, as words; nothing is left out silently but zeros."""
    counts = (
        (subscriptions, "subscription"),
        (mutes, "mute"),
        (saved, "saved paper"),
        (hidden, "hidden link"),
    )
    return [count(number, name) for number, name in counts if number]


def feeds_of(chat: str) -> str:
    """The title of an OPML file."""
    return f"Feeds of {cut(chat, 60)}" if chat else "Feeds that paperwire follows"


def exported_feeds(answer: Packed) -> Message:
    if not answer.luggage.wishes:
        return say("This chat follows no feeds. ", Typed("/export"), " gives you all else that it has.")
    head = f"{count(len(answer.luggage.wishes), 'feed')} of this chat, for any feed reader."
    one = answer.others == 1
    others = f"{answer.others} of its subscriptions {'is no feed' if one else 'are no feeds'}; "
    rest = [text(others, Typed("/export"), f" has {'it' if one else 'them'} as well.")] if answer.others else []
    return Message((text(head), *rest, File("paperwire.opml", answer.content)), head)


def import_what() -> Message:
    """The command came without anything to take in."""
    examples = ("/import facebookresearch/dino", "/import https://example.org/feeds.opml")
    group = (" (in a Telegram group ", Strong("/import"), ")")
    ways: tuple[Line, ...] = (
        ("a file: send it, and with it the word ", Strong("import"), *group),
        ("a list behind the command: a repository, paper, feed or query a line",),
        ("the address of either",),
    )
    parts = (
        text("What shall I take in?"),
        Bullets(ways),
        text("I read what ", Typed("/export"), " gives, OPML, and plain lists. For example:"),
        Bullets(tuple((Typed(example),) for example in examples)),
    )
    return Message(parts, "What shall I take in? A file, a list, or its address.")


def file_trouble(trouble: FileTrouble) -> Message:
    return say(_TROUBLES[trouble])


def file_elsewhere() -> Message:
    """To somebody who alone sees the answer, where a file would be seen by all."""
    return say("Here all would see the file, so I've sent it to you in a direct message.")


def file_not_sent(why: str) -> Message:
    return say(f"I couldn't send you the file: {why}.")


def taken(answer: Taken) -> Message:
    """What was taken in, what was there already, what wasn't understood, and what found no room."""
    things = _named(len(answer.added), answer.mutes, answer.saved, answer.hidden)
    things += ["the settings"] if answer.settings else []
    head = f"Taken in: {listed(things)}." if things else "Nothing new in that."
    parts: list[Part] = [text(Strong(head)), *_added(answer.added), *_left(answer), *_misread(answer.unread)]
    if answer.added:
        read = " A feed that can't be read says so there." if answer.feeds else ""
        parts.append(text("You hear of what is new from now on. ", Typed("/subscriptions"), f" shows them.{read}"))
    return Message(tuple(parts), head)


def _added(added: Sequence[str]) -> list[Part]:
    if not added:
        return []
    lines: list[Line] = [(cut(name, 90),) for name in added[:_ADDED_SHOWN]]
    hidden = len(added) - _ADDED_SHOWN
    return [Bullets((*lines, *([(Quiet(f"and {hidden} more"),)] if hidden > 0 else [])))]


def _left(answer: Taken) -> list[Part]:
    """What changed nothing, and why."""
    parts: list[Part] = []
    if answer.known:
        parts.append(text(f"{answer.known:,} {'was' if answer.known == 1 else 'were'} here already."))
    if answer.beyond:
        no_room = f"No room for {answer.beyond:,} more: {answer.most} subscriptions are the most here. "
        parts.append(text(no_room, Typed("/unsubscribe"), " makes room; then import it again."))
    if answer.no_room:
        parts.append(text(f"No room for {answer.no_room:,} more of its mutes and hidden links."))
    if answer.unknown:
        many = "saved papers or hidden links are unknown to me"
        unknown = count(answer.unknown, "saved paper or hidden link is unknown to me", many)
        why = f"; arXiv can't be asked just now ({answer.trouble}): import it again later" if answer.trouble else ""
        parts.append(text(f"{unknown}{why}."))
    return parts


def _misread(unread: Sequence[Unread]) -> list[Part]:
    if not unread:
        return []
    lines: list[Line] = [(f"{_place(one.place)}: ", *_words(one), one.why) for one in unread[:_UNREAD_SHOWN]]
    hidden = len(unread) - _UNREAD_SHOWN
    more: list[Line] = [(Quiet(f"and {hidden} more"),)] if hidden > 0 else []
    return [text(f"{count(len(unread), 'thing')} I couldn't understand:"), Bullets((*lines, *more))]


def _words(one: Unread) -> Line:
    return (Strong(cut(one.words, 60)), " — ") if one.words else ()


def _place(place: Place) -> str:
    name = _ONE_OF.get(place.of, place.of)
    return f"{name} {place.number}" if place.number else place.of
