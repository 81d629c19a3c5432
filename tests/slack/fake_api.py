"""A strict fake of Slack: the Web API, response_urls and the Socket Mode WebSocket, over real sockets on loopback.

It knows one workspace with a few channels, wants the right token for each method, checks blocks against the documented
limits, wants every envelope acknowledged and delivers it again otherwise. Faults are ordered beforehand: `api.fail(…)`.
"""

import asyncio
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import WSMsgType, web

from tests.clock import PATIENCE_S
from tests.slack import limits, payloads
from tests.slack.fake_calls import Fault, body_of
from tests.slack.fake_channels import Channels
from tests.slack.fake_files import Shelf
from tests.slack.fake_links import Links
from tests.slack.fake_reactions import Reactions
from tests.slack.fake_views import Views
from tests.slack.newer_limits import NEWER
from tests.slack.payloads import BOT, BOT_ID, CHANNEL, DIRECT, PERSON, TEAM

__all__ = ["APP_TOKEN", "BOT", "BOT_TOKEN", "CHANNEL", "DIRECT", "PERSON", "TEAM", "FakeSlack", "Fault"]

READ_BY_GET = "users.info|conversations.info|reactions.get|users.conversations"
SOCKET_S = 20.0  # until somebody listens
FIRST = "command:0.0"
BOT_TOKEN, APP_TOKEN = "xoxb-111-222-botsecret", "xapp-1-A0-333-appsecret"
Json = dict[str, Any]


