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
