"""What a look at a repository tells beside its code: how many stars it has, a milestone passed, a new release.

In the caller's transaction.
"""

from datetime import datetime, timedelta
from typing import Final

from bot.domain.news import NewsKind
from bot.domain.repository import Release, Repository, RepositoryFacts
from bot.domain.stars import Happening
from bot.rules.cards import stars_show
from bot.rules.surge import milestone
from bot.telling import tell_happening
from storage import Storage

_A_DAY: Final = timedelta(days=1)
_FRESH: Final = timedelta(days=14)  # of a release; what is older was only found late


def noticed(storage: Storage, repository: Repository, facts: RepositoryFacts, now: datetime) -> int:
    """Note what was told of a repository; how many chats hear of what is news of it."""
    last = storage.stars.count(repository.key, facts.stars, now)
    if last != facts.stars and _show(storage, repository.key, facts.stars, now):
        storage.cards.touch([link.paper for link in storage.links.of_repository(repository.key)], now)
    alerts = 0
    passed = milestone(last, facts.stars)
    if passed and milestone(storage.stars.most(repository.key, before=now), facts.stars):
        reached = Happening(0, repository, NewsKind.MILESTONE, str(passed), "", now, stars=facts.stars)
        alerts += tell_happening(storage, reached, now=now)
    if facts.release is not None:
        alerts += _released(storage, repository, facts.release, now)
    return alerts


def _show(storage: Storage, key: int, stars: int | None, now: datetime) -> bool:
    """Whether readers of its papers' cards would see what a day has brought: counted hourly, each step is small."""
    (before, *_) = storage.stars.samples(key, now - _A_DAY) or (None,)
    return before is not None and stars_show(before.stars, stars)


def _released(storage: Storage, repository: Repository, release: Release, now: datetime) -> int:
    """The first release that we see is no news: it may be years old."""
    before = storage.repositories.release(repository.key)
    if before == release.tag:
        return 0
    storage.repositories.released(repository.key, release.tag)
    late = release.at is not None and now - release.at > _FRESH
    if before is None or not release.tag or late:
        return 0
    told = Happening(0, repository, NewsKind.RELEASE, release.tag, release.url, now, stars=repository.stars)
    return tell_happening(storage, told, now=now)
