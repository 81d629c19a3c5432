"""How fast is a backlog sent to Slack, and does it keep the platform's limits? The real libraries, over real sockets.

    time_over_minimum     time for 2,000 alerts to 200 channels over the least that these limits allow: each channel
                          takes three at once and then one a second, so ten take (10 - 3) x 1 s
    too_many_requests     how often the platform had to refuse; it is as strict as the real one
    answer_p50_ms         from the arrival of a slash command, on a store of 100,000 papers, to the call that answers
    answer_p99_ms         it, while that backlog flows
    ack_p99_ms            from the arrival of a command to its acknowledgement, meanwhile; Slack gives three seconds
    messages_a_second     with nobody's limits in the way
    cpu_ms_a_message      the processor time of each of these, all of ours included

The platform runs in a process of its own. Everything of ours is real: the outbox with its commits, the deliver loop,
the inbox, the wording, the rendering. What is sent is news of a paper with code.
"""

import asyncio
import inspect
import random
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from aiohttp import web

from bench.apart import Platform, apart
from bench.figures import options, percentile_ms, show
from bench.search import Unplugged
from bench.stores import NOW, folder_of
from bot.answers import Answers, Live
from bot.domain.chat import Address
from bot.domain.news import News, NewsKind, Planned, Tell
from bot.jobs.deliver import deliver
from handlers import wording
from handlers.commands import respond
from handlers.slack import pace
from handlers.slack.adapter import Slack
from storage import FILE, Storage
from tests.slack.fake_api import APP_TOKEN, BOT_TOKEN, TEAM, FakeSlack
from tests.slack.fake_calls import body_of

CHANNELS: Final = 200
ALERTS: Final = 10
PAPERS: Final = 100_000
_QUESTIONS: Final = 60
_BURST, _A_SECOND = 3, 1.0
_WARM_UP: Final = 3  # questions before the backlog flows: the first ones load what all others find loaded


class StrictSlack(FakeSlack):
    """Refuses what comes too fast for a channel, and notes how long each answer took."""

    def __init__(self) -> None:
        super().__init__(redeliver_s=30.0)
        self.channels.inside |= {_channel_name(n) for n in range(CHANNELS)}
        self.begin(False)
        self._asked: dict[str, float] = {}

    def begin(self, strict: bool) -> None:
        self.strict, self.refused = strict, 0
        self.answered: list[float] = []
        self.posts.clear()
        self.acks.clear()
        self._spent: dict[str, float] = defaultdict(float)

    async def ask(self, text: str) -> None:
        await self.command(text, command="/code")

    def figures(self) -> tuple[int, int, list[float], list[float]]:
        return len(self.posts), self.refused, self.answered, list(self.acks.values())

    def _way_back(self) -> dict[str, str]:
        way = super()._way_back()
        self._asked[way["url"].rpartition("/")[2]] = time.monotonic()
        return way

    async def _response(self, request: web.Request) -> web.Response:
        if asked := self._asked.pop(request.match_info["id"], None):
            self.answered.append(time.monotonic() - asked)
        return await super()._response(request)

    async def _method(self, request: web.Request) -> web.Response:
        if self.strict and request.match_info["method"] == "chat.postMessage":
            channel, now = str((await body_of(request)).get("channel")), time.monotonic()
            spent = max(self._spent[channel], now)
            if spent - now > (_BURST - 1) * _A_SECOND:
                self.refused += 1
                refusal = {"ok": False, "error": "ratelimited"}
                return web.json_response(refusal, status=429, headers={"Retry-After": "1"})
            self._spent[channel] = spent + _A_SECOND
        return await super()._method(request)


def _channel_name(number: int) -> str:
    return f"C0BENCH{number}"


def serve(pipe: Connection) -> None:
    """The platform: see `apart`."""
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    async with StrictSlack() as platform:
        pipe.send(platform.url)
        while order := await asyncio.to_thread(pipe.recv):
            name, *given = order
            result = getattr(platform, name)(*given)
            pipe.send(await result if inspect.isawaitable(result) else result)


def main() -> None:
    args = options(__doc__)
    channels, papers = max(20, round(CHANNELS * args.scale)), max(1_000, round(PAPERS * min(args.scale, 1.0)))
    with apart(serve) as platform, TemporaryDirectory() as folder:
        shutil.copyfile(folder_of(papers) / FILE, Path(folder) / FILE)
        with Storage(Path(folder) / FILE) as storage:
            lifted = _lifted(storage, platform, channels)
            limited = _limited(storage, platform, channels)
    figures = {"channels": channels, "alerts": channels * ALERTS, "papers": papers, **limited, **lifted}
    show(figures, as_json=args.json)


