"""Papers as BibTeX: an entry each, under keys like bengio2026word.

An entry has the fields that its type needs: @inproceedings and @article where ids tell the venue, else @misc with
eprint, DOI or address. So BibTeX warns of nothing, and nothing is guessed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Final
from urllib.parse import quote

from bot.domain.paper import Paper
from bot.domain.text import NAME_LIMIT, TITLE_LIMIT, clean, fold, words
from bot.rules import tex
from bot.rules.venues import Venue, VenueKind, venue

_CONTAINER: Final = {VenueKind.ARTICLE: "journal", VenueKind.IN_PROCEEDINGS: "booktitle"}
_SUFFIXES: Final = ("jr.", "jr", "sr.", "sr", "ii", "iii", "iv")
_GROUPS: Final = frozenset("team collaboration collaborations consortium group lab labs project community".split())
_NOT_TELLING: Final = frozenset(
    "a an and are as at be by can do does for from how in is it of on or the to toward towards via we what when where "
    "which why with".split()
)
_KEY_WORD: Final = 30  # letters
# Letters that no accent makes.
_PLAIN: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})
_NOT_IN_KEYS: Final = re.compile(r"[^a-z0-9]+")


def bibtex(papers: Sequence[Paper], stated: Mapping[int, str] | None = None) -> str:
    """An entry a paper, in this order. Of those whose keys would be the same, the later ones get letters.

    `stated` is where papers appeared as the archive has it, by their keys.
    """
    used: set[str] = set()
    entries = []
    for paper in papers:
        appeared = _appeared(paper, (stated or {}).get(paper.key, ""))
        key = _unused(_key(paper, _year(paper, appeared)), used)
        used.add(key)
        entries.append(_entry(paper, appeared, key))
    return "\n".join(entries)


def _appeared(paper: Paper, stated: str) -> Venue | None:
    """Its venue, if there is all that such an entry needs."""
    found = venue(paper.ids, clean(stated, NAME_LIMIT))
    return found if found and _authors(paper.authors) and _year(paper, found) else None


def _entry(paper: Paper, appeared: Venue | None, key: str) -> str:
    kind = appeared.kind.value if appeared else "misc"
    fields = ",\n".join(f"  {name} = {{{value}}}" for name, value in _fields(paper, appeared) if value)
    return f"@{kind}{{{key},\n{fields}\n}}\n"


def _fields(paper: Paper, appeared: Venue | None) -> Iterator[tuple[str, str]]:
    year = _year(paper, appeared)
    yield "title", tex.title(clean(paper.title, TITLE_LIMIT) or clean(paper.name, TITLE_LIMIT) or "Untitled")
    yield "author", " and ".join(_authors(paper.authors))
    if appeared:
        name = f"{appeared.name} {appeared.year}" if _is_yearly(appeared) else appeared.name
        yield _CONTAINER[appeared.kind], tex.escaped(name)
    yield "year", str(year) if year else ""
    if paper.arxiv:
        yield "eprint", paper.arxiv
        yield "archivePrefix", "arXiv"
        # An old id has its class in it: cs/0101001.
        yield (
            "primaryClass",
            tex.escaped(clean(paper.categories[0], 40)) if paper.categories and "/" not in paper.arxiv else "",
        )
    yield "doi", _address(next((i.value for i in paper.ids if i.scheme == "doi"), ""))
    yield "url", _address(paper.url)


def _is_yearly(appeared: Venue) -> bool:
    return appeared.kind is VenueKind.IN_PROCEEDINGS and appeared.year is not None


def _address(text: str) -> str:
    """An address as it is, for that is how packages read it; what could end the field is written as in addresses."""
    return quote(text, safe="!#$%&'()*+,-./:;<=>?@[]_~")


def _year(paper: Paper, appeared: Venue | None) -> int | None:
    if appeared and appeared.year:
        return appeared.year
    if paper.published:
        return paper.published.year
    digits = (paper.arxiv or "").rpartition("/")[2][:2]
    return (1900 if int(digits) > 90 else 2000) + int(digits) if digits else None


# Names


def _authors(names: Sequence[str]) -> list[str]:
    """A last one that says there are others is said in BibTeX's own way."""
    found = [name for name in (clean(name, NAME_LIMIT).removeprefix("and ") for name in names) if name]
    others = ["others"] if len(found) > 1 and found[-1].casefold().rstrip(".") in ("others", "et al") else []
    return [*map(_author, found[: len(found) - len(others)]), *others]


def _author(name: str) -> str:
    """A name as BibTeX reads it; what it would read wrongly (a team, a name with "and" in it) as one word."""
    parts = name.split()
    if _is_one(name):
        return f"{{{tex.escaped(name)}}}"
    if len(parts) > 2 and parts[-1].lower() in _SUFFIXES and "," not in name:
        return tex.escaped(f"{parts[-2]}, {parts[-1]}, {' '.join(parts[:-2])}")
    return tex.escaped(name)


def _is_one(name: str) -> bool:
    said = name.casefold().split()
    last, comma, first = name.partition(",")
    two = not comma or (bool(last.strip()) and bool(first.strip()) and "," not in first)
    return not two or not {"and", "others"}.isdisjoint(said) or _is_group(said)


def _is_group(said: Sequence[str]) -> bool:
    return len(said) > 1 and said[-1] in _GROUPS


# Keys


def _key(paper: Paper, year: int | None) -> str:
    return f"{_who(paper.authors)}{year or ''}{_telling(words(paper.title)) or 'paper'}"


def _who(authors: Sequence[str]) -> str:
    """The first author's last name; of a team, what it is called."""
    said = authors[0].casefold().split() if authors else []
    if _is_group(said):
        return _telling(said) or "anon"
    if authors and "," in authors[0]:
        return _letters(authors[0].partition(",")[0]) or "anon"
    last = [part for part in said if part not in _SUFFIXES] or said
    return (_letters(last[-1]) if last else "") or "anon"


def _telling(said: Iterable[str]) -> str:
    """The first word that tells something."""
    found = [plain for word in said if len(plain := _letters(word)) > 1]
    return next((word for word in found if word not in _NOT_TELLING), found[0] if found else "")


def _letters(word: str) -> str:
    return _NOT_IN_KEYS.sub("", fold(word).translate(_PLAIN))[:_KEY_WORD]


def _unused(key: str, used: set[str]) -> str:
    """The key itself, or with b, c … behind it."""
    if key not in used:
        return key
    return next(tried for n in count(1) if (tried := f"{key}{_suffix(n)}") not in used)


def _suffix(number: int) -> str:
    """1 is b, 25 is z, 26 is ba: letters as digits."""
    more, letter = divmod(number, 26)
    return (_suffix(more) if more else "") + chr(ord("a") + letter)
