"""What the tests of the client and of the feeds have in common."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.feed import Feed, Source, Validators
from bot.sources.web import Allowances, LocalAllowances, Web
from tests.sources.server import Reply

SOON_S = 0.5  # the time-out where a server hangs; anywhere else a busy machine has ten seconds
DATA = Path(__file__).parent / "data"
TWINS = sorted(path for path in DATA.glob("feed-*") if not path.name.endswith(".expected.json"))


def a_web(allowances: Allowances | None = None, **options: Any) -> Web:
    """A client that may visit loopback and tries again at once, unless told otherwise."""
    chosen = {"allow_private": True, "timeout_s": 10, "patience_s": 0.3} | options
    return Web(user_agent="paperwire-test (+https://example.org)", allowances=allowances or LocalAllowances(), **chosen)


def redirect(status: int, to: str) -> Reply:
    return Reply(status, headers={"Location": to})


def now() -> datetime:
    return datetime.now(UTC)


def a_feed(url: str, validators: Validators | None = None, *, trusted: bool = False) -> Feed:
    return Feed(1, Source.RSS, url, "a feed", validators=validators or Validators(), trusted=trusted)


def rss(*items: str) -> str:
    return f"<rss version='2.0'><channel><title>t</title>{''.join(items)}</channel></rss>"
