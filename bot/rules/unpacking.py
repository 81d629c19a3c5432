"""What /import is given, understood: a file from /export, OPML, or a list, a line each. Anything else is a BadQuery.

What stands in it is only taken apart here; whether a query is one, and a paper known, is seen when it is taken in.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from bot.domain.moving import HiddenLink, Luggage, MutedWords, Place, SavedPaper, Unread, Wish
from bot.domain.pace import Pace
from bot.domain.paper import PaperId, parse_paper_id
from bot.domain.repository import parse_repository
from bot.domain.text import TITLE_LIMIT, clean
from bot.errors import BadQuery
from bot.rules import opml, settling, wishes
from bot.rules.packing import FORMAT, VERSION

MOST: Final = 20_000  # things in one file
_SHOWN: Final = 80
_MOST_IDS: Final = 20
_LETTER: Final = re.compile(r"[^\W_]")
_SETTLES: Final[Mapping[str, Callable[[Pace, str], Pace]]] = {
    "timezone": settling.zone,
    "quiet": settling.quiet,
    "budget": settling.budget,
    "digest": settling.digest,
    "sound": settling.sound,
    "links": settling.links,
}
Json = Mapping[str, Any]
T = TypeVar("T")


def read(text: str) -> Luggage:
    """Raises BadQuery where it can't be read as a whole; single things that can't stand in `unread`."""
    text = text.removeprefix("\ufeff")
    begins = text.lstrip()[:1]
    if begins == "<":
        return _read_opml(text)
    return _read_json(text) if begins == "{" else _read_list(text)


def settled(pace: Pace, settings: tuple[tuple[str, str], ...]) -> Pace:
    """The settings, settled one after the other."""
    for name, words in settings:
        pace = _SETTLES[name](pace, words)
    return pace


# Lists of feeds, and of anything


def _read_opml(text: str) -> Luggage:
    found, unread = opml.read(text.lstrip(), most=MOST)  # nothing may stand before <?xml
    if not found and not unread:
        raise BadQuery("That OPML names no feed.", hint="A feed is an <outline> with an xmlUrl.")
    return Luggage(found, unread=unread)


def _read_list(text: str) -> Luggage:
    found: list[Wish] = []
    unread: list[Unread] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line or not (words := _bare(line)):
            continue
        if len(found) + len(unread) >= MOST:
            raise BadQuery(f"That has more than {MOST:,} lines.", hint="I took nothing. Make several lists of it.")
        try:
            found.append(wishes.of_line(words, Place(number)))
        except BadQuery as error:
            unread.append(Unread(Place(number), clean(words, _SHOWN), str(error)))
    if not found and not unread:
        raise BadQuery("There is nothing in that.", hint="A list has a repository, paper, feed or query a line.")
    return Luggage(tuple(found), unread=tuple(unread))


def _bare(line: str) -> str:
    """Without what lists have before their items; "" for a remark, or a line without a word."""
    words = line.strip()
    if words.startswith(("- ", "* ", "• ")):
        words = words[2:].strip()
    return "" if words.startswith("#") or not _LETTER.search(words) else words


# JSON


def _read_json(text: str) -> Luggage:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise BadQuery(f"That JSON is broken in line {line}.", hint="I took nothing. Export it once more.") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise BadQuery("That is JSON, but not from /export.", hint="I read my own JSON, OPML, and lists.")
    if told.get("version") != VERSION or isinstance(told.get("version"), bool):
        raise BadQuery(
            "That was exported by another version of paperwire, which I can't read.", hint=f"I read version {VERSION}."
        )
    unread: list[Unread] = []
    return Luggage(
        tuple(_each(told, "subscriptions", _wish, unread)),
        tuple(_settings(told, unread)),
        tuple(_each(told, "mutes", _mute, unread)),
        tuple(_each(told, "saved", _saved, unread)),
        tuple(_each(told, "hidden", _hidden, unread)),
        tuple(unread),
    )


def _each(told: Json, name: str, read_one: Callable[[Json, Place], T], unread: list[Unread]) -> Iterator[T]:
    """Those of a list that can be understood; a list that isn't there is empty."""
    listed = told.get(name, [])
    if not isinstance(listed, list):
        unread.append(Unread(Place(0, name), "", "this is no list"))
        return
    if len(listed) > MOST:
        raise BadQuery(f"That has more than {MOST:,} {name}.", hint="I took nothing.")
    for number, one in enumerate(listed, 1):
        try:
            if not isinstance(one, dict):
                raise BadQuery("this isn't in braces")
            yield read_one(one, Place(number, name))
        except BadQuery as error:
            unread.append(Unread(Place(number, name), _shown(one), str(error)))


def _shown(one: object) -> str:
    """What a thing is about, if it tells."""
    named = one if isinstance(one, dict) else {}
    words = (named.get(key) for key in ("text", "feed", "title", "repository"))
    return clean(next((word for word in words if isinstance(word, str)), ""), _SHOWN)


def _text(one: Json, name: str, limit: int = wishes.TEXT_LIMIT) -> str:
    value = one.get(name, "")
    if not isinstance(value, str):
        raise BadQuery(f"its {name} is no text")
    return clean(value, limit)


def _wish(one: Json, place: Place) -> Wish:
    rhythm, priority = settling.rhythm(_text(one, "rhythm") or "at once"), one.get("priority", False)
    if not isinstance(priority, bool):
        raise BadQuery("its priority is neither true nor false")
    text, address = wishes.as_query(_text(one, "text")), _text(one, "feed")
    if not (text or address):
        raise BadQuery("it has neither a text nor a feed")
    found = wishes.of_feed(address, _text(one, "name"), place) if address else Wish(place=place)
    return replace(found, text=text or found.text, rhythm=rhythm, priority=priority)


def _settings(told: Json, unread: list[Unread]) -> Iterator[tuple[str, str]]:
    given = told.get("settings", {})
    if not isinstance(given, dict):
        unread.append(Unread(Place(0, "settings"), "", "these aren't in braces"))
        return
    for number, name in enumerate(_SETTLES, 1):
        try:
            if words := _text(given, name):
                _SETTLES[name](Pace(), words)
                yield name, words
        except BadQuery as error:
            unread.append(Unread(Place(number, "settings"), name, str(error)))


def _mute(one: Json, place: Place) -> MutedWords:
    if not (text := _text(one, "text")):
        raise BadQuery("it has no text")
    return MutedWords(text, _moment(one, "until"), place)


def _saved(one: Json, place: Place) -> SavedPaper:
    return SavedPaper(_ids(one), _title(one), _moment(one, "at"), place)


def _hidden(one: Json, place: Place) -> HiddenLink:
    repository = parse_repository(_text(one, "repository"))
    if repository is None:
        raise BadQuery("it names no repository")
    return HiddenLink(_ids(one), repository, _title(one), place)


def _title(one: Json) -> str:
    return _text(one, "title", TITLE_LIMIT)


def _ids(one: Json) -> tuple[PaperId, ...]:
    given = one.get("paper", [])
    texts = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    found = [named for text in texts[:_MOST_IDS] if isinstance(text, str) and (named := parse_paper_id(text))]
    if not found:
        raise BadQuery("it names no paper")
    return tuple(dict.fromkeys(found))


def _moment(one: Json, name: str) -> datetime | None:
    text = one.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise BadQuery(f"its {name} is no time") from None
