"""Reactions in the fake Slack: a person puts an emoji on a message once, and takes it off again."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Reactions:
    """By channel and ts: the names of the emoji, each with who put it there."""

    on: dict[tuple[str, str], dict[str, set[str]]] = field(default_factory=dict)

    def put(self, channel: str, ts: str, name: str, person: str) -> None:
        self.on.setdefault((channel, ts), {}).setdefault(name, set()).add(person)

    def take(self, channel: str, ts: str, name: str, person: str) -> None:
        people = self.on[channel, ts][name]
        people.remove(person)
        if not people:
            del self.on[channel, ts][name]

    async def get(self, body: Json) -> Json:
        """https://docs.slack.dev/reference/methods/reactions.get"""
        channel, ts = str(body.get("channel")), str(body.get("timestamp"))
        if (channel, ts) not in self.on:
            return {"ok": False, "error": "message_not_found"}
        there = [{"name": name, "users": [*who], "count": len(who)} for name, who in self.on[channel, ts].items()]
        shown = {"reactions": there} if there else {}
        return {"ok": True, "type": "message", "channel": channel, "message": {"type": "message", "ts": ts, **shown}}
