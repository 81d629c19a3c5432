"""What Slack brings to a web door: its bodies, and the headers with which it signs them."""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

from tests.slack import payloads
from tests.slack.fake_api import BOT, CHANNEL, PERSON, TEAM, FakeSlack

SECRET = "8f742231b10e"
Headers = dict[str, str]


def signed(body: bytes, *, at: float | None = None, secret: str = SECRET, kind: str = "application/json") -> Headers:
    stamp = str(int(time.time() if at is None else at))
    mark = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}", "Content-Type": kind}


def form(body: bytes) -> Headers:
    return signed(body, kind="application/x-www-form-urlencoded")


def mention(text: str = "code bert", *, team: str = TEAM, event_id: str = "Ev1") -> bytes:
    event = {"type": "app_mention", "text": f"<@{BOT}> {text}", "user": PERSON, "channel": CHANNEL, "ts": "17.1"}
    return json.dumps({"type": "event_callback", "event": event, "team_id": team, "event_id": event_id}).encode()


def command(text: str, api: FakeSlack, *, team: str = TEAM) -> bytes:
    told = payloads.command(text, name="/code", channel=CHANNEL, **api._way_back())
    return urlencode({**told, "team_id": team}).encode()


def press(value: str, api: FakeSlack, *, team: str = TEAM) -> bytes:
    container = {"message_ts": "1.1", "is_ephemeral": True}
    way = api._way_back()
    pressed = payloads.action(value, "command:0.0")
    told = payloads.press(pressed, container=container, channel=CHANNEL, name="ada", **way)
    return urlencode({"payload": json.dumps({**told, "team": {"id": team}})}).encode()
