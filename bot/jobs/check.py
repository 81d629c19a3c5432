"""Looking at the repositories that links name: are they there, what are they called now, how many stars."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.domain.feed import PollCount
from bot.domain.news import News, NewsKind
from bot.domain.repository import Repository, RepositoryAddress, RepositoryFacts, RepositoryState
from bot.ingest import tell
from bot.rules import rhythm
from bot.rules.linking import worth_telling
from storage import Storage

AT_ONCE: Final = 1000
_FRESH: Final = timedelta(hours=1)


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


def check(storage: Storage, host: Host, *, now: datetime, named: bool = False) -> tuple[PollCount, datetime | None]:
    """Look at the repositories that are due (`named`: at all that weren't looked at within the hour), and conclude.

    With the count comes, where an allowance is spent, the time (real clock) from which the host may be asked again.
    """
    if named:
        with storage.write():
            storage.repositories.make_due(now - _FRESH, now)
    due = storage.repositories.due(now, AT_ONCE, spare=host.spare)
    looked = host.look([(r.address, r.etag) for r in due]) if due else None
    if looked is None:
        return PollCount(), None
    asked = {r.address.id: r for r in due}
    with storage.write():
        alerts = _conclude(storage, looked, asked, now)
    fetched = len(looked.found) + len(looked.missing)
    count = PollCount(fetched, alerts=alerts, not_modified=len(looked.unchanged), errors=tuple(looked.errors))
    return count, looked.limited_until


def _conclude(storage: Storage, looked: Looked, asked: Mapping[str, Repository], now: datetime) -> int:
    alerts = 0
    for address, facts, etag in looked.found:
        before = asked[address.id]
        after = storage.repositories.learn(
            before, facts, etag, now=now, next_check=_next(before, RepositoryState.PRESENT, storage, now)
        )
        alerts += _present(storage, after, now)
    for address in looked.unchanged:
        same = asked[address.id]
        storage.repositories.checked(same.key, same.state, now=now, next_check=_next(same, same.state, storage, now))
    for address in looked.missing:
        lost = asked[address.id]
        next_check = rhythm.next_check(RepositoryState.MISSING, named_at=_named_at(storage, lost, now), now=now)
        storage.repositories.checked(lost.key, RepositoryState.MISSING, now=now, next_check=next_check)
        _missing(storage, lost)
    return alerts


def _next(repository: Repository, state: RepositoryState, storage: Storage, now: datetime) -> datetime:
    return rhythm.next_check(state, named_at=_named_at(storage, repository, now), now=now) or now + timedelta(days=7)


def _named_at(storage: Storage, repository: Repository, now: datetime) -> datetime:
    """When a paper first named it."""
    return max((link.first_seen for link in storage.links.of_repository(repository.key, limit=1)), default=now)


def _present(storage: Storage, repository: Repository, now: datetime) -> int:
    """It is there: what waited for this look may go, and code that was missing until now is news."""
    alerts = 0
    papers = [link.paper for link in storage.links.of_repository(repository.key) if worth_telling(link)]
    storage.outbox.release(papers, now)
    for key in papers:
        announced, code_told = storage.papers.milestones(key)
        if announced and code_told is None:
            storage.papers.mark(key, code=now)
            paper = storage.papers.get(key)
            alerts += tell(storage, News(NewsKind.CODE, key, now), paper, storage.links.of_paper(key), now=now)
    return alerts


def _missing(storage: Storage, repository: Repository) -> None:
    """It isn't there: papers that have no other code are told about when it is."""
    for link in storage.links.of_repository(repository.key):
        if not any(worth_telling(other) for other in storage.links.of_paper(link.paper)):
            storage.papers.unmark_code(link.paper)
            storage.outbox.withdraw(link.paper)
