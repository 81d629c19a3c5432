"""Who may use whom, and which room has which door to the outside. Change the tables only together with the house."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]
TOPS = ("bot", "handlers", "storage")

# Each room and the rooms it may use beside itself. A module belongs to the room with the longest name that fits it.
# "bot" itself is the version, "handlers" the room without its three platforms.
MAY_USE: dict[str, set[str]] = {
    "bot": set(),
    "bot.errors": set(),
    "bot.logs": set(),
    "bot.domain": {"bot.errors"},
    "bot.rules": {"bot.domain", "bot.errors"},  # errors: a query that can't be understood is a BadQuery
    "bot.sources": {"bot.domain", "bot.errors", "bot.rules"},
    "storage": {"bot.domain", "bot.errors", "bot.rules"},
    "bot.telling": {"bot.domain", "bot.errors", "bot.rules", "storage"},  # what ingest, jobs and answers have in common
    "bot.ingest": {"bot.domain", "bot.errors", "bot.rules", "bot.telling", "storage"},  # what jobs and answers have
    "bot.jobs": {"bot.domain", "bot.errors", "bot.rules", "bot.ingest", "bot.telling", "storage"},
    "bot.answers": {"bot.domain", "bot.errors", "bot.rules", "bot.ingest", "bot.telling", "storage"},
    "handlers": {"bot.domain", "bot.errors", "bot.answers"},
    "handlers.console": {"handlers", "bot.domain", "bot.errors"},
    "handlers.telegram": {"handlers", "bot.domain", "bot.errors"},
    "handlers.slack": {"handlers", "bot.domain", "bot.errors"},
    "bot.schedule": {"bot.domain", "bot.errors"},
    "bot.config": {"bot", "bot.domain", "bot.env_file", "bot.errors", "bot.forms"},
    "bot.env_file": set(),  # for bot.config alone
    "bot.locks": {"bot.errors"},
    "bot.health": set(),
    "bot.metrics": {"bot.jobs", "storage"},
    "bot.web": {"bot.errors", "handlers"},  # handlers: what a platform's route is; it knows no platform
    "bot.forms": {"bot.domain", "bot.errors"},  # the settings' texts, for bot.config alone
}
MAY_USE["bot.channels"] = {
    *("bot.config", "bot.domain", "bot.errors"),
    *("handlers", "handlers.telegram", "handlers.slack"),
}
# The wiring and its channels alone know every concrete class; only the command line and its doctor know the wiring.
MAY_USE["bot.app"] = set(MAY_USE)
MAY_USE["bot.service"] = {
    *("bot", "bot.app", "bot.channels", "bot.domain", "bot.errors", "bot.health", "bot.jobs", "bot.metrics"),
    *("bot.schedule", "bot.web"),
}
MAY_USE["bot.doctor"] = {"bot.app", "bot.channels", "bot.config", "bot.domain", "bot.errors"}
MAY_USE["bot.reviewing"] = {"bot.app", "bot.errors", "handlers"}
MAY_USE["bot.cli"] = {
    "bot",
    "bot.app",
    "bot.config",
    "bot.doctor",
    "bot.domain",
    "bot.errors",
    "bot.locks",
    "bot.logs",
    "bot.reviewing",
    "bot.service",
}
MAY_USE["bot.__main__"] = {"bot.cli"}

# What leads outside, and the only rooms that have that door.
DOORS: dict[str, set[str]] = {
    "sqlite3": {"storage"},
    "sqlite_utils": {"storage"},
    "requests": {"bot.sources"},
    "feedparser": {"bot.sources"},
    "telegram": {"handlers.telegram"},
    "slack_bolt": {"handlers.slack"},
    "slack_sdk": {"handlers.slack"},
    "apscheduler": {"bot.schedule"},
    "aiohttp": {"bot.web", "handlers.telegram", "handlers.slack"},
    "prometheus_client": {"bot.metrics"},
    "jinja2": {"handlers"},
    "matplotlib": {"handlers"},
}


@dataclass(frozen=True, slots=True)
class Import:
    """One import: the module it stands in, its line, and the module that it names."""

    user: str
    line: int
    used: str


def modules() -> dict[str, Path]:
    """Every module of ours by its dotted name."""
    files = (path for top in TOPS for path in (HOME / top).rglob("*.py"))
    return {".".join(path.relative_to(HOME).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


def imports(module: str, source: str, known: set[str]) -> Iterator[Import]:
    """Every import, also inside functions and for type checkers; `from a import b` names a.b where that is a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (Import(module, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            full = (f"{base}.{alias.name}" for alias in node.names)
            used = dict.fromkeys(name if name in known else base for name in full)
            yield from (Import(module, node.lineno, name) for name in used)


def room(module: str) -> str:
    fitting = [name for name in MAY_USE if name != "bot" and f"{module}.".startswith(f"{name}.")]
    return max(fitting, key=len, default=module if module == "bot" else "")


def offence(found: Import) -> str:
    """What is wrong with an import, or nothing."""
    user, top = room(found.user), found.used.partition(".")[0]
    place = f"{found.user}, line {found.line}, imports {found.used}"
    if not top:
        return f"{place}: imports are absolute here"
    if top in DOORS and user not in DOORS[top]:
        return f"{place}: that door is in {', '.join(sorted(DOORS[top]))}"
    used = room(found.used)
    if top in TOPS and used not in MAY_USE[user] | {user}:
        return f"{place}: {user} may use {', '.join(sorted(MAY_USE[user])) or 'nothing of ours'}"
    return ""


ALL = modules()


@cache
def all_imports() -> tuple[Import, ...]:
    known = set(ALL)
    return tuple(found for name, path in ALL.items() for found in imports(name, path.read_text("utf-8"), known))


def test_every_module_has_a_room() -> None:
    assert [name for name in ALL if not room(name)] == []


def test_nobody_uses_whom_they_may_not() -> None:
    assert [wrong for found in all_imports() if room(found.user) and (wrong := offence(found))] == []


def test_modules_form_no_loop() -> None:
    users: dict[str, set[str]] = {name: set() for name in ALL}
    for found in all_imports():
        if found.used in ALL and found.used != found.user:
            users[found.user].add(found.used)
    try:
        TopologicalSorter(users).prepare()
    except CycleError as error:
        pytest.fail(f"these import each other in a loop: {' <- '.join(error.args[1])}")


def test_the_vocabulary_needs_nothing_but_the_standard_library() -> None:
    tops = {(found.user, found.used.partition(".")[0]) for found in all_imports() if room(found.user) == "bot.domain"}
    assert [(user, top) for user, top in tops if top not in sys.stdlib_module_names and top != "bot"] == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("bot.domain.paper", "import bot.rules.linking"),
        ("bot.rules.query", "from storage import papers"),
        ("bot.rules.query", "from bot import sources"),
        ("bot.jobs.poll", "from bot.sources import web"),
        ("bot.jobs.poll", "import sqlite3"),
        ("bot.sources.web", "if TYPE_CHECKING:\n    from storage.feeds import Feeds"),
        ("bot.app", "def start():\n    import telegram.ext"),
        ("handlers.commands", "from handlers.telegram import render"),
        ("handlers.slack.render", "from handlers.telegram.render import escape"),
        ("handlers.telegram.render", "from bot.answers import Answers"),
        ("handlers.slack.render", "from matplotlib.figure import Figure"),
        ("handlers.console.render", "from slack_sdk.models import blocks"),
        ("storage.papers", "from . import links"),
        ("bot.logs", "from bot.config import Settings"),
        ("bot.web", "from handlers.telegram.adapter import Telegram"),
        ("bot.service", "from aiohttp import web"),
        ("bot.config", "from bot.cli import main"),
    ],
)
def test_the_table_would_catch(module: str, line: str) -> None:
    (found,) = imports(module, line, set(ALL))
    assert offence(found).startswith(f"{module}, line ")


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("bot.domain.paper", "from bot import errors"),
        ("bot.jobs.poll", "from storage import Storage"),
        ("bot.app", "from handlers.telegram.adapter import Telegram"),
        ("bot.cli", "from bot import __version__"),
        ("handlers.commands", "from bot.answers import Answers"),
        ("handlers.slack.render", "from handlers.messages import Message"),
        ("storage.papers", "import sqlite3"),
        ("bot.sources.web", "import requests.adapters"),
    ],
)
def test_the_table_lets_pass(module: str, line: str) -> None:
    (found,) = imports(module, line, set(ALL))
    assert offence(found) == ""
