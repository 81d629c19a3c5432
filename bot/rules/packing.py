"""What a chat has, as a file that people can read, and that /import takes back in any chat.

    {
     "format": "paperwire-chat",       what it is; a later form has another version
     "version": 1,
     "exported": "2026-03-05T06:00:00Z",
     "subscriptions": [                in the chat's order; each has a text, which is a query, or a feed, or both
      {"priority": false, "rhythm": "at once", "text": "diffusion cat:cs.CV"},
      {"feed": "https://a.org/feed.xml", "name": "Ada writes", "priority": true, "rhythm": "daily"}
     ],
     "settings": {                     each as one would type it
      "budget": "20", "digest": "weekly monday 9", "links": "off", "quiet": "22:00-07:00", "sound": "on",
      "timezone": "Europe/Berlin"
     },
     "mutes": [{"text": "survey", "until": null}],                   null: for good
     "saved": [{"at": "2026-03-04T10:00:00Z", "paper": ["arXiv:1810.04805"], "title": "BERT: …"}],
     "hidden": [{"paper": ["arXiv:1810.04805"], "repository": "https://github.com/a/b", "title": "BERT: …"}]
    }

Keys are sorted, and times are UTC. A paper is all of its ids; titles are there for people, and aren't read. Where a
subscription speaks, if not in its chat, isn't told. Anything may be left out but the first two. `unpacking` reads it.
"""

import json
from datetime import UTC, datetime
from typing import Any, Final

from bot.domain.moving import HiddenLink, Luggage, MutedWords, SavedPaper, Wish
from bot.domain.pace import DigestRhythm, Pace
from bot.domain.paper import PaperId
from bot.rules.settling import DAYS

FORMAT: Final = "paperwire-chat"
VERSION: Final = 1


def written(luggage: Luggage, now: datetime) -> str:
    told = {
        "format": FORMAT,
        "version": VERSION,
        "exported": _time(now),
        "subscriptions": [_wish(one) for one in luggage.wishes],
        "settings": dict(luggage.settings),
        "mutes": [_mute(one) for one in luggage.mutes],
        "saved": [_saved(one) for one in luggage.saved],
        "hidden": [_hidden(one) for one in luggage.hidden],
    }
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def settings(pace: Pace) -> tuple[tuple[str, str], ...]:
    """A chat's settings as one would type them. A silence that was asked for stays where it is."""
    digest = {
        DigestRhythm.OFF: "off",
        DigestRhythm.DAILY: f"daily {pace.hour}:00",
        DigestRhythm.WEEKLY: f"weekly {DAYS[pace.weekday]} {pace.hour}:00",
    }[pace.digest]
    quiet = f"{_clock(pace.quiet.start)}-{_clock(pace.quiet.end)}" if pace.quiet else "off"
    budget = "off" if pace.budget is None else str(pace.budget)
    sound, links = ("on" if switched else "off" for switched in (pace.sound, pace.links))
    return (
        ("timezone", pace.zone),
        ("quiet", quiet),
        ("budget", budget),
        ("digest", digest),
        ("sound", sound),
        ("links", links),
    )


def _wish(one: Wish) -> dict[str, Any]:
    text = {"text": one.text} if one.text else {}
    feed = {"feed": one.feed, "name": one.name} if one.feed else {}
    return {**text, **feed, "rhythm": one.rhythm.value, "priority": one.priority}


def _mute(one: MutedWords) -> dict[str, Any]:
    return {"text": one.text, "until": _time(one.until) if one.until else None}


def _saved(one: SavedPaper) -> dict[str, Any]:
    at = {"at": _time(one.at)} if one.at else {}
    return {"paper": _ids(one.ids), "title": one.title, **at}


def _hidden(one: HiddenLink) -> dict[str, Any]:
    return {"paper": _ids(one.ids), "repository": one.repository.url, "title": one.title}


def _ids(ids: tuple[PaperId, ...]) -> list[str]:
    return [i.url if i.scheme == "pwc" else str(i) for i in ids]


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
