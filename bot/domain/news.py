"""News: what happened, who is told, and what is sent."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.chat import Chat
from bot.domain.code import CodeEvent, CodeState
from bot.domain.evening import Evening
from bot.domain.feed import Entry
from bot.domain.link import CodeLink
from bot.domain.pace import Rhythm
from bot.domain.paper import Paper
from bot.domain.report import Report
from bot.domain.stars import Happening
from bot.domain.trends import Share
from bot.domain.vote import Vote


class NewsKind(StrEnum):
    CODE = "code"  # a paper has released code
    PAPER = "paper"  # a new paper without code
    ENTRY = "entry"  # a feed's new entry
    FEED = "feed"  # a feed that somebody follows has stopped
    STATE = "state"  # a paper's code has changed its state, short of being released
    REPORT = "report"  # a reader says that a link is wrong; for the owner
    SURGE = "surge"  # a repository gains more stars than usual
    MILESTONE = "milestone"  # a repository has passed a round number of stars
    RELEASE = "release"  # a repository has a new release
    ROUTE = "route"  # another chat, where a subscription speaks, can't be reached


HAPPENINGS = frozenset({NewsKind.SURGE, NewsKind.MILESTONE, NewsKind.RELEASE})


class DeliveryState(StrEnum):
    """due → sent; due → due (later) on a passing fault; due → dead after the last try."""

    DUE = "due"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened: its kind, its subject's key (paper, entry, feed, code event, report, chat, happening),
    and when the world could know it; `state` is what a code event has led to.
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
    rhythm: Rhythm = Rhythm.AT_ONCE
    priority: bool = False


@dataclass(frozen=True, slots=True)
class FieldCount:
    """A category's new papers with code in a period, and in the one before."""

    category: str
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Gainer:
    """A repository that was on the trending pages in the period, and a paper whose code it is."""

    slug: str
    gained: int
    official: bool
    paper: str  # its title
    paper_id: str


@dataclass(frozen=True, slots=True)
class Beside:
    """A share of a week's papers beside that of the weeks before; `differs`: 1 more, -1 less than chance would do."""

    name: str
    now: Share
    before: Share
    differs: int


@dataclass(frozen=True, slots=True)
class WeekShare:
    """The papers of a week (0: this one, 1: the one before …) and how many had code by its end."""

    ago: int
    share: Share


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """What all digests of a period share: papers announced and how many have code, now and in the period before; the
    fields with the most code; repositories that took off. Of a week with enough papers, after others, also how `code`
    stands beside the usual, the topic that rises most (`riser`), and the weeks, the oldest first.
    """

    papers: int = 0
    with_code: int = 0
    papers_before: int = 0
    with_code_before: int = 0
    fields: tuple[FieldCount, ...] = ()
    gainers: tuple[Gainer, ...] = ()
    code: Beside | None = None
    riser: Beside | None = None
    weeks: tuple[WeekShare, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """A chat's digest: its local date and its period; its items are the delivery's alerts, the best first.

    `evenings` are those whose announcements by arXiv fall into the period.
    """

    key: int
    day: date
    since: datetime
    until: datetime
    facts: DigestFacts
    evenings: tuple[Evening, ...] = ()


class Held(StrEnum):
    """Why an alert has no message of its own."""

    RHYTHM = "rhythm"  # its subscriptions speak in the digest
    BUDGET = "budget"  # the chat has had its messages of the day
    MUTED = "muted"
    SILENCE = "silence"  # the chat asked for silence


@dataclass(frozen=True, slots=True)
class Planned:
    """A Tell with its time; `held` where it gets no message of its own, and why.

    `not_before` is the end of quiet hours, or an hour; `together`: it joins the one message of that time, or of now.
    """

    tell: Tell
    not_before: datetime | None = None
    held: Held | None = None
    together: bool = False

    @property
    def due_at(self) -> datetime:
        return max(self.tell.due_at, self.not_before) if self.not_before else self.tell.due_at


@dataclass(frozen=True, slots=True)
class Alert:
    """A piece of news for one chat, as shown; `why` is the words of the subscriptions that matched.

    Of a feed that has stopped, `feed_gone` says that it won't come back. `number` is the chat's subscription that
    follows it, or speaks in the chat that is lost; 0 for none.
    """

    key: int
    kind: NewsKind
    at: datetime
    why: tuple[str, ...]
    paper: Paper | None = None
    links: tuple[CodeLink, ...] = ()
    entry: Entry | None = None
    feed_name: str = ""
    feed_error: str = ""
    feed_gone: bool = False
    number: int = 0
    event: CodeEvent | None = None
    report: Report | None = None
    lost: Chat | None = None
    happening: Happening | None = None
    held: Held | None = None
    vote: Vote | None = None  # the chat's, where it is ranked for a digest

    @property
    def late(self) -> bool:
        """Whether this is code that came after the paper's first day."""
        seen = self.paper.seen_at if self.paper else None
        return seen is not None and self.at - seen > timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Begun:
    """Of a delivery in several messages so many `parts` are there, and others to come; `message` names the first."""

    message: str
    parts: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is sent to a chat: one alert, several folded into one message (of older news, or of an hour), or a digest.

    `attempts` counts the failed ones before. `reply_to` is the platform's name for an earlier message about the same
    paper, `message` that of this one once it was sent; "" for none. `parts`: as of Begun.
    """

    key: int
    chat: Chat
    alerts: tuple[Alert, ...]
    folded: bool
    attempts: int
    due_at: datetime
    together: bool = False
    digest: Digest | None = None
    reply_to: str = ""
    message: str = ""
    parts: int = 0

    @property
    def rings(self) -> bool:
        """Whether it may make a sound: what is news now does; a digest, and older news in one message, don't."""
        return self.chat.sound and self.digest is None and (self.together or not self.folded)
