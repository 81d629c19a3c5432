"""Who decides in a group: its administrators, whom the platform is asked for."""

import logging
from functools import partial

from telegram import ChatMember

from bot.domain.chat import Address
from bot.errors import DeliveryFailed
from handlers.telegram.wire import Wire

TRIES = 3

log = logging.getLogger(__name__)


async def is_admin(wire: Wire, address: Address, person: int) -> bool:
    """Whether this person is one; where that can't be found out, not."""
    bot = await wire.bot()
    look_up = partial(bot.get_chat_member, int(address.chat), person)
    try:
        member = await wire.insist(lambda: wire.call(look_up()), tries=TRIES)
    except DeliveryFailed as failure:
        log.warning("who manages this group can't be found out: %s", failure)
        return False
    return member.status in (ChatMember.ADMINISTRATOR, ChatMember.OWNER)
