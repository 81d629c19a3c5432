"""A message as Slack shows it: in the newest blocks that the workspace takes, with pictures where files go along."""

from functools import partial

from handlers.charts import drawn
from handlers.messages import Message
from handlers.slack.kinds import NONE, Taken
from handlers.slack.natives import fitting
from handlers.slack.render import BLOCKS_LIMIT, Rendered, render


def as_shown(message: Message, taken: Taken, *, files: bool = False, most: int = BLOCKS_LIMIT) -> Rendered:
    """A chart that Slack can't draw whole becomes a picture. That takes up to a second, so never on an event loop.

    Where there can be none, without `files` too, Slack draws what it can of it.
    """
    natively = fitting(message, taken.kinds)
    prepared = drawn(message, but=natively) if files else message
    rendered = render(prepared, taken, most=most)
    if not rendered.newer.kinds:
        return rendered
    plain = partial(as_shown, message, NONE, files=files, most=most)
    return Rendered(rendered.text, rendered.blocks, rendered.whole, rendered.files, rendered.newer, plain)
