"""Links that people post: which of a text's addresses lead to a paper or a repository, and are worth a card."""

import re
from collections.abc import Iterable
from typing import Final

from bot.domain.paper import parse_paper_id
from bot.domain.repository import parse_repository

MOST: Final = 2  # cards of one message: more would bury what was said
_LOOKED_AT: Final = 50
_ADDRESS: Final = re.compile(r"(?:https?://|[\w-]+(?:\.[\w-]+)+/)\S+", re.IGNORECASE)


def links_in(addresses: Iterable[str]) -> tuple[str, ...]:
    """The first that count, in order, each once and in its plain form: a paper's without its version, of a repository
    its page.
    """
    found: dict[str, None] = {}
    for number, address in enumerate(addresses):
        if number >= _LOOKED_AT or len(found) >= MOST:
            break
        if _ADDRESS.fullmatch(address) and (named := parse_paper_id(address) or parse_repository(address)):
            found[named.url] = None
    return tuple(found)
