"""The inbox: once in, once answered, and not known for ever."""

from datetime import timedelta

from bot.domain.arrival import Arrival
from bot.jobs.tidy import ARRIVALS_KEPT, tidy
from storage import Storage
from tests.builders import NOW

ONE, TWO, THREE = (Arrival(f"{n}", f'{{"update_id": {n}}}') for n in (1, 2, 3))


def take(storage: Storage, *arrivals: Arrival, platform: str = "telegram") -> tuple[Arrival, ...]:
    with storage.write():
        return storage.inbox.take(platform, arrivals, NOW)


def done(storage: Storage, arrival: Arrival) -> None:
    with storage.write():
        storage.inbox.done("telegram", arrival.key, NOW)


def test_what_comes_again_is_taken_once_also_when_it_has_been_answered(storage: Storage) -> None:
    assert take(storage, ONE, TWO, ONE) == (ONE, TWO)
    done(storage, ONE)
    assert take(storage, ONE, TWO, THREE) == (THREE,)
    assert storage.inbox.waiting("telegram") == (TWO, THREE)


def test_platforms_have_their_own_ids(storage: Storage) -> None:
    take(storage, ONE)
    assert take(storage, ONE, platform="slack") == (ONE,)
    assert storage.inbox.waiting("slack") == (ONE,)


def test_what_is_answered_keeps_no_words_and_is_forgotten_after_two_days(storage: Storage) -> None:
    take(storage, ONE, TWO)
    done(storage, ONE)
    assert storage.database.value("SELECT body FROM inbox WHERE key = '1'") == ""
    tidy(storage, NOW + ARRIVALS_KEPT)
    assert take(storage, ONE) == ()
    tidy(storage, NOW + ARRIVALS_KEPT + timedelta(seconds=1))
    assert take(storage, ONE) == (ONE,)
    assert storage.inbox.waiting("telegram") == (TWO, ONE)
