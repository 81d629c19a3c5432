"""The bird's-eye view: how much code, how many papers, which frameworks and fields, and the review of a period.

Each answer is told of a period of whole months (the last six, unless one is named), from sums that are kept up to date.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.answers.trend_values import (
    Asked,
    CodeAnswer,
    CommunityAnswer,
    Compared,
    FieldsAnswer,
    FrameworksAnswer,
    PapersAnswer,
    Popular,
    PopularAnswer,
    Review,
    TimeAnswer,
)
from bot.domain.stars import Ranked, within
from bot.domain.trends import FieldCounts, FrameworkCount, Month, MonthCount, Period
from bot.errors import BadQuery
from bot.rules import growth, periods, trends, waiting
from bot.rules.proportions import enough, share
from bot.rules.topics import topic
from storage import Storage

_TOP: Final = 5
_HOT: Final = 50  # implementations among which the hottest fields are counted
_FIELDS: Final = 12
_HINT: Final = "Say /trends code cs.CV, or official, or a period such as 2025-Q4."


class Trends:
    def __init__(self, storage: Storage, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._clock = clock

    # As asked in a chat: each raises BadQuery for words that name no field, topic or period ---------------------------

    def code(self, text: str) -> CodeAnswer:
        """Which share of papers has code, by month and by field."""
        return self._code(self._asked(text))

    def papers(self, text: str) -> PapersAnswer:
        """How many papers a month, and how that grows."""
        return self._papers(self._asked(text))

    def frameworks(self, text: str) -> FrameworksAnswer:
        """Which frameworks implementations are written in."""
        return self._frameworks(self._asked(text))

    def fields(self, text: str) -> FieldsAnswer:
        """Which fields and topics have most papers, which rise and fall, which are hottest."""
        asked = self._asked(text)
        if asked.scope:
            raise BadQuery(
                "Fields are compared with each other, among all papers.",
                hint=f"/trends papers {asked.about} tells of one.",
            )
        return self._fields(asked)

    def popular(self, text: str) -> PopularAnswer:
        """Which repositories of papers gained most stars."""
        return self._popular(self._asked(text))

    def time(self, text: str) -> TimeAnswer:
        """How long papers wait for their code."""
        return self._time(self._asked(text))

    def community(self, text: str) -> CommunityAnswer:
        """What others than the authors write."""
        return self._community(self._asked(text))

    def review(self, text: str) -> Review:
        """All of it, of a period; with the one before and the same a year ago. Raises BadQuery for odd periods."""
        now = self._clock()
        period = periods.period(text, now)
        asked = self._asked_of("", period, now)
        months = self._storage.trends.months()
        earlier = (periods.before(period), periods.year_ago(period))
        return Review(
            asked,
            tuple(_compared(months, one, now) for one in (period, *earlier)),
            self._code(asked),
            self._papers(asked),
            (self._frameworks(replace(asked, official=True)), self._frameworks(replace(asked, official=False))),
            self._fields(asked),
            self._popular(asked),
            self._time(asked),
            self._community(asked),
            self._storage.papers.count(),
            self._storage.trends.undated(),
        )

    # Of a period ------------------------------------------------------------------------------------------------------

    def _code(self, asked: Asked) -> CodeAnswer:
        kept = self._storage.trends
        months = kept.months(asked.scope)
        known = waiting.waiting(kept.lags(asked.scope), asked.now)
        told = trends.coverage(months, asked.period.last, known, asked.now, official=asked.official is True)
        inside = trends.in_period(months, asked.period)
        with_code = inside.with_official if asked.official else inside.with_code
        fields = [] if asked.scope else kept.fields(asked.period, asked.before)
        by_field = tuple((one.name, share(one.with_code, one.papers)) for one in _most(fields) if one.papers)
        return CodeAnswer(asked, told, enough(with_code, inside.papers), by_field, known, inside)

    def _papers(self, asked: Asked) -> PapersAnswer:
        months = self._storage.trends.months(asked.scope)
        last = min(asked.period.last, _complete(asked.now))
        shown = tuple(one for one in months if last + -growth.MOST < one.month <= last)
        inside = trends.in_period(months, asked.period).papers
        fields = [] if asked.scope else _most(self._storage.trends.fields(asked.period, asked.before))[:_TOP]
        told = [(one.name, one.papers, self._storage.trends.months(one.name)) for one in fields if one.papers]
        by_field = tuple((name, papers, growth.growth(months, last)) for name, papers, months in told)
        return PapersAnswer(
            asked, growth.growth(months, last), shown, inside, sum(m.papers for m in months), fields=by_field
        )

    def _frameworks(self, asked: Asked) -> FrameworksAnswer:
        counts = self._storage.trends.frameworks(asked.scope, by_repository=asked.by_repository)
        now, before = ([one for one in counts if one.month in span] for span in (asked.period, asked.before))
        unknown = sum(one.implementations for one in now if one.framework == "unknown" and _meant(one, asked.official))
        return FrameworksAnswer(
            asked,
            trends.frameworks(now, before, official=asked.official),
            unknown,
            trends.frameworks_by_month(counts, asked.period.last, official=asked.official)[-growth.MOST :],
        )

    def _fields(self, asked: Asked) -> FieldsAnswer:
        kept = self._storage.trends
        months = kept.months()
        now, before = (trends.in_period(months, span).papers for span in (asked.period, asked.before))
        told = [
            trends.fields(kept.fields(asked.period, asked.before, topics=topics), now, before)
            for topics in (False, True)
        ]
        gained = [
            row
            for official in (True, False)
            for row in kept.popular(asked.period.begin, asked.until, official=official, limit=_HOT)
        ]
        gained.sort(key=lambda row: -(row.gained or 0))
        hot = [row.paper for row in gained[:_HOT] if row.paper]
        fields = Counter(paper.categories[0] for paper in hot if paper.categories)
        return FieldsAnswer(asked, told[0], told[1], tuple(fields.most_common(_TOP)), fields.total(), now, before)

    def _popular(self, asked: Asked) -> PopularAnswer:
        kept = self._storage.trends
        rows = [
            kept.popular(asked.period.begin, asked.until, official=said, limit=_TOP, scope=asked.scope)
            if asked.official in (None, said)
            else ()
            for said in (True, False)
        ]
        official, community = (tuple(map(self._with_days(asked), some)) for some in rows)
        counted, of = kept.star_histories(asked.period.begin, asked.until, asked.scope)
        return PopularAnswer(asked, official, community, counted, of)

    def _with_days(self, asked: Asked) -> Callable[[Ranked], Popular]:
        days, samples = self._storage.trends.days_trending, self._storage.stars.samples
        begin, until = asked.period.begin, asked.until
        return lambda row: Popular(
            row,
            days(row.repository.key, begin, until),
            within(samples(row.repository.key, begin), begin, until),
        )

    def _time(self, asked: Asked) -> TimeAnswer:
        lags = self._storage.trends.lags(asked.scope)
        months = {one.month for one in lags}
        return TimeAnswer(asked, waiting.waiting(lags, asked.now), min(months, default=None))

    def _community(self, asked: Asked) -> CommunityAnswer:
        inside = trends.in_period(self._storage.trends.months(asked.scope), asked.period)
        before = trends.in_period(self._storage.trends.months(asked.scope), asked.before)
        return CommunityAnswer(
            asked,
            inside,
            enough(inside.community, inside.with_code),
            enough(before.community, before.with_code),
            self._storage.trends.implementers(asked.period, _TOP, asked.scope),
        )

    # What is asked for ------------------------------------------------------------------------------------------------

    def _asked(self, text: str) -> Asked:
        now, scope, official, by_repository, period = self._clock(), "", None, False, None
        for word in _words(text):
            low = word.lower()
            if low in ("official", "community"):
                official = low == "official"
            elif low in ("repository", "repositories"):
                by_repository = True
            elif low[:4].isdigit() or low.split()[0] in ("last", "this"):
                period = periods.period(word, now)
            else:
                scope = self._scope(word)
        asked = self._asked_of(scope, period or _last_half_year(now), now)
        return replace(asked, official=official, by_repository=by_repository)

    def _asked_of(self, scope: str, period: Period, now: datetime) -> Asked:
        gaps = _gaps(self._storage.trends.months(scope), period, now)
        return Asked(scope, period, periods.before(period), now, min(now, period.end), gaps)

    def _scope(self, word: str) -> str:
        """The field or topic that a word names."""
        scopes = self._storage.trends.scopes()
        low = word.lower()
        for scope in scopes:
            if low in (scope.lower(), scope.removeprefix("topic ").lower()):
                return scope
        for scope in scopes:
            if scope.lower().startswith(f"{low}."):
                return scope.partition(".")[0]
        if set(low.split()) & {scope.lower() for scope in scopes}:
            raise BadQuery("One field or topic at a time.", hint=_HINT)
        if (meant := f"topic {topic(word)}") in scopes:
            return meant
        known = ", ".join(scope.removeprefix("topic ") for scope in scopes[:8])
        raise BadQuery(f"I know no papers of “{word[:40]}”.", hint=f"There are: {known}." if known else _HINT)


def _words(text: str) -> list[str]:
    """The words, but those of a topic or of "last month" together."""
    words = _SPAN.sub(r"\1..\2", text).split()
    found: list[str] = []
    while words:
        word = words.pop(0)
        if word.lower() in ("last", "this") and words:
            word = f"{word} {words.pop(0)}"
        found.append(word)
    plain = [w for w in found if w.lower() not in _OPTIONS and not w[:4].isdigit() and " " not in w]
    if len(plain) < 2:
        return found
    return [*(w for w in found if w not in plain), " ".join(plain)]


_SPAN: Final = re.compile(r"(\d)\s+(?:to|\.\.+|[-–—])\s+(\d)")
_OPTIONS: Final = ("official", "community", "repository", "repositories")


def _complete(now: datetime) -> Month:
    """The last month that is over."""
    return Month.at(now) + -1


def _last_half_year(now: datetime) -> Period:
    last = _complete(now)
    return periods.named(last + -5, last)


def _gaps(months: Sequence[MonthCount], period: Period, now: datetime) -> tuple[Month, ...]:
    known = {one.month: one.papers for one in months}
    return tuple(month for month in period if month.end <= now and known.get(month, 0) < growth.A_MONTH)


def _compared(months: Sequence[MonthCount], period: Period, now: datetime) -> Compared:
    inside = trends.in_period(months, period)
    return Compared(
        period,
        inside.papers,
        inside.with_code,
        enough(inside.with_code, inside.papers),
        enough(inside.with_official, inside.papers),
        _gaps(months, period, now),
    )


def _most(fields: Sequence[FieldCounts]) -> list[FieldCounts]:
    return sorted(fields, key=lambda one: (-one.papers, one.name))[:_FIELDS]


def _meant(one: FrameworkCount, official: bool | None) -> bool:
    return official in (None, one.official)
