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
    members: dict[str, set[str]] = field(
        default_factory=lambda: {CHANNEL: {PERSON}, INVITED: {PERSON}, SECRET: {PERSON}}
    )
    names: dict[str, str] = field(default_factory=lambda: dict(_NAMES))
    page: int = 2  # channels of an answer, which Slack may make shorter than was asked for

    async def join(self, body: Json) -> Json:
        channel = str(body.get("channel"))
        if channel in self.archived:
            return {"ok": False, "error": "is_archived"}
        if channel in _PRIVATE:
            return {"ok": False, "error": "method_not_supported_for_channel_type"}
        if channel not in self.names:
            return {"ok": False, "error": "channel_not_found"}
        self.inside.add(channel)
        return {"ok": True, "channel": self._told(channel)}

    async def info(self, body: Json) -> Json:
        channel = str(body.get("channel"))
        if (
            channel not in self.inside or channel not in self.names
        ):  # a private one that we aren't in isn't there for us
            return {"ok": False, "error": "channel_not_found"}
        return {"ok": True, "channel": self._told(channel)}

    async def of_somebody(self, body: Json) -> Json:
        """https://docs.slack.dev/reference/methods/users.conversations: private ones only if we are there, too."""
        person, kinds = body.get("user"), str(body.get("types") or "public_channel").split(",")
        if int(body.get("limit") or 100) > 999:
            return {"ok": False, "error": "invalid_limit"}
        found = [
            channel
            for channel in self.names
            if ("private_channel" if channel in _PRIVATE else "public_channel") in kinds
            and (person in self.members.get(channel, ()) if person else channel in self.inside)
            and (channel not in _PRIVATE or channel in self.inside)
        ]
        start = int(body.get("cursor") or 0)
        shown, more = found[start : start + self.page], start + self.page < len(found)
        told = [{"id": one, "name": self.names[one], "is_private": one in _PRIVATE} for one in shown]
        cursor = str(start + self.page) if more else ""
        return {"ok": True, "channels": told, "response_metadata": {"next_cursor": cursor}}

    async def open(self, body: Json) -> Json:
        if body.get("users") != PERSON:
            return {"ok": False, "error": "user_not_found"}
        return {"ok": True, "channel": {"id": DIRECT}}

    def is_private(self, channel: str) -> bool:
        return channel in _PRIVATE

    def refusal(self, channel: str) -> str:
        """Why nothing can be posted there; "" where it can."""
        if channel in self.refuses:
            return self.refuses[channel]
        if channel in self.archived:
            return "is_archived"
        if channel in self.inside:
            return ""
        return "not_in_channel" if channel in self.names and channel not in _PRIVATE else "channel_not_found"

    def _told(self, channel: str) -> Json:
        kinds = {"is_channel": True, "is_private": channel in _PRIVATE, "is_member": channel in self.inside}
        return {"id": channel, "name": self.names[channel], **kinds}
