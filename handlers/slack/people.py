"""Who is an admin of the workspace: asked of Slack, and known for some minutes."""

import logging
import time
from collections import OrderedDict
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.failures import SLACK_ERRORS, code_of

log = logging.getLogger(__name__)
KNOWN_S = 300.0
_REMEMBERED = 1000
_MEND = {"missing_scope": "; add the scope users:read to the app, and install it again"}


class People:
    """Keeps what Slack said, a refusal too; what can't be found out is asked again the next time."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: OrderedDict[str, tuple[float, bool]] = OrderedDict()

    async def is_admin(self, person: str, workspace: str) -> bool:
        """An admin or owner of this very workspace; False for one of whom that can't be found out."""
        until, yes = self._known.get(person, (0.0, False))
        if time.monotonic() < until:
            return yes
        try:
            answer = await self._client.users_info(user=person)
        except SLACK_ERRORS as error:
            code = code_of(error) or type(error).__name__
            log.warning("whether somebody is an admin of Slack can't be found out: %s%s", code, _MEND.get(code, ""))
            return False
        yes = _is_admin(answer.get("user"), workspace)
        self._known[person] = (time.monotonic() + KNOWN_S, yes)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return yes


def _is_admin(user: Any, workspace: str) -> bool:
    """Of a shared channel's other workspace the admins are strangers here."""
    if not isinstance(user, dict) or user.get("deleted") or user.get("team_id", workspace) != workspace:
        return False
    return any(user.get(role) is True for role in ("is_admin", "is_owner", "is_primary_owner"))
