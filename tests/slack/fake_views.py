"""The views of the fake Slack: modals, opened by a trigger that lives for three seconds and serves once, and Homes."""

import json
import time
from dataclasses import dataclass, field
from typing import Any, Final

from tests.slack import limits, view_limits
from tests.slack.newer_limits import NEWER

Json = dict[str, Any]
TRIGGER_S: Final = 3.0


@dataclass(slots=True)
class Views:
    """`modals` by their ids, `homes` by person, each as it is now; `published` counts."""

    modals: dict[str, Json] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    published: int = 0
    takes: frozenset[str] = NEWER  # of the newer kinds of blocks, in a Home
    triggers: dict[str, float] = field(default_factory=dict)
    trigger_s: float = TRIGGER_S

    def trigger(self, number: int) -> str:
        """A new trigger, as it comes along with what a person does."""
        self.triggers[id_ := f"{number}.trigger"] = time.monotonic()
        return id_

    async def open(self, body: Json) -> Json:
        given_at = self.triggers.pop(str(body.get("trigger_id")), None)
        if given_at is None:
            return {"ok": False, "error": "exchanged_trigger_id"}
        if time.monotonic() - given_at > self.trigger_s:
            return {"ok": False, "error": "expired_trigger_id"}
        view = _view_of(body)
        if view.get("type") != "modal" or view_limits.fault_of(view):
            return {"ok": False, "error": "invalid_arguments"}
        id_ = f"V{len(self.modals)}"
        self.modals[id_] = {**view, "id": id_}
        return {"ok": True, "view": self.modals[id_]}

    async def update(self, body: Json) -> Json:
        id_, view = str(body.get("view_id")), _view_of(body)
        if id_ not in self.modals:
            return {"ok": False, "error": "not_found"}
        if view.get("type") != "modal" or view_limits.fault_of(view):
            return {"ok": False, "error": "invalid_arguments"}
        self.modals[id_] = {**view, "id": id_}
        return {"ok": True, "view": self.modals[id_]}

    async def publish(self, body: Json) -> Json:
        view = _view_of(body)
        if told := limits.unsupported(view.get("blocks") or [], takes=self.takes, at="/view/blocks"):
            return {"ok": False, "error": "invalid_arguments", "response_metadata": {"messages": told}}
        if view.get("type") != "home" or not body.get("user_id") or view_limits.fault_of(view):
            return {"ok": False, "error": "invalid_arguments"}
        self.homes[body["user_id"]] = {**view, "id": f"H{body['user_id']}"}
        self.published += 1
        return {"ok": True, "view": view}


def _view_of(body: Json) -> Json:
    view = body.get("view")
    found = json.loads(view) if isinstance(view, str) else view
    return found if isinstance(found, dict) else {}
