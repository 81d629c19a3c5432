"""The ticks of the clock. What is due stands in the database: a tick looks there, and none needs to be remembered."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Tick = Callable[[], Awaitable[None]]
Clockwork = AsyncIOScheduler


def scheduler(ticks: dict[str, tuple[Tick, float]], *, first_after_s: float = 0.0) -> AsyncIOScheduler:
    """A scheduler of named (tick, seconds between two). A late tick is run late, once, and never beside itself."""
    made = AsyncIOScheduler(
        timezone="UTC",
        # because: the default grace of one second would skip ticks silently whenever the loop was busy
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    start = datetime.now(UTC) + timedelta(seconds=first_after_s)
    for name, (tick, seconds) in ticks.items():
        made.add_job(tick, "interval", seconds=seconds, id=name, next_run_time=start)
    return made
