"""A person's Home: /home as a view. It remembers which direct message is theirs, and which chat it shows."""

from typing import Final

from handlers.slack.objects import Block, plain_text
from handlers.slack.render import Rendered
from handlers.wording.home import COMMAND

BLOCKS_LIMIT: Final = 100
_TEXT_LIMIT: Final = 3000


def is_home(command: str) -> bool:
    """Whether this asks for Home itself, or a page of it."""
    return command.split()[:1] == [COMMAND]


def home_view(rendered: Rendered, mine: str, shown: str) -> Block:
    """`mine` is the direct message with that person, `shown` the chat whose Home it is: that, or a channel."""
    blocks = list(rendered.blocks) or [{"type": "section", "text": plain_text(rendered.text[:_TEXT_LIMIT])}]
    return {"type": "home", "private_metadata": mine if shown == mine else f"{mine} {shown}", "blocks": blocks}
