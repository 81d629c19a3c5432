"""Taking in what a source told: stored, linked, judged as news, matched, queued; in the caller's transaction."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.feed import PollCount
from bot.domain.link import Claim, CodeLink, EvidenceKind
from bot.domain.news import News, NewsKind
from bot.domain.paper import FetchedPaper, Paper
from bot.domain.repository import RepositoryState
from bot.rules import linking, news
from bot.rules.promises import promises
from bot.telling import conclude, tell
from storage import Storage
from storage.papers import Stored

_NO_LINKS: Final[tuple[CodeLink, ...]] = ()


def ingest(
    storage: Storage,
    papers: Iterable[FetchedPaper],
    *,
    now: datetime,
    had_code: Collection[str] = (),
    quiet: bool = False,
) -> PollCount:
    """Store what was told of these papers and queue what is news of it. Call inside `storage.write()`.

    `had_code`: arXiv ids of papers whose previous version, which we never saw, named its code already (or may have).
    `quiet`: somebody asked for these papers; they are remembered, and will be news when they are announced.
    """
    count = PollCount()
    for fetched in papers:
        if fetched.ids and (fetched.title or storage.papers.find(*fetched.ids)):
            count += _one(storage, fetched, now=now, had_code=fetched.arxiv in had_code, quiet=quiet)
    return count


def _one(storage: Storage, fetched: FetchedPaper, *, now: datetime, had_code: bool, quiet: bool) -> PollCount:
    stored = storage.papers.store(fetched, now)
    known = stored.before is not None
    if known and not stored.changed and not fetched.stated and (quiet or fetched.announcement is None):
        return PollCount()
    before = storage.links.of_paper(stored.paper.key) if known else _NO_LINKS
    claims = linking.claims(fetched)
    new_links = sum(_keep(storage, stored.paper.key, claim, now) for claim in claims)
    after = storage.links.of_paper(stored.paper.key) if claims else before
    if known and (new_links or stored.changed):
        storage.cards.touch([stored.paper.key], now)
    look = _wants_look(stored, fetched) and not any(map(linking.worth_telling, after))
    alerts = 0
    if not quiet:
        alerts = _news(
            storage, stored.paper, fetched, before, after, known=known, now=now, had_code=had_code, look=look
        )
    elif look:
        storage.papers.look_for_code(stored.paper.key, now)
    if (look and promises(f"{fetched.abstract}\n{fetched.comment or ''}")) or (claims and _elsewhere(after)):
        alerts += conclude(storage, stored.paper.key, now=now)
    return PollCount(
        new_papers=int(not known), updated_papers=int(known and stored.changed), new_links=new_links, alerts=alerts
    )


def _elsewhere(links: tuple[CodeLink, ...]) -> bool:
    """Whether there is code at a host that isn't asked: nobody will look at it, so its state is known at once."""
    return any(link.repository.host != "github.com" and linking.worth_telling(link) for link in links)


def _wants_look(stored: Stored, fetched: FetchedPaper) -> bool:
    """Whether its code is to be looked for, if it has none: when it is new to us, and when it has a new version."""
    if fetched.withdrawn or not stored.paper.arxiv:
        return False
    if stored.before is None:
        return fetched.announcement is None or not fetched.announcement.is_replacement
    return stored.before.version < stored.paper.version


def _keep(storage: Storage, paper: int, claim: Claim, now: datetime) -> bool:
    """Whether the link is new. Its repository is looked at if nobody has yet, or if it was missing then.

    What only the starter catalogue names isn't: hundreds of old acquaintances would spend a day's allowance.
    """
    repository = storage.repositories.meet(claim.address, now)
    new = storage.links.store(paper, claim, repository.key, now)
    unseen = repository.next_check_at is None and repository.checked_at is None
    told = any(evidence.kind is not EvidenceKind.STARTER for evidence in claim.evidence)
    if told and repository.host == "github.com" and (unseen or (new and repository.state is RepositoryState.MISSING)):
        storage.repositories.ask_for(repository.key, now)
    return new


def _news(
    storage: Storage,
    paper: Paper,
    fetched: FetchedPaper,
    before: tuple[CodeLink, ...],
    after: tuple[CodeLink, ...],
    *,
    known: bool,
    now: datetime,
    had_code: bool,
    look: bool,
) -> int:
    announced, code_told = storage.papers.milestones(paper.key) if known else (None, None)
    facts = news.Facts(
        announced_before=announced is not None,
        code_told_before=code_told is not None,
        had_code=any(map(linking.worth_telling, before)),
        has_code=any(map(linking.worth_telling, after)),
        previous_version_had_code=had_code,
    )
    kind = news.kind_of_news(fetched, facts, known=known, now=now)
    _mark(storage, paper.key, fetched, facts, kind, now, look=look)
    return tell(storage, News(kind, paper.key, news.news_time(fetched, now)), paper, after, now=now) if kind else 0


def _mark(
    storage: Storage,
    key: int,
    fetched: FetchedPaper,
    facts: news.Facts,
    kind: NewsKind | None,
    now: datetime,
    *,
    look: bool,
) -> None:
    """Note what has had its chance to be news, so that repeats aren't; and whether its code is looked for."""
    announced = kind is not None or fetched.announcement is not None
    code = facts.has_code and (kind is NewsKind.CODE or fetched.announcement is not None)
    if look or (announced and not facts.announced_before) or (code and not facts.code_told_before):
        storage.papers.mark(
            key, announced=now if announced else None, code=now if code else None, look=now if look else None
        )


def combine(announced: FetchedPaper, detail: FetchedPaper) -> FetchedPaper:
    """An announcement with what the look-up tells beyond it: comments, dates, the order of the categories."""
    return replace(
        announced,
        ids=tuple(dict.fromkeys(announced.ids + detail.ids)),
        comment=detail.comment or "",
        published=detail.published or announced.published,
        categories=detail.categories or announced.categories,
        authors=detail.authors or announced.authors,
        abstract=announced.abstract or detail.abstract,
        title=announced.title or detail.title,
        version=max(announced.version, detail.version),
        withdrawn=detail.withdrawn,
    )
