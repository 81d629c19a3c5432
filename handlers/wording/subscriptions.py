"""The answers to /subscribe, /unsubscribe and /subscriptions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.answers import FullUp, Preview, Retried, ShownSubscription, Subscribed, Subscriptions
from bot.domain.chat import Subscription
from bot.domain.feed import Entry, Feed, FeedState
from bot.domain.pace import Rhythm
from bot.errors import BadQuery
from handlers.messages import Bullets, Button, Buttons, Heading, Line, Link, Message, Part, Quiet, Strong, Typed, text
from handlers.wording import choosing
from handlers.wording.papers import choice_line
from handlers.wording.plain import ago, count, cut, day, place, say

_BUTTONS: Final = 8
_ENDED_SHOWN: Final = 20
_MANY_A_DAY: Final = 10
_ENTRY_SHOWN: Final = 110


def subscribed(answer: Subscribed | FullUp, *, changed: bool = False) -> Message:
    """`changed`: it was there before, with other words."""
    if isinstance(answer, FullUp):
        full = f"This chat has {answer.most} subscriptions, and that is the most. End one first: "
        return replace(say(full, Typed("/unsubscribe")), refused=True)
    made = answer.subscription
    if not answer.new:
        again = ". It had stopped; I look at it again from now on." if answer.resumed else ""
        return say(f"You have that already, as #{made.number}: {_words(made, answer.feed)}{again}")
    if answer.feed:
        return _following(answer, answer.feed)
    head = "Changed" if changed else "Subscribed"
    parts: list[Part] = [
        text(Strong(f"{head} (#{made.number}): {made.text}")),
        text(f"{_speaks(made)} when {_when(made.text)}. ", Typed(f"/unsubscribe {made.number}"), " ends it."),
    ]
    if answer.preview:
        parts += _previewed(made, answer.preview)
    return Message(tuple(parts), f"{head}: {made.text}")


def _speaks(made: Subscription) -> str:
    return {Rhythm.AT_ONCE: "I'll write", Rhythm.HOURLY: "I'll write, once an hour at most,"}.get(
        made.rhythm, "The digest tells"
    )


def _previewed(made: Subscription, found: Preview) -> list[Part]:
    parts = _lately(made.text, found)
    if _is_many(found):
        parts.append(text(f"That is more than {_MANY_A_DAY} a day. Rather once a day, in a digest?"))
        parts.append(Buttons((Button("In a daily digest", f"/rhythm {made.number} daily"),)))
    return parts


def preview(words: str, found: Preview) -> Message:
    """What a subscription to these words would have told."""
    parts = _lately(words, found) or [text("I know nothing that it would have told so far.")]
    if _is_many(found):
        parts.append(text(f"That is more than {_MANY_A_DAY} a day: more words, or a digest, would keep it quiet."))
    subscribe = Buttons((Button("Subscribe", f"/subscribe {words}"),))
    return Message((text(Strong(f"A look at: {words}")), *parts, subscribe), f"What {words} would have told.")


def _lately(words: str, found: Preview) -> list[Part]:
    parts: list[Part] = []
    if said := _would_have_told(found) or (_known(words) if found.lately else ""):
        parts.append(text(said))
    if found.lately:
        parts.append(Bullets(tuple(map(choice_line, found.lately))))
    return parts


def _is_many(found: Preview) -> bool:
    return found.days > 0 and found.messages > _MANY_A_DAY * found.days


def _would_have_told(found: Preview) -> str:
    if not found.days:
        return ""
    span = "the last day" if found.days == 1 else f"the last {found.days} days"
    if not found.messages:
        return f"In {span} nothing would have come." + (" The latest that it finds:" if found.lately else "")
    few = found.messages <= len(found.lately)
    return f"In {span} that would have been {count(found.messages, 'message')}{':' if few else '; the latest:'}"


def _following(answer: Subscribed, feed: Feed) -> Message:
    """What is followed; and the newest that it has, where that is known already: what comes later is news."""
    made = answer.subscription
    head = f"Following {feed.name}" if made.is_whole else f"Subscribed (#{made.number}): {made.text}"
    more = f" The page names {count(answer.others, 'more feed')}; give me an address to follow another one."
    others = more if answer.others else ""
    parts: list[Part] = (
        [text(Strong(head), f" (#{made.number}). You'll hear of its new entries from now on.{others}")]
        if made.is_whole
        else [
            text(Strong(head)),
            text(
                f"{_speaks(made)} when a new entry of {feed.name} matches.{others} ",
                Typed(f"/unsubscribe {made.number}"),
                " ends it.",
            ),
        ]
    )
    if answer.entries:
        parts += [text("The latest:"), Bullets(tuple(map(_entry_line, answer.entries)))]
    elif answer.looked_at:
        parts.append(text(_none_of(answer.looked_at)))
    return Message(tuple(parts), head)


def _none_of(entries: int) -> str:
    return "Its latest entry doesn't match." if entries == 1 else f"None of its latest {entries} entries matches."


def _entry_line(entry: Entry) -> Line:
    when = (Quiet(f" · {day(entry.published)}"),) if entry.published else ()
    return (Link(cut(entry.title or entry.url, _ENTRY_SHOWN), entry.url), *when)


_KINDS: Final = {"surge": "takes off", "milestone": "passes a round number of stars", "release": "has a release"}


def _when(words: str) -> str:
    """What a subscription waits for."""
    if " " not in words and words.lower().startswith("id:"):
        return "this paper has code"
    if " " not in words and words.lower().startswith("repo:"):
        return "a paper names this repository as its code"
    if words.lower().startswith("repo:") and "kind:all" in words.lower():
        return "a paper names this repository, it takes off, passes a round number of stars, or has a release"
    if more := [
        said for kind, said in _KINDS.items() if f"kind:{kind}" in words.lower() or "kind:all" in words.lower()
    ]:
        return f"a matching paper has code, and when its repository {' or '.join(more)}"
    if "kind:paper" in words.lower():
        return "a new paper matches, and when one has code"
    return "a matching paper has code, at once or later"


def _known(words: str) -> str:
    """What stands above the papers that it would have told already."""
    if " " not in words and words.lower().startswith("id:"):
        return "It has code already:"
    return "The latest that I know, so that you see what it finds:"


def subscriptions(answer: Subscriptions) -> Message:
    """What a chat hears of: its own subscriptions, then those that other chats send here."""
    routed: list[Part] = []
    if answer.routed_here:
        names = tuple(map(routed_line, answer.routed_here))
        routed = [text("Sent here from other chats:"), Bullets(names), text(Typed("/route off"), " ends that.")]
    if not answer.mine:
        none = text("No subscriptions yet. Try ", Typed("/subscribe diffusion cat:cs.CV"))
        return Message((none, *routed, choosing.numbers(())), "No subscriptions yet.")
    ends = text(Typed("/unsubscribe NUMBER"), " ends one.")
    offers = (*_offers(answer.mine), choosing.numbers([one.subscription.number for one in answer.mine]))
    parts = (Heading("Subscriptions of this chat"), _listed(answer.mine), ends, *routed, *offers)
    return Message(parts, count(len(answer.mine), "subscription"))


def subscription(answer: Subscriptions, number: str, *, with_forms: bool = False) -> Message:
    """One of them, and what can be done with it. Raises BadQuery where there is none of this number.

    `with_forms`: what is pressed may open a form, as for other words.
    """
    one = next((one for one in answer.mine if str(one.subscription.number) == number), None)
    if one is None:
        raise BadQuery(f"There is no subscription #{number[:9]} here.", hint="/subscriptions shows them.")
    return Message(
        (
            text(*subscription_line(one)),
            text(f"It {how_it_speaks(one.subscription)}. ", *(() if with_forms else _to_type(one))),
            *choosing.subscription(one.subscription, paused=one.paused.number if one.paused else 0),
            *([Buttons((_other_words(one.subscription),), minor=True)] if with_forms else []),
        ),
        f"Subscription #{number}",
    )


def _other_words(one: Subscription) -> Button:
    return Button("Other words ›", f"/change {one.number} {one.text}")


def how_it_speaks(one: Subscription) -> str:
    """Its rhythm, and what it passes: "speaks at once"."""
    speaks = {
        Rhythm.AT_ONCE: "speaks at once",
        Rhythm.HOURLY: "speaks once an hour at most",
        Rhythm.DAILY: "speaks in the digest alone",
        Rhythm.WEEKLY: "speaks in the digest alone",
    }[one.rhythm]
    return speaks + (", and passes quiet hours and the budget" if one.priority else "")


def _to_type(one: ShownSubscription) -> Line:
    number = one.subscription.number
    others = (Typed(f"/change {number} WORDS"), " gives it other words.")
    return (Typed(f"/rhythm {number} daily"), " or ", Typed(f"/route {number}"), " changes that; ", *others)


def _offers(mine: Sequence[ShownSubscription]) -> list[Part]:
    """To try the feeds again that have stopped."""
    stopped = [one.subscription.number for one in mine if one.feed and one.feed.state is FeedState.PAUSED]
    row = tuple(Button(f"Try #{number} again", f"/retry {number}") for number in stopped[:_BUTTONS])
    return [Buttons(row)] if row else []


def _listed(mine: Sequence[ShownSubscription]) -> Bullets:
    return Bullets(tuple(subscription_line(one) for one in mine))


def subscription_line(one: ShownSubscription) -> Line:
    """Its number and words, where it speaks, how its feed is, and whether it is muted."""
    where: Line = (f" → {place(one.speaks_in)}",) if one.speaks_in else ()
    note = _feed_note(one.subscription, one.feed)
    paused: Line = (Quiet(f" · paused{_until(one.paused.until)}"),) if one.paused else ()
    return (f"#{one.subscription.number} ", Strong(_words(one.subscription, one.feed)), *where, *note, *paused)


def _until(until: datetime | None) -> str:
    return f" until {day(until)}" if until else ""


def routed_line(one: ShownSubscription) -> Line:
    """One of another chat, whose number is nothing here."""
    return (Strong(_words(one.subscription, one.feed)),)


def _words(subscription: Subscription, feed: Feed | None) -> str:
    return feed.name if feed and subscription.is_whole else subscription.text


def _feed_note(subscription: Subscription, feed: Feed | None) -> Line:
    if feed is None:
        return ()
    if feed.state is FeedState.GONE:
        how = f" — gone for good: {feed.error}"
    elif feed.state is FeedState.PAUSED:
        how = f" — stopped: {feed.error}"
    else:
        how = f" — failing: {feed.error}" if feed.failures else ""
    return (Quiet(f" · {feed.url if subscription.is_whole else feed.name}{how}"),)


def retried(answer: Retried, *, now: datetime) -> Message:
    """The answer to /retry."""
    feed, number = answer.feed, answer.subscription.number
    if answer.was_well:
        return say(Strong(f"{feed.name} is well"), f": I read it {ago(feed.succeeded_at, now)}.")
    if feed.state is FeedState.GONE:
        return say(
            Strong(f"{feed.name} is gone for good"),
            f": its server says so ({answer.trouble}). ",
            Typed(f"/unsubscribe {number}"),
            " ends the subscription.",
        )
    if answer.trouble:
        return say(
            Strong(f"{feed.name} still fails"),
            f": {answer.trouble}. I look at it again from now on, and tell you if it stays so for two weeks.",
        )
    return say(Strong(f"{feed.name} answers"), ". What is new in it comes soon.")


def unsubscribe_which(answer: Subscriptions) -> Message:
    if not answer.mine:
        return subscriptions(answer)
    buttons = tuple(_end(one.subscription, one.feed) for one in answer.mine[:_BUTTONS])
    return Message((text("Which one?"), _listed(answer.mine), Buttons(buttons)), "Which subscription shall end?")


def _end(one: Subscription, feed: Feed | None) -> Button:
    return Button(f"End #{one.number} {cut(_words(one, feed), 30)}", f"/unsubscribe {one.number}")


def unsubscribed(ended: Sequence[Subscription], typed: str) -> Message:
    if ended:
        more = f" and {len(ended) - _ENDED_SHOWN} more" if len(ended) > _ENDED_SHOWN else ""
        return say("Ended: " + ", ".join(f"#{s.number} {s.text}" for s in ended[:_ENDED_SHOWN]) + more)
    if typed.strip().lower() == "all":
        return say("There is no subscription to end.")
    return say(
        f"There is no subscription “{cut(typed, 60)}”. ", Typed("/subscriptions"), " shows yours with their numbers."
    )
