"""The menus of commands that a platform shows, for whom and in which language. Made from the table of commands."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from handlers.commands import COMMANDS
from handlers.wording.menus import LANGUAGES, SUMMARIES


class Readers(StrEnum):
    """Who sees a menu; where there is a nearer one, it counts."""

    EVERYBODY = "everybody"
    ALONE = "whoever is alone with us"
    GROUPS = "groups"
    ADMINS = "groups' admins"


@dataclass(frozen=True, slots=True)
class Menu:
    """Names of commands with what they do, in their order. `language` is ISO 639-1, "" for all that have no own one."""

    readers: Readers
    language: str
    rows: tuple[tuple[str, str], ...]


class Marks(Protocol):
    """What a platform has been told, by name. Raises StorageError."""

    def marked(self, name: str) -> str: ...
    def mark(self, name: str, value: str) -> None: ...


_IN_MENUS: Final = tuple(next(c for c in COMMANDS if c.name == name) for name in SUMMARIES)


def menus() -> tuple[Menu, ...]:
    """Whoever may not change what a chat hears isn't offered it."""
    return tuple(
        Menu(readers, language, _rows(language, managing=readers in (Readers.ALONE, Readers.ADMINS)))
        for readers in Readers
        for language in ("", *LANGUAGES)
    )


def _rows(language: str, *, managing: bool) -> tuple[tuple[str, str], ...]:
    return tuple(
        (command.name, SUMMARIES[command.name].get(language, command.summary))
        for command in _IN_MENUS
        if managing or not command.manages("")
    )
