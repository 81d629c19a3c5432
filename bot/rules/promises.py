"""The words by which an abstract, comments or a README promise code for later."""

import re
from collections.abc import Iterator
from typing import Final

READ: Final = 100_000  # characters of a text that are read
_TOLD: Final = 200  # characters of a promise that are told
_SENTENCE: Final = 1_000
_NEAR: Final = 150  # characters before its verb in which what is promised stands
_AFTER: Final = 140  # characters after it

# "It will be released" goes with the sentence before.
_ENDS = re.compile(r"(?<=[.!?])\s+(?!(?:it|they)\s(?:will|shall)\b)|\n\s*\n|\n(?=\s{0,8}[#>*|+-])", re.IGNORECASE)
# What is code of a paper; not the code that papers on programming write about.
_CODE = re.compile(
    r"\b(?:(?:source[- ])?codes?"
    r"(?![- ](?:gen|compl|snip|model|llm|review|search|agent|bench|data|switch|edit|repair|book))"
    r"|codebases?|implementations?|repository|repo|scripts|software|toolkit|toolbox|(?:python|our) library)\b(?!-)",
    re.IGNORECASE,
)
_HOW: Final = r"(?:\w{1,12}ly |\w{1,12}-\w{1,12} |free |freely |then |also |soon |all |both |very ){0,3}"
_LATER = re.compile(
    rf"\b(?:will|shall|would|going to) {_HOW}be(?:come)? {_HOW}(?:made )?{_HOW}"
    r"(?:(?:\w{1,12} ){0,2}(?:available|accessible|public)|released|open[- ]?sourced|published|shared|provided|uploaded"
    r"|posted|updated soon|up soon|here|added|disclosed)\b"
    r"|\bto be (?:\w{1,12}ly )?(?:released|published|open[- ]?sourced|uploaded|announced|made (?:\w{1,12} )?available)"
    r"|\b(?:will )?com(?:e|ing) (?:very |out )?soon\b|\b(?:available|release|released|out|public) soon\b"
    r"|(?<!as )\bsoon[.!]|\bstay tuned\b|\bunder (?:preparation|construction)\b"
    r"|\b(?:up)?on (?:\w{1,12} ){0,2}(?:acceptance|publication)\b"
    r"|\bafter (?:\w{1,12} ){0,3}(?:accept\w{1,5}|publication|review)\b"
    r"|\bonce (?:\w{1,12} ){0,4}(?:accepted|published)\b|\b(?:being|to be) (?:cleaned|prepared|organi[sz]ed)\b",
    re.IGNORECASE,
)
_WE_SHALL = re.compile(
    rf"\b(?:will|shall|plan to|intend to|going to|aim to|promise to|commit to) {_HOW}"
    r"(?:release|publish|open[- ]?source|share|make|provide|upload)\b",
    re.IGNORECASE,
)
# A new clause begins after such words: what stood before them isn't what is promised.
_THERE = re.compile(
    r"\b(?:is|are|was|were|been|now)\s(?:\w{1,12}ly\s|now\s|already\s|made\s){0,2}(?:available|accessible|released|public|provided|open|here)\b|;",
    re.IGNORECASE,
)
_UNTICKED = re.compile(r"\s{0,8}(?:[-*+]|\d{1,2}\.) ?\[ ?\] ?")
_TO_DO = re.compile(r"\bto-?do\b.{0,20}\b(?:release|publish|upload|add|clean)", re.IGNORECASE)
# One of each stands in every promise.
_CODES: Final = ("code", "implementation", "repo", "scripts", "software", "tool", "library", "[")
_LATERS: Final = (
    "will ",
    "shall ",
    "would ",
    "soon",
    "to be ",
    "going to",
    " to release",
    " to publish",
    " to open",
    " to share",
    " to make",
    " to provide",
    " to upload",
    "tuned",
    "under ",
    "accept",
    "publication",
    "review",
    "once ",
    "being ",
    "todo",
    "to-do",
    "[",
)


def promises(text: str) -> str:
    """The sentence (at most 200 characters of it) in which a text promises code for later; "" if there is none.

    A promise may name an address ("will be available at …"): whether something is there is for others to find out.
    """
    lowered = text[:READ].lower()
    if not (any(word in lowered for word in _CODES) and any(word in lowered for word in _LATERS)):
        return ""  # as most texts, in a tenth of the time
    for sentence in _sentences(text):
        if end := _promise_end(sentence):
            return _cut(sentence, end)
    return ""


def _cut(sentence: str, end: int) -> str:
    """At most 200 characters, the promise among them, that ends at this place."""
    if len(sentence) <= _TOLD:
        return sentence
    if end < _TOLD:
        return sentence[: _TOLD - 1].rstrip() + "…"
    return "…" + sentence[end - _TOLD + 1 : end].lstrip()


def _sentences(text: str) -> Iterator[str]:
    """The sentences that name code at all, on one line each; a list's items and headings are sentences of their own."""
    for piece in _ENDS.split(text[:READ]):
        if _CODE.search(piece[:_SENTENCE]):
            yield " ".join(piece[:_SENTENCE].split())


def _promise_end(sentence: str) -> int:
    """Where the promise ends that a sentence makes; 0 when it makes none."""
    if found := _UNTICKED.match(sentence) or _TO_DO.search(sentence):
        return found.end()
    later = (found.end() for found in _LATER.finditer(sentence) if _is_of_code(sentence, found.start()))
    named = (_end_of_code(sentence, found.end()) for found in _WE_SHALL.finditer(sentence))
    return next(later, 0) or max(named, default=0)


def _is_of_code(sentence: str, at: int) -> bool:
    """Whether code is what comes before the verb at this place, in the same clause."""
    before = sentence[max(0, at - _NEAR) : at]
    begins = max((there.end() for there in _THERE.finditer(before)), default=0)
    return _CODE.search(before, begins) is not None


def _end_of_code(sentence: str, end: int) -> int:
    """Where code is named soon after "we will release", unless the next clause says that it is there; else 0."""
    code = _CODE.search(sentence, end, end + _AFTER)
    return code.end() if code and not _THERE.search(sentence, end, code.end() + 40) else 0
