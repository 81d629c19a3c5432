"""GitHub's trending pages. There is no API, and the markup changes every year or two: rows are read by meaning.

A row is an article or a list item with a repository's address in its heading; the numbers are found by the words around
them. What is missing is "not told". A page without rows, or with rows that can't be found, is a warning for the
operator, not an error; GitHub's search of new repositories can stand in for it.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

from bs4 import BeautifulSoup, Tag

from bot.domain.feed import Batch, Feed, Sighting, Validators
from bot.domain.repository import parse_repository
from bot.domain.text import ABSTRACT_LIMIT, NAME_LIMIT, clean
from bot.errors import Unreadable
from bot.sources.fields import mapping, rows
from bot.sources.github import facts_of_rest
from bot.sources.pages import tree
from bot.sources.web import Lane, Web

SHIFTED = "no rows: the page's markup may have changed"
EMPTY = "no rows: the page says that there are none"
_EMPTY = re.compile(r"don['’]t have any trending|results are currently being dissected", re.IGNORECASE)
_GAINED = re.compile(r"([\d,.]+)\s*(k)?\s+stars?\s+(?:today|this\s+week|this\s+month)\b", re.IGNORECASE)
_NUMBER = re.compile(r"([\d,.]+)\s*(k)?\b", re.IGNORECASE)
_HEADINGS = ["h1", "h2", "h3"]
_ROWS = ["article", "li"]


# How old a repository may be that counts as new, by the page that it stands in for.
_NEW: Final = {"daily": timedelta(days=7), "weekly": timedelta(days=30), "monthly": timedelta(days=90)}
_FOUND: Final = 25  # as many as a page has
_STARS: Final = 10  # at least


class NewRepositories:
    """GitHub's search: new repositories by their stars. `api_url` is the settings': trusted."""

    def __init__(self, web: Web, *, api_url: str, token: str | None = None) -> None:
        self._web = web
        self._api_url = api_url.rstrip("/")
        self._headers = {"X-GitHub-Api-Version": "2022-11-28"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._lane = Lane("github-search")

    def find(self, language: str, since: str, *, today: date) -> tuple[Sighting, ...]:
        """Those with most stars, the first ones first; what each has gained isn't told. Raises FetchError."""
        born = today - _NEW.get(since, _NEW["daily"])
        about = f' language:"{language}"' if language else ""
        answer = self._web.get(
            f"{self._api_url}/search/repositories",
            accept="application/vnd.github+json",
            headers=self._headers,
            params={
                "q": f"created:>={born.isoformat()} stars:>={_STARS}{about}",
                "sort": "stars",
                "order": "desc",
                "per_page": str(_FOUND),
            },
            trusted=True,
            lane=self._lane,
        )
        found: list[Sighting] = []
        for row in rows(mapping(answer.json()).get("items"))[:_FOUND]:
            with suppress(Unreadable):
                facts = facts_of_rest(mapping(row))
                slug = facts.address.slug
                found.append(Sighting(slug, len(found) + 1, facts.stars, None, facts.language, facts.description))
        return tuple(found)


