"""How fast is a backlog sent to Telegram, and does it keep the platform's limits? The real library, over real sockets.

    busiest_second        the most messages that arrived within any second; the platform takes 30 of a token
    time_over_minimum     time for 3,000 alerts to 1,000 chats over the least that these limits allow (100 s)
    too_many_requests     how often the platform had to refuse; it is as strict as the real one
    rate_over_bare_loop   with the limits lifted: messages a second, as a share of what a bare loop of the library's
                          send_message does beside it in the same run
    cpu_over_bare_loop    the processor time of a message of ours, over that of one of the bare loop
    answer_p50_ms         from the arrival of a question, on a store of 600,000 papers, to the call that answers it
    answer_meanwhile_…    the same while the backlog flows at the limit: answers go first
    idle_cpu_share        of a core, that a listening channel takes while nothing happens; in a process of its own

The platform runs in a process of its own. Everything of ours is real: the outbox with its commits, the deliver loop,
the wording, the rendering. What is sent is news of a paper with code.
"""

import asyncio
import random
import shutil
import sys
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

sys.path.remove(str(Path(__file__).parent))  # because: this file has the library's name
sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from telegram import Bot

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
from handlers.telegram import pace
from handlers.telegram.adapter import Telegram
from storage import FILE, Storage
from tests.telegram.fake_api import TOKEN, FakeTelegram
from tests.telegram.fake_http import Refusal

CHATS: Final = 1_000
ALERTS: Final = 3
PAPERS: Final = 600_000
_A_SECOND: Final = 30
_QUESTIONS: Final = 60  # each by somebody else, who is no chat of the backlog
_BARE: Final = 400
_IDLE_S: Final = 20.0
_SETTLE_S: Final = 3.0


class StrictTelegram(FakeTelegram):
    """Refuses what comes too fast, of the token or for a private chat, and notes when each message came."""

    def __init__(self) -> None:
        super().__init__()
        self.strict = False
        self.arrived: list[float] = []
        self.answered: list[float] = []
        self.refused = 0
        self._last: dict[int, float] = {}
        self._asked: dict[int, float] = {}
        for chat in range(1, CHATS + _QUESTIONS + 1):
            self.person(chat)

    def begin(self, strict: bool) -> None:
        self.strict, self.arrived, self.answered, self.refused = strict, [], [], 0
        self._last.clear()
        self.sent.clear()

    def ask(self, chat: int, text: str) -> None:
        self._asked[chat] = time.monotonic()
        self.says(chat, text, sender=chat)

    def figures(self) -> tuple[list[float], int, list[float]]:
        return self.arrived, self.refused, self.answered

    def _send_message(self, arguments: dict[str, Any]) -> Any:
        now, chat = time.monotonic(), int(arguments["chat_id"])
        if self.strict and (self._is_busy(now) or now - self._last.get(chat, 0.0) < 1.0):
            self.refused += 1
            raise Refusal(429, "Too Many Requests: retry after 1", retry_after=1)
        self.arrived.append(now)
        self._last[chat] = now
        if asked := self._asked.pop(chat, None):
            self.answered.append(now - asked)
        return super()._send_message(arguments)

    def _is_busy(self, now: float) -> bool:
        return len(self.arrived) >= _A_SECOND and now - self.arrived[-_A_SECOND] < 1.0


def serve(pipe: Connection) -> None:
    """The platform: see `apart`."""
    with StrictTelegram() as platform:
        pipe.send(platform.url)
        while order := pipe.recv():
            name, *given = order
            pipe.send(getattr(platform, name)(*given))


def main() -> None:
    args = options(__doc__)
    chats, papers = max(50, round(CHATS * args.scale)), max(1_000, round(PAPERS * args.scale))
    with apart(serve) as platform, TemporaryDirectory() as folder:
        idle = _idle(platform)
        shutil.copyfile(folder_of(papers) / FILE, Path(folder) / FILE)
        with Storage(Path(folder) / FILE) as storage:
            answered = asyncio.run(_answered(storage, platform))
            before = asyncio.run(_bare_loop(platform))
            lifted = _lifted(storage, platform, chats)
            bare = before + asyncio.run(_bare_loop(platform))
            limited = _limited(storage, platform, chats)
    figures: dict[str, float | int | str] = {
        "chats": chats,
        "alerts": chats * ALERTS,
        "papers": papers,
        "answer_p50_ms": percentile_ms(answered, 50),
        "answer_max_ms": round(1000 * max(answered), 1),
        "messages_a_second": round(lifted.rate, 1),
        "bare_loop_a_second": round(bare.rate, 1),
        "rate_over_bare_loop": round(lifted.rate / bare.rate, 3),
        "cpu_over_bare_loop": round(lifted.cpu_s / bare.cpu_s, 3),
        **limited,
        "idle_cpu_share": round(idle, 5),
    }
    show(figures, as_json=args.json)


def _channel(storage: Storage, platform: str) -> Telegram:
    answers = Answers(storage, Live(Unplugged(), Unplugged(), Unplugged()), clock=lambda: NOW)
    return Telegram(
        TOKEN,
        respond=partial(respond, answers),
        word=wording.delivery,
        inbox=answers.inbox("telegram"),
        api_url=platform,
        waits=storage.allowances,
    )


def _idle(platform: Platform) -> float:
    """The share of a core that a process with nothing but a listening channel takes, once that has started."""
    ours, theirs = get_context("fork").Pipe()
    process = get_context("fork").Process(target=_listen, args=(platform.url, theirs), daemon=True)
    process.start()
    share: float = ours.recv()
    process.join()
    return share


