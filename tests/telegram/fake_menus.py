"""The menus of commands and the descriptions, as the platform keeps them: by scope, and by language."""

import re
from collections.abc import Callable
from typing import Any, Final

from tests.telegram.fake_http import Refusal

Rows = list[tuple[str, str]]

_SCOPES: Final = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_NEARER: Final = {  # where the platform looks for a menu, the nearest first
    "private": ("all_private_chats", "default"),
    "group": ("all_group_chats", "default"),
    "admin": ("all_chat_administrators", "all_group_chats", "default"),
}


class Menus:
    """`told` are the menus by (scope, language), `descriptions` by language; "" is for all others."""

    def __init__(self) -> None:
        self.told: dict[tuple[str, str], Rows] = {}
        self.descriptions: dict[str, str] = {}

    def methods(self) -> dict[str, Callable[[dict[str, Any]], Any]]:
        return {
            "setMyCommands": self._set,
            "getMyCommands": self._get,
            "setMyDescription": self._describe,
            "getMyDescription": self._described,
        }

    def shown(self, where: str, language: str) -> Rows:
        """What somebody sees who reads this language: in a private chat, a group, or a group that they are admin of."""
        places = ((scope, code) for scope in _NEARER[where] for code in (language, ""))
        return next((self.told[place] for place in places if place in self.told), [])

    def _set(self, arguments: dict[str, Any]) -> Any:
        rows = [(command["command"], command["description"]) for command in arguments["commands"]]
        if len(rows) > 100:
            raise Refusal(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        for name, text in rows:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
                raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(text) <= 256:
                raise Refusal(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.told[_scope(arguments), _language(arguments)] = rows
        return True

    def _get(self, arguments: dict[str, Any]) -> Any:
        rows = self.told.get((_scope(arguments), _language(arguments)), [])
        return [{"command": name, "description": text} for name, text in rows]

    def _describe(self, arguments: dict[str, Any]) -> Any:
        text = str(arguments.get("description", ""))
        if len(text) > 512:
            raise Refusal(400, "Bad Request: DESCRIPTION_TOO_LONG")
        self.descriptions[_language(arguments)] = text
        return True

    def _described(self, arguments: dict[str, Any]) -> Any:
        return {"description": self.descriptions.get(_language(arguments), "")}


def _scope(arguments: dict[str, Any]) -> str:
    scope = str(arguments.get("scope", {"type": "default"})["type"])
    if scope not in _SCOPES:
        raise Refusal(400, "Bad Request: unsupported scope")
    return scope


def _language(arguments: dict[str, Any]) -> str:
    language = str(arguments.get("language_code", ""))
    if not re.fullmatch(r"([a-z]{2})?", language):
        raise Refusal(400, "Bad Request: LANG_CODE_INVALID")
    return language
