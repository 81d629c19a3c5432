"""kill -9 at random moments while polling and delivering: nothing is lost, and little comes twice."""

import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from multiprocessing.process import BaseProcess
from pathlib import Path

from storage import FILE, Storage
from tests.clock import PATIENCE_S
from tests.jobs.days import PAPERS_A_DAY, begin, day_of, live
from tests.killing import processes

KILLS = 14
FOR_EVER = 10_000


def test_after_kills_at_random_moments_every_alert_was_delivered_and_few_twice(tmp_path: Path) -> None:
    begin(tmp_path)
    chat = tmp_path / "chat.txt"
    chat.touch()
    chance = random.Random(2026)
    for _ in range(KILLS):
        process = processes().Process(target=live, args=(tmp_path, FOR_EVER))
        process.start()
        _wait_for(process, chat, len(said(chat)) + chance.randint(0, PAPERS_A_DAY))
        time.sleep(chance.uniform(0.0, 0.05))  # because: the moment of a kill is the point
        process.kill()
        process.join()
        assert process.exitcode == -9
    with Storage(tmp_path / FILE) as storage:
        last = day_of(storage) + 1
    process = processes().Process(target=live, args=(tmp_path, last))
    process.start()
    process.join()
    assert process.exitcode == 0
    delivered = Counter(said(chat))
    assert last > 3  # the kills hit something
    assert set(delivered) == {f"2603.{n:05}" for n in range(last * PAPERS_A_DAY)}
    assert delivered.total() - len(delivered) <= KILLS
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT count(*) FROM deliveries WHERE state != 'sent'").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM papers").fetchone() == (last * PAPERS_A_DAY,)


def said(chat: Path) -> list[str]:
    return chat.read_text().split()


def _wait_for(process: BaseProcess, chat: Path, lines: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while len(said(chat)) < lines:
        assert process.is_alive(), process.exitcode
        assert time.monotonic() < end, f"after {PATIENCE_S} s {len(said(chat))} of {lines}"
        time.sleep(0.002)
