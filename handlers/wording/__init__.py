"""Every sentence that people read: domain object -> Message. Short, concrete, kind; no markup, no escaping.

    plain          times, counts and one-paragraph messages, which all of the others use
    talk           start, help, and what is said when words can't be understood or something fails
    papers         the answers to /code, /paper and /waiting
    links          links with their facts and their evidence, and what readers said of them
    subscriptions  the answers to /subscribe, /unsubscribe and /subscriptions
    status         the answer to /status
    news           what is pushed to a chat

Whoever speaks imports this package: `wording.code(answer, now=now)`.
"""

from handlers.wording.links import corrected
from handlers.wording.news import delivery
from handlers.wording.papers import code, paper, waiting
from handlers.wording.status import status
from handlers.wording.subscriptions import subscribed, subscriptions, unsubscribe_which, unsubscribed
from handlers.wording.talk import (
    bad_query,
    broken,
    help_text,
    not_reached,
    only_admins,
    storage_trouble,
    too_long,
    unknown_command,
    usage,
    welcome,
)

__all__ = [
    "bad_query",
    "broken",
    "code",
    "corrected",
    "delivery",
    "help_text",
    "not_reached",
    "only_admins",
    "paper",
    "status",
    "storage_trouble",
    "subscribed",
    "subscriptions",
    "too_long",
    "unknown_command",
    "unsubscribe_which",
    "unsubscribed",
    "usage",
    "waiting",
    "welcome",
]
