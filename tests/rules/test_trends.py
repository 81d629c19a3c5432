"""The bird's-eye view: shares, growth, waiting, periods. Figures by hand, and from the papers that gave the methods."""

from datetime import UTC, datetime, timedelta
from math import expm1, log

import pytest

from bot.domain.trends import (
    Coverage,
    FieldCounts,
    FrameworkCount,
    Growth,
    LagCount,
    Month,
    MonthCount,
    Share,
    TooFew,
    Waiting,
)
from bot.errors import BadQuery
from bot.rules import growth, periods, proportions, trends, waiting

JULY = Month.at(datetime(2018, 7, 15, tzinfo=UTC))
NOW = datetime(2019, 2, 1, tzinfo=UTC)
HALF = periods.period("2018-H2", NOW)


# Shares ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
    ids=str,
)
def test_wilsons_interval_is_that_of_newcombes_examples(part: int, whole: int, low: float, high: float) -> None:
    """Table I of "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998."""
    found = proportions.share(part, whole)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((10, 10), (0, 20), 0.6791, 1.0)],
    ids=str,
)
def test_a_change_has_the_interval_of_newcombes_tenth_method(
    now: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    found = proportions.difference(proportions.share(*now), proportions.share(*before))
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_many_comparisons_at_once_are_judged_more_strictly() -> None:
    now, before = proportions.share(56, 70), proportions.share(48, 80)
    assert proportions.difference(now, before).low > 0 > proportions.difference(now, before, comparisons=40).low


def test_of_nothing_there_is_no_share_but_a_word() -> None:
    assert proportions.enough(3, 3) == TooFew(3, 30)
    assert proportions.share(0, 0) == Share(0, 0, 0.0, 1.0)
    assert (proportions.share(0, 0).value, proportions.share(0, 9).one_in) == (0.0, 0)


# Growth ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(1, 12.7062), (2, 4.3027), (4, 2.7764), (9, 2.2622), (10, 2.2281), (34, 2.0322)]
)
def test_students_quantiles_are_those_of_the_tables(freedom: int, quantile: float) -> None:
    assert growth.student(0.95, freedom) == pytest.approx(quantile, abs=5e-5)


