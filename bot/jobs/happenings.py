"""What a look at a repository tells beside its code: how many stars it has, a milestone passed, a new release.

In the caller's transaction.
"""

from datetime import datetime, timedelta
from typing import Final

from bot.domain.news import NewsKind
from bot.domain.repository import Release, Repository, RepositoryFacts
from bot.domain.stars import Happening
from bot.rules.surge import milestone
from bot.telling import tell_happening
from storage import Storage

_FRESH: Final = timedelta(days=14)  # of a release; what is older was only found late


def noticed(storage: Storage, repository: Repository, facts: RepositoryFacts, now: datetime) -> int:
    """Note what was told of a repository; how many chats hear of what is news of it."""
    last = storage.stars.count(repository.key, facts.stars, now)
    alerts = 0
    passed = milestone(last, facts.stars)
    if passed and milestone(storage.stars.most(repository.key, before=now), facts.stars):
        reached = Happening(0, repository, NewsKind.MILESTONE, str(passed), "", now, stars=facts.stars)
        alerts += tell_happening(storage, reached, now=now)
    if facts.release is not None:
        alerts += _released(storage, repository, facts.release, now)
    return alerts


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