class Trending:
    """`url` is the settings' address of GitHub's site: trusted. `search` stands in for what can't be read."""

    def __init__(self, web: Web, *, url: str, search: NewRepositories) -> None:
        self._web = web
        self._search = search
        self._url = url.rstrip("/")
        self._lane = Lane("github-pages")

    def page_url(self, language: str = "", since: str = "daily") -> str:
        """`language` as people write it ("C++", "Jupyter Notebook"), "" for all; `since`: daily, weekly, monthly."""
        part = quote(language.strip().lower().replace(" ", "-"), safe="+")
        return f"{self._url}/trending{f'/{part}' if part else ''}?since={since}"

    def pages(self, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
        """(address, name) of the overall pages and of these languages': of a day, a week, a month."""
        for language in ("", *languages):
            for since in _NEW:
                yield self.page_url(language, since), f"{language} {since}".strip()

    def fetch(self, feed: Feed) -> Batch:
        """The page's repositories in order; without any, a warning. Raises FetchError."""
        trusted = feed.trusted or feed.url.startswith(f"{self._url}/")
        answer = self._web.get(feed.url, known=feed.validators, accept="text/html", trusted=trusted, lane=self._lane)
        if answer.not_modified:
            return Batch(validators=answer.validators, not_modified=True, moved_to=answer.moved_to)
        sightings, warnings = read_page(answer.text())
        # A page that couldn't be read is asked for again in full: "not modified" would hide that it still can't.
        validators = Validators() if warnings else answer.validators
        return Batch(validators=validators, sightings=sightings, moved_to=answer.moved_to, warnings=warnings)

    def instead(self, feed: Feed, *, today: date) -> tuple[Sighting, ...]:
        """New repositories by their stars, of the page's language. Raises FetchError."""
        url = urlsplit(feed.url)
        language = unquote(url.path.partition("/trending")[2].strip("/")).replace('"', "")
        return self._search.find(language, parse_qs(url.query).get("since", ["daily"])[0], today=today)


def read_page(html: str) -> tuple[tuple[Sighting, ...], tuple[str, ...]]:
    """A page's rows, each repository once, and what the operator should know. Raises Unreadable for what is no page."""
    page = tree(html)
    if page.find(["html", "body"]) is None:
        raise Unreadable("GitHub's answer is not a page")
    found: dict[str, Sighting] = {}
    for row, slug in _rows(page):
        found.setdefault(slug.lower(), _sighting(row, slug, len(found) + 1))
    if found:
        return tuple(found.values()), ()
    return (), (EMPTY if _EMPTY.search(" ".join(page.get_text(" ").split())) else SHIFTED,)


def _rows(page: BeautifulSoup) -> Iterator[tuple[Tag, str]]:
    """Today's rows; where there are none, whatever stands around a heading that links to a repository."""
    today = page.select("article.Box-row")
    for row in today or _around_headings(page):
        links = (link for heading in row.find_all(_HEADINGS) for link in heading.find_all("a"))
        slug = next((slug for link in links if (slug := _slug(link))), None)
        if slug:
            yield row, slug


def _around_headings(page: BeautifulSoup) -> Iterator[Tag]:
    for heading in page.find_all(_HEADINGS):
        if any(_slug(link) for link in heading.find_all("a")):
            row = heading.find_parent(_ROWS) or heading.parent
            if isinstance(row, Tag):
                yield row


def _slug(link: Tag) -> str | None:
    """owner/name when the link leads to a repository's own page on the site."""
    parts = _path(str(link.get("href") or ""))
    found = parse_repository(f"https://github.com/{'/'.join(parts)}") if len(parts) == 2 else None
    return found.slug if found else None


def _path(href: str) -> list[str]:
    """The segments of an address's path; none for what can't be read as one."""
    try:
        url = urlsplit(href.strip())
    except ValueError:
        return []
    ours = url.scheme in ("", "http", "https") and (url.hostname or "github.com").removeprefix("www.") == "github.com"
    return [part for part in url.path.split("/") if part] if ours else []


def _sighting(row: Tag, slug: str, rank: int) -> Sighting:
    return Sighting(
        slug=slug,
        rank=rank,
        stars=_stars(row, slug),
        gained=_gained(row),
        language=_language(row),
        description=_description(row),
    )


def _stars(row: Tag, slug: str) -> int | None:
    for link in row.find_all("a"):
        path = _path(str(link.get("href") or ""))
        if len(path) == 3 and path[2] == "stargazers" and "/".join(path[:2]).lower() == slug.lower():
            return _whole(_NUMBER.search(link.get_text(" ")))
    return None


def _gained(row: Tag) -> int | None:
    """The page's own count, from the text or (in 2014) from a label."""
    found = _GAINED.search(" ".join(row.get_text(" ").split()))
    labels = (str(part.get("aria-label") or "") for part in row.select("[aria-label]"))
    return _whole(found or next((m for label in labels if (m := _GAINED.search(label))), None))


def _whole(found: re.Match[str] | None) -> int | None:
    """2,855 or 2.9k as a number."""
    if found is None:
        return None
    try:
        if found[2]:
            return int(float(found[1].replace(",", "")[:12]) * 1000)
        return int(re.sub(r"[,.]", "", found[1])[:12])
    except (ValueError, OverflowError):
        return None


def _language(row: Tag) -> str | None:
    marked = row.select_one("[itemprop=programmingLanguage], .title-meta")
    if marked:
        return clean(marked.get_text(" "), NAME_LIMIT) or None
    # 2015 and 2016: "JavaScript • 1,624 stars today • Built by"
    line = row.select_one(".repo-list-meta")
    first = clean(line.get_text(" ").split("•")[0], NAME_LIMIT) if line and "•" in line.get_text() else ""
    return first if first and not _GAINED.search(first) and not first.startswith("Built by") else None


def _description(row: Tag) -> str:
    texts = row.select("p:not(.repo-list-meta)")
    return clean(texts[0].get_text(" "), ABSTRACT_LIMIT) if texts else ""
