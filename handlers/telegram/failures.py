"""The library's errors -> ours, in one place. Nothing that leaves here holds the token.

The order of the tests matters: BadRequest and TimedOut are NetworkErrors in the library.
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.errors import ChannelDown, DeliveryFailed, MessageRefused

REFUSED = "Telegram refuses the token: set TELEGRAM_BOT_TOKEN to the one that @BotFather shows, then start again"
SECOND_POLLER = "another process polls this token (409): stop it, then start again"
WEBHOOK_SET = (
    "another program's webhook is set for this token (409), so it can't be polled: stop that program and remove its "
    "webhook (deleteWebhook), then start again"
)
WEBHOOK_GONE = (
    "the webhook of this token has been replaced or removed, so another process uses the token: stop that, "
    "then start again"
)
# Bad requests that mean "not in this chat until somebody acts"; any other one may be our own fault and is tried again.
_CLOSED_CHAT = (
    "chat not found",
    "user not found",
    "thread not found",
    "topic_closed",
    "topic_deleted",
    "topic_id_invalid",
    "peer_id_invalid",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_send_plain_forbidden",
    "chat_send_docs_forbidden",
    "chat_admin_required",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "group is deactivated",
    "group chat was deactivated",
    "can't initiate conversation",
    "user is deactivated",
)


FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
_TEXT_LIMIT = 200  # a proxy's whole error page may come along


def failure_of(error: Exception, *, token: str, now: datetime) -> DeliveryFailed:
    """Whatever a call to the platform raised, as a delivery's failure; `now` in UTC. The unknown is temporary."""
    text = redacted(str(error), token)[:_TEXT_LIMIT]
    match error:
        case RetryAfter():
            return DeliveryFailed(f"Telegram asks to wait: {text}", retry_at=now + wait_of(error), counts=False)
        case ChatMigrated():
            return DeliveryFailed("the group has become a supergroup", moved_to=str(error.new_chat_id), counts=False)
        case Forbidden():
            return DeliveryFailed(f"Telegram: {text}", permanent=True)
        case BadRequest() if is_bad_markup(error):
            return MessageRefused(f"Telegram: {text}", permanent=True)
        case BadRequest():
            return DeliveryFailed(f"Telegram: {text}", permanent=_is_closed(text))
        case InvalidToken():
            return ChannelDown(REFUSED)
        case Conflict():
            return ChannelDown(WEBHOOK_SET if "webhook" in text.lower() else SECOND_POLLER)
        case NetworkError():
            return DeliveryFailed(f"Telegram can't be reached ({text}): check the network and TELEGRAM_API_URL")
        case TelegramError():
            return DeliveryFailed(f"Telegram: {text}")
        case _:  # the library stumbles over an answer that isn't of the documented form
            return DeliveryFailed(f"Telegram's answer can't be read: {type(error).__name__}: {text}")


def pause_s(failure: DeliveryFailed, failures: int) -> float:
    """Seconds to wait after so many failures in a row: what was asked for, else 1 s, 2 s, 4 s, up to 60 s."""
    if failure.retry_at:
        return max(0.0, (failure.retry_at - datetime.now(UTC)).total_seconds())
    return float(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(max(0, failures - 1), 10)))


def is_bad_markup(error: BadRequest) -> bool:
    return "can't parse entities" in error.message.lower()


def wait_of(error: RetryAfter) -> timedelta:
    """The library is changing the type from seconds to a timedelta; both are read."""
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def redacted(text: str, token: str) -> str:
    """Errors of the layers below name the address they called, and the token is part of it."""
    for secret in {token, quote(token), quote(token, safe="")} - {""}:
        text = text.replace(secret, "<token>")
    return text


def _is_closed(text: str) -> bool:
    return any(words in text.lower() for words in _CLOSED_CHAT)
