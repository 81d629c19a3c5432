"""What is offered in any chat, behind our name: papers and subscriptions, to be posted there."""

from typing import Final

from bot.answers import FoundPaper, Suggested
from bot.domain.link import CodeLink
from handlers.invitations import payload_of
from handlers.messages import Buttons, Invite, Message, Part, Quiet, Strong, Text, Typed, text
from handlers.offers import Offer, Offers
from handlers.wording.cards import typed_name
from handlers.wording.links import code_parts
from handlers.wording.papers import code_state, title, whose_code, written
from handlers.wording.plain import cut

_TITLE_SHOWN: Final = 120
_WORDS_SHOWN: Final = 40


def offers_to_stranger() -> Offers:
    """To somebody who isn't let in: the way to where they hear why."""
    return Offers(way=Invite("I answer only those whom my owner lets in", "/start"))


def offered_papers(found: Suggested, asked: str) -> Offers:
    """A card for each; where none is known, the way to ask for what was typed: then others are asked, too."""
    way = _way(asked) if asked.strip() and not found.papers else None
    return Offers(tuple(map(_paper, found.papers)), found.more, way)


def _way(asked: str) -> Invite:
    """With as many of the words as an address can carry."""
    words = asked.split()
    while words and not payload_of(f"/code {' '.join(words)}"):
        words.pop()
    said = " ".join(words)
    return Invite(f"Look for “{cut(said, _WORDS_SHOWN)}”", f"/code {said}") if said else Invite("Ask me", "/start")


def _paper(found: FoundPaper) -> Offer:
    subject, best = found.paper, next((link for link in found.links if link.confidence > 0), None)
    stars = f" ★ {best.repository.stars:,}" if best and best.repository.stars else ""
    known = f"{whose_code(best)}{stars}" if best else "no code known yet"
    facts = " · ".join(filter(None, (known, written(subject), subject.name)))
    named = cut(subject.title or subject.name, _TITLE_SHOWN)
    return Offer(f"paper {subject.key}", named, facts, _card(found, best, f"{named}: {facts}"))


def _card(found: FoundPaper, best: CodeLink | None, summary: str) -> Message:
    """A paper as it stands in somebody else's chat: where we may not be, so that its buttons lead to us."""
    named = typed_name(found.paper)
    parts: list[Part] = [*title(found.paper), *code_parts(found.links, found.disputed)]
    row = [Invite("Ask me about it", f"/code {named}")]
    if not found.has_code:
        parts.append(text(Strong(code_state(found))))
        row.append(Invite("Tell me when it has code", f"/subscribe id:{found.paper.name}"))
    return Message((*parts, Buttons(tuple(row))), summary, best.url if best else found.paper.url)


def offered_subscription(words: str) -> Offers:
    """Somebody passes on what they subscribe to."""
    typed = f"/subscribe {words}"
    message = Message(
        (
            Text((Strong(f"Papers with code: {words}"),)),
            text(Quiet("I write when a matching paper has code, at once or later. "), Typed(typed)),
            Buttons((Invite("Subscribe", typed),)),
        ),
        f"Papers with code: {words}",
    )
    return Offers((Offer("subscription", f"Subscription: {words}", "so that others can have it, too", message),))
