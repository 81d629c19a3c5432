"""Which of the papers that were found was meant: the one clear match, or a few to choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from bot.domain.text import words

CHOICES: Final = 5
_CLEAR: Final = 88.0  # the score from which a best match may be answered without asking
_AHEAD: Final = 6.0  # and how far the next one must lie behind
_RELATED: Final = 55.0
_SCATTERED: Final = 0.9  # what all words somewhere in the title are worth: less than the phrase as it was asked for
_IN_ONE_PIECE: Final = 0.85  # and a part of the title that is much like the question


@dataclass(frozen=True, slots=True)
class Ranked:
    """A found paper with its score in [0, 100]."""

    key: int
    title: str
    score: float


def rank(asked: str, found: Sequence[tuple[int, str]], limit: int = 10) -> tuple[Ranked, ...]:
    """The best matches first. Whole titles beat parts; parts in order and near the start beat scattered words."""
    query = " ".join(words(asked))
    scored = [Ranked(key, title, _score(query, " ".join(words(title)))) for key, title in found]
    return tuple(sorted(scored, key=lambda r: (-r.score, len(r.title), r.key)))[:limit]


def as_typed(asked: str, found: Sequence[tuple[int, str]], stars: Mapping[int, int], limit: int) -> tuple[int, ...]:
    """Keys of what fits words that are being typed: titles that begin so, titles that say so, then by missing words.

    Among equals those whose code has the most stars come first, then the newest.
    """
    said = words(asked)
    query = " ".join(said)

    def place(one: tuple[int, str]) -> tuple[int, int, int]:
        key, title = one
        text = f" {' '.join(words(title))}"
        missing = sum(f" {word}" not in text for word in said)
        where = -2 if text.startswith(f" {query}") else -1 if f" {query}" in text else missing
        return where, -stars.get(key, 0), -key

    return tuple(key for key, _ in sorted(found, key=place)[:limit])


def _score(query: str, title: str) -> float:
    whole = fuzz.ratio(query, title)
    if f" {query} " in f" {title} ":
        part = 94.0 if title.startswith(query) else 92.0
        return max(whole, part + 6 * len(query) / max(len(title), 1))
    best = max(whole, _SCATTERED * fuzz.token_set_ratio(query, title))
    # The dearest of the three by far, unless it may stop as soon as it can't be the best any more.
    return float(max(best, _IN_ONE_PIECE * fuzz.partial_ratio(query, title, score_cutoff=best / _IN_ONE_PIECE)))


def is_clear(ranked: Sequence[Ranked]) -> bool:
    """Whether the first was surely meant."""
    if not ranked or ranked[0].score < _CLEAR:
        return False
    return len(ranked) == 1 or ranked[0].score - ranked[1].score >= _AHEAD


def related(ranked: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """Those worth showing as a choice."""
    return tuple(r for r in ranked if r.score >= _RELATED)[:CHOICES]