def test_the_line_is_that_of_anscombes_first_set() -> None:
    """F. J. Anscombe, "Graphs in statistical analysis", The American Statistician 27, 1973."""
    xs = [10.0, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    ys = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
    found = growth.line(xs, ys)
    assert (round(found.slope, 4), round(found.intercept, 4)) == (0.5001, 3.0001)
    assert (round(found.slope_error, 4), round(found.scatter, 4)) == (0.1179, 1.2366)


def growing(monthly: float, *, months: int = 36) -> list[MonthCount]:
    """Counts that grow to 2,200 in December 2018."""
    return [MonthCount(JULY + (5 - n), round(2200 * (1 + monthly) ** -n)) for n in range(months)]


def test_the_articles_inputs_give_the_articles_sentences() -> None:
    """2,200 papers a month that grow by 3.5 %: a new one every 20 minutes, 51 % a year."""
    found = growth.growth(growing(0.035), HALF.last)
    assert isinstance(found, Growth)
    assert round(found.monthly.value, 3) == 0.035
    assert round(found.yearly.value, 2) == 0.51
    assert round(found.minutes) == 20
    assert found.doubling == pytest.approx(log(2) / log(1.035), rel=1e-3)
    assert found.next_year.value == pytest.approx(sum(2200 * 1.035**n for n in range(1, 13)), rel=1e-3)
    assert found.clear
    assert found.yearly.value > growth.MOORE == pytest.approx(0.4142, abs=1e-4)


def test_the_interval_of_growth_is_that_of_the_slope() -> None:
    """Six months by hand: the logarithms are 5, 6, 5, 6, 5, 6, so the slope is 3/35 and its error 0.1400."""
    counts = [MonthCount(JULY + n, round(2.718281828**log_)) for n, log_ in enumerate((5, 5, 6, 5, 6, 5, 6))]
    found = growth.growth(counts, JULY + 6)
    assert isinstance(found, Growth)
    assert found.monthly.value == pytest.approx(expm1(3 / 35), abs=2e-3)
    assert found.monthly.low == pytest.approx(expm1(3 / 35 - 2.7764 * 0.13997), abs=2e-3)
    assert not found.clear
    assert found.next_year.low < found.next_year.value < found.next_year.high


def test_the_fit_its_interval_and_the_next_year_are_those_of_scipy() -> None:
    """scipy 1.17.1: linregress, t.ppf; the year's sum by the delta method with numerical derivatives."""
    papers = [400, 412, 398, 455, 471, 502, 488, 530, 561, 549, 603, 622, 640]
    found = growth.growth([MonthCount(JULY + n, one) for n, one in enumerate(papers)], JULY + 12)
    assert isinstance(found, Growth)
    assert log(1 + found.monthly.value) == pytest.approx(0.04201660847630736, rel=1e-9)
    assert (found.monthly.low, found.monthly.high) == pytest.approx((0.03662782, 0.04923387), abs=1e-8)
    ahead = found.next_year
    assert (ahead.value, ahead.low, ahead.high) == pytest.approx((10312.889177, 9509.046510, 11184.684296), rel=1e-7)


def test_wilsons_interval_is_that_of_scipy() -> None:
    """scipy 1.17.1: binomtest(37, 241).proportion_ci(method="wilson")."""
    found = proportions.share(37, 241)
    assert (found.low, found.high) == pytest.approx((0.11348209139329507, 0.20444388076691872), rel=1e-9)


def test_nothing_grows_forever_downwards() -> None:
    found = growth.growth(growing(-0.02), HALF.last)
    assert isinstance(found, Growth)
    assert found.doubling is None
    assert found.clear


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([], TooFew(0, 6, "months")),
        (growing(0.035, months=6), TooFew(5, 6, "months")),  # the first one may not have been whole
        ([one for one in growing(0.035) if one.month != JULY + 2], TooFew(2, 6, "months")),  # a gap in September
        ([MonthCount(JULY + n, 3) for n in range(-30, 6)], TooFew(0, 6, "months")),
    ],
    ids=["no month", "five months", "a gap", "three papers a month"],
)
def test_too_few_months_are_no_trend(counts: list[MonthCount], told: TooFew) -> None:
    assert growth.growth(counts, HALF.last) == told


# Waiting --------------------------------------------------------------------------------------------------------------


def test_survival_is_that_of_the_leukemia_trial() -> None:
    """6-MP, Freireich et al. 1963, as in every textbook: days with events, from at risk, and what is left."""
    told = [(21, 3), (17, 1), (15, 1), (12, 1), (11, 1), (7, 1), (6, 1)]
    steps = list(waiting.survival(told))
    assert [round(step.waiting, 3) for step in steps] == [0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448]
    errors = [step.waiting * step.greenwood**0.5 for step in steps]
    assert [round(error, 4) for error in errors] == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]


def lags(month: Month, none: int, **days: int) -> list[LagCount]:
    return [LagCount(month, None, none), *(LagCount(month, int(day[1:]), papers) for day, papers in days.items())]


def test_young_months_take_part_only_as_long_as_they_could_be_seen() -> None:
    """By hand: 100 papers of July (10 on day 0, 18 of the 90 left on day 20), 100 of December (10 on day 0)."""
    now = (JULY + 5).end + timedelta(days=10)
    found = waiting.waiting(lags(JULY, 72, d0=10, d20=18) + lags(JULY + 5, 90, d0=10), now)
    assert isinstance(found, Waiting)
    assert (found.papers, found.with_code) == (200, 38)
    assert [(day, round(share.value, 6)) for day, share in found.after] == [(0, 0.1), (7, 0.1), (30, 0.28), (90, 0.28)]
    assert found.by(20) == pytest.approx(0.28)
    assert found.by(1000) == pytest.approx(0.28)
    (low, high) = next((share.low, share.high) for day, share in found.after if day == 0)
    assert low < 0.1 < high


