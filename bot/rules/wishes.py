"""What one text wishes for, as a subscription: addresses and ids become the query that watches them, or a feed."""

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from bot.domain.moving import Place, Wish
from bot.domain.paper import parse_paper_id
from bot.domain.repository import parse_repository
from bot.domain.text import NAME_LIMIT, clean
from bot.errors import BadQuery

TEXT_LIMIT: Final = 2000  # a query may be shorter; so far it is read, to say how long it is
_ADDRESS_LIMIT: Final = 2000
_SLUG = re.compile(r"[\w-]+/[\w.-]+", re.ASCII)
_FEED_ENDS: Final = (".atom", ".rss", ".xml")
_ARXIV_HOSTS: Final = ("arxiv.org", "www.arxiv.org", "rss.arxiv.org", "export.arxiv.org")
_ARXIV_LIST = re.compile(r"/(?:rss|atom|list)/([a-zA-Z.+-]{1,200})(?:/(?:new|recent))?/?")


def as_query(text: str) -> str:
    """Addresses of papers and repositories, and bare ids, become the query that watches them."""
    if " " in text or not text:
        return text
    if named := parse_paper_id(text):
        return f"id:{named.value}"
    if (address := parse_repository(text)) and ("://" in text or "github.com" in text):
        return f"repo:{address.slug}" if address.host == "github.com" else f"repo:{address.url}"
    return text


def of_line(line: str, place: Place) -> Wish:
    """A line of a list: a repository, a paper, a feed's address, or a query. Raises BadQuery for an odd address."""
    text = clean(line, TEXT_LIMIT)
    if "://" in text and " " not in text and _path_of(text).endswith(_FEED_ENDS):
        return of_feed(text, "", place)
    if (query := as_query(text)) != text:
        return Wish(query, place=place)
    if _SLUG.fullmatch(text):
        return Wish(f"repo:{text}", place=place)
    return of_feed(text, "", place) if "://" in text and " " not in text else Wish(text, place=place)


def of_feed(address: str, name: str, place: Place) -> Wish:
    """A feed that isn't asked yet whether it is one. Raises BadQuery.

    arXiv's own lists are read anyhow, and have hundreds of entries a day: theirs are the categories' papers with code.
    """
    url = web_address(address)
    if not url:
        raise BadQuery("this is no web address")
    parts = urlsplit(url)
    if parts.hostname in _ARXIV_HOSTS and (found := _ARXIV_LIST.fullmatch(parts.path)):
        return Wish(" ".join(f"cat:{category}" for category in found[1].split("+")), place=place)
    return Wish(feed=url, name=clean(name, NAME_LIMIT), place=place)


def web_address(text: str) -> str:
    """The http or https address without login and fragment, as feeds are asked for; "" for anything else."""
    text = re.sub(r"^feed:(?://)?(?=https?://)", "", text.strip()).replace("feed://", "http://", 1)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or len(text) > _ADDRESS_LIMIT or not text.isprintable():
        return ""
    if re.search(r"[\s\\]", text):
        return ""
    host = f"[{host}]" if ":" in host else host
    netloc = host if port is None else f"{host}:{port}"
    return SplitResult(parts.scheme, netloc, parts.path, parts.query, "").geturl()


def _path_of(text: str) -> str:
    try:
        return urlsplit(text).path.lower()
    except ValueError:
        return ""
