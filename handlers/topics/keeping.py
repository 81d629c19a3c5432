"""What a chat keeps.

In a group a vote is the group's. Anybody may save, and take it back: that only adds to a list that all share. Less of
a paper is for admins, as it changes what all hear, as muting does.
"""

from typing import Final

from bot.answers import Answers
from handlers import wording
from handlers.command import Command, always, page_number
from handlers.incoming import Request
from handlers.messages import Message

_OFF: Final = " off"


def _save(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which paper?", "/save 1706.03762", "/save mask r-cnn")
    return wording.saved_one(answers.keeping.save(request.address, words, title=request.chat_title))


def _unsave(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which paper?", "/unsave 1706.03762")
    return wording.unsaved(answers.keeping.unsave(request.address, words))


def _saved(answers: Answers, request: Request, words: str) -> Message:
    match words.lower():
        case "bibtex" | "bib":
            return wording.saved_bibtex(answers.keeping.export(request.address))
        case "list" | "markdown" | "md":
            return wording.saved_list(answers.keeping.export(request.address))
    page = page_number(words, "/saved", more="/saved bibtex, /saved list")
    return wording.saved(answers.keeping.saved(request.address, page))


def _less(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Less of which paper?", "/less 1706.03762", "/less 1706.03762 off")
    if words.lower().endswith(_OFF) and not answers.names_a_paper(words):
        return wording.less_no_more(answers.keeping.less_no_more(request.address, words[: -len(_OFF)]))
    return wording.less(answers.keeping.less(request.address, words))


def _more(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Like which paper?", "/more 1706.03762", "/more mask r-cnn")
    return wording.alike(answers.keeping.like(request.address, words))


def _cite(answers: Answers, _request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which paper?", "/cite 1706.03762", "/cite mask r-cnn")
    return wording.cited(answers.keeping.cite(words))


COMMANDS: Final = (
    Command("save", "/save PAPER", "keep a paper in this chat's list", _save, topic="keeping", everyday=True),
    Command("unsave", "/unsave PAPER", "take it from the list", _unsave, topic="keeping"),
    Command(
        "saved", "/saved", "what is saved; bibtex or list give it as a file", _saved, topic="keeping", shows=always
    ),
    Command("cite", "/cite PAPER", "a paper as BibTeX", _cite, topic="keeping", shows=always),
    Command("more", "/more PAPER", "papers like this one", _more, topic="keeping", everyday=True, shows=always),
    Command("less", "/less PAPER", "less like this in the digest (or off)", _less, bool, "keeping", everyday=True),
)
