"""Looking at the repositories that links name: are they there, under which name, and is there code in them.

Two steps. Their host is asked for facts, a hundred at a time; then those that are new, or that had no code until now,
are looked into. Where an allowance ends, what is left stays due, and alerts that waited for the look go as they are.
"""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from bot.domain.code import ContentState
from bot.domain.feed import PollCount
from bot.domain.paper import Paper
from bot.domain.repository import Repository, RepositoryAddress, RepositoryFacts, RepositoryState
from bot.errors import FetchError
from bot.jobs.happenings import noticed
from bot.jobs.inside import Inside, Seen, keep, look_inside
from bot.rules import rhythm
from bot.telling import conclude
from storage import Storage

log = logging.getLogger("paperwire.check")

AT_ONCE: Final = 3000
INSIDE_AT_ONCE: Final = 400
_REQUESTS_INSIDE: Final = 5  # at most, for one repository
_FRESH: Final = timedelta(hours=1)
_SIDE_BY_SIDE: Final = 4


class Looked(Protocol):
    """What looking at repositories came to; `left` weren't asked (an allowance is spent) and stay due."""

    @property
    def found(self) -> Sequence[tuple[RepositoryAddress, RepositoryFacts, str | None]]: ...
    @property
    def unchanged(self) -> Sequence[RepositoryAddress]: ...
    @property
    def missing(self) -> Sequence[RepositoryAddress]: ...
    @property
    def left(self) -> Sequence[RepositoryAddress]: ...
    @property
    def errors(self) -> Sequence[str]: ...
    @property
    def limited_until(self) -> datetime | None: ...


class Host(Protocol):
    """A place where repositories live."""

    @property
    def spare(self) -> int:
        """How many looks may go to repositories that no alert waits for."""

    def look(self, wanted: Sequence[tuple[RepositoryAddress, str | None]]) -> Looked: ...


def check(
    storage: Storage, host: Host, inside: Inside, *, now: datetime, named: bool = False
) -> tuple[PollCount, datetime | None]:
    """Look at the repositories that are due (`named`: at all that weren't looked at within the hour), and conclude.

    With the count comes, where an allowance is spent, the time (real clock) from which the host may be asked again.
    """
    if named:
        with storage.write():
            storage.repositories.make_due(now - _FRESH, now)
    count, limited_until = _facts(storage, host, now)
    more, limited_inside = _insides(storage, host, inside, now)
    return count + more, limited_inside or limited_until


def _facts(storage: Storage, host: Host, now: datetime) -> tuple[PollCount, datetime | None]:
    due = storage.repositories.due(now, AT_ONCE, spare=host.spare)
    if not due:
        return PollCount(), None
    looked = host.look([(r.address, r.etag) for r in due])
    with storage.write():
        alerts = _conclude(storage, looked, {r.address.id: r for r in due}, now)
    fetched = len(looked.found) + len(looked.missing)
    count = PollCount(fetched, alerts=alerts, not_modified=len(looked.unchanged), errors=tuple(looked.errors))
    return count, looked.limited_until


def _conclude(storage: Storage, looked: Looked, asked: Mapping[str, Repository], now: datetime) -> int:
    alerts = 0
    for address, facts, etag in looked.found:
        before = asked[address.id]
        again = _next(before, RepositoryState.PRESENT, storage, now)
        after = storage.repositories.learn(before, facts, etag, now=now, next_check=again)
        alerts += noticed(storage, after, facts, now)
        alerts += _present(storage, after, now)
    for address in looked.unchanged:
        same = replace(asked[address.id], state=RepositoryState.PRESENT)  # it may have been missing in between
        storage.repositories.checked(same.key, same.state, now=now, next_check=_next(same, same.state, storage, now))
        alerts += _present(storage, same, now)
    for address in looked.missing:
        lost = asked[address.id]
        next_check = rhythm.next_check(RepositoryState.MISSING, named_at=_named_at(storage, lost, now), now=now)
        storage.repositories.checked(lost.key, RepositoryState.MISSING, now=now, next_check=next_check)
        alerts += _conclude_papers(storage, lost.key, now)
    return alerts


def _next(repository: Repository, state: RepositoryState, storage: Storage, now: datetime) -> datetime:
    hollow = repository.contents in (ContentState.EMPTY, ContentState.PLACEHOLDER)
    named_at = _named_at(storage, repository, now)
    return rhythm.next_check(state, named_at=named_at, now=now, hollow=hollow) or now + timedelta(days=7)


def _named_at(storage: Storage, repository: Repository, now: datetime) -> datetime:
    """When a paper first named it."""
    return max((link.first_seen for link in storage.links.of_repository(repository.key, limit=1)), default=now)


def _present(storage: Storage, repository: Repository, now: datetime) -> int:
    """It is there. Where somebody has to look inside first, nothing is concluded yet."""
    if not storage.links.of_repository(repository.key, limit=1):
        return 0
    if rhythm.wants_look_inside(repository, now=now):
        storage.repositories.look_inside_next(repository.key)
        return 0
    return _conclude_papers(storage, repository.key, now)


def _conclude_papers(storage: Storage, repository: int, now: datetime) -> int:
    """Each of its papers' state; what waited for the look may go."""
    papers = [link.paper for link in storage.links.of_repository(repository)]
    alerts = sum(conclude(storage, paper, now=now) for paper in papers)
    storage.outbox.release(papers, now)
    return alerts


def _insides(storage: Storage, host: Host, inside: Inside, now: datetime) -> tuple[PollCount, datetime | None]:
    """Look into those that want it, as far as the allowance goes; one that fails is looked into at the next poll."""
    due = storage.repositories.inside_due(min(INSIDE_AT_ONCE, host.spare // _REQUESTS_INSIDE))
    alerts, failed = 0, list[tuple[Repository, FetchError]]()
    with ThreadPoolExecutor(_SIDE_BY_SIDE, "inside") as pool:
        looks = pool.map(partial(_look, inside), due, [_papers_of(storage, repository) for repository in due])
        for repository, seen in zip(due, looks, strict=True):
            if isinstance(seen, FetchError):
                failed.append((repository, seen))
                continue
            with storage.write():
                keep(storage, repository, seen, now)
                alerts += _conclude_papers(storage, repository.key, now)
    limited_until = next((error.retry_at for _, error in failed if error.retry_at), None)
    return PollCount(alerts=alerts, errors=_told(failed, len(due), limited=limited_until is not None)), limited_until


def _told(failed: Sequence[tuple[Repository, FetchError]], of: int, *, limited: bool) -> tuple[str, ...]:
    """The first failure, where it is the host's own rather than a repository's: all failed, or none is allowed."""
    for repository, error in failed:
        log.warning("%s can't be looked into: %s", repository.slug, error)
    host_failed = limited or (failed and len(failed) == of)
    return tuple(f"{repository.slug}: {error}" for repository, error in failed[:1]) if host_failed else ()


def _papers_of(storage: Storage, repository: Repository) -> tuple[Paper, ...]:
    return storage.papers.many([link.paper for link in storage.links.of_repository(repository.key)])


def _look(inside: Inside, repository: Repository, papers: Sequence[Paper]) -> Seen | FetchError:
    try:
        return look_inside(inside, repository, papers)
    except FetchError as error:
        return error
