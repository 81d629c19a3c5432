"""A period's review in words: its lead, what it is compared with, its sections, and the summary for a chat."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.answers.trend_values import Asked, Compared, FrameworksAnswer, PapersAnswer, Popular, Review
from bot.domain.trends import Share, TooFew
from handlers.messages import Bullets, Chart, File, Heading, Line, Message, Part, Quiet, Table, Typed, text
from handlers.wording import trends
from handlers.wording.figures import estimate, every, one_in_words, percent, share, spoken
from handlers.wording.plain import count
from handlers.wording.trend_plots import framework_name

_BEFORE: Final = ("", "the period before", "a year before")
METHODS: Final = (
    (
        "A paper's month is that of its first version. It has code where a link may be told as its own: known whose, "
        "sure enough (0.7 or more), at a repository that is there and holds source. What has come since the period "
        "ended counts, so older periods look better covered than they did then."
    ),
    (
        "Shares have Wilson's interval, changes Newcombe's (stricter, as many are compared at once); growth is a line "
        "fitted to the logarithms of up to 36 whole months without a gap; waiting is Kaplan and Meier's estimate of "
        "papers followed since their announcement. Fewer than 30 papers, or six months, are too few to tell."
    ),
    (
        "A paper's field is its primary category, its topic the first of a short table that its title names. Stars are "
        "those counted here or told by the host's own history. Links of the Papers With Code archive are as of July "
        "2025 (CC-BY-SA 4.0)."
    ),
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its name in addresses, its title, what stands there."""

    name: str
    title: str
    parts: tuple[Part, ...]

    @property
    def layout(self) -> str:
        """Where a page is wide: all stands beside the charts; the words beside, the tables below; or all below."""
        if all(len(part.head) < 4 for part in self.parts if isinstance(part, Table)):
            return "beside"
        return "around" if self.name == "fields" else "below"


def title(review: Review) -> str:
    return f"State of papers with code: {review.asked.period.name}"


def known(review: Review) -> str:
    """What the review is told from."""
    left_out = "all" if review.undated == review.papers else f"{review.undated:,}"
    undated = f", {left_out} of which have no date, or a year alone, and are left out" if review.undated else ""
    so_far = "" if review.asked.over else " The period isn't over yet."
    if missing := trends.missing(review.asked):
        so_far += f" {missing}"
    return (
        f"{spoken(review.asked.period)}, as known on {review.asked.now:%-d %b %Y}, from this catalogue of "
        f"{count(review.papers, 'paper')}{undated}.{so_far}"
    )


def lead(review: Review) -> tuple[Line, ...]:
    """What the review comes to, a sentence each; where there is too little for any, that."""
    found = tuple((sentence,) for sentence in _lead(review))
    if found:
        return found
    period = review.compared[0]
    return (
        (f"Too little is known of {spoken(period.period)} to tell: {count(period.papers, 'paper')}.",),
        (
            "Papers come in as arXiv announces them; ",
            Typed("paperwire import-archive"),
            " brings those until July 2025.",
        ),
    )


def _lead(review: Review) -> Iterator[str]:
    if isinstance(covered := review.code.period, Share) and covered.part:
        verb = "has" if covered.one_in > 1 else "have"
        yield f"{one_in_words(covered)} new papers {verb} code: {share(covered)}."
    yield from _grown(review.growth)
    for answer in review.frameworks:
        if said := _frameworks(answer):
            yield said
    for official, rows in ((True, review.popular.official), (False, review.popular.community)):
        if rows:
            whose = "official" if official else "community"
            yield f"Most stars gained by {whose} code: {', '.join(map(_gained, rows[:3]))}."
    fields = review.fields
    if not isinstance(fields.fields, TooFew) and fields.fields:
        most = ", ".join(f"{one.name} ({percent(one.share.value, 0)})" for one in fields.fields[:3])
        yield f"Most active fields, of {count(fields.papers, 'paper')}: {most}."
    alone = review.community.alone
    if isinstance(alone, Share) and alone.part:
        yield f"Of papers with code, {share(alone)} have it from others alone."


