"""Whose turn it is: the pace of each service, its blocks, one request at a time where it asks for that.

Pace and blocks stand in Allowances, which all processes on one data folder share; the locks are this process's own.
"""

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from bot.errors import FetchError, RateLimited

LONGEST_BLOCK_S = 86_400.0  # a server that asks for more is mistaken, or wants to be rid of us for good
_USUAL_BLOCK = timedelta(seconds=60)  # what GitHub advises where no header says how long
_MARGIN_S = 0.05  # on top of each pace: arrivals are a little less even than departures


class Allowances(Protocol):
    """When a service may be asked, on the real clock, shared by every process on one data folder."""

    def reserve(self, name: str, interval_s: float) -> float:
        """Reserve the next free slot of this pace; the seconds to wait until it."""
        ...

    def blocked_until(self, name: str) -> datetime | None:
        """When the block ends, in UTC; None when there is none."""
        ...

    def block(self, name: str, until: datetime) -> None: ...


class LocalAllowances:
    """Allowances in memory: for tests and for one process alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}
        self._until: dict[str, datetime] = {}

    def reserve(self, name: str, interval_s: float) -> float:
        with self._lock:
            now = time.monotonic()
            slot = max(now, self._next.get(name, now))
            self._next[name] = slot + interval_s
        return slot - now

    def blocked_until(self, name: str) -> datetime | None:
        until = self._until.get(name)
        return until if until and until > datetime.now(UTC) else None

    def block(self, name: str, until: datetime) -> None:
        self._until[name] = until


@dataclass(frozen=True, slots=True)
class Lane:
    """Whom a request is polite to: `name` is the allowance's name, `interval_s` the least time between two requests.

    `interval_s` 0 is no pace; `single` is one request at a time, from its turn to its last byte.
    """

    name: str
    interval_s: float = 0.0
    single: bool = False


class Turns:
    """Hands out turns to this process's threads. `patience_s` is how long a blocked lane is waited for, pace apart."""

    def __init__(self, allowances: Allowances, *, patience_s: float, per_host: int = 4) -> None:
        self._allowances = allowances
        self._patience_s = patience_s
        self._per_host = per_host
        self._closed = threading.Event()
        self._free = threading.Condition()
        self._busy: Counter[str] = Counter()
        self._single: dict[str, threading.Lock] = {}
        self._sent: dict[str, float] = {}

    @contextmanager
    def turn(self, lane: Lane, host: str) -> Iterator[None]:
        """Wait for the turn, and hold it. Raises RateLimited when the lane is blocked beyond the patience."""
        self._wait_for_block(lane)
        with self._one_at_a_time(lane), self._one_of_few(host):
            self._wait_for_block(lane)
            while lane.interval_s and self._wait_for_slot(lane):
                self._wait_for_block(lane)
            yield

    def sent(self, lane: Lane) -> None:
        """A request has gone out: the pace counts from here, not from when its connection was begun."""
        if lane.interval_s:
            self._sent[lane.name] = time.monotonic()

    def block(self, lane: Lane, until: datetime) -> None:
        """Remember that the service asks to wait; a longer block that is known already stands."""
        known = self._allowances.blocked_until(lane.name)
        if known is None or known < until:
            self._allowances.block(lane.name, until)

    def close(self) -> None:
        """Everybody who waits for a turn gets a FetchError instead."""
        self._closed.set()
        with self._free:
            self._free.notify_all()

    def _wait_for_block(self, lane: Lane) -> None:
        until = self._allowances.blocked_until(lane.name)
        left = (until - datetime.now(UTC)).total_seconds() if until else 0.0
        if until and left > self._patience_s:
            raise RateLimited(f"asked to wait until {until:%Y-%m-%d %H:%M:%S} UTC", retry_at=until)
        self._sleep(left)

    def _wait_for_slot(self, lane: Lane) -> bool:
        """Wait for the pace; True when the lane was blocked in the meantime, and the slot is forgone."""
        since = time.monotonic() - self._sent.get(lane.name, float("-inf"))
        self._sleep(lane.interval_s - since)
        self._sleep(self._allowances.reserve(lane.name, lane.interval_s + _MARGIN_S))
        return self._allowances.blocked_until(lane.name) is not None

    def _sleep(self, seconds: float) -> None:
        if self._closed.wait(seconds) if seconds > 0 else self._closed.is_set():
            raise FetchError("stopping")

    def _one_at_a_time(self, lane: Lane) -> "threading.Lock | nullcontext[None]":
        return self._single.setdefault(lane.name, threading.Lock()) if lane.single else nullcontext()

    @contextmanager
    def _one_of_few(self, host: str) -> Iterator[None]:
        with self._free:
            self._free.wait_for(lambda: self._busy[host] < self._per_host or self._closed.is_set())
            self._busy[host] += 1
        try:
            yield
        finally:
            with self._free:
                self._busy[host] -= 1
                self._busy += Counter()  # forgets hosts at zero
                self._free.notify_all()


def asked_to_wait(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Until when an error's headers ask to wait: Retry-After, else a spent allowance's end; at most 24 h from now."""
    return _retry_after(headers.get("Retry-After", "").strip(), now) or spent_until(headers, now)


def usual_wait(now: datetime) -> datetime:
    """Until when to wait where a service says "too many requests" and nothing more."""
    return now + _USUAL_BLOCK


def _retry_after(value: str, now: datetime) -> datetime | None:
    if re.fullmatch(r"\d+(\.\d+)?", value, re.ASCII):
        return _later(now, float(value[:12]))
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return _later(now, max(0.0, (when - now).total_seconds()))


def spent_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When an allowance that is spent by now comes back, as GitHub and Hugging Face tell it."""
    if headers.get("X-RateLimit-Remaining", "").strip() == "0":
        reset = headers.get("X-RateLimit-Reset", "").strip()
        return _later(now, float(reset[:12]) - now.timestamp()) if re.fullmatch(r"\d+", reset, re.ASCII) else None
    spent = re.search(r"(?:^|;)\s*r=0\s*;\s*t=(\d{1,12})", headers.get("RateLimit", ""), re.ASCII)
    return _later(now, float(spent[1])) if spent else None


def _later(now: datetime, seconds: float) -> datetime | None:
    return now + timedelta(seconds=min(seconds, LONGEST_BLOCK_S)) if seconds >= 0 else None
