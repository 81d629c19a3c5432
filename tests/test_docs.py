"""The documents tell what the program does: commands, settings and command line stand in the README, and no others."""

import re
import subprocess
from pathlib import Path
from typing import Final

import click
import pytest

from bot import __version__
from bot.cli import main
from bot.config import SettingRow, explain, load
from bot.domain.feed import Source
from handlers.command import Command
from handlers.commands import COMMANDS
from handlers.wording.status import SOURCE_NAMES

HOME: Final = Path(__file__).parents[1]
README: Final = (HOME / "README.md").read_text(encoding="utf-8")
CHANGELOG: Final = (HOME / "CHANGELOG.md").read_text(encoding="utf-8")
SETTINGS: Final = explain(load({}, env_file=None))
DOCUMENTS: Final = ("README.md", "CHANGELOG.md", ".env.example", "Makefile", "Procfile", "slack-manifest.yaml")
DEPENDS: Final = {"PAPERWIRE_DATA": "the user's data folder", "PAPERWIRE_FEEDS": "six well-known blogs"}
assert isinstance(main, click.Group)
LINE: Final = main.commands


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    """The cells of the tables in a section, without the tables' heads."""
    lines = [line for line in section(title).splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_of_the_chat_is_in_the_readme_as_help_tells_it(command: Command) -> None:
    assert [f"`{command.usage}`", command.summary] in rows("Commands")


def test_the_readme_tells_no_other_command_of_the_chat() -> None:
    told = {row[0].strip("`") for row in rows("Commands") if row[0].startswith("`/")}
    assert told == {command.usage for command in COMMANDS}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_in_the_readme_with_its_default(setting: SettingRow) -> None:
    default = DEPENDS.get(setting.name) or (f"`{setting.default}`" if setting.default else "not set")
    assert [f"`{setting.name}`", default, setting.description] in rows("Settings")


def test_the_readme_tells_no_other_setting() -> None:
    assert [row[0].strip("`") for row in rows("Settings")] == [setting.name for setting in SETTINGS]
    named = set(re.findall(r"\b(?:PAPERWIRE_[A-Z_]+|[A-Z]+_(?:TOKEN|URL))\b", README))
    assert named <= {setting.name for setting in SETTINGS}


@pytest.mark.parametrize("name", sorted(LINE))
def test_every_command_of_the_command_line_is_in_the_readme(name: str) -> None:
    assert [row for row in rows("Command line") if row[0].strip("`").split()[1] == name]


def test_the_readme_tells_no_other_command_of_the_command_line() -> None:
    assert {row[0].strip("`").split()[1] for row in rows("Command line")} == set(LINE)
    told = re.findall(r"`paperwire ([a-z-]+)", README)
    assert set(told) <= set(LINE)


@pytest.mark.parametrize("name", sorted(LINE))
def test_every_command_explains_itself_in_a_line_that_is_not_cut(name: str) -> None:
    first = (LINE[name].help or "").split("\n\n")[0]
    assert 20 < len(first) <= 65
    assert all(isinstance(p, click.Argument) or p.help for p in map(_helpful, LINE[name].params))


def _helpful(parameter: click.Parameter) -> click.Argument | click.Option:
    assert isinstance(parameter, click.Argument | click.Option)
    return parameter


def test_the_readme_opens_with_what_it_does_and_a_transcript() -> None:
    opening = README.split("\n## ")[0]
    assert opening.startswith("# paperwire\n")
    assert "paperwire> /code bert" in opening
    assert "Has code: " in opening
    assert re.findall(r"^## (.+)$", README, re.MULTILINE) == [
        "Run",
        "Test",
        "Telegram in five minutes",
        "Slack in five minutes",
        "Commands",
        "Command line",
        "Settings",
        "How the house is built",
        "Promises and limits",
        "Data and privacy",
        "Licence",
    ]


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:bot|handlers|storage|tests)/[\w/.]*)`", README))))
def test_every_file_that_the_readme_names_is_there(path: str) -> None:
    assert (HOME / path).exists()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z]+)\b", README)) - {"the"}))
def test_every_make_target_that_the_readme_names_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (HOME / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_changelog_tells_this_version_first() -> None:
    assert re.findall(r"^## ([\d.]+)", CHANGELOG, re.MULTILINE)[0] == __version__


def test_every_source_has_a_name_for_people() -> None:
    assert set(SOURCE_NAMES) == set(Source)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_holds_a_path_or_a_registry_of_one_machine(name: str) -> None:
    text = (HOME / name).read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w.:/~])/(?:home|root|work|Users|tmp)/", text)
    assert not re.search(r"(?<!emit-)index-url|https?://\S+/simple\b", text)


def test_the_lock_names_no_host() -> None:
    lock = (HOME / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "index-url" not in lock


def test_no_tracked_file_is_data_of_a_run() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=HOME, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git clone")
    assert not [name for name in listed.stdout.splitlines() if name.endswith((".db", ".env", ".log"))]
