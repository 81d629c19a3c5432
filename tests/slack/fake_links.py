"""Links that people post in the fake Slack, and their previews."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.slack import limits

Json = dict[str, Any]


@dataclass(slots=True)
class Links:
    """`previews` by address, as they are shown."""

    previews: Json = field(default_factory=dict)
    _posted: dict[tuple[str, str], set[str]] = field(default_factory=dict)  # by channel and ts

    def post(self, ts: str, channel: str, urls: Sequence[str]) -> Json:
        """What Slack tells of it: https://docs.slack.dev/reference/events/link_shared"""
        self._posted[channel, ts] = set(urls)
        links = [{"domain": url.split("/")[2].removeprefix("www."), "url": url} for url in urls]
        where = {"channel": channel, "message_ts": ts, "unfurl_id": f"{channel}-{ts}", "is_bot_user_member": True}
        return {**where, "links": links, "source": "conversations_history"}

    async def unfurl(self, body: Json) -> Json:
        """https://docs.slack.dev/reference/methods/chat.unfurl"""
        unfurls = body["unfurls"] if isinstance(body["unfurls"], dict) else json.loads(body["unfurls"])
        posted = self._posted.get((str(body.get("channel")), str(body.get("ts"))))
        if posted is None:
            return {"ok": False, "error": "cannot_unfurl_message"}
        if not unfurls or unfurls.keys() - posted:
            return {"ok": False, "error": "cannot_unfurl_url"}
        if refusal := next(filter(None, (limits.fault_of(shown["blocks"]) for shown in unfurls.values())), ""):
            return {"ok": False, "error": refusal}
        self.previews.update(unfurls)
        return {"ok": True}
