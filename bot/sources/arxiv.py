"""arXiv: announcements, the query API, OAI-PMH; one request per 3 s on one connection over all three, as its terms ask.

A missed day can't be fetched again as an announcement: `changed` brings it back from OAI-PMH.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from urllib.parse import unquote, urlsplit

from bot.domain.feed import Batch, Feed
from bot.domain.paper import FetchedPaper, parse_paper_id
from bot.errors import FetchError
from bot.sources.arxiv_feed import read_announcement
from bot.sources.arxiv_parse import Records, Results, read_records, read_results, version_of
from bot.sources.web import Answer, Lane, Web

IDS_A_CALL = 100
_PAGES = 200  # of 1,000 records; more than arXiv changes in two months
_TITLE_WORDS = 15  # enough to name a paper, few enough for an address
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_OPERATORS = frozenset(("and", "or", "not", "andnot", "to"))
# Archives that are categories themselves; OAI-PMH has them all under "physics".
_PHYSICS = frozenset(
    "astro-ph cond-mat gr-qc hep-ex hep-lat hep-ph hep-th math-ph nlin nucl-ex nucl-th physics quant-ph".split()
)


class Arxiv:
    """The base URLs are the settings': trusted. Every method raises FetchError and its kinds."""

    def __init__(self, web: Web, *, rss_url: str, api_url: str, oai_url: str, interval_s: float = 3.0) -> None:
        self._web = web
        self._rss_url = rss_url.rstrip("/")
        self._api_url = api_url
        self._oai_url = oai_url
        self._lane = Lane("arxiv", interval_s, single=True)

    def feed_url(self, category: str) -> str:
        return f"{self._rss_url}/rss/{category}"

    def fetch(self, feed: Feed) -> Batch:
        """Today's announcement; on weekends and holidays a batch without papers. `comment` is None: feeds have none."""
        answer = self._look(feed)
        if answer.not_modified:
            return Batch(validators=answer.validators, not_modified=True, moved_to=answer.moved_to)
        read = read_announcement(answer.body, feed.name)
        return Batch(
            validators=answer.validators,
            title=read.title,
            papers=read.papers,
            moved_to=answer.moved_to,
            announced=read.at,
            warnings=read.warnings,
        )

    def _look(self, feed: Feed) -> Answer:
        trusted = feed.trusted or feed.url.startswith(f"{self._rss_url}/")
        try:
            return self._web.get(feed.url, known=feed.validators, trusted=trusted, lane=self._lane)
        except FetchError as error:
            if error.status != 400:
                raise
            category = unquote(urlsplit(feed.url).path.rpartition("/")[2])
            raise FetchError(f'arXiv has no category "{category}" (HTTP 400)', status=400) from error

    def look_up(self, ids: Sequence[str]) -> tuple[FetchedPaper, ...]:
        """Papers by id, in any written form, with comments ("" is "none"); of version N for an id that ends in vN.

        What arXiv doesn't know, and what isn't an arXiv id, is left out.
        """
        wanted = [asked for asked in dict.fromkeys(map(_askable, ids)) if asked]
        chunks = (wanted[at : at + IDS_A_CALL] for at in range(0, len(wanted), IDS_A_CALL))
        return tuple(paper for chunk in chunks for paper in self._listed(chunk))

    def _listed(self, ids: Sequence[str]) -> list[FetchedPaper]:
        """One list of ids; the answer may come in shorter pages than asked for."""
        found: list[FetchedPaper] = []
        start = 0
        while True:
            page = self._results({"id_list": ",".join(ids), "max_results": str(len(ids))}, start)
            found += page.papers
            start += page.entries
            if not page.entries or start >= min(page.total, len(ids)):
                return found

    def find(self, title: str, *, limit: int = 5) -> tuple[FetchedPaper, ...]:
        """Papers whose titles hold all of these words, the best first; none for a title without words."""
        words = _title_words(title)
        if not words:
            return ()
        query = " AND ".join(f'ti:"{word}"' for word in words)
        return self._results({"search_query": query, "max_results": str(limit)}, 0).papers[:limit]

    def _results(self, params: Mapping[str, str], start: int) -> Results:
        """A page of the API's answer. An empty one where more is promised is asked for once again, then an error."""
        for _ in range(2):
            answer = self._web.get(self._api_url, params={**params, "start": str(start)}, trusted=True, lane=self._lane)
            page = read_results(answer.body)
            if page.entries or page.total <= start:
                return page
        raise FetchError(f"arXiv's API promised {page.total:,} results, but sent an empty page twice")

    def changed(self, category: str, *, since: date, until: date) -> Iterator[tuple[FetchedPaper, ...]]:
        """What changed in a category in these days (both included), page by page; nothing where nothing did.

        A token that expires on the way starts the list once more: pages may then come twice.
        """
        first = {"verb": "ListRecords", "metadataPrefix": "arXiv", "set": _set_of(category)}
        first |= {"from": since.isoformat(), "until": until.isoformat()}
        params, restarted = first, False
        for _ in range(_PAGES):
            page = self._records(params, category, since)
            if page.error == "badResumptionToken" and not restarted:
                params, restarted = first, True
                continue
            _complain(page, category)
            if page.papers:
                yield page.papers
            if not page.token:
                return
            params = {"verb": "ListRecords", "resumptionToken": page.token}
        raise FetchError(f"arXiv's list of changes in {category} has no end")

    def _records(self, params: Mapping[str, str], category: str, since: date) -> Records:
        """A page of changes. An empty one that names no reason is asked for once again, then an error."""
        for _ in range(2):
            answer = self._web.get(self._oai_url, params=params, trusted=True, lane=self._lane)
            page = read_records(answer.body, category=category, since=since)
            if page.records or page.error:
                return page
        raise FetchError(f"arXiv's list of changes in {category} sent an empty page twice")


def _complain(page: Records, category: str) -> None:
    if page.error not in ("", "noRecordsMatch"):
        raise FetchError(f"arXiv refused the list of changes in {category}: {page.error} {page.reason}".rstrip())


def _askable(text: str) -> str:
    """An id as the API takes it, with its version; "" for what isn't one."""
    found = parse_paper_id(text)
    if found is None or found.scheme != "arxiv":
        return ""
    version = version_of(text)
    return f"{found.value}v{version}" if version else found.value


def _title_words(title: str) -> list[str]:
    """The words to ask for: no operators, and no one-letter or apostrophised ones unless there are no others."""
    words = [word for word in dict.fromkeys(_WORD.findall(title.lower()[:2000])) if word not in _OPERATORS]
    telling = [word for word in words if len(word) > 1 and word.isalnum()]
    return (telling or [word for word in words if word.isalnum()])[:_TITLE_WORDS]


def _set_of(category: str) -> str:
    """The category's set: cs.LG is cs:cs:LG, astro-ph.GA is physics:astro-ph:GA, hep-ex is physics:hep-ex, cs is cs."""
    archive, _, subject = category.partition(".")
    group = "physics" if archive in _PHYSICS else archive
    if not subject:
        return archive if group == archive and archive != "physics" else f"{group}:{archive}"
    return f"{group}:{archive}:{subject}"
