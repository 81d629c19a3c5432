"""Hugging Face's papers: daily lists and single papers, with the repositories that people or machines state there."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from bot.domain.feed import Batch, Feed
from bot.domain.link import Evidence, EvidenceKind, Linked
from bot.domain.paper import FetchedPaper, PaperId, StatedRepository, parse_paper_id
from bot.domain.text import ABSTRACT_LIMIT, NAME_LIMIT, TITLE_LIMIT
from bot.errors import FetchError, Missing, Unreadable
from bot.sources.fields import count, line, mapping, moment, rows
from bot.sources.web import Answer, Lane, Web

PAGE_SIZE = 100
_USUAL_SIZE = 50  # where an address names no limit
_PAGES = 20  # a day has at most some 200 papers
_SITE = "https://huggingface.co"  # where people find a paper's page, whichever server was asked
_BEST = 3  # names of models to tell


class HuggingFace:
    """`url` is the settings': trusted. The token is sent to it alone. Every method raises FetchError and its kinds."""

    def __init__(self, web: Web, *, url: str, token: str | None = None) -> None:
        self._web = web
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._lane = Lane("huggingface")

    def day_url(self, day: date | None = None) -> str:
        """One day's list; without a day, the newest."""
        dated = f"date={day.isoformat()}&" if day else ""
        return f"{self._url}/api/daily_papers?{dated}limit={PAGE_SIZE}"

    def fetch(self, feed: Feed) -> Batch:
        """The papers of one list, page by page until one is short; `announced` is when each was put on it."""
        try:
            answer = self._ask(feed)
        except FetchError as error:
            if error.status != 400 or feed.url == self.day_url():
                raise
            return self.fetch(replace(feed, url=self.day_url()))  # a day that hasn't begun there yet is refused so
        if answer.not_modified:
            return Batch(validators=answer.validators, not_modified=True, moved_to=answer.moved_to)
        papers = {paper.ids[0]: paper for paper in self._papers(feed, answer)}
        return Batch(
            validators=answer.validators,
            papers=tuple(papers.values()),
            moved_to=answer.moved_to,
            announced=max((paper.announced for paper in papers.values() if paper.announced), default=None),
        )

    def _papers(self, feed: Feed, first: Answer) -> list[FetchedPaper]:
        found: list[FetchedPaper] = []
        asked_for, seen = _page_size(feed.url), set[PaperId]()
        answer = first
        for page in range(1, _PAGES + 1):
            listed = _list_of(answer)
            papers = [paper for row in listed if (paper := _paper_of_row(row))]
            fresh = [paper for paper in papers if paper.ids[0] not in seen]
            found += fresh
            seen.update(paper.ids[0] for paper in fresh)
            # The second test is for a server that takes no notice of the page asked for.
            if len(listed) < asked_for or not fresh:
                break
            answer = self._ask(feed, page=page)
        return found

    def _ask(self, feed: Feed, *, page: int = 0) -> Answer:
        trusted = feed.trusted or feed.url.startswith(f"{self._url}/")
        headers = self._headers if feed.url.startswith(f"{self._url}/") else None
        if page:
            params = {"p": str(page)}
            return self._web.get(feed.url, params=params, headers=headers, trusted=trusted, lane=self._lane)
        return self._web.get(feed.url, known=feed.validators, headers=headers, trusted=trusted, lane=self._lane)

    def look_up(self, arxiv: str) -> FetchedPaper | None:
        """One paper by its bare arXiv id; None when Hugging Face has no page for it."""
        address = f"{self._url}/api/papers/{quote(arxiv, safe='')}"
        try:
            answer = self._web.get(address, headers=self._headers, trusted=True, lane=self._lane)
        except Missing:
            return None
        told = answer.json()
        paper = _paper(mapping(told), {})
        if paper is None:
            raise Unreadable("Hugging Face's answer is not a paper")
        return paper

    def linked(self, arxiv: str) -> Linked | None:
        """What on Hugging Face names a paper, by its bare arXiv id; None when Hugging Face has no page for it."""
        address = f"{self._url}/api/arxiv/{quote(arxiv, safe='')}/repos"
        try:
            answer = self._web.get(address, headers=self._headers, trusted=True, lane=self._lane)
        except Missing:
            return None
        told = answer.json()
        if not isinstance(told, dict):
            raise Unreadable("Hugging Face's answer is not a paper's list")
        models, datasets, spaces = (rows(told.get(kind)) for kind in ("models", "datasets", "spaces"))
        return Linked(len(models), len(datasets), len(spaces), _best(models))


def _best(models: list[Any]) -> tuple[str, ...]:
    """The names of the models most downloaded, then most liked."""
    told = [mapping(model) for model in models]
    told.sort(key=lambda model: (-(count(model, "downloads") or 0), -(count(model, "likes") or 0)))
    return tuple(name for model in told if (name := line(model, "id", NAME_LIMIT)))[:_BEST]


def _page_size(url: str) -> int:
    told = parse_qs(urlsplit(url).query).get("limit", [""])[0]
    return int(told) if told.isascii() and told.isdigit() and len(told) < 5 and int(told) else _USUAL_SIZE


def _list_of(answer: Answer) -> list[Any]:
    listed = answer.json()
    if not isinstance(listed, list):
        raise Unreadable("Hugging Face's answer is not a list of papers")
    return listed


def _paper_of_row(row: Any) -> FetchedPaper | None:
    return _paper(mapping(mapping(row).get("paper")), mapping(row))


def _paper(told: Mapping[str, Any], row: Mapping[str, Any]) -> FetchedPaper | None:
    """The paper of an object, or of the list's row around it; None when it names no paper."""
    found = parse_paper_id(line(told, "id", NAME_LIMIT))
    if found is None or found.scheme != "arxiv":
        return None
    names = (line(mapping(author), "name", NAME_LIMIT) for author in rows(told.get("authors")))
    return FetchedPaper(
        ids=(found,),
        title=line(told, "title", TITLE_LIMIT) or line(row, "title", TITLE_LIMIT),
        abstract=line(told, "summary", ABSTRACT_LIMIT) or line(row, "summary", ABSTRACT_LIMIT),
        authors=tuple(name for name in names if name),
        published=moment(told, "publishedAt"),
        announced=moment(told, "submittedOnDailyAt"),
        stated=_stated(told, found.value),
        upvotes=count(told, "upvotes"),
    )


def _stated(told: Mapping[str, Any], arxiv: str) -> tuple[StatedRepository, ...]:
    """The repository on the paper's page. One that a machine matched is sometimes a third party's: undecided."""
    url = line(told, "githubRepo", 500)
    if not url:
        return ()
    person = told.get("githubRepoAddedBy") == "user"
    kind = EvidenceKind.HUGGING_FACE_PERSON if person else EvidenceKind.HUGGING_FACE_AUTO
    evidence = Evidence(kind, where=f"{_SITE}/papers/{arxiv}", official=True if person else None)
    return (StatedRepository(url, evidence),)
