"""What Slack brings, through Bolt: each payload becomes a question, is kept, and then acknowledged.

Slack brings an event again that isn't acknowledged in three seconds. A command or a press it brings once: where that
can't be kept its sender is shown an error.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse

from handlers.slack import forms, happenings, questions
from handlers.slack.connection import library_log
from handlers.slack.forms import Forms
from handlers.slack.keeping import Keeper
from handlers.slack.objects import ACTION, HERE, IN, SHARE
from handlers.slack.questions import Payload, Question
from handlers.slack.wire import Wire, client_for

# All that is listened to; tests go through these tables.
COMMANDS: Final = ("/paperwire", "/code")
PRESSES: Final = (ACTION, HERE, SHARE, IN)
EVENTS: Final = (
    *("app_mention", "message", "app_home_opened", "link_shared"),
    *happenings.REACTIONS,
    *happenings.PLACES,
)
FIND_CODE: Final = "find_code"
NEW_SUBSCRIPTION: Final = "new_subscription"
_NOT_NOW: Final = 503
_NOT_OURS: Final = 403

log = logging.getLogger(__name__)


class Listening:
    """`app` is Bolt's, for whatever connects it to Slack."""

    def __init__(self, wire: Wire, keeper: Keeper, form: Forms, api_url: str, secret: str = "") -> None:
        self._wire, self._keeper, self._form = wire, keeper, form
        # Without a token of its own, and with our authorize, Bolt asks Slack nothing before it acknowledges; it passes
        # an authorize function what its parameters name, "self" too, so a method must be wrapped. It also lowers the
        # level of the logger that has its name.
        client, own_name = client_for(None, api_url), "slack_bolt.paperwire"
        self.app = AsyncApp(
            client=client,
            authorize=lambda: wire.who(),
            signing_secret=secret or None,
            logger=library_log(),
            name=own_name,
        )
        self.app.middleware(self._refuse_others)
        for command in COMMANDS:
            self.app.command(command)(self._on_command)
        for event in EVENTS:
            self.app.event(event, middleware=[self._keep_event])(_nothing_more)
        self.app.action(re.compile(f"^({'|'.join(PRESSES)})"))(self._on_press)
        self.app.message_shortcut(FIND_CODE)(self._on_message)
        self.app.global_shortcut(NEW_SUBSCRIPTION)(self._on_new)
        self.app.action(forms.QUERY)(self._on_typing)
        self.app.view(forms.FORM)(self._on_form)

    async def _refuse_others(self, body: Payload, next_: Callable[[], Awaitable[None]]) -> BoltResponse | None:
        """Goes on with what comes from our workspace."""
        ours = await self._wire.workspace()
        if ours not in questions.workspaces_of(body):
            log.warning("something from another workspace is refused")
            return BoltResponse(status=_NOT_OURS)
        await next_()
        return None

    async def _keep_event(self, body: Payload, next_: Callable[[], Awaitable[None]]) -> BoltResponse | None:
        """Goes on to Bolt's own acknowledgement once the event is kept, or is nothing for us."""
        question = await self._of_event(body)
        if question and not await self._keeper.take(question):
            return BoltResponse(status=_NOT_NOW)
        await next_()
        return None

    async def _of_event(self, body: Payload) -> Question | None:
        me = await self._wire.who()
        workspace, user = me.team_id or "", me.bot_user_id or ""
        match body["event"]["type"]:
            case "app_mention":
                return questions.of_mention(body, workspace, user)
            case "app_home_opened":
                return questions.of_home(body, workspace)
            case "link_shared":
                return questions.of_links(body, workspace, user)
            case kind if kind in happenings.REACTIONS + happenings.PLACES:
                return happenings.of_event(body, workspace, user)
        return questions.of_direct(body, workspace, user)

    async def _on_command(self, ack: AsyncAck, body: Payload) -> None:
        await self._take(ack, body, questions.of_command(body, await self._wire.workspace()))

    async def _on_press(self, ack: AsyncAck, body: Payload) -> None:
        me = await self._wire.who()
        question = questions.of_press(body, me.team_id or "", me.bot_id or "")
        if question and question.request.text.startswith(forms.CHANGE):
            await ack()
            if await self._form.open_change(body["trigger_id"], question):
                return
        await self._take(ack, body, question)

    async def _on_message(self, ack: AsyncAck, body: Payload) -> None:
        await self._take(ack, body, questions.of_message(body, await self._wire.workspace()))

    async def _take(self, ack: AsyncAck, body: Payload, question: Question | None) -> None:
        if question and question.request.text in forms.NEW:
            await ack()
            if await self._form.open(body["trigger_id"], questions.channel_of(question)):
                return
        if question is None or await self._keeper.take(question):
            await ack()

    # The form: what is done in it is over when its window is, so nothing of it is kept before it is sent

    async def _on_new(self, ack: AsyncAck, body: Payload) -> None:
        await ack()
        await self._form.open(body["trigger_id"])

    async def _on_typing(self, ack: AsyncAck, body: Payload) -> None:
        await ack()
        await self._form.preview(body)

    async def _on_form(self, ack: AsyncAck, body: Payload) -> None:
        if wrong := await self._form.send(body):
            await ack(response_action="errors", errors=wrong)
        else:
            await ack()


async def _nothing_more(**_: Any) -> None:
    """The event is kept, and answered on its own."""
