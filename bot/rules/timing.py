"""When a chat is told: its subscriptions' rhythm, its quiet hours, its budget, its mutes. Nothing is dropped here: what
gets no message of its own waits for the digest, with the reason, and /missed shows it.

What waits for the same moment comes together in one message; so does what is more than a few messages at once, as
arXiv's day comes all at once.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.news import Held, NewsKind, Planned, Tell
from bot.domain.pace import DigestRhythm, Pace, Rhythm
from bot.rules.local_time import after_quiet

BURST: Final = 4  # messages of a few minutes; what more there is comes together in one
LATELY: Final = timedelta(minutes=10)
GATHER: Final = timedelta(minutes=2)
_EAGER: Final = (Rhythm.AT_ONCE, Rhythm.HOURLY, Rhythm.DAILY, Rhythm.WEEKLY)
_ALWAYS: Final = (NewsKind.FEED, NewsKind.REPORT, NewsKind.ROUTE)  # about the service itself


def plan(tell: Tell, pace: Pace, *, sent_today: int, muted: bool, now: datetime, lately: int = 0) -> Planned:
    """`sent_today`: messages of the chat's local day that are sent or due, `lately` those of the last minutes; `muted`:
    something that it muted matches.
    """
    if tell.news.kind in _ALWAYS:
        return Planned(tell)
    if held := _held(tell, pace, sent_today=sent_today, muted=muted, now=now):
        return Planned(tell, held=held)
    joins = not (tell.priority or tell.folded)  # old news has its own one message
    hourly = tell.rhythm is not Rhythm.AT_ONCE and not tell.priority
    when = _next_hour(tell.due_at) if hourly else tell.due_at
    if pace.silent_until:
        when = max(when, pace.silent_until)
    if pace.quiet and not tell.priority:
        when = after_quiet(pace, when)
    if when > tell.due_at:
        return Planned(tell, when, together=joins)
    if lately >= BURST and joins:
        return Planned(replace(tell, due_at=max(tell.due_at, now + GATHER)), together=True)
    return Planned(tell)


def _held(tell: Tell, pace: Pace, *, sent_today: int, muted: bool, now: datetime) -> Held | None:
    if muted:
        return Held.MUTED
    if pace.digest is DigestRhythm.OFF:  # nothing may wait for what never comes
        return None
    if pace.silent_until and now < pace.silent_until:
        return Held.SILENCE
    if tell.priority:
        return None
    if tell.rhythm in (Rhythm.DAILY, Rhythm.WEEKLY):
        return Held.RHYTHM
    return Held.BUDGET if pace.budget is not None and sent_today >= pace.budget else None


def _next_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def most_eager(one: Rhythm, other: Rhythm) -> Rhythm:
    """Of two subscriptions that match, the one that speaks sooner decides."""
    return min(one, other, key=_EAGER.index)
