"""Does a README call itself a paper's own code, or somebody else's? Read where it names the paper, and at its top.

Words elsewhere speak of baselines and of others' work: a README that is "the official implementation" of one paper
cites ten others.
"""

import re
from typing import Final

_BEFORE: Final = 300  # characters before a citation in which words speak of it
_AFTER: Final = 150
_TOP: Final = 1_500  # characters of a README in which it says what it is
_ENTRY = re.compile(  # of BibTeX, perhaps without its braces
    r"^\s{0,8}@(?:article|inproceedings|incollection|conference|proceedings|misc|software|online|book|inbook|phdthesis"
    r"|mastersthesis|techreport|unpublished)",
    re.IGNORECASE | re.MULTILINE,
)

_THING: Final = r"(?:implementations?|codes?|codebase|repository|repo|release|source code|project)"
_SOME: Final = r"(?:[\w+./&-]{1,30}[ ,]{1,2}){0,4}"  # a few words: "PyTorch", "training and evaluation"
_PAPER: Final = r"(?:paper|work|article|publication|preprint|manuscript|report)"
_OWN = re.compile(
    rf"(?<!un)(?<!un-)(?<!non-)(?<!non )\bofficial(?:ly)? {_SOME}{_THING}\b(?! (?:is|are|was|can|here|at)\b)"
    rf"|\bauthors?['’]s? {_SOME}{_THING}\b"
    rf"|\b{_THING} {_SOME}(?:of|for|to|accompanying|with|used in|behind|from|in) our\b"
    rf"|\bour (?:\w{{1,20}} ){{0,3}}{_PAPER}\b"
    rf"|\b(?:we|repository|repo) (?:\w{{1,20}} ){{0,2}}(?:releases?|provides?|contains?|hosts?|holds?|includes?|is) "
    rf"(?:the |all |all the )?{_SOME}codes? {_SOME}(?:of|for|to|accompanying|from|used in|behind) "
    rf"|^\W{{0,8}}(?:the )?(?:source )?code (?:for|of|accompanying|from) (?:the|our) {_SOME}{_PAPER}\b"
    rf"|\baccompan(?:ies|ying) (?:the|our) (?:\w{{1,20}} ){{0,2}}{_PAPER}\b",
    re.IGNORECASE | re.MULTILINE,
)
_FOREIGN = re.compile(
    rf"\b(?:un|non)[- ]?official|\bnot (?:an? |the )?(?:\w{{1,20}} )?official|\bre-?implement|\bthird[- ]party\b"
    rf"|\b(?:an?|my|another) {_SOME}implementations? of\b|\bimplementations? of [^\n]{{1,150}}?\b(?:by|et\.? al)\b"
    rf"|\b(?:simple|minimal|clean|independent|unaffiliated) {_SOME}implementation\b"
    rf"|\b(?:reproduction|reproduces|reproducing|replication|replicates|replicating) (?:of|the)\b"
    rf"|\bofficial {_SOME}{_THING} (?:is|are|was|can|here|at)\b|\boriginal {_SOME}(?:{_THING}|authors?)\b",
    re.IGNORECASE,
)
# What makes the words behind it, or the paper that follows, somebody else's.
_TAKEN: Final = (
    r"\b(?:based (?:up)?on|built (?:up)?on|builds (?:up)?on|adapted from|borrow\w{0,4}|thank\w{0,3}|modif\w{1,6}"
    r"|inspired by|fork(?:ed)? (?:of|from)|credits?|acknowledg\w{1,6}|compar\w{1,6}|related work|see also|such as"
    r"|follow\w{0,4})\b"
)
_TAKEN_OVER = re.compile(_TAKEN, re.IGNORECASE)
_TAKEN_BEFORE = re.compile(
    rf"(?:{_TAKEN}|\b(?:from|us(?:e|es|ed|ing)|see|with)\b)[^\w\n]{{1,3}}(?:the |their )?\Z", re.IGNORECASE
)


def stance(text: str, start: int, end: int) -> bool | None:
    """What a README says of itself and the paper that it names at this place; None when it says nothing."""
    first = max(0, start - _BEFORE)
    entries = [found.start() for found in _ENTRY.finditer(text, first, start)]
    near = _said(text, entries[-2] if len(entries) > 1 else first, min(len(text), end + _AFTER), start)
    if near is not None or not _is_main(text, start):
        return near
    return _said(text, 0, min(len(text), _TOP), min(start, _TOP))


def _is_main(text: str, start: int) -> bool:
    """Whether the top speaks of the paper that is named here: it is named there, or is the first to be cited."""
    if start < _TOP:
        return True
    entries = [found.start() for found in _ENTRY.finditer(text, 0, start)]
    return len(entries) == 1 and start - entries[0] < _TOP


def _said(text: str, first: int, last: int, start: int) -> bool | None:
    """What the words in this part of a text say of the paper that is named at `start`: the first ones count."""
    foreign = _FOREIGN.search(text, first, last)
    for own in _OWN.finditer(text, first, foreign.start() if foreign else last):
        before = _TAKEN_BEFORE.search(text[max(first, own.start() - 40) : own.start()])
        if not before and not _TAKEN_OVER.search(text, own.end(), max(own.end(), start)):
            return True
    return False if foreign else None
