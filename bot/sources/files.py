"""A file that somebody names by its address: its text, under a cap."""

from bot.errors import Unreadable
from bot.sources.web import Web

_ACCEPT = "text/x-opml, application/json, text/plain, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"


class Files:
    def __init__(self, web: Web) -> None:
        self._web = web

    def read(self, url: str, *, limit: int) -> str:
        """Raises FetchError and its kinds; Unreadable: no UTF-8."""
        answer = self._web.get(url, accept=_ACCEPT, limit=limit)
        try:
            return answer.body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Unreadable("it isn't text in UTF-8", status=answer.status) from None
