"""Which of the papers that were found was meant: the one clear match, or a few to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from bot.domain.text import words

CHOICES: Final = 5
_CLEAR: Final = 88.0  # the score from which a best match may be answered without asking
_AHEAD: Final = 6.0  # and how far the next one must lie behind
_RELATED: Final = 55.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A found paper with its score in [0, 100]."""

    key: int
    title: str
    score: float


def rank(asked: str, found: Sequence[tuple[int, str]], limit: int = 10) -> tuple[Ranked, ...]:
    """The best matches first. Whole titles beat parts; of parts, those in order and near the start beat scattered words."""
    query = " ".join(words(asked))
    scored = [Ranked(key, title, _score(query, " ".join(words(title)))) for key, title in found]
    return tuple(sorted(scored, key=lambda r: (-r.score, len(r.title), r.key)))[:limit]


def _score(query: str, title: str) -> float:
    whole = fuzz.ratio(query, title)
    if f" {query} " in f" {title} ":
        part = 90.0 if title.startswith(query) else 88.0
        return max(whole, part + 8 * len(query) / max(len(title), 1))
    return float(max(whole, 0.9 * fuzz.token_set_ratio(query, title), 0.85 * fuzz.partial_ratio(query, title)))


def is_clear(ranked: Sequence[Ranked]) -> bool:
    """Whether the first was surely meant."""
    if not ranked or ranked[0].score < _CLEAR:
        return False
    return len(ranked) == 1 or ranked[0].score - ranked[1].score >= _AHEAD


def related(ranked: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """Those worth showing as a choice."""
    return tuple(r for r in ranked if r.score >= _RELATED)[:CHOICES]
