"""The table of commands, and respond(request) -> Message. /help, the menus and the README come from the table."""

import difflib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.answers import MOST_ALONE, MOST_SUBSCRIPTIONS, Answers, Claimed
from bot.domain.report import Says
from bot.errors import BadQuery, FetchError, StorageError
from handlers import wording
from handlers.incoming import Request
from handlers.messages import Message

log = logging.getLogger("paperwire.respond")

_COMMAND = re.compile(r"/([A-Za-z_]+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what to type, what it does, and who answers. `manages`: it changes the chat's subscriptions."""

    name: str
    usage: str
    summary: str
    run: Callable[[Answers, Request, str], Message]
    manages: bool = False


def _start(answers: Answers, request: Request, words: str) -> Message:
    answers.meet(request.address, title=request.chat_title)
    if words and (claimed := _claimed(answers, request, words)) is not Claimed.NO:  # Telegram's links say it this way
        return wording.claimed(claimed)
    return wording.welcome()


def _claim(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which code? It is printed where I was started.", "/claim 1f0c…")
    if words.lower() == "off":
        return wording.claimed(answers.owning.give_up() if _is_owner(answers, request) else Claimed.NO)
    return wording.claimed(_claimed(answers, request, words))


def _claimed(answers: Answers, request: Request, code: str) -> Claimed:
    return answers.owning.claim(request.address, request.sender, code, alone=request.alone)


def _most(answers: Answers, request: Request) -> int:
    return MOST_ALONE if request.alone and not _is_owner(answers, request) else MOST_SUBSCRIPTIONS


def _is_owner(answers: Answers, request: Request) -> bool:
    return request.is_owner or answers.owning.owns(request.address, request.sender)


def _help(_answers: Answers, _request: Request, words: str) -> Message:
    topic = words.lower()
    if topic == "query":
        return wording.help_query()
    if names := _TOPICS.get(topic):
        return wording.help_topic(topic, [(c.usage, c.summary) for c in COMMANDS if c.name in names])
    apart = {name for names in _TOPICS.values() for name in names}
    return wording.help_text([(c.usage, c.summary) for c in COMMANDS if c.name not in apart])


def _code(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which paper?", "/code bert", "/code 1703.06870", "/code video to video synthesis")
    return wording.code(answers.code(words, chat=request.address), now=answers.now())


def _paper(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which paper?", "/paper 1810.04805", "/paper mask r-cnn")
    return wording.paper(answers.paper(words, chat=request.address), now=answers.now())


def _subscribe(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        blog = "/subscribe https://bair.berkeley.edu/blog/"
        return wording.usage("What to?", "/subscribe diffusion cat:cs.CV", "/subscribe au:bengio", blog)
    most = _most(answers, request)
    return wording.subscribed(answers.subscribe(request.address, words, title=request.chat_title, most=most))


def _unsubscribe(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.unsubscribe_which(answers.subscriptions(request.address))
    return wording.unsubscribed(answers.unsubscribe(request.address, words), words)


def _subscriptions(answers: Answers, request: Request, _words: str) -> Message:
    return wording.subscriptions(answers.subscriptions(request.address))


def _waiting(answers: Answers, request: Request, _words: str) -> Message:
    return wording.waiting(answers.waiting(request.address), now=answers.now())


def _settings(answers: Answers, request: Request, _words: str) -> Message:
    return wording.settings(answers.settling.settings(request.address))


def _timezone(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which time zone?", "/timezone Berlin", "/timezone America/New_York")
    return wording.zone(answers.settling.zone(request.address, words))


def _quiet(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which hours shall be quiet?", "/quiet 22:00-07:00", "/quiet off")
    return wording.quiet(answers.settling.quiet(request.address, words))


def _budget(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("How many messages a day?", "/budget 20", "/budget off")
    return wording.budget(answers.settling.budget(request.address, words))


_READING: Final = ("", "now", "all")  # what /digest shows; other words settle when it comes


def _digest(answers: Answers, request: Request, words: str) -> Message:
    if words.lower() in _READING:
        whole = words.lower() == "all"
        answer = (answers.settling.last_digest if whole else answers.settling.digest)(request.address)
        return wording.digest_of(answer.digest, answer.alerts, whole=whole)
    if not (request.may_manage or _is_owner(answers, request)):
        return wording.only_admins("/digest weekly monday 9")
    return wording.digest_settled(answers.settling.digest_when(request.address, words))


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


def _missed(answers: Answers, request: Request, _words: str) -> Message:
    return wording.missed(answers.settling.missed(request.address))


def _watch(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which paper or repository?", "/watch 1706.03762", "/watch github.com/owner/name")
    most = _most(answers, request)
    return wording.subscribed(answers.watch(request.address, words, title=request.chat_title, most=most))


def _wrong(answers: Answers, request: Request, words: str) -> Message:
    return _correct(answers, request, words, Says.WRONG, "/wrong 1810.04805 owner/name")


def _official(answers: Answers, request: Request, words: str) -> Message:
    return _correct(answers, request, words, Says.OFFICIAL, "/official 1810.04805 google-research/bert")


def _link(answers: Answers, request: Request, words: str) -> Message:
    return _correct(answers, request, words, Says.COMMUNITY, "/link 1810.04805 codertimo/BERT-pytorch")


def _correct(answers: Answers, request: Request, words: str, says: Says, example: str) -> Message:
    if not words:
        return wording.usage("Which paper, and which repository?", example)
    return wording.corrected(answers.correct(request.address, words, says, owner=_is_owner(answers, request)))


def _status(answers: Answers, _request: Request, _words: str) -> Message:
    return wording.status(answers.status())


COMMANDS: Final = (
    Command("start", "/start", "what I am, and three things to try", _start),
    Command("help", "/help", "all that I can do, by topics", _help),
    Command(
        "code", "/code PAPER", "the code of a paper: by id, address, title or name; of a repository: its papers", _code
    ),
    Command("paper", "/paper PAPER", "a paper: authors, abstract, code", _paper),
    Command(
        "subscribe",
        "/subscribe WORDS",
        "hear when a matching paper has code; or follow a feed's address",
        _subscribe,
        manages=True,
    ),
    Command("unsubscribe", "/unsubscribe NUMBER", "end a subscription (or all)", _unsubscribe, manages=True),
    Command("subscriptions", "/subscriptions", "what this chat is subscribed to", _subscriptions),
    Command("waiting", "/waiting", "the papers whose code this chat waits for", _waiting),
    Command("watch", "/watch PAPER", "wait for one paper's code, or for a repository's papers", _watch, manages=True),
    Command("digest", "/digest", "the week so far; weekly monday 9, daily 18 or off settle it", _digest),
    Command("settings", "/settings", "this chat's time zone, digest, quiet hours, budget and mutes", _settings),
    Command("timezone", "/timezone CITY", "the clock that digests and quiet hours follow", _timezone, manages=True),
    Command("quiet", "/quiet 22:00-07:00", "hours in which alerts wait (or off)", _quiet, manages=True),
    Command("budget", "/budget 20", "messages a day; the rest comes in the digest (or off)", _budget, manages=True),
    Command(
        "rhythm",
        "/rhythm NUMBER daily",
        "a subscription hourly, daily, at once; or priority",
        _rhythm,
        manages=True,
    ),
    Command(
        "mute",
        "/mute WORDS 7 days",
        "hear nothing of what these words match, for a while",
        _mute,
        manages=True,
    ),
    Command("unmute", "/unmute NUMBER", "hear it again", _unmute, manages=True),
    Command(
        "pause",
        "/pause 3 days",
        "silence, for a while or until /resume; nothing is lost",
        _pause,
        manages=True,
    ),
    Command("resume", "/resume", "speak again", _resume, manages=True),
    Command("missed", "/missed", "what had no message of its own, and why", _missed),
    Command("wrong", "/wrong PAPER REPOSITORY", "say that this isn't the paper's code", _wrong, manages=True),
    Command(
        "official", "/official PAPER REPOSITORY", "say that this is the authors' own code", _official, manages=True
    ),
    Command("link", "/link PAPER REPOSITORY", "add the code that somebody else wrote for a paper", _link, manages=True),
    Command("claim", "/claim CODE", "become the owner, by the code printed at the start (or off)", _claim),
    Command("status", "/status", "the sources, the queue, and what failed", _status),
)
# What /help tells apart, so that its first answer fits a screen.
_TOPICS: Final = {
    "times": ("timezone", "quiet", "budget", "rhythm", "mute", "unmute", "pause", "resume", "missed"),
    "links": ("wrong", "official", "link", "claim"),
}
_BY_NAME: Final = {command.name: command for command in COMMANDS}
_SHORT: Final = {"sub": "subscribe", "unsub": "unsubscribe", "subs": "subscriptions"}
LONGEST: Final = 4000


def _named(name: str) -> Command | None:
    return _BY_NAME.get(_SHORT.get(name.lower(), name.lower()))


def manages(text: str) -> bool:
    """Whether these words would change something for all of a chat: in a group its admins alone may say them."""
    found = _COMMAND.fullmatch(text.strip())
    command = _named(found[1]) if found else None
    if command is None or found is None:
        return False
    return command.manages or (command.name == "digest" and (found[2] or "").strip().lower() not in _READING)


def respond(answers: Answers, request: Request) -> Message:
    """The answer to anything that was typed. Words without a command are a question for code."""
    if not _is_owner(answers, request) and (wait := answers.limits.wait(request.address, request.sender)):
        return wording.too_many(wait)
    text = request.text.strip()
    found = _COMMAND.fullmatch(text)
    if not text or text == "/":
        return _help(answers, request, "")
    name, words = (found[1].lower(), (found[2] or "").strip()) if found else _unslashed(answers, text)
    if text.startswith("/") and not found:
        return wording.unknown_command(text.split()[0], None)
    command = _named(name)
    if command is None:
        near = difflib.get_close_matches(name, _BY_NAME, n=1)
        return wording.unknown_command(f"/{name}", near[0] if near else None)
    if command.manages and not (request.may_manage or _is_owner(answers, request)):
        return wording.only_admins(command.usage)
    return _run(command, answers, request, words)


def _unslashed(answers: Answers, text: str) -> tuple[str, str]:
    """A command without its slash ("code bert"), unless a paper is called that ("Code Llama"); else a question."""
    first, _, rest = text.partition(" ")
    command = _named(first)
    if command and bool(rest) == (" " in command.usage) and not answers.names_a_paper(text):
        return command.name, rest.strip()
    return "code", text


def _run(command: Command, answers: Answers, request: Request, words: str) -> Message:
    if len(words) > LONGEST:
        return wording.too_long(len(words), LONGEST)
    try:
        return command.run(answers, request, words)
    except BadQuery as error:
        return wording.bad_query(words, error)
    except FetchError as error:
        return wording.not_reached(words, error)
    except StorageError as error:
        log.error("storage: %s", error)
        return wording.storage_trouble()
    except Exception:
        log.exception("/%s broke", command.name)
        return wording.broken()
