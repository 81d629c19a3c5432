"""Addresses that a browser may be sent to."""

from urllib.parse import urlsplit

from handlers.telegram.layout import typed

URL_LIMIT = 2048


def web(url: str) -> str:
    """The address if a browser may be sent there, else "": a label never hides javascript:, tg: or a bad address."""
    url = url.strip()
    if len(url) > URL_LIMIT or url != typed(url) or " " in url:
        return ""
    try:
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""
