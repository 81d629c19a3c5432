"""Getting a file that somebody sent: asked for by its id, then fetched, as long as it isn't too large."""

import logging

from telegram import File
from telegram.error import BadRequest, InvalidToken

from bot.domain.moving import FILE_LIMIT
from bot.errors import DeliveryFailed
from handlers.files import text_of
from handlers.incoming import FileTrouble
from handlers.telegram.asking import Attached
from handlers.telegram.wire import Wire

TRIES = 3

log = logging.getLogger(__name__)


async def fetched(wire: Wire, attached: Attached) -> tuple[str | None, FileTrouble | None]:
    """Its text, or why there is none."""
    if attached.size > FILE_LIMIT:
        return None, FileTrouble.TOO_LARGE
    try:
        content = await wire.insist(lambda: _content(wire, attached), tries=TRIES)
    except DeliveryFailed as failure:
        log.warning("a file that was sent can't be fetched: %s", failure)
        return None, FileTrouble.NOT_REACHED
    return (None, FileTrouble.TOO_LARGE) if content is None else text_of(content, limit=FILE_LIMIT)


async def _content(wire: Wire, attached: Attached) -> bytes | None:
    """The file's bytes; None where it turns out to be too large."""
    bot = await wire.bot()
    told = await wire.call(bot.get_file(attached.id))
    return None if (told.file_size or 0) > FILE_LIMIT else await wire.call(_download(told))


async def _download(told: File) -> bytes:
    try:
        return bytes(await told.download_as_bytearray())
    except InvalidToken:  # so the library calls every 404
        raise BadRequest("the file isn't there any more") from None
