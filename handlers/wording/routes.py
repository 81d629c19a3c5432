"""The answers to /route, and what is said when a route leads nowhere any more."""

from typing import Final

from bot.answers import BroughtBack, Offered, Routed
from bot.domain.chat import Chat, Loss
from bot.domain.news import Alert
from handlers.messages import Bullets, Line, Link, Message, Span, Strong, Typed, text
from handlers.wording.plain import cut, place, say, with_mend

_SHOWN: Final = 80
_MEND: Final = {
    "telegram": "Let me in again, with the right to write, and say /settings to me there.",
    "slack": "Once I can write there again, I go on by myself.",
}


def route(answer: Offered | Routed | BroughtBack) -> Message:
    match answer:
        case Offered():
            return _offered(answer)
        case Routed():
            return _routed(answer)
        case BroughtBack():
            return _brought_back(answer)


def _offered(answer: Offered) -> Message:
    one = answer.subscription
    where = text(
        f"Where shall #{one.number} “{cut(one.text, _SHOWN)}” speak? Say this there, within 15 minutes, "
        "as somebody who may decide for that chat:"
    )
    how = Bullets(
        (
            ("Telegram: in a group, a topic or a private chat with me; in a channel that I am an admin of",),
            ("Slack: ", Typed(f"/paperwire route {answer.code}"), " in a channel; in a thread mention me first"),
        )
    )
    return Message((where, text(Typed(f"/route {answer.code}")), how), f"Say /route {answer.code} there.", private=True)


def _routed(answer: Routed) -> Message:
    one = answer.subscription
    return Message(
        (
            text(Strong("Here it speaks from now on"), f": “{cut(one.text, _SHOWN)}”."),
            text(f"It belongs to {place(answer.came_from)}; this chat's times and budget count. "),
            text(Typed("/route off"), " ends it."),
        ),
        f"“{cut(one.text, _SHOWN)}” speaks here from now on.",
    )


def _brought_back(answer: BroughtBack) -> Message:
    if not answer.subscriptions:
        return say("No other chat sends its subscriptions here.")
    named = ", ".join(f"“{cut(one.text, _SHOWN)}”" for one in answer.subscriptions[:5])
    more = f" and {len(answer.subscriptions) - 5} more" if len(answer.subscriptions) > 5 else ""
    return say(f"In its own chat again: {named}{more}.")


def lost_route(alert: Alert) -> Message:
    """For those whose subscriptions speak in a chat that can't be reached."""
    assert alert.lost is not None
    lost, words = alert.lost, ", ".join(f"“{cut(one, _SHOWN)}”" for one in alert.why[:3] if one)
    where: Line = ("I can't write to ", _named(lost))
    if not words:  # to the owner, who has no subscription there
        kept = ". Its subscriptions are kept for 30 days, in case I'm let in again."
        return say(*where, " any more: ", *with_mend(lost.reason), kept)
    mend = _MEND.get(lost.address.platform, "Let me in there again, and say anything to me.")
    if lost.address.platform == "slack" and lost.reason.startswith(Loss.REMOVED):  # other reasons say what to do
        mend = f"Say /invite @paperwire there. {mend}"
    here: Line = (" To have it here: ", Typed(f"/route {alert.number} off")) if alert.number else ()
    why = with_mend(lost.reason)
    return say(*where, f", where {words} should speak: ", *why, f". {mend} It is all kept for 30 days.", *here)


def _named(chat: Chat) -> Span:
    """A link where the platform has one: people know a private channel by its name, and we don't."""
    address = chat.address
    if address.platform == "slack" and address.chat.startswith(("C", "G")):
        query = f"team={address.workspace}&channel={address.chat}"
        return Link(chat.title or "a channel", f"https://slack.com/app_redirect?{query}")
    return Strong(place(chat))
