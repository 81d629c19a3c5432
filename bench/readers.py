"""A replayed month as three readers see it: how many messages a day, what share is news of code, what was folded?

    lab         a Slack channel of a lab for language, in Berlin: quiet nights, at most ten messages a day
    diffusion   a person on Telegram in New York, who wants the broad subject in a daily digest and one author at once
    maintainer  a Telegram group of a framework's maintainers

Each day of 2026-03-04 to 04-03 is polled once, at 6 UTC, and delivered every hour. `--read FOLDER` writes down every
message as it was sent, a file a reader, to be read by eye. Needs ../shared.

    …_messages_a_day, …_median_day, …_most_a_day   messages that were sent, digests too, by the reader's local day
    …_code_share                     alerts that are news of code, of all alerts that had a message of their own
    …_folded                         alerts that came in a digest or in a folded message
    …_edits                          messages that were changed in place
"""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from bench.figures import Figures, options, show
from bot.app import App
from bot.config import load
from bot.domain.chat import Address
from bot.domain.news import Delivery, NewsKind
from handlers import wording
from handlers.console.render import render
from handlers.incoming import Request
from tests.replay import PRESENT, world

_FIRST: Final = date(2026, 3, 4)
_DAYS: Final = 31
_POLLED_AT: Final = 6


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, where, and what they typed on the first day."""

    name: str
    address: Address
    zone: str
    typed: tuple[str, ...]


READERS: Final = (
    Reader(
        "lab",
        Address("slack", "C1", workspace="T1"),
        "Europe/Berlin",
        (
            "/timezone Berlin",
            "/quiet 19:00-08:00",
            "/budget 10",
            "/subscribe cat:cs.CL (agent OR reasoning) official:yes",
            '/subscribe cat:cs.CL ("question answering" OR "retrieval augmented") -survey',
            "/watch huggingface/transformers",
        ),
    ),
    Reader(
        "diffusion",
        Address("telegram", "7"),
        "America/New_York",
        (
            "/timezone New York",
            "/digest daily 18",
            "/subscribe diffusion cat:cs.CV -survey",
            "/rhythm 1 daily",
            '/subscribe "flow matching"',
            '/subscribe au:"kaiming he"',
        ),
    ),
    Reader(
        "maintainer",
        Address("telegram", "-100"),
        "UTC",
        (
            "/subscribe framework:jax OR jax",
            "/subscribe (pytorch OR cuda OR compiler) stars:>=5",
            '/subscribe "automatic differentiation" kind:papers code:any',
        ),
    ),
)


@dataclass(slots=True)
class Paper:
    """A channel that writes down what it is given, when."""

    side_by_side: ClassVar[int] = 4
    now: datetime = datetime(2026, 3, 4, tzinfo=UTC)
    sent: list[tuple[datetime, Delivery, str]] = field(default_factory=list)
    edits: Counter[str] = field(default_factory=Counter)

    async def send(self, delivery: Delivery) -> str:
        self.sent.append((self.now, delivery, render(wording.delivery(delivery), width=60)))
        return f"{len(self.sent)}"

    async def edit(self, delivery: Delivery) -> None:
        self.edits[delivery.chat.address.chat] += 1


def main() -> None:
    args = options(__doc__, more=_more)
    if not PRESENT:
        raise SystemExit("bench/readers.py needs the recordings and the replay server in ../shared.")
    days = max(2, round(_DAYS * args.scale))
    with world(str(_FIRST)) as town, TemporaryDirectory() as folder:
        given = {
            **town.settings(),
            "PAPERWIRE_DATA": folder,
            "PAPERWIRE_ARXIV_INTERVAL": "0",
            "PAPERWIRE_FEEDS": "",
            "GITHUB_TOKEN": "replayed",
        }
        paper = Paper()
        with App(load(given, env_file=None), clock=lambda: paper.now) as app:
            for hour in _hours(days):
                paper.now = hour
                if hour.hour == _POLLED_AT:
                    town.day(str(hour.date()))
                    app.poll_all()
                    if hour.date() == _FIRST:
                        _subscribe(app)
                app.compose()
                asyncio.run(app.deliver({"slack": paper, "telegram": paper}))
    if args.read:
        _write_down(paper, args.read)
    show({"days": days, **_figures(paper, days)}, as_json=args.json)


def _more(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--read", type=Path, help="write every message into a file a reader, in this folder")


def _hours(days: int) -> Iterator[datetime]:
    start = datetime(_FIRST.year, _FIRST.month, _FIRST.day, _POLLED_AT, tzinfo=UTC)
    return (start + timedelta(hours=n) for n in range(24 * days))


def _subscribe(app: App) -> None:
    for reader in READERS:
        for words in reader.typed:
            app.respond(Request(reader.address, words, alone=reader.name == "diffusion", chat_title=reader.name))


def _figures(paper: Paper, days: int) -> Figures:
    figures: dict[str, float | int | str] = {}
    for reader in READERS:
        mine = [(at, one) for at, one, _ in paper.sent if one.chat.address.chat == reader.address.chat]
        by_day = Counter(at.astimezone(ZoneInfo(reader.zone)).date() for at, _ in mine)
        alone = [one.alerts[0].kind for _, one in mine if len(one.alerts) == 1 and not (one.digest or one.folded)]
        folded = sum(len(one.alerts) for _, one in mine if one.digest or one.folded)
        figures |= {
            f"{reader.name}_messages_a_day": round(len(mine) / days, 2),
            f"{reader.name}_median_day": median([*by_day.values(), *[0] * (days - len(by_day))]),
            f"{reader.name}_most_a_day": max(by_day.values(), default=0),
            f"{reader.name}_code_share": round(sum(k is NewsKind.CODE for k in alone) / max(len(alone), 1), 3),
            f"{reader.name}_folded": folded,
            f"{reader.name}_digests": sum(one.digest is not None for _, one in mine),
            f"{reader.name}_edits": paper.edits[reader.address.chat],
        }
    return figures


def _write_down(paper: Paper, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for reader in READERS:
        mine = [(at, text) for at, one, text in paper.sent if one.chat.address.chat == reader.address.chat]
        written = (f"=== {at.astimezone(ZoneInfo(reader.zone)):%a %-d %b %H:%M}\n{text}\n\n" for at, text in mine)
        (folder / f"{reader.name}.txt").write_text("".join(written), encoding="utf-8")


if __name__ == "__main__":
    main()
