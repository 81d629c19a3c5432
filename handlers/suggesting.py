"""What is offered while somebody types our name and words in any chat; answered from what is known."""

import logging
import re
from typing import Final

from bot.answers import Answers
from bot.errors import PaperwireError
from handlers import wording
from handlers.command import admits
from handlers.incoming import Request
from handlers.offers import Offers

log = logging.getLogger("paperwire.suggest")

_SUBSCRIBE: Final = re.compile(r"/sub(?:scribe)?\s+(\S.*)", re.IGNORECASE | re.DOTALL)


def suggest(answers: Answers, request: Request, page: int) -> Offers | None:
    """Papers for these words, or a subscription to them; `page` counts from 1. None: there is no answer.

    The request is one of the person's private chat. Typing counts apart from questions: each letter is a request.
    """
    try:
        if answers.limits.wait_to_type(request.address, request.sender):
            return None
        if not admits(answers, request):
            return wording.offers_to_stranger()
        if shared := _SUBSCRIBE.fullmatch(request.text.strip()):
            return wording.offered_subscription(" ".join(shared[1].split()))
        found = answers.suggesting.suggest(request.text, request.address, page)
        return wording.offered_papers(found, request.text if page == 1 else "")
    except PaperwireError as error:
        log.warning("nothing can be offered: %s", error)
    except Exception:
        log.exception("nothing can be offered")
    return None
