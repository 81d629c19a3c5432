"""Slack as a channel: events become Requests, Messages become posts. Nothing is decided here.

    an event -> acknowledged at once -> question -> respond, in a worker thread -> render -> posted or whispered
    a delivery -> word -> render -> posted, if the channel's pace allows; Slack's errors become ours

Answers are not in the outbox: one that can't be posted in a minute is logged and dropped, the person will ask again.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.domain.news import Delivery
from bot.errors import ChannelDown, DeliveryFailed
from handlers import wording
from handlers.charts import drawn
from handlers.commands import may_mean_managing
from handlers.incoming import Request, Route
from handlers.messages import NOTHING, File, Image, Message
from handlers.slack import questions
from handlers.slack.connection import Connection, library_log
from handlers.slack.failures import BLOCKS_REFUSED, SLACK_ERRORS, code_of, failure, is_limit, limited, wait_of
from handlers.slack.files import Files
from handlers.slack.pace import Pace
from handlers.slack.people import People
from handlers.slack.questions import Payload, Question, Seen
from handlers.slack.render import ACTION, Rendered, render

Respond = Callable[[Request], Message]
Word = Callable[[Delivery], Message]
T = TypeVar("T")
Admits = Callable[[Request], bool]

log = logging.getLogger(__name__)
CALL_S = 15
ANSWER_PATIENCE_S = 60.0
STOP_S = 2.0


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that is there: its ts, and the channel, which for a person is the direct message with them."""

    channel: str
    ts: str


