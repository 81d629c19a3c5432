"""Telling chats: who cares about a piece of news, and what a change of a paper's code state comes to.

In the caller's transaction. Beside the rooms, because ingest, jobs and answers all end here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final

from bot.domain.chat import Address, Chat, Subscription
from bot.domain.code import CodeState
from bot.domain.link import CodeLink
from bot.domain.news import News, NewsKind, Planned, Tell
from bot.domain.paper import Paper
from bot.domain.repository import RepositoryState
from bot.domain.stars import Happening
from bot.rules import linking, news, states, timing
from bot.rules.local_time import local_date
from bot.rules.matching import Document, bare_document, cached_parse, document, matches
from bot.rules.promises import promises
from bot.rules.terms import paper_terms
from storage import Storage
from storage.paces import Counted

_AT_ONCE: Final = 2_000
_EXPECTED = (CodeState.PROMISED, CodeState.PLACEHOLDER)


def tell(storage: Storage, item: News, paper: Paper, links: tuple[CodeLink, ...], *, now: datetime) -> int:
    """Queue an alert for every chat with a matching subscription; how many chats that are."""
    asked = document(paper, links)
    candidates = storage.subscriptions.under(paper_terms(asked, item.kind))
    unchecked = item.kind is NewsKind.CODE and not _any_seen(links)
    tells = news.tells(item, asked, candidates, now=now, unchecked=unchecked)
    told = send_out(storage, tells, now=now, about=asked)
    if told and unchecked:
        for link in links:
            if link.repository.inside_at is None and link.repository.host == "github.com":
                storage.repositories.ask_for(link.repository.key, now, awaited=True)
    return told


def _tell_choosy(storage: Storage, paper: Paper, links: tuple[CodeLink, ...], *, since: datetime, now: datetime) -> int:
    """Code was told before anybody had looked at it: those who ask what the repository is like hear of it now."""
    asked = document(paper, links)
    candidates = (
        (subscription, certain)
        for subscription, certain in storage.subscriptions.under(paper_terms(asked, NewsKind.CODE))
        if subscription.created_at <= since and (query := cached_parse(subscription.text)) and query.asks_of_repository
    )
    return send_out(
        storage, news.tells(News(NewsKind.CODE, paper.key, now), asked, candidates, now=now), now=now, about=asked
    )


def send_out(storage: Storage, tells: Iterable[Tell], *, now: datetime, about: Document | None = None) -> int:
    """Queue what was decided, each in its chat's time; how many chats. `about` is what mutes are compared with."""
    return storage.outbox.queue(_planned(storage, iter(tells), about, now), now)


def _planned(storage: Storage, tells: Iterator[Tell], about: Document | None, now: datetime) -> Iterator[Planned]:
    """When each chat is told. Some thousands at a time, so that what all of them are like is never there at once."""
    second, span = int(now.timestamp()), int(timing.LATELY.total_seconds())
    while part := list(islice(tells, _AT_ONCE)):
        chats = {tell.chat for tell in part}
        loads = storage.paces.loads(chats)
        mutes = storage.paces.muted(chats, now) if about else {}
        today = {zone: local_date(now, zone).isoformat() for zone in {load.pace.zone for load in loads.values()}}
        counted: dict[int, Counted] = {}
        for tell in part:
            chat = tell.chat
            load = loads[chat]
            pace, day = load.pace, today[load.pace.zone]
            sent, (since, lately) = load.on(day), load.since(second, span)
            muted = chat in mutes and about is not None and any(_is_about(text, about) for text in mutes[chat])
            one = timing.plan(tell, pace, sent_today=sent, muted=muted, now=now, lately=lately)
            if one.held is None and not (one.together or tell.folded):
                counted[chat] = Counted(day, sent + 1, since, lately + 1)
            yield one
        storage.paces.count(counted)


