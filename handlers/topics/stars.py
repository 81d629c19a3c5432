"""Stars: what takes off."""

from typing import Final

from bot.answers import Answers
from handlers import wording
from handlers.command import Command, always
from handlers.incoming import Request
from handlers.messages import Message


def _trending(answers: Answers, _request: Request, words: str) -> Message:
    return wording.trending(answers.starring.trending(words))


def _stars(answers: Answers, _request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Of which repository?", "/stars google-research/bert")
    return wording.stars(answers.starring.stars(words))


def _top(answers: Answers, _request: Request, words: str) -> Message:
    return wording.top(answers.starring.top(words))


COMMANDS: Final = (
    Command(
        "trending",
        "/trending",
        "what is on GitHub's trending pages, with papers; python, weekly, monthly or papers narrow it",
        _trending,
        topic="stars",
        shows=always,
        for_all=True,
    ),
    Command(
        "stars",
        "/stars REPOSITORY",
        "how its stars grow: curve, rank, surges, papers",
        _stars,
        topic="stars",
        shows=always,
        for_all=True,
    ),
    Command(
        "top",
        "/top",
        "most stars gained: official, community, month, cs.CV, pytorch narrow it",
        _top,
        topic="stars",
        shows=always,
        for_all=True,
    ),
)
