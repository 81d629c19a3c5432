"""What of a paper is news, and who is told.

- First sight as new or cross-list is news: CODE if it has code, else PAPER.
- A replacement is news only as CODE, and only if this version brought the paper's first code.
- Each of the two is news once for a paper, whatever repeats it: categories, versions, sources, a second repository.
- Outside arXiv's announcements, first sight counts only for a recent paper (a blog may well praise a classic).
- A withdrawn paper is no news.
- A chat is told a paper's code once, however many of its subscriptions match.
- A subscription looks forward: what the world knew before it was made is told only while it is fresh.
- News of more than two days ago comes folded, one message a chat.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import groupby
from typing import Final

from bot.domain.chat import Subscription
from bot.domain.news import News, NewsKind, Tell
from bot.domain.paper import FetchedPaper, Paper
from bot.rules.matching import Document, cached_parse, matches
from bot.rules.terms import Candidate
from bot.rules.timing import most_eager

STALE: Final = timedelta(hours=48)
RECENT: Final = timedelta(days=31)
SETTLE: Final = timedelta(minutes=10)  # for the rest of a back-fill to join the same folded message
GRACE: Final = timedelta(seconds=90)  # for a look at the repository before people are told


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known at the moment of the decision; `code` means code worth telling."""

    announced_before: bool
    code_told_before: bool
    had_code: bool
    has_code: bool
    previous_version_had_code: bool = False
    """for an unknown paper's replacement: whether the version before it named its code already"""


def kind_of_news(fetched: FetchedPaper, facts: Facts, *, known: bool, now: datetime) -> NewsKind | None:
    """What this telling of a paper is news of, if anything."""
    if fetched.withdrawn:
        return None
    first = not facts.announced_before and _counts_as_new(fetched, known=known, now=now)
    if (
        facts.has_code
        and not facts.code_told_before
        and (first or not (facts.had_code or facts.previous_version_had_code))
    ):
        return NewsKind.CODE if first or known or _is_replacement(fetched) else None
    return NewsKind.PAPER if first and not facts.has_code else None


def _is_replacement(fetched: FetchedPaper) -> bool:
    return fetched.announcement is not None and fetched.announcement.is_replacement


def _counts_as_new(fetched: FetchedPaper, *, known: bool, now: datetime) -> bool:
    if fetched.announcement is not None:
        return not fetched.announcement.is_replacement
    written = fetched.published or month_of(fetched.arxiv)
    return not known and written is not None and now - written <= RECENT


def month_of(arxiv: str | None) -> datetime | None:
    """The end of the month that a new-style arXiv id names, or None."""
    if not arxiv or not arxiv[:4].isdigit() or not 1 <= int(arxiv[2:4]) <= 12:
        return None
    year, month = 2000 + int(arxiv[:2]), int(arxiv[2:4])
    return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC) - timedelta(days=1)


def news_time(fetched: FetchedPaper, now: datetime) -> datetime:
    """When the world could know: the announcement's time, never in the future."""
    return min(fetched.announced or now, now)


def tells(
    news: News, paper: Document, candidates: Iterable[Candidate], *, now: datetime, unchecked: bool = False
) -> Iterator[Tell]:
    """Who is told this news of a paper: one Tell a chat, with all of its matching subscriptions as the reason.

    The candidates come chat by chat, the oldest of each first.
    """
    wanted: dict[str, bool] = {}  # by the words, as popular ones are those of many
    stale = is_stale(news, now)
    due_at = _due_at(news, now, unchecked=unchecked)
    for chat, some in groupby(candidates, key=_recipient):
        mine = []
        for subscription, certain in some:
            text = subscription.text
            if not certain and text not in wanted:
                wanted[text] = _wants(text, news, paper, unchecked=unchecked)
            if (certain or wanted[text]) and (not stale or news.at >= subscription.created_at):
                mine.append(subscription)
        if mine:
            yield _tell(chat, news, mine, due_at, stale)


def _wants(text: str, news: News, paper: Document, *, unchecked: bool) -> bool:
    query = cached_parse(text)
    if query is None or news.kind not in query.kinds or (news.state and news.state not in query.states):
        return False
    if unchecked and query.asks_of_repository:
        return False  # what the repository is like will be known in a moment
    return matches(query, paper)


def _tell(chat: int, news: News, mine: Sequence[Subscription], due_at: datetime, stale: bool) -> Tell:
    """`mine`: the chat's subscriptions that match."""
    first = mine[0]
    if len(mine) == 1:  # as most have, in a third of the time
        return Tell(chat, news, (first.text,), due_at, stale, first.rhythm, first.priority)
    return Tell(
        chat,
        news,
        tuple(dict.fromkeys(subscription.text for subscription in mine)),
        due_at,
        stale,
        reduce(most_eager, (subscription.rhythm for subscription in mine)),
        any(subscription.priority for subscription in mine),
    )


def _due_at(news: News, now: datetime, *, unchecked: bool = False) -> datetime:
    return now + (SETTLE if is_stale(news, now) else GRACE if unchecked else timedelta(0))


def _recipient(candidate: Candidate) -> int:
    return candidate[0].speaks_in


def is_stale(news: News, now: datetime) -> bool:
    return now - news.at > STALE


def _looks_forward(subscription: Subscription, news: News, now: datetime) -> bool:
    return not is_stale(news, now) or news.at >= subscription.created_at


def about_feed(news: News, followers: Iterable[Subscription], *, now: datetime) -> tuple[Tell, ...]:
    """A feed's entry, for those who follow it; or word of its end, where the subscription was made."""
    told: dict[int, list[Subscription]] = {}
    for subscription in followers:
        if _looks_forward(subscription, news, now):
            chat = subscription.chat if news.kind is NewsKind.FEED else subscription.speaks_in
            told.setdefault(chat, []).append(subscription)
    return _tells(news, told, now)


def about_lost_chat(news: News, concerned: Mapping[int, Sequence[Subscription]], *, now: datetime) -> tuple[Tell, ...]:
    """Word that a chat can't be reached, for the chats that it concerns: each with its subscriptions there."""
    return _tells(news, concerned, now)


def _tells(news: News, matched: Mapping[int, Sequence[Subscription]], now: datetime) -> tuple[Tell, ...]:
    """`matched`: by chat, its subscriptions that are told."""
    due_at, stale = _due_at(news, now), is_stale(news, now)
    return tuple(_tell(chat, news, mine, due_at, stale) for chat, mine in matched.items())


def written_about(paper: Paper) -> datetime | None:
    """Roughly when a paper was written."""
    return paper.published or month_of(paper.arxiv)
