"""Which feed somebody means: by its address, its name, its host, or words of the two last."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from bot.domain.feed import Feed
from bot.errors import BadQuery
from bot.rules.query_feed import FeedName
from bot.rules.query_fields import folded

_SHOWN: Final = 8
_NAME_SHOWN: Final = 40
_HOW: Final = "feed:https://…"


def meant(asked: FeedName, feeds: Iterable[Feed]) -> Feed | None:
    """The feed of these that is meant; None for an address that none of them has.

    The surest way of naming that fits any decides. Raises BadQuery where none fits, or several do.
    """
    feeds = tuple(feeds)
    fitting = next((found for fits in _WAYS if (found := [feed for feed in feeds if fits(asked.text, feed)])), [])
    if len(fitting) == 1:
        return fitting[0]
    if asked.is_address and not fitting:
        return None
    raise _ambiguous(asked, fitting) if fitting else _unknown(asked, feeds)


def _same_address(text: str, feed: Feed) -> bool:
    return _bare(text) == _bare(feed.url)


def _same_name(text: str, feed: Feed) -> bool:
    return "://" not in text and folded(text) == folded(feed.name)


def _same_host(text: str, feed: Feed) -> bool:
    return text.lower().removeprefix("www.") == _host(feed)


def _its_words(text: str, feed: Feed) -> bool:
    said = {*folded(feed.name), *folded(_host(feed))}
    return "://" not in text and bool(asked := folded(text)) and said.issuperset(asked)


_WAYS: Final[tuple[Callable[[str, Feed], bool], ...]] = (_same_address, _same_name, _same_host, _its_words)


def _bare(address: str) -> str:
    return address.lower().partition("://")[2].removeprefix("www.").rstrip("/") or address.lower().rstrip("/")


def _host(feed: Feed) -> str:
    parts = urlsplit(feed.url)
    return (parts.hostname or "").removeprefix("www.") + (f":{parts.port}" if parts.port else "")


def _ambiguous(asked: FeedName, fitting: Sequence[Feed]) -> BadQuery:
    return BadQuery(
        f"{len(fitting)} feeds are called “{asked.text[:_NAME_SHOWN]}”.",
        place=asked.place,
        hint=f"Say which: {', '.join(_told(feed, fitting) for feed in fitting[:_SHOWN])}",
    )


def _unknown(asked: FeedName, feeds: Sequence[Feed]) -> BadQuery:
    hosts = list(dict.fromkeys(map(_host, feeds)))
    known = ", ".join(hosts[:_SHOWN]) + (" …" if len(hosts) > _SHOWN else "")
    hint = f"I know {known}; any other by its address, {_HOW}" if known else f"Give me its address: {_HOW}"
    return BadQuery(f"I know no feed “{asked.text[:_NAME_SHOWN]}”.", place=asked.place, hint=hint)


def _told(feed: Feed, others: Sequence[Feed]) -> str:
    """Its host, by which it can be named; its address where another has the same."""
    twins = [other for other in others if _host(other) == _host(feed)]
    return f"feed:{_host(feed) if len(twins) == 1 else feed.url}"
