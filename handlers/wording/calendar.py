"""arXiv's calendar in words: why there is nothing new, and when there will be."""

from collections.abc import Sequence
from typing import Final

from bot.answers import Announcing
from bot.domain.evening import WEEKEND, Evening

_NO_US_HOLIDAYS: Final = (WEEKEND, "winter break")


def announced(answer: Announcing) -> str:
    """Why today's feeds are empty, or late; and when there is something next, by the chat's clock."""
    head = "Next announcement"
    if answer.late:
        head = f"{answer.today.day:%A}'s announcement is late. Next"
    elif not answer.today.announces:
        why = no_announcement(answer.today)
        head = f"{why[0].upper()}{why[1:]}. Next"
    probably = "" if answer.coming.sure else ", probably,"
    sign = "%H:%M" if answer.in_feeds_at.date() == answer.at.date() else "%a %H:%M"
    when = f"{answer.at:%a %-d %b %H:%M} {answer.zone}; its feeds have it from {answer.in_feeds_at:{sign}}"
    before = [_kept(name) for name in answer.before]
    return f"{head}{probably} {when}" + (f" (none before: {' and '.join(before)})" if before else "")


def no_announcement(evening: Evening) -> str:
    """Why the feeds of the day after that evening hold nothing."""
    return f"{'' if evening.sure else 'probably '}no announcement today: {_kept(evening.instead)}"


def nothing_announced(evenings: Sequence[Evening]) -> str:
    """What was kept in all of these evenings; "" where arXiv was to announce something."""
    if not evenings or any(evening.announces or not evening.sure for evening in evenings):
        return ""
    return " and ".join(dict.fromkeys(_kept(evening.instead) for evening in evenings))


def _kept(name: str) -> str:
    return name if name in _NO_US_HOLIDAYS else f"US holiday ({name})"
