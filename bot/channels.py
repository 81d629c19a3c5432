"""The platforms that the settings ask for, made and not started. Each is imported late: most use one, or none.

May use: config, domain, errors, handlers and the platforms' adapters.
"""

from collections.abc import Callable, Iterable
from typing import ClassVar, Protocol

from bot.config import Settings
from bot.domain.news import Begun, Delivery
from handlers import wording
from handlers.events import Event
from handlers.incoming import Inbox, Request, Route
from handlers.menus import Marks
from handlers.messages import Message
from handlers.offers import Offers
from handlers.waits import Waits


class Channel(Protocol):
    """A platform as the wiring sees it."""

    side_by_side: ClassVar[int]

    @property
    def trouble(self) -> str: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def send(self, delivery: Delivery) -> str | Begun: ...
    async def edit(self, delivery: Delivery) -> None: ...
    async def name(self) -> str: ...
    async def check(self) -> str: ...
    def routes(self) -> Iterable[Route]: ...


def made_channels(
    settings: Settings,
    *,
    respond: Callable[[Request], Message],
    admits: Callable[[Request], bool],
    note: Callable[[Event], tuple[Message, ...]],
    suggest: Callable[[Request, int], Offers | None],
    inbox: Callable[[str], Inbox],
    waits: Waits,
    marks: Callable[[str], Marks],
) -> dict[str, Channel]:
    """The channels by platform.

    `inbox` gives a platform's inbox, `marks` what it has been told; `waits` remembers when one asked for silence.
    """
    s, channels = settings, dict[str, Channel]()
    if s.telegram_bot_token:
        from handlers.telegram.adapter import Telegram  # because: half a second and 30 MB, for those who use it

        channels["telegram"] = Telegram(
            s.telegram_bot_token.get_secret_value(),
            respond=respond,
            word=wording.delivery,
            inbox=inbox("telegram"),
            api_url=s.telegram_api_url,
            marks=marks("telegram"),
            admits=admits,
            note=note,
            waits=waits,
            public_url=s.public_url,
            suggest=suggest,
        )
    if s.slack_bot_token and (s.slack_app_token or s.slack_signing_secret):
        from handlers.slack.adapter import Slack  # because: as above

        channels["slack"] = Slack(
            s.slack_bot_token.get_secret_value(),
            s.slack_app_token.get_secret_value() if s.slack_app_token else "",
            respond=respond,
            word=wording.delivery_in_parts,
            inbox=inbox("slack"),
            api_url=s.slack_api_url,
            signing_secret=s.slack_signing_secret.get_secret_value() if s.slack_signing_secret else "",
            waits=waits,
            admits=admits,
            note=note,
            admins_manage=s.slack_manage == "admins",
        )
    return channels
