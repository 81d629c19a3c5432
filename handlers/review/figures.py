"""Every figure of a review as CSV: what it is, its value, interval and denominator, where and when it was known."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from bot.answers.trend_values import CommunityAnswer, FrameworksAnswer, Review
from bot.domain.trends import Estimate, MonthShare, Share, TooFew

HEAD: Final = ("section", "figure", "of", "value", "low", "high", "part", "whole", "source", "as_known_on")
_SOURCE: Final = "paperwire catalogue"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
Row = tuple[object, ...]


def figures(review: Review) -> str:
    """The table, as RFC 4180 has it; a name that a spreadsheet would take for a formula gets an apostrophe."""
    told = io.StringIO()
    writer = csv.writer(told)
    writer.writerow(HEAD)
    known = (_SOURCE, f"{review.asked.now:%Y-%m-%d}")
    for row in _rows(review):
        writer.writerow([*map(_cell, row), *[""] * (len(HEAD) - len(row) - len(known)), *known])
    return told.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _rows(review: Review) -> Iterator[Row]:
    for one in review.compared:
        name = one.period.name
        yield "compared", "papers", name, one.papers
        yield from _share("compared", "share with code", name, one.code)
        yield from _share("compared", "share with official code", name, one.official)
    yield from _coverage(review)
    yield from _growth(review)
    for answer in review.frameworks:
        yield from _frameworks(answer)
    yield from _fields(review)
    yield from _popular(review)
    yield from _time(review)
    yield from _community(review.community)


def _frameworks(answer: FrameworksAnswer) -> Iterator[Row]:
    section = "frameworks official" if answer.asked.official else "frameworks community"
    yield section, "implementations not read", answer.asked.period.name, answer.unknown
    if isinstance(answer.shares, TooFew):
        yield from _share(section, "share", answer.asked.period.name, answer.shares)
    else:
        for shown in answer.shares:
            yield from _share(section, "share", shown.framework, shown.share)
            if shown.before and shown.change:
                yield from _share(section, "share in the period before", shown.framework, shown.before)
                yield from _estimate(section, "change of share", shown.framework, shown.change)
    for month, shares in answer.months:
        for one in shares:
            yield from _share(section, "share in three months", f"{one.framework} {month}", one.share)


def _community(answer: CommunityAnswer) -> Iterator[Row]:
    name, counts = answer.asked.period.name, answer.counts
    for figure, value in (
        ("official alone", counts.official),
        ("community alone", counts.community),
        ("both", counts.both),
    ):
        yield "community", f"papers with code: {figure}", name, value
    yield from _share("community", "share with code by others alone", name, answer.alone)
    yield from _share("community", "share with code by others alone", answer.asked.before.name, answer.alone_before)
    for owner, papers in answer.implementers:
        yield "community", "papers implemented", owner, papers


def _coverage(review: Review) -> Iterator[Row]:
    for shown in review.code.coverage.months:
        yield from _share("coverage", "share with code", str(shown.month), shown.share)
        yield from _corrected(shown)
    told = review.code.coverage
    yield from _share("coverage", "share with code", "all until then", told.everything)
    yield from _share("coverage", "share with official code", "the last six months", told.recent_official)
    for field, share in review.code.fields:
        yield from _share("coverage", "share with code", field, share)


def _corrected(shown: MonthShare) -> Iterator[Row]:
    if shown.corrected:
        yield from _estimate("coverage", "share with code, corrected for its lag", str(shown.month), shown.corrected)


def _growth(review: Review) -> Iterator[Row]:
    for one in review.growth.months:
        yield "growth", "papers", str(one.month), one.papers
    yield "growth", "papers", review.asked.period.name, review.growth.in_period
    yield "growth", "papers", "all", review.growth.in_all
    for name, papers, grown in review.growth.fields:
        yield "growth", "papers", name, papers
        if not isinstance(grown, TooFew):
            yield from _estimate("growth", "a year", name, grown.yearly)
    told = review.growth.growth
    if not isinstance(told, TooFew):
        if told.doubling:
            yield "growth", "months until it doubles", str(told.last), told.doubling
        span = f"{told.first}..{told.last}"
        yield from _estimate("growth", "a month", span, told.monthly)
        yield from _estimate("growth", "a year", span, told.yearly)
        yield from _estimate("growth", "papers in the next twelve months", str(told.last), told.next_year)
        yield "growth", "papers a month by the fit", str(told.last), told.a_month
        yield "growth", "minutes between two papers", str(told.last), told.minutes


def _fields(review: Review) -> Iterator[Row]:
    for section, shares in (("fields", review.fields.fields), ("topics", review.fields.topics)):
        for one in () if isinstance(shares, TooFew) else shares:
            yield from _share(section, "share of papers", one.name, one.share)
            yield from _share(section, "share with code", one.name, one.code)
            if one.change:
                yield from _estimate(section, "change of share", one.name, one.change)
    yield "fields", "papers", review.asked.period.name, review.fields.papers
    yield "fields", "papers", review.asked.before.name, review.fields.papers_before
    yield "fields", "most starred implementations", "", review.fields.hot
    for name, count in review.fields.hottest:
        yield "fields", "among the most starred implementations", name, count


def _popular(review: Review) -> Iterator[Row]:
    for section, rows in (("official", review.popular.official), ("community", review.popular.community)):
        for one in rows:
            yield f"popular {section}", "stars gained", one.row.repository.slug, one.row.gained
            yield f"popular {section}", "days on trending pages", one.row.repository.slug, one.days_trending
            for count in one.counts:
                yield f"popular {section}", "stars", f"{one.row.repository.slug} {count.at:%Y-%m-%d}", count.stars
    counted, of = review.popular.counted, review.popular.of
    yield "popular", "repositories counted", "", counted, "", "", counted, of
    yield "popular", "star history missing", "", of - counted, "", "", of - counted, of


def _time(review: Review) -> Iterator[Row]:
    told = review.time.waiting
    if not isinstance(told, TooFew):
        yield "time", "papers followed", "", told.papers
        yield "time", "papers with code", "", told.with_code
        yield "time", "papers with official code first", "", told.official_first
        for day, value in enumerate(told.curve):
            yield "time", "share with code by day", str(day), value
        for days, share in told.after:
            yield from _estimate("time", "share with code after days", str(days), share)


def _share(section: str, figure: str, of: str, share: Share | TooFew) -> Iterator[Row]:
    if isinstance(share, TooFew):
        yield section, figure, of, "too few to tell", "", "", "", share.have
    else:
        yield section, figure, of, share.value, share.low, share.high, share.part, share.whole


def _estimate(section: str, figure: str, of: str, estimate: Estimate) -> Iterator[Row]:
    yield section, figure, of, estimate.value, estimate.low, estimate.high
