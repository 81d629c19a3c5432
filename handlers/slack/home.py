"""A person's Home: /home as a view. It remembers which direct message is theirs, and which chat it shows."""

from typing import Final

from handlers.messages import Message
from handlers.slack.render import Block, render
from handlers.wording.home import COMMAND

BLOCKS_LIMIT: Final = 100


def is_home(command: str) -> bool:
    """Whether this asks for Home itself, or a page of it."""
    return command.split()[:1] == [COMMAND]


def home_view(message: Message, mine: str, shown: str) -> Block:
    """`mine` is the direct message with that person, `shown` the chat whose Home it is: that, or a channel."""
    rendered = render(message, most=BLOCKS_LIMIT)
    blocks = list(rendered.blocks) or [{"type": "section", "text": {"type": "plain_text", "text": rendered.text}}]
    return {"type": "home", "private_metadata": mine if shown == mine else f"{mine} {shown}", "blocks": blocks}
