"""All that a chat may ask for, one method each: the only door from the handlers into the bot.

finding     the paper or repository that somebody means, from what was typed
correcting  what readers say of links
moving      what a chat takes along: `answers.moving`; taking: how it is taken in
announcing  what arXiv has announced and will
posting     links that people post: `answers.posting`
preview     what a new subscription would have told
owning      who owns the bot: `answers.owning`
marking     what a platform has been told of us: `answers.marks`
arriving    what comes in from a platform: `answers.inbox`
access      who is answered at all: `answers.access`
coming      where the bot is let in, and shown out: `answers.coming`
explaining  why a message came, or none did: `answers.explaining`
limits      how much one person may ask: `answers.limits`
reporting   how all is
routing     subscriptions that speak in another chat: `answers.routing`
following   feeds: which one is named, and trying one again: `answers.following`
settling    when and how a chat is told: `answers.settling`
keeping     what a chat saves, or wants less of: `answers.keeping`
suggesting  papers for words that are still being typed: `answers.suggesting`
visiting    other chats that somebody may look into: `answers.visiting`
starring    stars, trending pages, rankings: `answers.starring`
trends      the bird's-eye view, and the review of a period: `answers.trends`
values      the answers (trend_values: about trends); what they say in words is the handlers' business
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.answers.access import Access
from bot.answers.announcing import announcing
from bot.answers.arriving import Arriving
from bot.answers.coming import Coming
from bot.answers.correcting import correct
from bot.answers.explaining import Explaining, Matched, Silence, Silent, Why, WhySilent, WhyThese, WhyTold
from bot.answers.finding import Finding, Live
from bot.answers.following import Following
from bot.answers.keeping import Keeping
from bot.answers.limits import Limits
from bot.answers.marking import Marking
from bot.answers.moving import Moving
from bot.answers.owning import Claimed, Owning
from bot.answers.posting import Posting
from bot.answers.preview import preview
from bot.answers.reporting import status
from bot.answers.routing import BroughtBack, Offered, Routed, Routing
from bot.answers.settling import Settling
from bot.answers.starring import Starring, StarsAnswer, TopAnswer, TrendingAnswer
from bot.answers.suggesting import Suggested, Suggesting
from bot.answers.trends import Trends
from bot.answers.values import (
    Announcing,
    Awaited,
    Choice,
    Choices,
    Corrected,
    DigestAnswer,
    FoundAuthor,
    FoundPaper,
    FoundRepository,
    FullUp,
    Missed,
    NotFound,
    PaperAnswer,
    Paused,
    Preview,
    Retried,
    Settings,
    Settled,
    ShownSubscription,
    SourceStatus,
    Status,
    Subscribed,
    Subscriptions,
    Uncorrectable,
)
from bot.answers.visiting import Visiting
from bot.domain.chat import Address, Subscription, is_address
from bot.domain.feed import Feed, Source
from bot.domain.news import HAPPENINGS
from bot.domain.report import Says
from bot.domain.repository import parse_repository
from bot.errors import BadQuery
from bot.rules import matching, query
from bot.rules.linking import worth_telling
from bot.rules.sampling import HOURLY
from bot.rules.terms import Place, query_terms
from bot.rules.wishes import as_query
from storage import Storage

__all__ = [
    "Announcing",
    "Answers",
    "Awaited",
    "BroughtBack",
    "Choice",
    "Choices",
    "Claimed",
    "Corrected",
    "DigestAnswer",
    "FoundAuthor",
    "FoundPaper",
    "FoundRepository",
    "FullUp",
    "Live",
    "Matched",
    "Missed",
    "NotFound",
    "Offered",
    "PaperAnswer",
    "Preview",
    "Retried",
    "Routed",
    "Settings",
    "Settled",
    "ShownSubscription",
    "Silence",
    "Silent",
    "SourceStatus",
    "StarsAnswer",
    "Status",
    "Subscribed",
    "Subscriptions",
    "Suggested",
    "TopAnswer",
    "TrendingAnswer",
    "Uncorrectable",
    "Why",
    "WhySilent",
    "WhyThese",
    "WhyTold",
]

MOST_SUBSCRIPTIONS: Final = 100
MOST_ALONE: Final = 20  # of a chat with one person


class Answers:
    """`clock` tells the time for everything that decides; `troubles` asks the channels how they are.

    `closed`: only those are answered whom the owner lets in.
    """

    def __init__(
        self,
        storage: Storage,
        live: Live,
        *,
        clock: Callable[[], datetime],
        troubles: Callable[[], tuple[str, ...]] = tuple,
        closed: bool = False,
    ) -> None:
        self._storage = storage
        self._live = live
        self._finding = Finding(storage, live, clock)
        self.settling = Settling(storage, clock)
        self.explaining = Explaining(storage, self._finding)
        self.routing = Routing(storage, self.settling, clock)
        self.moving = Moving(storage, live, self.settling, clock, look_for=self._look_for)
        self.following = Following(storage, live.feeds, clock)
        self.keeping = Keeping(storage, self._finding, clock)
        self.owning = Owning(storage, clock)
        self.access = Access(storage, self.owning, clock, closed=closed)
        self.coming = Coming(storage, self.settling, self.owning, clock)
        self.visiting = Visiting(storage)
        self.starring = Starring(storage, clock)
        self.trends = Trends(storage, clock)
        self.suggesting = Suggesting(storage, self._finding)
        self.limits = Limits(clock)
        self.posting = Posting(storage, self._finding, self.limits, clock)
        self._clock = clock
        self._troubles = troubles

    def now(self) -> datetime:
        """The time that decides."""
        return self._clock()

    def inbox(self, platform: str) -> Arriving:
        """Where what comes from a platform is kept until it has been answered."""
        return Arriving(self._storage, platform, self._clock)

    def marks(self, platform: str) -> Marking:
        """What a platform has been told of us already."""
        return Marking(self._storage, platform)

    # Papers and code ------------------------------------------------------------------------------------------------

    def code(self, text: str, *, chat: Address | None = None) -> PaperAnswer:
        """Which code belongs to what was asked for: an id, an address, a repository, an author, or words of a title.

        Links that this chat has called wrong are left out.
        """
        return self._without_hidden(self._finding.code(text), chat)

    def paper(self, text: str, *, chat: Address | None = None) -> PaperAnswer:
        """As `code`; and where a paper's abstract isn't known, the live sources are asked for it."""
        return self._without_hidden(self._finding.paper(text), chat)

    def _without_hidden(self, answer: PaperAnswer, address: Address | None) -> PaperAnswer:
        chat = self._storage.chats.find(address) if address else None
        if chat is None or not isinstance(answer, FoundPaper):
            return answer
        hidden = self._storage.chats.hidden(chat.key, [link.key for link in answer.links])
        shown = tuple(link for link in answer.links if link.key not in hidden)
        return replace(answer, links=shown, hidden=len(hidden))

    def correct(self, address: Address, text: str, says: Says, *, owner: bool) -> Corrected | Uncorrectable:
        """What a reader says of a link; the words name a paper, then a repository."""
        reaches = None if owner else self.owning.chat()
        return correct(self._storage, self._finding, address, text, says, owner=reaches, now=self._clock())

    def posted(self, address: Address, links: Sequence[str]) -> tuple[PaperAnswer, ...]:
        """What is known of links that somebody posted in a chat: nothing of those that lead nowhere, or were lately."""
        return tuple(self._without_hidden(answer, address) for answer in self.posting.answers(address, links))

    def names_a_paper(self, text: str) -> bool:
        """Whether this is exactly what a known paper is called."""
        return self._finding.names_a_paper(text)

    # Subscriptions --------------------------------------------------------------------------------------------------

    def subscribe(
        self,
        address: Address,
        text: str,
        *,
        title: str = "",
        most: int = MOST_SUBSCRIPTIONS,
        maker: str = "",
        instead: str = "",
    ) -> Subscribed | FullUp:
        """Subscribe a chat to a query, a paper, a repository or a feed; FullUp where it has `most` already.

        `maker` is the platform's id of who does, "" where nobody else reads the chat. `instead` is the number of a
        subscription that gets these words, from now on, and keeps all else.

        Raises BadQuery, or FetchError for an address without a feed.
        """
        text = as_query(" ".join(text.split()))
        parsed = None if is_address(text) else query.parse(text)
        named = self.following.named(address, text, parsed)
        now = self._clock()
        with self._storage.write():
            chat = self._storage.chats.meet(address, now, title=title)
            mine = self._storage.subscriptions.of_chat(chat.key)
            before = self.settling.numbered(chat, instead) if instead else None
            feed, resumed = self.following.want(named) if named else (None, False)
            text = feed.url if feed and named and named.query is None else text
            if same := next((s for s in mine if _is_same(s, text, feed)), None):
                return Subscribed(same, False, feed, resumed=resumed)
            if before is None and len(mine) >= most:
                return FullUp(most)
            terms = self._terms(parsed) if parsed and not feed else ()
            self._look_for(parsed, now)
            of_feed = feed.key if feed else None
            if before:
                made = self._storage.subscriptions.rewrite(before, text, terms, now, feed=of_feed)
            else:
                made = self._storage.subscriptions.add(chat.key, text, terms, now, feed=of_feed, maker=maker)
            self.settling.plan_digest(chat.key)
        if named and feed:
            return self.following.made(made, named, feed)
        previewed = preview(self._storage, self._finding, parsed, now) if parsed else None
        return Subscribed(made, True, preview=previewed)

    def watch(
        self, address: Address, text: str, *, title: str = "", most: int = MOST_SUBSCRIPTIONS, maker: str = ""
    ) -> Subscribed | FullUp:
        """Wait for one thing: a paper's code, or all news of a repository. Raises BadQuery for anything else."""
        text = " ".join(text.split())
        wanted = as_query(text)
        if wanted == text and " " not in text and (named := parse_repository(text)):
            wanted = f"repo:{named.slug}"
        if wanted == text and not text.lower().startswith(("id:", "repo:")):
            found = self._finding.code(text)
            if not isinstance(found, FoundPaper):
                raise BadQuery(
                    "I can't tell what to watch.", hint="Name a paper by its id, or a repository by its address."
                )
            wanted = f"id:{found.paper.name}"
        if wanted.lower().startswith("repo:") and " " not in wanted:
            wanted += " kind:all"
        return self.subscribe(address, wanted, title=title, most=most, maker=maker)

    def _terms(self, parsed: query.Query) -> tuple[Place, ...]:
        return query_terms(parsed, self._storage.papers.titles.rarity(parsed.words))

    def _look_for(self, parsed: query.Query | None, now: datetime) -> None:
        """Somebody waits for these papers: where their code isn't known, it is looked for, whatever their age."""
        self._count_stars_of(parsed, now)
        for wanted in parsed.papers if parsed else ():
            paper = self._storage.papers.find(wanted)
            if paper is None or paper.arxiv is None or paper.next_look_at:
                continue
            if not any(map(worth_telling, self._storage.links.of_paper(paper.key))):
                self._storage.papers.look_for_code(paper.key, now)

    def preview(self, text: str) -> Preview:
        """What a subscription to these words would have told, without making it. Raises BadQuery."""
        parsed = query.parse(as_query(" ".join(text.split())))
        if parsed.feed:
            raise BadQuery(
                "A feed shows its latest entries when you follow it.",
                place=parsed.feed.place,
                hint="Say /subscribe and the same; /unsubscribe ends it again.",
            )
        return preview(self._storage, self._finding, parsed, self._clock())

    def _count_stars_of(self, parsed: query.Query | None, now: datetime) -> None:
        """Somebody watches these repositories: their stars are counted from now on."""
        if parsed is None or parsed.kinds.isdisjoint(HAPPENINGS):
            return
        for name in parsed.repositories:
            address = parse_repository(name)
            if address and address.host == "github.com":
                met = self._storage.repositories.find(address) or self._storage.repositories.meet(address, now)
                self._storage.stars.watch(met.key, now, pace=HOURLY)
                self._storage.repositories.ask_for(met.key, now)

    def unsubscribe(self, address: Address, text: str) -> tuple[Subscription, ...]:
        """End the subscription with this number or these words ("all": every one); what was ended."""
        chat = self._storage.chats.find(address)
        mine = self._storage.subscriptions.of_chat(chat.key) if chat else ()
        wanted = " ".join(text.split()).lower().lstrip("#")
        ended = tuple(s for s in mine if wanted in ("all", str(s.number), s.text.lower()))
        with self._storage.write():
            for subscription in ended:
                self._storage.subscriptions.remove(subscription.key)
            for key in {subscription.speaks_in for subscription in ended}:
                self.settling.plan_digest(key)
        return ended

    def subscriptions(self, address: Address) -> Subscriptions:
        """What this chat is subscribed to, and what other chats' subscriptions speak here."""
        chat = self._storage.chats.find(address)
        if chat is None:
            return Subscriptions((), ())
        mine, routed = self._storage.subscriptions.of_chat(chat.key), self._storage.subscriptions.routed_to(chat.key)
        pauses = self.settling.pauses(chat.key)
        return Subscriptions(
            tuple(self._shown(one, pauses) for one in mine), tuple(self._shown(one, {}) for one in routed)
        )

    def _shown(self, one: Subscription, pauses: Mapping[str, Paused]) -> ShownSubscription:
        feed = self._storage.feeds.get(one.feed) if one.feed else None
        there = self._storage.chats.get(one.route) if one.route else None
        return ShownSubscription(one, feed, there, pauses.get(self.settling.words(one)) if there is None else None)

    def waiting(self, address: Address) -> tuple[Awaited, ...]:
        """The papers whose code a chat waits for."""
        chat = self._storage.chats.find(address)
        found = []
        for subscription in self._storage.subscriptions.of_chat(chat.key) if chat else ():
            parsed = None if subscription.feed else matching.cached_parse(subscription.text)
            for wanted in parsed.papers if parsed else ():
                paper = self._storage.papers.find(wanted)
                if paper is None or not paper.code_state.has_code:
                    found.append(Awaited(subscription.number, subscription.text, paper))
        return tuple(found)

    def meet(self, address: Address, *, title: str = "") -> None:
        """A chat has spoken: whatever waits for it may go again."""
        with self._storage.write():
            self._storage.chats.meet(address, self._clock(), title=title)

    # Status ---------------------------------------------------------------------------------------------------------

    def status(self, address: Address | None = None) -> Status:
        """How all is; times to come by the clock of this chat."""
        return status(self._storage, self._clock(), self._troubles(), self.announcing(address))

    def announcing(self, address: Address | None = None) -> Announcing:
        """What arXiv has announced and will, by the clock of this chat."""
        chat = self._storage.chats.find(address) if address else None
        zone = self._storage.paces.get(chat.key).zone if chat else "UTC"
        return announcing(self._clock(), zone, self._storage.feeds.all(Source.ARXIV))


def _is_same(mine: Subscription, text: str, feed: Feed | None) -> bool:
    """Whether a chat has this subscription already; a feed that is followed whole may have had another address."""
    both_whole = mine.is_whole and is_address(text)
    return mine.feed == (feed.key if feed else None) and (both_whole or mine.text.lower() == text.lower())