def _grown(answer: PapersAnswer) -> Iterator[str]:
    grown = answer.growth
    if isinstance(grown, TooFew):
        if answer.last:
            yield trends.born(answer.last)
        return
    yield f"{every(grown.minutes)} a new paper is born: {grown.a_month:,.0f} a month, by the fit."
    if grown.clear:
        more = "grow" if grown.monthly.value > 0 else "shrink"
        yield f"Papers {more} by {estimate(grown.monthly)} a month, {percent(grown.yearly.value)} a year."


def _frameworks(answer: FrameworksAnswer) -> str:
    if isinstance(answer.shares, TooFew):
        return ""
    named = [one for one in answer.shares if one.framework != "none"][:2]
    whose = "official" if answer.asked.official else "community"
    said = ", ".join(f"{framework_name(one.framework)} {percent(one.share.value)}" for one in named)
    of = f" ({answer.shares[0].share.whole:,} implementations)"
    return f"Frameworks of {whose} code{of}: {said}." if said else ""


def _gained(one: Popular) -> str:
    return f"{one.row.repository.name} (+{one.row.gained or 0:,})"


def compared(review: Review) -> Table:
    """The period beside the one before and the same a year ago."""
    return Table(
        ("Period", "Papers", "With code", "By their authors"),
        tuple(_compared(one, when) for one, when in zip(review.compared, _BEFORE, strict=True)),
        named=True,
    )


def _compared(one: Compared, when: str) -> tuple[Line, ...]:
    if one.gaps and len(one.gaps) < one.period.months:
        when += f"{',' if when else ''} without {trends.stretches(one.gaps)}"
    name: Line = (one.period.name, Quiet(f" {when}")) if when else (one.period.name,)
    return (name, (f"{one.papers:,}",), (_share(one.code),), (_share(one.official),))


def _share(one: Share | TooFew) -> str:
    return "too few to tell" if isinstance(one, TooFew) else share(one)


def sections(review: Review) -> tuple[Section, ...]:
    """The page's parts, in the order of the article that this began with."""
    official, community = review.frameworks
    asked = review.asked
    return (
        _section(asked, "coverage", "How many papers have code", trends.code(review.code)),
        _section(asked, "growth", "How the number of papers grows", trends.papers(review.growth)),
        _section(asked, "frameworks-official", "Frameworks of official code", trends.frameworks(official)),
        _section(asked, "frameworks-community", "Frameworks of community code", trends.frameworks(community)),
        _section(asked, "fields", "Fields and topics", trends.fields(review.fields)),
        _section(asked, "popular", "Most popular implementations", trends.popular(review.popular)),
        _section(asked, "time", "How long papers wait for code", trends.time(review.time)),
        _section(asked, "community", "The community's part", trends.community(review.community)),
    )


def _section(asked: Asked, name: str, words: str, message: Message) -> Section:
    """A message without its heading and what the page says elsewhere: what is missing, and a chart's source."""
    *told, source = trends.closing(asked)
    said = [*told, source] if any(isinstance(part, Chart) for part in message.parts) else told
    return Section(name, words, tuple(one for one in message.parts if one not in said and not isinstance(one, Heading)))


def summary(review: Review, page: File | None) -> Message:
    """The answer to /review: the lead, two charts, and the page as a file (None: where a file would be printed)."""
    charts = [part for one in sections(review) for part in one.parts if isinstance(part, Chart)]
    parts: list[Part] = [Heading(title(review)), Bullets(lead(review)), *charts[:2], compared(review)]
    parts.append(text(Quiet(known(review))))
    if page:
        parts.append(page)
    else:
        parts.append(text(Typed(f"paperwire review {review.asked.period.name} --out DIR"), " writes it as a page."))
    return Message(tuple(parts), title(review))
