"""Slack's errors as ours, each with what to do about it. Unknown means temporary.

Codes: https://docs.slack.dev/reference/methods/chat.postMessage#errors. No token stands in any of these sentences.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import ChannelDown, DeliveryFailed, MessageRefused

# What a call to Slack can raise that isn't a bug; aiohttp's time-outs are TimeoutError, refused connections OSError.
SLACK_ERRORS = (SlackApiError, aiohttp.ClientError, TimeoutError, OSError)
_BLOCKS_REFUSED = ("invalid_blocks", "invalid_blocks_format", "invalid_attachments")
_BLOCKS_TOO_LONG = "msg_blocks_too_long"
# Slack's sentence on a block that this workspace, or this place, doesn't have; and one on something inside of a block.
_UNSUPPORTED = re.compile(r"unsupported type:? \"?([a-z_]+)\"? \[json-pointer:/(?:view/)?blocks/\d+(?:/type)?\]")
_INSIDE = re.compile(r"json-pointer:/(?:view/)?blocks/\d+/(?!type\])")
# Of blocks, though the code (invalid_arguments) may be of anything.
_OF_BLOCKS = re.compile(r"json-pointer:/(?:view/)?blocks/")
_REASON = 300  # characters of such sentences that are kept

_INVITE = "type `/invite @paperwire` there"
_CHANNEL_MENDS = {
    "not_in_channel": f"paperwire is not in this Slack channel: {_INVITE}",
    "channel_not_found": f"Slack shows paperwire no such channel (deleted, or private and it is not in it): {_INVITE}",
    "is_archived": "this Slack channel is archived: unarchive it, or subscribe in another one",
    "restricted_action": "a setting of this workspace or channel lets no apps post here: ask an admin to allow it, "
    "or `/invite @paperwire` to another channel and subscribe there",
}
_TOKEN_REFUSED = (
    "token_revoked", "account_inactive", "invalid_auth", "not_authed", "app_uninstalled", "token_expired",
    "not_allowed_token_type", "missing_scope",
)  # fmt: skip
_BOT_MEND = (
    "open your app at https://api.slack.com/apps, click Install App, (Re)Install to Workspace, copy the Bot User OAuth "
    "Token (xoxb-…) into SLACK_BOT_TOKEN and start paperwire again"
)
_APP_MEND = (
    "open your app at https://api.slack.com/apps, click Basic Information, App-Level Tokens, Generate Token and "
    "Scopes, add the scope connections:write, copy the token (xapp-…) into SLACK_APP_TOKEN and start paperwire again"
)
_USUAL_WAIT_S, _LONGEST_WAIT_S = 30.0, 3600.0


class BlocksRefused(MessageRefused):
    """Slack takes no such blocks, and said so in `messages`.

    `unsupported` are the kinds that it named as unknown; `inside`: something in a block is wrong, or there is too much.
    """

    def __init__(self, code: str, messages: Sequence[str] = ()) -> None:
        super().__init__(f"Slack refuses this message as blocks and as text ({code})", permanent=True)
        self.reason = "; ".join((code, *messages))[:_REASON]
        self.unsupported = frozenset(_UNSUPPORTED.findall("\n".join(messages)))
        self.inside = code == _BLOCKS_TOO_LONG or any(map(_INSIDE.search, messages))


def refused_by_url(answer: str) -> DeliveryFailed:
    """What a response_url has against a message: a code, or JSON with one and, perhaps, with sentences."""
    code = next((code for code in (*_BLOCKS_REFUSED, _BLOCKS_TOO_LONG) if code in answer), "")
    said = re.findall(r'\[ERROR\] [^"]*', answer.replace("\\/", "/"))
    return BlocksRefused(code, said) if code else DeliveryFailed(f"Slack answered {answer[:100]}")


def code_of(error: BaseException) -> str:
    """Slack's own word for what went wrong; "" when the answer held none."""
    data = getattr(getattr(error, "response", None), "data", None)
    return str(data.get("error") or "") if isinstance(data, Mapping) else ""


def _messages_of(error: BaseException) -> list[str]:
    """Slack's sentences on what is wrong, and where."""
    data = getattr(getattr(error, "response", None), "data", None)
    told = data.get("response_metadata") if isinstance(data, Mapping) else None
    said = told.get("messages") if isinstance(told, Mapping) else None
    return [str(one) for one in said] if isinstance(said, list) else []


def failure(error: Exception, *, app_token: bool = False) -> DeliveryFailed:
    """What this error means for a delivery; `app_token` says that the call was made with that token, not the bot's."""
    code, status = code_of(error), _status(error)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return limited(wait_of(error))
    if code in _TOKEN_REFUSED:
        return _token_refused(code, app_token=app_token)
    if mend := _CHANNEL_MENDS.get("restricted_action" if code.startswith("restricted_action") else code):
        return DeliveryFailed(f"{mend} (Slack says {code})", permanent=True)
    said = _messages_of(error)
    if code in (*_BLOCKS_REFUSED, _BLOCKS_TOO_LONG) or any(map(_OF_BLOCKS.search, said)):
        return BlocksRefused(code, said)
    return DeliveryFailed(_passing(error, code, status))


def scopes_missing(scopes: Sequence[str]) -> str:
    """What an app from an older manifest can't do yet, and what to click."""
    return (
        f"Slack lets paperwire do less than it could: the scope{'s' * (len(scopes) > 1)} {', '.join(scopes)} "
        f"{'are' if len(scopes) > 1 else 'is'} missing. Open your app at https://api.slack.com/apps, paste "
        "slack-manifest.yaml under App Manifest, then Install App, Reinstall to Workspace"
    )


def not_in_channel() -> DeliveryFailed:
    return DeliveryFailed(_CHANNEL_MENDS["not_in_channel"], permanent=True)


def limited(seconds: float) -> DeliveryFailed:
    retry_at = datetime.now(UTC) + timedelta(seconds=seconds)
    return DeliveryFailed(f"Slack asks to wait {seconds:.0f} s", retry_at=retry_at, counts=False)


def wait_of(error: Exception) -> float:
    """Seconds to wait, as the answer said."""
    return wait_in(getattr(getattr(error, "response", None), "headers", None) or {})


def wait_in(headers: Mapping[str, str]) -> float:
    """Seconds to wait, from Retry-After."""
    try:
        return min(max(float(headers.get("Retry-After", _USUAL_WAIT_S)), 1.0), _LONGEST_WAIT_S)
    except ValueError:
        return _USUAL_WAIT_S


def is_about_scopes(error: Exception) -> bool:
    """Whether the token serves for other things."""
    return code_of(error) == "missing_scope"


def is_limit(error: Exception) -> bool:
    return _status(error) == 429 or code_of(error) in ("ratelimited", "rate_limited")


def _status(error: Exception) -> int:
    response = getattr(error, "response", None)
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)


def _token_refused(code: str, *, app_token: bool) -> ChannelDown:
    name, mend = ("SLACK_APP_TOKEN", _APP_MEND) if app_token else ("SLACK_BOT_TOKEN", _BOT_MEND)
    return ChannelDown(f"Slack refuses {name} ({code}): {mend}")


def _passing(error: Exception, code: str, status: int) -> str:
    if isinstance(error, SlackApiError):
        return f"Slack answered {code or 'nothing that can be read'} (HTTP {status})"
    if isinstance(error, TimeoutError):
        return "Slack didn't answer in time"
    return f"the connection to Slack failed ({type(error).__name__})"