class Slack:
    """One workspace. `respond` is called in worker threads, several at a time."""

    platform = "slack"

    def __init__(
        self,
        bot_token: str,
        app_token: str,
        *,
        respond: Respond,
        word: Word,
        api_url: str = "https://slack.com/api/",
        admits: Admits = lambda _: True,
        admins_manage: bool = False,
    ) -> None:
        self._respond, self._word, self._admits = respond, word, admits
        self._client = _client(bot_token, api_url)
        self._files = Files(self._client, timeout_s=CALL_S)
        self._people = People(self._client) if admins_manage else None
        self._connection = Connection(self._app(api_url), app_token)
        self._me: AuthorizeResult | None = None
        self._pace, self._seen = Pace(), Seen()
        self._answers: set[asyncio.Task[None]] = set()
        self._refused = ""

    def routes(self) -> tuple[Route, ...]:
        """Nothing comes to the web door: Socket Mode needs none."""
        return ()

    async def start(self) -> None:
        """Raises ChannelDown for a refused token. Without a network it goes on trying, and `trouble` says so."""
        trouble = ""
        try:
            await self._who()
            await self._connection.open()
        except ChannelDown:
            raise
        except DeliveryFailed as fault:
            trouble = str(fault)
            log.warning("Slack can't be reached yet, trying on: %s", fault)
        self._connection.keep(trouble)

    async def stop(self) -> None:
        """Takes no more questions, and gives the answers under way two seconds."""
        await self._connection.close()
        if self._answers:
            await asyncio.wait(self._answers, timeout=STOP_S)
        for answer in self._answers:
            answer.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)

    async def send(self, delivery: Delivery) -> str:
        """The message's ts. Later news of a paper goes into the thread of its first card, and is shown in the channel.

        Raises DeliveryFailed (permanent, or with the earliest useful next try) and ChannelDown.
        """
        address, rendered = delivery.chat.address, await asyncio.to_thread(self._rendered, delivery)
        thread = address.topic or delivery.reply_to
        posted = await self._post(address.chat, rendered, thread, broadcast=bool(thread and not address.topic))
        if rendered.files:
            await self._attach(rendered.files, posted.channel, thread or posted.ts)
        return posted.ts

    def _rendered(self, delivery: Delivery) -> Rendered:
        return render(drawn(self._word(delivery)))

    async def edit(self, delivery: Delivery) -> None:
        """Lets what was posted tell what is known now. Raises as `send` does."""
        rendered = render(self._word(delivery))
        try:
            await self._client.chat_update(
                channel=delivery.chat.address.chat,
                ts=delivery.message,
                text=rendered.text,
                blocks=list(rendered.blocks),
                parse="none",
                link_names=False,
            )
        except SLACK_ERRORS as error:
            raise failure(error) from None

    async def check(self) -> str:
        """Who we are, for the doctor; tries both tokens. Raises ChannelDown or DeliveryFailed, with the mend."""
        answer = await self._auth_test()
        await self._connection.address()
        return f"Slack answers as @{answer.get('user')} in {answer.get('team')}"

    async def name(self) -> str:
        """What people call us. Raises ChannelDown or DeliveryFailed."""
        return str((await self._auth_test()).get("user") or "")

    @property
    def trouble(self) -> str:
        return self._refused or self._connection.trouble

    # Incoming

    def _app(self, api_url: str) -> AsyncApp:
        # Without a token of its own, and with our authorize, Bolt asks Slack nothing before it acknowledges; it passes
        # an authorize function what its parameters name, "self" too, so a method must be wrapped. It also lowers the
        # level of the logger that has its name.
        client, own_name = _client(None, api_url), "slack_bolt.paperwire"
        app = AsyncApp(client=client, authorize=lambda: self._who(), logger=library_log(), name=own_name)
        for command in ("/paperwire", "/code"):
            app.command(command)(self._on_command)
        app.event("app_mention")(self._on_mention)
        app.event("message")(self._on_message)
        app.action(re.compile(f"^{ACTION}"))(self._on_press)
        return app

    async def _on_command(self, ack: AsyncAck, body: Payload) -> None:
        await ack()
        self._begin(questions.of_command(body, await self._workspace()))

    async def _on_mention(self, body: Payload) -> None:
        me = await self._who()
        self._begin(questions.of_mention(body, me.team_id or "", me.bot_user_id or ""))

    async def _on_message(self, body: Payload) -> None:
        me = await self._who()
        self._begin(questions.of_direct(body, me.team_id or "", me.bot_user_id or ""))

    async def _on_press(self, ack: AsyncAck, body: Payload) -> None:
        await ack()
        self._begin(questions.of_press(body, await self._workspace()))

    def _begin(self, question: Question | None) -> None:
        if question and self._seen.is_new(question.key):
            answer = asyncio.create_task(self._answer(question))
            self._answers.add(answer)
            answer.add_done_callback(self._answers.discard)

    async def _answer(self, question: Question) -> None:
        chat = question.request.address.chat
        try:
            message = await asyncio.to_thread(self._respond, await self._looked_up(question))
            if message == NOTHING:
                return
            if not question.response_url:  # no picture can be whispered, and its words can
                message = await asyncio.to_thread(drawn, message)
            rendered = render(message)
            if any(isinstance(file, File) for file in rendered.files):
                await self._answer_with_files(question, rendered)
            else:
                await self._say(question, rendered)
        except DeliveryFailed as fault:
            log.warning("an answer in Slack's channel %s didn't get there: %s", chat, fault)
        except Exception:  # one question's bug must be seen, and must not touch the others
            log.exception("a question in Slack's channel %s has no answer", chat)

    async def _looked_up(self, question: Question) -> Request:
        """With the file that came along, and whether its sender may manage; of a stranger neither is found out."""
        request = replace(question.request, may_manage=False)
        if not await asyncio.to_thread(self._admits, request):
            return request
        content, trouble = await self._files.fetched(question.file) if question.file else (None, None)
        return replace(request, may_manage=await self._may_manage(request), file=content, file_trouble=trouble)

    async def _may_manage(self, request: Request) -> bool:
        """Every member of a channel, unless the settings say admins; then it is asked who is one."""
        if self._people is None or request.alone:
            return True
        if not may_mean_managing(request.text):
            return False
        return await self._people.is_admin(request.sender, await self._workspace())

    async def _say(self, question: Question, rendered: Rendered) -> None:
        if question.response_url:
            await self._whisper(question, rendered)
            return
        posted = await _patiently(partial(self._post, question.request.address.chat, rendered, question.thread))
        if rendered.files:
            await self._attach(rendered.files, posted.channel, question.thread)

    async def _answer_with_files(self, question: Question, rendered: Rendered) -> None:
        """No file can be whispered: what only the asker would see goes to them in a direct message, and they are told.

        Writing to a person opens that message's channel, whose id Slack tells; files can be shown in that alone.
        """
        chat, whispered = question.request.address.chat, bool(question.response_url)
        thread = "" if whispered else question.thread
        try:
            uploaded = [await self._files.upload(file) for file in rendered.files]
            to = question.request.sender if whispered else chat
            posted = await _patiently(partial(self._post, to, rendered, thread))
            await _patiently(partial(self._files.show, uploaded, posted.channel, thread))
        except DeliveryFailed as fault:
            log.warning("a file for Slack's channel %s didn't get there: %s", chat, fault)
            await self._say(question, render(wording.file_not_sent(str(fault))))
        else:
            if whispered and posted.channel != chat:
                await self._say(question, render(wording.file_elsewhere()))

    # Outgoing

    async def _whisper(self, question: Question, rendered: Rendered) -> None:
        """For the asker alone. Not through Bolt's respond(), which sends again after a dropped connection."""
        hook = AsyncWebhookClient(question.response_url, timeout=CALL_S, retry_handlers=[], logger=library_log())
        body: dict[str, Any] = {"response_type": "ephemeral", "replace_original": False, "unfurl_links": False}
        if question.thread:
            body["thread_ts"] = question.thread
        try:
            answer = await hook.send_dict({**body, "text": rendered.text, "blocks": list(rendered.blocks) or None})
            if any(code in answer.body for code in BLOCKS_REFUSED):
                log.error("Slack refuses blocks of ours (%s); sending the text alone", answer.body[:80])
                answer = await hook.send_dict({**body, "text": rendered.whole})
        except SLACK_ERRORS as error:  # its own words may hold the address, with which anybody could answer
            raise failure(error) from None
        if answer.status_code != 200 or '"ok":false' in answer.body:
            raise DeliveryFailed(f"Slack answered {answer.body[:80]} (HTTP {answer.status_code})")

    async def _attach(self, files: Sequence[File | Image], channel: str, thread: str) -> None:
        """Beside a message that has got there, and isn't sent again for a file's sake."""
        try:
            await self._files.show([await self._files.upload(file) for file in files], channel, thread)
        except DeliveryFailed as fault:
            log.warning("a file for Slack's channel %s didn't get there: %s", channel, fault)

    async def _post(self, channel: str, rendered: Rendered, thread: str = "", *, broadcast: bool = False) -> Posted:
        if wait := self._pace.wait(channel, time.monotonic()):
            raise limited(wait)
        blocks = list(rendered.blocks) or None
        try:
            posted = await self._call(channel, thread, broadcast, text=rendered.text, blocks=blocks)
        except SLACK_ERRORS as error:
            if code_of(error) not in BLOCKS_REFUSED:
                raise self._failed(error, channel) from None
            log.error("Slack refuses blocks of ours (%s); sending the text alone", code_of(error))
            posted = await self._post_text(channel, rendered, thread, broadcast)
        self._refused = ""
        return posted

    async def _post_text(self, channel: str, rendered: Rendered, thread: str, broadcast: bool) -> Posted:
        try:
            return await self._call(channel, thread, broadcast, text=rendered.whole)
        except SLACK_ERRORS as error:
            raise self._failed(error, channel) from None

    async def _call(self, channel: str, thread: str, broadcast: bool, **content: Any) -> Posted:
        answer = await self._client.chat_postMessage(
            channel=channel,
            thread_ts=thread or None,
            reply_broadcast=broadcast or None,
            unfurl_links=False,
            unfurl_media=False,
            parse="none",  # names in the text stay text
            link_names=False,
            **content,
        )
        return Posted(str(answer.get("channel") or channel), str(answer.get("ts") or ""))

    def _failed(self, error: Exception, channel: str) -> DeliveryFailed:
        fault = failure(error)
        if is_limit(error):
            self._pace.hold(channel, time.monotonic(), wait_of(error))
        if isinstance(fault, ChannelDown):
            self._refused = str(fault)
        return fault

    # Who we are

    async def _who(self) -> AuthorizeResult:
        """Asked once, then known."""
        if self._me is None:
            answer = await self._auth_test()
            self._me = AuthorizeResult(
                enterprise_id=answer.get("enterprise_id"),
                team_id=answer.get("team_id"),
                bot_user_id=answer.get("user_id"),
                bot_id=answer.get("bot_id"),
                bot_token=self._client.token,
            )
        return self._me

    async def _workspace(self) -> str:
        return (await self._who()).team_id or ""

    async def _auth_test(self) -> dict[str, Any]:
        try:
            answer = await self._client.auth_test()
        except SLACK_ERRORS as error:
            raise failure(error) from None
        return dict(answer.data) if isinstance(answer.data, dict) else {}


async def _patiently(attempt: Callable[[], Awaitable[T]]) -> T:
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


def _client(token: str | None, api_url: str) -> AsyncWebClient:
    """Without the SDK's retries: it would send a message again after a dropped connection, when it may have arrived."""
    base_url = f"{api_url.rstrip('/')}/"
    return AsyncWebClient(token=token, base_url=base_url, timeout=CALL_S, retry_handlers=[], logger=library_log())