@dataclass(slots=True)
class FakeSlack:
    """`posts` and `whispers` are what people see; `calls` every call, refused ones too; `acks` seconds per envelope."""

    redeliver_s: float = 0.4
    posts: list[Json] = field(default_factory=list)
    whispers: list[Json] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    acks: dict[str, float] = field(default_factory=dict)
    connections: int = 0
    revoked: set[str] = field(default_factory=set)
    people: dict[str, Json] = field(default_factory=lambda: {PERSON: {}})  # what is so of each, such as is_admin
    name: str = "ada"
    scopes: tuple[str, ...] = ()  # of the bot's token, where they are told
    takes: frozenset[str] = NEWER  # of the newer kinds of blocks, in messages
    slow: dict[str, float] = field(default_factory=dict)  # seconds that a method takes
    deaf: bool = False  # opens no socket
    refusal: str = ""  # why each new socket is closed at once
    complaints: list[str] = field(default_factory=list)
    delivered: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # how often, per envelope
    replies: dict[str, Json] = field(default_factory=dict)  # what an acknowledgement carried
    views: Views = field(default_factory=Views)
    channels: Channels = field(default_factory=Channels)
    files: Shelf = field(default_factory=lambda: Shelf(BOT_TOKEN, (CHANNEL, DIRECT, "C0OTHER", "C0INVITED")))
    links: Links = field(default_factory=Links)
    reactions: Reactions = field(default_factory=Reactions)
    _faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    _tickets: set[str] = field(default_factory=set)
    _sockets: list[web.WebSocketResponse] = field(default_factory=list)
    _sent: dict[str, tuple[float, Json]] = field(default_factory=dict)
    _uses: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _runner: web.AppRunner | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    root: str = ""  # host and port

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.add_routes(
            [
                web.post("/api/{method}", self._method),
                web.get(f"/api/{{method:{READ_BY_GET}}}", self._method),  # the SDK reads by GET
                web.post("/response/{id}", self._response),
                web.get("/socket", self._socket),
                *self.files.routes(),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.root = self.files.root = f"127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        for task in self._tasks:
            task.cancel()
        await self.hang_up()
        if self._runner:
            await self._runner.cleanup()
        assert kind is not None or not self.complaints, self.complaints

    @property
    def url(self) -> str:
        return f"http://{self.root}/api/"

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of this method go wrong like this, one each; `method` may be "response_url"."""
        self._faults[method].extend(faults)

    # What people do

    async def command(self, text: str, *, command: str = "/paperwire", channel: str = CHANNEL) -> str:
        payload = payloads.command(text, name=command, channel=channel, **self._way_back())
        return await self._envelope("slash_commands", payload, accepts=True)

    async def mention(self, text: str, **event: object) -> str:
        return await self._event({"type": "app_mention", "text": text, "channel": CHANNEL, **event})

    async def direct(self, text: str, **event: object) -> str:
        return await self._event({"type": "message", "channel_type": "im", "text": text, "channel": DIRECT, **event})

    async def press(
        self, value: str, *, action_id: str = FIRST, menu: bool = False, channel: str = CHANNEL, **container: object
    ) -> str:
        """A button in a message; `container` is Slack's: message_ts, thread_ts, is_ephemeral; `bot` isn't we."""
        told: Json = {"container": dict(container), "channel": channel, "name": self.name, **self._way_back()}
        return await self._interaction(payloads.press(payloads.action(value, action_id, menu=menu), **told))

    async def press_at_home(self, value: str, *, action_id: str = FIRST, menu: bool = False) -> str:
        action = payloads.action(value, action_id, menu=menu)
        return await self._interaction(payloads.view_action(self.views.homes[PERSON], action, trigger=self._trigger()))

    async def act(self, view: str, action: Json, values: Json | None = None) -> str:
        """Something that is done in a modal, such as typing, where `values` are filled in."""
        shown = self.views.modals[view]
        return await self._interaction(payloads.view_action(shown, action, trigger=self._trigger(), values=values))

    async def submit(self, view: str, values: Json) -> str:
        return await self._interaction(payloads.submission(self.views.modals[view], values, trigger=self._trigger()))

    async def shortcut(self, callback_id: str) -> str:
        return await self._interaction(payloads.shortcut(callback_id, trigger=self._trigger()))

    async def message_shortcut(
        self, callback_id: str, text: str | None, *, channel: str = CHANNEL, **message: object
    ) -> str:
        said = {"text": text, **message}
        payload = payloads.message_shortcut(callback_id, said, channel=channel, **self._way_back())
        return await self._interaction(payload)

    async def share(self, *urls: str, channel: str = CHANNEL, **event: object) -> str:
        """Somebody posts links; Slack tells of those to the app's domains."""
        posted = self.links.post(f"18000000{self._next()}.0001", channel, urls)
        return await self._event({"type": "link_shared", **posted, **event})

    async def react(
        self, name: str, ts: str, *, channel: str = CHANNEL, person: str = PERSON, off: bool = False, of: str = BOT
    ) -> str:
        """Somebody puts an emoji on a message of `of`, or takes it `off`."""
        (self.reactions.take if off else self.reactions.put)(channel, ts, name.partition("::")[0], person)
        what = {"type": f"reaction_{'removed' if off else 'added'}", "user": person, "reaction": name}
        item = {"type": "message", "channel": channel, "ts": ts}
        return await self._event({**what, "item_user": of, "item": item})

    async def invite(self, channel: str, *, person: str = BOT) -> str:
        """Somebody is let into a channel, by Bob."""
        self.channels.inside |= {channel} if person == BOT else set()
        joined = {"type": "member_joined_channel", "user": person, "inviter": "U0BOB", "channel_type": "C"}
        return await self._event({"channel": channel, **joined})

    async def kick(self, channel: str) -> str:
        """We are shown out of a channel."""
        self.channels.inside.discard(channel)
        kind = f"{'group' if self.channels.is_private(channel) else 'channel'}_left"
        return await self._event({"type": kind, "channel": channel, "actor_id": "U0BOB"})

    async def unarchive(self, channel: str) -> str:
        self.channels.archived.discard(channel)
        self.channels.inside.add(channel)
        return await self._event({"type": "channel_unarchive", "channel": channel, "user": "U0BOB"})

    async def open_home(self, tab: str = "home") -> str:
        return await self._event({"type": "app_home_opened", "channel": DIRECT, "tab": tab})

    async def again(self, envelope: str) -> None:
        """The acknowledgement got lost on its way: the same thing is delivered once more."""
        message = self._sent[envelope][1]
        await self._send({**message, "retry_attempt": message.get("retry_attempt", 0) + 1, "retry_reason": "timeout"})

    # What Slack does

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        await self._send_raw({"type": "disconnect", "reason": reason, "debug_info": {}})

    async def hang_up(self) -> None:
        sockets, self._sockets = self._sockets, []
        for socket in sockets:
            await socket.close()

    def fall_silent(self) -> None:
        """The sockets stay open, and nothing comes through them any more, neither way."""
        self._sockets = []

    async def until(self, what: Callable[[], object], seconds: float = PATIENCE_S) -> None:
        """Waits for something to become true; fails loudly when it doesn't."""
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, "it didn't happen in time"
            await asyncio.sleep(0.005)

    # The Web API

    async def _method(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.calls.append(method)
        fault = self._faults[method].popleft() if self._faults[method] else Fault()
        if fault.drop and not fault.accepted:
            return self._dropped(request)
        if refusal := fault.error or self._refusal(method, request):
            told = {"response_metadata": {"messages": list(fault.messages)}} if fault.messages else {}
            return self._json({"ok": False, "error": refusal, **told}, fault)
        if fault.status != 200:
            return web.Response(status=fault.status, text="<html>upstream</html>", content_type="text/html")
        body = await body_of(request)
        if slow := self.slow.get(method):
            await asyncio.sleep(slow)
        answer = await self._methods()[method](body)
        return self._dropped(request) if fault.drop else self._json(answer, fault)

    def _methods(self) -> dict[str, Callable[[Json], Awaitable[Json]]]:
        return {
            "auth.test": self._auth_test,
            "apps.connections.open": self._open,
            "chat.postMessage": self._post,
            "users.info": self._user,
            "chat.update": self._update,
            "chat.unfurl": self.links.unfurl,
            "reactions.get": self.reactions.get,
            "files.getUploadURLExternal": self.files.announce,
            "files.completeUploadExternal": self.files.complete,
            "conversations.join": self.channels.join,
            "conversations.info": self.channels.info,
            "conversations.open": self.channels.open,
            "users.conversations": self.channels.of_somebody,
            "views.open": self.views.open,
            "views.update": self.views.update,
            "views.publish": self.views.publish,
        }

    async def _user(self, body: Json) -> Json:
        person = body.get("user")
        if person not in self.people:
            return {"ok": False, "error": "user_not_found"}
        roles = {"is_admin": False, "is_owner": False, "is_primary_owner": False, "deleted": False, "is_bot": False}
        return {"ok": True, "user": {"id": person, "team_id": TEAM, **roles, **self.people[person]}}

    def _refusal(self, method: str, request: web.Request) -> str:
        if method not in self._methods():
            return "unknown_method"
        wanted = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or not token:
            return "not_authed"
        if token in self.revoked:
            return "token_revoked"
        if token == wanted:
            return ""
        return "not_allowed_token_type" if token in (BOT_TOKEN, APP_TOKEN) else "invalid_auth"

    def _json(self, answer: Json, fault: Fault) -> web.Response:
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        headers |= {"x-oauth-scopes": ",".join(self.scopes)} if self.scopes else {}
        return web.json_response(answer, status=fault.status, headers=headers)

    def _dropped(self, request: web.Request) -> web.Response:
        assert request.transport
        request.transport.abort()
        return web.Response()

    async def _auth_test(self, _: Json) -> Json:
        me = {"user": "paperwire", "user_id": BOT, "bot_id": BOT_ID}
        return {"ok": True, "url": "https://work.slack.com/", "team": "Work", "team_id": TEAM, **me}

    async def _open(self, _: Json) -> Json:
        ticket = f"ticket{self._next()}"
        self._tickets.add(ticket)
        return {"ok": True, "url": f"ws://{self.root}/socket?ticket={ticket}"}

    async def _post(self, body: Json) -> Json:
        channel = DIRECT if body.get("channel") == PERSON else body.get("channel")  # who writes to a person opens it
        if refusal := self.channels.refusal(str(channel)) or limits.message_fault(body, self.takes):
            return limits.refused(refusal, body, self.takes)
        ts = f"{self._next()}.0001"
        self.posts.append({**body, "channel": channel, "ts": ts})
        return {"ok": True, "channel": channel, "ts": ts}

    async def _update(self, body: Json) -> Json:
        if refusal := limits.message_fault(
            {**body, "blocks": body.get("blocks") or None}, self.takes
        ):  # [] takes them away
            return limits.refused(refusal, body, self.takes)
        for post in self.posts:
            if (post["channel"], post["ts"]) == (body.get("channel"), body.get("ts")):
                post.update(body)
                return {"ok": True, "channel": body["channel"], "ts": body["ts"], "text": body.get("text")}
        return {"ok": False, "error": "message_not_found"}

    async def _response(self, request: web.Request) -> web.Response:
        self.calls.append("response_url")
        id_, body = request.match_info["id"], await request.json()
        fault = self._faults["response_url"].popleft() if self._faults["response_url"] else Fault()
        self._uses[id_] += 1
        if self._uses[id_] > 5:
            return web.Response(status=404, text="used_url")
        refusal = fault.error or ("" if body.get("delete_original") else limits.message_fault(body, self.takes))
        if refusal or fault.status != 200:
            headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            return web.Response(status=400 if refusal else fault.status, text=refusal or "unwell", headers=headers)
        self.whispers.append({**body, "id": id_})
        return self._dropped(request) if fault.drop else web.Response(text="ok")

    # Socket Mode

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or self.deaf:
            return web.Response(status=401, text="bad ticket")
        self._tickets.remove(ticket)  # an address serves once
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self._sockets.append(socket)
        self.connections += 1
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0"}})
        if self.refusal:
            await self.disconnect(self.refusal)
            await self.hang_up()
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                self._acknowledged(json.loads(message.data))
            elif message.type == WSMsgType.PING and socket in self._sockets:
                await socket.pong(message.data)
        return socket

    def _acknowledged(self, answer: Json) -> None:
        id_ = answer.get("envelope_id")
        if not isinstance(id_, str) or id_ not in self._sent:
            self.complaints.append(f"an acknowledgement of nothing: {answer}")
        else:
            self.acks.setdefault(id_, time.monotonic() - self._sent[id_][0])
            self.replies.setdefault(id_, answer.get("payload") or {})

    async def _event(self, event: Json) -> str:
        event = {"user": PERSON, "ts": f"17000000{self._next()}.0001", "event_ts": "1.1", "team": TEAM, **event}
        ids = {"event_id": f"Ev{self._next()}", "team_id": TEAM, "api_app_id": "A0", "event_time": 1}
        authorizations = [{"team_id": TEAM, "user_id": BOT, "is_bot": True, "is_enterprise_install": False}]
        payload = {"type": "event_callback", "event": event, "authorizations": authorizations, **ids}
        return await self._envelope("events_api", payload, accepts=False)

    async def _interaction(self, payload: Json) -> str:
        return await self._envelope("interactive", payload, accepts=True)

    def _trigger(self) -> str:
        return self.views.trigger(self._next())

    def _way_back(self) -> dict[str, str]:
        return {"trigger": self._trigger(), "url": f"http://{self.root}/response/{self._next()}"}

    async def _envelope(self, kind: str, payload: Json, *, accepts: bool) -> str:
        id_ = f"envelope-{self._next()}"
        message = {"type": kind, "envelope_id": id_, "payload": payload, "accepts_response_payload": accepts}
        await self._send(message)
        task = asyncio.create_task(self._redeliver(id_))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return id_

    async def _redeliver(self, envelope: str) -> None:
        for _ in range(3):
            await asyncio.sleep(self.redeliver_s)
            if envelope in self.acks:
                return
            await self.again(envelope)

    async def _send(self, message: Json) -> None:
        self._sent[message["envelope_id"]] = (time.monotonic(), message)
        self.delivered[message["envelope_id"]] += 1
        await self._send_raw(message)

    async def _send_raw(self, message: Json) -> None:
        while True:
            await self.until(lambda: [socket for socket in self._sockets if not socket.closed], SOCKET_S)
            socket = next(socket for socket in reversed(self._sockets) if not socket.closed)
            try:
                return await socket.send_json(message)
            except ConnectionError:  # who listened was killed
                self._sockets.remove(socket)

    def _next(self) -> int:
        return next(self._numbers)
