"""What a supervisor is told to act on: only what a restart may mend, and not before it has lasted."""

import asyncio
from collections.abc import Callable

import pytest

from bot.health import Health
from tests.clock import PATIENCE_S


class Watch:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_at_the_start_it_is_well(watch: Watch) -> None:
    assert Health(watch).faults() == ()


def test_a_loop_that_is_late_once_is_well_and_one_that_stays_late_is_not(watch: Watch) -> None:
    health = Health(watch)
    for late in (60.0, 60.0, 0.2):
        health.beat(late)
    assert (health.faults(), health.lag_s) == ((), 0.2)
    for late in (8.0, 9.0, 10.0):
        health.beat(late)
    assert health.faults() == ("the event loop is 10 s behind",)
    health.beat(0.0)
    assert health.faults() == ()


@pytest.mark.parametrize(
    ("fails", "words"),
    [
        (lambda health: health.written("it is busy"), "the database hasn't been written for 91 s (it is busy)"),
        (lambda health: None, "the database hasn't been written for 91 s"),
    ],
    ids=["it is refused", "it hangs"],
)
def test_a_database_that_takes_no_write_for_long_is_told(
    watch: Watch, fails: Callable[[Health], None], words: str
) -> None:
    health = Health(watch)
    health.written()
    watch.now += 60
    fails(health)
    assert health.faults() == ()
    watch.now += 31
    fails(health)
    assert health.faults() == (words,)
    health.written()
    assert health.faults() == ()


def test_a_long_round_of_sending_is_well_and_one_that_stands_is_not(watch: Watch) -> None:
    health = Health(watch)
    for _ in range(10):
        watch.now += 300
        health.written()
        health.sends()
    assert health.faults() == ()
    watch.now += 601
    health.written()
    assert health.faults() == ("nothing has gone through the deliver loop for 601 s",)


def test_the_pulse_feels_how_late_the_loop_is(watch: Watch) -> None:
    """The watch stands for a machine that does nothing for 7 s while the pulse waits for its second."""
    health = Health(watch)

    async def story() -> None:
        pulse = asyncio.create_task(health.pulse())
        await asyncio.sleep(0)
        watch.now += 8
        async with asyncio.timeout(PATIENCE_S):
            while not health.lag_s:
                await asyncio.sleep(0.01)
        pulse.cancel()

    asyncio.run(story())
    assert health.lag_s == 7.0
