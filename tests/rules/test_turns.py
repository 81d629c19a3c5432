"""Whose turn it is: chats one after the other, a chat's messages in their order."""

from bot.rules.turns import Turns

DUE = ((1, 10), (2, 20), (3, 10), (4, 10), (5, 20))  # deliveries, and their chats


def test_each_chat_has_its_first_and_the_next_once_that_is_over() -> None:
    turns = Turns(DUE)
    assert turns.come(0.0, 10) == [1, 2]
    assert (turns.come(0.0, 10), turns.wait(0.0)) == ([], None)
    turns.is_over(2, 1.0)
    turns.is_over(1, 1.0)
    assert turns.come(1.0, 10) == [5, 3]
    turns.is_over(5, 2.0)
    turns.is_over(3, 2.0)
    assert turns.come(2.0, 10) == [4]


def test_no_more_come_than_may() -> None:
    turns = Turns(DUE)
    assert [turns.come(0.0, 1), turns.come(0.0, 1), turns.come(0.0, 1)] == [[1], [2], []]


def test_who_rests_comes_again_in_time_and_others_before() -> None:
    turns = Turns(DUE)
    turns.come(0.0, 10)
    turns.again(1, 5.0)
    turns.again(2, 3.0)
    assert (turns.wait(1.0), turns.come(1.0, 10)) == (2.0, [])
    assert (turns.come(4.0, 10), turns.wait(4.0), turns.wait(9.0)) == ([2], 1.0, 0.0)
    assert turns.come(5.0, 10) == [1]


def test_nobody_is_in_line_where_nothing_is_due() -> None:
    assert Turns(()).wait(0.0) is None
