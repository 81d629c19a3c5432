"""What happens in channels beside questions: somebody reacts to a message of ours, lets us in, shows us out. Pure.

Slack tells of reactions one by one, by the names of their emoji; of all messages where we are, so that those to others'
are passed over. That we are in a channel it tells as of any member, and who invited us; that we aren't any more, apart.
"""

from typing import Final

from bot.domain.chat import Address, Loss
from bot.domain.vote import Vote
from handlers.events import Came, Event, Gone, Reacted
from handlers.incoming import Request
from handlers.slack.questions import Payload, Question

REACTIONS: Final = ("reaction_added", "reaction_removed")
PLACES: Final = ("member_joined_channel", "channel_left", "group_left", "channel_unarchive", "group_unarchive")
_SAVES: Final = frozenset("+1 thumbsup heart heart_on_fire fire star-struck 100 trophy star bookmark".split())
_LESS: Final = frozenset("-1 thumbsdown hankey poop shit".split())


def of_event(body: Payload, workspace: str, me: str) -> Question | None:
    """What is to be kept of it; None for what is nothing to us."""
    event = body["event"]
    kind = str(event["type"])
    if kind in REACTIONS:
        return _of_reaction(body, workspace, me)
    if kind == "member_joined_channel" and event.get("user") != me:
        return None
    sender = event.get("inviter") or event.get("actor_id") or ""
    request = Request(Address("slack", event["channel"], workspace=workspace), "", sender=sender)
    return Question(request, body["event_id"], comes_again=True, event=(kind,))


def _of_reaction(body: Payload, workspace: str, me: str) -> Question | None:
    event, item = body["event"], body["event"].get("item") or {}
    name, channel, ts = event.get("reaction") or "", item.get("channel") or "", item.get("ts") or ""
    if event.get("item_user") != me or event.get("user") in (None, me) or not (channel and ts and vote_of(name)):
        return None
    address, alone = Address("slack", channel, workspace=workspace), channel.startswith("D")
    request = Request(address, "", sender=event["user"], alone=alone)
    return Question(request, body["event_id"], comes_again=True, message=ts, event=(event["type"], name))


def vote_of(reaction: str) -> Vote | None:
    """What an emoji of this name says of a paper, whatever its skin; None: nothing."""
    plain = reaction.partition("::")[0]
    return Vote.SAVED if plain in _SAVES else Vote.LESS if plain in _LESS else None


def happened(question: Question) -> Event:
    """The event that was kept."""
    kind, *names = question.event
    request = question.request
    match kind:
        case "reaction_added" | "reaction_removed":
            vote = vote_of(names[0])
            now, before = (vote, None) if kind == "reaction_added" else (None, vote)
            return Reacted(request.address, question.message, now, before, request.sender, alone=request.alone)
        case "channel_left" | "group_left":
            return Gone(request.address, Loss.REMOVED)
    invited = kind == "member_joined_channel"
    # Where nobody invited us, we joined by ourselves, for a subscription that speaks for itself.
    return Came(request.address, by=request.sender, anew=invited, greets=bool(request.sender) and invited)
