"""The form for a subscription, as people fill it in."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from bot.answers import Answers
from handlers.commands import respond
from handlers.incoming import Request
from handlers.messages import Message
from storage import Storage
from tests.asked_live import answers_of
from tests.slack.fake_api import FakeSlack

OPEN: Final = "new_subscription"


def filled(query: str, where: str | None = None, rhythm: str = "at once", quiet: str = "as it is") -> dict[str, Any]:
    option, night = ({"text": {"type": "plain_text", "text": "…"}, "value": value} for value in (rhythm, quiet))
    return {
        "query": {"query": {"type": "plain_text_input", "value": query}},
        "where": {"where": {"type": "conversations_select", "selected_conversation": where}},
        "rhythm": {"rhythm": {"type": "static_select", "selected_option": option}},
        "quiet": {"quiet": {"type": "static_select", "selected_option": night}},
    }


def typing(text: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "block_id": "query", "action_id": "query", "value": text}


async def opened(api: FakeSlack) -> str:
    await api.shortcut(OPEN)
    await api.until(lambda: api.views.modals)
    return next(reversed(api.views.modals))


async def sent(api: FakeSlack, values: dict[str, Any]) -> dict[str, Any]:
    """What Slack is told when a form is sent."""
    envelope = await api.submit(await opened(api), values)
    await api.until(lambda: envelope in api.replies)
    return api.replies[envelope]


def house(storage: Storage) -> tuple[Answers, Callable[[Request], Message]]:
    answers = answers_of(storage)
    return answers, partial(respond, answers)


def texts(api: FakeSlack) -> list[str]:
    return [f"{post['channel']}: {post['text']}" for post in api.posts]
