"""Counts of stars: a flat stretch costs two rows, old ones are thinned out, a merge keeps what happened."""

from datetime import timedelta

from bot.domain.news import NewsKind
from bot.domain.repository import RepositoryAddress
from bot.domain.stars import Happening, StarSample
from storage import Storage
from tests.builders import NOW, facts

HOUR = timedelta(hours=1)


def known(storage: Storage, name: str = "nets", number: int = 5) -> int:
    with storage.write():
        met = storage.repositories.meet(RepositoryAddress("github.com", "ada", name), NOW)
        return storage.repositories.learn(met, facts(f"ada/{name}", number), None, now=NOW, next_check=NOW).key


def counted(storage: Storage, key: int) -> list[tuple[float, int]]:
    """(hours since NOW, stars) of every sample."""
    samples = storage.stars.samples(key, NOW - timedelta(days=4000))
    return [((sample.at - NOW) / HOUR, sample.stars) for sample in samples]


def test_a_flat_stretch_keeps_its_two_ends(storage: Storage) -> None:
    key = known(storage)
    with storage.write():
        for hour, stars in enumerate([10, 10, 10, 10, 12, 12, 12, 10]):
            storage.stars.count(key, stars, NOW + HOUR * hour)
    assert counted(storage, key) == [(0, 10), (3, 10), (4, 12), (6, 12), (7, 10)]


def test_a_clock_set_back_counts_nothing(storage: Storage) -> None:
    key = known(storage)
    with storage.write():
        storage.stars.count(key, 10, NOW)
        storage.stars.count(key, 99, NOW - HOUR)
    assert counted(storage, key) == [(0, 10)]


def test_samples_begin_with_the_last_one_before(storage: Storage) -> None:
    key = known(storage)
    with storage.write():
        for hour in range(6):
            storage.stars.count(key, hour, NOW + HOUR * hour)
    assert [sample.stars for sample in storage.stars.samples(key, NOW + HOUR * 3.5)] == [3, 4, 5]


def test_old_counts_are_thinned_out_to_one_a_day(storage: Storage) -> None:
    key = known(storage)
    begin = NOW.replace(hour=0)
    for day in range(60):
        with storage.write():
            for hour in range(24):
                storage.stars.count(key, 100 + 24 * day + hour, begin + timedelta(days=day, hours=hour))
            now = begin + timedelta(days=day + 1)
            storage.stars.compact(now, since=now - timedelta(days=1))
    samples = storage.stars.samples(key, begin - timedelta(days=1))
    by_age = [(begin + timedelta(days=60) - sample.at).days for sample in samples]
    assert sum(age >= 32 for age in by_age) <= 28 + 2
    assert sum(age < 6 for age in by_age) == 6 * 24 - 1  # the last one is an hour old
    assert len(samples) < 30 + 4 * 26 + 8 * 24


def test_a_past_takes_the_place_of_what_was_before(storage: Storage) -> None:
    key = known(storage)
    with storage.write():
        storage.stars.count(key, 50, NOW - HOUR * 50)
        storage.stars.count(key, 60, NOW)
        past = [StarSample(NOW - HOUR * 100, 1), StarSample(NOW - HOUR * 60, 2), StarSample(NOW + HOUR, 3)]
        storage.stars.replace(key, past, before=NOW - HOUR)
    assert counted(storage, key) == [(-100, 1), (-60, 2), (0, 60)]


def test_the_same_thing_happens_once(storage: Storage) -> None:
    key = known(storage)
    happening = Happening(0, storage.repositories.get(key), NewsKind.MILESTONE, "1000", "", NOW, stars=1003)
    with storage.write():
        first, second = storage.happenings.add(happening), storage.happenings.add(happening)
    assert first
    assert second is None
    assert storage.happenings.get(first).stars == 1003


def test_two_that_turn_out_to_be_one_keep_what_happened_to_either(storage: Storage) -> None:
    kept = known(storage)
    with storage.write():
        other = storage.repositories.meet(RepositoryAddress("github.com", "ada", "old"), NOW)
        for key, value in ((kept, "100"), (other.key, "100"), (other.key, "250")):
            reached = Happening(0, storage.repositories.get(key), NewsKind.MILESTONE, value, "", NOW)
            storage.happenings.add(reached)
        storage.stars.count(other.key, 40, NOW - HOUR)
        storage.stars.count(kept, 50, NOW)
        storage.stars.watch(other.key, NOW, pace=3600)
        storage.repositories.learn(other, facts("ada/nets", 5), None, now=NOW, next_check=NOW)
    assert sorted(one.value for one in storage.happenings.of(kept)) == ["100", "250"]
    assert counted(storage, kept) == [(-1, 40), (0, 50)]
    assert storage.stars.get(kept)
