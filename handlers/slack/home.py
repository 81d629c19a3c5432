"""A person's Home: /home as a view. It remembers which direct message is theirs, whose subscriptions it shows."""

from typing import Final

from handlers.messages import Message
from handlers.slack.render import Block, render
from handlers.wording.home import COMMAND

BLOCKS_LIMIT: Final = 100


def is_home(command: str) -> bool:
    """Whether this asks for Home itself, or a page of it."""
    return command.split()[:1] == [COMMAND]


def home_view(message: Message, chat: str) -> Block:
    """`chat` is the direct message with that person."""
    rendered = render(message, most=BLOCKS_LIMIT)
    blocks = list(rendered.blocks) or [{"type": "section", "text": {"type": "plain_text", "text": rendered.text}}]
    return {"type": "home", "private_metadata": chat, "blocks": blocks}
