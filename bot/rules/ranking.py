"""Which of a chat's papers lead its digest. A score of readable parts, each explainable; ties go to the newer paper."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.code import CodeState
from bot.domain.link import CodeLink
from bot.domain.news import Alert

_STATES: Final = {CodeState.WEIGHTS: 1.0, CodeState.RELEASED: 0.6, CodeState.ARCHIVED: 0.2}
_MATCH: Final = 1.0  # for each further subscription that it matches, half of the one before
_STARS: Final = 0.5  # for ten times as many
_OFFICIAL: Final = 0.4
_VOTES: Final = 0.4  # for ten times as many on Hugging Face
_FRESH: Final = 0.5  # for news of today, none for news of a period ago


@dataclass(frozen=True, slots=True)
class Scored:
    """An alert with its score and the parts that make it, by name."""

    alert: Alert
    score: float
    parts: tuple[tuple[str, float], ...]


def rank(alerts: Sequence[Alert], *, until: datetime, period: timedelta) -> tuple[Scored, ...]:
    """The alerts of a digest, the best first."""
    scored = [_score(alert, until, period) for alert in alerts]
    return tuple(sorted(scored, key=lambda one: (-one.score, -one.alert.at.timestamp(), one.alert.key)))


def ranked(alerts: Sequence[Alert], *, until: datetime, period: timedelta) -> tuple[Alert, ...]:
    """As `rank`, without the scores."""
    return tuple(one.alert for one in rank(alerts, until=until, period=period))


def _score(alert: Alert, until: datetime, period: timedelta) -> Scored:
    best = alert.links[0] if alert.links else None
    age = min(max((until - alert.at) / max(period, timedelta(hours=1)), 0.0), 1.0)
    parts = {
        "match": _MATCH * (2 - 0.5 ** (len(alert.why) - 1)) if alert.why else 0.0,
        "code": _STATES.get(alert.paper.code_state, 0.0) if alert.paper else 0.0,
        "stars": _STARS * math.log10(1 + _stars(best)),
        "official": _OFFICIAL if best and best.official else 0.0,
        "votes": _VOTES * math.log10(1 + (alert.paper.upvotes or 0)) if alert.paper else 0.0,
        "fresh": _FRESH * (1 - age),
    }
    return Scored(alert, sum(parts.values()), tuple(parts.items()))


def _stars(link: CodeLink | None) -> int:
    return link.repository.stars or 0 if link else 0