def test_waiting_and_its_interval_are_those_of_scipy() -> None:
    """scipy 1.17.1: ecdf(CensoredData).sf with confidence_interval(method="log-log"), 60 papers, 15 with code."""
    found = waiting.waiting(lags(JULY, 45, d0=6, d1=2, d5=3, d20=4), (JULY + 3).end)
    assert isinstance(found, Waiting)
    told = {day: (share.value, share.low, share.high) for day, share in found.after}
    assert told[0] == pytest.approx((0.1, 1 - 0.9537851705421815, 1 - 0.7908819253751959), rel=1e-9)
    assert told[7] == pytest.approx((11 / 60, 1 - 0.8940042974912253, 1 - 0.6934550288575485), rel=1e-9)
    assert told[30] == pytest.approx((0.25, 1 - 0.841027432304895, 1 - 0.6200065959167593), rel=1e-9)


def test_the_last_months_are_no_decline_that_isnt_one() -> None:
    """Half of all code comes on day 60: of a month that is 15 days old in the middle half is seen, and corrected."""
    known = waiting.waiting(lags(JULY + -12, 800, d0=100, d60=100), NOW)
    assert isinstance(known, Waiting)
    seen = proportions.share(10, 100)
    now = (JULY + 5).end
    found = waiting.corrected(seen, JULY + 5, known, now)
    assert found is not None
    assert found.value == pytest.approx(0.2)
    assert found.low == pytest.approx(2 * seen.low)
    assert waiting.corrected(seen, JULY + 2, known, now) is None  # all that comes has come
    assert waiting.corrected(seen, JULY + 5, TooFew(3, 50), now) is None
    assert waiting.corrected(proportions.share(0, 100), JULY + 5, known, now) is None


def test_who_wasnt_followed_tells_nothing_of_waiting() -> None:
    assert waiting.waiting([], NOW) == TooFew(0, 50, "papers followed since they were announced")
    young = waiting.waiting(lags(JULY + 6, 90, d0=10), (JULY + 6).end)
    assert young == TooFew(0, 50, "papers followed for a day")


# Coverage, frameworks, fields -----------------------------------------------------------------------------------------


def test_coverage_is_that_of_the_article() -> None:
    """12 % of all, 15 % of the last six months: 1 in 7."""
    old = [MonthCount(JULY + -n, 1000, community=40, official=60, both=10) for n in range(1, 41)]
    new = [MonthCount(JULY + n, 2000, community=60, official=210, both=30) for n in range(6)]
    later = [MonthCount(JULY + 6, 5000)]
    found = trends.coverage(old + new + later, HALF.last, TooFew(0, 50), NOW)
    assert isinstance(found, Coverage)
    assert isinstance(found.recent, Share)
    assert (found.recent.part, found.recent.whole, found.recent.one_in) == (1800, 12000, 7)
    assert isinstance(found.everything, Share)
    assert (found.everything.part, found.everything.whole) == (1800 + 4400, 52000)
    assert found.recent_official == proportions.share(1440, 12000)
    assert [one.month for one in found.months][-1] == HALF.last
    official = trends.coverage(old + new, HALF.last, TooFew(0, 50), NOW, official=True)
    assert official.recent == found.recent_official
    assert official.months[-1].share == proportions.share(240, 2000)


def test_months_with_few_papers_are_left_out_of_the_curve() -> None:
    found = trends.coverage([MonthCount(JULY, 29, official=29)], JULY, TooFew(0, 50), NOW)
    assert found == Coverage((), TooFew(29, 30), TooFew(29, 30), TooFew(29, 30))


