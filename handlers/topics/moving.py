"""Taking along what a chat has."""

from typing import Final

from bot.answers import Answers
from bot.domain.moving import FILE_LIMIT
from handlers import wording
from handlers.command import Command, always, maker, most_subscriptions
from handlers.incoming import Request
from handlers.messages import Message


def _export(answers: Answers, request: Request, words: str) -> Message:
    match words.lower():
        case "" | "all" | "json":
            return wording.exported(answers.moving.pack(request.address))
        case "opml" | "feeds":
            title = wording.feeds_of(request.chat_title)
            return wording.exported_feeds(answers.moving.pack_feeds(request.address, title=title))
        case _:
            return wording.usage("Everything, or the feeds alone?", "/export", "/export opml")


def _import(answers: Answers, request: Request, words: str) -> Message:
    if request.file_trouble:
        return wording.file_trouble(request.file_trouble)
    if request.file is None and not words:
        return wording.import_what()
    text, most = words if request.file is None else request.file, most_subscriptions(answers, request)
    asked = {"title": request.chat_title, "maker": maker(request)}
    return wording.taken(answers.moving.take(request.address, text, most=most, **asked))


COMMANDS: Final = (
    Command("export", "/export", "all that this chat has, as a file; or opml: its feeds", _export, topic="moving"),
    Command(
        "import",
        "/import LIST",
        "take such a file in, or OPML, or a list of repositories, papers, feeds",
        _import,
        always,
        "moving",
        FILE_LIMIT,
    ),
)
