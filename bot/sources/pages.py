"""Strangers' pages as trees: html.parser never sees what it would take minutes over.

It spends quadratic time on unfinished tags (120 kB of "<a " take it two minutes), and a tree takes a kilobyte
of memory for each tag. Here a "<" that begins no whole tag of a usual length is dropped first, and tags are counted.
"""

import re
from typing import Final

from bs4 import BeautifulSoup

MOST_TAGS: Final = 100_000  # opening and closing ones: some 100 MB and two seconds
_ASIDE = re.compile(r"<[!?][^<>]{0,2000}>")  # doctypes and processing instructions
_STRAY = re.compile(r"<(?!/?[a-zA-Z][^<>]{0,2000}>)")
_INLINE_DATA = re.compile(r"\bdata:[^\s\"'<>]{100,}")  # pictures inside the page, which make a tag of any length


def tree(page: str) -> BeautifulSoup:
    """The page's elements; of one that is larger than pages are, its beginning."""
    return BeautifulSoup(_tamed(page) + "\n", "html.parser")  # one line alone might be a file's name, it would warn


def without(page: str, opening: str, closing: str) -> str:
    """The page without what stands between two marks; where the second is missing, without the rest up to a first.

    Linear, where a regular expression would look for the end again from every beginning.
    """
    first, *rest = page.split(opening)
    return " ".join([first, *(piece.partition(closing)[2] for piece in rest)])


def _tamed(page: str) -> str:
    page = _INLINE_DATA.sub("data:", without(page.replace("\0", ""), "<!--", "-->"))
    pieces = _STRAY.sub(" ", _ASIDE.sub(" ", page)).split("<", MOST_TAGS)
    return "<".join(pieces[:MOST_TAGS])
