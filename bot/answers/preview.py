"""What a new subscription would have told: the latest papers that it finds, and how many messages of the last week."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from bot.answers.finding import Finding
from bot.answers.values import Preview
from bot.domain.news import NewsKind
from bot.domain.paper import Paper
from bot.rules import matching
from bot.rules.query import Query
from storage import Storage

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_LATEST: Final = 300  # papers with code among which samples are looked for
_MOST: Final = 3000  # papers of the week that are looked through
_SAMPLES: Final = 3


def preview(storage: Storage, finding: Finding, parsed: Query, now: datetime) -> Preview:
    """Of a query that names papers by id: those that have code already, and no count."""
    if parsed.papers:
        named = [found.key for i in parsed.papers if (found := storage.papers.find(i))]
        return Preview(tuple(choice for choice in finding.choices(named[:_SAMPLES]) if choice.best))
    news = storage.papers.news(now - _WEEK, also_without_code=NewsKind.PAPER in parsed.kinds, limit=_MOST)
    told = list(_matching(storage, parsed, (paper for _, paper in news)))
    older = () if told else _matching(storage, parsed, storage.papers.latest_with_code(_LATEST))
    samples = list(islice(told or older, _SAMPLES))
    watched = now - min((at for at, _ in news), default=now)
    days = -(-watched // _DAY) if told or watched >= _DAY else 0  # a few quiet hours say nothing
    return Preview(tuple(finding.choices(samples)), messages=len(told), days=min(max(days, bool(told)), _WEEK.days))


def _matching(storage: Storage, parsed: Query, papers: Iterable[Paper]) -> Iterator[int]:
    """The keys of those that match."""
    for paper in papers:
        links = storage.links.of_paper(paper.key) if parsed.asks_of_code else ()
        if matching.matches(parsed, matching.document(paper, links)):
            yield paper.key
