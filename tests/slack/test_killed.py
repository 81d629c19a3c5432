"""kill -9 at random moments while people ask: each question is answered, and few are twice."""

import asyncio
import random
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from handlers.slack.answering import SIDE_BY_SIDE
from storage import FILE, Storage
from tests.killing import processes
from tests.slack.fake_api import FakeSlack
from tests.slack.house import on_a_loop
from tests.slack.killed_worker import answer

KILLS = 4
QUESTIONS = 60


@on_a_loop
async def test_every_question_is_answered_whatever_is_killed(tmp_path: Path) -> None:
    chance = random.Random(2026)
    with Storage(tmp_path / FILE) as storage:
        async with FakeSlack(redeliver_s=3.0) as api:
            asking = asyncio.create_task(_ask(api))
            for _ in range(KILLS):
                process = processes().Process(target=answer, args=(tmp_path, api.root))
                process.start()
                answered = len(api.whispers)
                await api.until(lambda than=answered: len(api.whispers) > than)  # type: ignore[misc]  # because: bound now
                await asyncio.sleep(chance.uniform(0.0, 0.2))  # because: the moment of a kill is the point
                process.kill()
                await asyncio.to_thread(process.join)
            last = processes().Process(target=answer, args=(tmp_path, api.root))
            last.start()
            await asking
            await api.until(lambda: len({whisper["text"] for whisper in api.whispers}) == QUESTIONS)
            last.kill()
            await asyncio.to_thread(last.join)
        assert storage.database.check() == "ok"
    told = Counter(whisper["text"] for whisper in api.whispers)
    assert set(told) == {f"you typed /question {number}" for number in range(QUESTIONS)}
    assert told.total() - QUESTIONS <= 2 * KILLS * SIDE_BY_SIDE  # in the making, or answered while that was being noted


@on_a_loop
async def test_what_was_acknowledged_while_another_program_held_the_database_is_answered_after_a_kill(
    tmp_path: Path,
) -> None:
    Storage(tmp_path / FILE).close()
    async with FakeSlack(redeliver_s=9.0) as api:
        process = processes().Process(target=answer, args=(tmp_path, api.root))
        process.start()
        await api.until(lambda: api.connections)
        with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            says = (api.command("/question 1"), api.press("/question 2"), api.mention("question 3"))
            envelopes = {await say for say in says}
            await api.until(lambda: envelopes <= api.acks.keys(), 2.0)
            process.kill()
            await asyncio.to_thread(process.join)
            other.execute("ROLLBACK")
        assert api.whispers + api.posts == []
        again = processes().Process(target=answer, args=(tmp_path, api.root))
        again.start()
        await api.until(lambda: len(api.whispers) == 2 and api.posts)
        again.kill()
        await asyncio.to_thread(again.join)
    told = sorted(one["text"] for one in api.whispers + api.posts)
    assert told == ["you typed /question 1", "you typed /question 2", "you typed question 3"]


async def _ask(api: FakeSlack) -> None:
    for number in range(QUESTIONS):
        await api.command(f"/question {number}")
        await asyncio.sleep(0.01)
