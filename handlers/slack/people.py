"""Who is an admin of the workspace, which clock somebody lives by, and which channels they may read: asked of Slack.

Of each that is known for some minutes; of channels for one, as people are shown out of them. What can't be found out is
never shown.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.chat import Address
from handlers.incoming import Room
from handlers.slack.failures import SLACK_ERRORS, code_of

log = logging.getLogger(__name__)
KNOWN_S = 300.0
ROOMS_KNOWN_S = 60.0
_ROOMS_A_PAGE = 200
_MOST_PAGES = 10
_REMEMBERED = 1000
_ALL_KINDS = "public_channel,private_channel"
_MEND = {"missing_scope": "; paste slack-manifest.yaml under App Manifest, and install the app again"}
T = TypeVar("T")


class People:
    """Keeps what Slack said; what can't be found out is asked again the next time."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: OrderedDict[str, tuple[float, Mapping[str, Any]]] = OrderedDict()
        self._rooms: OrderedDict[str, tuple[float, dict[str, str]]] = OrderedDict()

    async def is_admin(self, person: str, workspace: str) -> bool:
        """An admin or owner of this very workspace; False for one of whom that can't be found out."""
        return _is_admin(await self._looked_up(person), workspace)

    async def zone(self, person: str) -> str:
        """The time zone of their profile, as Europe/Berlin; "" where there is none."""
        return str((await self._looked_up(person)).get("tz") or "")

    async def rooms(self, person: str, workspace: str) -> tuple[Room, ...]:
        """The channels that they are in with us, and for who is no guest the public ones where we are."""
        inside, user = await asyncio.gather(self._channels(person), self._looked_up(person))
        ours = {} if _is_guest(user, workspace) else await self._channels("")
        return tuple(
            Room(Address("slack", channel, workspace=workspace), f"#{name}", inside=channel in inside)
            for channel, name in {**ours, **inside}.items()
        )

    async def _channels(self, person: str) -> dict[str, str]:
        """Names by id: of the channels of somebody, private ones if we are there too; of our own public ones for ""."""
        until, told = self._rooms.get(person, (0.0, {}))
        if time.monotonic() < until:
            return told
        asked = {"user": person, "types": _ALL_KINDS} if person else {"types": "public_channel"}
        found, cursor = dict[str, str](), ""
        try:
            for _ in range(_MOST_PAGES):
                answer = await self._client.users_conversations(
                    **asked, limit=_ROOMS_A_PAGE, exclude_archived=False, **({"cursor": cursor} if cursor else {})
                )
                found |= {str(one["id"]): str(one.get("name") or "") for one in answer.get("channels") or ()}
                cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
                if not cursor:
                    break
        except SLACK_ERRORS as error:
            log.warning("which channels somebody in Slack may read can't be found out: %s", _told(error))
            return {}
        _remember(self._rooms, person, (time.monotonic() + ROOMS_KNOWN_S, found))
        return found

    async def _looked_up(self, person: str) -> Mapping[str, Any]:
        """What Slack knows of somebody; nothing where it doesn't say."""
        until, told = self._known.get(person, (0.0, {}))
        if time.monotonic() < until:
            return told
        try:
            answer = await self._client.users_info(user=person)
        except SLACK_ERRORS as error:
            log.warning("who somebody in Slack is can't be found out: %s", _told(error))
            return {}
        user = answer.get("user")
        told = user if isinstance(user, Mapping) else {}
        _remember(self._known, person, (time.monotonic() + KNOWN_S, told))
        return told


def _remember(known: OrderedDict[str, T], person: str, told: T) -> None:
    known[person] = told
    if len(known) > _REMEMBERED:
        known.popitem(last=False)


def _told(error: Exception) -> str:
    code = code_of(error) or type(error).__name__
    return f"{code}{_MEND.get(code, '')}"


def _is_guest(user: Mapping[str, Any], workspace: str) -> bool:
    """Who reads only the channels that they are in; so is one of whom nothing is known."""
    if not user or user.get("team_id", workspace) != workspace:
        return True
    return any(user.get(kind) for kind in ("is_restricted", "is_ultra_restricted", "is_stranger", "deleted"))


def _is_admin(user: Mapping[str, Any], workspace: str) -> bool:
    """Of a shared channel's other workspace the admins are strangers here."""
    if user.get("deleted") or user.get("team_id", workspace) != workspace:
        return False
    return any(user.get(role) is True for role in ("is_admin", "is_owner", "is_primary_owner"))
