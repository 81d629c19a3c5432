"""The console channel: lines typed are requests, answers and alerts are printed above the prompt."""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Final

from bot.domain.news import Delivery
from bot.errors import DeliveryFailed
from handlers.console.asking import asked
from handlers.console.render import render
from handlers.incoming import Request
from handlers.messages import Message

_LEAVE: Final = frozenset({"quit", "exit", "/quit", "/exit"})

Respond = Callable[[Request], Message]
Word = Callable[[Delivery], Message]


class Console:
    """Talks with whoever sits at the terminal; with a pipe for a keyboard it answers each line and ends with it."""

    platform = "console"
    side_by_side: ClassVar[int] = 1

    def __init__(self, *, respond: Respond, word: Word, history: Path | None = None) -> None:
        self._respond = respond
        self._word = word
        self._history = history

    async def send(self, delivery: Delivery) -> str:
        """Print an alert, which has no name. Raises DeliveryFailed when nobody reads any more."""
        try:
            print(f"\n{_shown(self._word(delivery))}", flush=True)  # noqa: T201  because: the console is the product here
        except OSError as error:
            raise DeliveryFailed(f"the terminal is gone: {error.strerror}") from None
        return ""

    async def talk(self) -> None:
        """Until the person leaves (Ctrl-D, quit) or the input ends."""
        if sys.stdin.isatty() and sys.stdout.isatty():
            await self._prompt()
        else:
            while line := await asyncio.to_thread(sys.stdin.readline):
                if not await self._answer(line):
                    return

    async def _prompt(self) -> None:
        # because: prompt_toolkit costs a tenth of a second, and one-shot commands never prompt
        from prompt_toolkit import PromptSession
        from prompt_toolkit.history import FileHistory, InMemoryHistory
        from prompt_toolkit.patch_stdout import patch_stdout

        # because: the cursor's place is only wanted for menus, and terminals that can't tell it bring a warning
        os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
        session: PromptSession[str] = PromptSession(
            history=FileHistory(str(self._history)) if self._history else InMemoryHistory()
        )
        with patch_stdout(raw=True):
            while True:
                try:
                    line = await session.prompt_async("paperwire> ")
                except (EOFError, KeyboardInterrupt):
                    return
                if not await self._answer(line):
                    return

    async def _answer(self, line: str) -> bool:
        """Answer one line; False when it says goodbye."""
        words = line.strip()
        if words.lower() in _LEAVE:
            return False
        if words:
            answer = await asyncio.to_thread(lambda: self._respond(asked(words)))
            print(f"{_shown(answer)}\n", flush=True)  # noqa: T201  because: as above
        return True


def _shown(message: Message) -> str:
    """A message for the terminal, wrapped to it; plain where it isn't one."""
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return render(message, width=min(shutil.get_terminal_size().columns, 110), colour=colour)
