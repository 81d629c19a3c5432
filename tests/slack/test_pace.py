"""The pace per channel, with times as arguments."""

from handlers.slack.pace import Pace


def test_three_go_at_once_and_then_one_a_second() -> None:
    pace = Pace()
    assert [pace.wait("C", 10.0) for _ in range(4)] == [0.0, 0.0, 0.0, 1.0]
    assert pace.wait("C", 11.0) == 0.0
    assert pace.wait("C", 11.25) == 0.75


def test_a_silent_channel_regains_its_burst() -> None:
    pace = Pace()
    assert [pace.wait("C", 0.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert [pace.wait("C", 60.0) for _ in range(4)] == [0.0, 0.0, 0.0, 1.0]


def test_channels_do_not_wait_for_each_other() -> None:
    pace = Pace()
    pace.hold("C", 0.0, 30.0)
    assert pace.wait("C", 1.0) == 29.0
    assert pace.wait("D", 1.0) == 0.0


def test_after_a_hold_one_goes_at_a_time() -> None:
    pace = Pace()
    pace.hold("C", 0.0, 30.0)
    assert pace.wait("C", 30.0) == 0.0
    assert pace.wait("C", 30.0) == 1.0


def test_many_channels_are_forgotten_once_their_allowance_is_whole_again() -> None:
    pace = Pace()
    for number in range(5000):
        pace.wait(f"C{number}", float(number))
    assert len(pace._booked) < 1100


def test_a_slow_way_to_slack_does_not_bring_messages_there_too_close_together() -> None:
    pace = Pace()
    assert pace.wait("C", 0.0) == 0.0
    pace.answered("C", 0.5)
    assert [pace.wait("C", 0.5) for _ in range(3)] == [0.0, 0.0, 1.0]


def test_an_answer_takes_the_place_that_a_delivery_was_promised_but_no_more_than_three() -> None:
    pace = Pace()
    assert [pace.wait("C", 0.0) for _ in range(4)] == [0.0, 0.0, 0.0, 1.0]
    assert [pace.answer("C", 0.5, 60.0), pace.wait("C", 1.0)] == [0.5, 1.0]
    assert [pace.answer("C", 1.5, 60.0), pace.answer("C", 1.5, 60.0), pace.wait("C", 2.0)] == [0.5, 1.5, 2.0]
    assert [pace.answer("C", 2.5, 60.0), pace.wait("C", 4.0)] == [2.5, 0.0]  # it has let three go first


def test_answers_alone_go_one_after_the_other() -> None:
    pace = Pace()
    assert [pace.answer("C", 0.0, 60.0) for _ in range(5)] == [0.0, 0.0, 0.0, 1.0, 2.0]
    assert pace.wait("C", 0.0) == 3.0


def test_an_answer_for_which_nobody_would_wait_so_long_takes_no_place() -> None:
    pace = Pace()
    assert [pace.answer("C", 0.0, 1.5) for _ in range(20)] == [0.0, 0.0, 0.0, 1.0, *[2.0] * 16]
    assert pace.wait("C", 0.0) == 2.0


def test_a_place_for_which_nobody_came_is_no_leave_for_a_burst_of_four() -> None:
    pace = Pace()
    assert [pace.wait("C", 0.0) for _ in range(4)] == [0.0, 0.0, 0.0, 1.0]
    assert [pace.wait("C", 600.0) for _ in range(4)] == [0.0, 0.0, 0.0, 1.0]


def test_a_steady_stream_of_answers_leaves_deliveries_a_share_and_nobody_is_too_fast() -> None:
    """Somebody asks each second, and a backlog waits; Slack's own count is kept beside."""
    pace, spent, answers, deliveries = Pace(), 0.0, list[float](), 0
    due = {"delivery": 0.0}
    for tick in range(400):
        now = tick / 10
        if tick % 10 == 0:
            answers.append(now + pace.answer("C", now, 60.0))
        if now >= due["delivery"]:
            if wait := pace.wait("C", now):
                due["delivery"] = now + wait
            else:
                deliveries += 1
                answers.append(now)
    for arrived in sorted(answers):
        assert max(spent, arrived) - arrived <= 2.001
        spent = max(spent, arrived) + 1.0
    assert deliveries >= 8
