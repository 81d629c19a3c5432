"""The form for a subscription: opened while its trigger lives, previewed while it is filled in, checked when sent.

    a shortcut, a press of "New subscription", /paperwire subscribe -> open
    Enter behind the words -> preview -> the same form with what they would have told
    sent -> the channel joined -> kept -> subscribed -> closed; or open still, with what is wrong at its field

Slack waits three seconds for what becomes of a form. What takes longer, such as a feed that is slow, closes it, and is
told when it is done.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.chat import Address
from bot.errors import ChannelDown, DeliveryFailed
from handlers.incoming import Request
from handlers.messages import NOTHING, Message
from handlers.slack.answering import Answering
from handlers.slack.keeping import Keeper
from handlers.slack.objects import Block, plain_text
from handlers.slack.people import People
from handlers.slack.questions import Payload, Question
from handlers.slack.render import render
from handlers.slack.wire import Wire
from handlers.wording import forms as words

FORM: Final = "subscription"  # the callback_id
QUERY: Final = "query"
WHERE: Final = "where"
RHYTHM: Final = "rhythm"
QUIET: Final = "quiet"
CHANGE: Final = "/change "  # in a press, with a subscription's number and words
NEW: Final = ("/subscribe", "/sub")  # what asks for the form

PLACE_S: Final = 1.0
DONE_S: Final = 1.3
BREATH_S: Final = 0.7  # of somebody who types on
LONGEST: Final = 1000  # characters
PREVIEW_BLOCKS: Final = 12
ERROR_LIMIT: Final = 300

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """Which subscription is to have other words: its chat and number; `mine` as a question from Home has it."""

    chat: str
    number: str
    mine: str = ""

    @property
    def kept(self) -> str:
        return " ".join((self.chat, self.number, self.mine)).strip()


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in: the words, the channel ("" for none), and what is chosen of `words`' rhythms and nights.

    `change`: the form is for the words of a subscription that there is, and for nothing else of it.
    """

    words: str = ""
    channel: str = ""
    rhythm: str = ""
    quiet: str = ""
    change: Change | None = None


class Forms:
    """Who may not subscribe a channel makes us join none."""

    def __init__(self, wire: Wire, answering: Answering, keeper: Keeper, people: People) -> None:
        self._wire, self._answering, self._keeper, self._people = wire, answering, keeper, people
        self._typed: dict[str, str] = {}  # the newest words of each open form whose preview is in the making

    async def open(self, trigger: str, channel: str = "") -> bool:
        """Whether the form is there; `channel` is where it was asked for."""
        try:
            await self._wire.open_view(trigger, form(words.hint(), Filled(channel=channel)))
        except DeliveryFailed as fault:
            log.warning("a form in Slack can't be opened: %s", fault)
            return False
        return True

    async def open_change(self, trigger: str, question: Question) -> bool:
        """The form for other words of a subscription, whose number and words were pressed; for who may change it."""
        _, number, *typed = question.request.text.split(" ", 2)
        if not await self._answering.may(question.request) or not await self._answering.is_there(question):
            return False
        change = Change(question.request.address.chat, number, question.mine)
        view = form(words.hint(), Filled(" ".join(typed), change=change), begins=True)
        try:
            await self._wire.open_view(trigger, view)
        except DeliveryFailed as fault:
            log.warning("a form in Slack can't be opened: %s", fault)
            return False
        return True

    async def preview(self, body: Payload) -> None:
        """Show what the words would have told; only the newest of somebody who types on."""
        view, typed = body["view"]["id"], " ".join((body["actions"][0].get("value") or "").split())
        filled = _filled(body["view"])
        self._typed[view] = typed
        await asyncio.sleep(BREATH_S)
        if self._typed.get(view) != typed:
            return
        shown = await self._previewed(typed, body)
        if self._typed.get(view) == typed:
            del self._typed[view]
            try:
                await self._wire.update_view(view, form(shown, filled))
            except DeliveryFailed as fault:
                log.info("a form in Slack can't be changed: %s", fault)

    async def _previewed(self, typed: str, body: Payload) -> Message:
        if not typed:
            return words.hint()
        if words.is_feed(typed):
            return words.feed()
        person = body["user"]["id"]
        address = Address("slack", person, workspace=await self._wire.workspace())
        request = Request(address, f"/preview {typed}", sender=person, alone=True)
        return words.shown(await self._answering.respond(Question(request, body["trigger_id"])))

    async def send(self, body: Payload) -> dict[str, str]:
        """What is wrong, by the form's fields; nothing once it is subscribed, or will be."""
        filled, person = _filled(body["view"]), body["user"]["id"]
        if filled.change:
            return await self._change(body, filled, filled.change)
        channel = filled.channel
        try:
            async with asyncio.timeout(PLACE_S):
                chat, title, zone = await self._prepared(channel, person)
        except TimeoutError:
            if not channel:
                return {WHERE: words.NO_DIRECT}
            chat, title, zone = channel, "", ""
        except DeliveryFailed as fault:
            return {WHERE: words.not_there(str(fault)) if channel else words.NO_DIRECT}
        request = Request(
            Address("slack", chat, workspace=await self._wire.workspace()),
            f"/subscribe {filled.words}",
            sender=person,
            alone=not channel,
            chat_title=title,
            rhythm=filled.rhythm,
            quiet=filled.quiet,
            zone=zone,
        )
        name = body["user"].get("name") or body["user"].get("username") or ""
        message = await self._outcome(Question(request, body["trigger_id"], by=name, form=True))
        return {QUERY: words.refusal(message)[:ERROR_LIMIT]} if message.refused else {}

    async def _change(self, body: Payload, filled: Filled, change: Change) -> dict[str, str]:
        """As `send`: who has left the channel meanwhile changes nothing."""
        request = Request(
            Address("slack", change.chat, workspace=await self._wire.workspace()),
            f"/change {change.number} {filled.words}",
            sender=body["user"]["id"],
            alone=change.chat.startswith("D"),
        )
        question = Question(request, body["trigger_id"], form=True, mine=change.mine)
        if not await self._answering.is_there(question):
            return {QUERY: words.NOT_THERE}
        message = await self._outcome(question)
        return {QUERY: words.refusal(message)[:ERROR_LIMIT]} if message.refused else {}

    async def _outcome(self, question: Question) -> Message:
        """What came of it, if that is known in time."""
        outcome = self._answering.outcome_of(question)
        await self._keeper.take(question)
        await asyncio.wait([outcome], timeout=DONE_S)
        if outcome.done():
            return outcome.result()
        outcome.cancel()
        return NOTHING

    async def _prepared(self, channel: str, person: str) -> tuple[str, str, str]:
        """The chat's id and title, and the sender's time zone; for who may not subscribe it nothing is done.

        Raises DeliveryFailed where somebody must let us in first.
        """
        address = Address("slack", channel or person, workspace=await self._wire.workspace())
        if not await self._answering.may(Request(address, NEW[0], sender=person, alone=not channel)):
            return address.chat, "", ""
        (chat, title), zone = await asyncio.gather(self._place(channel, person), self._people.zone(person))
        return chat, title, zone

    async def _place(self, channel: str, person: str) -> tuple[str, str]:
        if not channel:
            return await self._direct(person), ""
        try:
            name = await self._wire.enter(channel)
        except ChannelDown as fault:  # a scope that is missing; whether we are there shows when the answer is posted
            log.warning("a channel in Slack can't be joined: %s", fault)
            return channel, ""
        except DeliveryFailed as fault:
            if fault.permanent:
                raise
            log.warning("a channel in Slack can't be joined: %s", fault)
            return channel, ""
        return channel, f"#{name}" if name else ""

    async def _direct(self, person: str) -> str:
        try:
            return await self._wire.direct(person)
        except DeliveryFailed as fault:
            log.warning("a direct message in Slack can't be opened: %s", fault)
            raise


