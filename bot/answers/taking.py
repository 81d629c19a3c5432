"""Taking luggage in, in the caller's transaction.

What is there already stays as it is, so that taking the same in twice adds nothing. Subscriptions look forward, like
those from /subscribe, and feeds aren't asked before their turn: nothing floods, and ten thousand take no time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.domain.chat import Subscription
from bot.domain.feed import Source
from bot.domain.moving import HiddenLink, Luggage, MutedWords, SavedPaper, Unread, Wish
from bot.domain.text import clean
from bot.errors import BadQuery
from bot.rules import query, settling, unpacking
from bot.rules.matching import cached_parse
from bot.rules.query import Query
from bot.rules.terms import query_terms
from bot.rules.wishes import TEXT_LIMIT, web_address
from storage import Storage

MOST_MUTES: Final = 100  # of a chat: each is compared with all that comes
MOST_HIDDEN: Final = 1000  # of a file
MOST_MISREAD: Final = 200  # a file of which more can't be understood is of another kind
_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it. `known` was there already, `beyond` found no room beside `most` subscriptions.

    `added` are the new subscriptions, as people call them, of which `feeds` follow one. `no_room` counts mutes and
    hidden links, `unknown` papers and links that aren't known here; `trouble` is why arXiv couldn't be asked for them.
    """

    added: tuple[str, ...]
    feeds: int
    mutes: int
    saved: int
    hidden: int
    settings: bool
    known: int
    beyond: int
    most: int
    no_room: int
    unknown: int
    trouble: str
    unread: tuple[Unread, ...]


