"""The answers, as values. What they say in words is the handlers' business."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.chat import Chat, Subscription
from bot.domain.evening import Evening
from bot.domain.feed import Entry, Feed, Source
from bot.domain.link import CodeLink, Linked
from bot.domain.news import Alert, Digest
from bot.domain.pace import Pace
from bot.domain.paper import Paper
from bot.domain.report import Says
from bot.domain.repository import Repository, RepositoryAddress
from storage.outbox import DeadLetter, Waiting
from storage.paces import Mute


@dataclass(frozen=True, slots=True)
class Choice:
    """A paper that may have been meant, with what is known of its code in one link."""

    paper: Paper
    best: CodeLink | None


@dataclass(frozen=True, slots=True)
class FoundPaper:
    """The paper that was asked for, its links, others that may be meant, and which sources didn't answer just now.

    `since` is when its code came to its present state; `similar` are papers with code, where this one has none;
    `linked` is what Hugging Face has of it; `hidden` is how many links this chat has called wrong, `disputed` those
    over whose class the sources disagree.
    """

    paper: Paper
    links: tuple[CodeLink, ...]
    also: tuple[Choice, ...] = ()
    trouble: tuple[str, ...] = ()
    since: datetime | None = None
    promise: str = ""
    similar: tuple[Choice, ...] = ()
    hidden: int = 0
    has_code: bool = True
    disputed: tuple[int, ...] = ()
    linked: Linked | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """Several papers may have been meant; `trouble` says which live sources couldn't be asked, and why."""

    asked: str
    choices: tuple[Choice, ...]
    trouble: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundRepository:
    """A repository, the papers whose code it holds, its last time on a trending page (page, day, rank, gained)."""

    repository: Repository
    papers: tuple[Choice, ...]
    sighting: tuple[str, date, int, int | None] | None = None


@dataclass(frozen=True, slots=True)
class NotFound:
    """Nothing fits; `trouble` says which live sources couldn't be asked, and why."""

    asked: str
    trouble: tuple[str, ...] = ()
    address: RepositoryAddress | None = None


@dataclass(frozen=True, slots=True)
class FoundAuthor:
    """The latest papers with code by authors of this name."""

    asked: str
    papers: tuple[Choice, ...]


PaperAnswer = FoundPaper | Choices | FoundRepository | FoundAuthor | NotFound


@dataclass(frozen=True, slots=True)
class Awaited:
    """A paper that a chat waits for, by the number of its subscription; None where it isn't known yet."""

    number: int
    words: str
    paper: Paper | None


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a reader said of a link: kept for all (the owner's word), or hidden in this chat and reported."""

    paper: Paper
    link: CodeLink
    says: Says
    for_all: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """What a chat has settled: its pace, what time it is there, when its next digest is there, and what it muted.

    `platform` is where it is.
    """

    pace: Pace
    now: datetime
    next_digest: datetime | None
    mutes: tuple[Mute, ...]
    platform: str = "console"


@dataclass(frozen=True, slots=True)
class Settled:
    """A subscription after a change."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class DigestAnswer:
    """What the next digest would hold if it came now, the best first."""

    digest: Digest
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """What had no message of its own in the last week, each with its reason; and messages that failed, with why."""

    held: tuple[Alert, ...]
    failed: tuple[DeadLetter, ...]


@dataclass(frozen=True, slots=True)
class Uncorrectable:
    """The words name no known paper, no repository, or no link between the two."""

    reason: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The latest papers that a subscription finds, and how many messages it would have made in so many days; 0 days
    where nothing was watched yet.
    """

    lately: tuple[Choice, ...] = ()
    messages: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription was made, or was there before; `feed` when it follows one of `others` + 1 that the page names.

    `entries` are the feed's newest that it wants, of the `looked_at` that are known; `resumed`: the feed had stopped.
    """

    subscription: Subscription
    new: bool
    feed: Feed | None = None
    others: int = 0
    preview: Preview | None = None
    entries: tuple[Entry, ...] = ()
    looked_at: int = 0
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Retried:
    """A followed feed was asked once more; `trouble` is what came instead of it, `was_well` if nothing was wrong."""

    subscription: Subscription
    feed: Feed
    trouble: str = ""
    was_well: bool = False


@dataclass(frozen=True, slots=True)
class Paused:
    """What mutes all that a subscription matches: by its number in /settings, until then (None: for good)."""

    number: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ShownSubscription:
    """A subscription, the feed that it follows, and the chat where it speaks if not in its own."""

    subscription: Subscription
    feed: Feed | None = None
    speaks_in: Chat | None = None
    paused: Paused | None = None


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """A chat's subscriptions, and those of other chats that speak in it."""

    mine: tuple[ShownSubscription, ...]
    routed_here: tuple[ShownSubscription, ...]


@dataclass(frozen=True, slots=True)
class FullUp:
    """The chat has as many subscriptions as it may."""

    most: int


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How one source is doing: its feeds, the last success and next look of any, and the feeds that fail."""

    source: Source
    feeds: int
    succeeded_at: datetime | None
    next_check_at: datetime | None
    failing: tuple[Feed, ...]
    stopped: tuple[Feed, ...]
    warned: tuple[Feed, ...]


@dataclass(frozen=True, slots=True)
class Announcing:
    """arXiv's calendar: the evening that today's feeds tell of, and the coming one with an announcement.

    Its hour, and when its feeds have it, by the clock of `zone`. `before` are the holidays until then; `late`: today's
    feeds don't have yet what they should.
    """

    today: Evening
    coming: Evening
    at: datetime
    in_feeds_at: datetime
    zone: str = "UTC"
    before: tuple[str, ...] = ()
    late: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """The whole wire at a glance. `troubles` are the channels', one clear line each."""

    now: datetime
    papers: int
    links: int
    subscriptions: int
    sources: tuple[SourceStatus, ...]
    waiting: tuple[Waiting, ...]
    dead: tuple[DeadLetter, ...]
    paused: tuple[Chat, ...]
    troubles: tuple[str, ...]
    announcing: Announcing
