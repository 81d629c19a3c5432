"""Which papers are like one: by the telling words of its title and abstract. Pure; storage finds who shares them.

The index holds titles, so that a paper is found by what it has in its title of another's title or abstract; of those
that share most, the abstracts decide. A word tells the more the fewer titles it stands in and the more it is said.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.paper import Paper
from bot.domain.text import singular, words

TELLING: Final = 12  # words by which papers are looked for
_COMPARED: Final = 40  # words that are compared in the end
_IN_TITLE: Final = 3.0  # times as telling as in the abstract
_MOST_SAID: Final = 3  # more often tells no more
_SAME_FIELD: Final = 1.1
_ENOUGH: Final = 0.12  # share of what tells; half of what the eighth likest of a month's papers has
# Words of many abstracts and of few titles, which would pass for rare.
_EVERYWHERE: Final = frozenset(
    "ability able accuracy accurate accurately achieve achieved achieves achieving across additional additionally "
    "address addresses addressing advance advances advantage all allow allowing allows already also although among "
    "analyze and any approach approaches are available baseline baselines because been being benchmarks best better "
    "between both but can cannot capabilities capability capture challenge challenges challenging code com commonly "
    "comparable compared comprehensive consistent consistently contrast contribution contributions costly could "
    "current data dataset datasets demonstrate demonstrated demonstrates demonstrating despite did different diverse "
    "does due each effective effectively effectiveness either employ enable enables enabling enhance enhances "
    "enhancing ensure evaluate evaluated evaluation evaluations even existing experiment experimental experiments "
    "extensive fail finally find findings first five for four framework from further furthermore gain gains github "
    "have here highlight highly how however html http https important improve improved improvement improvements "
    "improves improving include including increasing increasingly insights into introduce introduces introducing "
    "investigate issue issues its just key lack large largely leading learn learned let leverage leverages leveraging "
    "limitation limitations limited made maintain maintaining major make many may method methodology methods might "
    "model models more moreover most much multiple need needs nevertheless new not novel observe obtain obtained "
    "offer offering often only other our outperform outperforming outperforms over paper particular particularly "
    "perform performance performs potential practical present presented presents previous prior problem problems "
    "process project propose proposed proposes proposing provide provides providing publicly quality rather recent "
    "recently reduce reduces reducing relative release released rely remain remains require required requires "
    "research respectively result resulting results reveal reveals should show showing shown shows significant "
    "significantly simple since single solution solutions specific specifically state step still strong structure "
    "struggle studies study substantial substantially such suffer suggest superior systems task tasks technique "
    "techniques that the their them then there these they this those three through thus together too traditional "
    "train trained training two typically unlike use used useful using utilize various via was well were what when "
    "where whether which while wide widely with within without work works would yet yield yields you your".split()
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a paper says: the words of its title; and, of these and those that return in its abstract, how often."""

    title: frozenset[str]
    times: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Telling:
    """What tells most of a paper: how much each word tells; and the dozen to look for, in their spellings."""

    words: Mapping[str, float]
    sought: Mapping[tuple[str, ...], float]


def said(paper: Paper) -> Said:
    """The words of the title, and those that the abstract says twice at least."""
    title, abstract = _counted(paper.title), _counted(paper.abstract)
    often = {word: times for word, times in abstract.items() if times > 1 or word in title}
    return Said(frozenset(title), dict.fromkeys(title, 0) | often)


def _counted(text: str) -> dict[str, int]:
    """What may tell something of a text, singular, and how often it is said."""
    found: dict[str, int] = {}
    for word, times in Counter(words(text)).items():
        if len(word) > 2 and word not in _EVERYWHERE and not word.isdigit():
            one = singular(word)
            found[one] = found.get(one, 0) + times
    return found


def spellings(word: str) -> tuple[str, ...]:
    """A word, and its plural."""
    return word, f"{word}s"


def telling(said: Said, rarity: Mapping[str, int], size: int, *, rows: int) -> Telling:
    """`rarity`: in how many titles a word stands; `size`: how many titles there are, roughly; `rows`: how many may be
    looked at.
    """
    worth: dict[str, float] = {}
    papers: dict[str, int] = {}
    for word, times in said.times.items():
        if number := sum(rarity.get(spelling, 0) for spelling in spellings(word)):
            weight = _IN_TITLE * (word in said.title) + min(times, _MOST_SAID)
            worth[word] = math.log(max(2 * size / number, 2.0)) * weight
            papers[word] = number - (word in said.title)  # without its own
    ranked = sorted(worth, key=lambda word: (-worth[word], word))[:_COMPARED]
    sought = {spellings(word): worth[word] for word in _affordable(ranked, papers, rows)}
    return Telling({word: worth[word] for word in ranked}, sought)


def _affordable(ranked: Iterable[str], papers: Mapping[str, int], rows: int) -> Iterator[str]:
    """The most telling words, as far as there is room for their titles."""
    taken = 0
    for word in ranked:
        if 0 < papers[word] <= rows and taken < TELLING:
            rows, taken = rows - papers[word], taken + 1
            yield word


def likest(paper: Paper, told: Telling, others: Iterable[Paper]) -> list[Paper]:
    """The others that share enough of what tells, the likest first."""
    enough, least = _ENOUGH * sum(told.words.values()), 2 if len(told.words) > 2 else 1
    shared = [(_shared(told, other), other) for other in others if other.key != paper.key]
    alike = [
        (sum(worths) * (_SAME_FIELD if _of_one_field(paper, other) else 1.0), other)
        for worths, other in shared
        if len(worths) >= least and sum(worths) >= enough
    ]
    return [other for _, other in sorted(alike, key=lambda one: (-one[0], -one[1].key))]


def _shared(told: Telling, other: Paper) -> list[float]:
    """What the words are worth that the other has in its title, or by half in its abstract."""
    title, abstract = set(words(other.title)), set(words(other.abstract))
    found = []
    for word, worth in told.words.items():
        if not title.isdisjoint(spelt := spellings(word)):
            found.append(worth)
        elif not abstract.isdisjoint(spelt):
            found.append(worth / 2)
    return found


def _of_one_field(one: Paper, other: Paper) -> bool:
    return bool(one.categories) and one.categories[:1] == other.categories[:1]
