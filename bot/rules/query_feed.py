"""The feed that a query names: feed:NAME, or an address with words beside it; and what its entries can't be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.paper import parse_paper_id
from bot.domain.repository import parse_repository
from bot.errors import BadQuery
from bot.rules.query_fields import field_of
from bot.rules.query_tokens import Token

_OF_ENTRIES: Final = ("ti", "abs", "au", "task")  # an entry has a title, a summary and perhaps an author


@dataclass(frozen=True, slots=True)
class FeedName:
    """A feed by its name, host or address as typed; `place` is where in the text."""

    text: str
    place: int

    @property
    def is_address(self) -> bool:
        return "://" in self.text


def names_feed(token: Token) -> bool:
    return token.field == "feed" or (token.field in ("http", "https") and token.value.startswith("//"))


def feed_named(found: Sequence[Token]) -> FeedName | None:
    """Raises BadQuery for a second one, an empty one, and for beside it what only papers can be asked."""
    named = [token for token in found if names_feed(token)]
    if not named:
        return None
    if len(named) > 1:
        raise BadQuery("A subscription follows one feed.", place=named[1].place, hint="Make a subscription of each.")
    for token in found:
        if token.field and token.value and not names_feed(token) and (name := field_of(token)) not in _OF_ENTRIES:
            raise BadQuery(
                f"{name}: can't be asked of a feed's entries.",
                place=token.place,
                hint="They have words, ti:, abs: and au:. For papers, leave the feed out.",
            )
    return _name(named[0])


def _name(token: Token) -> FeedName:
    explicit = token.field == "feed"
    text = token.value if explicit else f"{token.field}:{token.value}"
    if not any(map(str.isalnum, text)) or text.startswith("("):
        raise BadQuery(
            "There is no feed after feed:", place=token.place, hint='Write feed:bair or feed:"google research".'
        )
    if paper := parse_paper_id(text):
        raise BadQuery("That is a paper, no feed.", place=token.place, hint=f"Write id:{paper.value}")
    if not explicit and parse_repository(text):
        raise BadQuery("That is a repository, no feed.", place=token.place, hint="Write repo: before its address.")
    return FeedName(text, token.place)
