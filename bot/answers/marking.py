"""What a platform has been told of us, so that it isn't told so again at every start."""

from typing import Final

from storage import Storage

_NAME: Final = "{} has been told {}"


class Marking:
    """One platform's marks, by name. Raises StorageError."""

    def __init__(self, storage: Storage, platform: str) -> None:
        self._storage = storage
        self._platform = platform

    def marked(self, name: str) -> str:
        """ "" where nothing was."""
        return self._storage.facts.get(_NAME.format(self._platform, name)) or ""

    def mark(self, name: str, value: str) -> None:
        with self._storage.write():
            self._storage.facts.set(_NAME.format(self._platform, name), value)
