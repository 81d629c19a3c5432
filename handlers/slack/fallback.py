"""A message in the newest form that Slack takes: with newer kinds of blocks, in plain ones, as text. See `kinds`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from handlers.slack.failures import BlocksRefused
from handlers.slack.kinds import DOUBTED_FOR, NAMED_FOR, Kinds
from handlers.slack.render import Rendered

T = TypeVar("T")

log = logging.getLogger(__name__)


async def with_fallback(kinds: Kinds, rendered: Rendered, attempt: Callable[[Rendered], Awaitable[T]]) -> T:
    """What the first attempt brings that Slack takes; a refused one shows nothing to anybody, and is remembered.

    Raises what an attempt raises; BlocksRefused only where the text is refused too, or is all that there was.
    """
    try:
        return await _descending(kinds, rendered, attempt)
    finally:
        await kinds.settle()


async def _descending(kinds: Kinds, rendered: Rendered, attempt: Callable[[Rendered], Awaitable[T]]) -> T:
    try:
        return await attempt(rendered)
    except BlocksRefused as refusal:
        refused = refusal
    if rendered.plain:
        kinds.refuse(rendered.newer, refused.unsupported, NAMED_FOR)
        if refused.inside:
            log.error("Slack refuses newer blocks of ours (%s); sending plain ones", refused.reason)
        plain = await asyncio.to_thread(rendered.plain)
        try:
            taken = await attempt(plain)
        except BlocksRefused as refusal:
            rendered, refused = plain, refusal
        else:
            if not refused.unsupported and not refused.inside:
                kinds.refuse(rendered.newer, rendered.newer.kinds, DOUBTED_FOR)
            return taken
    if not rendered.blocks:
        raise refused
    log.error("Slack refuses blocks of ours (%s); sending the text alone", refused.reason)
    return await attempt(Rendered(rendered.whole, (), rendered.whole, rendered.files))
