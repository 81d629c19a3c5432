"""News: what happened, who is told, and what is sent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.chat import Chat
from bot.domain.code import CodeEvent, CodeState
from bot.domain.feed import Entry
from bot.domain.link import CodeLink
from bot.domain.paper import Paper
from bot.domain.report import Report


class NewsKind(StrEnum):
    CODE = "code"  # a paper has released code
    PAPER = "paper"  # a new paper without code
    ENTRY = "entry"  # a feed's new entry
    FEED = "feed"  # a feed that somebody follows has stopped
    STATE = "state"  # a paper's code has changed its state, short of being released
    REPORT = "report"  # a reader says that a link is wrong; for the owner


class DeliveryState(StrEnum):
    """due → sent; due → due (later) on a passing fault; due → dead after the last try."""

    DUE = "due"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened: its kind, its subject's key (paper, entry, feed, code event or report), and when the
    world could know it; `state` is what a code event has led to.
    """

    kind: NewsKind
    subject: int
    at: datetime
    state: CodeState | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """As decided: this chat is told this news, because of these subscriptions' words.

    Old news is `folded` into one message.
    """

    chat: int
    news: News
    why: tuple[str, ...]
    due_at: datetime
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """A piece of news for one chat, as shown; `why` is the words of the subscriptions that matched."""

    key: int
    kind: NewsKind
    at: datetime
    why: tuple[str, ...]
    paper: Paper | None = None
    links: tuple[CodeLink, ...] = ()
    entry: Entry | None = None
    feed_name: str = ""
    feed_error: str = ""
    event: CodeEvent | None = None
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is sent to a chat: one alert, or several folded into one message.

    `attempts` counts the failed ones before.
    """

    key: int
    chat: Chat
    alerts: tuple[Alert, ...]
    folded: bool
    attempts: int
    due_at: datetime
