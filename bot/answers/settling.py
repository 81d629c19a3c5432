"""When and how a chat is told: its settings, its mutes, the rhythm of its subscriptions, its digest, what it missed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.answers.values import DigestAnswer, Missed, Paused, Settings, Settled
from bot.domain.chat import Address, Chat, Subscription
from bot.domain.news import Digest
from bot.domain.pace import Pace, first_pace
from bot.errors import BadQuery
from bot.rules import query, settling
from bot.rules.arxiv_calendar import between
from bot.rules.local_time import PERIODS, latest, local_date, next_digest, zone_named
from bot.rules.ranking import ranked
from storage import Storage

_MISSED: Final = timedelta(days=7)
_FOR_GOOD: Final = timedelta(days=3650)


class Settling:
    """Reads and changes what a chat has settled. Words that can't be understood raise BadQuery."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._clock = clock

    def settings(self, address: Address) -> Settings:
        chat = self._meet(address)
        now = self._clock()
        pace = self._storage.paces.get(chat.key)
        coming = next_digest(pace, last=self._storage.paces.last_digest(chat.key), now=now)
        has_any = self._storage.subscriptions.any_speaks_in(chat.key)
        return Settings(
            pace,
            now.astimezone(settling.zone_info(pace)),
            coming[1].astimezone(settling.zone_info(pace)) if coming and has_any else None,
            self._storage.paces.mutes(chat.key, now),
            address.platform,
        )

    def sounds(self, address: Address) -> bool:
        """Whether what is said in this chat may ring."""
        chat = self._storage.chats.find(address)
        return chat is None or chat.sound

    def sound(self, address: Address, text: str) -> Settings:
        return self._settle(address, lambda pace: settling.sound(pace, text))

    def links(self, address: Address, text: str) -> Settings:
        return self._settle(address, lambda pace: settling.links(pace, text))

    def zone(self, address: Address, text: str) -> Settings:
        return self._settle(address, lambda pace: settling.zone(pace, text))

    def quiet(self, address: Address, text: str) -> Settings:
        return self._settle(address, lambda pace: settling.quiet(pace, text))

    def budget(self, address: Address, text: str) -> Settings:
        return self._settle(address, lambda pace: settling.budget(pace, text))

    def digest_when(self, address: Address, text: str) -> Settings:
        return self._settle(address, lambda pace: settling.digest(pace, text))

    def _settle(self, address: Address, change: Callable[[Pace], Pace]) -> Settings:
        """Change one setting; the settings as they are then."""
        chat = self._meet(address)
        pace = change(self._storage.paces.get(chat.key))
        with self._storage.write():
            self._storage.paces.set(chat.key, pace)
            self.plan_digest(chat.key)
        return self.settings(address)

    def plan_digest(self, chat: int) -> None:
        """Note when the chat's next digest is; a chat in which no subscription speaks gets none."""
        if not self._storage.subscriptions.any_speaks_in(chat):
            self._storage.paces.next_digest(chat, None)
            return
        pace, now = self._storage.paces.get(chat), self._clock()
        passed = latest(pace, now)  # an hour that has passed under new settings is no reason to send at once
        last = max(passed, self._storage.paces.last_digest(chat) or passed)
        coming = next_digest(pace, last=last, now=now)
        self._storage.paces.next_digest(chat, coming[1] if coming else None, last=last)

    def silence(self, address: Address, text: str) -> Settings:
        """No messages for so long, or until /resume."""
        until = self._clock() + (settling.length(text) or _FOR_GOOD)
        return self._settle(address, lambda pace: settling.silent(pace, until))

    def resume(self, address: Address) -> Settings:
        """End a silence; what has waited for its end, as there is no digest, is due now."""
        chat = self._meet(address)
        if until := self._storage.paces.get(chat.key).silent_until:
            with self._storage.write():
                self._storage.outbox.bring_forward(chat.key, until, self._clock())
        return self._settle(address, lambda pace: settling.silent(pace, None))

    def mute(self, address: Address, text: str) -> Settings:
        """Hear nothing of what these words (a query) match, for a while or for good; #2: of that subscription."""
        words, until = settling.muted(" ".join(text.split()), self._clock())
        chat = self._meet(address)
        if words[:1] == "#" and words[1:].isdecimal():
            words = self.words(self.numbered(chat, words[1:]))
        elif feed := query.parse(words).feed:
            raise BadQuery(
                "A feed is muted by its subscription's number.",
                place=feed.place,
                hint="/mute #1 7 days, as /subscriptions has it; /rhythm 1 daily keeps it for the digest.",
            )
        with self._storage.write():
            self._storage.paces.mute(chat.key, words, until)
        return self.settings(address)

    def numbered(self, chat: Chat, number: str) -> Subscription:
        """The subscription that a chat calls by this number."""
        found = self._storage.subscriptions.numbered(chat.key, number)
        if found is None:
            raise BadQuery(f"There is no subscription #{number[:9]} here.", hint="/subscriptions shows them.")
        return found

    def words(self, one: Subscription) -> str:
        """What mutes all that a subscription matches; of a feed it is the whole of it."""
        return settling.feed_words(self._storage.feeds.get(one.feed).url) if one.feed else one.text

    def pauses(self, chat: int) -> dict[str, Paused]:
        """A chat's mutes by their words."""
        mutes = enumerate(self._storage.paces.mutes(chat, self._clock()), 1)
        return {mute.text: Paused(number, mute.until) for number, mute in mutes}

    def unmute(self, address: Address, text: str) -> Settings:
        """By the number that /settings shows, or by the words."""
        chat = self._meet(address)
        mutes = self._storage.paces.mutes(chat.key, self._clock())
        wanted = [m for n, m in enumerate(mutes, 1) if text.strip().lstrip("#") in (str(n), m.text)]
        if not wanted:
            raise BadQuery("Nothing is muted by that.", hint="/settings shows what is muted, with numbers.")
        with self._storage.write():
            for mute in wanted:
                self._storage.paces.unmute(mute.key)
        return self.settings(address)

    def rhythm(self, address: Address, text: str) -> Settled:
        """NUMBER RHYTHM: how often a subscription speaks; NUMBER priority: it passes quiet hours and the budget."""
        number, _, said = " ".join(text.split()).lstrip("#").partition(" ")
        chat = self._meet(address)
        subscription = self._storage.subscriptions.numbered(chat.key, number)
        if subscription is None:
            raise BadQuery("Name a subscription by its number first.", hint="/subscriptions shows them. Then: 2 daily")
        with self._storage.write():
            if said.lower().startswith("priority"):
                self._storage.subscriptions.prefer(subscription.key, said.lower() != "priority off")
            else:
                self._storage.subscriptions.pace(subscription.key, settling.rhythm(said))
        return Settled(self._storage.subscriptions.numbered(chat.key, number) or subscription)

    def begin(self, address: Address, made: Subscription, *, rhythm: str, quiet: str) -> Subscription:
        """What a form says beside the words of a new subscription: its rhythm, and the chat's quiet hours."""
        chat = self._meet(address)
        with self._storage.write():
            if rhythm:
                self._storage.subscriptions.pace(made.key, settling.rhythm(rhythm))
            if quiet:
                self._storage.paces.set(chat.key, settling.quiet(self._storage.paces.get(chat.key), quiet))
            self.plan_digest(chat.key)
        return self._storage.subscriptions.get(made.key) or made

    def live_by(self, address: Address, zone: str) -> bool:
        """Let a chat go by the clock of who settles the first thing in it; whether it does from now on.

        Nothing changes where something has been settled, or is subscribed, or for a zone that nobody knows.
        """
        first, named = first_pace(address.platform), zone_named(zone) if zone else None
        if named is None or named == first.zone:
            return False
        chat = self._meet(address)
        if self._storage.paces.get(chat.key) != first or self._storage.subscriptions.any_speaks_in(chat.key):
            return False
        with self._storage.write():
            self._storage.paces.set(chat.key, settling.zone(first, named))
        return True

    def leave_clock(self, address: Address, zone: str) -> None:
        """What was to be settled wasn't: the chat goes by no clock of anybody yet."""
        chat, first = self._meet(address), first_pace(address.platform)
        if self._storage.paces.get(chat.key) == settling.zone(first, zone):
            with self._storage.write():
                self._storage.paces.set(chat.key, first)

    def last_digest(self, address: Address) -> DigestAnswer:
        """The last digest, whole; what the next one would hold, where there has been none."""
        chat = self._meet(address)
        last = self._storage.digests.last(chat.key)
        if last is None:
            return self.digest(address)
        told = self._storage.digests.get(last)
        alerts = self._storage.outbox.alerts(self._storage.digests.held_in(last))
        votes = self._storage.votes.all(chat.key)
        return DigestAnswer(told, ranked(alerts, until=told.until, period=told.until - told.since, votes=votes))

    def digest(self, address: Address) -> DigestAnswer:
        """What the next digest would hold if it came now."""
        chat, now = self._meet(address), self._clock()
        pace = self._storage.paces.get(chat.key)
        period = PERIODS.get(pace.digest, timedelta(days=7))
        keys = self._storage.digests.items(chat.key, now - period)
        votes = self._storage.votes.all(chat.key)
        alerts = ranked(self._storage.outbox.alerts(keys), until=now, period=period, votes=votes)
        facts = self._storage.digests.facts(now - period, now)
        since, evenings = now - period, between(now - period, now)
        return DigestAnswer(Digest(0, local_date(now, pace.zone), since, now, facts, evenings), alerts)

    def missed(self, address: Address) -> Missed:
        """What had no message of its own in the last week, or failed, and why."""
        chat, now = self._meet(address), self._clock()
        return Missed(
            self._storage.outbox.alerts(self._storage.outbox.held(chat.key, now - _MISSED)),
            self._storage.outbox.failed(chat.key, now - _MISSED),
        )

    def _meet(self, address: Address) -> Chat:
        found = self._storage.chats.find(address)
        if found is None:
            with self._storage.write():
                return self._storage.chats.meet(address, self._clock())
        return found