def _listen(platform: str, tell: Connection) -> None:
    async def listen(storage: Storage) -> float:
        channel = _channel(storage, platform)
        await channel.start()
        await asyncio.sleep(_SETTLE_S)
        used, begun = time.process_time(), time.monotonic()
        await asyncio.sleep(_IDLE_S)
        share = (time.process_time() - used) / (time.monotonic() - begun)
        await channel.stop()
        return share

    with TemporaryDirectory() as folder, Storage(Path(folder) / FILE) as storage:
        tell.send(asyncio.run(listen(storage)))


async def _answered(storage: Storage, platform: Platform) -> list[float]:
    """Seconds from a question's arrival to the call that answers it."""
    channel = _channel(storage, platform.url)
    await channel.start()
    await _ask(storage, platform, every_s=0.15)
    await channel.stop()
    return list(platform("figures")[2])


async def _ask(storage: Storage, platform: Platform, *, every_s: float) -> None:
    """Each person asks once, for a paper by its title."""
    keys = random.Random(5).sample(range(1, storage.papers.count() + 1), _QUESTIONS)
    for person, paper in enumerate(storage.papers.many(keys), CHATS + 1):
        platform("ask", person, f"/code {paper.title}")
        await asyncio.sleep(every_s)


@dataclass(frozen=True, slots=True)
class Took:
    """So many messages, in how many seconds, of them how many of a processor's; without the platform's."""

    messages: int
    seconds: float
    processor_s: float

    @property
    def rate(self) -> float:
        return self.messages / self.seconds

    @property
    def cpu_s(self) -> float:
        return self.processor_s / self.messages

    def __add__(self, other: "Took") -> "Took":
        return Took(*map(sum, zip(astuple(self), astuple(other), strict=True)))


async def _bare_loop(platform: Platform) -> Took:
    """The library alone, one message after the other."""
    text = "<b>Has code: A Title of Some Words about Nets</b>\n" + "words of a message " * 20
    async with Bot(TOKEN, f"{platform.url}/bot", f"{platform.url}/file/bot") as bot:
        begun, used = time.monotonic(), time.process_time()
        for n in range(_BARE):
            await bot.send_message(n % CHATS + 1, text, parse_mode="HTML")
        return Took(_BARE, time.monotonic() - begun, time.process_time() - used)


def _lifted(storage: Storage, platform: Platform, chats: int) -> Took:
    """All of ours, with nobody's limits in the way."""
    _queue(storage, chats, first=0)
    token, private = pace.TOKEN, pace.PRIVATE
    pace.TOKEN, pace.PRIVATE = (10**6, 0.0), (10**6, 0.0)
    try:
        platform("begin", False)
        used = time.process_time()
        took = asyncio.run(_deliver(storage, platform))
        return Took(chats * ALERTS, took, time.process_time() - used)
    finally:
        pace.TOKEN, pace.PRIVATE = token, private


def _limited(storage: Storage, platform: Platform, chats: int) -> dict[str, float | int | str]:
    """A backlog at the platform's limits; meanwhile people ask."""
    _queue(storage, chats, first=ALERTS)
    platform("begin", True)
    least = (chats * ALERTS + _QUESTIONS) / _A_SECOND
    took = asyncio.run(_deliver(storage, platform, ask_every_s=0.9 * least / _QUESTIONS))
    arrived, refused, answered = platform("figures")
    assert len(arrived) == chats * ALERTS + _QUESTIONS, f"{len(arrived)} arrived"
    return {
        "busiest_second": _busiest(arrived),
        "time_over_minimum": round(took / least, 3),
        "too_many_requests": refused,
        "answer_meanwhile_p50_ms": percentile_ms(answered, 50),
        "answer_meanwhile_max_ms": round(1000 * max(answered), 1),
    }


def _queue(storage: Storage, chats: int, *, first: int) -> None:
    """News of the next papers, for every chat."""
    rows = storage.database.rows("SELECT DISTINCT paper FROM links ORDER BY paper LIMIT ?", (first + ALERTS,))
    with storage.write():
        keys = [storage.chats.meet(Address("telegram", f"{n}"), NOW).key for n in range(1, chats + 1)]
        for (paper,) in rows[first:]:
            news = News(NewsKind.CODE, paper, NOW)
            storage.outbox.queue([Planned(Tell(key, news, ("cat:cs",), NOW)) for key in keys], NOW)


async def _deliver(storage: Storage, platform: Platform, *, ask_every_s: float = 0.0) -> float:
    """Rounds as the service has them, until nothing is left; the seconds that took."""
    channel = _channel(storage, platform.url)
    await channel.start()
    begun = time.monotonic()
    asking = asyncio.create_task(_ask(storage, platform, every_s=ask_every_s)) if ask_every_s else None
    while True:
        now = NOW + timedelta(seconds=time.monotonic() - begun)
        count = await deliver(storage, {"telegram": channel}, now=now, real_now=datetime.now(UTC))
        if not (waiting := storage.outbox.waiting()) or not waiting[0].due:
            break
        if not count.sent:
            await asyncio.sleep(0.05)
    took = time.monotonic() - begun
    if asking:
        await asking
    await channel.stop()
    return took


def _busiest(arrived: Sequence[float]) -> int:
    """The most messages within any second."""
    times = sorted(arrived)
    return max(bisect_left(times, at + 1.0) - n for n, at in enumerate(times))


if __name__ == "__main__":
    main()
