"""Conversations in Telegram as transcripts, as they look on a narrow phone: each telegram/*.txt is played over a real
socket, and must come out as it stands there.

> Ada: words             Ada writes to the bot alone; "Ada, Readers: words" in the group of that name
> Ada presses Save       a button of the newest message that has one with these words in its label
> Ada reacts 👍          to the newest message
> Ada blocks             the bot; or unblocks it; or adds it (to the group), or removes it
> poll                   the sources are looked at, and what is due is sent
@ the time, from here on

Below it stands what came: its text, its buttons in [ ], who sees it where that isn't the one who asked.

    python -m tests.journeys.test_telegram      # plays all and writes down what came out; read the difference!
"""

import asyncio
import re
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, chdir
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from bot.app import App
from bot.config import load
from handlers.telegram import pace
from tests.clock import PATIENCE_S
from tests.journeys.test_journeys import steady
from tests.small_world import FOR, HIVES, PLAIN, House, Told, small_world
from tests.telegram.fake_api import TOKEN, FakeTelegram, Sent
from tests.telegram.fake_events import KICKED, LEFT, MEMBER, member, posts, reacts

HERE: Final = Path(__file__).parent / "telegram"
JOURNEYS: Final = sorted(HERE.glob("*.txt"))
WIDTH: Final = 42
PEOPLE: Final = {"Ada": 7, "Bob": 8}
GROUP: Final = -100
_SAYS: Final = re.compile(r"(\w+)(?:, (\w+))?: ?(.*)")
_PRESSES: Final = re.compile(r"(\w+) presses (.+)")
_REACTS: Final = re.compile(r"(\w+) reacts (\S+)")
_DECIDES: Final = re.compile(r"(\w+) (blocks|unblocks|adds|removes)")
_MEMBERSHIPS: Final = {  # whether it is the group's, what we were, what we are
    "blocks": (False, MEMBER, KICKED),
    "unblocks": (False, KICKED, MEMBER),
    "adds": (True, LEFT, MEMBER),
    "removes": (True, MEMBER, KICKED),
}
_LATER: Final = Told("2603.00002", "A Paper without Code", "ada/late", kind="replace", version=2)
_DAYS: Final = {5: (HIVES, PLAIN, FOR), 6: (_LATER,)}


