"""The channels of the fake Slack, and who is in them."""

from dataclasses import dataclass, field
from typing import Any, Final

from tests.slack.payloads import CHANNEL, DIRECT, PERSON

Json = dict[str, Any]
OTHER: Final = "C0OTHER"  # public, and we are in it
PUBLIC: Final = "C0NEW"  # public, and we aren't
SECRET: Final = "C0SECRET"  # private, and without us
INVITED: Final = "C0INVITED"  # private, and we are in it
OLD: Final = "C0OLD"  # archived
_NAMES: Final = {CHANNEL: "papers", OTHER: "other", PUBLIC: "new", OLD: "old", SECRET: "secret", INVITED: "invited"}
_PRIVATE: Final = (SECRET, INVITED)


@dataclass(slots=True)
class Channels:
    """`inside` are those that we are in; `refuses` says of some why nothing can be posted there."""

    inside: set[str] = field(default_factory=lambda: {CHANNEL, OTHER, INVITED, DIRECT})
    archived: set[str] = field(default_factory=lambda: {OLD})
    refuses: dict[str, str] = field(default_factory=dict)

    async def join(self, body: Json) -> Json:
        channel = str(body.get("channel"))
        if channel in self.archived:
            return {"ok": False, "error": "is_archived"}
        if channel in _PRIVATE:
            return {"ok": False, "error": "method_not_supported_for_channel_type"}
        if channel not in _NAMES:
            return {"ok": False, "error": "channel_not_found"}
        self.inside.add(channel)
        return {"ok": True, "channel": self._told(channel)}

    async def info(self, body: Json) -> Json:
        channel = str(body.get("channel"))
        if channel not in self.inside or channel not in _NAMES:  # a private one that we aren't in isn't there for us
            return {"ok": False, "error": "channel_not_found"}
        return {"ok": True, "channel": self._told(channel)}

    async def open(self, body: Json) -> Json:
        if body.get("users") != PERSON:
            return {"ok": False, "error": "user_not_found"}
        return {"ok": True, "channel": {"id": DIRECT}}

    def refusal(self, channel: str) -> str:
        """Why nothing can be posted there; "" where it can."""
        if channel in self.refuses:
            return self.refuses[channel]
        if channel in self.archived:
            return "is_archived"
        if channel in self.inside:
            return ""
        return "not_in_channel" if channel in _NAMES and channel not in _PRIVATE else "channel_not_found"

    def _told(self, channel: str) -> Json:
        kinds = {"is_channel": True, "is_private": channel in _PRIVATE, "is_member": channel in self.inside}
        return {"id": channel, "name": _NAMES[channel], **kinds}
