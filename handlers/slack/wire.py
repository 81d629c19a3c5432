"""What goes to Slack: posts, whispers, changes, views. Slack's errors become ours here; nothing is tried twice.

Posts keep the pace of their channel; answers go before deliveries. Who wants an answer to arrive in spite of a limit
asks `patiently`.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.errors import ChannelDown, DeliveryFailed
from handlers.messages import File, Image
from handlers.slack.connection import library_log
from handlers.slack.failures import (
    SLACK_ERRORS,
    code_of,
    failure,
    is_about_scopes,
    is_limit,
    limited,
    not_in_channel,
    refused_by_url,
    wait_in,
    wait_of,
)
from handlers.slack.fallback import with_fallback
from handlers.slack.home import home_view
from handlers.slack.kinds import Kinds
from handlers.slack.objects import Block
from handlers.slack.pace import Pace
from handlers.slack.render import Rendered
from handlers.slack.silence import Silence
from handlers.slack.until import Until
from handlers.waits import Waits

T = TypeVar("T")

# What the app asks for in slack-manifest.yaml, which says why.
SCOPES: Final = (
    *("commands", "chat:write", "app_mentions:read", "im:history", "im:write"),
    *("channels:join", "groups:read", "files:write", "files:read", "users:read"),
    *("links:read", "links:write", "reactions:read", "channels:read"),
)
POST: Final = "chat.postMessage"
CALL_S: Final = 15
ANSWER_PATIENCE_S: Final = 60.0
_ANSWER_READ: Final = 2000  # characters
AFTER_ANSWERS_S: Final = 0.5  # where Slack asked to wait, deliveries come this much later than answers

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that is there: its ts, and the channel, which for a person is the direct message with them.

    `files` are to stand beside it, in the form that it has.
    """

    channel: str
    ts: str
    files: tuple[File | Image, ...] = ()


