"""Trends: the field from above, and the review of a period."""

from collections.abc import Callable
from typing import Final

from bot.answers import Answers
from bot.errors import BadQuery
from handlers.command import Command, always
from handlers.incoming import Request
from handlers.messages import File, Message
from handlers.review.page import page
from handlers.wording import review as review_wording
from handlers.wording import trends as wording

_KINDS: Final[dict[str, Callable[[Answers, str], Message]]] = {
    "code": lambda answers, words: wording.code(answers.trends.code(words)),
    "papers": lambda answers, words: wording.papers(answers.trends.papers(words)),
    "frameworks": lambda answers, words: wording.frameworks(answers.trends.frameworks(words)),
    "fields": lambda answers, words: wording.fields(answers.trends.fields(words)),
    "popular": lambda answers, words: wording.popular(answers.trends.popular(words)),
    "time": lambda answers, words: wording.time(answers.trends.time(words)),
    "community": lambda answers, words: wording.community(answers.trends.community(words)),
}
_MEANT: Final = {"implementers": "community", "coverage": "code", "growth": "papers", "stars": "popular"}


def _trends(answers: Answers, _request: Request, words: str) -> Message:
    if not words:
        return wording.trends()
    said, _, rest = words.partition(" ")
    kind = _MEANT.get(said.lower(), said.lower())
    if kind not in _KINDS:
        raise BadQuery("Trends of what?", hint=f"There are: {', '.join(_KINDS)}.")
    return _KINDS[kind](answers, rest)


def _review(answers: Answers, request: Request, words: str) -> Message:
    review = answers.trends.review(words)
    printed = request.address.platform == "console"  # because: a terminal prints what elsewhere comes as a file
    file = None if printed else File(f"review-{review.asked.period.name}.html", page(review))
    return review_wording.summary(review, file)


COMMANDS: Final = (
    Command(
        "trends",
        "/trends",
        "the field from above: code, papers, frameworks, fields, popular, time, community; of cs.CV, or 2025-Q4",
        _trends,
        topic="trends",
        shows=always,
        for_all=True,
    ),
    Command("review", "/review PERIOD", "a review of 2018-H2, 2025-Q4, 2026-02, last month …", _review, topic="trends"),
)
