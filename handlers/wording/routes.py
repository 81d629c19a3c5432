"""The answers to /route, and what is said when a route leads nowhere any more."""

from typing import Final

from bot.answers import BroughtBack, Offered, Routed
from bot.domain.news import Alert
from handlers.messages import Bullets, Message, Strong, Typed, text
from handlers.wording.plain import cut, place, say

_SHOWN: Final = 80
_MEND: Final = {
    "telegram": "Let me in again, with the right to write, and say /settings to me there.",
    "slack": "Say /invite @paperwire in that channel, and then anything to me.",
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
    words = ", ".join(f"“{cut(one, _SHOWN)}”" for one in alert.why[:3] if one)
    if not words:  # to the owner, who has no subscription there
        return say(
            Strong(f"I can't write to {place(alert.lost)}"),
            f" any more: {alert.lost.reason}. Its subscriptions are kept for 30 days, in case I'm let in again.",
        )
    mend = _MEND.get(alert.lost.address.platform, "Let me in there again, and say anything to me.")
    return say(
        Strong(f"I can't write to {place(alert.lost)}"),
        f", where {words} should speak: {alert.lost.reason}. {mend} It is all kept for 30 days. To have it here: ",
        Typed("/route NUMBER off"),
    )
