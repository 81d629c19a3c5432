"""The answers to /subscribe, /unsubscribe and /subscriptions."""

from collections.abc import Sequence
from typing import Final

from bot.answers import FullUp, Preview, ShownSubscription, Subscribed, Subscriptions
from bot.domain.chat import Subscription
from bot.domain.feed import Feed, FeedState
from handlers.messages import Bullets, Button, Buttons, Heading, Line, Message, Part, Quiet, Strong, Typed, text
from handlers.wording.papers import choice_line
from handlers.wording.plain import count, cut, place, say

_BUTTONS: Final = 8
_ENDED_SHOWN: Final = 20
_MANY_A_DAY: Final = 10


def subscribed(answer: Subscribed | FullUp) -> Message:
    if isinstance(answer, FullUp):
        return say(
            f"This chat has {answer.most} subscriptions, and that is the most. End one first: ", Typed("/unsubscribe")
        )
    made = answer.subscription
    if not answer.new:
        return say(f"You have that already, as #{made.number}: {_words(made, answer.feed)}")
    if answer.feed:
        return _following(answer, answer.feed)
    parts: list[Part] = [
        text(Strong(f"Subscribed (#{made.number}): {made.text}")),
        text(f"I'll write when {_when(made.text)}. ", Typed(f"/unsubscribe {made.number}"), " ends it."),
    ]
    if answer.preview:
        parts += _previewed(made, answer.preview)
    return Message(tuple(parts), f"Subscribed: {made.text}")


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
    more = f" The page names {count(answer.others, 'more feed')}; give me an address to follow another one."
    return say(
        Strong(f"Following {feed.name}"),
        f" (#{answer.subscription.number}). You'll hear of its new entries from now on.{more if answer.others else ''}",
    )


def _when(words: str) -> str:
    """What a subscription waits for."""
    if " " not in words and words.lower().startswith("id:"):
        return "this paper has code"
    if " " not in words and words.lower().startswith("repo:"):
        return "a paper names this repository as its code"
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
        names = tuple((Strong(_words(one.subscription, one.feed)),) for one in answer.routed_here)
        routed = [text("Sent here from other chats:"), Bullets(names), text(Typed("/route off"), " ends that.")]
    if not answer.mine:
        none = text("No subscriptions yet. Try ", Typed("/subscribe diffusion cat:cs.CV"))
        return Message((none, *routed), "No subscriptions yet.")
    ends = text(Typed("/unsubscribe NUMBER"), " ends one.")
    head = Heading("Subscriptions of this chat")
    return Message((head, _listed(answer.mine), ends, *routed), count(len(answer.mine), "subscription"))


def _listed(mine: Sequence[ShownSubscription]) -> Bullets:
    return Bullets(tuple(_line(one) for one in mine))


def _line(one: ShownSubscription) -> Line:
    where: Line = (f" → {place(one.speaks_in)}",) if one.speaks_in else ()
    return (f"#{one.subscription.number} ", Strong(_words(one.subscription, one.feed)), *where, *_feed_note(one.feed))


def _words(subscription: Subscription, feed: Feed | None) -> str:
    return feed.name if feed else subscription.text


def _feed_note(feed: Feed | None) -> Line:
    if feed is None:
        return ()
    if feed.state is not FeedState.ACTIVE:
        return (Quiet(f" · {feed.url} — stopped: {feed.error}"),)
    return (Quiet(f" · {feed.url}" + (f" — failing: {feed.error}" if feed.failures else "")),)


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
