"""Conversations as transcripts: each .txt beside this file is played, and must come out as it stands there.

> what a person types in the console, answered below it (60 columns wide)
$ a command at the shell
@ the time, from here on (Ada's blog fails in April, and in June it is gone)
= a file that lies where the conversation is played: its name, then its lines with \n between them
# a remark; "# offline" on the first line plays it without a network, else it plays in the small world of tests

    python -m tests.journeys.test_journeys      # plays all and writes down what came out; read the difference!
"""

import re
import shlex
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, chdir
from datetime import date, datetime
from pathlib import Path
from typing import Final

import pytest

from bot.app import App
from bot.config import load
from handlers.console.asking import asked
from handlers.console.render import render
from tests.small_world import FOR, HIVES, OFFLINE, PLAIN, House, Told, small_world

HERE: Final = Path(__file__).parent
JOURNEYS: Final = sorted(HERE.glob("*.txt"))
WIDTH: Final = 60
HOST: Final = "bee.example.org"  # as long as the address of the world that stands in for it
_VARYING: Final = re.compile(r"\d+(?= min\b)|\d+(?= papers · )|\d+(?= code links)|(?<=^github {7})\d+(?= fetched)")
_LATER: Final = Told("2603.00002", "A Paper without Code", "ada/late", kind="replace", version=2)


class Player:
    """Plays one transcript in a house of its own."""

    def __init__(self, folder: Path, stack: ExitStack, *, offline: bool) -> None:
        self.town = None if offline else stack.enter_context(small_world())
        settings = self.town.settings() if self.town else OFFLINE
        self.house = House(
            folder, {**settings, "PAPERWIRE_ALLOW_PRIVATE_FEEDS": "1", "PAPERWIRE_LOG_LEVEL": "ERROR", "COLUMNS": "60"}
        )
        self.now = "2026-03-05T05:30:00Z"
        self.house.settle("--now", self.now)
        self._turn(date(2026, 3, 5))
        given = {name: value for name, value in self.house.env.items() if value is not None}
        self.app = stack.enter_context(App(load(given, env_file=None), clock=lambda: datetime.fromisoformat(self.now)))

    def play(self, line: str) -> str:
        """What is said to this line."""
        mark, words = line[0], self._here(line[2:])
        if mark == ">":
            return self._there(render(self.app.respond(asked(words)), width=WIDTH))
        if mark == "$":
            result = self.house.call("--now", self.now, *shlex.split(words)[1:])
            return self._there(result.stdout + result.stderr)
        if mark == "=":
            name, _, content = words.partition(" ")
            Path(name).write_text(content.replace("\\n", "\n") + "\n", encoding="utf-8")
        if mark == "@":
            self.now = words
            self._turn(date.fromisoformat(words[:10]))
        return ""

    def _turn(self, day: date) -> None:
        """What each day brings in the small world."""
        if self.town:
            days = {5: (HIVES, PLAIN, FOR), 6: (_LATER,)}
            self.town.announce(*days.get(day.day, ()), day=day)
            self.town.post("News of hives", *(["Honey at last"] if day > date(2026, 3, 5) else []))
            if day.month in (4, 6):
                self.town.end_posts(503 if day.month == 4 else 410)

    def _here(self, words: str) -> str:
        return words.replace(HOST, f"127.0.0.1:{self.town.server.port}") if self.town else words

    def _there(self, words: str) -> str:
        return words.replace(f"127.0.0.1:{self.town.server.port}", HOST) if self.town else words


def steady(lines: Iterable[str]) -> list[str]:
    """The lines without what chance (the jitter of due times) and the catalogue's edition change."""
    return [_VARYING.sub("N", line) for line in lines]


def played(path: Path, folder: Path) -> Iterator[str]:
    """The transcript as it comes out now, line by line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    with ExitStack() as stack:
        player = Player(folder, stack, offline=lines[0].startswith("# offline"))
        for line in lines:
            if line[:2] in ("> ", "$ ", "@ ", "= ") or line == ">" or line.startswith("#"):
                if not line.startswith("#") and line[0] in ">$":
                    yield ""
                yield line
                said = player.play(line.ljust(2))
                yield from (part.rstrip() for part in said.strip("\n").splitlines())


@pytest.mark.parametrize("path", JOURNEYS, ids=lambda path: path.stem)
def test_a_conversation_goes_as_it_is_written(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert steady(played(path, tmp_path)) == steady(path.read_text(encoding="utf-8").splitlines())


def _write() -> None:
    for path in JOURNEYS:
        with tempfile.TemporaryDirectory() as folder, chdir(folder):
            lines = list(played(path, Path(folder)))
        if steady(lines) != steady(path.read_text(encoding="utf-8").splitlines()):
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write()
