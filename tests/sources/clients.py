"""What the tests of the client have in common."""

from datetime import UTC, datetime
from typing import Any

from bot.sources.web import Allowances, LocalAllowances, Web
from tests.sources.server import Reply

SOON_S = 0.4  # the time-out of these tests, so that a hanging server costs no more


def a_web(allowances: Allowances | None = None, **options: Any) -> Web:
    """A client that may visit loopback and is quick to give up, unless told otherwise."""
    chosen = {"allow_private": True, "timeout_s": SOON_S, "patience_s": 0.3} | options
    return Web(user_agent="paperwire-test (+https://example.org)", allowances=allowances or LocalAllowances(), **chosen)


def redirect(status: int, to: str) -> Reply:
    return Reply(status, headers={"Location": to})


def now() -> datetime:
    return datetime.now(UTC)
