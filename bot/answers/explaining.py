"""Why a message came, and why none came: nothing unexplained."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.answers.finding import Finding
from bot.answers.values import PaperAnswer
from bot.domain.chat import Address, Chat, Subscription
from bot.domain.news import Alert, NewsKind
from bot.domain.pace import Pace
from bot.domain.paper import Paper
from bot.errors import BadQuery
from bot.rules import explain
from bot.rules.explain import Reason
from bot.rules.matching import Document, cached_parse, document
from bot.rules.ranking import Liking, rank
from storage import Storage
from storage.history import Told

_WEEK: Final = timedelta(days=7)
_SHOWN: Final = 40  # alerts of one message


class Silence(StrEnum):
    """Why a subscription didn't tell of a paper."""

    NO_MATCH = "no match"
    NO_CODE = "no code"  # it matches, and waits for the paper's code
    BEFORE = "before"  # it was news before the subscription was made
    NEVER_NEWS = "never news"  # somebody asked for it, or it is older than what is watched
    ELSEWHERE = "elsewhere"  # it speaks in another chat


@dataclass(frozen=True, slots=True)
class Matched:
    """A subscription's words, its number where it is still there, and which of its conditions the paper fulfils."""

    text: str
    number: int | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyTold:
    """Why an alert came: what matched, when it was announced and known, and how it was told; times in `pace.zone`.

    `likings` are what moves it in the digest, as the chat voted on other papers.
    """

    alert: Alert
    told: Told
    matched: tuple[Matched, ...]
    announced: datetime | None
    pace: Pace
    likings: tuple[Liking, ...] = ()


@dataclass(frozen=True, slots=True)
class Silent:
    """Why one subscription was silent; `lacking` is what of its words the paper doesn't fulfil."""

    subscription: Subscription
    why: Silence
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WhySilent:
    """Why nothing came of a paper: when it was news, and each subscription's reason, those that match first."""

    paper: Paper
    announced: datetime | None
    code_at: datetime | None
    silent: tuple[Silent, ...]
    pace: Pace


@dataclass(frozen=True, slots=True)
class WhyThese:
    """The alerts that one message held."""

    alerts: tuple[WhyTold, ...]
    more: int


Why = WhyTold | WhySilent | WhyThese | PaperAnswer


class Explaining:
    """Words that can't be understood raise BadQuery."""

    def __init__(self, storage: Storage, finding: Finding) -> None:
        self._storage = storage
        self._finding = finding

    def why(self, address: Address, text: str) -> Why:
        """Of nothing: the last message; a number: that alert; m and a number: that message; else of a paper."""
        chat, asked = self._storage.chats.find(address), text.strip().lower().lstrip("#")
        if asked.isdecimal() or not asked or (asked[:1] == "m" and asked[1:].isdecimal()):
            return self._of_message(chat, asked)
        found = self._finding.known(text)
        if not isinstance(found, Paper):
            return found
        keys = self._storage.history.about(chat.key, found.key) if chat else ()
        if chat and keys:
            return self._told(chat, self._storage.outbox.alerts(keys)[-1])
        return self._silent(chat, found)

    def alert(self, address: Address, key: int) -> Alert:
        """A piece of news that this chat has had, as it would be told now. Raises BadQuery where it hasn't."""
        chat = self._storage.chats.find(address)
        keys = self._storage.history.of_chat(chat.key, alert=key) if chat else ()
        if not keys:
            raise _unknown_message()
        return self._storage.outbox.alerts(keys)[0]

    def _of_message(self, chat: Chat | None, asked: str) -> Why:
        history = self._storage.history
        keys: Sequence[int] = ()
        if chat and asked.isdecimal():
            keys = history.of_chat(chat.key, alert=int(asked[:18]))
        elif chat:
            message = int(asked[1:19]) if asked else history.last(chat.key)
            keys = history.of_chat(chat.key, delivery=message) if message else ()
        if not chat or not keys:
            raise _unknown_message()
        told = tuple(self._told(chat, alert) for alert in self._storage.outbox.alerts(keys[:_SHOWN]))
        return told[0] if len(told) == 1 else WhyThese(told, len(keys) - len(told))

    def _told(self, chat: Chat, alert: Alert) -> WhyTold:
        paper = document(alert.paper, alert.links) if alert.paper else None
        announced = self._storage.papers.milestones(alert.paper.key)[0] if alert.paper else None
        numbers = {one.text: one.number for one in self._storage.subscriptions.of_chat(chat.key)}
        matched = tuple(_matched(text, numbers.get(text), paper) for text in alert.why if text)
        told, pace = self._storage.history.told(alert.key), self._storage.paces.get(chat.key)
        (ranked,) = rank([alert], until=alert.at, period=_WEEK, votes=self._storage.votes.all(chat.key))
        return WhyTold(ranked.alert, told, matched, announced, pace, ranked.likings)

    def _silent(self, chat: Chat | None, paper: Paper) -> WhySilent:
        announced, code_at = self._storage.papers.milestones(paper.key)
        seen = document(paper, self._storage.links.of_paper(paper.key))
        mine = self._storage.subscriptions.of_chat(chat.key) if chat else ()
        silent = [self._silence(one, seen, announced, code_at) for one in mine if one.feed is None]
        silent.sort(key=lambda one: (len(one.lacking), one.subscription.number))
        pace = self._storage.paces.get(chat.key) if chat else Pace()
        return WhySilent(paper, announced, code_at, tuple(silent), pace)

    def _silence(
        self, one: Subscription, paper: Document, announced: datetime | None, code_at: datetime | None
    ) -> Silent:
        query = cached_parse(one.text)
        lacking = explain.lacking(query, paper) if query else (one.text,)
        if query is None or lacking:
            return Silent(one, Silence.NO_MATCH, lacking)
        if one.route:
            return Silent(one, Silence.ELSEWHERE)
        was_news = announced if NewsKind.PAPER in query.kinds and not code_at else code_at
        if was_news is None:
            return Silent(one, Silence.NEVER_NEWS if paper.has_code else Silence.NO_CODE)
        return Silent(one, Silence.BEFORE if was_news <= one.created_at else Silence.NEVER_NEWS)


def _unknown_message() -> BadQuery:
    return BadQuery(
        "I know no such message in this chat.", hint="Say /why alone for the last one, or /why and a paper."
    )


def _matched(text: str, number: int | None, paper: Document | None) -> Matched:
    query = cached_parse(text) if paper else None
    return Matched(text, number, explain.reasons(query, paper) if query and paper else ())
