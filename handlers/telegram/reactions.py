"""A reaction to a message -> a vote on its paper. Pure.

Telegram tells all reactions of a person to a message, before and after. Those that don't say whose they are, custom
emoji, and emoji that say nothing of a paper, are no votes.
"""

from collections.abc import Sequence
from typing import Final

from telegram import Chat, MessageReactionUpdated, ReactionType, ReactionTypeEmoji, ReactionTypePaid

from bot.domain.chat import Address
from bot.domain.vote import Vote
from handlers.events import Reacted

_SAVES: Final = frozenset("👍 ❤ ❤‍🔥 🔥 🤩 💯 🏆 ⭐".split())
_LESS: Final = frozenset("👎 💩".split())
_VARIANT: Final = "\ufe0f"  # asks for a coloured picture of the sign before it


def reacted(update: MessageReactionUpdated) -> Reacted | None:
    """None where no vote changes."""
    before, now = update.old_reaction, update.new_reaction
    vote = _vote([one for one in now if one not in before]) or _vote(now)
    taken = _vote([one for one in before if one not in now]) or _vote(before)
    if update.user is None or vote is taken:
        return None
    return Reacted(
        Address("telegram", str(update.chat.id)),
        str(update.message_id),
        vote,
        taken,
        str(update.user.id),
        alone=update.chat.type == Chat.PRIVATE,
    )


def _vote(reactions: Sequence[ReactionType]) -> Vote | None:
    return next((vote for one in reactions if (vote := _meant(one))), None)


def _meant(reaction: ReactionType) -> Vote | None:
    if isinstance(reaction, ReactionTypePaid):
        return Vote.SAVED
    emoji = reaction.emoji.replace(_VARIANT, "") if isinstance(reaction, ReactionTypeEmoji) else ""
    return Vote.SAVED if emoji in _SAVES else Vote.LESS if emoji in _LESS else None
