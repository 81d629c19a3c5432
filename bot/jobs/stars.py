"""Counting stars: whose count is due is asked for, who was counted is judged, and who takes off is told of.

    count    those that are due, each at its own pace, as far as the hour's budget goes
    past     a new repository's history, in one call
    judge    a surge that our counts show is compared with the host's history before anybody is told; where that can't
             be read just now, the next round tries again

Whatever is told is noted in the transaction that queues it: a restart repeats nothing and loses nothing.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from bot.domain.feed import PollCount
from bot.domain.news import NewsKind
from bot.domain.repository import Release, Repository, RepositoryAddress, RepositoryFacts
from bot.domain.stars import Episode, Happening, StarDay, StarSample, Surge, Watched
from bot.errors import FetchError
from bot.jobs.check import Host
from bot.jobs.happenings import noticed
from bot.rules import sampling, surge
from bot.telling import tell_happening
from storage import Storage

log = logging.getLogger("paperwire.stars")

_BUDGET: Final = "stars counted"  # the fact that holds the hour and its queries
_PUSHED: Final = "pushed at its last release"  # and a repository's key: the fact that holds what was pushed then
_JUDGED_AT_ONCE: Final = 20_000
_PASTS_AT_ONCE: Final = 100
_WORTH_A_PAST: Final = 25  # stars
_KNOWN: Final = timedelta(days=surge.LOOK_BACK + 2)
_OWN: Final = timedelta(days=2)  # what we counted ourselves lately, the host's history doesn't replace
_AGAIN: Final = timedelta(hours=3)  # between two looks at a history
_TRENDING: Final = timedelta(days=2)
_RELEASED: Final = timedelta(days=7)
_NEAR: Final = timedelta(minutes=10)  # what is due so soon goes along


class StarHost(Host, Protocol):
    """A host that tells counts, so many repositories a query, and the latest release of one. Raises FetchError."""

    @property
    def a_query(self) -> int: ...
    def release(self, address: RepositoryAddress) -> Release: ...


class History(Protocol):
    """A host's own history of stars; None where it has none. Raises FetchError."""

    def past(self, address: RepositoryAddress, *, today: date) -> tuple[StarDay, ...] | None: ...


def count_stars(
    storage: Storage, host: StarHost, history: History, *, budget: int, now: datetime
) -> tuple[PollCount, datetime | None]:
    """One round. With the count comes, where an allowance is spent, when the host may be asked again (real clock)."""
    return _Round(storage, host, history, budget=budget, now=now).run()


