"""kill -9 at random moments while sixty questions wait: each is answered, and few are twice."""

import random
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from handlers.telegram.answering import SIDE_BY_SIDE
from storage import FILE, Storage
from tests.killing import processes
from tests.telegram.channel import free_port
from tests.telegram.fake_api import FakeTelegram
from tests.telegram.killed_worker import answer

KILLS = 6
QUESTIONS = 60
PEOPLE = 12


@pytest.mark.parametrize("brought", [False, True], ids=["polled", "brought"])
def test_every_question_is_answered_whatever_is_killed(tmp_path: Path, brought: bool) -> None:
    chance = random.Random(2026)
    port = free_port() if brought else 0
    with FakeTelegram(local=brought) as telegram, Storage(tmp_path / FILE) as storage:
        for person in range(1, PEOPLE + 1):
            telegram.person(person)
        for number in range(QUESTIONS):
            telegram.says(number % PEOPLE + 1, f"question {number}")
        for _ in range(KILLS):
            process = processes().Process(target=answer, args=(tmp_path, telegram.url, 60.0, port))
            process.start()
            telegram.wait(partial(_more, telegram, len(telegram.sent)))
            time.sleep(chance.uniform(0.0, 0.3))  # because: the moment of a kill is the point
            process.kill()
            process.join()
        last = processes().Process(target=answer, args=(tmp_path, telegram.url, 60.0, port))
        last.start()
        telegram.wait(lambda: len({sent.text for sent in telegram.sent}) == QUESTIONS)
        last.terminate()
        last.join()
        answered = Counter(sent.text for sent in telegram.sent)
        assert set(answered) == {f"you said question {number}" for number in range(QUESTIONS)}
        assert answered.total() - QUESTIONS <= KILLS * SIDE_BY_SIDE
        assert telegram.unconfirmed == 0
        assert (telegram.count("getUpdates") == 0) is brought
        assert storage.database.check() == "ok"


def _more(telegram: FakeTelegram, than: int) -> bool:
    return len(telegram.sent) > than