def form(shown: Message, filled: Filled, *, begins: bool = False) -> Block:
    """The form, with what its words would have told. The words stay when it is shown anew, and `begins` sets them."""
    blocks = [_query(filled.words if begins else ""), *render(shown, most=PREVIEW_BLOCKS).blocks]
    if filled.change:
        title = plain_text(words.CHANGE.format(filled.change.number))
        return {**_modal(title, words.SEND_CHANGE, blocks), "private_metadata": filled.change.kept}
    rhythm = _choice(RHYTHM, words.RHYTHM, words.RHYTHMS, filled.rhythm)
    quiet = _choice(QUIET, words.QUIET, words.NIGHTS, filled.quiet or words.AS_IT_IS)
    quiet["hint"] = plain_text(words.QUIET_HINT)
    return _modal(plain_text(words.TITLE), words.SEND, [*blocks, _where(filled.channel), rhythm, quiet])


def _modal(title: Block, send: str, blocks: list[Block]) -> Block:
    shut = {"submit": plain_text(send), "close": plain_text(words.CLOSE)}
    return {"type": "modal", "callback_id": FORM, "title": title, **shut, "blocks": blocks}


def _query(typed_before: str) -> Block:
    typed = {
        "type": "plain_text_input",
        "action_id": QUERY,
        "max_length": LONGEST,
        "placeholder": plain_text(words.WORDS_EXAMPLE),
        **({"initial_value": typed_before[:LONGEST]} if typed_before else {}),
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed", "on_character_entered"]},
    }
    return {**_input(QUERY, words.WORDS, typed), "hint": plain_text(words.WORDS_HINT), "dispatch_action": True}


def _where(channel: str) -> Block:
    chosen: Block = {
        "type": "conversations_select",
        "action_id": WHERE,
        "placeholder": plain_text(words.WHERE_EXAMPLE),
        "filter": {"include": ["public", "private"]},
        **({"initial_conversation": channel} if channel else {}),
    }
    return {**_input(WHERE, words.WHERE, chosen), "hint": plain_text(words.WHERE_HINT), "optional": True}


def _choice(name: str, label: str, choices: Sequence[tuple[str, str]], chosen: str) -> Block:
    options = [{"text": plain_text(said), "value": value} for value, said in choices]
    now = next((option for option in options if option["value"] == chosen), options[0])
    return _input(name, label, {"type": "static_select", "action_id": name, "options": options, "initial_option": now})


def _input(name: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": name, "label": plain_text(label), "element": element}


def _filled(view: Payload) -> Filled:
    values = (view.get("state") or {}).get("values") or {}
    fields: dict[str, Any] = {name: block.get(name) or {} for name, block in values.items()}
    typed = " ".join((fields.get(QUERY, {}).get("value") or "").split())
    channel = fields.get(WHERE, {}).get("selected_conversation") or ""
    rhythm, quiet = _chosen(fields, RHYTHM, words.RHYTHMS), _chosen(fields, QUIET, words.NIGHTS)
    change = Change(*kept.split()) if (kept := str(view.get("private_metadata") or "")) else None
    return Filled(typed, channel, rhythm, "" if quiet == words.AS_IT_IS else quiet, change)


def _chosen(fields: dict[str, Any], name: str, choices: Sequence[tuple[str, str]]) -> str:
    value = (fields.get(name, {}).get("selected_option") or {}).get("value") or ""
    return value if value in dict(choices) else ""