class Taking:
    """One chat, and one file."""

    def __init__(
        self,
        storage: Storage,
        chat: int,
        now: datetime,
        *,
        most: int,
        look_for: Callable[[Query, datetime], None],
        maker: str = "",
    ) -> None:
        self._storage = storage
        self._chat = chat
        self._now = now
        self._most = most
        self._look_for = look_for
        self._maker = maker
        self._unread: list[Unread] = []
        self._feeds = self._known = self._no_room = self._unknown = 0

    def take(self, luggage: Luggage, trouble: str) -> Taken:
        """All of it. Raises BadQuery where too much of it can't be understood."""
        for one in luggage.unread:
            self._misread(one)
        added, beyond = self._subscribe(luggage.wishes)
        mutes = self._mute(luggage.mutes)
        saved = sum(map(self._save, luggage.saved))
        hidden = sum(map(self._hide, luggage.hidden[:MOST_HIDDEN]))
        self._no_room += len(luggage.hidden[MOST_HIDDEN:])
        return Taken(
            added,
            self._feeds,
            mutes,
            saved,
            hidden,
            self._settle(luggage.settings),
            self._known,
            beyond,
            self._most,
            self._no_room,
            self._unknown,
            trouble if self._unknown else "",
            tuple(sorted(self._unread, key=lambda one: (one.place.of, one.place.number))),
        )

    def _misread(self, one: Unread) -> None:
        self._unread.append(one)
        if len(self._unread) > MOST_MISREAD:
            first = self._unread[0]
            raise BadQuery(
                f"I can't understand more than {MOST_MISREAD} things in that, so I took nothing.",
                hint=f"The first is “{first.words}”: {first.why}",
            )

    def _subscribe(self, wishes: Sequence[Wish]) -> tuple[tuple[str, ...], int]:
        """Make the subscriptions that the chat doesn't have; and how many others there is no room for."""
        mine = self._storage.subscriptions.of_chat(self._chat)
        known, added, beyond = {_key(wish_of(self._storage, one)) for one in mine}, list[str](), set[tuple[str, str]]()
        for wish in map(_addressed, wishes):
            key = _key(wish)
            if key in known:
                self._known += 1
            elif len(mine) + len(added) >= self._most:
                beyond.add(key)
            else:
                try:
                    added.append(self._add(wish))
                except BadQuery as error:
                    self._misread(Unread(wish.place, clean(wish.text or wish.feed, _SHOWN), str(error)))
                known.add(key)
        return tuple(added), len(beyond)

    def _add(self, wish: Wish) -> str:
        """A subscription like those from /subscribe; what it is called."""
        made = self._follow(wish) if wish.feed else self._look_forward(wish.text)
        if wish.rhythm is not made.rhythm:
            self._storage.subscriptions.pace(made.key, wish.rhythm)
        if wish.priority:
            self._storage.subscriptions.prefer(made.key, True)
        return wish.name or wish.feed or wish.text

    def _follow(self, wish: Wish) -> Subscription:
        """The feed is looked at when it's due, and what it has then counts as seen."""
        feeds, url = self._storage.feeds, wish.feed
        if (found := feeds.find(url)) and found.source is not Source.RSS:
            raise BadQuery("I read this page anyhow; name words or a category of it")
        words = _of_entries(wish) if wish.text else url
        feed = feeds.want(Source.RSS, url, wish.name or url, now=self._now, interval_s=3600, trusted=False)
        self._feeds += 1
        return self._storage.subscriptions.add(self._chat, words, (), self._now, feed=feed.key, maker=self._maker)

    def _look_forward(self, text: str) -> Subscription:
        parsed = query.parse(text)
        if parsed.feed:
            raise BadQuery("a feed goes by its whole address here")
        self._look_for(parsed, self._now)
        terms = query_terms(parsed, self._storage.papers.titles.rarity(parsed.words))
        return self._storage.subscriptions.add(self._chat, text, terms, self._now, maker=self._maker)

    def _mute(self, mutes: Sequence[MutedWords]) -> int:
        """How many were made. Those that have ended are left out."""
        known = {_same(mute.text) for mute in self._storage.paces.mutes(self._chat, self._now)}
        made = 0
        for mute in mutes:
            if mute.until and mute.until <= self._now:
                continue
            if _same(mute.text) in known:
                self._known += 1
            elif len(known) >= MOST_MUTES:
                self._no_room += 1
            elif self._is_query(mute):
                self._storage.paces.mute(self._chat, mute.text, mute.until)
                known.add(_same(mute.text))
                made += 1
        return made

    def _is_query(self, mute: MutedWords) -> bool:
        try:
            if (named := query.parse(mute.text).feed) and mute.text != settling.feed_words(named.text):
                raise BadQuery("a feed is muted by its whole address")
        except BadQuery as error:
            self._misread(Unread(mute.place, clean(mute.text, _SHOWN), str(error)))
            return False
        return True

    def _save(self, one: SavedPaper) -> bool:
        paper = self._storage.papers.find(*one.ids)
        if paper is None:
            self._unknown += 1
            return False
        new = self._storage.votes.save_unless_said(self._chat, paper.key, min(one.at or self._now, self._now))
        self._known += not new
        return new

    def _hide(self, one: HiddenLink) -> bool:
        paper, repository = self._storage.papers.find(*one.ids), self._storage.repositories.find(one.repository)
        links = self._storage.links.of_paper(paper.key) if paper and repository else ()
        link = next((link.key for link in links if repository and link.repository.key == repository.key), None)
        if link is None:
            self._unknown += 1
        elif self._storage.chats.hidden(self._chat, [link]):
            self._known += 1
        else:
            self._storage.chats.hide(self._chat, link)
            return True
        return False

    def _settle(self, settings: tuple[tuple[str, str], ...]) -> bool:
        """Whether that changed any."""
        before = self._storage.paces.get(self._chat)
        after = unpacking.settled(before, settings)
        self._storage.paces.set(self._chat, after)
        return after != before


def wish_of(storage: Storage, one: Subscription) -> Wish:
    """A subscription as it travels."""
    if one.feed is None:
        return Wish(one.text, rhythm=one.rhythm, priority=one.priority)
    feed = storage.feeds.get(one.feed)
    return Wish("" if one.is_whole else one.text, feed.url, feed.name, one.rhythm, one.priority)


def _addressed(wish: Wish) -> Wish:
    """With the feed's address, where the words name it."""
    parsed = cached_parse(wish.text) if wish.text and not wish.feed else None
    named = parsed.feed if parsed else None
    return replace(wish, feed=web_address(named.text)) if named else wish


def _of_entries(wish: Wish) -> str:
    """The words that a feed's entries have to fulfil, with the feed named. Raises BadQuery."""
    if query.parse(wish.text).feed:
        return wish.text
    query.parse(words := f"feed:{wish.feed} {wish.text}")
    return words


def _key(wish: Wish) -> tuple[str, str]:
    return wish.feed, _same(wish.text)


def _same(text: str) -> str:
    """Equal for what is the same to people."""
    return clean(text, TEXT_LIMIT).lower()
