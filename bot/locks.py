"""Locks between processes, by the operating system: whatever ends a process, kill -9 too, frees them."""

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from bot.errors import InUse, PaperwireError


@contextmanager
def locked(path: Path, refusal: str) -> Iterator[None]:
    """Hold an operating-system lock, which even kill -9 frees. Raises InUse, with these words, where another does."""
    with ExitStack() as stack:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = stack.enter_context(path.open("a"))
        except OSError as error:
            raise PaperwireError(
                f"{path.parent} can't be written: {error.strerror}. Set PAPERWIRE_DATA to another folder."
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(refusal) from None
        yield


def run_lock(data: Path) -> AbstractContextManager[None]:
    """One `run` (or `chat`, or `restore`) per data folder."""
    return locked(
        data / "run.lock", f"Another paperwire runs on {data}. Stop it first, or set PAPERWIRE_DATA to another folder."
    )
