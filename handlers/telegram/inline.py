"""Inline mode: what is typed behind our name, in any chat, brings things to post there.

Each letter is an update. Such updates are never kept: one that is old can't be answered. They wait for no other answer,
and of one person only the newest words count. What is posted stands in a chat where we may not be, so that its buttons
lead to us instead of bringing presses.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from telegram import (
    Bot,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)
from telegram.constants import ParseMode

from bot.domain.chat import Address
from bot.errors import ChannelDown, DeliveryFailed
from handlers.incoming import Request
from handlers.invitations import WORDLESS, payload_of
from handlers.messages import Button, Invite
from handlers.offers import Offer, Offers
from handlers.telegram.layout import cut_text, typed
from handlers.telegram.render import LABEL_LIMIT, render
from handlers.telegram.wire import Wire, keyboard_of, preview_of

Suggest = Callable[[Request, int], Offers | None]

AT_ONCE = 2  # answers in the making, apart from those to questions
MOST_TYPING = 200  # people; more are not answered, and type on
CACHE_S = 60  # for so long the platform repeats an answer to the same person by itself
MOST_PAGES = 5

log = logging.getLogger(__name__)


class Inline:
    """Call it from one event loop. `suggest` runs in threads of its own."""

    def __init__(self, wire: Wire, suggest: Suggest) -> None:
        self._wire = wire
        self._suggest = suggest
        self._newest: dict[int, InlineQuery] = {}  # what hasn't been begun, of each person
        self._typing: dict[int, asyncio.Task[None]] = {}
        self._threads = ThreadPoolExecutor(AT_ONCE, "telegram-inline")

    def take(self, update: Update) -> bool:
        """Whether it is words that somebody types; then they are answered soon, or newer ones are."""
        query = update.inline_query
        if query is None:
            return False
        person = query.from_user.id
        if person in self._typing:
            self._newest[person] = query
        elif len(self._typing) < MOST_TYPING:
            self._newest[person] = query
            self._typing[person] = asyncio.create_task(self._serve(person), name="telegram-inline")
        return True

    async def stop(self) -> None:
        """Whoever still types is answered no more."""
        tasks = list(self._typing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _serve(self, person: int) -> None:
        """Until the person has typed nothing more."""
        try:
            while query := self._newest.pop(person, None):
                await self._answer(query)
        finally:
            del self._typing[person]

    async def _answer(self, query: InlineQuery) -> None:
        person, page = query.from_user, _page_of(query.offset)
        request = Request(
            Address("telegram", str(person.id)),
            query.query,
            sender=str(person.id),
            alone=True,
            chat_title=person.full_name,
        )
        try:
            loop = asyncio.get_running_loop()
            offers = await loop.run_in_executor(self._threads, self._suggest, request, page)
            if offers is not None and person.id not in self._newest:
                bot = await self._wire.bot()
                await self._wire.call(_send(bot, query, offers, page))
        except (DeliveryFailed, ChannelDown) as failure:
            log.info("what is typed can't be answered: %s", failure)
        except Exception:  # a bug: what is typed next is answered all the same
            log.exception("Telegram: what is typed can't be answered")


def _page_of(offset: str) -> int:
    """What we said ourselves would be the next page; the first one where that is nonsense."""
    return int(offset) if offset in map(str, range(2, MOST_PAGES + 1)) else 1


async def _send(bot: Bot, query: InlineQuery, offers: Offers, page: int) -> None:
    """Nobody else gets this answer from the platform's memory: who is let in, and what is saved, differs."""
    await bot.answer_inline_query(
        query.id,
        [_article(bot, offer) for offer in offers.offers],
        cache_time=CACHE_S,
        is_personal=True,
        next_offset=str(page + 1) if offers.more else "",
        button=_way(offers.way) if offers.way else None,
    )


def _article(bot: Bot, offer: Offer) -> InlineQueryResultArticle:
    """What is posted is one message: the first, of one that is too long for that."""
    piece, *more = render(offer.message)
    pressed = more[-1].keyboard if more else piece.keyboard
    rows = (tuple(button for button in row if not isinstance(button, Button)) for row in pressed)
    return InlineQueryResultArticle(
        offer.id,
        typed(offer.title),
        InputTextMessageContent(piece.html, ParseMode.HTML, link_preview_options=preview_of(piece)),
        keyboard_of(bot, tuple(filter(None, rows))),
        description=typed(offer.description),
    )


def _way(invite: Invite) -> InlineQueryResultsButton:
    label = cut_text(typed(invite.label), LABEL_LIMIT)[0]
    return InlineQueryResultsButton(label, start_parameter=payload_of(invite.words) or WORDLESS)