class _Round:
    def __init__(self, storage: Storage, host: StarHost, history: History, *, budget: int, now: datetime) -> None:
        self._storage, self._host, self._history = storage, host, history
        self._budget, self._now = budget, now
        self._errors: list[str] = []
        self._limited_until: datetime | None = None
        self._asked = 0  # for histories, in this round
        self._days: dict[int, surge.Days | None] = {}

    def run(self) -> tuple[PollCount, datetime | None]:
        with self._storage.write():
            self._storage.stars.enrol(self._now, pace=sampling.HOURLY)
        counted, alerts = self._count()
        self._pasts()
        alerts += self._judge()
        return PollCount(counted, alerts=alerts, errors=tuple(self._errors)), self._limited_until

    # Counting ---------------------------------------------------------------------------------------------------------

    def _count(self) -> tuple[int, int]:
        """How many were counted, and how many chats hear of what that brought."""
        size = self._host.a_query
        queries = self._left() if size > 1 else min(self._left(), self._host.spare // 5)
        due = self._storage.stars.due(self._now + _NEAR, queries * size)
        if not due:
            return 0, 0
        looked = self._host.look([(one.repository.address, one.repository.etag) for one in due])
        self._errors += looked.errors
        self._limited_until = looked.limited_until
        asked = {one.repository.address.id: one for one in due}
        found = [(address, self._with_release(asked[address.id], told), etag) for address, told, etag in looked.found]
        alerts = 0
        with self._storage.write():
            self._spend(-(-(len(due) - len(looked.left)) // size))
            for address, facts, etag in found:
                after = self._learn(asked[address.id].repository, facts, etag)
                alerts += noticed(self._storage, after, facts, self._now)
                if asked[address.id].asked and facts.release:
                    self._storage.facts.set(f"{_PUSHED} {after.key}", str(facts.pushed))
            for address in looked.unchanged:
                same = asked[address.id].repository
                if same.stars is not None:
                    self._storage.stars.count(same.key, same.stars, self._now)
            for address in looked.missing:  # whether it is gone is for the other look to say
                self._storage.repositories.ask_for(asked[address.id].repository.key, self._now)
            self._storage.stars.plan(
                [(asked[address.id].repository.key, sampling.WEEKLY) for address in looked.missing], self._now
            )
            self._plan([asked[a.id] for a in (*(found[0] for found in looked.found), *looked.unchanged)])
        return len(looked.found) + len(looked.unchanged), alerts

    def _with_release(self, watched: Watched, facts: RepositoryFacts) -> RepositoryFacts:
        """With the latest release, where the host doesn't tell it with the count: of what somebody watches, if anything
        was pushed since it was last asked for."""
        known = self._storage.facts.get(f"{_PUSHED} {watched.repository.key}") == str(facts.pushed)
        if facts.release or not watched.asked or known or self._limited_until or self._host.spare <= 0:
            return facts
        try:
            return replace(facts, release=self._host.release(facts.address))
        except FetchError as error:
            log.warning("%s: its latest release can't be read: %s", facts.address.slug, error)
            self._limited_until = error.retry_at or self._limited_until
            return facts

    def _learn(self, before: Repository, facts: RepositoryFacts, etag: str | None) -> Repository:
        """What was told of it; mostly there are only more stars."""
        told = (facts.address, facts.host_id, facts.description, facts.language, facts.licence, facts.pushed)
        known = (before.address, before.host_id, before.description, before.language, before.licence, before.pushed)
        if told == known and (facts.archived, facts.fork) == (before.archived, before.fork):
            self._storage.repositories.recount(before.key, facts)
            return replace(before, stars=facts.stars, forks=facts.forks)
        return self._storage.repositories.learn(before, facts, etag or before.etag, now=self._now, next_check=None)

    def _plan(self, counted: Sequence[Watched]) -> None:
        trending = self._storage.stars.trending_since((self._now - _TRENDING).date())
        self._read([one.repository.key for one in counted])
        self._storage.stars.plan(
            [
                (key, sampling.pace(one, self._days.get(key), trending=key in trending, now=self._now))
                for one in counted
                for key in [one.repository.key]
            ],
            self._now,
        )

    def _read(self, keys: Sequence[int]) -> None:
        """What is known of these, where this round hasn't read it yet."""
        unread = [key for key in keys if key not in self._days]
        self._days |= self._storage.stars.days(unread, self._now - _KNOWN)

    def _left(self) -> int:
        """How many queries the hour has left."""
        hour, _, spent = (self._storage.facts.get(_BUDGET) or "").partition(" ")
        return self._budget - (int(spent) if hour == self._hour() else 0)

    def _spend(self, queries: int) -> None:
        self._storage.facts.set(_BUDGET, f"{self._hour()} {self._budget - self._left() + queries}")

    def _hour(self) -> str:
        return f"{self._now:%Y-%m-%dT%H}"

    # The past ---------------------------------------------------------------------------------------------------------

    def _pasts(self) -> None:
        """New repositories get their past, the greatest first."""
        wanted = self._storage.stars.without_past(min(_PASTS_AT_ONCE, self._histories_left()), least=_WORTH_A_PAST)
        for watched in wanted:
            if self._limited_until:
                return
            self._past(watched, keep=None)

    def _histories_left(self) -> int:
        """Without a token, a few of the looks; the others are for those that alerts wait for."""
        most = _PASTS_AT_ONCE if self._host.a_query > 1 else self._host.spare // 20
        return max(most - self._asked, 0)

    def _past(self, watched: Watched, *, keep: datetime | None) -> tuple[StarSample, ...] | None:
        """Ask for a repository's history and store it, up to `keep` (None: up to our own first count).

        () where the host has none; None where it couldn't be asked.
        """
        repository = watched.repository
        self._asked += 1
        try:
            told = self._history.past(repository.address, today=self._now.date())
        except FetchError as error:
            log.warning("%s: the history of its stars can't be read: %s", repository.slug, error)
            self._errors += [f"{repository.slug}: {error}"] if error.retry_at else []
            self._limited_until = error.retry_at or self._limited_until
            return None
        own = self._storage.stars.samples(repository.key, datetime.min.replace(tzinfo=self._now.tzinfo))
        stars = sampling.at_midnight(own, self._now)
        samples = sampling.past(told, repository.stars or 0 if stars is None else stars, self._now) if told else ()
        with self._storage.write():
            self._storage.stars.past_asked(repository.key, self._now)
            self._days.pop(repository.key, None)
            if samples:
                before = keep or (own[0].at if own else self._now)
                self._storage.stars.replace(repository.key, samples, before=before)
        return samples

    # Judging ----------------------------------------------------------------------------------------------------------

    def _judge(self) -> int:
        fresh = self._storage.stars.fresh(_JUDGED_AT_ONCE)
        self._read([one.repository.key for one in fresh])
        alerts, done, quiet = 0, list[int](), list[tuple[int, Episode | None]]()
        for one in fresh:
            key = one.repository.key
            found = surge.at(self._days[key], self._now)
            episode, tell = surge.follow(one.episode, found, self._now)
            if tell and found:
                alerts += self._confirm(one, found, episode)
                continue
            done.append(key)
            quiet += [(key, episode)] if episode != one.episode else []
        with self._storage.write():
            self._storage.stars.judged(done)
            for key, episode in quiet:
                self._storage.stars.follow(key, episode)
        return alerts

    def _confirm(self, watched: Watched, found: Surge, episode: Episode | None) -> int:
        """Compare with the host's history; what it doesn't bear out isn't told. Where it wasn't read, later again."""
        told: tuple[StarSample, ...] | None = ()
        own = self._storage.stars.samples(watched.repository.key, self._now - _KNOWN)
        if watched.past_at != self._now:  # else our counts are those of the history already
            waits = watched.past_at is not None and timedelta(0) <= self._now - watched.past_at < _AGAIN
            spent = self._limited_until is not None or (self._host.a_query == 1 and self._host.spare <= 0)
            told = None if waits or spent else self._past(watched, keep=own[-1].at - _OWN)
        if told is None:
            return 0
        confirmed = surge.confirm(found, told, own) if told else found
        key = watched.repository.key
        with self._storage.write():
            self._storage.stars.judged([key])
            if confirmed is None:
                log.info("%s: its history doesn't bear out %+d stars", watched.repository.slug, found.gained)
                return 0
            self._storage.stars.follow(key, episode)
            return tell_happening(self._storage, self._surge(watched.repository, confirmed), now=self._now)

    def _surge(self, repository: Repository, found: Surge) -> Happening:
        """The surge with what may explain it."""
        storage, key, day = self._storage, repository.key, self._now.date()
        sighted = storage.repositories.last_sighting(key)
        shown = sighted is not None and day - sighted[1] <= _TRENDING
        release = next((one for one in storage.happenings.of(key) if one.kind == NewsKind.RELEASE), None)
        recent = release is not None and self._now - release.at <= _RELEASED
        samples = storage.stars.samples(key, self._now - _KNOWN)
        return Happening(
            0,
            repository,
            NewsKind.SURGE,
            day.isoformat(),
            "",
            self._now,
            found,
            found.stars,
            (sighted[0], sighted[2]) if shown and sighted else None,
            (release.value, (self._now - release.at).days) if recent and release else None,
            sampling.unusual(samples, forks=repository.forks, born=storage.repositories.born(key)),
        )
