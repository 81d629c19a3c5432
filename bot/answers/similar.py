"""Papers like one: found by the telling words of its title and abstract in others' titles, ranked by all they say."""

from typing import Final

from bot.domain.paper import Paper
from bot.rules import likeness
from storage import Storage

_COMPARED: Final = 40  # papers whose abstracts are read
_ROWS: Final = 3_000  # titles that are looked at: a microsecond each
_ROWS_BESIDE: Final = 300  # where it is only said beside something else


def similar(storage: Storage, paper: Paper, most: int, *, with_code: bool = False) -> list[int]:
    """Their keys, the likest first; only of those with code, if that is asked for."""
    titles = storage.papers.titles
    said = likeness.said(paper)
    rarity = titles.rarity(spelling for word in said.times for spelling in likeness.spellings(word))
    told = likeness.telling(said, rarity, titles.size(), rows=_ROWS_BESIDE if with_code else _ROWS)
    found = titles.sharing(told.sought, _COMPARED, with_code=with_code)
    return [other.key for other in likeness.likest(paper, told, storage.papers.many(found))][:most]
