"""Which of a chat's papers lead its digest. A score of readable parts, each explainable; ties go to the newer paper.

What the chat voted on moves itself and, mildly, what is like it: the papers that it called "less of this" fall behind
all others, those that it saved are known already and stand before them, and the authors, categories and repository
owners of either shift other papers up or down, each by less than being official does.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.code import CodeState
from bot.domain.link import CodeLink
from bot.domain.news import Alert
from bot.domain.text import words
from bot.domain.vote import Vote, Voted

_STATES: Final = {CodeState.WEIGHTS: 1.0, CodeState.RELEASED: 0.6, CodeState.ARCHIVED: 0.2}
_MATCH: Final = 1.0  # for each further subscription that it matches, half of the one before
_STARS: Final = 0.5  # for ten times as many
_OFFICIAL: Final = 0.4
_VOTES: Final = 0.4  # for ten times as many on Hugging Face
_FRESH: Final = 0.5  # for news of today, none for news of a period ago
_LIKED: Final = {"author": 0.3, "owner": 0.3, "category": 0.15}  # at most, for what was always voted the same way
_DOUBT: Final = 2  # votes that it takes to be half as sure as can be
_ORDER: Final = {None: 0, Vote.SAVED: 1, Vote.LESS: 2}


@dataclass(frozen=True, slots=True)
class Liking:
    """Why a paper moves up or down with what the chat voted on: `kind` is author, owner or category."""

    kind: str
    name: str
    shift: float


@dataclass(frozen=True, slots=True)
class Scored:
    """An alert with its score and the parts that make it, by name; `likings` are what "liked" consists of."""

    alert: Alert
    score: float
    parts: tuple[tuple[str, float], ...]
    likings: tuple[Liking, ...] = ()


def rank(
    alerts: Sequence[Alert], *, until: datetime, period: timedelta, votes: Sequence[Voted] = ()
) -> tuple[Scored, ...]:
    """The alerts of a digest, the best first; those whose papers the chat voted on last, and marked with its vote."""
    taste = _Taste(votes)
    scored = [_score(taste.marked(alert), until, period, taste) for alert in alerts]
    return tuple(sorted(scored, key=_place))


def ranked(
    alerts: Sequence[Alert], *, until: datetime, period: timedelta, votes: Sequence[Voted] = ()
) -> tuple[Alert, ...]:
    """As `rank`, without the scores."""
    return tuple(one.alert for one in rank(alerts, until=until, period=period, votes=votes))


def _place(one: Scored) -> tuple[float, ...]:
    return _ORDER[one.alert.vote], -one.score, -one.alert.at.timestamp(), one.alert.key


def _score(alert: Alert, until: datetime, period: timedelta, taste: "_Taste") -> Scored:
    best = alert.links[0] if alert.links else None
    age = min(max((until - alert.at) / max(period, timedelta(hours=1)), 0.0), 1.0)
    likings = taste.likings(alert)
    parts = {
        "match": _MATCH * (2 - 0.5 ** (len(alert.why) - 1)) if alert.why else 0.0,
        "code": _STATES.get(alert.paper.code_state, 0.0) if alert.paper else 0.0,
        "stars": _STARS * math.log10(1 + _stars(best)),
        "official": _OFFICIAL if best and best.official else 0.0,
        "votes": _VOTES * math.log10(1 + (alert.paper.upvotes or 0)) if alert.paper else 0.0,
        "fresh": _FRESH * (1 - age),
        "liked": sum(liking.shift for liking in likings),
    }
    return Scored(alert, sum(parts.values()), tuple(parts.items()), likings)


def _stars(link: CodeLink | None) -> int:
    return link.repository.stars or 0 if link else 0


class _Taste:
    """How often what stands on papers was voted up, and down."""

    def __init__(self, votes: Sequence[Voted]) -> None:
        self._votes = {voted.paper: voted.vote for voted in votes}
        self._counts: dict[Vote, Counter[_Mark]] = {vote: Counter() for vote in Vote}
        for voted in votes:
            marks = _marks(voted.authors, voted.owner, voted.categories)
            self._counts[voted.vote].update(marks.keys())

    def marked(self, alert: Alert) -> Alert:
        vote = self._votes.get(alert.paper.key) if alert.paper else None
        return replace(alert, vote=vote) if vote else alert

    def likings(self, alert: Alert) -> tuple[Liking, ...]:
        """The most and the least liked of each kind: one name among many counts as much as one alone."""
        if alert.paper is None or not self._votes:
            return ()
        marks = _marks(alert.paper.authors, _owner(alert.links), alert.paper.categories)
        shifts = [Liking(mark[0], name, shift) for mark, name in marks.items() if (shift := self._shift(mark))]
        found: list[Liking] = []
        for kind in _LIKED:
            of_kind = [liking for liking in shifts if liking.kind == kind]
            found += _most([one for one in of_kind if one.shift > 0]) + _most([one for one in of_kind if one.shift < 0])
        return tuple(found)

    def _shift(self, mark: "_Mark") -> float:
        up, down = self._counts[Vote.SAVED][mark], self._counts[Vote.LESS][mark]
        return _LIKED[mark[0]] * (up - down) / (up + down + _DOUBT)


_Mark = tuple[str, str]  # what papers have in common: its kind, and its name in the form that is compared


def _marks(authors: Iterable[str], owner: str, categories: Iterable[str]) -> dict[_Mark, str]:
    """What others may share of a paper, with its name as written."""
    names = {("author", " ".join(words(name))): name for name in authors}
    owners = {("owner", owner): owner} if owner else {}
    return names | owners | {("category", name): name for name in categories}


def _most(likings: list[Liking]) -> list[Liking]:
    return [max(likings, key=lambda one: abs(one.shift))] if likings else []


def _owner(links: Sequence[CodeLink]) -> str:
    """Whose repository stands first, as votes have it."""
    best = next((link.repository for link in links if link.confidence > 0), None)
    return f"{best.host}/{best.owner}".lower() if best else ""
