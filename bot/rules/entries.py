"""A feed's entries as matching sees them, and which of the feed's followers want one."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from bot.domain.chat import Subscription
from bot.domain.feed import Entry
from bot.domain.text import words
from bot.rules.matching import Document, cached_parse, matches
from bot.rules.query_fields import folded

_BETWEEN_NAMES = re.compile(r"[,;&]| and ", re.IGNORECASE)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def document(entry: Entry, feed: str = "") -> Document:
    """A title, a summary in the abstract's place, who wrote it, and its feed's address; that is all of an entry."""
    title, summary = folded(entry.title), folded(entry.summary)
    first, second = f" {' '.join(title)} ", f" {' '.join(summary)} "
    return Document(
        frozenset(title).union(summary),
        f"{first}|{second}",
        first,
        second,
        frozenset(),
        tuple(frozenset(name) for part in _BETWEEN_NAMES.split(entry.author) if (name := words(part))),
        frozenset(),
        frozenset(),
        feed=feed,
    )


def wanting(entry: Document, followers: Iterable[Subscription]) -> list[Subscription]:
    """Those who follow the feed whole, and those whose query the entry fulfils."""
    fits: dict[str, bool] = {}  # by the words, as popular ones are those of many
    found = []
    for subscription in followers:
        text = subscription.text
        if text not in fits:
            fits[text] = subscription.is_whole or fulfils(text, entry)
        if fits[text]:
            found.append(subscription)
    return found


def fulfils(text: str, entry: Document) -> bool:
    query = cached_parse(text)
    return query is not None and query.feed is not None and matches(query, entry)


def newest(entries: Iterable[Entry]) -> list[Entry]:
    """The newest first; those without a time as they came, behind all others."""
    return sorted(entries, key=lambda entry: entry.published or _NEVER, reverse=True)