class Wire:
    """One bot's token. Everything here raises DeliveryFailed and ChannelDown; `refused` is "" or the latter's mend.

    `lacks` are the scopes that the token was found to lack. What is shown has the newest form that Slack takes.
    """

    def __init__(self, token: str, api_url: str, waits: Waits | None = None) -> None:
        self.client = client_for(token, api_url)
        self._pace = Pace()
        self._silence = Silence(Until(waits))
        self.kinds = Kinds(Until(waits))
        self._me: AuthorizeResult | None = None
        self.refused = ""
        self.lacks: tuple[str, ...] = ()

    async def open(self) -> None:
        """Keep connections for many calls; without it each call makes its own."""
        if self.client.session is None:
            self.client.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_S))

    async def close(self) -> None:
        session, self.client.session = self.client.session, None
        if session:
            await session.close()

    # Who we are

    async def who(self) -> AuthorizeResult:
        """Asked once, then known."""
        if self._me is None:
            answer = await self.auth_test()
            self._me = AuthorizeResult(
                enterprise_id=answer.get("enterprise_id"),
                team_id=answer.get("team_id"),
                bot_user_id=answer.get("user_id"),
                bot_id=answer.get("bot_id"),
                bot_token=self.client.token,
            )
        return self._me

    async def workspace(self) -> str:
        return (await self.who()).team_id or ""

    async def auth_test(self) -> dict[str, Any]:
        try:
            answer = await self.client.auth_test()
        except SLACK_ERRORS as error:
            raise failure(error) from None
        self.lacks = _lacking(answer.headers)
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    # Messages

    async def post(self, channel: str, rendered: Rendered, thread: str = "") -> Posted:
        """An answer: it waits for its turn, which comes before that of deliveries."""
        if (wait := self._pace.answer(channel, time.monotonic(), ANSWER_PATIENCE_S)) > ANSWER_PATIENCE_S:
            raise limited(wait)
        await asyncio.sleep(wait)
        await self._await_nothing(POST, channel)
        return await self.say(channel, rendered, thread)

    async def take_turn(self, channel: str) -> None:
        """A delivery for this channel may be said. Raises DeliveryFailed with when to come again."""
        if wait := await self._silence.left(POST, channel):
            raise limited(wait + AFTER_ANSWERS_S)
        if wait := self._pace.wait(channel, time.monotonic()):
            raise limited(wait)

    async def say(self, channel: str, rendered: Rendered, thread: str = "", *, broadcast: bool = False) -> Posted:
        """Post, for who has taken their turn."""
        try:
            return await self._say(channel, rendered, thread, broadcast)
        finally:
            self._pace.answered(channel, time.monotonic())

    async def _say(self, channel: str, rendered: Rendered, thread: str, broadcast: bool) -> Posted:
        posted = await with_fallback(self.kinds, rendered, lambda form: self._post(channel, form, thread, broadcast))
        self.refused = ""
        return posted

    async def _post(self, channel: str, form: Rendered, thread: str, broadcast: bool) -> Posted:
        try:
            answer = await self.client.chat_postMessage(
                channel=channel,
                thread_ts=thread or None,
                reply_broadcast=broadcast or None,
                unfurl_links=False,
                unfurl_media=False,
                parse="none",  # names in the text stay text
                link_names=False,
                text=form.text,
                blocks=list(form.blocks) or None,
            )
        except SLACK_ERRORS as error:
            raise await self._failed(error, POST, channel) from None
        return Posted(str(answer.get("channel") or channel), str(answer.get("ts") or ""), form.files)

    async def _await_nothing(self, method: str, channel: str) -> None:
        """Raises DeliveryFailed while Slack asks to wait with this."""
        if wait := await self._silence.left(method, channel):
            raise limited(wait)

    @asynccontextmanager
    async def _calling(self, method: str, channel: str = "") -> AsyncIterator[None]:
        await self._await_nothing(method, channel)
        try:
            yield
        except SLACK_ERRORS as error:
            raise await self._failed(error, method, channel) from None

    async def _failed(self, error: Exception, method: str, channel: str) -> DeliveryFailed:
        fault = failure(error)
        if is_limit(error):
            await self._silence.keep(method, channel, wait_of(error))
            if method == POST:
                self._pace.hold(channel, time.monotonic(), wait_of(error))
        if isinstance(fault, ChannelDown) and (method == POST or not is_about_scopes(error)):
            if not self.refused:  # once, however much waits to be sent
                log.error("%s", fault)
            self.refused = str(fault)
        return fault

    async def update(self, channel: str, ts: str, rendered: Rendered) -> None:
        """Let a message of ours say something else."""
        await with_fallback(self.kinds, rendered, lambda form: self._update(channel, ts, form))

    async def _update(self, channel: str, ts: str, form: Rendered) -> None:
        async with self._calling("chat.update", channel):
            await self.client.chat_update(
                channel=channel,
                ts=ts,
                text=form.text,
                blocks=list(form.blocks),
                parse="none",
                link_names=False,
            )

    async def whisper(
        self, url: str, rendered: Rendered, thread: str = "", *, here: bool = False, to_all: bool = False
    ) -> None:
        """To a response_url: for the asker alone, or `to_all`; `here`: in place of what was pressed.

        Not through Bolt's respond(), which sends again after a dropped connection.
        """
        body: dict[str, Any] = {
            "response_type": "in_channel" if to_all else "ephemeral",
            "replace_original": here,
            "unfurl_links": False,
        }
        if thread:
            body["thread_ts"] = thread
        await with_fallback(self.kinds, rendered, lambda form: self._whisper(url, body, form))

    async def _whisper(self, url: str, body: dict[str, Any], form: Rendered) -> None:
        shown = {**body, "text": form.text, "blocks": list(form.blocks) or None}
        if answer := await self._respond(url, shown):
            raise refused_by_url(answer)

    async def unwhisper(self, url: str) -> None:
        """Take away what was pressed, which the asker alone sees."""
        if answer := await self._respond(url, {"delete_original": True}):
            raise refused_by_url(answer)

    async def _respond(self, url: str, body: dict[str, Any]) -> str:
        """What Slack has against it; "" for nothing."""
        return await patiently(partial(self._respond_now, url, body))

    async def _respond_now(self, url: str, body: dict[str, Any]) -> str:
        session = self.client.session
        hook = AsyncWebhookClient(url, timeout=CALL_S, session=session, retry_handlers=[], logger=library_log())
        try:
            answer = await hook.send_dict(body)
        except SLACK_ERRORS as error:  # its own words may hold the address, with which anybody could answer
            raise failure(error) from None
        if answer.status_code == 429:
            raise limited(wait_in(answer.headers))
        well = answer.status_code == 200 and '"ok":false' not in answer.body
        return "" if well else f"{answer.body[:_ANSWER_READ]} (HTTP {answer.status_code})"

    async def unfurl(self, channel: str, ts: str, shown: Mapping[str, Rendered]) -> None:
        """Let links of somebody's message have previews, by their addresses as they stand there."""
        unfurls = {url: {"blocks": list(rendered.blocks)} for url, rendered in shown.items()}
        async with self._calling("chat.unfurl", channel):
            await self.client.chat_unfurl(channel=channel, ts=ts, unfurls=unfurls)

    async def reactions(self, channel: str, ts: str) -> tuple[str, ...]:
        """The names of the emoji with which people react to a message."""
        async with self._calling("reactions.get"):
            told = await self.client.reactions_get(channel=channel, timestamp=ts, full=True)
        return tuple(str(one.get("name")) for one in (told.get("message") or {}).get("reactions") or ())

    # Channels

    async def direct(self, person: str) -> str:
        """The id of the direct message with somebody."""
        async with self._calling("conversations.open"):
            opened = await self.client.conversations_open(users=person)
        return str(opened["channel"]["id"])

    async def enter(self, channel: str) -> str:
        """Be in a channel, joining it where that is for us to do; its name, "" of a private one.

        The failure is permanent where somebody must invite us first.
        """
        join = "conversations.join"
        await self._await_nothing(join, "")
        try:
            joined = await self.client.conversations_join(channel=channel)
        except SLACK_ERRORS as error:
            if code_of(error) != "method_not_supported_for_channel_type":
                raise await self._failed(error, join, "") from None
        else:
            return str(joined["channel"].get("name") or "")
        async with self._calling("conversations.info"):
            told = await self.client.conversations_info(channel=channel)
        if not told["channel"].get("is_member"):
            raise not_in_channel()
        return ""

    # Views

    async def open_view(self, trigger: str, view: Block) -> None:
        """A modal, for who did something less than three seconds ago."""
        async with self._calling("views.open"):
            await self.client.views_open(trigger_id=trigger, view=view)

    async def update_view(self, view_id: str, view: Block) -> None:
        async with self._calling("views.update"):
            await self.client.views_update(view_id=view_id, view=view)

    async def publish(self, person: str, rendered: Rendered, mine: str, shown: str) -> None:
        """A person's Home; see home_view."""
        await with_fallback(self.kinds, rendered, lambda form: self._publish(person, home_view(form, mine, shown)))

    async def _publish(self, person: str, view: Block) -> None:
        async with self._calling("views.publish"):
            await self.client.views_publish(user_id=person, view=view)


def _lacking(headers: Mapping[str, str]) -> tuple[str, ...]:
    """The scopes that Slack doesn't name among the token's; none where it names none at all."""
    named = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
    granted = {scope.strip() for scope in named.split(",") if scope.strip()}
    return tuple(scope for scope in SCOPES if scope not in granted) if granted else ()


async def patiently(attempt: Callable[[], Awaitable[T]]) -> T:
    """Tries again as long as Slack asks to wait, and a person may still be waiting."""
    give_up = time.monotonic() + ANSWER_PATIENCE_S
    while True:
        try:
            return await attempt()
        except DeliveryFailed as fault:
            wait = 0.0 if fault.retry_at is None else fault.retry_at.timestamp() - time.time()
            if fault.retry_at is None or time.monotonic() + wait > give_up:
                raise
            await asyncio.sleep(wait)


def client_for(token: str | None, api_url: str) -> AsyncWebClient:
    """Without the SDK's retries: it would send a message again after a dropped connection, when it may have arrived."""
    base_url = f"{api_url.rstrip('/')}/"
    return AsyncWebClient(token=token, base_url=base_url, timeout=CALL_S, retry_handlers=[], logger=library_log())