def test_a_period_is_summed() -> None:
    counts = [MonthCount(JULY + n, 10, 1, 2, 3) for n in range(-1, 7)]
    assert trends.in_period(counts, HALF) == MonthCount(JULY, 60, 6, 12, 18)


def test_frameworks_say_none_and_leave_out_what_nobody_looked_into() -> None:
    now = [
        FrameworkCount(JULY, True, "pytorch", 30),
        FrameworkCount(JULY, False, "pytorch", 20),
        FrameworkCount(JULY, False, "none", 50),
        FrameworkCount(JULY, True, "unknown", 900),
    ]
    found = trends.frameworks(now, [])
    assert not isinstance(found, TooFew)
    assert [(one.framework, one.share.part, one.share.whole, one.before) for one in found] == [
        ("none", 50, 100, None),
        ("pytorch", 50, 100, None),
    ]
    assert trends.frameworks(now, [], official=True) != TooFew(30, 30)
    assert trends.frameworks(now[:1], now, official=False) == TooFew(0, 30, "implementations")


def test_fields_rise_and_fall_where_chance_wouldnt_do() -> None:
    counts = [
        FieldCounts("cs.CL", 400, 100, 200, 20),
        FieldCounts("cs.CV", 300, 60, 310, 50),
        FieldCounts("cs.RO", 100, 10, 290, 30),
        FieldCounts("cs.AR", 9, 1, 9, 1),
    ]
    found = trends.fields(counts, 1000, 1000)
    assert not isinstance(found, TooFew)
    assert [(one.name, one.rises, one.falls) for one in found] == [
        ("cs.CL", True, False),
        ("cs.CV", False, False),
        ("cs.RO", False, True),
    ]
    assert found[0].change is not None
    assert found[0].change.value == pytest.approx(0.2)
    assert found[0].code == proportions.share(100, 400)
    unknown = trends.fields(counts, 1000, 3)
    assert not isinstance(unknown, TooFew)
    assert {one.change for one in unknown} == {None}
    assert trends.fields(counts, 3, 1000) == TooFew(3, 30)


# Periods --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "months"),
    [
        ("2018-H2", "2018-H2", 6),
        ("2018h1", "2018-H1", 6),
        ("2017-Q4", "2017-Q4", 3),
        ("2018-07", "2018-07", 1),
        ("2018", "2018", 12),
        ("2018-01..2018-12", "2018", 12),
        ("2018-01 to 2018-04", "2018-01..2018-04", 4),
        ("last month", "2019-01", 1),
        ("LAST  Quarter", "2018-Q4", 3),
        ("last half-year", "2018-H2", 6),
        ("this year", "2019", 12),
    ],
)
def test_periods_are_understood(text: str, name: str, months: int) -> None:
    found = periods.period(text, NOW)
    assert (found.name, found.months, len(list(found))) == (name, months, months)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Of which period?"),
        ("2019-H2", "2019-H2 hasn't begun yet."),
        ("9999", "9999 hasn't begun yet."),
        ("2018-12..2018-07", "2018-12 comes after 2018-07: turn them round."),
        ("2018-07-01", "A day is too short: it takes whole months."),
        ("2018-07-01..2018-07-01", "A day is too short: it takes whole months."),
        ("2018-13", "There is no month 13."),
        ("2018-00", "There is no month 0."),
        ("0001", "I can't read that period."),
        ("2018-H3", "I can't read that period."),
        ("last", "Last what?"),
        ("yesterday", "I can't read that period."),
        ("2018..2019..2020", "I can't read that period."),
    ],
)
def test_odd_periods_are_told_why(text: str, said: str) -> None:
    with pytest.raises(BadQuery, match=said.replace("?", r"\?")):
        periods.period(text, NOW)


def test_periods_are_compared_with_the_one_before_and_a_year_ago() -> None:
    assert (periods.before(HALF).name, periods.year_ago(HALF).name) == ("2018-H1", "2017-H2")
    assert periods.before(periods.period("2018-01", NOW)).name == "2017-12"