class Player:
    """Plays one transcript: a house of its own, its bot, and people who talk to it. Ada is the group's admin."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.telegram = stack.enter_context(FakeTelegram())
        self.telegram.person(7, "Ada").person(8, "Bob").group(GROUP, "Readers", admins=(7,))
        self.town = stack.enter_context(small_world())
        self.now = "2026-03-05T05:30:00Z"
        talking = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": self.telegram.url}
        house = House(folder, {**self.town.settings(), **talking, "PAPERWIRE_ALLOW_PRIVATE_FEEDS": "1"})
        house.settle("--now", self.now)
        given = {name: value for name, value in house.env.items() if value is not None}
        self.app = stack.enter_context(App(load(given, env_file=None), clock=lambda: datetime.fromisoformat(self.now)))
        self.channels: dict[str, Any] = dict(self.app.open_channels())
        self.code = self.app.answers.owning.new_code()
        self._turn(date(2026, 3, 5))

    async def play(self, line: str) -> list[str]:
        """What is seen after this line."""
        before, toasts = list(self.telegram.sent), len(self.telegram.toasts)
        if line.startswith("@ "):
            self.now = line[2:]
            self._turn(date.fromisoformat(line[2:12]))
        else:
            await self._do(line[2:])
        return [*self._seen(before), *(f"  (for a moment) {words}" for words in self.telegram.toasts[toasts:])]

    async def _do(self, what: str) -> None:
        if what == "poll":
            await asyncio.to_thread(self.app.poll_all)
            await asyncio.to_thread(self.app.compose)
            await self.app.deliver(self.channels)
        elif pressed := _PRESSES.fullmatch(what):
            sent, data = self._button(pressed[2])
            self.telegram.presses(sent.chat, data, sender=PEOPLE[pressed[1]], on=sent.id)
        elif reacts_so := _REACTS.fullmatch(what):
            newest = self.telegram.sent[-1]
            reacts(self.telegram, newest.chat, newest.id, "", reacts_so[2], sender=PEOPLE[reacts_so[1]])
        elif decides := _DECIDES.fullmatch(what):
            shared, before, now = _MEMBERSHIPS[decides[2]]
            who = PEOPLE[decides[1]]
            member(self.telegram, GROUP if shared else who, before, now, by=who, name=decides[1])
        else:
            said = _SAYS.fullmatch(what)
            assert said, f"nobody can do this: {what}"
            who, words = PEOPLE[said[1]], said[3].replace("CODE", self.code or "")
            posts(self.telegram, GROUP if said[2] else who, words, sender=who)
        await self._answered()

    async def _answered(self) -> None:
        """Once all that was said is answered."""
        inbox = self.app.answers.inbox("telegram")
        async with asyncio.timeout(PATIENCE_S):
            while self.telegram.unconfirmed or inbox.waiting():
                await asyncio.sleep(0.02)

    def _button(self, label: str) -> tuple[Sent, str]:
        for sent in reversed(self.telegram.sent):
            for said, data in (button for row in sent.keyboard for button in row):
                if label in said:
                    return sent, data
        raise AssertionError(f"no button says {label}")

    def _seen(self, before: list[Sent]) -> Iterator[str]:
        known = {(sent.chat, sent.id): sent for sent in before}
        for sent in self.telegram.sent:
            old = known.get((sent.chat, sent.id))
            if sent != old:
                yield from _screen(sent, changed=old is not None)

    def _turn(self, day: date) -> None:
        self.town.announce(*_DAYS.get(day.day, ()), day=day)


def _screen(sent: Sent, *, changed: bool) -> Iterator[str]:
    """A message as it looks on a narrow phone."""
    where = "in Readers" if sent.chat == GROUP else next(who for who, chat in PEOPLE.items() if chat == sent.chat)
    how = ", in place" if changed else ", silently" if sent.silent else ""
    yield f"  ── {where}{how} ".ljust(WIDTH, "─")
    yield from (f"  {line}" for line in _wrapped(sent.text))
    if sent.file:
        yield f"  ⌂ {sent.file}"
    for row in sent.keyboard:
        yield f"  [ {' | '.join(label for label, _ in row)} ]"


def _wrapped(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        yield from textwrap.wrap(line, WIDTH - 2, break_long_words=False, break_on_hyphens=False) or [""]


async def _played(lines: list[str], folder: Path) -> list[str]:
    with ExitStack() as stack:
        player, told = Player(folder, stack), list[str]()
        channel = player.channels["telegram"]
        await channel.start()
        try:
            for line in lines:
                if line[:2] in ("> ", "@ ") or line.startswith("#"):
                    told += ["", line] if line.startswith(">") else [line]
                    told += [] if line.startswith("#") else [part.rstrip() for part in await player.play(line)]
        finally:
            await channel.stop()
    return told


def played(path: Path, folder: Path) -> list[str]:
    """The transcript as it comes out now, line by line; nobody's pace in the way."""
    private, pace.PRIVATE = pace.PRIVATE, (10**6, 0.0)
    try:
        return asyncio.run(_played(path.read_text(encoding="utf-8").splitlines(), folder))
    finally:
        pace.PRIVATE = private


@pytest.mark.parametrize("path", JOURNEYS, ids=lambda path: path.stem)
def test_a_conversation_in_telegram_goes_as_it_is_written(path: Path, tmp_path: Path) -> None:
    assert steady(played(path, tmp_path)) == steady(path.read_text(encoding="utf-8").splitlines())


def _write() -> None:
    for path in JOURNEYS:
        with tempfile.TemporaryDirectory() as folder, chdir(folder):
            lines = played(path, Path(folder))
        if steady(lines) != steady(path.read_text(encoding="utf-8").splitlines()):
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write()
