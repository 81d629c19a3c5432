"""The table of commands, and respond(request) -> Message. /help, the menus and the README come from the table."""

import difflib
import logging
import re
from dataclasses import replace
from typing import Final

from bot.answers import Answers, Claimed
from bot.domain.access import LetIn
from bot.domain.paper import parse_paper_id
from bot.errors import BadQuery, FetchError, PaperwireError, StorageError
from handlers import wording
from handlers.command import Command, admits, always, is_owner
from handlers.incoming import Request
from handlers.invitations import WORDLESS, words_of
from handlers.messages import NOTHING, Message
from handlers.topics import asking, keeping, links, moving, overview, owner, stars, subscribing, times, trends

log = logging.getLogger("paperwire.respond")

_COMMAND = re.compile(r"/([A-Za-z_]+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


def _start(answers: Answers, request: Request, words: str) -> Message:
    answers.meet(request.address, title=request.chat_title)
    if request.alone and (said := words_of(words)):
        return _by_link(answers, request, said)
    if words and (claimed := owner.claim(answers, request, words)) is not Claimed.NO:  # so say Telegram's links
        return wording.claimed(claimed)
    if request.address.platform != "telegram" or request.alone:
        return wording.welcome()
    added = words == WORDLESS  # so says whoever adds us, and is greeted for that
    return NOTHING if added else wording.hello()


def _by_link(answers: Answers, request: Request, said: str) -> Message:
    """What somebody's link says for whoever opens it: what only shows something is done, all else is offered."""
    found = _COMMAND.fullmatch(said.strip())
    command, words = (_named(found[1]), (found[2] or "").strip()) if found else (_named("code"), said.strip())
    if command is None:
        return wording.welcome()
    if command.shows(words):
        return _run(command, answers, request, words)
    if command.beforehand and words:
        try:
            return _BY_NAME[command.beforehand].run(answers, request, words)
        except PaperwireError:
            pass  # the command itself has more to say of that
    return wording.offered_by_link(f"/{command.name} {words}".strip(), pressed=command.topic not in _BY_HAND)


def _help(_answers: Answers, request: Request, words: str) -> Message:
    topic = words.lower()
    if topic == "query":
        return wording.help_query()
    of_topic = [(c.usage, c.summary) for c in COMMANDS if c.topic == topic]
    return (
        wording.help_topic(topic, of_topic)
        if topic and of_topic
        else wording.help_text(_first_shown(), pressed=request.address.platform != "console")
    )


def _first_shown() -> list[tuple[str, str]]:
    return [(c.usage, c.summary) for c in COMMANDS if not c.topic]


COMMANDS: Final = (
    Command("start", "/start", "what I am, and three things to try", _start, shows=always),
    Command("help", "/help", "all that I can do, by topics", _help, shows=always),
    *asking.COMMANDS,
    *subscribing.COMMANDS,
    *times.COMMANDS,
    *keeping.COMMANDS,
    *stars.COMMANDS,
    *trends.COMMANDS,
    *links.COMMANDS,
    *moving.COMMANDS,
    *owner.COMMANDS,
    *overview.COMMANDS,
)
_BY_NAME: Final = {command.name: command for command in COMMANDS}
_BY_HAND: Final = ("owner", "links")  # topics of what counts for all chats: a stranger's link offers no button for it
_SHOW_TIMES: Final = ("home", "settings")
_GREETINGS: Final = ("hi", "hello", "hey", "hi there", "hello there", "good morning")
_THANKS: Final = ("thanks", "thank you", "thx", "many thanks")
_QUESTIONS: Final = ("what", "where", "when", "who", "how", "is", "are", "the")  # no mistyped commands
_SHORT: Final = {"sub": "subscribe", "unsub": "unsubscribe", "subs": "subscriptions"}


def _named(name: str) -> Command | None:
    return _BY_NAME.get(_SHORT.get(name.lower(), name.lower()))


def _near(name: str) -> str | None:
    """The command that was meant by a mistyped name."""
    if name.lower() in _QUESTIONS:
        return None
    return next(iter(difflib.get_close_matches(name.lower(), _BY_NAME, n=1)), None)


def resembles_command(text: str) -> bool:
    """Whether these words begin with a command of ours, be it mistyped."""
    found = _COMMAND.fullmatch(text.strip())
    return found is not None and bool(_named(found[1]) or _near(found[1]))


def is_command(text: str) -> bool:
    """Whether these words begin with a command of ours."""
    found = _COMMAND.fullmatch(text.strip())
    return found is not None and _named(found[1]) is not None


def manages(text: str) -> bool:
    """Whether these words would change something for all of a chat: in a group its admins alone may say them."""
    found = _COMMAND.fullmatch(text.strip())
    command = _named(found[1]) if found else None
    return command is not None and found is not None and command.manages((found[2] or "").strip())


def is_for_all(text: str) -> bool:
    """Whether the answer to these words says the same to everybody: about papers and code, not about this chat."""
    found = _COMMAND.fullmatch(text.strip())
    command = _named(found[1] if found else "code")
    return command is not None and command.for_all


def may_mean_managing(text: str) -> bool:
    """As `manages`, of words that may be meant as a command though they have no slash."""
    return manages(text) or manages(f"/{text.strip()}")


def goes_by_clock(text: str) -> bool:
    """Whether the answer to these words goes by the chat's clock, or may settle something that does."""
    said = text.strip()
    found = _COMMAND.fullmatch(said) or _COMMAND.fullmatch(f"/{said}")
    command = _named(found[1]) if found else None
    return may_mean_managing(said) or (command is not None and command.name in _SHOW_TIMES)


def respond(answers: Answers, request: Request) -> Message:
    """The answer to anything that was typed. Words without a command are a question for code."""
    message = _answer(answers, request)
    return message if message == NOTHING or answers.settling.sounds(request.address) else replace(message, silent=True)


def _answer(answers: Answers, request: Request) -> Message:
    if not admits(answers, request):
        return _turned_away(answers, request)
    if not is_owner(answers, request) and (wait := answers.limits.wait(request.address, request.sender)):
        return _refused(wording.too_many(wait))
    text = request.text.strip()
    found = _COMMAND.fullmatch(text)
    if not text or text == "/":
        return _help(answers, request, "")
    if small_talk := _small_talk(answers, request):
        return small_talk
    name, words = (found[1].lower(), (found[2] or "").strip()) if found else _unslashed(answers, text)
    if text.startswith("/") and not found:
        return wording.unknown_command(text.split()[0], None)
    command = _named(name)
    if command is None:
        return wording.unknown_command(f"/{name}", _near(name), words)
    if command.manages(words) and not (request.may_manage or is_owner(answers, request)):
        return _refused(wording.only_admins(f"/{command.name}"))
    manages = command.manages(words)
    let_in = _let_in_by_owner(answers, request) if manages else None
    new_clock = request.may_manage and answers.settling.live_by(request.address, request.zone)
    said = _run(command, answers, request, words)
    if new_clock and said.refused:
        answers.settling.leave_clock(request.address, request.zone)
    elif new_clock and manages and words and answers.settling.settings(request.address).pace.zone == request.zone:
        said = wording.by_profile(said, request.zone)
    return wording.with_note(said, let_in) if let_in else said


def _small_talk(answers: Answers, request: Request) -> Message | None:
    """The answer to a greeting or thanks, unless a paper is called that; None for all else."""
    said = " ".join(request.text.lower().rstrip(" !.?").split())
    if said not in (*_GREETINGS, *_THANKS) or answers.names_a_paper(request.text):
        return None
    return wording.welcome() if said in _GREETINGS else wording.thanked()


def _turned_away(answers: Answers, request: Request) -> Message:
    """Whoever isn't let in hears why, once an hour, and may become the owner; nothing else is done for them."""
    name, _, code = request.text.strip().lstrip("/").partition(" ")
    if code and name.lower() in ("start", "claim") and not answers.limits.wait(request.address, request.sender):
        claimed = owner.claim(answers, request, code)
        if claimed is not Claimed.NO:
            return wording.claimed(claimed)
    if not answers.access.tells_why(request.address):
        return NOTHING
    return _refused(wording.not_let_in(request.address, "" if not request.alone else request.sender))


def _let_in_by_owner(answers: Answers, request: Request) -> LetIn | None:
    """The chat, where the owner settles something in one that isn't let in: else it would stay paused."""
    let_in = answers.access.lets_in(request.address, request.sender, alone=request.alone)
    return None if let_in or request.alone else answers.access.let_chat_in(request.address, request.chat_title)


def _unslashed(answers: Answers, text: str) -> tuple[str, str]:
    """A command without its slash ("code bert"), unless a paper is called that ("Code Llama"); else a question.

    One that wants words and has none asks for them ("subscribe").
    """
    first, *rest = text.split(maxsplit=1)
    command = _named(first)
    if command is None or (rest and " " not in command.usage) or answers.names_a_paper(text):
        return "code", text
    if command.everyday and not (rest and parse_paper_id(rest[0].split()[0])):
        return "code", text
    return command.name, "".join(rest)


def _refused(message: Message) -> Message:
    return replace(message, refused=True)


def _run(command: Command, answers: Answers, request: Request, words: str) -> Message:
    if len(words) > command.longest:
        return _refused(wording.too_long(len(words), command.longest))
    try:
        return command.run(answers, request, words)
    except BadQuery as error:
        return _refused(wording.bad_query(words, error))
    except FetchError as error:
        return _refused(wording.not_reached(words, error))
    except StorageError as error:
        log.error("storage: %s", error)
        return _refused(wording.storage_trouble())
    except Exception:
        log.exception("/%s broke", command.name)
        return _refused(wording.broken())
