"""Who is an admin of the workspace, and which clock somebody lives by: asked of Slack, and known for some minutes."""

import logging
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.failures import SLACK_ERRORS, code_of

log = logging.getLogger(__name__)
KNOWN_S = 300.0
_REMEMBERED = 1000
_MEND = {"missing_scope": "; add the scope users:read to the app, and install it again"}


class People:
    """Keeps what Slack said; what can't be found out is asked again the next time."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: OrderedDict[str, tuple[float, Mapping[str, Any]]] = OrderedDict()

    async def is_admin(self, person: str, workspace: str) -> bool:
        """An admin or owner of this very workspace; False for one of whom that can't be found out."""
        return _is_admin(await self._looked_up(person), workspace)

    async def zone(self, person: str) -> str:
        """The time zone of their profile, as Europe/Berlin; "" where there is none."""
        return str((await self._looked_up(person)).get("tz") or "")

    async def _looked_up(self, person: str) -> Mapping[str, Any]:
        """What Slack knows of somebody; nothing where it doesn't say."""
        until, told = self._known.get(person, (0.0, {}))
        if time.monotonic() < until:
            return told
        try:
            answer = await self._client.users_info(user=person)
        except SLACK_ERRORS as error:
            code = code_of(error) or type(error).__name__
            log.warning("who somebody in Slack is can't be found out: %s%s", code, _MEND.get(code, ""))
            return {}
        user = answer.get("user")
        told = user if isinstance(user, Mapping) else {}
        self._known[person] = (time.monotonic() + KNOWN_S, told)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return told


def _is_admin(user: Mapping[str, Any], workspace: str) -> bool:
    """Of a shared channel's other workspace the admins are strangers here."""
    if user.get("deleted") or user.get("team_id", workspace) != workspace:
        return False
    return any(user.get(role) is True for role in ("is_admin", "is_owner", "is_primary_owner"))
