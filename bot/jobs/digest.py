"""Digests: composed at each chat's local hour, once a local date, and sent through the outbox like all else.

What it says of the field is worked out once for all chats of a round; of a chat only which of its alerts belong to it,
so that a hundred thousand chats in one minute hold nobody up. They are ranked and worded when they are sent.
"""

from datetime import datetime
from typing import Final

from bot.domain.pace import DigestRhythm
from bot.rules.local_time import PERIODS, next_digest
from storage import Storage
from storage.paces import DueDigest

AT_ONCE: Final = 100  # chats in one transaction: ten milliseconds, for which what somebody asks may have to wait


def compose(storage: Storage, now: datetime) -> int:
    """Compose every digest that is due; how many were made."""
    facts: dict[DigestRhythm, int] = {}
    made = 0
    while due := storage.paces.digests_due(now, AT_ONCE):
        fresh = {one.pace.digest for one in due} & PERIODS.keys() - facts.keys()
        found = {rhythm: storage.digests.facts(now - PERIODS[rhythm], now) for rhythm in fresh}
        with storage.write():
            facts |= {rhythm: storage.digests.add_facts(told) for rhythm, told in found.items()}
            made += sum(_compose(storage, one, facts, now) for one in due)
    return made


def _compose(storage: Storage, due: DueDigest, facts: dict[DigestRhythm, int], now: datetime) -> bool:
    """One chat's digest, unless it has had the one of that local date; and when its next one is."""
    coming = next_digest(due.pace, last=due.last, now=now)
    if coming is None or coming[1] > now:  # its settings have changed in the meantime
        storage.paces.next_digest(due.chat, coming[1] if coming else None)
        return False
    day = coming[0]
    since = max(now - PERIODS[due.pace.digest], due.created_at)
    made = storage.digests.add(due.chat, day, since, now, facts[due.pace.digest], now)
    following = next_digest(due.pace, last=day, now=now)
    storage.paces.next_digest(due.chat, following[1] if following else None, last=day)
    return made
