"""A stand-in for a platform, in a process of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any


class Platform:
    """The other end: `platform("method", …)` is called there, and its result comes back."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.url: str = pipe.recv()

    def __call__(self, name: str, *given: object) -> Any:
        self._pipe.send((name, *given))
        return self._pipe.recv()


@contextmanager
def apart(serve: Callable[[Connection], None]) -> Iterator[Platform]:
    """`serve` sends its address through the pipe, and then a result for each (method, arguments), until None comes."""
    ours, theirs = get_context("fork").Pipe()
    process = get_context("fork").Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    yield Platform(ours)
    ours.send(None)
    process.join()