def _lifted(storage: Storage, platform: Platform, channels: int) -> dict[str, float]:
    """All of ours, with nobody's limits in the way."""
    _queue(storage, channels, first=0)
    platform("begin", False)
    with _unlimited():
        used = time.process_time()
        took = asyncio.run(_deliver(storage, platform, questions=0))
        used = time.process_time() - used
    messages = channels * ALERTS
    return {"messages_a_second": round(messages / took, 1), "cpu_ms_a_message": round(1000 * used / messages, 3)}


@contextmanager
def _unlimited() -> Iterator[None]:
    interval, pace.INTERVAL_S = pace.INTERVAL_S, 0.0
    try:
        yield
    finally:
        pace.INTERVAL_S = interval


def _limited(storage: Storage, platform: Platform, channels: int) -> dict[str, float]:
    """A backlog at the platform's limits; meanwhile people ask."""
    _queue(storage, channels, first=ALERTS)
    platform("begin", True)
    least = (ALERTS - _BURST) * _A_SECOND
    took = asyncio.run(_deliver(storage, platform, questions=_QUESTIONS, every_s=0.9 * least / _QUESTIONS))
    arrived, refused, answered, acks = platform("figures")
    assert arrived == channels * ALERTS, f"{arrived} arrived"
    assert len(answered) == _QUESTIONS, f"{len(answered)} answered"
    return {
        "time_over_minimum": round(took / least, 3),
        "too_many_requests": refused,
        "answer_p50_ms": percentile_ms(answered, 50),
        "answer_p99_ms": percentile_ms(answered, 99),
        "ack_p50_ms": percentile_ms(acks, 50),
        "ack_p99_ms": percentile_ms(acks, 99),
    }


def _queue(storage: Storage, channels: int, *, first: int) -> None:
    """News of the next papers, for every channel."""
    rows = storage.database.rows("SELECT DISTINCT paper FROM links ORDER BY paper LIMIT ?", (first + ALERTS,))
    with storage.write():
        addresses = [Address("slack", _channel_name(n), workspace=TEAM) for n in range(channels)]
        keys = [storage.chats.meet(address, NOW).key for address in addresses]
        for (paper,) in rows[first:]:
            news = News(NewsKind.CODE, paper, NOW)
            storage.outbox.queue([Planned(Tell(key, news, ("cat:cs",), NOW)) for key in keys], NOW)


async def _deliver(storage: Storage, platform: Platform, *, questions: int, every_s: float = 0.0) -> float:
    """Rounds as the service has them, until nothing is left; the seconds that took."""
    answers = Answers(storage, Live(Unplugged(), Unplugged(), Unplugged()), clock=lambda: NOW)
    channel = Slack(
        BOT_TOKEN,
        APP_TOKEN,
        respond=partial(respond, answers),
        word=wording.delivery_in_parts,
        inbox=answers.inbox("slack"),
        api_url=platform.url,
    )
    await channel.start()
    if questions:
        await _ask(storage, platform, _WARM_UP, every_s=0.3)
        await asyncio.to_thread(platform, "begin", True)
    begun = time.monotonic()
    asking = asyncio.create_task(_ask(storage, platform, questions, every_s=every_s))
    while True:
        now = NOW + timedelta(seconds=time.monotonic() - begun)
        count = await deliver(storage, {"slack": channel}, now=now, real_now=datetime.now(UTC))
        if not (waiting := storage.outbox.waiting()) or not waiting[0].due:
            break
        if not count.sent:
            await asyncio.sleep(0.02)
    took = time.monotonic() - begun
    await asking
    await asyncio.sleep(0.5 if questions else 0.0)  # for the last answer
    await channel.stop()
    return took


async def _ask(storage: Storage, platform: Platform, questions: int, *, every_s: float) -> None:
    """Each for another paper, by its title."""
    keys = random.Random(5).sample(range(1, storage.papers.count() + 1), questions)
    for paper in storage.papers.many(keys):
        await asyncio.to_thread(platform, "ask", paper.title)
        await asyncio.sleep(every_s)


if __name__ == "__main__":
    main()
