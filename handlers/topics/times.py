"""When, and how often."""

import re
from typing import Final

from bot.answers import Answers
from handlers import wording
from handlers.command import Command, always, page_number
from handlers.incoming import Request
from handlers.messages import Message

_READING: Final = re.compile(r"|now|all(?: ([0-9]{1,6}))?", re.IGNORECASE)  # other words settle when it comes


def _digest(answers: Answers, request: Request, words: str) -> Message:
    if words.lower() == "when":
        return wording.digest_asked(answers.settling.settings(request.address))
    reading = _READING.fullmatch(words)
    if reading is None:
        return wording.digest_settled(answers.settling.digest_when(request.address, words))
    if words.lower().startswith("all"):
        answer = answers.settling.last_digest(request.address)
        return wording.digest_whole(answer.digest, answer.alerts, int(reading[1] or 1))
    answer = answers.settling.digest(request.address)
    return wording.digest_of(answer.digest, answer.alerts)


def _settles(words: str) -> bool:
    return _READING.fullmatch(words) is None


def _reads(words: str) -> bool:
    return not _settles(words)


def _settings(answers: Answers, request: Request, _words: str) -> Message:
    return wording.settings(answers.settling.settings(request.address))


def _timezone(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.zone_asked(answers.settling.settings(request.address))
    return wording.zone(answers.settling.zone(request.address, words))


def _quiet(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.quiet_asked(answers.settling.settings(request.address))
    return wording.quiet(answers.settling.quiet(request.address, words))


def _budget(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.budget_asked(answers.settling.settings(request.address))
    return wording.budget(answers.settling.budget(request.address, words))


def _pause(answers: Answers, request: Request, words: str) -> Message:
    return wording.silence(answers.settling.silence(request.address, words))


def _resume(answers: Answers, request: Request, _words: str) -> Message:
    return wording.silence(answers.settling.resume(request.address))


def _mute(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("What shall be muted?", "/mute survey 7 days", "/mute au:smith", "/mute repo:owner/name")
    return wording.muted(answers.settling.mute(request.address, words))


def _unmute(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return _settings(answers, request, words)
    return wording.unmuted(answers.settling.unmute(request.address, words))


def _rhythm(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which subscription, and how often?", "/rhythm 1 hourly", "/rhythm 1 priority")
    return wording.settled(answers.settling.rhythm(request.address, words))


def _sound(answers: Answers, request: Request, words: str) -> Message:
    if request.address.platform != "telegram":
        return wording.sound_elsewhere(request.address.platform)
    if not words:
        return wording.sound_asked(answers.settling.settings(request.address))
    return wording.sound(answers.settling.sound(request.address, words))


def _links(answers: Answers, request: Request, words: str) -> Message:
    if request.alone or request.is_owner:
        return wording.links_alone()
    if not words:
        return wording.links_asked(answers.settling.settings(request.address))
    return wording.links(answers.settling.links(request.address, words))


def _missed(answers: Answers, request: Request, words: str) -> Message:
    return wording.missed(answers.settling.missed(request.address), page_number(words, "/missed"))


COMMANDS: Final = (
    Command(
        "digest",
        "/digest",
        "the week so far; weekly monday 9, daily 18 or off settle it",
        _digest,
        manages=_settles,
        shows=_reads,
    ),
    Command(
        "settings", "/settings", "this chat's time zone, digest, quiet hours, budget and mutes", _settings, shows=always
    ),
    Command("timezone", "/timezone CITY", "the clock that digests and quiet hours follow", _timezone, always, "times"),
    Command("quiet", "/quiet 22:00-07:00", "hours in which alerts wait (or off)", _quiet, always, "times"),
    Command("budget", "/budget 20", "messages a day; the rest comes in the digest (or off)", _budget, always, "times"),
    Command(
        "rhythm",
        "/rhythm NUMBER daily",
        "a subscription hourly, daily, at once; or priority",
        _rhythm,
        always,
        "times",
    ),
    Command(
        "mute",
        "/mute WORDS 7 days",
        "hear nothing of what these words match, for a while",
        _mute,
        always,
        "times",
    ),
    Command("unmute", "/unmute NUMBER", "hear it again", _unmute, always, "times"),
    Command(
        "pause", "/pause 3 days", "silence, for a while or until /resume; nothing is lost", _pause, always, "times"
    ),
    Command("resume", "/resume", "speak again", _resume, always, "times"),
    Command("sound", "/sound off", "whatever comes to this chat makes no sound (or on)", _sound, always, "times"),
    Command(
        "links",
        "/links on",
        "answer links to papers that somebody posts in this group (or off)",
        _links,
        always,
        "times",
    ),
    Command("missed", "/missed", "what had no message of its own, and why", _missed, topic="times", shows=always),
)