def tell_happening(storage: Storage, happening: Happening, *, now: datetime) -> int:
    """Something happened to a repository: it is noted once, and told to those who want it of its papers, or of it."""
    key = storage.happenings.add(happening)
    if key is None:
        return 0
    repository, names = happening.repository, storage.repositories.names(happening.repository.key)
    item = News(NewsKind(happening.kind), key, happening.at)
    told, heard = 0, set[int]()
    for link in storage.links.of_repository(repository.key) or (None,):
        asked = document(storage.papers.get(link.paper), (link,)) if link else bare_document(repository, names)
        asked = replace(asked, repositories=asked.repositories | names)
        found = news.tells(item, asked, storage.subscriptions.under(paper_terms(asked, item.kind)), now=now)
        fresh = [one for one in found if one.chat not in heard]
        heard |= {one.chat for one in fresh}
        told += send_out(storage, fresh, now=now, about=asked)
    return told


def tell_of_lost(storage: Storage, chat: int, *, now: datetime) -> int:
    """A chat can't be reached: those whose subscriptions speak there hear of it, each time anew; how many chats.

    That is each chat which sends some there, and in private who made some of its own.
    """
    news_of_it = News(NewsKind.ROUTE, chat, now)
    storage.outbox.forget(news_of_it)
    concerned: dict[int, list[Subscription]] = {}
    for subscription in storage.subscriptions.routed_to(chat):
        concerned.setdefault(subscription.chat, []).append(subscription)
    place = storage.chats.get(chat).address
    for maker, mine in storage.subscriptions.made_by(chat).items():
        if alone := _alone_with(storage, place, maker, now):
            concerned.setdefault(alone.key, []).extend(mine)
    return send_out(storage, news.about_lost_chat(news_of_it, concerned, now=now), now=now)


def _alone_with(storage: Storage, place: Address, person: str, now: datetime) -> Chat | None:
    """The chat with one person of a place, whose id is theirs; None where they would have to write first."""
    address = Address(place.platform, person, place.workspace)
    return storage.chats.find(address) or (storage.chats.meet(address, now) if place.platform == "slack" else None)


def _is_about(text: str, paper: Document) -> bool:
    query = cached_parse(text)
    if query is None or (query.feed and query.feed.text != paper.feed):
        return False
    return matches(query, paper)


def _any_seen(links: tuple[CodeLink, ...]) -> bool:
    """Whether one of the links worth telling has been looked into, or never will be (hosts that we don't ask)."""
    return any(
        link.repository.host != "github.com"
        or (link.repository.state is RepositoryState.PRESENT and link.repository.inside_at is not None)
        for link in links
        if linking.worth_telling(link)
    )


def conclude(storage: Storage, key: int, *, now: datetime, why: str = "") -> int:
    """Bring a paper's code state up to what is known of its links, and tell who wants to know; how many chats.

    Code that turns out not to be there is taken back where it hasn't been told yet; it will be news when it is.
    """
    paper, links = storage.papers.get(key), storage.links.of_paper(key)
    promise = promises(f"{paper.abstract}\n{paper.comment or ''}")
    state = states.code_state(links, promised=bool(promise))
    if state is None:
        return 0
    announced, code_told = storage.papers.milestones(key)
    if state.has_code:
        storage.papers.look_for_code(key, None)
    elif code_told:
        storage.papers.unmark_code(key)
        storage.outbox.withdraw(key)
    if state is paper.code_state:
        return 0
    storage.cards.touch([key], now)
    event = storage.papers.change_state(paper, state, why or (promise if state is CodeState.PROMISED else ""), now)
    if state.has_code and code_told is None and (announced or paper.code_state in _EXPECTED):
        storage.papers.mark(key, code=now)
        return tell(storage, News(NewsKind.CODE, key, now), paper, links, now=now)
    if state.has_code and code_told and not paper.code_state.has_code:
        return _tell_choosy(storage, paper, links, since=code_told, now=now)
    if states.is_news(paper.code_state, state) and (announced or paper.code_state is not CodeState.NONE):
        return tell(storage, News(NewsKind.STATE, event.key, now, state), paper, links, now=now)
    return 0
