"""A week beside those before it: by hand."""

import pytest

from bot.rules import weeks
from bot.rules.proportions import share
from bot.rules.weeks import WeekCount

PAST = [WeekCount(ago, "", 100, 10) for ago in range(1, 6)]


def test_more_code_than_usual_is_told_where_it_is_beyond_chance() -> None:
    for coded, differs in ((20, 1), (13, 0), (2, -1)):
        told = weeks.code(weeks.shares([WeekCount(0, "", 100, coded), *PAST]))
        assert told is not None
        assert (told.now, told.before, told.differs) == (share(coded, 100), share(50, 500), differs)


def test_weeks_stand_in_order_and_those_with_few_papers_are_left_out() -> None:
    counts = [WeekCount(0, "", 40, 4), WeekCount(0, "agents", 60, 6), *PAST, WeekCount(7, "", 29, 29)]
    assert [(week.ago, week.share.part, week.share.whole) for week in weeks.shares(counts)] == [
        *((ago, 10, 100) for ago in (5, 4, 3, 2, 1)),
        (0, 10, 100),
    ]


@pytest.mark.parametrize(
    "counts",
    [
        [],
        PAST,
        [WeekCount(0, "", 29, 5), *PAST],
        [WeekCount(0, "", 100, 10), *PAST[:3]],
    ],
    ids=["nothing", "no paper this week", "too few this week", "three weeks before"],
)
def test_of_too_little_nothing_is_told(counts: list[WeekCount]) -> None:
    assert weeks.shares(counts) == ()
    assert weeks.code(()) is weeks.riser(counts, ()) is None


def test_the_riser_is_the_topic_that_gains_most_beyond_chance() -> None:
    def topics(ago: int, agents: int, graphs: int) -> list[WeekCount]:
        return [WeekCount(ago, "agents", agents, 0), WeekCount(ago, "graphs", graphs, 0), WeekCount(ago, "", 900, 0)]

    past = [one for ago in range(1, 6) for one in topics(ago, 40, 60)]
    counts = [*topics(0, 90, 70), *past]
    told = weeks.riser(counts, weeks.shares(counts))
    assert told is not None
    assert (told.name, told.now, told.before) == ("agents", share(90, 1060), share(200, 5000))
    level = [*topics(0, 42, 60), *past]
    assert weeks.riser(level, weeks.shares(level)) is None
