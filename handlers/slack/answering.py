"""A question's answer: what was asked goes to `respond`, and what that says goes back where it belongs.

Answers are not in the outbox: one that can't be posted in a minute is logged and dropped, the person will ask again.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from bot.errors import ChannelDown, DeliveryFailed
from handlers import wording
from handlers.commands import goes_by_clock, is_for_all, may_mean_managing
from handlers.incoming import Request
from handlers.messages import NOTHING, Buttons, File, Heading, Message
from handlers.recent import Recent
from handlers.slack.files import Files
from handlers.slack.home import BLOCKS_LIMIT as HOME_BLOCKS
from handlers.slack.home import is_home
from handlers.slack.kinds import Place
from handlers.slack.noting import Admits, Note, Noting
from handlers.slack.people import People
from handlers.slack.questions import EPHEMERAL, Question
from handlers.slack.render import Rendered, shareable
from handlers.slack.showing import as_shown
from handlers.slack.wire import CALL_S, Wire, patiently
from handlers.wording import forms
from handlers.wording.home import COMMAND as HOME

Respond = Callable[[Request], Message]

SIDE_BY_SIDE: Final = 8  # answers in the making
ZONE_S: Final = 1.0
CHANGE: Final = "/change "  # what a form may say beside /subscribe; it is told to who sent it alone
ANSWERABLE_S: Final = 29 * 60  # Slack takes answers to a command or press for half an hour

log = logging.getLogger(__name__)


class Answering:
    """Answers over one wire. Of a stranger who isn't let in nothing is found out, and no file is fetched."""

    def __init__(
        self, wire: Wire, respond: Respond, admits: Admits, note: Note, *, people: People, admins_manage: bool
    ) -> None:
        self._wire, self._respond, self._admits = wire, respond, admits
        self._people, self._admins_manage = people, admins_manage
        self._files = Files(wire.client, timeout_s=CALL_S)
        self._forms: dict[str, asyncio.Future[Message]] = {}
        self._responding = asyncio.Semaphore(SIDE_BY_SIDE)
        self._recent = Recent()
        self._noting = Noting(wire, note, admits, self._manages, self._recent, self._responding)

    async def answer(self, question: Question) -> None:
        """Never raises for what Slack refuses: that is logged."""
        try:
            if question.links or question.event:
                await self._noting.take(question)
                return
            if question.home:
                await self._at_home(question)
                return
            message = await self.respond(question)
            if question.form:
                await self._settle(question, message)
            elif message != NOTHING:
                await self._say(question, message)
        except DeliveryFailed as fault:
            why = "see above" if isinstance(fault, ChannelDown) else fault  # the wire has said that once
            log.warning("an answer in Slack's channel %s didn't get there: %s", question.request.address.chat, why)

    def outcome_of(self, question: Question) -> asyncio.Future[Message]:
        """What will be said to a form; who doesn't wait for it any more cancels it."""
        self._forms[question.key] = outcome = asyncio.get_running_loop().create_future()
        return outcome

    async def respond(self, question: Question, *, with_rooms: bool = False) -> Message:
        """What is said to it, where the asker may ask at all; `with_rooms`: also of other chats that they may read."""
        request = await self._looked_up(question, with_rooms=with_rooms)
        async with self._responding:
            message = await asyncio.to_thread(self._respond, request)
        return wording.no_paper_there() if question.empty and not message.refused else message

    async def _looked_up(self, question: Question, *, with_rooms: bool) -> Request:
        """With the file that came along, and whether its sender may manage; of a stranger neither is found out."""
        request = replace(question.request, may_manage=False)
        if not await asyncio.to_thread(self._admits, request):
            return request
        content, trouble = await self._files.fetched(question.file) if question.file else (None, None)
        rooms = await self._people.rooms(request.sender, request.address.workspace) if with_rooms else ()
        manages = await self._may_manage(request)
        zone = request.zone or (await self._zone(request) if manages else "")
        return replace(request, may_manage=manages, file=content, file_trouble=trouble, rooms=rooms, zone=zone)

    async def _zone(self, request: Request) -> str:
        """The sender's, where the answer may go by it; "" where it isn't told in time."""
        asks = may_mean_managing(request.text) or (request.alone and goes_by_clock(request.text))
        try:
            async with asyncio.timeout(ZONE_S):
                return await self._people.zone(request.sender) if asks and request.sender else ""
        except TimeoutError:
            return ""

    async def may(self, request: Request) -> bool:
        """Whether its sender may ask this here."""
        return await asyncio.to_thread(self._admits, request) and await self._may_manage(request)

    async def _may_manage(self, request: Request) -> bool:
        """Every member of a channel, unless the settings say admins; then it is asked who is one."""
        if not self._admins_manage or request.alone:
            return True
        asks = may_mean_managing(request.text) or is_home(request.text)  # which offers what they may change
        return asks and await self._is_admin(request)

    async def _manages(self, request: Request) -> bool:
        """Whether they may decide for all who are there, whatever they say."""
        return not self._admins_manage or request.alone or await self._is_admin(request)

    async def _is_admin(self, request: Request) -> bool:
        return await self._people.is_admin(request.sender, await self._wire.workspace())

    async def _settle(self, question: Question, message: Message) -> None:
        """A refusal is said at the form while that is open, else to its sender; a success where it speaks now."""
        outcome = self._forms.pop(question.key, None)
        if outcome and not outcome.done():
            outcome.set_result(message)
            if message.refused:
                return
        if message == NOTHING:
            return
        if question.mine and not message.refused:
            own = question.request.address.chat == question.mine
            room = "" if own else await self._room_of(question.request, question.mine) or ""
            await self._above(question, message, question.mine, room)
            return
        if message.refused or question.request.text.startswith(CHANGE):
            await self._send(_to_asker(question), message)
            return
        try:
            await self._send(question, forms.set_up_by(message, "" if question.request.alone else question.by))
        except DeliveryFailed as fault:
            if not fault.permanent:
                raise
            await self._send(_to_asker(question), forms.made_but_silent(question.request.text, str(fault)))

    async def _at_home(self, question: Question) -> None:
        """An answer takes Home's place, with the way back; one that only says what was done stands above it.

        Of a channel, which is shown to those alone who are in it now, all is said and done as if they were there.
        """
        request, mine = question.request, question.mine or question.request.address.chat
        room = "" if request.address.chat == mine else await self._room_of(request, mine)
        if room is None:
            overview = await self._overview(question, mine)
            await self._publish(request, wording.shown_out(overview), mine, mine)
            return
        shown = request.address.chat
        message = await (self._overview(question, shown) if is_home(request.text) else self.respond(question))
        if message == NOTHING:
            return
        if any(isinstance(part, File) for part in message.parts):
            alone = replace(request, address=replace(request.address, chat=mine))
            await self._say_with_files(replace(question, request=alone), message)
            message = wording.file_elsewhere()
        if is_home(request.text):
            message = wording.in_room(message, room, mine=mine) if room else message
        elif any(isinstance(part, Heading) or (isinstance(part, Buttons) and question.here) for part in message.parts):
            message = wording.with_way_back(message, mine=mine if room else "", room=room)
        else:
            await self._above(question, message, mine, room)
            return
        await self._publish(request, message, mine, shown)

    async def _above(self, question: Question, message: Message, mine: str, room: str) -> None:
        """What was done, above the Home in which it was; `room` is what its channel is called, "" for one's own."""
        shown = question.request.address.chat
        overview = await self._overview(question, shown)
        overview = wording.in_room(overview, room, mine=mine) if room else overview
        await self._publish(question.request, wording.above_home(message, overview), mine, shown)

    async def is_there(self, question: Question) -> bool:
        """Whether who presses something of a channel in their Home is in it; elsewhere they are."""
        request, mine = question.request, question.mine
        return mine in ("", request.address.chat) or await self._room_of(request, mine) is not None

    async def _overview(self, question: Question, chat: str) -> Message:
        """A chat's Home: of a person's own also what is subscribed where they may read."""
        request, alone = question.request, chat.startswith("D")
        text = request.text if is_home(request.text) and chat == request.address.chat else HOME
        there = replace(request, text=text, address=replace(request.address, chat=chat), alone=alone)
        return await self.respond(replace(question, request=there), with_rooms=alone)

    async def _room_of(self, request: Request, mine: str) -> str | None:
        """What the channel is called; None for who isn't in it, or isn't let in at all."""
        alone = replace(request, address=replace(request.address, chat=mine), alone=True)
        if not await asyncio.to_thread(self._admits, alone):
            return None
        rooms = await self._people.rooms(request.sender, await self._wire.workspace())
        return next((one.name for one in rooms if one.address == request.address and one.inside), None)

    async def _publish(self, request: Request, message: Message, mine: str, shown: str) -> None:
        taken = await self._wire.kinds.taken(request.address.workspace, Place.HOME)
        rendered = await asyncio.to_thread(as_shown, message, taken, most=HOME_BLOCKS)
        await patiently(partial(self._wire.publish, request.sender, rendered, mine, shown))

    async def _say(self, question: Question, message: Message) -> None:
        if question.response_url and time.time() - question.came > ANSWERABLE_S:
            message, question = wording.late(message, question.request.text), _to_asker(question)
        if message.refused or message.passing:  # beside what was pressed, which stays
            question = replace(question, here="")
        if question.shared:
            await self._share(question, message)
        elif any(isinstance(part, File) for part in message.parts):
            await self._say_with_files(question, message)
        elif not await self._put_in_place(question, message):
            await self._send(question, message, offered=_is_worth_showing(message))

    async def _shown(self, question: Question, message: Message, *, files: bool = False) -> Rendered:
        taken = await self._wire.kinds.taken(question.request.address.workspace)
        return await asyncio.to_thread(as_shown, message, taken, files=files)

    async def _send(self, question: Question, message: Message, *, offered: bool = False) -> None:
        """`offered`: the asker may show it to all, where others are."""
        request = question.request
        rendered = await self._shown(question, message, files=not question.response_url)  # no picture can be whispered
        if not question.response_url:
            posted = await patiently(partial(self._wire.post, request.address.chat, rendered, question.thread))
            self._recent.note(request.address, posted.ts, message.about)
            if posted.files:
                await self._files.attach(posted.files, posted.channel, question.thread)
            return
        if offered and not request.alone and is_for_all(request.text):
            rendered = shareable(rendered, wording.SHARE, request.text)
        await self._wire.whisper(question.response_url, rendered, question.thread, here=question.here == EPHEMERAL)

    async def _share(self, question: Question, message: Message) -> None:
        """Shown to all once: what offered it goes."""
        if not question.response_url:
            log.info("what should be shown to all in a Slack channel came too late")
        elif not _is_worth_showing(message):
            await self._send(question, message)
        else:
            await self._show_all(question, wording.shared(message, question.by))
            await self._wire.unwhisper(question.response_url)

    async def _show_all(self, question: Question, message: Message) -> None:
        """As a message of ours, so that reactions to it count; where we aren't, by the way that the press opens."""
        try:
            await self._send(replace(question, response_url=""), message)
        except DeliveryFailed as fault:
            if not fault.permanent:
                raise
            rendered = await self._shown(question, message)
            await self._wire.whisper(question.response_url, rendered, question.thread, to_all=True)

    async def _put_in_place(self, question: Question, message: Message) -> bool:
        """Whether the answer could take the place of the message that was pressed, which all read and thus may change.

        What is meant for one alone doesn't, nor what somebody asks who manages nothing there.
        """
        if question.here in ("", EPHEMERAL) or message.private:
            return False
        request = question.request
        if not await self._manages(request):
            return False
        try:
            await self._wire.update(request.address.chat, question.here, await self._shown(question, message))
            self._recent.note(request.address, question.here, message.about)
        except DeliveryFailed as fault:
            log.info("a message can't be changed, so the presser alone is told: %s", fault)
            return False
        return True

    async def _say_with_files(self, question: Question, message: Message) -> None:
        """No file can be whispered: what only the asker would see goes to them in a direct message, and they are told.

        Writing to a person opens that message's channel, whose id Slack tells; files can be shown in that alone.
        """
        chat, whispered = question.request.address.chat, bool(question.response_url)
        thread = "" if whispered else question.thread
        told, rendered = replace(question, here=""), await self._shown(question, message, files=True)
        try:
            uploaded = [await self._files.upload(file) for file in rendered.files]
            to = question.request.sender if whispered else chat
            posted = await patiently(partial(self._wire.post, to, rendered, thread))
            await patiently(partial(self._files.show, uploaded, posted.channel, thread))
            if more := [file for file in posted.files if file not in rendered.files]:
                await self._files.attach(more, posted.channel, thread)
        except DeliveryFailed as fault:
            log.warning("a file for Slack's channel %s didn't get there: %s", chat, fault)
            await self._send(told, wording.file_not_sent(str(fault)))
        else:
            if whispered and posted.channel != chat:
                await self._send(told, wording.file_elsewhere())


def _to_asker(question: Question) -> Question:
    """Where its own way back is closed: to the asker alone, in a direct message."""
    address = replace(question.request.address, chat=question.request.sender)
    return replace(question, request=replace(question.request, address=address), response_url="", thread="", here="")


def _is_worth_showing(message: Message) -> bool:
    """To all: an answer with a title, that isn't for one alone."""
    told = any(isinstance(part, Heading) for part in message.parts)
    return told and not (message.private or message.passing or message.refused)
